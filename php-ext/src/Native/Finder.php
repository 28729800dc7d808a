<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use Libdaemon\Polyfill\Withheld;

/** Finds the shared library and opens it. Why one is not to be used is Refusal's to say. */
final class Finder
{
    /** A library fits when it has the same first two numbers as this package. */
    public const SERIES = '0.1';

    /** The library that was found, as one of the candidates: every handle is one to the same. */
    private static ?array $found = null;

    /**
     * The first library that fits. When none does, one exception says what was tried and what was wrong with each.
     *
     * @param string $declarations of what is wanted of the library
     */
    public static function open(string $declarations): \FFI
    {
        if (Start::isPlace() && \extension_loaded('ffi')) {
            foreach (self::$found ?? self::candidates() as $path => $origin) {
                try {
                    $library = \FFI::cdef($declarations, (string) $path);
                } catch (\FFI\Exception) {
                    continue;
                }
                if (self::fits($library->libdaemon_version())) {
                    self::$found = [$path => $origin];
                    if (\class_exists(Withheld::class, false)) {
                        Withheld::complain();
                    }
                    return $library;
                }
            }
        }
        throw Refusal::of(self::$found ?? self::candidates(), $declarations);
    }

    /** Whether a library of that version is one for this package. */
    public static function fits(string $version): bool
    {
        return $version === self::SERIES || \str_starts_with($version, self::SERIES . '.');
    }

    /** @return array<string, string> paths in the order in which they are tried, with where each comes from */
    private static function candidates(): array
    {
        $named = (string) \getenv('LIBDAEMON_PATH');
        $package = \dirname(__DIR__, 2);
        return $named !== '' ? [$named => 'LIBDAEMON_PATH, and nothing else while that is set'] : [
            "$package/libdaemon.so.1" => 'beside the package',
            "$package/libdaemon.so" => 'beside the package',
            \dirname($package) . '/target/release/libdaemon.so' => 'a checkout',
            'libdaemon.so.1' => "the system's",
        ];
    }
}
