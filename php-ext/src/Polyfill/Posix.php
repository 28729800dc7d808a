<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use Libdaemon\Native\Calls;
use Libdaemon\Native\Library;

/** posix's functions about processes and the system. */
final class Posix
{
    public static function getpgrp(): int
    {
        return Library::get()->posix_getpgrp();
    }

    /** As natively, its failure is not noted for posix_get_last_error(). */
    public static function setsid(): int
    {
        return Calls::library()->posix_setsid();
    }

    public static function setpgid(int $pid, int $group): bool
    {
        self::checkProcess('posix_setpgid(): Argument #1 ($process_id)', $pid);
        self::checkProcess('posix_setpgid(): Argument #2 ($process_group_id)', $group);
        return self::succeeded(Library::get()->posix_setpgid($pid, $group));
    }

    public static function getpgid(int $pid): int|false
    {
        $group = Library::get()->posix_getpgid($pid);
        return self::succeeded($group) ? $group : false;
    }

    public static function getsid(int $pid): int|false
    {
        self::checkProcess('posix_getsid(): Argument #1 ($process_id)', $pid);
        $session = Library::get()->posix_getsid($pid);
        return self::succeeded($session) ? $session : false;
    }

    /** @return array<string, int> */
    public static function times(): array
    {
        $library = Library::get();
        $times = $library->new('posix_tms');
        return [
            'ticks' => $library->posix_times(\FFI::addr($times)),
            'utime' => $times->utime,
            'stime' => $times->stime,
            'cutime' => $times->cutime,
            'cstime' => $times->cstime,
        ];
    }

    /** @return array<string, string>|false */
    public static function uname(): array|false
    {
        $library = Library::get();
        $names = $library->new('posix_utsname');
        if (!self::succeeded($library->posix_uname(\FFI::addr($names)))) {
            return false;
        }
        return [
            'sysname' => \FFI::string($names->sysname),
            'nodename' => \FFI::string($names->nodename),
            'release' => \FFI::string($names->release),
            'version' => \FFI::string($names->version),
            'machine' => \FFI::string($names->machine),
            'domainname' => \FFI::string($names->domainname),
        ];
    }

    /** Was that no failure? Of one the error is noted for posix_get_last_error(). */
    public static function succeeded(int $result): bool
    {
        return $result !== -1 || self::failed();
    }

    /** The library's last call has failed: false, and the error is kept. */
    public static function failed(): bool
    {
        Errors::$posix = Calls::library()->posix_get_last_error();
        return false;
    }

    /**
     * PHP 8.5 refuses a process that an int cannot hold, of posix_kill() in words that lack a minus. Before, the upper half
     * of the number counted for nothing.
     */
    public static function checkProcess(string $argument, int $process, int $least = 0): void
    {
        if (\PHP_VERSION_ID >= 80500 && ($process < $least || $process > 0x7fffffff)) {
            throw Errors::atCaller(new \ValueError("$argument must be between " . -$least . ' and ' . 0x7fffffff));
        }
    }
}
