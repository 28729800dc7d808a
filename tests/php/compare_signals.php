<?php

/** What pcntl's functions about signals give: run natively and on ours, the output must be the same. */

declare(strict_types=1);

require __DIR__ . '/compare.php';

final class Handlers
{
    public static function fixed(int $signal): void
    {
        echo "  static method: $signal\n";
    }

    public function method(int $signal): void
    {
        echo "  method: $signal\n";
    }

    public function __invoke(int $signal): void
    {
        echo "  invoked: $signal\n";
    }
}

function handler(int $signal, array $info): void
{
    echo "  function: $signal ", count($info), "\n";
}

function toMyself(int ...$signals): void
{
    array_map(fn (int $signal) => posix_kill(posix_getpid(), $signal), $signals);
}

foreach ([0, -1, 65, 9999] as $signal) {
    show("signal $signal", fn () => pcntl_signal($signal, SIG_DFL));
    show("handler of $signal", fn () => pcntl_signal_get_handler($signal));
}
foreach ([5, -1, 'nofunction', [1, 2], [], null, '1', 1.5, true, new stdClass(), ['Handlers', 'none']] as $handler) {
    show('handler ' . json_encode($handler), fn () => pcntl_signal(SIGUSR1, $handler));
    show('error', fn () => [pcntl_get_last_error(), pcntl_signal_get_handler(SIGUSR1)]);
}
show('SIGKILL ignored', fn () => pcntl_get_last_error());
show('dispatch with nothing', fn () => pcntl_signal_dispatch());

$object = new Handlers();
foreach (['handler', 'Handlers::fixed', ['Handlers', 'fixed'], [$object, 'method'], $object, $object->method(...)] as $handler) {
    show('a handler', function () use ($handler) {
        $set = pcntl_signal(SIGUSR1, $handler);
        toMyself(SIGUSR1);
        return [$set, pcntl_signal_dispatch(), pcntl_signal_get_handler(SIGUSR1) === $handler];
    });
}

$show = function (int $signal, array $info): void {
    $info = array_map(fn ($value) => match ((int) $value) {
        posix_getpid() => 'own pid, ' . get_debug_type($value),
        (fileowner('/proc/self') << 32) | posix_getpid() => 'own user and pid, ' . get_debug_type($value),
        default => $value,
    }, $info);
    echo "  $signal: ", json_encode($info, JSON_PRESERVE_ZERO_FRACTION), "\n";
};
foreach ([SIGHUP, SIGUSR1, SIGUSR2, SIGTERM, SIGTRAP, SIGSYS, SIGSEGV, SIGBUS, SIGPOLL, SIGCHLD, SIGRTMIN, SIGRTMAX] as $signal) {
    show("details of $signal", function () use ($signal, $show) {
        pcntl_signal($signal, $show);
        toMyself($signal);
        return pcntl_signal_dispatch();
    });
}
show('details of SIGALRM', function () use ($show) {
    pcntl_signal(SIGALRM, $show);
    pcntl_alarm(1);
    $left = sleep(10);
    return [$left >= 8, pcntl_signal_dispatch()];
});
show('details of SIGCHLD', function () {
    pcntl_signal(SIGCHLD, function (int $signal, array $info): void {
        $types = array_map(get_debug_type(...), $info);
        echo '  ', json_encode([$info['code'], $info['status'], $info['uid'], $types]), "\n";
    });
    $pid = pcntl_fork();
    if ($pid === 0) {
        exit(7);
    }
    while (pcntl_waitpid($pid, $status) === -1) {
        continue;
    }
    return [pcntl_signal_dispatch(), pcntl_signal(SIGCHLD, SIG_DFL)];
});
show('order, and nothing before the dispatch', function () {
    foreach ([SIGUSR1, SIGUSR2, SIGHUP] as $signal) {
        pcntl_signal($signal, fn () => print "  $signal\n");
    }
    toMyself(SIGUSR2, SIGHUP, SIGUSR1);
    echo "  sent\n";
    return pcntl_signal_dispatch();
});
show('ignored and default', function () {
    pcntl_signal(SIGUSR1, SIG_IGN);
    pcntl_signal(SIGURG, SIG_DFL);
    toMyself(SIGUSR1, SIGURG);
    return [pcntl_signal_dispatch(), pcntl_signal_get_handler(SIGUSR1), pcntl_signal_get_handler(SIGURG)];
});
show('ignored after it has come', function () {
    pcntl_signal(SIGUSR1, fn () => print "  handled\n");
    toMyself(SIGUSR1);
    pcntl_signal(SIGUSR1, SIG_IGN);
    return pcntl_signal_dispatch();
});
show('another handler after it has come', function () {
    pcntl_signal(SIGUSR1, fn () => print "  the first\n");
    toMyself(SIGUSR1);
    pcntl_signal(SIGUSR1, fn () => print "  the second\n");
    return pcntl_signal_dispatch();
});
show('no nesting', function () {
    pcntl_signal(SIGUSR1, function (): void {
        echo "  begin\n";
        toMyself(SIGUSR1, SIGUSR2);
        pcntl_signal_dispatch();
        echo "  end\n";
        pcntl_signal(SIGUSR1, fn () => print "  again\n");
    });
    pcntl_signal(SIGUSR2, fn () => print "  the other\n");
    toMyself(SIGUSR1);
    pcntl_signal_dispatch();
    echo "  between\n";
    return [pcntl_signal_dispatch(), pcntl_signal_dispatch()];
});
show('a handler that throws', function () {
    pcntl_signal(SIGUSR1, fn () => throw new DomainException('from the handler'));
    toMyself(SIGUSR1);
    pcntl_signal_dispatch();
});
show('and the next one', function () {
    pcntl_signal(SIGUSR1, fn () => print "  handled\n");
    toMyself(SIGUSR1);
    return pcntl_signal_dispatch();
});
show('interrupted or restarted', function () {
    $results = [];
    foreach ([[true], [false], []] as $restart) {
        pcntl_signal(SIGUSR1, fn () => null, ...$restart);
        $parent = posix_getpid();
        $pid = pcntl_fork();
        if ($pid === 0) {
            while (!str_contains(@file_get_contents("/proc/$parent/stat"), ') S ')) {
                usleep(1000);
            }
            posix_kill($parent, SIGUSR1);
            // Until it has been delivered: a child that had ended by then would be an answer to the call.
            do {
                usleep(1000);
                preg_match('/^ShdPnd:\s*(\w+)/m', @file_get_contents("/proc/$parent/status"), $pending);
            } while (hexdec($pending[1] ?? '0') & 1 << SIGUSR1 - 1);
            exit(5);
        }
        $results[] = [pcntl_waitpid($pid, $status) === $pid, pcntl_get_last_error() === PCNTL_EINTR];
        pcntl_signal_dispatch();
        @pcntl_waitpid($pid, $status);
    }
    return $results;
});
show('named arguments', fn () => [pcntl_signal(handler: SIG_DFL, signal: SIGUSR1), pcntl_signal_get_handler(signal: SIGUSR1)]);
