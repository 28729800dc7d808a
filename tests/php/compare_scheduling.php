<?php

/** What pcntl's functions about priorities and processors give: run natively and on ours, the output must be the same. */

declare(strict_types=1);

require __DIR__ . '/compare.php';

$own = posix_getpid();
$group = posix_getpgid(0);
show('own priority', fn () => [
    pcntl_getpriority(), pcntl_getpriority(null), pcntl_getpriority($own), pcntl_getpriority(0), pcntl_getpriority(null, PRIO_PROCESS),
    pcntl_getpriority($group, PRIO_PGRP), pcntl_getpriority(0, PRIO_PGRP),
]);
show('of the own user', fn () => pcntl_getpriority(fileowner('/proc/self'), PRIO_USER) === pcntl_getpriority(0, PRIO_USER));
// Before PHP 8.4, null is a process's number there, too.
show('of no user', fn () => [is_int(@pcntl_getpriority(null, PRIO_USER)), is_int(@pcntl_getpriority(null, PRIO_PGRP))]);
show('of nobody', fn () => [pcntl_getpriority(0x3fffffff), pcntl_get_last_error()]);
show('of a negative number', fn () => [pcntl_getpriority(-1), pcntl_get_last_error()]);
show('of a number too large', fn () => pcntl_getpriority((1 << 32) + $own));
foreach ([3, -1, 99, 1 << 32] as $mode) {
    show("mode $mode", fn () => [pcntl_getpriority(0, $mode), pcntl_get_last_error()]);
    show("mode $mode, to set", fn () => [pcntl_setpriority(5, 0, $mode), pcntl_get_last_error()]);
}
show('lower', fn () => [pcntl_setpriority(3), pcntl_getpriority(), pcntl_setpriority(5, $own), pcntl_getpriority(null)]);
show('of the group', fn () => [pcntl_setpriority(6, 0, PRIO_PGRP), pcntl_getpriority(0, PRIO_PGRP)]);
show('of nobody, to set', fn () => [pcntl_setpriority(7, 0x3fffffff), pcntl_get_last_error()]);
show('of process 1, to set', function () {
    if (fileowner('/proc/self') === 0) {
        return 'root may';
    }
    return [pcntl_setpriority(7, 1), pcntl_get_last_error()];
});
show('lowest, and lower still', fn () => [pcntl_setpriority(19), pcntl_getpriority(), pcntl_setpriority(1000), pcntl_getpriority()]);
show('-1', fn () => [pcntl_setpriority(-1), pcntl_getpriority(), pcntl_get_last_error()]);
show('highest', fn () => [pcntl_setpriority(-20), pcntl_getpriority(), pcntl_setpriority(-1000), pcntl_getpriority()]);
show('back', fn () => [pcntl_setpriority(0), pcntl_getpriority()]);
show('named arguments', fn () => [pcntl_setpriority(mode: PRIO_PROCESS, priority: 19), pcntl_getpriority(mode: PRIO_PROCESS)]);

if (function_exists('pcntl_getcpu')) {
    $all = pcntl_getcpuaffinity();
    show('processors', fn () => [
        $all, pcntl_getcpuaffinity(null), pcntl_getcpuaffinity(0), pcntl_getcpuaffinity($own), in_array(pcntl_getcpu(), $all, true),
    ]);
    show('the last one', fn () => [
        pcntl_setcpuaffinity(null, [end($all)]), pcntl_getcpuaffinity(), pcntl_getcpu() === end($all), pcntl_setcpuaffinity(0, $all),
    ]);
    show('as a text, twice', fn () => [
        pcntl_setcpuaffinity($own, ['a' => (string) $all[0], $all[0]]), pcntl_getcpuaffinity(), pcntl_setcpuaffinity($own, $all),
    ]);
    show('none', fn () => pcntl_setcpuaffinity());
    show('none of them', fn () => pcntl_setcpuaffinity(null, []));
    foreach ([0x3fffffff, -1, PHP_INT_MAX, 1 << 32] as $process) {
        show("process $process", fn () => [pcntl_getcpuaffinity($process), pcntl_get_last_error()]);
        show("process $process, to set", fn () => [pcntl_setcpuaffinity($process, $all), pcntl_get_last_error()]);
    }
    foreach ([-1, 8191, 8192, 1 << 32, PHP_INT_MIN, '-1', '01', ' 1', '', 'one', '1.0', '-0', '9223372036854775808', 1.0, null, true,
        [], new stdClass(), STDIN, false] as $index => $value) {
        show("processor no. $index", fn () => [pcntl_setcpuaffinity(null, [$value]), pcntl_getcpuaffinity()]);
    }
    show('of process 1', fn () => fileowner('/proc/self') === 0 || pcntl_setcpuaffinity(1, $all));
    show('last error', fn () => pcntl_get_last_error());
    show('a reference', function () use ($all) {
        $number = $all[0];
        return [pcntl_setcpuaffinity(cpu_ids: [&$number]), pcntl_setcpuaffinity(cpu_ids: $all)];
    });
}
