<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

/** What a child's wait status says, by the layout that Linux gives it: no call into the library is needed. */
final class WaitStatus
{
    private const CONTINUED = 0xffff;
    private const STOPPED = 0x7f;

    public static function exited(int $status): bool
    {
        return self::termSignal($status) === 0;
    }

    public static function stopped(int $status): bool
    {
        return ($status & 0xff) === self::STOPPED;
    }

    public static function continued(int $status): bool
    {
        return ($status & 0xffffffff) === self::CONTINUED;
    }

    public static function signaled(int $status): bool
    {
        $signal = self::termSignal($status);
        return $signal !== 0 && $signal !== self::STOPPED;
    }

    public static function exitStatus(int $status): int
    {
        return ($status >> 8) & 0xff;
    }

    public static function termSignal(int $status): int
    {
        return $status & 0x7f;
    }

    public static function stopSignal(int $status): int
    {
        return self::exitStatus($status);
    }
}
