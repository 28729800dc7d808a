<?php

/** posix: error numbers. Loaded by the bootstrap when this PHP has none of them. */

use Libdaemon\Polyfill\Errors;

function posix_get_last_error(): int
{
    return Errors::$posix;
}

function posix_errno(): int
{
    return Errors::$posix;
}

function posix_strerror(int $error_code): string
{
    return Errors::text($error_code);
}
