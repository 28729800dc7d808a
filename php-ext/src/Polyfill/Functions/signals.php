<?php

/** pcntl: signals. Loaded by the bootstrap when this PHP has none of them. */

use Libdaemon\Native\Attachment;
use Libdaemon\Native\Calls;
use Libdaemon\Polyfill\Process;
use Libdaemon\Polyfill\Signals;
use Libdaemon\Polyfill\SignalSets;

// Code that JIT has compiled would not notice that handlers are to run between two instructions.
if (!\in_array(\strtolower((string) \ini_get('opcache.jit')), ['', '0', 'off', 'no', 'disable'], true)) {
    \ini_set('opcache.jit', 'off');
}

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
    // What nearly every call does, in as few instructions as the engine can do it in.
    if (Attachment::$waiting) {
        return Signals::dispatch();
    }
    return true;
}

function pcntl_async_signals(?bool $enable = null): bool
{
    return Signals::async($enable);
}

function pcntl_sigprocmask(int $mode, array $signals, &$old_signals = null): bool
{
    $former = (Calls::$pcntl_sigprocmask)($mode, $signals);
    if ($former === -1) {
        return SignalSets::changeMask($mode, $signals, $old_signals); // the long way, which also says what is wrong
    }
    if (\func_num_args() > 2) {
        $old_signals = SignalSets::$lists[$former] ?? SignalSets::list($former);
    }
    return true;
}

function pcntl_sigwaitinfo(array $signals, &$info = []): int|false
{
    return SignalSets::wait('pcntl_sigwaitinfo', $signals, $info, null);
}

function pcntl_sigtimedwait(array $signals, &$info = [], int $seconds = 0, int $nanoseconds = 0): int|false
{
    return SignalSets::wait('pcntl_sigtimedwait', $signals, $info, [$seconds, $nanoseconds]);
}
