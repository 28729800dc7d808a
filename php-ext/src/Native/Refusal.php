<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use FFI\CData;
use Libdaemon\Exception;

/** Why no library could be opened: looked into only when that has failed. */
final class Refusal
{
    private const RTLD_NOW = 2;
    private const DYNAMIC_LOADER = <<<'C'
        void *dlopen(const char *file, int mode);
        void *dlsym(void *handle, const char *name);
        int dlclose(void *handle);
        const char *dlerror(void);
        C;

    /**
     * @param array<string, string> $candidates paths, and where each comes from
     * @param string $declarations of what was wanted of the library
     */
    public static function of(array $candidates, string $declarations): Exception
    {
        $obstacle = self::obstacle();
        if ($obstacle !== null) {
            return new Exception("libdaemon: cannot be used here: $obstacle", step: 'library');
        }
        $tried = [];
        foreach ($candidates as $path => $origin) {
            $path = (string) $path; // PHP makes numbers of keys such as "1"
            $tried[] = "$path ($origin): " . (self::reason($path) ?? self::misfit($path, $declarations));
        }
        return new Exception("libdaemon: no library found; tried\n  " . \implode("\n  ", $tried), step: 'library');
    }

    private static function obstacle(): ?string
    {
        return match (true) {
            \PHP_INT_SIZE !== 8 || \PHP_OS_FAMILY !== 'Linux' => 'it is for PHP on 64-bit Linux',
            !Start::isPlace()
                => 'a web server\'s process (' . \PHP_SAPI . ') is not one to fork or to make a daemon of; use the cli',
            !\extension_loaded('ffi') => 'PHP\'s extension FFI is not loaded (extension=ffi)',
            self::ffiIsOff() => 'ffi.enable is "' . \ini_get('ffi.enable') . '"; it takes ffi.enable=true, or "preload" in the cli',
            default => null,
        };
    }

    /** "preload", PHP's default, allows FFI in the cli. */
    private static function ffiIsOff(): bool
    {
        $setting = \strtolower((string) \ini_get('ffi.enable'));
        return !\in_array($setting, ['1', 'on', 'yes', 'true'], true) && !($setting === 'preload' && \PHP_SAPI !== 'embed');
    }

    /** Why the library at this path is not to be used, null when it is. */
    private static function reason(string $path): ?string
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
        return Calls::fits($version) ? null : "version $version, this package is for " . Calls::SERIES;
    }

    /** What FFI has to say of a library that is ours, but has not all that is declared. */
    private static function misfit(string $path, string $declarations): string
    {
        try {
            \FFI::cdef($declarations, $path);
            return 'it could not be used a moment ago';
        } catch (\FFI\Exception $misfit) {
            return 'it does not fit this package: ' . $misfit->getMessage();
        }
    }
}
