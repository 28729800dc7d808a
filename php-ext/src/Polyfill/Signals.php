<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use FFI\CData;
use Libdaemon\Native\Library;

/**
 * pcntl's signal handlers. The library queues what arrives; the handlers are kept here, and run when the program asks
 * for it (pcntl_signal_dispatch, or declare(ticks=1)), never in between.
 */
final class Signals
{
    private const DEFAULT = 0;
    private const IGNORE = 1;
    private const QUEUE = 2;
    private const COUNT = 65;
    /** Natively, pcntl_signal_get_handler() knows only the first 32 before PHP 8.4. */
    private const LAST_WITH_GETTER = \PHP_VERSION_ID < 80400 ? 32 : 64;

    /** @var array<int, mixed> by signal: a callable, SIG_IGN or SIG_DFL */
    private static array $handlers = [];
    /** @var list<array{int, array<string, int|float>}> taken from the library's queue, not handled yet */
    private static array $pending = [];
    private static bool $dispatching = false;
    private static bool $ticking = false;
    private static ?CData $info = null;
    private static ?CData $infoAddress = null;

    public static function set(int $signal, mixed $handler, bool $restart): bool
    {
        if ($signal < 1) {
            throw Errors::atCaller(new \ValueError(
                'pcntl_signal(): Argument #1 ($signal) must be greater than or equal to 1'
            ));
        }
        if ($signal >= self::COUNT) {
            throw Errors::atCaller(new \ValueError('pcntl_signal(): Argument #1 ($signal) must be less than ' . self::COUNT));
        }
        if (\is_int($handler)) {
            if ($handler !== self::DEFAULT && $handler !== self::IGNORE) {
                throw Errors::atCaller(new \ValueError('pcntl_signal(): Argument #2 ($handler) must be either SIG_DFL or '
                    . 'SIG_IGN when an integer value is given'));
            }
            if (!self::assign($signal, $handler, $restart)) {
                return false;
            }
            self::$handlers[$signal] = $handler;
            return true;
        }
        if (!\is_callable($handler)) {
            Errors::$pcntl = 22; // EINVAL
            throw Errors::atCaller(new \TypeError('pcntl_signal(): Argument #2 ($handler) must be of type callable|int, '
                . Values::typeOf($handler) . ' given'));
        }
        self::$handlers[$signal] = $handler;
        return self::assign($signal, self::QUEUE, $restart);
    }

    public static function get(int $signal): mixed
    {
        if ($signal < 1 || $signal > self::LAST_WITH_GETTER) {
            throw Errors::atCaller(new \ValueError(
                'pcntl_signal_get_handler(): Argument #1 ($signal) must be between 1 and ' . self::LAST_WITH_GETTER
            ));
        }
        return self::$handlers[$signal] ?? self::DEFAULT;
    }

    /**
     * Runs the handlers of the signals that have arrived, in their order. Those that arrive meanwhile wait for the next
     * call. A handler that throws ends this one, and the rest stays for the next.
     */
    public static function dispatch(): bool
    {
        if (self::$dispatching || self::$info === null) {
            return true;
        }
        self::take();
        if (self::$pending === []) {
            return true;
        }
        self::$dispatching = true;
        try {
            for ($left = \count(self::$pending); $left > 0; --$left) {
                [$signal, $info] = \array_shift(self::$pending);
                $handler = self::$handlers[$signal] ?? self::DEFAULT;
                if (!\is_int($handler)) {
                    \call_user_func($handler, $signal, $info);
                }
            }
        } finally {
            self::$dispatching = false;
        }
        return true;
    }

    /** What pcntl_signal() was given for a signal, null when it was not called for it. */
    public static function handler(int $signal): mixed
    {
        return self::$handlers[$signal] ?? null;
    }

    /** Takes over what has arrived until now: the library hands nothing that it has queued on to a forked process. */
    public static function collect(): void
    {
        if (self::$info !== null) {
            self::take();
        }
    }

    /** Tells the library what is to become of a signal. */
    private static function assign(int $signal, int $disposition, bool $restart): bool
    {
        $library = Library::get();
        if ($disposition === self::QUEUE) {
            self::prepare($library);
        }
        if ($library->pcntl_signal_disposition($signal, $disposition, $restart) === -1) {
            Errors::$pcntl = $library->pcntl_get_last_error();
            Errors::warn('pcntl_signal(): Error assigning signal');
            return false;
        }
        return true;
    }

    /** Before the first handler: where a signal's details are put, and the hook for declare(ticks=1). */
    private static function prepare(\FFI $library): void
    {
        if (self::$info === null) {
            self::$info = $library->new('pcntl_siginfo');
            self::$infoAddress = \FFI::addr(self::$info);
        }
        if (!self::$ticking) {
            self::$ticking = \register_tick_function(\pcntl_signal_dispatch(...));
        }
    }

    private static function take(): void
    {
        $library = Library::$handle;
        while (($signal = $library->pcntl_next_signal(self::$infoAddress)) > 0) {
            self::$pending[] = [$signal, SignalInfo::details($signal, self::$info)];
        }
    }
}
