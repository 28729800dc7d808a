<?php

declare(strict_types=1);

namespace Libdaemon\Native;

/** STDIN, STDOUT and STDERR: the streams that PHP's command line has on the descriptors 0, 1 and 2. */
final class StandardStreams
{
    private const ALL = ['STDIN' => [0, 'r'], 'STDOUT' => [1, 'w'], 'STDERR' => [2, 'w']];

    /** Makes those usable again that the script has closed, or never had; the descriptors must be open. */
    public static function restore(): void
    {
        foreach (self::ALL as $name => [$descriptor, $mode]) {
            if (!\defined($name)) {
                \define($name, Engine::stream($descriptor, $mode));
            } elseif (!\is_resource(\constant($name))) {
                Engine::replaceConstant($name, Engine::stream($descriptor, $mode));
            }
        }
    }
}
