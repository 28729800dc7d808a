<?php

/** What PHP 8.3 has brought for posix, in sections as in posix.php. */

use Libdaemon\Native\Library;
use Libdaemon\Polyfill\PosixDescriptors;
use Libdaemon\Polyfill\PosixFiles;
use Libdaemon\Polyfill\PosixLimits;

// Group: files

function posix_eaccess(string $filename, int $flags = 0): bool
{
    return PosixFiles::eaccess($filename, $flags);
}

function posix_pathconf(string $path, int $name): int|false
{
    return PosixFiles::pathconf($path, $name);
}

function posix_fpathconf($file_descriptor, int $name): int|false
{
    return PosixDescriptors::fpathconf($file_descriptor, $name);
}

// Group: limits

function posix_getrlimit(?int $resource = null): array|false
{
    return PosixLimits::get($resource);
}

function posix_sysconf(int $conf_id): int
{
    return Library::get()->posix_sysconf($conf_id);
}
