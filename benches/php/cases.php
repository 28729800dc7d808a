<?php

/**
 * What is measured, by name: the statement, how often it stands in a turn and how many turns make a round, what comes
 * before, and the limit: a multiple of native, or nanoseconds.
 */

declare(strict_types=1);

return [
    'an empty function of PHP' => ['nothing(0, 0);', 10, 1000, '', null],
    'posix_getpid()' => ['posix_getpid();', 10, 1000, '', 1.05],
    'posix_kill(own pid, 0)' => ['posix_kill($pid, 0);', 10, 1000, '$pid = posix_getpid();', 1.05],
    'pcntl_signal_dispatch(), nothing pending' => [
        'pcntl_signal_dispatch();', 10, 1000, 'pcntl_signal(SIGUSR1, nothing(...));', 1.3,
    ],
    'pcntl_waitpid(), WNOHANG' => ['pcntl_waitpid($child, $status, WNOHANG);', 10, 1000, '$child = living_child();', 1.05],
    'pcntl_sigprocmask()' => ['pcntl_sigprocmask(SIG_BLOCK, [SIGUSR2]);', 10, 1000, '', 1.05],
    'a signal to itself, dispatched' => [
        'posix_kill($pid, SIGUSR1); pcntl_signal_dispatch();', 10, 30,
        '$pid = posix_getpid(); pcntl_signal(SIGUSR1, nothing(...));', 1.05,
    ],
    'a signal to itself, asynchronously' => [
        'posix_kill($pid, SIGUSR1);', 10, 30,
        'pcntl_async_signals(true); $pid = posix_getpid(); pcntl_signal(SIGUSR1, nothing(...));', 1.05,
    ],
    'fork, exit, wait' => ['if (pcntl_fork() === 0) { exit; } pcntl_wait($status);', 1, 5, '', 1.05],
];
