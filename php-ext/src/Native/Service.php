<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use Libdaemon\Exception;

/** What a service manager has handed over, and how the process is called. */
final class Service
{
    private const FIRST_DESCRIPTOR = 3;

    /** @return array<int, string> */
    public static function descriptors(): array
    {
        $count = Library::call('daemonize_listen_fds', null);
        if ($count === 0) {
            return [];
        }
        $given = \getenv('LISTEN_FDNAMES');
        $names = $given === false ? \array_fill(0, $count, 'unknown') : \explode(':', $given);
        if (\count($names) !== $count) {
            throw new Exception("LISTEN_FDNAMES $given: not as many names as descriptors", 22, 1, 'LISTEN_FDNAMES');
        }
        return \array_combine(\range(self::FIRST_DESCRIPTOR, self::FIRST_DESCRIPTOR + $count - 1), $names);
    }

    /** PHP's command line shows titles of its own, at a place that the library would not have shown any more. */
    public static function setTitle(string $title): void
    {
        Library::text($title, 'title');
        if ($title !== '' && \function_exists('cli_set_process_title') && @\cli_set_process_title($title)) {
            @\file_put_contents('/proc/self/comm', \substr($title, 0, 15));
            return;
        }
        Library::call('libdaemon_set_title', $title);
    }
}
