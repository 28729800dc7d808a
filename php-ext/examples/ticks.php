<?php

/**
 * A daemon that prints the time every few seconds, with signal handlers run by ticks.
 *
 *     php -d auto_prepend_file=../bootstrap.php ticks.php [seconds] [log]
 *
 * Without a log it prints to the terminal it was started from. SIGHUP is ignored, so the end of the terminal does not
 * end it; but the first line it prints after that fails with EIO, and PHP ends a script whose output fails. With a log,
 * Libdaemon\reset_std sends everything to that file, and the daemon lives on.
 */

declare(ticks=1);

$seconds = (float) ($argv[1] ?? 2);
$log = $argv[2] ?? null;

pcntl_signal(SIGHUP, SIG_IGN); // before the fork: the end of the launcher may be the end of the terminal
if (pcntl_fork() > 0) {
    exit(0);
}
posix_setsid();

$running = true;
pcntl_signal(SIGTERM, function (int $signal) use (&$running): void {
    $running = false;
});

if ($log !== null) {
    Libdaemon\reset_std($log);
}

while ($running) {
    echo date('H:i:s'), ' echo from ', posix_getpid(), "\n";
    fwrite(STDOUT, date('H:i:s') . " fwrite to STDOUT\n");
    fwrite(STDERR, date('H:i:s') . " fwrite to STDERR\n");
    passthru('echo $(date +%H:%M:%S) a child on its stdout; echo $(date +%H:%M:%S) a child on its stderr >&2');
    usleep((int) ($seconds * 1000000));
}
echo date('H:i:s'), " asked to end by SIGTERM\n";
