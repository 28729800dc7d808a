<?php

/** pcntl: what PHP 8.4 has brought about children and namespaces. */

use Libdaemon\Polyfill\Namespaces;
use Libdaemon\Polyfill\Process;

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
