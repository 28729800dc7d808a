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

    public static function ofAll(): Exception
    {
        return new Exception('libdaemon: ' . self::reason(), step: 'library');
    }

    private static function reason(): string
    {
        $version = Loader::version();
        if ($version !== null && !Loader::fits($version)) {
            return "the extension is version $version, this package is for " . Loader::SERIES;
        }
        $obstacle = Loader::obstacle() ?? self::settingOfFfi();
        if ($obstacle !== null) {
            return "cannot be used here: $obstacle";
        }
        $tried = [];
        foreach (Loader::candidates() as $path => $origin) {
            $path = (string) $path;
            $tried[] = "$path ($origin): " . (self::wrongWith($path) ?? 'it could not be used a moment ago');
        }
        return "no library found; tried\n  " . \implode("\n  ", $tried);
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
        if (!Loader::fits($version)) {
            return "version $version, this package is for " . Loader::SERIES;
        }
        return $loader->dlsym($handle, 'libdaemon_php_load') === null
            ? 'it does not fit this package: it is the library for C, PHP\'s is libdaemon-php.so'
            : null;
    }
}
