<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use Libdaemon\Native\Library;

/** posix's functions about limits. */
final class PosixLimits
{
    private const RESOURCES = ['core' => 4, 'data' => 2, 'stack' => 3, 'totalmem' => 9, 'rss' => 5, 'maxproc' => 6,
        'memlock' => 8, 'cpu' => 0, 'filesize' => 1, 'openfiles' => 7];
    private const UNLIMITED = -1;

    /** @return array<int|string>|false all that there are by name, or the two of one resource */
    public static function get(?int $resource): array|false
    {
        if ($resource !== null) {
            return self::pair($resource) ?? false;
        }
        $limits = [];
        foreach (self::RESOURCES as $name => $number) {
            $pair = self::pair($number);
            if ($pair === null) {
                return false;
            }
            [$limits["soft $name"], $limits["hard $name"]] = $pair;
        }
        return $limits;
    }

    public static function set(int $resource, int $soft, int $hard): bool
    {
        if (\PHP_VERSION_ID >= 80500) {
            foreach (['#2 ($soft_limit)' => $soft, '#3 ($hard_limit)' => $hard] as $argument => $limit) {
                if ($limit < self::UNLIMITED) {
                    throw self::refusal("$argument must be greater or equal to -1");
                }
            }
            if ($hard !== self::UNLIMITED && $soft > $hard) {
                throw self::refusal("#2 (\$soft_limit) must be lower or equal to $hard");
            }
        }
        Library::loadAll();
        return Posix::succeeded(Library::get()->posix_setrlimit($resource, $soft, $hard));
    }

    /**
     * What pathconf and fpathconf give: -1 where there is no limit. (The native ones give false for that, and somebody
     * else's error, whenever any system call has failed before.)
     */
    public static function ofFile(int $limit): int|false
    {
        $error = $limit === -1 ? Library::get()->posix_get_last_error() : 0;
        if ($error !== 0) {
            Errors::$posix = $error;
            return false;
        }
        return $limit;
    }

    /** @return array{int|string, int|string}|null */
    private static function pair(int $resource): ?array
    {
        $library = Library::get();
        [$soft, $hard] = [$library->new('uint64_t'), $library->new('uint64_t')];
        if (!Posix::succeeded($library->posix_getrlimit($resource, \FFI::addr($soft), \FFI::addr($hard)))) {
            return null;
        }
        return [self::shown($soft->cdata), self::shown($hard->cdata)];
    }

    private static function shown(int $limit): int|string
    {
        return $limit === self::UNLIMITED ? 'unlimited' : $limit;
    }

    private static function refusal(string $what): \ValueError
    {
        return Errors::atCaller(new \ValueError("posix_setrlimit(): Argument $what"));
    }
}
