<?php

/** pcntl: signals. Loaded by the bootstrap when this PHP has none of them. */

use Libdaemon\Polyfill\Constants;
use Libdaemon\Polyfill\Process;
use Libdaemon\Polyfill\Signals;

Constants::define('signals');

function pcntl_alarm(int $seconds): int
{
    return Process::alarm($seconds);
}

function pcntl_signal(int $signal, $handler, bool $restart_syscalls = true): bool
{
    // As natively: SIGALRM interrupts a blocking call unless told otherwise.
    return Signals::set($signal, $handler, \func_num_args() > 2 ? $restart_syscalls : $signal !== SIGALRM);
}

function pcntl_signal_get_handler(int $signal)
{
    return Signals::get($signal);
}

function pcntl_signal_dispatch(): bool
{
    return Signals::dispatch();
}
