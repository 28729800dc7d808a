<?php

/** posix: files and terminals. Loaded by the bootstrap when this PHP has none of them. */

use Libdaemon\Polyfill\PosixDescriptors;
use Libdaemon\Polyfill\PosixFiles;

function posix_ctermid(): string|false
{
    return PosixFiles::ctermid();
}

function posix_ttyname($file_descriptor): string|false
{
    return PosixDescriptors::ttyname($file_descriptor);
}

function posix_isatty($file_descriptor): bool
{
    return PosixDescriptors::isatty($file_descriptor);
}

function posix_getcwd(): string|false
{
    return PosixFiles::getcwd();
}

function posix_mkfifo(string $filename, int $permissions): bool
{
    return PosixFiles::mkfifo($filename, $permissions);
}

function posix_mknod(string $filename, int $flags, int $major = 0, int $minor = 0): bool
{
    return PosixFiles::mknod($filename, $flags, $major, $minor);
}

function posix_access(string $filename, int $flags = 0): bool
{
    return PosixFiles::access($filename, $flags);
}

if (\PHP_VERSION_ID >= 80300) {
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
}
