<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use Libdaemon\Exception;

/** Paths as PHP's engine sees them: from its own working directory, and within open_basedir. */
final class Paths
{
    public const LONGEST = 4096; // MAXPATHLEN

    private const DECLARATIONS = <<<'C'
        char *expand_filepath(const char *path, char *expanded);
        int php_check_open_basedir_ex(const char *path, int warn);
        C;

    private static ?\FFI $engine = null;

    /** The path, made absolute and without "." and "..", null for one that is empty or too long. */
    public static function expand(string $path): ?string
    {
        $engine = self::engine();
        $expanded = $engine->new('char[' . self::LONGEST . ']');
        return $engine->expand_filepath($path, $expanded) === null ? null : \FFI::string($expanded);
    }

    /** Is the path, of less than LONGEST bytes, one that open_basedir forbids? */
    public static function isForbidden(string $path): bool
    {
        return self::isRestricted() && self::engine()->php_check_open_basedir_ex($path, 0) !== 0;
    }

    public static function isRestricted(): bool
    {
        return (string) \ini_get('open_basedir') !== '';
    }

    private static function engine(): \FFI
    {
        return self::$engine ?? self::open();
    }

    private static function open(): \FFI
    {
        try {
            self::$engine = \FFI::cdef(self::DECLARATIONS);
        } catch (\FFI\Exception $missing) {
            throw new Exception('libdaemon: this PHP does not export its engine: ' . $missing->getMessage(), previous: $missing);
        }
        return self::$engine;
    }
}
