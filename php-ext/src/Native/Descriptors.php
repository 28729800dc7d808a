<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use Libdaemon\Exception;

/**
 * Which descriptors are PHP's own, and which came in from the process that launched it.
 *
 * Close-on-exec does not tell: PHP opens files and sockets without it. So what is open is noted when the package is
 * loaded, before the application has opened much: of that, PHP's are the streams and the files of the script. What has
 * come since is the program's.
 */
final class Descriptors
{
    private const TABLE = '/proc/self/fd';

    /** @var array<int, string>|null what was open at the start: number to object, null where that cannot be seen */
    private static ?array $atStart = null;

    /** Notes what is open now. */
    public static function remember(): void
    {
        $scripts = \array_flip(\get_included_files());
        $open = self::open();
        self::$atStart = $open === null ? null : \array_filter($open, static fn ($object) => !isset($scripts[$object]));
    }

    /**
     * The descriptors that a daemon keeps: those of PHP's streams and scripts, and all that was opened since the start.
     *
     * @return list<int>
     */
    public static function ofPhp(): array
    {
        $open = self::open();
        if ($open === null || self::$atStart === null) {
            throw new Exception('libdaemon: ' . self::TABLE . ' cannot be read (open_basedir?), '
                . 'so PHP\'s own descriptors cannot be told from inherited ones', step: 'inherited descriptors');
        }
        $inherited = \array_diff_key(\array_intersect_assoc(self::$atStart, $open), self::ofStreams());
        return \array_keys(\array_diff_key($open, $inherited));
    }

    /** @return array<int, true> */
    private static function ofStreams(): array
    {
        $descriptors = [];
        foreach (['stream', 'persistent stream'] as $type) {
            foreach (\get_resources($type) as $stream) {
                $descriptor = Engine::descriptor($stream);
                if ($descriptor !== null) {
                    $descriptors[$descriptor] = true;
                }
            }
        }
        return $descriptors;
    }

    /**
     * What is open beyond the standard streams.
     *
     * @return array<int, string>|null number to object, such as "/etc/passwd" or "pipe:[4711]"
     */
    private static function open(): ?array
    {
        $numbers = @\scandir(self::TABLE, \SCANDIR_SORT_NONE);
        if ($numbers === false) {
            return null;
        }
        $open = [];
        foreach ($numbers as $number) {
            // The descriptor that scandir() read the directory with is closed again, and has no link any more.
            $object = (int) $number > 2 ? @\readlink(self::TABLE . '/' . $number) : false;
            if ($object !== false) {
                $open[(int) $number] = $object;
            }
        }
        return $open;
    }
}
