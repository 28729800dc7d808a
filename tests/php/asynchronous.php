<?php

/** What the comparisons of asynchronous signals share. */

declare(strict_types=1);

function toMyself(int ...$signals): void
{
    foreach ($signals as $signal) {
        posix_kill(posix_getpid(), $signal);
    }
}

/** Has a child send the signal as soon as this process sleeps in the kernel, in one of the calls that wait. */
function whileAsleep(int $signal, callable $sleep): mixed
{
    $parent = posix_getpid();
    $child = pcntl_fork();
    if ($child === 0) {
        // read, poll, select, nanosleep, flock, pselect6, clock_nanosleep
        do {
            usleep(500);
            $call = @file_get_contents("/proc/$parent/syscall") ?: '0';
            $asleep = str_contains((string) @file_get_contents("/proc/$parent/stat"), ') S ');
        } while (!$asleep || !in_array((int) $call, [0, 7, 23, 35, 73, 270, 230], true));
        posix_kill($parent, $signal);
        posix_kill(posix_getpid(), SIGKILL);
    }
    $result = $sleep();
    while (pcntl_waitpid($child, $status) === -1) {
        continue;
    }
    return $result;
}

/** @return list<int> */
function blocked(): array
{
    pcntl_sigprocmask(SIG_BLOCK, PHP_VERSION_ID < 80400 ? [] : [SIGKILL], $mask);
    return $mask;
}

final class Handler
{
    public int $count = 0;

    public function set(): bool
    {
        return pcntl_signal(SIGUSR1, [$this, 'secret']);
    }

    public function run(): int
    {
        posix_kill(posix_getpid(), SIGUSR1);
        for ($i = 0; $i < 10; ++$i) {
            continue;
        }
        return $this->count;
    }

    private function secret(): void
    {
        ++$this->count;
    }
}
