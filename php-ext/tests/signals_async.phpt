--TEST--
Signals are handled where the program is, in a busy loop and in a call that waits, and a handler may throw
--SKIPIF--
<?php
if (!extension_loaded("ffi")) die("skip FFI is not there");
?>
--FILE--
<?php
require __DIR__ . '/../bootstrap.php';

var_dump(pcntl_async_signals(true), pcntl_async_signals());
$handled = 0;
pcntl_signal(SIGALRM, function () use (&$handled): void {
    ++$handled;
});

/** Sends the signal from outside. */
function send(int $signal): void
{
    if (pcntl_fork() === 0) {
        posix_kill(posix_getppid(), $signal);
        posix_kill(posix_getpid(), SIGKILL);
    }
}

posix_kill(posix_getpid(), SIGALRM);
var_dump($handled);

send(SIGALRM);
for ($turns = 0; $handled < 2; ++$turns);
var_dump($handled);

pcntl_alarm(1);
var_dump(sleep(600) > 0, $handled);

pcntl_signal(SIGUSR1, fn () => throw new RuntimeException('thrown by a handler'));
try {
    send(SIGUSR1);
    while (true);
} catch (RuntimeException $exception) {
    echo $exception->getMessage(), "\n";
}

var_dump(pcntl_async_signals(false));
posix_kill(posix_getpid(), SIGALRM);
var_dump($handled);
pcntl_signal_dispatch();
var_dump($handled);
while (pcntl_wait($status) > 0);
?>
--EXPECT--
bool(false)
bool(true)
int(1)
int(2)
bool(true)
int(3)
thrown by a handler
bool(true)
int(3)
int(4)
