<?php

/** Handlers set before it becomes a daemon, and signals to them from before and after. The argument is where it reports. */

declare(strict_types=1);

$launcher = posix_getpid();
$report = fn (string $what) => file_put_contents(
    $argv[1],
    $what . (posix_getpid() === $launcher ? " in the launcher\n" : " in the daemon\n"),
    FILE_APPEND,
);

pcntl_signal(SIGHUP, fn () => $report('HUP'));
pcntl_signal(SIGTERM, fn () => $report('TERM'));
pcntl_signal(SIGRTMIN + 1, fn (int $signal) => $report("$signal"));
pcntl_signal(SIGCHLD, fn () => $report('CHLD'));
pcntl_signal(SIGINT, SIG_IGN);
pcntl_signal(SIGWINCH, fn () => $report('WINCH, which is at its default again'));
pcntl_signal(SIGWINCH, SIG_DFL);
posix_kill($launcher, SIGHUP); // still to be handled when the daemon comes
Libdaemon\daemonize();
$report((string) posix_getpid());
pcntl_signal_dispatch();
foreach ([SIGTERM, SIGINT, SIGRTMIN + 1, SIGWINCH] as $signal) {
    posix_kill(posix_getpid(), $signal);
}
pcntl_signal_dispatch();
if (pcntl_fork() === 0) {
    exit(0);
}
pcntl_wait($status);
pcntl_signal_dispatch();
$report(pcntl_signal_get_handler(SIGINT) === SIG_IGN ? 'ignored' : 'forgotten');
posix_kill(posix_getpid(), SIGUSR2);
