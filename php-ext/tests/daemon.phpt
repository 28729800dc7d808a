--TEST--
A daemon with a pid file and a log: its launcher returns when it is ready, and it is stopped by its pid file
--SKIPIF--
<?php
if (!extension_loaded("ffi")) die("skip FFI is not there");
?>
--FILE--
<?php
require __DIR__ . '/../bootstrap.php';

use Libdaemon\Daemon;

$directory = sys_get_temp_dir() . '/libdaemon-phpt-' . getmypid();
mkdir($directory, 0700);
$pidfile = "$directory/pid";

$launcher = pcntl_fork();
if ($launcher === 0) {
    (new Daemon())->pidfile($pidfile)->log("$directory/log")->waitReady(60)->start();
    pcntl_sigprocmask(SIG_BLOCK, [SIGTERM]);
    echo getcwd(), ' ', posix_getsid(0) !== posix_getpid() ? 'not the leader of its session' : 'leader', "\n";
    Libdaemon\ready();
    pcntl_sigwaitinfo([SIGTERM]);
    fwrite(STDERR, "terminated\n");
    exit(0);
}
pcntl_waitpid($launcher, $status);
var_dump(pcntl_wifexited($status), pcntl_wexitstatus($status));
$pid = Daemon::status($pidfile);
var_dump($pid > 0, (int) file_get_contents($pidfile) === $pid, posix_kill($pid, 0));

Daemon::stop($pidfile, 60);
var_dump(Daemon::status($pidfile), file_exists($pidfile));
echo file_get_contents("$directory/log");
?>
--CLEAN--
<?php
foreach (glob(sys_get_temp_dir() . '/libdaemon-phpt-*') as $directory) {
    array_map(unlink(...), glob("$directory/*"));
    rmdir($directory);
}
?>
--EXPECT--
bool(true)
int(0)
bool(true)
bool(true)
bool(true)
int(0)
bool(false)
/ not the leader of its session
terminated
