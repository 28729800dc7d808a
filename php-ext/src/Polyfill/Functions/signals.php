<?php

/** pcntl: signals. Loaded by the bootstrap when this PHP has none of them. */

use Libdaemon\Native\Attachment;
use Libdaemon\Native\Calls;
use Libdaemon\Polyfill\Constants;
use Libdaemon\Polyfill\Process;
use Libdaemon\Polyfill\Signals;
use Libdaemon\Polyfill\SignalSets;

\extension_loaded('pcntl') || Constants::define('signals');
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
    return Attachment::$waiting === 0 || Signals::dispatch();
}

function pcntl_async_signals(?bool $enable = null): bool
{
    return Signals::async($enable);
}

function pcntl_sigprocmask(int $mode, array $signals, &$old_signals = null): bool
{
    $set = 0;
    foreach ($signals as $signal) {
        if (!\is_int($signal) || $signal < 1 || $signal > 64) {
            return SignalSets::changeMask($mode, $signals, $old_signals);
        }
        $set |= 1 << $signal - 1;
    }
    // libc keeps 32 and 33 for itself.
    if (($set & 3 << 31) !== 0 || (\PHP_VERSION_ID >= 80400 && ($set === 0 || $mode < 0 || $mode > 2))) {
        return SignalSets::changeMask($mode, $signals, $old_signals);
    }
    $bits = (Calls::$pcntl_sigprocmask_packed ?? Calls::load('pcntl_sigprocmask_packed'))($mode, $set);
    if ($bits === -1) {
        return SignalSets::changeMask($mode, $signals, $old_signals); // it fails again, and says why
    }
    if (\func_num_args() > 2) {
        $old_signals = SignalSets::$lists[$bits] ?? SignalSets::list($bits);
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
