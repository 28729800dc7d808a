<?php

declare(strict_types=1);

namespace Libdaemon\Native;

/** The descriptors 0, 1 and 2, and the streams that PHP's command line has on them: STDIN, STDOUT and STDERR. */
final class StandardStreams
{
    private const ALL = ['STDIN' => [0, 'r'], 'STDOUT' => [1, 'w'], 'STDERR' => [2, 'w']];

    public static function reset(string $path): void
    {
        $path = Library::path($path, 'path');
        Engine::flushOutput();
        Library::call('reset_std', $path);
    }

    public static function reopen(): void
    {
        Engine::flushOutput();
        Library::call('reopen_std');
    }

    /** Makes those streams usable again that the script has closed, or never had; the descriptors must be open. */
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
