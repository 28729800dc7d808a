<?php

/**
 * An HTTP server such as a user of Workerman would write, 4.x or 5.x, which php_workerman.rs drives. Beside Workerman's
 * own commands:
 *
 *   --load=FILE        loads Workerman's classes
 *   --directory=PATH   where its files are; "version" there is what it is to read anew when it is reloaded
 *   --listen=ADDRESS   host:port
 *   --reports=FIFO     where workers say "started PID", "stopping PID", "holding PID" and "delaying PID"
 *   --gate=FIFO        where /hold waits
 *   --user=NAME        whose the workers are
 *   --std=reset        the standard streams as php-ext/docs/workerman.md has them
 */

declare(strict_types=1);

use Workerman\Connection\TcpConnection;
use Workerman\Protocols\Http\Request;
use Workerman\Timer;
use Workerman\Worker;

$settings = ['user' => '', 'std' => ''];
foreach ($argv as $argument) {
    if (preg_match('/^--([a-z]+)=(.*)$/', $argument, $parts)) {
        $settings[$parts[1]] = $parts[2];
    }
}
$directory = $settings['directory'];

require $settings['load'];

final class Server extends Worker
{
    public static function resetStd(): void
    {
        if (static::$daemonize) {
            Libdaemon\reset_std(static::$stdoutFile);
        }
    }
}

function report(string $word): void
{
    file_put_contents($GLOBALS['settings']['reports'], $word . ' ' . posix_getpid() . "\n", FILE_APPEND);
}

/** Returns the last way, which not every Workerman has. */
function printInAllWays(bool $toStderr): string
{
    echo "echo\n";
    system('echo system');
    proc_close(proc_open(['echo', 'proc_open'], [], $pipes));
    if ($toStderr) {
        fwrite(STDOUT, "STDOUT\n");
        fwrite(STDERR, "STDERR\n");
        file_put_contents('php://stderr', "php://stderr\n");
        system('echo system, stderr >&2');
        proc_close(proc_open('echo proc_open, stderr >&2', [], $pipes));
    } elseif (isset($GLOBALS['STDERR'])) {
        fwrite($GLOBALS['STDERR'], "\$STDERR\n");
        return "\$STDERR\n";
    }
    return '';
}

function answerWhen(string $file, TcpConnection $connection): void
{
    report('delaying');
    $timer = Timer::add(0.01, function () use ($file, $connection, &$timer): void {
        clearstatcache();
        if (is_file($file)) {
            Timer::del($timer);
            $connection->send('at last');
        }
    });
}

function hold(TcpConnection $connection): void
{
    report('holding');
    $gate = fopen($GLOBALS['settings']['gate'], 'r');
    stream_set_read_buffer($gate, 0);
    fread($gate, 1);
    $connection->send('held ' . posix_getpid());
}

$class = $settings['std'] === 'reset' ? Server::class : Worker::class;
$class::$pidFile = "$directory/server.pid";
$class::$logFile = "$directory/server.log";
$class::$stdoutFile = "$directory/stdout";
$class::$statusFile = "$directory/status";

$server = new $class("http://{$settings['listen']}");
$server->count = 4;
$server->user = $settings['user'];
$version = '';
$server->onWorkerStart = function () use ($directory, &$version): void {
    $version = file_get_contents("$directory/version");
    report('started');
};
$server->onWorkerStop = fn () => report('stopping');
$server->onMessage = function (TcpConnection $connection, Request $request) use ($directory, $server, &$version): void {
    match ($request->path()) {
        '/hold' => hold($connection),
        '/delay' => answerWhen("$directory/enough", $connection),
        '/print' => $connection->send(printInAllWays($request->get('stderr') === '1')),
        default => $connection->send(posix_getpid() . " $server->id $version " . posix_getuid() . ' ' . posix_getgid()),
    };
};

$class::runAll();
