--TEST--
Who the process is: ids, names, sessions and groups
--SKIPIF--
<?php
if (!extension_loaded("ffi")) die("skip FFI is not there");
?>
--FILE--
<?php
require __DIR__ . '/../bootstrap.php';

var_dump(posix_getpid() === getmypid(), posix_getppid() > 0);
var_dump(posix_getuid() === posix_geteuid(), posix_getgid() === posix_getegid());
$user = posix_getpwuid(posix_getuid());
var_dump(array_keys($user), $user === posix_getpwnam($user['name']));
$group = posix_getgrgid($user['gid']);
var_dump(array_keys($group), $group['name'] === posix_getgrnam($group['name'])['name']);
var_dump(posix_getpwnam('no such user'), posix_getgrnam('no such group'));

$child = pcntl_fork();
if ($child === 0) {
    $session = posix_setsid();
    $own = [posix_getpid(), posix_getpid(), posix_getpid(), posix_getpid()];
    exit([$session, posix_getsid(0), posix_getpgid(0), posix_getpgrp()] === $own && posix_setsid() === -1 ? 0 : 1);
}
pcntl_waitpid($child, $status);
var_dump(pcntl_wexitstatus($status));

var_dump(posix_kill(0x3fffffff, 0), posix_get_last_error() === PCNTL_ESRCH, posix_strerror(posix_get_last_error()));
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(true)
array(7) {
  [0]=>
  string(4) "name"
  [1]=>
  string(6) "passwd"
  [2]=>
  string(3) "uid"
  [3]=>
  string(3) "gid"
  [4]=>
  string(5) "gecos"
  [5]=>
  string(3) "dir"
  [6]=>
  string(5) "shell"
}
bool(true)
array(4) {
  [0]=>
  string(4) "name"
  [1]=>
  string(6) "passwd"
  [2]=>
  string(7) "members"
  [3]=>
  string(3) "gid"
}
bool(true)
bool(false)
bool(false)
int(0)
bool(false)
bool(true)
string(15) "No such process"
