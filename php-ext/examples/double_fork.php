<?php

/**
 * The double fork, step by step: after each, what ps shows of the process that goes on.
 *
 *     php -d auto_prepend_file=../bootstrap.php double_fork.php
 */

function show(string $step): void
{
    cli_set_process_title("double fork: $step");
    exec('ps -o pid,ppid,pgid,sid,tty,args -p ' . posix_getpid(), $lines);
    if ($step === 'as started') {
        echo str_repeat(' ', 26), $lines[0], "\n";
    }
    echo str_pad("$step ", 25, '.'), ' ', $lines[1], "\n";
}

function forkOrDie(): int
{
    $pid = pcntl_fork();
    if ($pid === -1) {
        fwrite(STDERR, 'fork: ' . pcntl_strerror(pcntl_get_last_error()) . "\n");
        exit(1);
    }
    return $pid;
}

show('as started');

$child = forkOrDie();
if ($child > 0) {
    pcntl_waitpid($child, $status);
    exit(pcntl_wifexited($status) ? pcntl_wexitstatus($status) : 1);
}
show('after the first fork');

posix_setsid();
show('after setsid');

$leader = posix_getpid();
$daemon = forkOrDie();
if ($daemon > 0) {
    exit(0);
}
while (posix_getppid() === $leader) {
    usleep(1000); // until the leader is gone and init has this process
}
show('after the second fork');
