<?php

/**
 * A daemon as one would write it with this package: one instance, a log, and a start that tells the truth.
 *
 *     php service.php start|stop|restart|status [directory for its files]
 *
 * "start" ends when the daemon is ready, or with the daemon's own reason when it cannot do its work: here when there is
 * a file called "broken" in the directory.
 */

declare(strict_types=1);

use Libdaemon\Daemon;

require_once __DIR__ . '/../bootstrap.php';

$command = $argv[1] ?? '';
$directory = realpath($argv[2] ?? sys_get_temp_dir());
$pidfile = "$directory/service.pid";

function run(string $directory, string $pidfile, bool $restart): void
{
    $daemon = (new Daemon())
        ->pidfile($pidfile)
        ->log("$directory/service.log")
        ->umask(027)
        ->waitReady(10);
    $restart ? $daemon->restart() : $daemon->start();

    // From here on this is the daemon. What it prints goes to the log.
    if (file_exists("$directory/broken")) {
        Libdaemon\fail("the service is broken: remove $directory/broken", 3);
    }
    $running = true;
    pcntl_signal(SIGTERM, function () use (&$running): void {
        $running = false;
    });
    echo date('H:i:s'), ' ready, pid ', posix_getpid(), "\n";
    Libdaemon\ready();

    while ($running) {
        sleep(1); // the work; a signal ends the wait
        pcntl_signal_dispatch();
    }
    echo date('H:i:s'), " stopped\n";
}

try {
    switch ($command) {
        case 'start':
        case 'restart':
            run($directory, $pidfile, $command === 'restart');
            break;
        case 'stop':
            Daemon::stop($pidfile);
            break;
        case 'status':
            $pid = Daemon::status($pidfile);
            echo $pid === 0 ? "not running\n" : "running, pid $pid\n";
            exit($pid === 0 ? 3 : 0);
        default:
            fwrite(STDERR, "usage: php service.php start|stop|restart|status [directory]\n");
            exit(2);
    }
} catch (Libdaemon\Exception $failure) {
    fwrite(STDERR, $failure->getMessage() . "\n");
    exit($failure->status);
}
