<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use FFI\CData;
use Libdaemon\Native\Library;

/** Runs the handlers of signals where the library is not attached to the engine: the same, as far as PHP can do it. */
final class SignalRound
{
    /** Every signal but those of libc. */
    private const ALL = ~(3 << 31);
    private const SET = 2; // SIG_SETMASK

    /** @var list<array{int, array<string, int|float>}> taken from the library's queue, not handled yet */
    private static array $collected = [];
    /** The signal mask from before the round, null between two rounds. */
    private static ?int $mask = null;
    private static ?CData $info = null;
    private static ?CData $address = null;

    /** Takes what has arrived from the library's queue, and says whether anything is there. */
    public static function collect(): bool
    {
        $library = Library::get();
        if (self::$info === null) {
            self::$info = $library->new('pcntl_siginfo');
            self::$address = \FFI::addr(self::$info);
            // After exit() in a handler nothing else sets the mask back.
            \register_shutdown_function(self::end(...));
        }
        while (($signal = $library->pcntl_next_signal(self::$address)) > 0) {
            self::$collected[] = [$signal, SignalInfo::details($signal, self::$info)];
        }
        return self::$collected !== [];
    }

    /**
     * Runs the handlers of the signals that have arrived.
     *
     * @param array<int, ?\Closure> $handlers by signal
     */
    public static function run(array $handlers): void
    {
        if (self::$mask === null && self::collect()) {
            self::runCollected($handlers);
        }
    }

    /**
     * Runs those of the signals that were collected, in their order. After one that throws the others wait for the next
     * round.
     *
     * @param array<int, ?\Closure> $handlers by signal
     */
    public static function runCollected(array $handlers): void
    {
        if (self::$mask !== null || self::$collected === []) {
            return;
        }
        self::$mask = Library::get()->pcntl_sigprocmask_packed(self::SET, self::ALL);
        try {
            for ($left = \count(self::$collected); $left > 0; --$left) {
                [$signal, $details] = \array_shift(self::$collected);
                ($handlers[$signal] ?? null)?->__invoke($signal, $details);
            }
        } finally {
            self::end();
        }
    }

    private static function end(): void
    {
        if (self::$mask !== null) {
            Library::get()->pcntl_sigprocmask_packed(self::SET, self::$mask);
            self::$mask = null;
        }
    }
}
