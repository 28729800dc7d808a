<?php

/** pcntl: forking, waiting for children, namespaces. Loaded by the bootstrap when this PHP has none of them. */

use Libdaemon\Native\Calls;
use Libdaemon\Native\Fork;
use Libdaemon\Polyfill\Namespaces;
use Libdaemon\Polyfill\Process;
use Libdaemon\Polyfill\WaitStatus;

function pcntl_fork(): int
{
    return Fork::fork();
}

function pcntl_waitpid(int $process_id, &$status, int $flags = 0, &$resource_usage = []): int
{
    // The short way of the many who ask again and again. One "if" in another, and plain results: anything else costs more.
    if ($status === 0) {
        if (\func_num_args() < 4) {
            $packed = (Calls::$pcntl_waitpid)($process_id, $flags);
            if ($packed === 0) {
                return 0;
            }
            return Process::waited($packed, $status);
        }
    }
    return Process::wait($process_id, $status, $flags, $resource_usage, \func_num_args() > 3);
}

function pcntl_wait(&$status, int $flags = 0, &$resource_usage = []): int
{
    return Process::wait(-1, $status, $flags, $resource_usage, \func_num_args() > 2);
}

function pcntl_wifexited(int $status): bool
{
    return WaitStatus::exited($status);
}

function pcntl_wifstopped(int $status): bool
{
    return WaitStatus::stopped($status);
}

function pcntl_wifcontinued(int $status): bool
{
    return WaitStatus::continued($status);
}

function pcntl_wifsignaled(int $status): bool
{
    return WaitStatus::signaled($status);
}

function pcntl_wexitstatus(int $status): int|false
{
    return WaitStatus::exitStatus($status);
}

function pcntl_wtermsig(int $status): int|false
{
    return WaitStatus::termSignal($status);
}

function pcntl_wstopsig(int $status): int|false
{
    return WaitStatus::stopSignal($status);
}

function pcntl_unshare(int $flags): bool
{
    return Namespaces::leave($flags);
}

if (\PHP_VERSION_ID >= 80400) {
    require __DIR__ . '/fork_since_8.4.php';
}
