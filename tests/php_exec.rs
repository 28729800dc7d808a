//! Another program as the daemon of a PHP script: `Libdaemon\Daemon::exec()`.

use rustix::process::Signal;

use crate::harness::files::{text_of, wait_for_change};
use crate::harness::{Exit, Process, Scratch};
use crate::php_support::Php;

#[test]
fn a_script_starts_a_program() {
    for php in Php::ALL {
        let scratch = Scratch::new();
        let code = "$pid = (new Libdaemon\\Daemon())->pidfile('app.pid')->log('log')->setenv('COLOUR', 'blue')
             ->exec('sh', ['-c', 'echo \"$0|$1|$COLOUR\"; exec sleep 1000', 'a word', '']);
             echo $pid === Libdaemon\\Daemon::status('app.pid') ? $pid : 'no';";
        let mut run = php.code(code).directory(scratch.root()).start();
        assert_eq!(run.wait(), Exit::Status(0), "{php:?}: {}", run.stderr());
        let daemon = Process::new(run.stdout().parse().expect("a pid"));
        assert_eq!(daemon.parent(), run.keeper());
        wait_for_change(scratch.root(), "the log", || text_of(&scratch.path("log")) == "a word||blue\n");
        assert_eq!(daemon.descriptors().len(), 4, "the streams and the pid file");
        daemon.signal(Signal::KILL);
        run.wait_idle();
    }
}

#[test]
fn a_program_that_fails_is_an_exception() {
    for php in [Php::Lacking, Php::Native] {
        let scratch = Scratch::new();
        let code = "function failure(callable $act) {
                 try { $act(); } catch (Libdaemon\\Exception $e) {
                     echo $e->getMessage(), '|', $e->errno, '|', $e->status, '|', $e->step, \"\\n\";
                 } catch (ValueError $e) { echo $e->getMessage(), \"\\n\"; }
             }
             $new = fn () => (new Libdaemon\\Daemon())->pidfile('app.pid');
             failure(fn () => $new()->exec('/usr/bin/nothing'));
             failure(fn () => $new()->waitReady(60)->exec('sh', ['-c', 'exit 3']));
             failure(fn () => $new()->exec('sleep', [\"1\\0\"]));";
        let mut run = php.code(code).directory(scratch.root()).start();
        assert_eq!(run.wait(), Exit::Status(0), "{php:?}: {}", run.stderr());
        let expected = "exec /usr/bin/nothing: No such file or directory|2|1|exec\n\
                        exited with status 3 before it was ready|10|3|waiting for the daemon\n\
                        Argument ($arguments) must not contain any null bytes\n";
        assert_eq!(run.stdout(), expected, "{php:?}");
        run.wait_idle();
        assert!(!scratch.path("app.pid").exists());
    }
}

/// Where the extension leaves the engine alone.
#[test]
fn a_program_is_started_by_ffi_alone() {
    let scratch = Scratch::new();
    let code = "$loader = new ReflectionClass(Libdaemon\\Native\\Loader::class);
         foreach (['leftAlone' => 'a test', 'path' => getenv('LIBDAEMON_PATH')] as $name => $value)
             $loader->getProperty($name)->setValue(null, $value);
         $ffi = Libdaemon\\Native\\FfiLibrary::get();
         echo json_encode($ffi->execute([], '/usr/bin/nothing', ['nothing']), JSON_UNESCAPED_SLASHES), \"\\n\";
         echo $ffi->execute([['log', [getcwd() . '/log']]], 'sh', ['sh', '-c', 'echo \"$0|$1\"; exec sleep 1000', 'a word', '']);";
    let mut run = Php::Lacking.code(code).directory(scratch.root()).start();
    assert_eq!(run.wait(), Exit::Status(0), "{}", run.stderr());
    let stdout = run.stdout();
    let (failure, pid) = stdout.split_once('\n').expect("two lines");
    assert_eq!(failure, r#"["exec /usr/bin/nothing: No such file or directory",2,1,"exec"]"#);
    let daemon = Process::new(pid.parse().expect("a pid"));
    wait_for_change(scratch.root(), "the log", || text_of(&scratch.path("log")) == "a word|\n");
    daemon.signal(Signal::KILL);
    run.wait_idle();
}
