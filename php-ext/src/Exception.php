<?php

declare(strict_types=1);

namespace Libdaemon;

/** Why something failed. The message is one line that names what was being done, on what, and the reason. */
final class Exception extends \RuntimeException
{
    public function __construct(
        string $message,
        /** The system's error number, 0 where none applies. */
        public readonly int $errno = 0,
        /** The status that a daemon gave when it failed to start, otherwise 1: what the launcher may exit with. */
        public readonly int $status = 1,
        ?\Throwable $previous = null,
    ) {
        parent::__construct($message, $errno, $previous);
    }
}
