<?php

/**
 * The functions of pcntl, in sections that begin with the name of the group: Selection defines some groups without the others.
 *
 * Their parameters and types are those of the native ones, which reflection and named arguments can see: what pcntl leaves
 * untyped is untyped here, and the return types say what its own say.
 */

use Libdaemon\Native\Attachment;
use Libdaemon\Native\Calls;
use Libdaemon\Native\Fork;
use Libdaemon\Polyfill\Errors;
use Libdaemon\Polyfill\Namespaces;
use Libdaemon\Polyfill\Process;
use Libdaemon\Polyfill\Program;
use Libdaemon\Polyfill\Scheduling;
use Libdaemon\Polyfill\SignalSets;
use Libdaemon\Polyfill\Signals;
use Libdaemon\Polyfill\WaitStatus;

// Group: fork

function pcntl_fork(): int
{
    return Fork::fork();
}

function pcntl_waitpid(int $process_id, &$status, int $flags = 0, &$resource_usage = []): int
{
    // The short way of the many who ask again and again. One "if" in another, and plain results: anything else costs more.
    if ($status === 0) {
        if (\func_num_args() < 4) {
            $packed = (Calls::$pcntl_waitpid)($process_id, $flags);
            if ($packed === 0) {
                return 0;
            }
            return Process::waited($packed, $status);
        }
    }
    return Process::wait($process_id, $status, $flags, $resource_usage, \func_num_args() > 3);
}

function pcntl_wait(&$status, int $flags = 0, &$resource_usage = []): int
{
    return Process::wait(-1, $status, $flags, $resource_usage, \func_num_args() > 2);
}

function pcntl_wifexited(int $status): bool
{
    return WaitStatus::exited($status);
}

function pcntl_wifstopped(int $status): bool
{
    return WaitStatus::stopped($status);
}

function pcntl_wifcontinued(int $status): bool
{
    return WaitStatus::continued($status);
}

function pcntl_wifsignaled(int $status): bool
{
    return WaitStatus::signaled($status);
}

function pcntl_wexitstatus(int $status): int|false
{
    return WaitStatus::exitStatus($status);
}

function pcntl_wtermsig(int $status): int|false
{
    return WaitStatus::termSignal($status);
}

function pcntl_wstopsig(int $status): int|false
{
    return WaitStatus::stopSignal($status);
}

function pcntl_unshare(int $flags): bool
{
    return Namespaces::leave($flags);
}

// Group: exec

if (\PHP_VERSION_ID >= 80500) {
    require __DIR__ . '/exec_since_8.5.php'; // a file of its own: PHP 8.1 cannot parse it
} else {
    function pcntl_exec(string $path, array $args = [], array $env_vars = []): bool
    {
        return Program::run($path, $args, \func_num_args() > 2 ? $env_vars : null);
    }
}

// Group: signals

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

// Group: scheduling

function pcntl_getpriority(?int $process_id = null, int $mode = PRIO_PROCESS): int|false
{
    return Scheduling::getPriority($process_id, $mode);
}

function pcntl_setpriority(int $priority, ?int $process_id = null, int $mode = PRIO_PROCESS): bool
{
    return Scheduling::setPriority($priority, $process_id, $mode);
}

// Group: pcntl_errors

function pcntl_get_last_error(): int
{
    return Errors::$pcntl;
}

function pcntl_errno(): int
{
    return Errors::$pcntl;
}

function pcntl_strerror(int $error_code): string
{
    return Errors::text($error_code);
}
