<?php

/** What asynchronous handlers interrupt, from callbacks to blocking calls: natively and on ours the same. */

declare(strict_types=1);

require __DIR__ . '/compare.php';
require __DIR__ . '/asynchronous.php';

pcntl_async_signals(true);

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
