<?php

/** pcntl: signals. Loaded by the bootstrap when this PHP has none of them. */

use Libdaemon\Native\Attachment;
use Libdaemon\Native\Engine;
use Libdaemon\Polyfill\Constants;
use Libdaemon\Polyfill\Process;
use Libdaemon\Polyfill\Signals;
use Libdaemon\Polyfill\SignalSets;

Constants::define('signals');
Engine::withoutJit();

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
    return Attachment::$waiting === 0 || Signals::dispatch();
}

function pcntl_async_signals(?bool $enable = null): bool
{
    return Signals::async($enable);
}

function pcntl_sigprocmask(int $mode, array $signals, &$old_signals = null): bool
{
    return SignalSets::changeMask($mode, $signals, $old_signals);
}

function pcntl_sigwaitinfo(array $signals, &$info = []): int|false
{
    return SignalSets::wait('pcntl_sigwaitinfo', $signals, $info, null);
}

function pcntl_sigtimedwait(array $signals, &$info = [], int $seconds = 0, int $nanoseconds = 0): int|false
{
    return SignalSets::wait('pcntl_sigtimedwait', $signals, $info, [$seconds, $nanoseconds]);
}
