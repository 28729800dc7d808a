<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use Libdaemon\Native\Library;

/** posix's functions about the users and groups of the process. */
final class PosixIds
{
    public static function setuid(int $user): bool
    {
        Library::loadAll();
        return Posix::succeeded(Library::get()->posix_setuid($user));
    }

    public static function seteuid(int $user): bool
    {
        Library::loadAll();
        return Posix::succeeded(Library::get()->posix_seteuid($user));
    }

    public static function setgid(int $group): bool
    {
        Library::loadAll();
        return Posix::succeeded(Library::get()->posix_setgid($group));
    }

    public static function setegid(int $group): bool
    {
        Library::loadAll();
        return Posix::succeeded(Library::get()->posix_setegid($group));
    }

    /** @return list<int>|false */
    public static function getgroups(): array|false
    {
        $library = Library::get();
        $count = $library->posix_getgroups(0, null);
        if ($count > 0) {
            $groups = $library->new("unsigned int[$count]");
            $count = $library->posix_getgroups($count, $groups);
        }
        if (!Posix::succeeded($count)) {
            return false;
        }
        $numbers = [];
        for ($i = 0; $i < $count; ++$i) {
            $numbers[] = $groups[$i];
        }
        return $numbers;
    }

    public static function getlogin(): string|false
    {
        $name = Library::get()->posix_getlogin();
        Posix::succeeded($name === null ? -1 : 0);
        return $name ?? false;
    }

    /** As natively, its failure is not noted for posix_get_last_error(). */
    public static function initgroups(string $user, int $group): bool
    {
        return $user !== '' && Library::get()->posix_initgroups($user, $group) === 0;
    }
}
