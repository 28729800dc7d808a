<?php

/** What pcntl_sigwaitinfo() and pcntl_sigtimedwait() give: run natively and on ours, the output must be the same. */

declare(strict_types=1);

require __DIR__ . '/compare.php';

/** The details without what differs from run to run. */
function known(array $details): array
{
    return array_map(fn ($value) => match ((int) $value) {
        posix_getpid() => 'own pid, ' . get_debug_type($value),
        (fileowner('/proc/self') << 32) | posix_getpid() => 'own user and pid, ' . get_debug_type($value),
        default => $value,
    }, $details);
}

pcntl_sigprocmask(SIG_SETMASK, [...range(1, 31), ...range(34, 64)]);
foreach ([SIGHUP, SIGUSR1, SIGUSR2, SIGTERM, SIGTRAP, SIGSYS, SIGSEGV, SIGBUS, SIGPOLL, SIGCHLD, SIGRTMIN, SIGRTMAX] as $signal) {
    show("signal $signal", function () use ($signal) {
        posix_kill(posix_getpid(), $signal);
        $taken = pcntl_sigwaitinfo([SIGQUIT, $signal], $details);
        posix_kill(posix_getpid(), $signal);
        return [$taken, known($details), pcntl_sigtimedwait([$signal], $again, 10), known($again)];
    });
}
show('a child that ended', function () {
    $pid = pcntl_fork();
    if ($pid === 0) {
        exit(7);
    }
    $taken = pcntl_sigtimedwait([SIGCHLD], $details, 60);
    pcntl_waitpid($pid, $status);
    return [$taken, $details['pid'] === $pid, $details['status'], $details['code'], array_map(get_debug_type(...), $details)];
});
show('an alarm', fn () => [pcntl_alarm(1), pcntl_sigwaitinfo([SIGALRM], $details), $details]);
show('without details', function () {
    posix_kill(posix_getpid(), SIGUSR1);
    posix_kill(posix_getpid(), SIGUSR2);
    return [pcntl_sigwaitinfo([SIGUSR2]), pcntl_sigtimedwait([SIGUSR1], seconds: 5)];
});
show('the time runs out', function () {
    $details = 'before';
    return [pcntl_sigtimedwait([SIGUSR1], $details, 0, 1000), $details, pcntl_get_last_error()];
});
show('nothing there', fn () => [pcntl_sigtimedwait([SIGUSR1]), pcntl_get_last_error()]);
foreach ([[-1, 0], [0, -1], [0, 1000000000], [1, PHP_INT_MAX], [PHP_INT_MIN, 0], [0, 999999999]] as [$seconds, $nanoseconds]) {
    show("$seconds and $nanoseconds", function () use ($seconds, $nanoseconds) {
        $details = 'before';
        return [pcntl_sigtimedwait([SIGUSR1], $details, $seconds, $nanoseconds), $details, pcntl_get_last_error()];
    });
}
show('no signals', fn () => pcntl_sigtimedwait([], $details, 0, 1));
if (PHP_VERSION_ID >= 80400) { // before, it waits for ever
    show('no signals, no time', fn () => pcntl_sigwaitinfo([]));
}
$values = [0, -1, 32, 33, 65, 1 << 32, 10.5, '10.5', '12abc', 'abc', '', null, true, [], [1], new stdClass(), STDIN];
foreach ($values as $index => $value) {
    show("signal no. $index: " . (is_scalar($value) ? var_export($value, true) : get_debug_type($value)), function () use ($value) {
        posix_kill(posix_getpid(), SIGUSR2);
        $details = 'before';
        $taken = pcntl_sigtimedwait([$value, SIGUSR2], $details, 0, 1);
        return [$taken, is_array($details) ? 'details' : $details];
    });
    pcntl_sigtimedwait([SIGUSR2], $details, 0, 1);
    show("signal no. $index, awaited", function () use ($value) {
        posix_kill(posix_getpid(), SIGUSR2);
        return pcntl_sigwaitinfo([SIGUSR2, $value]);
    });
    pcntl_sigtimedwait([SIGUSR2], $details, 0, 1);
}
show('interrupted', function () {
    pcntl_signal(SIGALRM, fn () => print "  handled\n");
    pcntl_sigprocmask(SIG_UNBLOCK, [SIGALRM]);
    $results = [];
    foreach (['pcntl_sigwaitinfo', 'pcntl_sigtimedwait'] as $function) {
        pcntl_alarm(1);
        $details = 'before';
        $results[] = [$function([SIGUSR1], $details, ...($function === 'pcntl_sigwaitinfo' ? [] : [60])), $details];
        $results[] = pcntl_get_last_error() === PCNTL_EINTR;
        pcntl_signal_dispatch();
    }
    return $results;
});
