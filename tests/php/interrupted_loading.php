<?php

/** The first call of a function is interrupted by a handler that calls the same one. */

declare(strict_types=1);

$wrong = 0;
pcntl_async_signals(true);
pcntl_signal(SIGUSR1, function () use (&$wrong): void {
    $wrong += posix_getpwuid(0)['name'] === 'root' ? 0 : 1;
});
$parent = posix_getpid();
$sender = pcntl_fork();
if ($sender === 0) {
    while (posix_getppid() === $parent) {
        posix_kill($parent, SIGUSR1);
    }
    exit;
}
$wrong += posix_getpwuid(0)['name'] === 'root' ? 0 : 1;
pcntl_signal(SIGUSR1, SIG_IGN);
posix_kill($sender, SIGKILL);
pcntl_waitpid($sender, $status);
echo "$wrong wrong\n";
