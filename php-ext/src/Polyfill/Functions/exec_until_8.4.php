<?php

use Libdaemon\Polyfill\Program;

function pcntl_exec(string $path, array $args = [], array $env_vars = []): bool
{
    return Program::run($path, $args, \func_num_args() > 2 ? $env_vars : null);
}
