<?php

/** What posix's functions about limits give: run natively and on ours, the output must be the same. */

declare(strict_types=0);

require __DIR__ . '/compare.php';

const ODD = [-1, 16, 99, 1 << 32, (1 << 32) + 7, PHP_INT_MAX, PHP_INT_MIN];
const SINGLE = PHP_VERSION_ID >= 80300;

show('getrlimit', fn () => posix_getrlimit());
if (SINGLE) {
    foreach ([null, ...range(0, 15), ...ODD, '7', 7.0] as $resource) {
        show('getrlimit ' . json_encode($resource), fn () => [posix_getrlimit($resource), posix_errno()]);
    }
    foreach ([...range(-1, 250), ...ODD] as $name) {
        // These change from call to call.
        in_array($name, [86], true) || show("sysconf $name", fn () => [posix_sysconf($name), posix_errno()]);
    }
}
/** Sets a limit in a process of its own; what became of it and of all of them. */
function limited(int $resource, mixed $soft, mixed $hard): string
{
    return apart(function () use ($resource, $soft, $hard) {
        $result = [posix_setrlimit($resource, $soft, $hard), posix_errno(), posix_getrlimit()];
        return [...$result, md5((string) @file_get_contents('/proc/self/limits'))];
    });
}
posix_errno(); // so that it is loaded before no file can be opened
$values = [0, 1, 128, -1, -2, PHP_INT_MAX, PHP_INT_MIN, '64', 64.0];
foreach ([POSIX_RLIMIT_CORE, POSIX_RLIMIT_NOFILE, POSIX_RLIMIT_CPU] as $resource) {
    foreach ($values as $soft) {
        foreach ($values as $hard) {
            if ($resource !== POSIX_RLIMIT_CPU || $soft > 100 || $soft === -1) { // no time to be killed for
                show("setrlimit $resource $soft $hard", fn () => limited($resource, $soft, $hard));
            }
        }
    }
}
show('setrlimit of the stack', fn () => limited(POSIX_RLIMIT_STACK, 1 << 20, 1 << 22)); // enough to go on with
foreach ([POSIX_RLIMIT_FSIZE, POSIX_RLIMIT_MEMLOCK, POSIX_RLIMIT_NICE, POSIX_RLIMIT_RTTIME, ...ODD] as $resource) {
    show("setrlimit $resource", fn () => limited($resource, 4096, 8192));
}
