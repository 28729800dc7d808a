<?php

/**
 * A server in the shape that most of them have: a master that keeps workers, which share one listening socket.
 *
 *     php server.php start [-d] [directory for its files] [address]
 *     php server.php status|reload|reopen|stop [directory for its files]
 *
 * Its settings are in server.ini in that directory, if there is such a file: "workers" is how many there are, "greeting"
 * what they answer, "patience" how many seconds a request may take. "reload" has them read again by new workers, while
 * the old ones finish what they have begun. A worker that crashes is replaced. "reopen" goes on in a new log, after the
 * old one has been renamed.
 */

declare(strict_types=1);

use Libdaemon\Daemon;

require_once __DIR__ . '/../../bootstrap.php';
require_once __DIR__ . '/Settings.php';
require_once __DIR__ . '/Master.php';
require_once __DIR__ . '/Worker.php';

function say(string $text): void
{
    echo date('Y-m-d H:i:s'), ' [', posix_getpid(), "] $text\n";
}

function reopen_log(): void
{
    try {
        Libdaemon\reopen_std();
    } catch (Libdaemon\Exception) {
        // In the foreground there is no log.
    }
}

function start(Daemon $daemon, bool $background, string $settings, string $address): void
{
    Libdaemon\daemonize($daemon);
    $socket = @stream_socket_server("tcp://$address", $error, $message);
    if ($socket === false) {
        $reason = "cannot listen on $address: $message";
        $background ? Libdaemon\fail($reason) : throw new Libdaemon\Exception($reason);
    }
    stream_set_blocking($socket, false); // another worker may have been quicker
    say('listening on ' . stream_socket_get_name($socket, false));
    Libdaemon\ready();
    (new Master($settings, $socket))->run();
}

$background = in_array('-d', $argv, true);
[, $command, $directory, $address] = array_values(array_diff($argv, ['-d'])) + ['', '', sys_get_temp_dir(), '127.0.0.1:8080'];
$directory = realpath($directory);
$pidfile = "$directory/server.pid";
$daemon = (new Daemon())->pidfile($pidfile)->umask(022);

try {
    switch ($command) {
        case 'start':
            $background ? $daemon->log("$directory/server.log")->waitReady(10) : $daemon->foreground();
            start($daemon, $background, "$directory/server.ini", $address);
            break;
        case 'status':
            $pid = Daemon::status($pidfile);
            echo $pid === 0 ? "not running\n" : "running, pid $pid\n";
            exit($pid === 0 ? 3 : 0);
        case 'reload':
            Daemon::signal($pidfile, SIGUSR1);
            break;
        case 'reopen':
            Daemon::signal($pidfile, SIGUSR2);
            break;
        case 'stop':
            Daemon::stop($pidfile, 60);
            break;
        default:
            fwrite(STDERR, "usage: php server.php start [-d]|status|reload|reopen|stop [directory] [address]\n");
            exit(2);
    }
} catch (Libdaemon\Exception $failure) {
    fwrite(STDERR, $failure->getMessage() . "\n");
    exit($failure->status);
}
