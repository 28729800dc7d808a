<?php

/** What PHP 8.4 has brought for pcntl, in sections as in pcntl.php. */

use Libdaemon\Polyfill\Namespaces;
use Libdaemon\Polyfill\Process;
use Libdaemon\Polyfill\Scheduling;

// Group: fork

if (\PHP_VERSION_ID >= 80500) {
    function pcntl_waitid(
        int $idtype = P_ALL,
        ?int $id = null,
        &$info = [],
        int $flags = WEXITED,
        &$resource_usage = [],
    ): bool {
        return Process::waitFor($idtype, $id, $info, $flags, $resource_usage, \func_num_args() > 4);
    }
} else {
    function pcntl_waitid(int $idtype = P_ALL, ?int $id = null, &$info = [], int $flags = WEXITED): bool
    {
        return Process::waitFor($idtype, $id, $info, $flags, $none, false);
    }
}

function pcntl_setns(?int $process_id = null, int $nstype = CLONE_NEWNET): bool
{
    return Namespaces::enter($process_id, $nstype);
}

// Group: scheduling

function pcntl_getcpuaffinity(?int $process_id = null): array|false
{
    return Scheduling::processors($process_id);
}

function pcntl_setcpuaffinity(?int $process_id = null, array $cpu_ids = []): bool
{
    return Scheduling::assignProcessors($process_id, $cpu_ids);
}

function pcntl_getcpu(): int
{
    return Scheduling::processorNow();
}

if (!\class_exists('Pcntl\QosClass', false)) {
    require __DIR__ . '/QosClass.php';
}
