<?php

/** Signals where programs end, and where handlers end them: natively and on ours, output and wait status must be the same. */

declare(strict_types=1);

require __DIR__ . '/endings.php';

$endings = [];
$endings['a shutdown function'] = function () {
    says(SIGUSR1);
    register_shutdown_function(function () {
        send(SIGUSR1);
        say('end of the shutdown function');
    });
};
$endings['a shutdown function in a shutdown function'] = function () {
    says(SIGUSR1);
    register_shutdown_function(function () {
        register_shutdown_function(function () {
            send(SIGUSR1);
            say('end');
        });
        send(SIGUSR1);
        say('first end');
    });
};
$endings['a shutdown function registered by a handler in one'] = function () {
    pcntl_signal(SIGUSR1, fn () => register_shutdown_function(fn () => say('registered by a handler')));
    register_shutdown_function(fn () => send(SIGUSR1));
};
$endings['destructors'] = function () {
    says(SIGUSR1);
    $GLOBALS['global'] = new Sends('a global');
    Sends::$kept = new Sends('a static');
};
$endings['destructors in a cycle'] = function () {
    says(SIGUSR1);
    $cycle = new ArrayObject([new Sends('a cycle')]);
    $cycle[] = $cycle;
};
$endings['a destructor whose handler exits'] = function () {
    pcntl_signal(SIGUSR1, function () {
        say('exits');
        exit(4);
    });
    $GLOBALS['global'] = new Sends('a global');
    Sends::$kept = new Sends('a static');
};
$endings['a destructor whose handler throws'] = function () {
    pcntl_signal(SIGUSR1, fn () => throw new DomainException('from the handler'));
    $GLOBALS['global'] = new Sends('a global');
};
$endings['exit'] = function () {
    pcntl_signal(SIGUSR1, fn () => exit(3));
    register_shutdown_function(fn () => say('shutdown function'));
    try {
        send(SIGUSR1);
        say('never');
    } finally {
        say('finally');
    }
};
$endings['exit with words'] = function () {
    pcntl_signal(SIGUSR1, fn () => exit("  the last words\n"));
    try {
        send(SIGUSR1);
        say('never');
    } catch (Throwable) {
        say('caught');
    }
};
$endings['exit in a handler with finally'] = function () {
    pcntl_signal(SIGUSR1, function () {
        try {
            exit(5);
        } finally {
            say('finally');
        }
    });
    send(SIGUSR1);
};
$endings['exit, and a signal in the shutdown function after'] = function () {
    pcntl_signal(SIGUSR1, fn () => exit(3));
    says(SIGUSR2);
    register_shutdown_function(fn () => send(SIGUSR2));
    register_shutdown_function(fn () => send(SIGUSR1));
    register_shutdown_function(fn () => say('not after an exit'));
    send(SIGUSR1);
};
$endings['exit in a generator and a callback'] = function () {
    pcntl_signal(SIGUSR1, fn () => exit(6));
    $generate = function () {
        try {
            send(SIGUSR1);
            yield 1;
        } finally {
            say('finally');
        }
    };
    array_map(fn () => iterator_to_array($generate()), [1, 2]);
};
$endings['uncaught'] = function () {
    register_shutdown_function(fn () => send(SIGUSR2));
    says(SIGUSR2);
    pcntl_signal(SIGUSR1, fn () => throw new DomainException('from the handler'));
    send(SIGUSR1);
    say('never');
};
$endings['uncaught, with a handler for exceptions'] = function () {
    says(SIGUSR2);
    set_exception_handler(function (Throwable $thrown) {
        say('uncaught', $thrown->getMessage());
        send(SIGUSR2);
        say('end');
    });
    pcntl_signal(SIGUSR1, fn () => throw new DomainException('from the handler'));
    send(SIGUSR1);
    say('never');
};
$endings['thrown into the handler for exceptions'] = function () {
    pcntl_signal(SIGUSR1, fn () => throw new DomainException('from the handler'));
    set_exception_handler(function (Throwable $thrown) {
        say('uncaught', $thrown->getMessage());
        send(SIGUSR1);
        say('end');
    });
    throw new LogicException('first');
};
$endings['thrown in a shutdown function'] = function () {
    pcntl_signal(SIGUSR1, fn () => throw new DomainException('from the handler'));
    register_shutdown_function(fn () => send(SIGUSR1));
    register_shutdown_function(fn () => say('the next one'));
};
$endings['E_USER_ERROR'] = function () {
    pcntl_signal(SIGUSR1, fn () => @trigger_error('the end', E_USER_ERROR));
    register_shutdown_function(fn () => say('shutdown function', error_get_last()['message'] ?? ''));
    try {
        send(SIGUSR1);
    } finally {
        say('finally');
    }
};
$endings['a fatal error in a handler'] = function () {
    says(SIGUSR2);
    register_shutdown_function(fn () => send(SIGUSR2));
    pcntl_signal(SIGUSR1, function () {
        eval('class Sends {}');
    });
    send(SIGUSR1);
    say('never');
};
$endings['too much memory in a handler'] = function () {
    says(SIGUSR2);
    register_shutdown_function(fn () => send(SIGUSR2));
    pcntl_signal(SIGUSR1, function () {
        ini_set('memory_limit', '64M');
        ob_start(fn () => "  out of memory\n");
        str_repeat('x', 1 << 30);
    });
    send(SIGUSR1);
    say('never');
};
$endings['a fatal error with signals pending'] = function () {
    says(SIGUSR1);
    says(SIGUSR2);
    register_shutdown_function(function () {
        say('shutdown function');
        pcntl_sigprocmask(SIG_SETMASK, []);
        pcntl_signal_dispatch();
        say('end');
    });
    pcntl_sigprocmask(SIG_BLOCK, [SIGUSR1, SIGUSR2]);
    posix_kill(posix_getpid(), SIGUSR1);
    eval('class Sends {}');
};
$endings['blocked and pending at the end'] = function () {
    says(SIGUSR1);
    pcntl_sigprocmask(SIG_BLOCK, [SIGUSR1]);
    posix_kill(posix_getpid(), SIGUSR1);
};
$endings['blocked and pending at the end, without a handler'] = function () {
    pcntl_signal(SIGUSR1, SIG_DFL);
    says(SIGUSR2);
    pcntl_signal(SIGUSR2, SIG_DFL);
    pcntl_sigprocmask(SIG_BLOCK, [SIGUSR1, SIGUSR2]);
    posix_kill(posix_getpid(), SIGUSR1);
    posix_kill(posix_getpid(), SIGUSR2);
};
$endings['blocked and pending at the end, ignored'] = function () {
    pcntl_signal(SIGUSR1, SIG_IGN);
    pcntl_sigprocmask(SIG_BLOCK, [SIGUSR1]);
    posix_kill(posix_getpid(), SIGUSR1);
};
$endings['arrived and never handled'] = function () {
    pcntl_async_signals(false);
    says(SIGUSR1);
    posix_kill(posix_getpid(), SIGUSR1);
};
toTheEnd($endings);
