<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use FFI\CData;
use Libdaemon\Exception;
use Libdaemon\Polyfill\Groups;

/** Finds the shared library, tells it from others of that name, and opens it. */
final class Finder
{
    private const RTLD_NOW = 2;
    private const DYNAMIC_LOADER = <<<'C'
        void *dlopen(const char *file, int mode);
        void *dlsym(void *handle, const char *name);
        int dlclose(void *handle);
        const char *dlerror(void);
        C;

    /** The first library that fits. When none does, one exception says what was tried and what was wrong with each. */
    public static function open(): \FFI
    {
        self::requireFfi();
        $header = \file_get_contents(self::package() . '/libdaemon.h');
        if ($header === false) {
            $message = 'libdaemon: the package is incomplete, ' . self::package() . '/libdaemon.h cannot be read';
            throw new Exception($message, step: 'library');
        }
        $tried = [];
        foreach (self::candidates() as $path => $origin) {
            $reason = self::refusal($path);
            if ($reason === null) {
                try {
                    return \FFI::cdef($header, $path);
                } catch (\FFI\Exception $mismatch) {
                    $reason = 'it does not fit this package: ' . $mismatch->getMessage();
                }
            }
            $tried[] = "$path ($origin): $reason";
        }
        throw new Exception("libdaemon: no library found; tried\n  " . \implode("\n  ", $tried), step: 'library');
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

    /** Why the library at this path is not to be used, null when it is. */
    private static function refusal(string $path): ?string
    {
        $loader = \FFI::cdef(self::DYNAMIC_LOADER);
        $handle = $loader->dlopen($path, self::RTLD_NOW);
        if ($handle === null) {
            $reason = (string) $loader->dlerror();
            return \str_starts_with($reason, "$path: ") ? \substr($reason, \strlen("$path: ")) : $reason;
        }
        try {
            return self::mismatch($loader, $handle, $path);
        } finally {
            $loader->dlclose($handle);
        }
    }

    /** Whether it is ours at all (an older project has libraries of the same name), and of a version that fits. */
    private static function mismatch(\FFI $loader, CData $handle, string $path): ?string
    {
        if ($loader->dlsym($handle, 'libdaemon_version') === null) {
            return 'another project\'s library of that name, it has no libdaemon_version()';
        }
        $version = (string) \FFI::cdef('const char *libdaemon_version(void);', $path)->libdaemon_version();
        if (self::series($version) !== self::series(Library::VERSION)) {
            return "version $version, this package is for " . self::series(Library::VERSION);
        }
        return null;
    }

    private static function series(string $version): string
    {
        return \implode('.', \array_slice(\explode('.', $version), 0, 2));
    }

    private static function package(): string
    {
        return \dirname(__DIR__, 2);
    }

    private static function requireFfi(): void
    {
        $obstacle = match (true) {
            \PHP_INT_SIZE !== 8 || \PHP_OS_FAMILY !== 'Linux' => 'it is for PHP on 64-bit Linux',
            !Groups::isPlace()
                => 'a web server\'s process (' . \PHP_SAPI . ') is not one to fork or to make a daemon of; use the cli',
            !\extension_loaded('ffi') => 'PHP\'s extension FFI is not loaded (extension=ffi)',
            self::ffiIsOff() => 'ffi.enable is "' . \ini_get('ffi.enable') . '"; it takes ffi.enable=true, or "preload" in the cli',
            default => null,
        };
        if ($obstacle !== null) {
            throw new Exception("libdaemon: cannot be used here: $obstacle", step: 'library');
        }
    }

    /** "preload", PHP's default, allows FFI in the cli. */
    private static function ffiIsOff(): bool
    {
        $setting = \strtolower((string) \ini_get('ffi.enable'));
        return !\in_array($setting, ['1', 'on', 'yes', 'true'], true) && !($setting === 'preload' && \PHP_SAPI !== 'embed');
    }
}
