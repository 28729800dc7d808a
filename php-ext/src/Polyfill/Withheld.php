<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use Libdaemon\Native\Start;

/** The functions that are missing and were left undefined, and the one message about them. */
final class Withheld
{
    /** @var list<string> because an administrator disabled them */
    private static array $disabled = [];
    /** @var list<string> because of native functions beside them */
    private static array $halved = [];
    private static bool $complained = false;
    private static bool $listens = false;

    /**
     * What is missing and was not disabled is not in this build of PHP: nobody's decision, and nothing to report.
     *
     * @param array<string> $missing
     */
    public static function asDisabled(array $missing): void
    {
        self::$disabled = [...self::$disabled, ...\array_intersect($missing, Selection::disabled())];
        self::listen();
    }

    /** @param array<string> $missing because of what exists beside them */
    public static function asHalved(array $missing): void
    {
        self::$halved = [...self::$halved, ...$missing];
        self::listen();
    }

    /** What was left undefined and why, null when nothing was. */
    public static function complaint(): ?string
    {
        $parts = [];
        if (self::$disabled !== []) {
            $parts[] = 'disabled in this PHP (disable_functions), and left so unless ' . Start::SWITCH
                . '=force is in the environment: ' . \implode(', ', self::$disabled);
        }
        if (self::$halved !== []) {
            $parts[] = 'not defined, because functions that belong to them exist already, and they come together or not at '
                . 'all: ' . \implode(', ', self::$halved);
        }
        return $parts === [] ? null : 'libdaemon: ' . \implode('. ', $parts);
    }

    /** Says what was left undefined and why, the first time only. */
    public static function complain(): void
    {
        $complaint = self::$complained ? null : self::complaint();
        self::$complained = true;
        if ($complaint === null) {
            return;
        }
        try {
            \trigger_error($complaint, \E_USER_WARNING);
        } catch (\Throwable) {
            \error_log($complaint); // the program makes exceptions of warnings: this one is no reason to fail
        }
    }

    private static function listen(): void
    {
        if (!self::$listens && self::complaint() !== null) {
            self::$listens = true;
            \register_shutdown_function(self::explain(...));
        }
    }

    /** At the end of a script: says it where a call of such a function was the end. */
    private static function explain(): void
    {
        $pattern = '/Call to undefined function (?:.*\\\\)?(\w+)\(/';
        $isCall = \preg_match($pattern, \error_get_last()['message'] ?? '', $call);
        if ($isCall && \in_array(\strtolower($call[1]), [...self::$disabled, ...self::$halved], true)) {
            self::complain();
        }
    }
}
