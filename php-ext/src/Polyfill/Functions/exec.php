<?php

/** pcntl: becoming another program. Loaded by the bootstrap when this PHP has no such function. */

use Libdaemon\Polyfill\Program;

if (\PHP_VERSION_ID >= 80500) {
    require __DIR__ . '/exec_since_8.5.php'; // a file of its own: PHP 8.1 cannot parse it
} else {
    function pcntl_exec(string $path, array $args = [], array $env_vars = []): bool
    {
        return Program::run($path, $args, \func_num_args() > 2 ? $env_vars : null);
    }
}
