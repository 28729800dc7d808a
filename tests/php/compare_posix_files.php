<?php

/**
 * What posix's functions about files give: run natively and on ours, the output must be the same. The working directory
 * must be an empty one of its own.
 */

declare(strict_types=0);

require __DIR__ . '/compare.php';

const SINCE_8_3 = PHP_VERSION_ID >= 80300;

/** Names of pathconf's that have no limit: natively the result depends on what failed before. */
const WITHOUT_LIMIT = [9, 10, 11, 12, 14, 15, 19];

$scratch = getcwd();
umask(0o027);

/** What has become of a name. */
function made(string $path): array|false
{
    clearstatcache();
    $status = @lstat($path);
    $made = $status === false ? false : [decoct($status['mode']), $status['rdev'], filetype($path)];
    @unlink($path);
    return $made;
}

show('ctermid', fn () => posix_ctermid());
show('getcwd', fn () => posix_getcwd() === realpath('/proc/self/cwd'));
foreach ([0o600, 0o644, 0o777, 0, -1, 0o4755, 0o100644, 1 << 32, PHP_INT_MAX, '384', 384.0] as $mode) {
    show("mkfifo $mode", fn () => [posix_mkfifo('file', $mode), posix_errno(), made('file')]);
}
foreach (['', '/', '.', 'no/such', "nul\0byte", str_repeat('x', 300), str_repeat('x/', 3000), '/proc/x', "$scratch/here"] as $path) {
    $what = substr(str_replace([$scratch, "\0"], ['', '~'], $path), 0, 20);
    show("mkfifo '$what'", fn () => [posix_mkfifo($path, 0o600), posix_errno()]);
    show("mknod '$what'", fn () => [posix_mknod($path, POSIX_S_IFREG | 0o600), posix_errno(), made('here')]);
}
$kinds = ['regular' => POSIX_S_IFREG, 'fifo' => POSIX_S_IFIFO, 'socket' => POSIX_S_IFSOCK, 'character' => POSIX_S_IFCHR,
    'block' => POSIX_S_IFBLK, 'folder' => 0o040000, 'link' => 0o120000, 'none' => 0, 'all' => -1, 'far' => 1 << 40];
$devices = [[], [0], [1], [1, 3], [0, 3], [259, 1 << 19], [4095, (1 << 20) - 1], [4096, 1], [1, 1 << 20], [-1, -1], [1 << 32, 1], [(1 << 32) + 1, 3]];
foreach ($kinds as $kind => $flags) {
    foreach ($devices as $device) {
        show("mknod $kind " . json_encode($device), fn () => [posix_mknod('node', $flags | 0o640, ...$device), posix_errno(), made('node')]);
    }
}
show('mknod by name', fn () => [posix_mknod(minor: 3, filename: 'node', flags: POSIX_S_IFCHR, major: 1), posix_errno(), made('node')]);

touch('plain');
chmod('plain', 0o640);
touch('program');
chmod('program', 0o755);
mkdir('folder');
symlink('plain', 'link');
symlink('nowhere', 'dangling');
symlink('loop', 'loop');
$paths = ['', '.', '..', '/', 'plain', 'program', 'folder', 'folder/../plain', 'nowhere/../plain', 'plain/x', 'plain/..', 'link',
    'dangling', 'loop', './/plain', "$scratch/plain", "$scratch/folder/../plain", '/etc/passwd', '/etc/shadow',
    '/root', '/proc/self/mem', '/dev/null', "plain\0x", str_repeat('x', 300), str_repeat('x', 4095), str_repeat('x', 5000),
    str_repeat('folder/../', 500) . 'plain', ' plain', 'file:///etc/passwd', 'php://memory'];
$flags = [0, 1, 2, 4, 6, 7, 8, -1, 99, 1 << 32, PHP_INT_MAX, '4'];
$functions = SINCE_8_3 ? ['posix_access', 'posix_eaccess'] : ['posix_access'];
foreach ($functions as $function) {
    foreach ($paths as $number => $path) {
        posix_kill(0x3fffffff, 0);
        $what = substr(str_replace([$scratch, "\0"], ['', '~'], $path), 0, 20);
        show("$function $number '$what'", fn () => [$function($path), posix_errno()]);
        foreach ($flags as $flag) {
            posix_kill(0x3fffffff, 0);
            show("$function $number $flag", fn () => [$function($path, $flag), posix_errno()]);
        }
    }
}
if (SINCE_8_3) {
    $streams = ['descriptor' => 0, 'text' => '0', 'float' => 0.5, 'null' => null, 'word' => 'abc', 'array' => [], 'true' => true,
        'object' => new stdClass(), 'closed' => 77, 'negative' => -1, 'big' => 1 << 33, 'file' => fopen('plain', 'r'),
        'memory' => fopen('php://memory', 'r'), 'folder' => opendir('.'), 'context' => stream_context_create()];
    foreach (array_diff([...range(-1, 22), 1 << 32, PHP_INT_MAX], WITHOUT_LIMIT) as $name) {
        foreach (['.', '/dev/null', 'plain', 'nowhere', "nul\0", ''] as $path) {
            show("pathconf '$path' $name", fn () => [posix_pathconf($path, $name), posix_errno()]);
        }
        foreach ($streams as $what => $stream) {
            show("fpathconf $what $name", fn () => [posix_fpathconf($stream, $name), posix_errno()]);
        }
    }
}
mkdir('gone');
chdir('gone');
rmdir("$scratch/gone");
show('in no directory', function () {
    $directory = posix_getcwd();
    return [$directory && basename($directory), posix_errno(), posix_access('plain'), posix_errno(), posix_access('/'), posix_errno()];
});
