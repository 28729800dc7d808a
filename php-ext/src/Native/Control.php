<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use Libdaemon\Daemon;
use Libdaemon\Exception;

/** What is done to a running daemon beyond what the library does: replacing it by a new one, and reloading it. */
final class Control
{
    private const EAGAIN = 11;
    private const EINVAL = 22;
    private const EDEADLK = 35;
    private const EOPNOTSUPP = 95;
    /** How long to leave a daemon that is just starting or ending to itself, in microseconds. */
    private const PAUSE = 10000;

    /**
     * Starts the new daemon; where a running one holds the pid file, ends that first. All that can be tried before the old
     * one has to go has been tried by then. Comes back in the new daemon.
     */
    public static function restart(Daemon $daemon, ?string $pidfile, float $timeout, bool $kill): void
    {
        if ($pidfile === null) {
            throw new Exception('restart: it takes a pid file to find the running daemon', self::EINVAL, step: 'restart');
        }
        Library::milliseconds($timeout);
        try {
            $daemon->start();
            return;
        } catch (Exception $refusal) {
            if ($refusal->errno !== self::EAGAIN || !\in_array($refusal->step, ['pid file', 'lock file'], true)) {
                throw $refusal;
            }
        }
        self::stop($pidfile, $timeout, $kill);
        $daemon->start();
    }

    /** @throws Exception when the daemon does not handle the signal, which would end it */
    public static function reload(string $pidfile, int $signal): void
    {
        $pid = Daemon::status($pidfile);
        if ($pid !== 0 && !self::handles($pid, Library::number($signal, 'signal'))) {
            throw new Exception("reload: process $pid does not handle signal $signal", self::EOPNOTSUPP, step: 'reload');
        }
        Daemon::signal($pidfile, $signal);
    }

    /** As Daemon::stop(), with patience for a daemon that is just starting or ending. */
    private static function stop(string $pidfile, float $timeout, bool $kill): void
    {
        $end = \hrtime(true) + $timeout * 1e9;
        while (true) {
            try {
                if (Daemon::status($pidfile) === \getmypid()) {
                    throw new Exception('restart: this process is the daemon itself', self::EDEADLK, step: 'restart');
                }
                Daemon::stop($pidfile, \max(0.0, ($end - \hrtime(true)) / 1e9), $kill);
                return;
            } catch (Exception $failure) {
                if ($failure->errno !== self::EAGAIN || \hrtime(true) >= $end) {
                    throw $failure;
                }
                \usleep(self::PAUSE);
            }
        }
    }

    /** Whether a process handles or ignores a signal; it is taken to where that cannot be seen. */
    private static function handles(int $pid, int $signal): bool
    {
        $status = $signal < 1 || $signal > 64 ? false : @\file_get_contents("/proc/$pid/status");
        if ($status === false || !\preg_match_all('/^Sig(?:Ign|Cgt):\s*(\w+)/m', $status, $sets)) {
            return true;
        }
        foreach ($sets[1] as $set) {
            // Hexadecimal, the lowest four signals last.
            if (\hexdec(\substr($set, -1 - \intdiv($signal - 1, 4), 1)) >> ($signal - 1) % 4 & 1) {
                return true;
            }
        }
        return false;
    }
}
