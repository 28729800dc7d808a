--TEST--
Signals wait until they are dispatched, each with its details
--SKIPIF--
<?php
if (!extension_loaded("ffi")) die("skip FFI is not there");
?>
--FILE--
<?php
require __DIR__ . '/../bootstrap.php';

$handler = function (int $signal, array $info): void {
    echo $signal === SIGUSR1 ? 'USR1' : 'RTMIN', $info['pid'] === posix_getpid() ? ' from us' : ' from elsewhere', "\n";
};
var_dump(pcntl_signal(SIGUSR1, $handler), pcntl_signal(SIGRTMIN, $handler));
var_dump(pcntl_signal_get_handler(SIGUSR1) === $handler, pcntl_signal_get_handler(SIGUSR2) === SIG_DFL);
for ($sent = 0; $sent < 3; ++$sent) {
    posix_kill(posix_getpid(), SIGRTMIN);
}
posix_kill(posix_getpid(), SIGUSR1);
echo "sent\n";
var_dump(pcntl_signal_dispatch());

// One that is blocked can be waited for.
pcntl_sigprocmask(SIG_BLOCK, [SIGUSR2], $before);
var_dump($before);
posix_kill(posix_getpid(), SIGUSR2);
var_dump(pcntl_sigwaitinfo([SIGUSR2], $info) === SIGUSR2, $info['signo'] === SIGUSR2, $info['code'] === SI_USER);

pcntl_signal(SIGUSR1, SIG_IGN);
posix_kill(posix_getpid(), SIGUSR1);
pcntl_signal_dispatch();
try {
    pcntl_signal(SIGUSR1, 'no such function');
} catch (TypeError $error) {
    echo $error->getMessage(), "\n";
}
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(true)
sent
RTMIN from us
RTMIN from us
RTMIN from us
USR1 from us
bool(true)
array(0) {
}
bool(true)
bool(true)
bool(true)
pcntl_signal(): Argument #2 ($handler) must be of type callable|int, string given
