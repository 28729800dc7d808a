<?php

/** What pcntl_unshare() and pcntl_setns() give, each in a child: run natively and on ours, the output must be the same. */

declare(strict_types=1);

require __DIR__ . '/compare.php';

/** Shows what the call gives in a child of its own. */
function show_apart(string $what, callable $call): void
{
    $pid = pcntl_fork();
    if ($pid === 0) {
        show($what, $call);
        exit(0);
    }
    pcntl_waitpid($pid, $status);
    echo '  status ', $status, "\n";
}

function host_names(int $process): string
{
    return readlink("/proc/$process/ns/uts");
}

show_apart('host names', function () {
    $before = host_names(getmypid());
    return [pcntl_unshare(CLONE_NEWUTS), pcntl_get_last_error(), host_names(getmypid()) === $before];
});
$kinds = [CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWPID, CLONE_NEWCGROUP];
foreach ($kinds as $kind) {
    show_apart("kind $kind", fn () => [pcntl_unshare($kind), pcntl_get_last_error()]);
}
show_apart('all of them', fn () => [pcntl_unshare(array_sum($kinds)), pcntl_get_last_error()]);
show_apart('processes', function () {
    if (!pcntl_unshare(CLONE_NEWPID)) {
        return 'not allowed';
    }
    $pid = pcntl_fork();
    if ($pid === 0) {
        echo '  ', posix_getpid(), ' ', posix_getppid(), "\n";
        exit(0);
    }
    return [pcntl_waitpid($pid, $status) === $pid, $status];
});
// (What of a number beyond 32 bits counts is different from one build of PHP to another.)
foreach ([0, 1, -1, 42, PHP_INT_MAX] as $kind) {
    show_apart("no kind: $kind", fn () => [pcntl_unshare($kind), pcntl_get_last_error()]);
}
show_apart('last error', function () {
    try {
        pcntl_unshare(1);
    } catch (ValueError) {
        return pcntl_get_last_error();
    }
});

if (function_exists('pcntl_setns')) {
    show_apart('the own network', fn () => [pcntl_setns(), pcntl_setns(null), pcntl_setns(posix_getpid(), CLONE_NEWNET), pcntl_get_last_error()]);
    show_apart('of another process', function () {
        [$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
        $pid = pcntl_fork();
        if ($pid === 0) {
            fclose($ours);
            fwrite($theirs, @pcntl_unshare(CLONE_NEWUTS) ? '+' : '-');
            fread($theirs, 1);
            exit(0);
        }
        $left = fread($ours, 1);
        $result = [$left, pcntl_setns($pid, CLONE_NEWUTS), pcntl_get_last_error(), host_names(getmypid()) === host_names($pid)];
        fwrite($ours, '.');
        pcntl_waitpid($pid, $status);
        return $result;
    });
    foreach ([0x3fffffff, 0, -1, PHP_INT_MAX, 1 << 32] as $process) {
        show_apart("process $process", fn () => [pcntl_setns($process), pcntl_get_last_error()]);
    }
    foreach ([0, 1, -1, 1 << 32, (1 << 32) - 1, PHP_INT_MAX, CLONE_NEWNET | 1] as $kind) {
        show_apart("kind $kind", fn () => [pcntl_setns(null, $kind), pcntl_get_last_error()]);
    }
    show_apart('last error', function () {
        try {
            pcntl_setns(0x3fffffff);
        } catch (ValueError) {
            return pcntl_get_last_error();
        }
    });
    show_apart('a child that has ended', function () {
        $pid = pcntl_fork();
        if ($pid === 0) {
            exit(0);
        }
        pcntl_waitpid($pid, $status);
        try {
            pcntl_setns($pid, CLONE_NEWUTS);
        } catch (ValueError $error) {
            return str_replace((string) $pid, 'its pid', $error->getMessage());
        }
    });
}
