<?php

/** What pcntl_sigprocmask() gives: run natively and on ours, the output must be the same. */

declare(strict_types=1);

require __DIR__ . '/compare.php';

function mask(): array
{
    pcntl_sigprocmask(SIG_BLOCK, [SIGUSR1], $mask);
    return $mask;
}

show('what was blocked', fn () => [
    pcntl_sigprocmask(SIG_SETMASK, []),
    pcntl_sigprocmask(SIG_BLOCK, [SIGUSR1, SIGHUP, 64], $old), $old,
    pcntl_sigprocmask(SIG_UNBLOCK, [SIGHUP], $old), $old,
    pcntl_sigprocmask(SIG_SETMASK, [SIGRTMIN, SIGTERM, SIGTERM], $old), $old,
    pcntl_sigprocmask(SIG_SETMASK, [], $old), $old,
    pcntl_sigprocmask(SIG_SETMASK, [], $old), $old,
]);
show('every signal', fn () => [
    pcntl_sigprocmask(SIG_SETMASK, [...range(1, 31), ...range(34, 64)], $old), $old,
    pcntl_sigprocmask(SIG_SETMASK, [], $old), $old,
]);
show('a list that is changed later', function () {
    pcntl_sigprocmask(SIG_SETMASK, [1, 2]);
    pcntl_sigprocmask(SIG_SETMASK, [1, 2], $first);
    $first[] = 'more';
    pcntl_sigprocmask(SIG_SETMASK, [], $second);
    return [$first, $second];
});
show('arrays of all kinds', function () {
    $reference = SIGHUP;
    $holes = [SIGUSR1, SIGUSR2, SIGTERM, SIGINT];
    unset($holes[1], $holes[3]);
    $packed = [0, ...[SIGUSR1, 64]];
    array_shift($packed);
    $nested = [SIGUSR1];
    $nested[] = &$reference;
    $kinds = [
        'holes' => $holes, 'a hole first' => array_slice([0, SIGUSR1], 1, null, true), 'shifted' => $packed, 'a reference' => $nested,
        'keys' => ['x' => SIGUSR1, -5 => SIGUSR2], 'a hole among keys' => array_diff_key(['x' => 1, 'y' => 2, 'z' => 3], ['y' => 0]),
        'made empty' => array_diff_key($holes, $holes), 'many' => array_fill(0, 1000, SIGALRM), 'sorted' => array_reverse($holes),
    ];
    $masks = [];
    foreach ($kinds as $kind => $signals) {
        foreach ([SIG_SETMASK, SIG_UNBLOCK] as $mode) {
            if ($mode === SIG_SETMASK || $signals !== []) {
                $masks[] = [$kind, pcntl_sigprocmask($mode, $signals), pcntl_sigprocmask(SIG_SETMASK, [], $old), $old];
            }
        }
    }
    return $masks;
});
show('keys do not matter', fn () => [
    pcntl_sigprocmask(SIG_SETMASK, ['a' => SIGUSR1, 7 => SIGUSR2], $old), pcntl_sigprocmask(SIG_SETMASK, [], $old), $old,
]);
foreach ([SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK, -1, 3, 1 << 32] as $mode) {
    show("mode $mode, no signals", function () use ($mode) {
        $old = 'before';
        return [pcntl_sigprocmask($mode, [], $old), $old, pcntl_get_last_error()];
    });
    show("mode $mode, a wrong signal", fn () => [pcntl_sigprocmask($mode, [99]), pcntl_get_last_error()]);
    show("mode $mode, a right one", fn () => [pcntl_sigprocmask($mode, [SIGURG]), pcntl_sigprocmask(SIG_SETMASK, [])]);
}
$values = [
    0, -1, 32, 33, 65, 1000, 1 << 32, (1 << 32) + 10, PHP_INT_MIN, 1.0, 10.5, -0.5, 1e19, NAN, INF, '10', ' 10', '10 ', '10.5', '1e1',
    '12abc', 'abc', '', '.5', "10\0", '99999999999999999999', null, true, false, [], [1], new stdClass(), STDIN, fn () => 1,
];
foreach ($values as $index => $value) {
    show("signal no. $index: " . (is_scalar($value) ? var_export($value, true) : get_debug_type($value)), function () use ($value) {
        $old = 'before';
        $result = pcntl_sigprocmask(SIG_BLOCK, [SIGUSR2, $value], $old);
        pcntl_sigprocmask(SIG_SETMASK, [], $mask);
        return [$result, $old, $mask];
    });
    pcntl_sigprocmask(SIG_SETMASK, []);
}
show('references', function () {
    $signal = SIGUSR1;
    $signals = [&$signal];
    $typed = new class {
        public array $old = ['before'];
    };
    return [pcntl_sigprocmask(SIG_BLOCK, $signals, $typed->old), $typed->old, pcntl_sigprocmask(SIG_SETMASK, [], $typed->old), $typed->old];
});
show('named arguments', fn () => [
    pcntl_sigprocmask(signals: [SIGUSR1], mode: SIG_BLOCK), pcntl_sigprocmask(old_signals: $old, signals: [], mode: SIG_SETMASK), $old,
]);
show('a blocked signal waits', function () {
    pcntl_signal(SIGUSR1, fn (int $signal) => print "  handled $signal\n");
    pcntl_sigprocmask(SIG_BLOCK, [SIGUSR1]);
    posix_kill(posix_getpid(), SIGUSR1);
    pcntl_signal_dispatch();
    echo "  not yet\n";
    pcntl_sigprocmask(SIG_UNBLOCK, [SIGUSR1]);
    return pcntl_signal_dispatch();
});
show('the mask of a child', function () {
    pcntl_sigprocmask(SIG_SETMASK, [SIGTERM, SIGUSR2]);
    $pid = pcntl_fork();
    if ($pid === 0) {
        echo '  ', json_encode(mask()), "\n";
        exit(0);
    }
    pcntl_waitpid($pid, $status);
    return mask();
});
