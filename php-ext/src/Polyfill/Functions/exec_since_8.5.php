<?php

use Libdaemon\Polyfill\Process;

function pcntl_exec(string $path, array $args = [], array $env_vars = []): false
{
    return Process::exec($path, $args, \func_num_args() > 2 ? $env_vars : null);
}
