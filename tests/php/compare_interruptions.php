<?php

/** What handlers change, and where they come in between, up to the end of the program: natively and on ours, output and wait status must be the same. */

declare(strict_types=1);

require __DIR__ . '/endings.php';

$endings = [];
$endings['handlers that set handlers'] = function () {
    pcntl_signal(SIGUSR1, function ($signal) {
        says($signal, 'second');
        say('first');
    });
    send(SIGUSR1);
    send(SIGUSR1);
    pcntl_signal(SIGUSR1, fn ($signal) => pcntl_signal($signal, SIG_IGN));
    send(SIGUSR1);
    send(SIGUSR1);
    pcntl_signal(SIGUSR1, fn ($signal) => pcntl_signal($signal, SIG_DFL));
    send(SIGUSR1);
    say('before the last');
    send(SIGUSR1);
    say('never');
};
$endings['a handler that sets the next signal\'s'] = function () {
    pcntl_signal(SIGUSR1, fn () => says(SIGUSR2, 'changed'));
    says(SIGUSR2, 'unchanged');
    pcntl_async_signals(false);
    send(SIGUSR1, SIGUSR2);
};
$endings['a handler removed while its signal is pending'] = function () {
    pcntl_async_signals(false);
    foreach ([SIG_IGN, SIG_DFL] as $instead) {
        says(SIGUSR1);
        posix_kill(posix_getpid(), SIGUSR1);
        pcntl_signal(SIGUSR1, $instead);
        pcntl_signal_dispatch();
        says(SIGUSR1, 'a later handler');
        pcntl_signal_dispatch();
        posix_kill(posix_getpid(), SIGUSR1);
        says(SIGUSR1, 'another handler');
        pcntl_signal_dispatch();
    }
};
$endings['an alarm that is still set'] = function () {
    says(SIGALRM);
    pcntl_alarm(100);
    register_shutdown_function(fn () => say(pcntl_alarm(0) > 90 ? 'was set' : 'was not'));
};
$endings['an alarm in a shutdown function'] = function () {
    pcntl_signal(SIGALRM, function () use (&$rang) {
        $rang = true;
    });
    register_shutdown_function(function () use (&$rang) {
        pcntl_alarm(1);
        while (!$rang) {
            pcntl_async_signals() || pcntl_signal_dispatch();
        }
        say('rang');
    });
};
$endings['output buffers in handlers'] = function () {
    pcntl_signal(SIGUSR1, function () {
        ob_start(fn ($text) => strtoupper($text));
        say('in a buffer');
    });
    ob_start(fn ($text) => str_replace('a', 'A', $text));
    send(SIGUSR1);
    say(ob_get_level(), 'a level');
};
$endings['signals while output is handled'] = function () {
    $handled = 0;
    pcntl_signal(SIGUSR1, function () use (&$handled) {
        ++$handled;
    });
    ob_start(function ($text) use (&$handled) {
        posix_kill(posix_getpid(), SIGUSR1);
        pcntl_async_signals() || pcntl_signal_dispatch();
        return "$text  handled $handled\n";
    });
    say('text');
    ob_end_flush();
    ob_start(function ($text) {
        posix_kill(posix_getpid(), SIGUSR1);
        pcntl_async_signals() || pcntl_signal_dispatch();
        return $text;
    });
    say('left for the end');
};
$endings['require'] = function () {
    says(SIGUSR1);
    $file = tempnam(sys_get_temp_dir(), 'required');
    file_put_contents($file, '<?php send(SIGUSR1); function required() { say("required"); } return 7;');
    $given = require $file;
    unlink($file);
    required();
    say($given);
};
$endings['thrown out of require'] = function () {
    pcntl_signal(SIGUSR1, fn () => throw new DomainException('from the handler'));
    $file = tempnam(sys_get_temp_dir(), 'required');
    file_put_contents($file, '<?php send(SIGUSR1); return 7;');
    try {
        require $file;
    } catch (DomainException $thrown) {
        say($thrown->getMessage());
    } finally {
        unlink($file);
    }
};
$endings['an autoloader'] = function () {
    pcntl_signal(SIGUSR1, fn () => say(class_exists('Loaded') ? 'there' : 'not there', class_exists('Other') ? 'there' : 'not there'));
    spl_autoload_register(function (string $class) {
        say('loads', $class);
        if ($class === 'Loaded') {
            send(SIGUSR1);
            eval('class Loaded {}');
        }
    });
    say((new Loaded())::class);
};
$endings['thrown out of an autoloader'] = function () {
    pcntl_signal(SIGUSR1, fn () => throw new DomainException('from the handler'));
    spl_autoload_register(fn () => send(SIGUSR1));
    try {
        new Loaded();
    } catch (DomainException $thrown) {
        say($thrown->getMessage());
    }
    new Loaded();
};
$endings['kinds of handlers'] = function () {
    $sends = (new ReflectionClass(Sends::class))->newInstanceWithoutConstructor();
    $byReference = function (int &$signal, &$info) {
        $signal = 0;
        $info = null;
        say('by reference');
    };
    foreach (['Sends::method', [Sends::class, 'method'], Sends::method(...), $sends, [$sends, 'magic'], $sends->magic(...), 'say_signal',
        $byReference, (new ReflectionMethod($sends, 'method'))->getClosure(), function (int ...$all) { say('variadic'); },
        fn ($signal, $info = []) => say($signal, gettype($info), $info['signo'])] as $handler) {
        pcntl_signal(SIGUSR1, $handler);
        try {
            @send(SIGUSR1);
        } catch (TypeError $thrown) {
            say(substr($thrown->getMessage(), 0, 40));
        }
    }
    posix_kill(posix_getpid(), SIGKILL);
};
$endings['finally with an exception pending'] = function () {
    says(SIGUSR1);
    register_shutdown_function(fn () => send(SIGUSR1));
    try {
        throw new LogicException('pending');
    } finally {
        send(SIGUSR1);
        say('end of finally');
    }
};
$endings['thrown in finally with an exception pending'] = function () {
    pcntl_signal(SIGUSR1, fn () => throw new DomainException('from the handler'));
    try {
        try {
            throw new LogicException('pending');
        } finally {
            send(SIGUSR1);
            say('never');
        }
    } catch (DomainException $thrown) {
        say($thrown->getMessage(), 'after', $thrown->getPrevious()?->getMessage() ?? 'nothing');
    }
};
$endings['exit in finally with an exception pending'] = function () {
    pcntl_signal(SIGUSR1, fn () => exit(8));
    try {
        throw new LogicException('pending');
    } finally {
        send(SIGUSR1);
        say('never');
    }
};
toTheEnd($endings);
