<?php

/** posix: users and groups. Loaded by the bootstrap when this PHP has none of them. */

use Libdaemon\Native\Library;
use Libdaemon\Polyfill\PosixDatabases;
use Libdaemon\Polyfill\PosixIds;

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
