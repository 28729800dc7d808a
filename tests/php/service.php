<?php

/**
 * A daemon such as a user would write, the script that most tests start: tests/c/service.c in PHP, with its options.
 *
 *   --NAME=VALUE       the method of Libdaemon\Daemon of that name (wait-ready in milliseconds)
 *   --events=FIFO      report there: "up PID", then a line at each SIGUSR1 (probe.php), and what else is asked for
 *   --gate=FIFO        where --init=gate and --on-term=gate wait
 *   --init=WHAT        before Libdaemon\ready(): ok, gate, hang, crash, exit:STATUS, fail:STATUS:MESSAGE, throw
 *   --on-term=WHAT     exit (default), default, gate
 *   --before=WHAT      before start(): print, atexit, handlers, streams, close-streams
 *   --restart=SECONDS  restart() in place of start(), with ":kill" behind the number to kill
 *   --then=WHAT        once it is up: reread:PATH, print:TEXT, child
 */

declare(strict_types=1);

use Libdaemon\Daemon;

require __DIR__ . '/probe.php';

$settings = ['events' => null, 'gate' => null, 'init' => 'ok', 'on-term' => 'exit', 'then' => '', 'restart' => ''];
$daemon = new Daemon();
$streams = [];

function report(string $line): void
{
    file_put_contents($GLOBALS['settings']['events'], "$line\n", FILE_APPEND);
}

function waitAtGate(): void
{
    $gate = fopen($GLOBALS['settings']['gate'], 'r');
    fread($gate, 1);
}

function before(string $what): void
{
    global $streams;
    match ($what) {
        'print' => ob_start() && ob_start() && print 'buffered',
        'atexit' => register_shutdown_function(fn () => report('atexit ' . posix_getpid())),
        'handlers' => array_map(fn (int $signal) => pcntl_signal($signal, fn () => null), [1, 2, 12, 15, 17]) && pcntl_signal(SIGWINCH, SIG_IGN),
        'streams' => $streams = [
            'file' => fopen(__FILE__, 'r'),
            'socket' => stream_socket_server('tcp://127.0.0.1:0'),
            'pipe' => popen('echo from a pipe', 'r'),
            'temporary' => tmpfile(),
            'memory' => fopen('php://temp', 'r+'),
            'directory' => opendir('/'),
            'object' => socket_create_listen(0),
        ],
        'close-streams' => fclose(STDIN) && fclose(STDOUT) && fclose(STDERR),
    };
}

function option(Daemon $daemon, string $name, string $value): void
{
    match ($name) {
        'umask' => $daemon->umask(octdec($value)),
        'wait-ready' => $daemon->waitReady($value === '-1' ? INF : (int) $value / 1000),
        'reopen-on' => $daemon->reopenOn((int) $value),
        'keep-fd' => $daemon->keepFd((int) $value),
        'truncate' => $daemon->truncate((bool) $value),
        'setenv' => $daemon->setenv(...explode('=', $value, 2)),
        default => $daemon->$name($value),
    };
}

function initialise(string $init): void
{
    if ($init !== 'ok') {
        report('initialising ' . posix_getpid());
    }
    [$what, $status, $message] = explode(':', $init, 3) + ['', '0', ''];
    match ($what) {
        'ok' => null,
        'gate' => waitAtGate(),
        'hang' => sleep(3600),
        'crash' => posix_kill(posix_getpid(), SIGSEGV),
        'exit' => exit((int) $status),
        'fail' => Libdaemon\fail($message, (int) $status),
        'throw' => throw new DomainException('thrown before it was ready'),
    };
}

function after(string $then): void
{
    [$what, $text] = explode(':', $then, 2) + ['', ''];
    if ($what === 'reread') {
        file_get_contents($text);
        fclose(fopen($text, 'r+'));
    } elseif ($what === 'print') {
        echo "$text\n";
        fwrite(STDOUT, "$text, to STDOUT\n");
        fwrite(STDERR, "$text, to STDERR\n");
        passthru("echo $text, from a child");
        passthru("echo $text, from a child to stderr >&2");
    } elseif ($what === 'child') {
        $child = pcntl_fork();
        while ($child === 0) {
            sleep(3600);
        }
        report("child $child");
    }
}

try {
    foreach (array_slice($argv, 1) as $argument) {
        [$name, $value] = explode('=', substr($argument, 2), 2) + ['', ''];
        if ($name === 'before') {
            before($value);
        } elseif (array_key_exists($name, $settings)) {
            $settings[$name] = $value;
        } elseif ($name === 'clearenv') {
            $daemon->clearenv();
        } else {
            option($daemon, $name, $value);
        }
    }
    if ($settings['restart'] === '') {
        $daemon->start();
    } else {
        $daemon->restart((float) $settings['restart'], str_ends_with($settings['restart'], ':kill'));
    }
} catch (Libdaemon\Exception $refusal) {
    echo "errno=$refusal->errno last_errno=", $refusal->errno, " status=$refusal->status\nstep: $refusal->step\n";
    fwrite(STDERR, "service: {$refusal->getMessage()}\n");
    exit($refusal->status);
}

initialise($settings['init']);
Libdaemon\ready();
after($settings['then']);
pcntl_signal(SIGUSR1, fn () => report(probe($streams)));
if ($settings['on-term'] !== 'default') {
    pcntl_signal(SIGTERM, function () use ($settings): void {
        if ($settings['on-term'] === 'gate') {
            report('terminating ' . posix_getpid());
            waitAtGate();
        }
        exit(0);
    });
}
report('up ' . posix_getpid());
while (true) {
    pcntl_signal_dispatch();
    usleep(10000);
}
