<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use FFI\CData;
use Libdaemon\Native\Library;

/** posix's functions that ask the databases of users and groups. */
final class PosixDatabases
{
    private const TOO_SMALL = 34; // ERANGE

    /** Room for the strings of an entry, as much as the longest one so far has taken. */
    private static int $room = 1024;

    /** @return array<string, mixed>|false */
    public static function user(string $function, int|string $key): array|false
    {
        $user = Library::get()->new('posix_passwd');
        $strings = self::find($function, $key, $user);
        return $strings === null ? false : [
            'name' => $user->name,
            'passwd' => $user->passwd,
            'uid' => $user->uid,
            'gid' => $user->gid,
            'gecos' => $user->gecos,
            'dir' => $user->dir,
            'shell' => $user->shell,
        ];
    }

    /** @return array<string, mixed>|false */
    public static function group(string $function, int|string $key): array|false
    {
        $group = Library::get()->new('posix_group');
        $strings = self::find($function, $key, $group);
        if ($strings === null) {
            return false;
        }
        $members = [];
        for ($i = 0; $group->members[$i] !== null; ++$i) {
            $members[] = $group->members[$i];
        }
        return ['name' => $group->name, 'passwd' => $group->passwd, 'members' => $members, 'gid' => $group->gid];
    }

    /** Fills the entry in; gives what its strings stand in, null when there is no such entry. */
    private static function find(string $function, int|string $key, CData $entry): ?CData
    {
        $library = Library::get();
        do {
            $strings = $library->new('char[' . self::$room . ']');
            $found = $library->$function($key, \FFI::addr($entry), $strings, self::$room);
            $error = $found === -1 ? $library->posix_get_last_error() : 0;
        } while ($error === self::TOO_SMALL && (self::$room *= 2) > 0);
        if ($found === 1) {
            return $strings;
        }
        Errors::$posix = $error;
        return null;
    }
}
