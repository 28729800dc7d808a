<?php

/** posix: files and terminals. Loaded by the bootstrap when this PHP has none of them. */

use Libdaemon\Polyfill\Posix;

function posix_ttyname($file_descriptor): string|false
{
    return Posix::ttyname($file_descriptor);
}

function posix_isatty($file_descriptor): bool
{
    return Posix::isatty($file_descriptor);
}
