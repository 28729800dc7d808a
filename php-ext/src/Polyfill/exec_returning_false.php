<?php

/** pcntl_exec as PHP 8.5 declares it. A file of its own, because PHP 8.1 cannot parse the other one. */

use Libdaemon\Polyfill\Process;

if (!\function_exists('pcntl_exec')) {
    function pcntl_exec(string $path, array $args = [], array $env_vars = []): false
    {
        return Process::exec($path, $args, \func_num_args() > 2 ? $env_vars : null);
    }
}
