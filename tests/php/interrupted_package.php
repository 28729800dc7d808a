<?php

/** Handlers that run in the middle of the package's own functions, and call the same ones: neither disturbs the other. */

declare(strict_types=1);

use Libdaemon\Daemon;
use Libdaemon\Exception;

const ROUNDS = 3000;

$terminal = fopen('/dev/ptmx', 'r+');
$file = fopen('/dev/null', 'r');
$handled = $wrong = 0;

function fails(string $pidfile): bool
{
    try {
        Daemon::signal($pidfile, SIGTERM);
    } catch (Exception $failure) {
        return str_contains($failure->getMessage(), $pidfile) && $failure->errno === ($pidfile === '/nowhere/pid' ? 3 : 20);
    }
    return false;
}

class_exists(Daemon::class); // PHP finds no class that it is just loading: all of the package is loaded with this one
pcntl_async_signals(true);
pcntl_signal(SIGUSR1, function () use ($file, &$handled, &$wrong): void {
    ++$handled;
    $wrong += posix_isatty($file) ? 1 : 0;
    $wrong += fails('/dev/null/pid') ? 0 : 1;
});
$parent = posix_getpid();
$sender = pcntl_fork();
if ($sender === 0) {
    while (posix_getppid() === $parent) {
        posix_kill($parent, SIGUSR1);
    }
    exit;
}
while ($handled < ROUNDS) {
    $wrong += posix_isatty($terminal) ? 0 : 1;
    $wrong += fails('/nowhere/pid') ? 0 : 1;
}
pcntl_signal(SIGUSR1, SIG_IGN);
posix_kill($sender, SIGKILL);
pcntl_waitpid($sender, $status);
echo "$wrong wrong\n";
