<?php

/** pcntl: priorities and processors. Loaded by the bootstrap when this PHP has none of them. */

use Libdaemon\Polyfill\Scheduling;

function pcntl_getpriority(?int $process_id = null, int $mode = PRIO_PROCESS): int|false
{
    return Scheduling::getPriority($process_id, $mode);
}

function pcntl_setpriority(int $priority, ?int $process_id = null, int $mode = PRIO_PROCESS): bool
{
    return Scheduling::setPriority($priority, $process_id, $mode);
}

if (\PHP_VERSION_ID >= 80400) {
    require __DIR__ . '/scheduling_since_8.4.php';
    if (!\class_exists('Pcntl\QosClass', false)) {
        require __DIR__ . '/QosClass.php';
    }
}
