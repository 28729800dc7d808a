<?php

/** pcntl: what PHP 8.4 has brought about processors. */

use Libdaemon\Polyfill\Scheduling;

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
