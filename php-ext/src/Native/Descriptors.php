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
    /**
     * The descriptors that a daemon keeps: those of PHP's streams and scripts, and all that was opened since the start.
     *
     * @return list<int>
     */
    public static function ofPhp(): array
    {
        $open = Start::open();
        if ($open === null || Start::$openAtStart === null) {
            throw new Exception('libdaemon: ' . Start::OPEN_FILES . ' cannot be read (open_basedir?), '
                . 'so PHP\'s own descriptors cannot be told from inherited ones', step: 'inherited descriptors');
        }
        $inherited = \array_diff_key(\array_intersect_assoc(Start::$openAtStart, $open), self::ofStreams());
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
}
