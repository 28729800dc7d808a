<?php

/** What asynchronous handlers do: run natively and on ours, the output must be the same. */

declare(strict_types=1);

require __DIR__ . '/compare.php';
require __DIR__ . '/asynchronous.php';

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
