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
        /**
         * What was being done, for programs: "pid file", "lock file", "log", "user", "directory" or another of the words
         * that a message begins with; "waiting for the daemon" for what happened to a daemon before it was ready.
         */
        public readonly string $step = '',
        ?\Throwable $previous = null,
    ) {
        parent::__construct($message, $errno, $previous);
    }
}
