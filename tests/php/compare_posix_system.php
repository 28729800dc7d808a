<?php

/** What posix tells of processes and of the system: run natively and on ours, the output must be the same. */

declare(strict_types=0);

require __DIR__ . '/compare.php';

$extremes = [PHP_INT_MAX, PHP_INT_MIN, 1 << 31, (1 << 31) - 1, -(1 << 31), -(1 << 31) - 1, 1 << 32, (1 << 32) + 1, 0x3fffffff];

show('getpgrp', fn () => [posix_getpgrp() === posix_getpgid(0), posix_getpgrp() > 0]);
show('uname', fn () => posix_uname());
show('times', fn () => array_map(is_int(...), posix_times()));
show('times pass', function () {
    $before = posix_times();
    for ($i = 0; posix_times()['utime'] + posix_times()['stime'] < $before['utime'] + $before['stime'] + 2; ++$i) {
    }
    $after = posix_times();
    return [$after['ticks'] >= $before['ticks'], $after['cutime'] === $before['cutime'], $after['ticks'] > 0];
});
show('times of children', function () {
    $before = posix_times();
    apart(function () {
        while (posix_times()['utime'] + posix_times()['stime'] < 3) {
        }
    });
    $after = posix_times();
    return $after['cutime'] + $after['cstime'] >= $before['cutime'] + $before['cstime'] + 2;
});
foreach ($extremes as $number) {
    show("kill $number", fn () => [posix_kill($number, 999), posix_errno()]);
    show("setpgid $number", fn () => [posix_setpgid($number === 1 << 32 ? 1 : $number, -7), posix_errno()]);
    show("setpgid into $number", fn () => [posix_setpgid(0x3fffffff, $number), posix_errno()]);
    show("getpgid $number", fn () => [posix_getpgid($number) > 0, posix_errno()]);
    show("getsid $number", fn () => [posix_getsid($number) > 0, posix_errno()]);
    show("strerror $number", fn () => posix_strerror($number));
}
show('kill with an odd signal', fn () => [posix_kill(posix_getpid(), 1 << 32), posix_errno()]);
foreach ([0, 1, 2, 34, 41, 133, 134, -1] as $number) {
    show("strerror $number", fn () => posix_strerror($number));
}
foreach (['7', 7.0, true, ' 7 ', 'abc', [7], new stdClass(), '1e1', NAN, 1e30] as $value) {
    $what = is_scalar($value) ? var_export($value, true) : gettype($value);
    show("kill $what", function () use ($value) {
        try {
            return [posix_kill(0x3fffffff, $value), posix_errno()];
        } catch (TypeError) {
            return 'TypeError'; // ours adds where it was called
        }
    });
}
show('by name', fn () => [posix_kill(signal: 0, process_id: posix_getpid()), posix_strerror(error_code: 2)]);
show('too few', function () {
    try {
        return posix_kill(1);
    } catch (ArgumentCountError $error) {
        return $error::class;
    }
});
