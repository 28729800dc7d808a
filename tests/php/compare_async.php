<?php

/** What asynchronous signals do to a program: run natively and on ours, the output must be the same. */

declare(strict_types=1);

require __DIR__ . '/compare.php';

function toMyself(int ...$signals): void
{
    foreach ($signals as $signal) {
        posix_kill(posix_getpid(), $signal);
    }
}

/** Has a child send the signal as soon as this process sleeps in the kernel, in one of the calls that wait. */
function whileAsleep(int $signal, callable $sleep): mixed
{
    $parent = posix_getpid();
    $child = pcntl_fork();
    if ($child === 0) {
        // read, poll, select, nanosleep, flock, pselect6, clock_nanosleep
        do {
            usleep(500);
            $call = @file_get_contents("/proc/$parent/syscall") ?: '0';
            $asleep = str_contains((string) @file_get_contents("/proc/$parent/stat"), ') S ');
        } while (!$asleep || !in_array((int) $call, [0, 7, 23, 35, 73, 270, 230], true));
        posix_kill($parent, $signal);
        posix_kill(posix_getpid(), SIGKILL);
    }
    $result = $sleep();
    while (pcntl_waitpid($child, $status) === -1) {
        continue;
    }
    return $result;
}

/** @return list<int> */
function blocked(): array
{
    pcntl_sigprocmask(SIG_BLOCK, PHP_VERSION_ID < 80400 ? [] : [SIGKILL], $mask);
    return $mask;
}

final class Handler
{
    public int $count = 0;

    public function set(): bool
    {
        return pcntl_signal(SIGUSR1, [$this, 'secret']);
    }

    public function run(): int
    {
        posix_kill(posix_getpid(), SIGUSR1);
        for ($i = 0; $i < 10; ++$i) {
            continue;
        }
        return $this->count;
    }

    private function secret(): void
    {
        ++$this->count;
    }
}

show('off at first', fn () => [pcntl_async_signals(), pcntl_async_signals(false)]);
show('a signal from before', function () {
    pcntl_signal(SIGUSR1, fn () => print "  handled\n");
    toMyself(SIGUSR1);
    $former = pcntl_async_signals(true);
    echo "  on\n";
    return [$former, pcntl_async_signals(), pcntl_signal_dispatch()];
});
show('null asks', fn () => [pcntl_async_signals(null), pcntl_async_signals(enable: true)]);
show('at once', function () {
    toMyself(SIGUSR1);
    echo "  after\n";
});
foreach (['while' => fn (&$go) => (function () use (&$go) { while ($go) {} })(),
    'for' => fn (&$go) => (function () use (&$go) { for (;;) { if (!$go) break; } })(),
    'do' => fn (&$go) => (function () use (&$go) { do { $x = 1; } while ($go); })(),
    'goto' => fn (&$go) => (function () use (&$go) { again: if ($go) goto again; })(),
    'recursion' => fn (&$go) => (function () use (&$go) { $f = function () use (&$go, &$f) { return $go; }; while ($f()) {} })(),
    ] as $kind => $loop) {
    show("busy $kind", function () use ($loop) {
        $go = true;
        pcntl_signal(SIGALRM, function () use (&$go) { $go = false; });
        pcntl_alarm(1);
        $loop($go);
        return $go;
    });
}
show('thrown into a busy loop', function () {
    pcntl_signal(SIGALRM, fn () => throw new DomainException('enough'));
    pcntl_alarm(1);
    try {
        while (true);
    } catch (DomainException $thrown) {
        return $thrown->getMessage();
    } finally {
        echo "  finally\n";
    }
});
show('the mask in a handler', function () {
    pcntl_signal(SIGUSR1, function () use (&$inside) { $inside = blocked(); });
    $before = blocked();
    toMyself(SIGUSR1);
    return [count($inside), array_diff(range(1, 64), $inside) === [8 => 9, 18 => 19, 31 => 32, 32 => 33], $before === blocked()];
});
show('the mask in a handler that is dispatched', function () {
    pcntl_async_signals(false);
    toMyself(SIGUSR1);
    pcntl_signal_dispatch();
    pcntl_async_signals(true);
    return count(blocked());
});
show('pcntl_signal unblocks', function () {
    pcntl_sigprocmask(SIG_BLOCK, [SIGUSR1, SIGUSR2, SIGHUP]);
    pcntl_signal(SIGUSR1, fn () => null);
    pcntl_signal(SIGUSR2, SIG_IGN);
    $left = blocked();
    pcntl_sigprocmask(SIG_SETMASK, []);
    return $left;
});
show('no nesting', function () {
    pcntl_signal(SIGUSR1, function (): void {
        echo "  begin\n";
        toMyself(SIGUSR2, SIGUSR2);
        pcntl_signal_dispatch();
        for ($i = 0; $i < 100; ++$i);
        echo "  end\n";
    });
    pcntl_signal(SIGUSR2, fn () => print "  the other\n");
    toMyself(SIGUSR1);
    echo "  after\n";
});
show('a handler that resets itself', function () {
    pcntl_signal(SIGUSR1, function (int $signal): void {
        pcntl_signal($signal, SIG_IGN);
        toMyself($signal);
        echo "  once\n";
    });
    toMyself(SIGUSR1);
    toMyself(SIGUSR1);
    return pcntl_signal_get_handler(SIGUSR1);
});
show('a handler private to its class', function () {
    $handler = new Handler();
    return [$handler->set(), $handler->run()];
});
show('a handler by reference', function () {
    pcntl_signal(SIGUSR1, function (&$signal) { echo '  ', $signal, "\n"; });
    @toMyself(SIGUSR1);
    return 'done';
});
show('a handler that wants more', function () {
    pcntl_signal(SIGUSR1, function ($signal, $info, $more) { echo "  never\n"; });
    try {
        toMyself(SIGUSR1);
    } catch (ArgumentCountError) {
        return 'refused';
    }
});
show('a pending exception', function () {
    pcntl_signal(SIGUSR1, fn () => print "  handled\n");
    $sends = new class {
        public function __destruct()
        {
            toMyself(SIGUSR1);
        }
    };
    (function () use (&$sends) {
        $local = $sends;
        $sends = null;
        throw new DomainException('pending');
    })();
});
show('an exception in a handler has its trace', function () {
    pcntl_signal(SIGUSR1, fn () => throw new DomainException('x'));
    try {
        $i = 1;
        toMyself(SIGUSR1);
        $i = 2;
    } catch (DomainException $thrown) {
        return [$i, $thrown->getLine() - __LINE__, $thrown->getPrevious()];
    }
});
show('usort', function () {
    $n = 0;
    pcntl_signal(SIGUSR1, function () use (&$n) { ++$n; });
    $list = range(1, 50);
    usort($list, function ($a, $b) {
        toMyself(SIGUSR1);
        return $b <=> $a;
    });
    return [$n > 40, $list === range(50, 1)];
});
show('thrown out of usort', function () {
    pcntl_signal(SIGUSR1, fn () => throw new DomainException('from the callback'));
    $list = [3, 1, 2];
    usort($list, function ($a, $b) {
        toMyself(SIGUSR1);
        return $a <=> $b;
    });
});
show('generators', function () {
    $n = 0;
    pcntl_signal(SIGUSR1, function () use (&$n) { ++$n; });
    $generate = function () {
        try {
            foreach ([1, 2, 3] as $i) {
                toMyself(SIGUSR1);
                yield $i;
            }
        } finally {
            toMyself(SIGUSR1);
        }
    };
    return [array_sum(iterator_to_array($generate())), $n];
});
show('thrown into a generator', function () {
    pcntl_signal(SIGUSR1, fn () => throw new DomainException('in the generator'));
    $generate = function () {
        try {
            yield 1;
            toMyself(SIGUSR1);
            yield 2;
        } catch (DomainException $thrown) {
            yield $thrown->getMessage();
        }
    };
    return iterator_to_array($generate(), false);
});
show('fibers', function () {
    pcntl_signal(SIGUSR1, fn () => print "  in a fiber\n");
    $fiber = new Fiber(function () {
        toMyself(SIGUSR1);
        $got = Fiber::suspend('suspended');
        toMyself(SIGUSR1);
        return $got;
    });
    return [$fiber->start(), $fiber->resume('resumed'), $fiber->getReturn()];
});
show('no fiber is switched in a handler', function () {
    pcntl_signal(SIGUSR1, fn () => Fiber::suspend(1));
    $fiber = new Fiber(fn () => toMyself(SIGUSR1));
    try {
        $fiber->start();
    } catch (FiberError $thrown) {
        return $thrown->getMessage();
    }
});
show('a fiber inside a handler', function () {
    pcntl_signal(SIGUSR1, function () {
        try {
            (new Fiber(fn () => print "  runs\n"))->start();
        } catch (FiberError $thrown) {
            echo '  ', $thrown->getMessage(), "\n";
        }
    });
    toMyself(SIGUSR1);
});
show('asleep', function () {
    pcntl_signal(SIGUSR1, fn () => print "  handled\n");
    return [
        whileAsleep(SIGUSR1, fn () => sleep(30) > 20),
        whileAsleep(SIGUSR1, fn () => usleep(30_000_000)),
        whileAsleep(SIGUSR1, fn () => is_array(time_nanosleep(30, 0))),
    ];
});
show('stream_select', function () {
    [$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    return whileAsleep(SIGUSR1, function () use ($ours) {
        $read = [$ours];
        $write = $except = null;
        return @stream_select($read, $write, $except, 30);
    });
});
show('flock', function () {
    $file = tempnam(sys_get_temp_dir(), 'flock');
    [$first, $second] = [fopen($file, 'r'), fopen($file, 'r')];
    unlink($file);
    flock($first, LOCK_EX);
    pcntl_signal(SIGUSR1, fn () => print "  handled\n", false);
    return whileAsleep(SIGUSR1, fn () => flock($second, LOCK_EX));
});
show('pcntl_wait', function () {
    $parent = posix_getpid();
    $waits = pcntl_fork();
    if ($waits === 0) {
        while (true) {
            sleep(100);
        }
    }
    pcntl_signal(SIGALRM, function () use ($waits) {
        echo "  handled\n";
    });
    pcntl_alarm(1);
    $results = [pcntl_wait($status), pcntl_get_last_error() === PCNTL_EINTR];
    posix_kill($waits, SIGKILL);
    return [...$results, pcntl_wait($status) === $waits];
});
show('a child forked in a handler', function () {
    pcntl_signal(SIGUSR1, function () use (&$child) {
        $child = pcntl_fork();
        if ($child === 0) {
            echo '  ', count(blocked()), " blocked in the child\n";
        }
    });
    pcntl_signal(SIGUSR2, fn () => print "  another one\n");
    toMyself(SIGUSR1);
    if ($child === 0) {
        echo '  ', count(blocked()), " blocked later\n";
        toMyself(SIGUSR2);
        exit(3);
    }
    pcntl_waitpid($child, $status);
    return pcntl_wexitstatus($status);
});
show('off again', function () {
    $former = pcntl_async_signals(false);
    toMyself(SIGUSR2);
    echo "  nothing yet\n";
    return [$former, pcntl_async_signals(), pcntl_signal_dispatch()];
});
show('warnings of handlers', function () {
    pcntl_async_signals(true);
    pcntl_signal(SIGUSR1, function () { echo $undefined; });
    toMyself(SIGUSR1);
});
