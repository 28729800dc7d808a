<?php

/** posix: processes, their groups and sessions. Loaded by the bootstrap when this PHP has none of them. */

use Libdaemon\Polyfill\Posix;

function posix_kill(int $process_id, int $signal): bool
{
    return Posix::kill($process_id, $signal);
}

function posix_getpid(): int
{
    return Posix::getpid();
}

function posix_getppid(): int
{
    return Posix::getppid();
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
