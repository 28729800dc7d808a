<?php

declare(strict_types=1);

namespace Libdaemon\Native;

/** What is open, and what was at the start: noted before the application has opened much. Loaded by every start. */
final class OpenFiles
{
    public const TABLE = '/proc/self/fd';

    /** @var array<int, string>|null number to object, but for the script's own files; null where that cannot be seen */
    public static ?array $atStart = null;

    /** Notes what is open now. */
    public static function remember(): void
    {
        $open = self::open();
        self::$atStart = $open === null ? null : \array_diff($open, \get_included_files());
    }

    /**
     * What is open beyond the standard streams.
     *
     * @return array<int, string>|null number to object, such as "/etc/passwd" or "pipe:[4711]"
     */
    public static function open(): ?array
    {
        $open = [];
        foreach (@\scandir(self::TABLE, \SCANDIR_SORT_NONE) ?: [] as $number) {
            $link = self::TABLE . "/$number";
            // The descriptor that scandir() read the directory with is closed again, and has no link any more.
            $open[$number] = (int) $number > 2 && \is_link($link) ? @\readlink($link) : false;
        }
        if (\PHP_ZTS) {
            // A thread-safe PHP would remember where that led, in forked processes too.
            \clearstatcache(true, self::TABLE);
            \clearstatcache(true, '/proc/self');
        }
        return $open === [] ? null : \array_filter($open);
    }
}
