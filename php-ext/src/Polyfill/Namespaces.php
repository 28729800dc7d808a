<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use Libdaemon\Native\Library;

/** pcntl's functions about the namespaces of processes. */
final class Namespaces
{
    private const EPERM = 1;
    private const ESRCH = 3;
    private const EINVAL = 22;
    private const LEAVING = [
        12 => 'Insufficient memory for unshare',
        self::EPERM => 'No privilege to use these flags',
        28 => 'Reached the maximum nesting limit for one of the specified namespaces',
        87 => 'Reached the maximum nesting limit for the user namespace',
    ];
    /** Of the process, before its namespaces are looked at. */
    private const FINDING = [
        23 => ': File descriptors per-process limit reached',
        19 => ': Anonymous inode fs unsupported',
        12 => ': Insufficient memory for pidfd_open',
    ];

    public static function leave(int $flags): bool
    {
        $library = Library::get();
        if ($library->pcntl_unshare($flags) === 0) {
            return true;
        }
        $error = Errors::$pcntl = $library->pcntl_get_last_error();
        if ($error === self::EINVAL) {
            throw Errors::atCaller(new \ValueError('pcntl_unshare(): Argument #1 ($flags) must be a combination of CLONE_* flags'
                . (\PHP_VERSION_ID >= 80400 ? ', or at least one flag is unsupported by the kernel' : '')));
        }
        $reason = self::LEAVING[$error] ?? null;
        Errors::warn('pcntl_unshare(): ' . ($reason === null ? "Unknown error $error has occurred" : "Error $error: $reason"));
        return false;
    }

    public static function enter(?int $process, int $kinds): bool
    {
        $library = Library::get();
        $process ??= $library->posix_getpid();
        if ($library->pcntl_setns($process, $kinds) === 0) {
            return true;
        }
        $error = Errors::$pcntl = $library->pcntl_get_last_error();
        $found = $library->libdaemon_last_step() !== 'process';
        $invalid = match (true) {
            !$found && ($error === self::EINVAL || $error === self::ESRCH) => "#1 (\$process_id) is not a valid process ($process)",
            $error === self::ESRCH => "#1 (\$process_id) process no longer available ($process)",
            $error === self::EINVAL => '#2 ($nstype) is an invalid nstype (' . Values::int32($kinds) . ')',
            default => null,
        };
        if ($invalid !== null) {
            throw Errors::atCaller(new \ValueError("pcntl_setns(): Argument $invalid"));
        }
        $reason = match (true) {
            !$found => self::FINDING[$error] ?? '',
            $error === self::EPERM => ': No required capability for this process',
            default => '',
        };
        Errors::warn("pcntl_setns(): Error $error$reason");
        return false;
    }
}
