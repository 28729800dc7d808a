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
    // The short way of the plain case. One "if" in another: "&&" would cost the engine an instruction more for each.
    $set = 0;
    foreach ($signals as $signal) {
        if (\is_int($signal)) {
            if ($signal > 0) {
                if ($signal < 32) {
                    $set |= 1 << $signal - 1;
                    continue;
                }
                // libc keeps 32 and 33 for itself.
                if ($signal > 33) {
                    if ($signal < 65) {
                        $set |= 1 << $signal - 1;
                        continue;
                    }
                }
            }
        }
        return SignalSets::changeMask($mode, $signals, $old_signals);
    }
    if (\PHP_VERSION_ID >= 80400) {
        if ($mode & ~3 || ($set === 0 && $mode !== 2)) {
            return SignalSets::changeMask($mode, $signals, $old_signals);
        }
    }
    $bits = (Calls::$pcntl_sigprocmask_packed ?? Calls::load('pcntl_sigprocmask_packed'))($mode, $set);
    if ($bits !== -1) {
        if (\func_num_args() > 2) {
            $old_signals = SignalSets::$lists[$bits] ?? SignalSets::list($bits);
        }
        return true;
    }
    return SignalSets::changeMask($mode, $signals, $old_signals); // it fails again, and says why
}

function pcntl_sigwaitinfo(array $signals, &$info = []): int|false
{
    return SignalSets::wait('pcntl_sigwaitinfo', $signals, $info, null);
}

function pcntl_sigtimedwait(array $signals, &$info = [], int $seconds = 0, int $nanoseconds = 0): int|false
{
    return SignalSets::wait('pcntl_sigtimedwait', $signals, $info, [$seconds, $nanoseconds]);
}
