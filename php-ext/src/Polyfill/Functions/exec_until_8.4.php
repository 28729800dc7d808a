<?php

use Libdaemon\Polyfill\Process;

function pcntl_exec(string $path, array $args = [], array $env_vars = []): bool
{
    return Process::exec($path, $args, \func_num_args() > 2 ? $env_vars : null);
}
