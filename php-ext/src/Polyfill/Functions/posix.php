<?php

/**
 * The functions of posix, in sections that begin with the name of the group: Selection defines some groups without the others.
 *
 * Their parameters and types are those of the native ones, which reflection and named arguments can see: what posix leaves
 * untyped is untyped here, and the return types say what its own say.
 */

use Libdaemon\Native\Calls;
use Libdaemon\Native\Library;
use Libdaemon\Polyfill\Errors;
use Libdaemon\Polyfill\Posix;
use Libdaemon\Polyfill\PosixDatabases;
use Libdaemon\Polyfill\PosixDescriptors;
use Libdaemon\Polyfill\PosixFiles;
use Libdaemon\Polyfill\PosixIds;
use Libdaemon\Polyfill\PosixLimits;

// Group: processes

function posix_kill(int $process_id, int $signal): bool
{
    if (\PHP_VERSION_ID >= 80500 && ($process_id > 0x7fffffff || $process_id < -0x80000000)) {
        Posix::checkProcess('posix_kill(): Argument #1 ($process_id)', $process_id, -0x80000000);
    }
    if ((Calls::$posix_kill)($process_id, $signal) === 0) {
        return true;
    }
    return Posix::failed();
}

function posix_getpid(): int
{
    return (Calls::$posix_getpid)();
}

function posix_getppid(): int
{
    return (Calls::$posix_getppid)();
}

function posix_getpgrp(): int
{
    return Posix::getpgrp();
}

function posix_setsid(): int
{
    return Posix::setsid();
}

function posix_setpgid(int $process_id, int $process_group_id): bool
{
    return Posix::setpgid($process_id, $process_group_id);
}

function posix_getpgid(int $process_id): int|false
{
    return Posix::getpgid($process_id);
}

function posix_getsid(int $process_id): int|false
{
    return Posix::getsid($process_id);
}

function posix_uname(): array|false
{
    return Posix::uname();
}

function posix_times(): array|false
{
    return Posix::times();
}

// Group: ids

function posix_getuid(): int
{
    return Library::get()->posix_getuid();
}

function posix_setuid(int $user_id): bool
{
    return PosixIds::setuid($user_id);
}

function posix_geteuid(): int
{
    return Library::get()->posix_geteuid();
}

function posix_seteuid(int $user_id): bool
{
    return PosixIds::seteuid($user_id);
}

function posix_getgid(): int
{
    return Library::get()->posix_getgid();
}

function posix_setgid(int $group_id): bool
{
    return PosixIds::setgid($group_id);
}

function posix_getegid(): int
{
    return Library::get()->posix_getegid();
}

function posix_setegid(int $group_id): bool
{
    return PosixIds::setegid($group_id);
}

function posix_getgroups(): array|false
{
    return PosixIds::getgroups();
}

function posix_getlogin(): string|false
{
    return PosixIds::getlogin();
}

function posix_getgrnam(string $name): array|false
{
    return PosixDatabases::group('posix_getgrnam', $name);
}

function posix_getgrgid(int $group_id): array|false
{
    return PosixDatabases::group('posix_getgrgid', $group_id);
}

function posix_getpwnam(string $username): array|false
{
    return PosixDatabases::user('posix_getpwnam', $username);
}

function posix_getpwuid(int $user_id): array|false
{
    return PosixDatabases::user('posix_getpwuid', $user_id);
}

function posix_initgroups(string $username, int $group_id): bool
{
    return PosixIds::initgroups($username, $group_id);
}

// Group: files

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

// Group: limits

if (\PHP_VERSION_ID < 80300) {
    function posix_getrlimit(): array|false
    {
        return PosixLimits::get(null);
    }
}

function posix_setrlimit(int $resource, int $soft_limit, int $hard_limit): bool
{
    return PosixLimits::set($resource, $soft_limit, $hard_limit);
}

// Group: posix_errors

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
