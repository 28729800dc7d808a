<?php

/**
 * A program such as a user of amphp/amp would write: a loop with signals, timers, streams, and children that are reaped
 * when SIGCHLD says so. It writes a line to the FIFO that EVENTS names whenever it is ready for the next signal.
 */

declare(strict_types=1);

use Amp\Deferred;
use Amp\Delayed;
use Amp\Loop;

require 'Amp/autoload.php';
require 'Amp/functions.php';
require 'Amp/Internal/functions.php';

function ready(string $for): void
{
    file_put_contents(getenv('EVENTS'), "ready for $for\n", FILE_APPEND);
}

/** A child that ends with that status once it is told to; the stream to tell it by. */
function child(int $status)
{
    [$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    if (pcntl_fork() === 0) {
        fclose($ours);
        fgets($theirs);
        posix_kill(posix_getpid(), $status === 9 ? SIGKILL : 0);
        exit($status);
    }
    fclose($theirs);
    return $ours;
}

Loop::run(function () {
    echo get_class(Loop::get()), "\n";
    $children = array_map(child(...), [3, 0, 9]);
    $statuses = [];
    $reaped = new Deferred();

    // The loop looks for signals whenever it turns.
    Loop::unreference(Loop::repeat(10, fn () => null));

    $chld = Loop::onSignal(SIGCHLD, function () use (&$statuses, $reaped) {
        while (pcntl_waitpid(-1, $status, WNOHANG) > 0) {
            $statuses[] = pcntl_wifexited($status) ? 'status ' . pcntl_wexitstatus($status) : 'signal ' . pcntl_wtermsig($status);
        }
        if (count($statuses) === 3) {
            $reaped->resolve($statuses);
        }
    });
    Loop::delay(1, function () use ($children) {
        foreach ($children as $child) {
            fwrite($child, "end\n");
        }
    });
    $statuses = yield $reaped->promise();
    sort($statuses);
    echo 'reaped: ', implode(', ', $statuses), "\n";
    Loop::cancel($chld);
    var_dump(pcntl_signal_get_handler(SIGCHLD) === SIG_DFL);

    // A stream that is closed with a child, and two watchers of one signal, of which one is a coroutine.
    $child = child(0);
    Loop::onReadable($child, function (string $watcher, $stream) {
        echo 'end of the stream: ', json_encode(feof($stream) || fread($stream, 1) === ''), "\n";
        Loop::cancel($watcher);
        ready('USR1');
    });
    fwrite($child, "end\n");
    $count = 0;
    Loop::onSignal(SIGUSR1, function (string $watcher, int $signal, string $data) use (&$count) {
        echo "$data: $signal\n";
        yield new Delayed(1);
        echo ++$count, "\n";
        ready($count < 3 ? 'USR1' : 'TERM');
    }, 'coroutine');
    $second = Loop::onSignal(SIGUSR1, function (string $watcher, int $signal) {
        echo "second: $signal\n";
        Loop::disable($watcher);
    });
    Loop::onSignal(SIGTERM, function () use ($second) {
        Loop::enable($second);
        Loop::defer(fn () => posix_kill(posix_getpid(), SIGUSR2));
    });
    Loop::onSignal(SIGUSR2, function () {
        throw new DomainException('thrown in a handler');
    });
    Loop::setErrorHandler(function (Throwable $thrown) {
        echo get_class($thrown), ': ', $thrown->getMessage(), "\n";
        Loop::stop();
    });
});
pcntl_waitpid(-1, $status, WNOHANG);
echo "stopped\n";
