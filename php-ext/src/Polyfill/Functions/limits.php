<?php

/** posix: limits. Loaded by the bootstrap when this PHP has none of them. */

use Libdaemon\Native\Library;
use Libdaemon\Polyfill\PosixLimits;

if (\PHP_VERSION_ID >= 80300) {
    function posix_getrlimit(?int $resource = null): array|false
    {
        return PosixLimits::get($resource);
    }

    function posix_sysconf(int $conf_id): int
    {
        return Library::get()->posix_sysconf($conf_id);
    }
} else {
    function posix_getrlimit(): array|false
    {
        return PosixLimits::get(null);
    }
}

function posix_setrlimit(int $resource, int $soft_limit, int $hard_limit): bool
{
    return PosixLimits::set($resource, $soft_limit, $hard_limit);
}
