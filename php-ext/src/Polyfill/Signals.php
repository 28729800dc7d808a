<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use Libdaemon\Native\Attachment;
use Libdaemon\Native\Library;

/**
 * pcntl's signal handlers. The library queues what arrives. Where it is attached to the engine it runs the handlers, too:
 * when the program asks for it (pcntl_signal_dispatch, or declare(ticks=1)) and, after pcntl_async_signals(true), between
 * two instructions. An engine that is not known is left alone, and SignalRound runs them when the program asks.
 */
final class Signals
{
    private const DEFAULT = 0;
    private const IGNORE = 1;
    private const QUEUE = 2;
    private const COUNT = 65;
    /** Natively, pcntl_signal_get_handler() knows only the first 32 before PHP 8.4. */
    private const LAST_WITH_GETTER = \PHP_VERSION_ID < 80400 ? 32 : 64;

    /** @var array<int, mixed> by signal: a callable, SIG_IGN or SIG_DFL, as it was given */
    private static array $handlers = [];
    /** @var array<int, ?\Closure> by signal: what is called */
    private static array $closures = [];
    private static bool $asynchronous = false;
    private static bool $prepared = false;
    /** Attached: runs the handlers of what has arrived. */
    private static ?\Closure $round = null;
    /** Attached: keeps a closure as the handler of a signal. */
    private static ?\Closure $keep = null;

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
        $closure = null;
        if (\is_int($handler)) {
            if ($handler !== self::DEFAULT && $handler !== self::IGNORE) {
                throw Errors::atCaller(new \ValueError('pcntl_signal(): Argument #2 ($handler) must be either SIG_DFL or '
                    . 'SIG_IGN when an integer value is given'));
            }
        } else {
            $closure = self::callable($handler);
            if ($closure === null) {
                Errors::$pcntl = 22; // EINVAL
                throw Errors::atCaller(new \TypeError('pcntl_signal(): Argument #2 ($handler) must be of type callable|int, '
                    . Values::typeOf($handler) . ' given'));
            }
        }
        self::prepare();
        if ($closure !== null) {
            self::keep($signal, $closure);
        }
        $disposition = $closure === null ? $handler : self::QUEUE;
        $library = Library::get();
        if ($library->pcntl_signal_disposition($signal, $disposition, $restart) === -1) {
            Errors::$pcntl = $library->pcntl_get_last_error();
            Errors::warn("Error installing signal handler for $signal", \E_ERROR);
        }
        if ($closure === null) {
            self::keep($signal, null);
        }
        self::$handlers[$signal] = $handler;
        return true;
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

    /** What pcntl_signal() was given for a signal, null when it was not called for it. */
    public static function handler(int $signal): mixed
    {
        return self::$handlers[$signal] ?? null;
    }

    /** Takes over what has arrived until now: the library hands nothing that it has queued on to a forked process. */
    public static function collect(): void
    {
        if (self::$prepared && SignalRound::collect()) {
            Attachment::$waiting = 1;
        }
    }

    /** Runs the handlers of the signals that have arrived, in their order. In a handler it does nothing. */
    public static function dispatch(): bool
    {
        if (self::$round === null) {
            SignalRound::run(self::$closures);
        } else {
            SignalRound::runCollected(self::$closures);
            (self::$round)();
        }
        return true;
    }

    /** Has the handlers run between two instructions, or no more; gives what it was. */
    public static function async(?bool $enable): bool
    {
        $former = self::$asynchronous;
        if ($enable !== null && $enable !== $former) {
            self::prepare();
            // A class is not found while it is being loaded: not by a handler that comes in between.
            Library::loadAll();
            if (Attachment::attach()) {
                self::$asynchronous = $enable;
                Attachment::setAsynchronous($enable);
            } else {
                Errors::warn('pcntl_async_signals(): libdaemon does not know this engine (PHP ' . \PHP_VERSION . '), signals '
                    . 'are handled by pcntl_signal_dispatch() and ticks only');
            }
        }
        return $former;
    }

    private static function keep(int $signal, ?\Closure $closure): void
    {
        self::$closures[$signal] = $closure;
        if (self::$keep !== null) {
            (self::$keep)($signal, $closure);
        }
    }

    /** Before the first handler: who runs them, and the hook for declare(ticks=1). */
    private static function prepare(): void
    {
        if (self::$prepared) {
            return;
        }
        Library::get(); // all of it now: who handles signals lives long, and may have no descriptor left for it later
        if (Attachment::attach()) {
            self::$round = Attachment::direct('dispatch');
            self::$keep = Attachment::direct('keep');
        } else {
            Attachment::$waiting = 1;
        }
        self::$prepared = \register_tick_function(\pcntl_signal_dispatch(...));
    }

    /** The handler, if it can be called from where pcntl_signal() was: a class may give a method that is private to it. */
    private static function callable(mixed $handler): ?\Closure
    {
        if (\is_callable($handler)) {
            return \Closure::fromCallable($handler);
        }
        $class = \debug_backtrace(\DEBUG_BACKTRACE_IGNORE_ARGS, 4)[3]['class'] ?? null;
        if ($class === null || !\is_array($handler)) {
            return null;
        }
        $inside = static fn (): ?\Closure => \is_callable($handler) ? \Closure::fromCallable($handler) : null;
        return \Closure::bind($inside, null, $class)();
    }
}
