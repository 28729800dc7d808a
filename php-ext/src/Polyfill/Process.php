<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use FFI\CData;
use Libdaemon\Native\Calls;
use Libdaemon\Native\Library;

/** pcntl's functions about processes. */
final class Process
{
    /** PHP's keys for what a child used, in the native order, and the library's names for them. */
    private const USAGE = [
        'ru_oublock' => 'ru_oublock', 'ru_inblock' => 'ru_inblock', 'ru_msgsnd' => 'ru_msgsnd', 'ru_msgrcv' => 'ru_msgrcv',
        'ru_maxrss' => 'ru_maxrss', 'ru_ixrss' => 'ru_ixrss', 'ru_idrss' => 'ru_idrss', 'ru_minflt' => 'ru_minflt',
        'ru_majflt' => 'ru_majflt', 'ru_nsignals' => 'ru_nsignals', 'ru_nvcsw' => 'ru_nvcsw', 'ru_nivcsw' => 'ru_nivcsw',
        'ru_nswap' => 'ru_nswap', 'ru_utime.tv_usec' => 'ru_utime_tv_usec', 'ru_utime.tv_sec' => 'ru_utime_tv_sec',
        'ru_stime.tv_usec' => 'ru_stime_tv_usec', 'ru_stime.tv_sec' => 'ru_stime_tv_sec',
    ];

    /** Waits for one child. As natively, $status becomes a number even when no child was waited for. */
    public static function wait(int $pid, mixed &$status, int $flags, mixed &$usage, bool $wantsUsage): int
    {
        if ($status !== 0) {
            $status = $status === null ? 0 : Values::int32(Errors::toInt($status));
        }
        if ($wantsUsage) {
            $usage = [];
        }
        // One for each call: a signal handler may wait for another child in the middle.
        $used = $wantsUsage ? Library::get()->new('pcntl_rusage') : null;
        // One number for both results: the pid above, the status below.
        $packed = $used !== null
            ? Library::get()->pcntl_waitpid_packed($pid, $flags, \FFI::addr($used))
            : (Calls::$pcntl_waitpid)($pid, $flags);
        if ($packed > 0 && $used !== null) {
            $usage = self::usage($used);
        }
        return self::waited($packed, $status);
    }

    /** What the library's wait has given, as pcntl's. */
    public static function waited(int $packed, mixed &$status): int
    {
        if ($packed > 0) {
            $status = $packed & 0xffffffff;
            return $packed >> 32;
        }
        if ($packed === -1) {
            Errors::$pcntl = Calls::library()->pcntl_get_last_error();
        }
        return $packed;
    }

    /**
     * Waits for children of a kind (PHP 8.4 and later): what is known of one is put into $info.
     */
    public static function waitFor(int $kind, ?int $id, mixed &$info, int $flags, mixed &$usage, bool $wantsUsage): bool
    {
        $library = Library::get();
        $details = $library->new('pcntl_siginfo');
        $used = $wantsUsage ? $library->new('pcntl_rusage') : null;
        if ($wantsUsage) {
            $usage = [];
        }
        $address = $used === null ? null : \FFI::addr($used);
        if ($library->pcntl_waitid($kind, $id ?? 0, \FFI::addr($details), $flags, $address) === -1) {
            Errors::$pcntl = $library->pcntl_get_last_error();
            return false;
        }
        $info = SignalInfo::details(SignalInfo::SIGCHLD, $details);
        if ($used !== null) {
            $usage = self::usage($used);
        }
        return true;
    }

    public static function alarm(int $seconds): int
    {
        return Calls::library()->pcntl_alarm($seconds);
    }

    /** @return array<string, int> */
    private static function usage(CData $usage): array
    {
        return \array_map(static fn (string $field): int => $usage->$field, self::USAGE);
    }
}
