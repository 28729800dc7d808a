<?php

/**
 * What a directory made with mode 0777 gets: under the mask that came in from the shell, and under 0, which is why
 * daemons call umask(0).
 *
 *     php -d auto_prepend_file=../bootstrap.php umask.php
 */

function modeOfNewDirectory(): string
{
    $directory = sys_get_temp_dir() . '/umask-' . posix_getpid();
    mkdir($directory, 0777);
    $mode = fileperms($directory) & 0777;
    rmdir($directory);
    clearstatcache();
    return sprintf('%04o', $mode);
}

printf("inherited mask %04o: a directory made with 0777 gets %s\n", umask(), modeOfNewDirectory());
umask(0);
printf("mask %04o: a directory made with 0777 gets %s\n", umask(), modeOfNewDirectory());

// The mask is inherited: what a daemon sets, its children have.
$child = pcntl_fork();
if ($child === 0) {
    printf("in a child, mask %04o: a directory made with 0777 gets %s\n", umask(), modeOfNewDirectory());
    exit(0);
}
pcntl_waitpid($child, $status);
