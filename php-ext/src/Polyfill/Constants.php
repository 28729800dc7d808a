<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

/** The constants of pcntl and posix. A PHP whose functions were disabled has them still. */
final class Constants
{
    /**
     * Defines those of an extension, but for what the program has defined.
     *
     * @param list<string>|null $groups of its functions, null for all
     */
    public static function define(string $extension, ?array $groups = null): void
    {
        // Data, which PHP reads three times as fast as code.
        $json = (string) \file_get_contents(__DIR__ . '/Constants/' . $extension . '.json');
        foreach (\json_decode($json, true, flags: \JSON_THROW_ON_ERROR) as $heading => $constants) {
            [$group, $since] = \explode(':', $heading);
            if ($since <= \PHP_VERSION_ID && ($groups === null || \in_array($group, $groups, true))) {
                foreach ($constants as $name => $value) {
                    \defined($name) || \define($name, $value);
                }
            }
        }
    }
}
