<?php

/**
 * What open_basedir keeps posix's functions from: run natively and on ours, the output must be the same. The working
 * directory must be an empty one of its own.
 */

declare(strict_types=0);

require __DIR__ . '/compare.php';

$scratch = getcwd();
mkdir("$scratch/in/side", 0o755, true);
mkdir("$scratch/out");
chdir("$scratch/in");
ini_set('open_basedir', "$scratch/in:" . dirname(__DIR__, 2));
ob_start(fn (string $text) => str_replace($scratch, '<scratch>', $text));

$paths = ['', '.', 'file', 'side/file', '../out/file', "$scratch/in/file", "$scratch/out/file", "$scratch/in/../out/file", '/etc/passwd',
    'no/such/file', "nul\0byte", str_repeat('x', 4096), str_repeat('x', 4095), str_repeat('side/../', 600) . 'file'];
foreach ($paths as $number => $path) {
    posix_kill(0x3fffffff, 0);
    show("mkfifo $number", fn () => [posix_mkfifo($path, 0o600), posix_errno()]);
    show("mknod $number", fn () => [posix_mknod($path, POSIX_S_IFREG | 0o600), posix_errno()]);
    show("mknod of a device $number", fn () => [posix_mknod($path, POSIX_S_IFCHR), posix_errno()]);
    show("access $number", fn () => [posix_access($path, POSIX_R_OK), posix_errno()]);
    if (PHP_VERSION_ID >= 80300) {
        show("eaccess $number", fn () => [posix_eaccess($path, POSIX_R_OK), posix_errno()]);
        show("pathconf $number", fn () => [posix_pathconf($path, POSIX_PC_NAME_MAX), posix_errno()]);
    }
}
show('getcwd', fn () => posix_getcwd());
