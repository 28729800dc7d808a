//! What a PHP script can ask of its daemon, and how nonsense is answered.

use crate::harness::files::{text_of, wait_for_change};
use crate::harness::{Exit, Launch, Reports, Scratch, needs};
use crate::php_support::{Php, output};

/// A script with this chain of options, which then reports what the expression gives.
fn daemon_with(scratch: &Scratch, reports: &Reports, options: &str, expression: &str) -> Launch {
    let code = format!(
        "(new Libdaemon\\Daemon()){options}->start();
         file_put_contents(getenv('REPORT') ?: '{}', json_encode({expression}, JSON_UNESCAPED_SLASHES) . \"\\n\");",
        reports.path().display()
    );
    Php::Lacking.code(&code).env("REPORT", reports.path()).env("SCRATCH", scratch.root()).directory(scratch.root())
}

/// Starts such a daemon: its answer.
fn answer(scratch: &Scratch, options: &str, expression: &str) -> String {
    let mut reports = Reports::new(scratch, "report");
    let mut run = daemon_with(scratch, &reports, options, expression).start();
    run.succeed();
    let answer = reports.next();
    run.wait_idle();
    std::fs::remove_file(scratch.path("report")).expect("remove the FIFO");
    answer
}

#[test]
fn interface_is_the_documented_one() {
    let expected = "daemonize(?Libdaemon\\Daemon $daemon = null): void
reset_std(string $path): void
reopen_std(): void
ready(): void
fail(string $message, int $status = 1): never
notify(string $state): void
reloading(): void
stopping(): void
watchdog(): void
watchdog_interval(): float
extend_timeout(float $seconds): void
listen_fds(): array
set_title(string $title): void
final Daemon
  directory(string $path): static
  chroot(string $path): static
  umask(int $mask): static
  stdin(string $path): static
  stdout(string $path): static
  stderr(string $path): static
  log(string $path): static
  truncate(bool $truncate = true): static
  reopenOn(int $signal): static
  pidfile(string $path): static
  lockfile(string $path): static
  user(string $name): static
  group(string $name): static
  keepFd(mixed $descriptor): static
  closeFds(string $which): static
  signals(string $how): static
  setenv(string $name, string $value): static
  clearenv(): static
  waitReady(float $seconds): static
  notifyFd(int $descriptor): static
  foreground(string $when = \"always\"): static
  threads(bool $allow = true): static
  title(string $title): static
  start(): void
  exec(string $path, array $arguments = []): int
  restart(float $timeout = 10.0, bool $kill = false): void
  static status(string $pidfile): int
  static signal(string $pidfile, int $signal): void
  static reload(string $pidfile, int $signal = 1): void
  static stop(string $pidfile, float $timeout = 10.0, bool $kill = false): void
final Exception RuntimeException
  public readonly int $errno
  public readonly int $status
  public readonly string $step
";
    for php in Php::ALL {
        assert_eq!(php.output("interface.php"), expected, "{php:?}");
    }
}

#[test]
fn directory_and_umask() {
    let scratch = Scratch::new();
    let result = answer(&scratch, "->directory('/usr')->umask(027)", "[getcwd(), umask()]");
    assert_eq!(result, r#"["/usr",23]"#);
    let result = answer(&scratch, "->directory('.')", "getcwd()");
    assert_eq!(result, format!("\"{}\"", scratch.root().display()), "relative, fixed when it is given");
}

#[test]
fn environment() {
    let scratch = Scratch::new();
    let only_some = "array_intersect_key(getenv(), array_flip(['A', 'B', 'SCRATCH']))";
    let result = answer(&scratch, "->setenv('A', '1=2')->setenv('B', '')", only_some);
    assert_eq!(result, format!(r#"{{"SCRATCH":"{}","A":"1=2","B":""}}"#, scratch.root().display()));
    let result = answer(
        &scratch,
        "->clearenv()->setenv('A', '1')",
        "[getenv('A'), getenv('SCRATCH'), trim(shell_exec('echo $A$SCRATCH'))]",
    );
    assert_eq!(result, r#"["1",false,"1"]"#);
}

#[test]
fn streams_each_with_a_file() {
    let scratch = Scratch::new();
    scratch.file("in", "a line\n");
    scratch.file("out", "old\n");
    scratch.file("err", "old\n");
    let options = "->stdin('in')->stdout('out')->stderr('err')";
    let printed = "[fgets(STDIN), print 'echo ', fwrite(STDOUT, 'STDOUT'), fwrite(STDERR, 'STDERR')]";
    assert_eq!(answer(&scratch, options, printed), r#"["a line\n",1,6,6]"#);
    assert_eq!(text_of(&scratch.path("out")), "old\necho STDOUT");
    assert_eq!(text_of(&scratch.path("err")), "old\nSTDERR");
    answer(&scratch, "->log('out')->truncate()", "fwrite(STDERR, 'new')");
    assert_eq!(text_of(&scratch.path("out")), "new");
}

#[test]
fn group_without_user() {
    needs::another_user();
    let scratch = Scratch::new();
    let ids = "array_map(fn ($name) => trim(preg_replace('/.*^' . $name . ':(.*?)$.*/ms', '$1', file_get_contents('/proc/self/status'))), \
               ['Uid', 'Gid'])";
    let result = answer(&scratch, "->group('1')", ids);
    assert_eq!(result, r#"["0\t0\t0\t0","1\t1\t1\t1"]"#);
}

#[test]
fn lock_file_admits_one() {
    let scratch = Scratch::new();
    let reports = Reports::new(&scratch, "report");
    let mut first = daemon_with(&scratch, &reports, "->lockfile('lock')", "[sleep(1000)]").start();
    first.succeed();
    let mut second = daemon_with(&scratch, &reports, "->lockfile('lock')", "1").start();
    assert_eq!(second.wait(), Exit::Status(255));
    assert!(second.stderr().contains("lock"), "the reason");
    assert_eq!(text_of(&scratch.path("lock")), "", "no pid in it");
}

/// The same process, its streams as they were; all else as in a daemon.
#[test]
fn foreground_keeps_process_and_streams() {
    let scratch = Scratch::new();
    let code = "$pid = posix_getpid(); umask(077);
        (new Libdaemon\\Daemon())->foreground()->pidfile('app.pid')->start();
        echo json_encode([posix_getpid() === $pid, getcwd(), umask(), (int) file_get_contents(getenv('DIR') . '/app.pid') === $pid]);";
    let mut run = Php::Lacking.code(code).directory(scratch.root()).env("DIR", scratch.root()).start();
    run.succeed();
    assert_eq!(run.stdout(), r#"[true,"\/",0,true]"#);
}

/// An option is judged when it is given, and what was refused is not asked for; the object can be used on.
#[test]
fn refused_option_leaves_the_rest() {
    let scratch = Scratch::new();
    let mut reports = Reports::new(&scratch, "report");
    let code = "$daemon = (new Libdaemon\\Daemon())->directory('/usr');
        try { $daemon->reopenOn(99); exit(1); } catch (Libdaemon\\Exception $e) { if ($e->errno !== 22 || $e->getCode() !== 22) exit(2); }
        try { $daemon->setenv('A=B', ''); exit(3); } catch (Libdaemon\\Exception) {}
        $other = clone $daemon; $other->directory('/does/not/exist');
        try { $other->start(); exit(4); } catch (Libdaemon\\Exception $e) { if ($e->errno !== 2) exit(5); }
        $daemon->start(); file_put_contents(getenv('REPORT'), getcwd() . \"\\n\");";
    let mut run = Php::Lacking.code(code).env("REPORT", reports.path()).start();
    run.succeed();
    // That of the start that has to fail: who waits for the report is not to take it for the other's.
    while run.reaped().iter().all(|(_, exit)| *exit == Exit::Status(0)) {
        std::thread::yield_now();
    }
    assert_eq!(reports.next(), "/usr");
}

#[test]
fn nonsense_is_refused_where_it_is_given() {
    let cases = [
        ("directory(\"/tmp\\0/a\")", "ValueError"),
        ("setenv(\"A\\0\", '')", "ValueError"),
        ("pidfile('')", "Libdaemon\\Exception"),
        ("user('')", "Libdaemon\\Exception"),
        ("waitReady(-1)", "ValueError"),
        ("waitReady(NAN)", "ValueError"),
        ("waitReady(0)", "Libdaemon\\Exception"),
        ("foreground('perhaps')", "ValueError"),
        ("foreground('auto')", "taken"),
        ("notifyFd(2)", "Libdaemon\\Exception"),
        ("title('')", "Libdaemon\\Exception"),
        ("keepFd(-1)", "Libdaemon\\Exception"),
        ("keepFd('3')", "TypeError"),
        ("keepFd(fopen('php://memory', 'r'))", "ValueError"),
        ("keepFd(stream_context_create())", "ValueError"),
        ("umask('a')", "TypeError"),
        ("umask(-1)", "Libdaemon\\Exception"),
        ("umask(01000)", "Libdaemon\\Exception"),
        ("umask((1 << 32) + 0777)", "ValueError"),
        ("keepFd(1 << 32)", "ValueError"),
        ("reopenOn((1 << 32) + 1)", "ValueError"),
    ];
    for (call, expected) in cases {
        let code = format!(
            "try {{ (new Libdaemon\\Daemon())->{call}; echo 'taken'; }} catch (Throwable $e) {{ echo $e::class; }}"
        );
        assert_eq!(output(Php::Lacking.code(&code)), expected, "{call}");
    }
    let calls = [
        "stop('/tmp/none', -1)",
        "stop('/tmp/none', NAN)",
        "status(\"a\\0\")",
        "signal('/tmp/none', -1)",
        "signal('/tmp/none', (1 << 32) + 15)",
        "status('/')",
    ];
    for call in calls {
        let code = format!(
            "try {{ Libdaemon\\Daemon::{call}; echo 'taken'; }} catch (ValueError|Libdaemon\\Exception) {{ echo 'refused'; }}"
        );
        assert_eq!(output(Php::Lacking.code(&code)), "refused", "{call}");
    }
}

/// keepFd takes a stream, and holds it though nothing else of the script does.
#[test]
fn keep_fd_takes_a_stream() {
    let scratch = Scratch::new();
    let file = scratch.file("kept", "");
    let open = "array_map(fn ($fd) => @readlink(\"/proc/self/fd/$fd\"), scandir('/proc/self/fd'))";
    let answer = answer(&scratch, "->keepFd(STDIN)->keepFd(fopen('kept', 'r'))", open);
    assert!(answer.contains(&file.display().to_string()), "{answer}");
}

/// The script's own process title, and the daemon's.
#[test]
fn process_title_is_the_scripts_to_set() {
    let scratch = Scratch::new();
    let reports = Reports::new(&scratch, "report");
    let expression = "[cli_set_process_title('app: daemon'), touch(getenv('SCRATCH') . '/titled'), sleep(1000)]";
    let mut run = daemon_with(&scratch, &reports, "", expression).start();
    run.succeed();
    wait_for_change(scratch.root(), "the title", || scratch.path("titled").exists());
    let daemon = run.orphans().pop().expect("the daemon");
    let title = std::fs::read_to_string(daemon.proc("cmdline")).expect("cmdline");
    assert!(title.starts_with("app: daemon"), "{title}");
}
