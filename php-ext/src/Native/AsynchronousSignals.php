<?php

declare(strict_types=1);

namespace Libdaemon\Native;

/**
 * Handlers that run between two instructions, of PHP's own pcntl or of the package's, and what must not be interrupted by
 * them: a handler that throws would leave it half done, one that fails would replace the reason of a failure.
 */
final class AsynchronousSignals
{
    /** None runs until release(). Gives whether they did before. */
    public static function hold(): bool
    {
        return \function_exists('pcntl_async_signals') && \pcntl_async_signals(false);
    }

    /** They run again if they did; those of what has arrived meanwhile now. */
    public static function release(bool $held): void
    {
        if ($held) {
            \pcntl_async_signals(true);
            \pcntl_signal_dispatch();
        }
    }
}
