<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use FFI\CData;
use Libdaemon\Exception;

/** Why the extension is not there: looked into only when that is asked. */
final class Refusal
{
    private const RTLD_NOW = 2;
    private const DYNAMIC_LOADER = <<<'C'
        void *dlopen(const char *file, int mode);
        void *dlsym(void *handle, const char *name);
        int dlclose(void *handle);
        const char *dlerror(void);
        C;

    /** Of the candidates, where LIBDAEMON_PATH is not set. */
    private const ORIGINS = ['beside the package', 'in the package', 'a checkout', "the system's"];

    public static function ofAll(): Exception
    {
        return new Exception('libdaemon: ' . self::reason(), step: 'library');
    }

    private static function reason(): string
    {
        $version = Library::version();
        if ($version !== null && !Library::fits($version)) {
            return "the extension is version $version, this package is for " . Loader::SERIES;
        }
        $obstacle = self::obstacle() ?? self::settingOfFfi();
        if ($obstacle !== null) {
            return "cannot be used here: $obstacle";
        }
        $candidates = Loader::candidates();
        $origins = \count($candidates) === 1 ? ['LIBDAEMON_PATH, and nothing else while that is set'] : self::ORIGINS;
        $tried = [];
        foreach ($candidates as $number => $path) {
            $tried[] = "$path ({$origins[$number]}): " . (self::wrongWith($path) ?? 'it could not be used a moment ago');
        }
        return "no library found; tried\n  " . \implode("\n  ", $tried);
    }

    /** What stands in the way of FFI here, null if nothing does. */
    private static function obstacle(): ?string
    {
        return match (true) {
            \PHP_INT_SIZE !== 8 || \PHP_OS_FAMILY !== 'Linux' => 'it is for PHP on 64-bit Linux',
            !\in_array(\PHP_SAPI, Loader::PLACES, true)
                => 'a web server\'s process (' . \PHP_SAPI . ') is not one to fork or to make a daemon of; use the cli',
            !\extension_loaded('ffi') => 'PHP\'s extension FFI is not loaded (extension=ffi), '
                . (Library::version() === null ? 'nor is libdaemon (extension=/path/libdaemon-php.so)'
                    : 'and libdaemon has left this PHP alone, as it says when PHP starts'),
            default => null,
        };
    }

    /** "preload", PHP's default, allows FFI in the cli. */
    private static function settingOfFfi(): ?string
    {
        $setting = \strtolower((string) \ini_get('ffi.enable'));
        $isOn = \in_array($setting, ['1', 'on', 'yes', 'true'], true) || ($setting === 'preload' && \PHP_SAPI !== 'embed');
        return $isOn ? null : 'ffi.enable is "' . \ini_get('ffi.enable') . '"; it takes ffi.enable=true, or "preload" in the cli';
    }

    /** Why the library at this path is not to be used, null when it is. */
    private static function wrongWith(string $path): ?string
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
        if (!Library::fits($version)) {
            return "version $version, this package is for " . Loader::SERIES;
        }
        return $loader->dlsym($handle, 'libdaemon_php_load_0_1') === null
            ? 'it does not fit this package: it is the library for C, PHP\'s is libdaemon-php.so'
            : null;
    }
}
