<?php

/** Handlers that run by ticks alone: nothing here calls pcntl_signal_dispatch(). */

declare(ticks=1);

$handled = 0;
pcntl_signal(SIGUSR1, function (int $signal) use (&$handled): void {
    ++$handled;
    echo "handled $signal at a tick\n";
});
posix_kill(posix_getpid(), SIGUSR1);
for ($i = 0; $i < 100 && $handled === 0; ++$i) {
    usleep(1000);
}

pcntl_signal(SIGUSR2, function () use (&$handled): void {
    ++$handled;
    throw new DomainException('thrown at a tick');
});
try {
    posix_kill(posix_getpid(), SIGUSR2);
    usleep(1000);
} catch (DomainException $thrown) {
    echo 'caught ', $thrown->getMessage(), "\n";
}
echo "$handled handled in all\n";
