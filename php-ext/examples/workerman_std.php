<?php

/**
 * Two ways to send standard output and standard error of a running script to a file: closing them and opening the file,
 * as Workerman does it, and Libdaemon\reset_std.
 *
 *     php -d auto_prepend_file=../bootstrap.php workerman_std.php close|reset [log]
 *
 * Closing leaves 0, 1 and 2 free for a moment, and whatever is opened next gets the lowest free number. Here that is a
 * server's socket, opened by something that runs in between: a log handler, a timer, the next line of the program. From
 * then on every error message, and all that a child writes to its standard error, goes into that socket.
 */

/** The way of Workerman\Worker::resetStd(), with a point in between where other code may run. */
function closeAndOpen(string $file, callable $between): void
{
    global $STDOUT, $STDERR;
    fclose(STDOUT);
    fclose(STDERR);
    $STDOUT = fopen($file, 'a');
    $between();
    $STDERR = fopen($file, 'a');
}

/** Ours: both descriptors are replaced in one step, without ever being closed. */
function replace(string $file, callable $between): void
{
    Libdaemon\reset_std($file);
    $between();
}

function object(int $descriptor): string
{
    clearstatcache();
    return @readlink("/proc/self/fd/$descriptor") ?: 'closed';
}

$way = ($argv[1] ?? 'reset') === 'close' ? closeAndOpen(...) : replace(...);
$log = $argv[2] ?? sys_get_temp_dir() . '/workerman_std.log';

$way($log, function (): void {
    $GLOBALS['socket'] = stream_socket_server('tcp://127.0.0.1:0');
});

file_put_contents($log, 'fd 1 is ' . object(1) . "\nfd 2 is " . object(2) . "\n", FILE_APPEND);
echo "echo\n";
system('echo a child on its stderr >&2');
