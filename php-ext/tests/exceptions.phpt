--TEST--
What fails is thrown, with what was being done, on what, and why
--SKIPIF--
<?php
if (!extension_loaded("ffi")) die("skip FFI is not there");
?>
--FILE--
<?php
require __DIR__ . '/../bootstrap.php';

use Libdaemon\Daemon;

function refused(callable $call): void
{
    try {
        $call();
        echo "not refused\n";
    } catch (Libdaemon\Exception $refusal) {
        echo "$refusal->step: $refusal->errno: $refusal->status: {$refusal->getMessage()}\n";
    } catch (ValueError $error) {
        echo get_class($error), ': ', $error->getMessage(), "\n";
    }
}

refused(fn () => (new Daemon())->pidfile('/does/not/exist/pid')->start());
refused(fn () => (new Daemon())->log('/does/not/exist/log')->start());
refused(fn () => (new Daemon())->directory('/does/not/exist')->start());
refused(fn () => (new Daemon())->user('no such user')->start());
refused(fn () => (new Daemon())->pidfile("/tmp/pid\0file")->start());

// A daemon that fails before it is ready: the launcher is told why, and its status.
refused(function (): void {
    (new Daemon())->waitReady(60)->start();
    Libdaemon\fail('the database does not answer', 3);
});
?>
--EXPECT--
pid file: 2: 1: pid file /does/not/exist/pid: No such file or directory
log: 2: 1: log /does/not/exist/log: No such file or directory
directory: 2: 1: directory /does/not/exist: No such file or directory
user: 2: 1: user no such user: no such user
ValueError: Argument ($path) must not contain any null bytes
waiting for the daemon: 125: 3: the database does not answer
