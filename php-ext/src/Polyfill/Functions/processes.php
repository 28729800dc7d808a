<?php

/** posix: processes, their groups and sessions. Loaded by the bootstrap when this PHP has none of them. */

use Libdaemon\Native\Calls;
use Libdaemon\Polyfill\Posix;

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
