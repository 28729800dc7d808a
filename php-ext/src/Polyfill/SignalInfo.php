<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use FFI\CData;

/** What is known of a signal, as PHP gives it to handlers and to those who wait for signals and children. */
final class SignalInfo
{
    public const SIGCHLD = 17;
    private const SIGUSR1 = 10;
    private const SIGUSR2 = 12;
    private const SIGRTMIN = 34;
    private const SIGPOLL = 29;
    /** SIGILL, SIGBUS, SIGFPE, SIGSEGV */
    private const FAULTS = [4, 7, 8, 11];

    /**
     * The native keys in the native order, floats where native has them.
     *
     * @param CData $info a pcntl_siginfo
     * @return array<string, int|float>
     */
    public static function details(int $signal, CData $info): array
    {
        $details = ['signo' => $info->signo, 'errno' => $info->errno_value, 'code' => $info->code];
        return $details + match (true) {
            $signal === self::SIGUSR1, $signal === self::SIGUSR2, $signal >= self::SIGRTMIN
                => ['pid' => $info->pid, 'uid' => $info->uid],
            $signal === self::SIGCHLD => [
                'status' => $info->status,
                'utime' => (float) $info->utime,
                'stime' => (float) $info->stime,
                'pid' => $info->pid,
                'uid' => $info->uid,
            ],
            \in_array($signal, self::FAULTS, true) => ['addr' => (float) ($info->addr | self::sender($info))],
            $signal === self::SIGPOLL => ['band' => $info->band | self::sender($info), 'fd' => $info->fd],
            default => [],
        };
    }

    /** What native reads as an address or events where a process has sent the signal: its pid and uid lie in that place. */
    private static function sender(CData $info): int
    {
        return ($info->uid << 32) | ($info->pid & 0xffffffff);
    }
}
