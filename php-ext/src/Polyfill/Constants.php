<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

/** The constants of pcntl and posix. A PHP whose functions were disabled has them still. */
final class Constants
{
    /** @return array<string, array<string, int>> those of a version of PHP, by the group of functions that they belong to */
    public static function all(int $version = \PHP_VERSION_ID): array
    {
        // Data, which PHP reads three times as fast as code.
        $json = (string) \file_get_contents(__DIR__ . '/constants.json');
        $groups = [];
        foreach (\json_decode($json, true, flags: \JSON_THROW_ON_ERROR) as $key => $constants) {
            [$group, $since] = \explode(':', $key);
            if ($since <= $version) {
                $groups[$group] = [...$groups[$group] ?? [], ...$constants];
            }
        }
        return $groups;
    }

    /**
     * Defines those of some groups, or of all, but for what the program or one of the extensions has defined.
     *
     * @param list<string>|null $groups null for all
     */
    public static function define(?array $groups = null): void
    {
        foreach (self::all() as $group => $constants) {
            if ($groups === null || \in_array($group, $groups, true)) {
                foreach ($constants as $name => $value) {
                    \defined($name) || \define($name, $value);
                }
            }
        }
    }
}
