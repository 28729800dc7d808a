<?php

/** pcntl_exec as PHP up to 8.4 declares it. A file of its own, as PHP 8.1 cannot parse the one of 8.5. */

use Libdaemon\Polyfill\Process;

if (!\function_exists('pcntl_exec')) {
    function pcntl_exec(string $path, array $args = [], array $env_vars = []): bool
    {
        return Process::exec($path, $args, \func_num_args() > 2 ? $env_vars : null);
    }
}
