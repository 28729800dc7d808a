<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use Libdaemon\Native\Library;
use Libdaemon\Native\Paths;

/** posix's functions about files. */
final class PosixFiles
{
    private const EPERM = 1;
    private const EIO = 5;
    private const DEVICE = 0o020000 | 0o060000;

    public static function ctermid(): string
    {
        return Library::get()->posix_ctermid();
    }

    public static function getcwd(): string|false
    {
        // PHP's own: of thread-safe builds each thread has a directory.
        $directory = \getcwd();
        if ($directory === false) {
            $library = Library::get();
            $library->posix_getcwd($library->new('char[4096]'), 4096);
            Errors::$posix = $library->posix_get_last_error();
        }
        return $directory;
    }

    public static function mkfifo(string $path, int $permissions): bool
    {
        return self::mayMake('posix_mkfifo', $path) && Posix::succeeded(Library::get()->posix_mkfifo($path, $permissions));
    }

    public static function mknod(string $path, int $flags, int $major, int $minor): bool
    {
        if (!self::mayMake('posix_mknod', $path)) {
            return false;
        }
        if (($flags & self::DEVICE) === 0) {
            $major = $minor = 0;
        } elseif ($major === 0) {
            throw Errors::atCaller(new \ValueError(
                'posix_mknod(): Argument #3 ($major) cannot be 0 for the POSIX_S_IFCHR and POSIX_S_IFBLK modes',
            ));
        }
        return Posix::succeeded(Library::get()->posix_mknod($path, $flags, $major, $minor));
    }

    public static function access(string $path, int $flags): bool
    {
        self::refuseNul('posix_access', 'filename', $path);
        $expanded = Paths::expand($path);
        if ($expanded === null) {
            Errors::$posix = self::EIO;
            return false;
        }
        return self::mayAsk($expanded) && Posix::succeeded(Library::get()->posix_access($expanded, $flags));
    }

    public static function eaccess(string $path, int $flags): bool
    {
        self::refuseNul('posix_eaccess', 'filename', $path);
        $expanded = Paths::expand($path) ?? throw self::emptyPath('posix_eaccess', 'filename');
        return self::mayAsk($expanded) && Posix::succeeded(Library::get()->posix_eaccess($expanded, $flags));
    }

    public static function pathconf(string $path, int $name): int|false
    {
        self::refuseNul('posix_pathconf', 'path', $path);
        if ($path === '') {
            throw self::emptyPath('posix_pathconf', 'path');
        }
        if (self::isTooLong('posix_pathconf', $path)) {
            Errors::warn("posix_pathconf(): Invalid path supplied: $path");
            return false;
        }
        if (Paths::isForbidden($path)) {
            Errors::warn("posix_pathconf(): open_basedir restriction in effect. File($path) is not within the allowed path(s): ("
                . \ini_get('open_basedir') . ')');
            Errors::warn("posix_pathconf(): Invalid path supplied: $path");
            return false;
        }
        return PosixLimits::ofFile(Library::get()->posix_pathconf($path, $name));
    }

    private static function mayMake(string $function, string $path): bool
    {
        self::refuseNul($function, 'filename', $path);
        return !self::isTooLong($function, $path) && !Paths::isForbidden($path);
    }

    private static function mayAsk(string $path): bool
    {
        if (Paths::isForbidden($path)) {
            Errors::$posix = self::EPERM;
            return false;
        }
        return true;
    }

    /** A complaint of open_basedir's, and so not made where there is none. */
    private static function isTooLong(string $function, string $path): bool
    {
        if (\strlen($path) < Paths::LONGEST || !Paths::isRestricted()) {
            return false;
        }
        Errors::warn("$function(): File name is longer than the maximum allowed path length on this platform ("
            . Paths::LONGEST . "): $path");
        return true;
    }

    private static function refuseNul(string $function, string $parameter, string $path): void
    {
        if (\str_contains($path, "\0")) {
            throw Errors::atCaller(new \ValueError("$function(): Argument #1 (\$$parameter) must not contain any null bytes"));
        }
    }

    private static function emptyPath(string $function, string $parameter): \ValueError
    {
        $wrong = \PHP_VERSION_ID < 80400 ? 'cannot be empty' : 'must not be empty';
        return Errors::atCaller(new \ValueError("$function(): Argument #1 (\$$parameter) $wrong"));
    }
}
