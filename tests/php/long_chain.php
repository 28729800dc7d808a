<?php

/**
 * A handler that sends its own signal again and throws, thousands of times before PHP comes to handle the first exception:
 * each signal is handled, and of the exceptions a thousand arrive. A chain of all would take memory without end. A PHP that
 * comes to the first exception sooner ends that.
 */

declare(strict_types=1);

const SIGNALS = 3000;

$handled = 0;
$throws = true;
pcntl_async_signals(true);
pcntl_signal(SIGUSR1, function () use (&$handled, &$throws) {
    if (!$throws) {
        return;
    }
    if (++$handled < SIGNALS) {
        posix_kill(posix_getpid(), SIGUSR1);
    }
    throw new Exception("number $handled");
});
try {
    posix_kill(posix_getpid(), SIGUSR1);
    while (true) {
        continue;
    }
} catch (Exception $last) {
    $throws = false;
    $chain = 1;
    for ($first = $last; $first->getPrevious() !== null; ++$chain) {
        $first = $first->getPrevious();
    }
    echo "$handled handled, $chain caught: ", $first->getMessage(), ' to ', $last->getMessage(), "\n";
}
