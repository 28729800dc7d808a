<?php

/** pcntl: error numbers. Loaded by the bootstrap when this PHP has none of them. */

use Libdaemon\Polyfill\Errors;

function pcntl_get_last_error(): int
{
    return Errors::$pcntl;
}

function pcntl_errno(): int
{
    return Errors::$pcntl;
}

function pcntl_strerror(int $error_code): string
{
    return Errors::text($error_code);
}
