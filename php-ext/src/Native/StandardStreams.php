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
        Library::flush();
        Library::call('reset_std', $path);
    }

    public static function reopen(): void
    {
        Library::flush();
        Library::call('reopen_std');
    }

    /** Makes those streams usable again that the script has closed, or never had; the descriptors must be open. */
    public static function restore(): void
    {
        if (!Library::hasExtension()) {
            return;
        }
        foreach (self::ALL as $name => [$descriptor, $mode]) {
            if (!\defined($name)) {
                \define($name, self::stream($descriptor, $mode));
            } elseif (!\is_resource(\constant($name))) {
                replace_constant($name, self::stream($descriptor, $mode));
            }
        }
    }

    /** @return resource a stream on an open descriptor, which is closed with it */
    private static function stream(int $descriptor, string $mode)
    {
        open_stream($descriptor, $mode);
        $streams = \get_resources('stream');
        return \end($streams);
    }
}
