<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

/** The constants that belong to the functions of posix, group by group, as this version of PHP has them. */
final class PosixConstants
{
    private const FILES = [
        'POSIX_F_OK' => 0, 'POSIX_X_OK' => 1, 'POSIX_W_OK' => 2, 'POSIX_R_OK' => 4,
        'POSIX_S_IFREG' => 0o100000, 'POSIX_S_IFCHR' => 0o020000, 'POSIX_S_IFBLK' => 0o060000, 'POSIX_S_IFIFO' => 0o010000,
        'POSIX_S_IFSOCK' => 0o140000,
    ];

    private const FILES_SINCE_8_3 = [
        'POSIX_PC_LINK_MAX' => 0, 'POSIX_PC_MAX_CANON' => 1, 'POSIX_PC_MAX_INPUT' => 2, 'POSIX_PC_NAME_MAX' => 3,
        'POSIX_PC_PATH_MAX' => 4, 'POSIX_PC_PIPE_BUF' => 5, 'POSIX_PC_CHOWN_RESTRICTED' => 6, 'POSIX_PC_NO_TRUNC' => 7,
        'POSIX_PC_ALLOC_SIZE_MIN' => 18, 'POSIX_PC_SYMLINK_MAX' => 19,
    ];

    private const LIMITS = [
        'POSIX_RLIMIT_AS' => 9, 'POSIX_RLIMIT_CORE' => 4, 'POSIX_RLIMIT_CPU' => 0, 'POSIX_RLIMIT_DATA' => 2,
        'POSIX_RLIMIT_FSIZE' => 1, 'POSIX_RLIMIT_LOCKS' => 10, 'POSIX_RLIMIT_MEMLOCK' => 8, 'POSIX_RLIMIT_MSGQUEUE' => 12,
        'POSIX_RLIMIT_NICE' => 13, 'POSIX_RLIMIT_NOFILE' => 7, 'POSIX_RLIMIT_NPROC' => 6, 'POSIX_RLIMIT_RSS' => 5,
        'POSIX_RLIMIT_RTPRIO' => 14, 'POSIX_RLIMIT_RTTIME' => 15, 'POSIX_RLIMIT_SIGPENDING' => 11,
        'POSIX_RLIMIT_STACK' => 3, 'POSIX_RLIMIT_INFINITY' => -1,
    ];

    private const LIMITS_SINCE_8_3 = [
        'POSIX_SC_ARG_MAX' => 0, 'POSIX_SC_CHILD_MAX' => 1, 'POSIX_SC_CLK_TCK' => 2, 'POSIX_SC_PAGESIZE' => 30,
        'POSIX_SC_NPROCESSORS_CONF' => 83, 'POSIX_SC_NPROCESSORS_ONLN' => 84,
    ];

    private const LIMITS_SINCE_8_5 = ['POSIX_SC_OPEN_MAX' => 4];

    /** Defines what is missing of a group. A PHP whose functions were disabled has its constants still. */
    public static function define(string $group): void
    {
        $constants = match ($group) {
            'files' => self::FILES + (\PHP_VERSION_ID >= 80300 ? self::FILES_SINCE_8_3 : []),
            'limits' => self::LIMITS + (\PHP_VERSION_ID >= 80300 ? self::LIMITS_SINCE_8_3 : [])
                + (\PHP_VERSION_ID >= 80500 ? self::LIMITS_SINCE_8_5 : []),
        };
        foreach ($constants as $name => $value) {
            if (!\defined($name)) {
                \define($name, $value);
            }
        }
    }
}
