<?php

/** The package's constants beside the native ones, which a PHP whose functions are disabled has still. */

declare(strict_types=1);

use Libdaemon\Polyfill\Constants;

$ours = array_merge(...array_values((new ReflectionClass(Constants::class))->getConstants()));
$native = get_defined_constants(true)['pcntl'];
foreach ($ours as $name => $value) {
    if (($native[$name] ?? null) !== $value) {
        echo "$name: ", var_export($value, true), ', natively ', var_export($native[$name] ?? null, true), "\n";
    }
}
// Those of functions that are still to come.
$later = '/^(PRIO_|CLONE_|SIG_(BLOCK|UNBLOCK|SETMASK)$|WEXITED$|WSTOPPED$|WNOWAIT$|P_)/';
echo implode("\n", preg_grep($later, array_keys(array_diff_key($native, $ours)), PREG_GREP_INVERT)), count($ours) > 90 ? 'all' : 'few', "\n";
