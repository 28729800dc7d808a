<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

/** The constants of pcntl and posix. A PHP whose functions were disabled has them still. */
final class Constants
{
    /** @return array<string, array<string, int>> those of an extension in a version of PHP, by groups of functions */
    public static function of(string $extension, int $version = \PHP_VERSION_ID): array
    {
        // Data, which PHP reads three times as fast as code.
        $json = (string) \file_get_contents(__DIR__ . "/Constants/$extension.json");
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
     * Defines those of some groups, or of all, but for what the program has defined.
     *
     * @param list<string>|null $groups null for all
     */
    public static function define(string $extension, ?array $groups = null): void
    {
        foreach (self::of($extension) as $group => $constants) {
            if ($groups === null || \in_array($group, $groups, true)) {
                foreach ($constants as $name => $value) {
                    \defined($name) || \define($name, $value);
                }
            }
        }
    }
}
