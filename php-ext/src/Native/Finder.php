<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use Libdaemon\Exception;
use Libdaemon\Polyfill\Groups;

/** Finds the shared library and opens it. Why one is not to be used is Refusal's to say. */
final class Finder
{
    /** The first library that fits. When none does, one exception says what was tried and what was wrong with each. */
    public static function open(): \FFI
    {
        if (!Groups::isPlace() || !\extension_loaded('ffi')) {
            throw Refusal::here();
        }
        $header = \file_get_contents(self::package() . '/libdaemon.h');
        if ($header === false) {
            $message = 'libdaemon: the package is incomplete, ' . self::package() . '/libdaemon.h cannot be read';
            throw new Exception($message, step: 'library');
        }
        $candidates = self::candidates();
        $misfits = [];
        foreach ($candidates as $path => $origin) {
            try {
                $library = \FFI::cdef($header, $path);
                if (Library::fits($library->libdaemon_version())) {
                    return $library;
                }
                $misfits[$path] = '';
            } catch (\FFI\Exception $misfit) {
                $misfits[$path] = $misfit->getMessage();
            }
        }
        throw Refusal::of($candidates, $misfits);
    }

    /** @return array<string, string> paths in the order in which they are tried, with where each comes from */
    private static function candidates(): array
    {
        $named = \getenv('LIBDAEMON_PATH');
        if (\is_string($named) && $named !== '') {
            return [$named => 'LIBDAEMON_PATH, and nothing else while that is set'];
        }
        $package = self::package();
        return [
            "$package/libdaemon.so.1" => 'beside the package',
            "$package/libdaemon.so" => 'beside the package',
            \dirname($package) . '/target/release/libdaemon.so' => 'a checkout',
            'libdaemon.so.1' => "the system's",
        ];
    }

    private static function package(): string
    {
        return \dirname(__DIR__, 2);
    }
}
