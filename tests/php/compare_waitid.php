<?php

/** What pcntl_waitid() gives (PHP 8.4 and later): run natively and on ours, the output must be the same. */

declare(strict_types=1);

require __DIR__ . '/compare.php';

if (!function_exists('pcntl_waitid')) {
    echo str_repeat("this PHP has no pcntl_waitid()\n", 20);
    exit(0);
}

function child(int $status): int
{
    $pid = pcntl_fork();
    if ($pid === 0) {
        exit($status);
    }
    return $pid;
}

function paused(): int
{
    $pid = pcntl_fork();
    if ($pid === 0) {
        while (true) {
            sleep(10);
        }
    }
    return $pid;
}

/** The details without what differs from run to run; natively, the times are not set. */
function known(mixed $details, int $pid): mixed
{
    if (is_array($details)) {
        $details['pid'] = $details['pid'] === $pid ? 'its pid' : $details['pid'];
        $details['utime'] = get_debug_type($details['utime']);
        $details['stime'] = get_debug_type($details['stime']);
    }
    return $details;
}

show('exited', function () {
    $pid = child(7);
    return [pcntl_waitid(P_PID, $pid, $info), known($info, $pid), pcntl_get_last_error()];
});
show('any', function () {
    $pid = child(0);
    return [pcntl_waitid(P_ALL, null, $info, WEXITED), known($info, $pid)];
});
show('without arguments', fn () => [child(0) > 0, pcntl_waitid(), pcntl_waitid(), pcntl_get_last_error()]);
show('named arguments', function () {
    $pid = child(1);
    return [pcntl_waitid(info: $info), known($info, $pid)];
});
show('left to be waited for', function () {
    $pid = child(3);
    $results = [pcntl_waitid(P_PID, $pid, $info, WEXITED | WNOWAIT), known($info, $pid)];
    return [...$results, pcntl_waitpid($pid, $status) === $pid, $status];
});
show('killed, stopped, continued', function () {
    $pid = paused();
    $results = [];
    foreach ([SIGSTOP => WSTOPPED, SIGCONT => WCONTINUED, SIGKILL => WEXITED] as $signal => $flags) {
        posix_kill($pid, $signal);
        $results[] = [pcntl_waitid(P_PID, $pid, $info, $flags), known($info, $pid)];
    }
    return $results;
});
show('nothing yet', function () {
    $pid = paused();
    $info = 'before';
    $results = [pcntl_waitid(P_PID, $pid, $info, WEXITED | WNOHANG), known($info, $pid), pcntl_get_last_error()];
    posix_kill($pid, SIGKILL);
    pcntl_waitpid($pid, $status);
    return $results;
});
show('of the group', function () {
    $pid = child(0);
    return [pcntl_waitid(P_PGID, posix_getpgid(0), $info), known($info, $pid)];
});
show('no child', function () {
    $info = 'before';
    return [pcntl_waitid(P_ALL, 0, $info), $info, pcntl_get_last_error()];
});
show('somebody else', fn () => [pcntl_waitid(P_PID, 1), pcntl_get_last_error()]);
foreach ([[99, 0, WEXITED], [-1, 0, WEXITED], [P_PID, 0, WEXITED], [P_PID, -1, WEXITED], [P_ALL, 0, 0], [P_ALL, 0, 99999999],
    [P_PIDFD, 9999, WEXITED], [P_ALL, PHP_INT_MAX, WEXITED], [1 << 32, 0, WEXITED | WNOHANG]] as $arguments) {
    show(json_encode($arguments), function () use ($arguments) {
        [$kind, $id, $flags] = $arguments;
        return [pcntl_waitid($kind, $id, $info, $flags), $info, pcntl_get_last_error()];
    });
}
show('interrupted', function () {
    pcntl_signal(SIGALRM, fn () => print "  handled\n");
    $pid = paused();
    pcntl_alarm(1);
    $results = [pcntl_waitid(P_PID, $pid), pcntl_get_last_error() === PCNTL_EINTR];
    pcntl_signal_dispatch();
    posix_kill($pid, SIGKILL);
    pcntl_waitpid($pid, $status);
    return $results;
});
if (PHP_VERSION_ID >= 80500) {
    show('usage', function () {
        $pid = child(0);
        $result = pcntl_waitid(P_PID, $pid, $info, WEXITED, $usage);
        return [$result, array_map(get_debug_type(...), $usage), $usage['ru_maxrss'] > 1000];
    });
}
