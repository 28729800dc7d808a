<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use Libdaemon\Native\Calls;
use Libdaemon\Native\Library;

/** pcntl's functions about sets of signals: the mask, and waiting for what it blocks. */
final class SignalSets
{
    private const LAST = 64;
    /** libc keeps these for itself and refuses them to everybody. */
    private const OF_LIBC = [32, 33];
    private const EAGAIN = 11;
    private const EINVAL = 22;
    /** As many lists are kept. */
    private const KEPT = 32;

    /** @var array<int, list<int>> by set: its signals. A program has few masks, and asks for them again and again. */
    public static array $lists = [0 => []];

    /** @param array<mixed> $signals */
    public static function changeMask(int $mode, array $signals, mixed &$former): bool
    {
        if (\PHP_VERSION_ID >= 80400) {
            if ($mode < 0 || $mode > 2) {
                throw Errors::atCaller(new \ValueError('pcntl_sigprocmask(): Argument #1 ($mode) must be one of SIG_BLOCK, '
                    . 'SIG_UNBLOCK, or SIG_SETMASK'));
            }
            if ($signals === [] && $mode !== \SIG_SETMASK) {
                throw self::noSignals('pcntl_sigprocmask', 2);
            }
        }
        $set = self::set($signals, 'pcntl_sigprocmask', 2);
        if ($set === null) {
            return false;
        }
        $library = Calls::library();
        $bits = $library->pcntl_sigprocmask_packed($mode, $set);
        if ($bits === -1) {
            return self::failed('pcntl_sigprocmask', $library->pcntl_get_last_error());
        }
        $former = self::$lists[$bits] ?? self::list($bits);
        return true;
    }

    /**
     * Waits for a signal: its number, or what the native functions give when there is none.
     *
     * @param array<mixed> $signals
     * @param array{int, int}|null $timeout seconds and nanoseconds, null for ever
     */
    public static function wait(string $function, array $signals, mixed &$details, ?array $timeout): int|false
    {
        $throws = \PHP_VERSION_ID >= 80400;
        if ($throws && $signals === []) {
            throw self::noSignals($function, 1);
        }
        $set = self::set($signals, $function, 1);
        if ($set === null) {
            return false;
        }
        if ($throws && $timeout !== null) {
            self::checkTimeout($function, ...$timeout);
        }
        $library = Library::get();
        $info = $library->new('pcntl_siginfo');
        $signal = $timeout === null
            ? $library->pcntl_sigwaitinfo($set, \FFI::addr($info))
            : $library->pcntl_sigtimedwait($set, \FFI::addr($info), ...$timeout);
        if ($signal === -1) {
            $error = $library->pcntl_get_last_error();
            if ($error !== self::EAGAIN) {
                self::failed($function, $error);
            }
            return $throws ? false : -1;
        }
        $details = SignalInfo::details($signal, $info);
        return $signal;
    }

    /**
     * The set as a number: bit 0 for signal 1. Null, after a warning, where one of them cannot be in it.
     *
     * @param array<mixed> $signals
     */
    private static function set(array $signals, string $function, int $position): ?int
    {
        $set = 0;
        foreach ($signals as $value) {
            $signal = \PHP_VERSION_ID < 80400 ? Values::int32(Errors::toInt($value)) : self::number($value, $function, $position);
            if ($signal < 1 || $signal > self::LAST || \in_array($signal, self::OF_LIBC, true)) {
                self::failed($function, self::EINVAL);
                return null;
            }
            $set |= 1 << $signal - 1;
        }
        return $set;
    }

    /** A signal as PHP 8.4 and later accept it. */
    private static function number(mixed $value, string $function, int $position): int
    {
        $signal = Values::toIntOrNull($value);
        if ($signal === null) {
            throw Errors::atCaller(new \TypeError("$function(): Argument #$position (\$signals) signals must be of type int, "
                . Values::typeOf($value) . ' given'));
        }
        if ($signal < 1 || $signal > self::LAST) {
            throw Errors::atCaller(new \ValueError("$function(): Argument #$position (\$signals) signals must be between 1 and "
                . self::LAST));
        }
        return $signal;
    }

    private static function checkTimeout(string $function, int $seconds, int $nanoseconds): void
    {
        $wrong = match (true) {
            $seconds < 0 => 'Argument #3 ($seconds) must be greater than or equal to 0',
            $nanoseconds < 0 || $nanoseconds >= 1_000_000_000 => 'Argument #4 ($nanoseconds) must be between 0 and 1e9',
            $seconds === 0 && $nanoseconds === 0
                => 'At least one of argument #3 ($seconds) or argument #4 ($nanoseconds) must be greater than 0',
            default => null,
        };
        if ($wrong !== null) {
            throw Errors::atCaller(new \ValueError("$function(): $wrong"));
        }
    }

    private static function noSignals(string $function, int $position): \ValueError
    {
        return Errors::atCaller(new \ValueError("$function(): Argument #$position (\$signals) must not be empty"));
    }

    private static function failed(string $function, int $error): bool
    {
        Errors::$pcntl = $error;
        Errors::warn("$function(): " . Errors::text($error));
        return false;
    }

    /** @return list<int> */
    public static function list(int $bits): array
    {
        $list = [];
        for ($signal = 1; $signal <= self::LAST; ++$signal) {
            if ($bits >> $signal - 1 & 1) {
                $list[] = $signal;
            }
        }
        if (\count(self::$lists) >= self::KEPT) {
            self::$lists = [0 => []];
        }
        return self::$lists[$bits] = $list;
    }
}
