--TEST--
Children are forked, waited for, and their statuses read
--SKIPIF--
<?php
if (!extension_loaded("ffi")) die("skip FFI is not there");
?>
--FILE--
<?php
require __DIR__ . '/../bootstrap.php';

$exited = pcntl_fork();
if ($exited === 0) {
    exit(42);
}
var_dump(pcntl_waitpid($exited, $status) === $exited);
var_dump(pcntl_wifexited($status), pcntl_wexitstatus($status), pcntl_wifsignaled($status));

$killed = pcntl_fork();
if ($killed === 0) {
    posix_kill(posix_getpid(), SIGKILL);
}
var_dump(pcntl_wait($status, 0, $usage) === $killed);
var_dump(pcntl_wifexited($status), pcntl_wifsignaled($status), pcntl_wtermsig($status) === SIGKILL);
var_dump(count($usage) >= 16, $usage['ru_utime.tv_sec']);

$stopped = pcntl_fork();
if ($stopped === 0) {
    posix_kill(posix_getpid(), SIGSTOP);
    exit(0);
}
pcntl_waitpid($stopped, $status, WUNTRACED);
var_dump(pcntl_wifstopped($status), pcntl_wstopsig($status) === SIGSTOP);
var_dump(pcntl_waitpid($stopped, $status, WNOHANG));
posix_kill($stopped, SIGCONT);
var_dump(pcntl_waitpid($stopped, $status) === $stopped, pcntl_wexitstatus($status));

var_dump(pcntl_wait($status), pcntl_get_last_error() === PCNTL_ECHILD, pcntl_strerror(PCNTL_ECHILD));
?>
--EXPECT--
bool(true)
bool(true)
int(42)
bool(false)
bool(true)
bool(false)
bool(true)
bool(true)
bool(true)
int(0)
bool(true)
bool(true)
int(0)
bool(true)
int(0)
int(-1)
bool(true)
string(18) "No child processes"
