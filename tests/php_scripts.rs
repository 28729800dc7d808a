//! Scripts of every kind become daemons, and find in the daemon what PHP had open and loaded before.

use std::path::Path;

use crate::harness::files::text_of;
use crate::harness::{Hostile, Launch, Reports, Scratch, Stdio};
use crate::php_support::{Php, output, package, php, requiring};

/// opcache as a user would turn it on, for the cli too.
const OPCACHE: [&str; 4] = ["-d", "opcache.enable_cli=1", "-d", "opcache.file_update_protection=0"];

/// Runs it in its directory; the daemon reports to the path in REPORT.
fn report_of(launch: Launch, scratch: &Scratch) -> String {
    let mut reports = Reports::new(scratch, "report");
    let mut run = launch.env("REPORT", reports.path()).directory(scratch.root()).start();
    run.succeed();
    let report = reports.next();
    run.wait_idle();
    assert_eq!((run.stdout(), run.stderr()), (String::new(), String::new()));
    std::fs::remove_file(scratch.path("report")).expect("remove the FIFO");
    report
}

/// The constants, `php://` and echo: after the script has closed its streams, and where none came in.
#[test]
fn standard_streams_are_valid_in_the_daemon() {
    let code = "(new Libdaemon\\Daemon())->stdin('in')->stdout('out')->stderr('err')->start();
        fwrite(STDOUT, \"STDOUT\\n\"); fwrite(STDERR, \"STDERR\\n\"); echo \"echo\\n\"; file_put_contents('php://stdout', \"php\\n\");
        foreach (['stdin' => STDIN, 'stdout' => STDOUT] as $name => $stream)
            if (readlink('/proc/self/fd/' . Libdaemon\\Native\\Library::descriptor($stream)) !== readlink(\"/proc/self/fd/\" .
                ($name === 'stdin' ? 0 : 1))) fwrite(STDERR, \"$name is not it\\n\");
        file_put_contents(getenv('REPORT'), json_encode([fgets(STDIN), fgets(fopen('php://stdin', 'r'))]) . \"\\n\");
        Libdaemon\\reset_std(getenv('LATER')); fwrite(STDOUT, 'later '); fwrite(STDERR, 'later');";
    let closing = format!("fclose(STDIN); fclose(STDOUT); fclose(STDERR); {code}");
    let partly = format!("fclose(STDOUT); $stdout = fopen('/dev/null', 'w'); {code}");
    for php in Php::BOTH {
        for (code, closed) in [(code, ""), (code, "0"), (code, "12"), (code, "012"), (&closing, ""), (&partly, "2")] {
            let scratch = Scratch::new();
            scratch.file("in", "from a file\n");
            let later = scratch.path("later");
            let place = Hostile::only("fds").closed(closed);
            let launch = php.code(code).env("LATER", &later).hostile(place);
            assert!(report_of(launch, &scratch).starts_with(r#"["from a file\n","#), "{php:?}: {closed}: {code}");
            assert_eq!(text_of(&scratch.path("out")), "STDOUT\necho\nphp\n", "{php:?}: {closed}: {code}");
            assert_eq!(text_of(&scratch.path("err")), "STDERR\n", "{php:?}: {closed}: {code}");
            assert_eq!(text_of(&later), "later later", "{php:?}: {closed}: {code}");
        }
    }
}

/// Each level's callback sees the text once, and what is printed afterwards goes through all of them in the daemon.
#[test]
fn output_callbacks_see_each_text_once() {
    let code = "ob_start(fn ($text) => $text === '' ? '' : \"<$text>\"); ob_start(fn ($text) => strtoupper($text));
        ob_start(null, 0, PHP_OUTPUT_HANDLER_REMOVABLE); echo 'before';
        Libdaemon\\daemonize((new Libdaemon\\Daemon())->log(getenv('LOG')));
        echo 'after ', ob_get_level(); while (ob_get_level()) ob_end_flush();";
    for php in Php::BOTH {
        let scratch = Scratch::new();
        let log = scratch.path("log");
        let mut run = php.code(code).env("LOG", &log).start();
        run.succeed();
        run.wait_idle();
        assert_eq!((run.stdout(), run.stderr()), ("<BEFORE>".to_owned(), String::new()), "{php:?}");
        assert_eq!(text_of(&log), "<AFTER 3>", "{php:?}");
    }
}

/// From a file, from a pipe, as an argument, with a prepended file: it finds its own data and the files beside it.
#[test]
fn every_kind_of_script_goes_on_in_the_daemon() {
    let code = "Libdaemon\\daemonize(); require $directory . '/included.php'; include_once 'beside.php';
        file_put_contents(getenv('REPORT'), implode(' ', [included(), beside(), $data, getcwd()]) . \"\\n\");";
    for php in Php::BOTH {
        for options in [&[][..], &OPCACHE[..]] {
            let scratch = Scratch::new();
            scratch.file("included.php", "<?php function included() { return 'included'; }");
            scratch.file("beside.php", "<?php function beside() { return 'beside'; }");
            let own = "fseek($file, __COMPILER_HALT_OFFSET__); $data = trim(fgets($file));";
            let file = scratch.file(
                "script.php",
                &format!(
                    "<?php $directory = __DIR__; $file = fopen(__FILE__, 'r'); {own} {code} __halt_compiler();data"
                ),
            );
            let expected = "included beside data /";
            assert_eq!(report_of(php.with(options).arg(&file), &scratch), expected, "{php:?}: {options:?}: a file");
            let relative = php.with(options).arg("script.php");
            assert_eq!(report_of(relative, &scratch), expected, "{php:?}: {options:?}: a relative name");
            let path = format!(
                "set_include_path('{0}'); $directory = '{0}'; $data = 'data'; {code}",
                scratch.root().display()
            );
            let launch = php.with(options).args(["-r", &requiring(&package(), &path)]);
            assert_eq!(report_of(launch, &scratch), expected, "{php:?}: {options:?}: an argument");
            let input = scratch.file("input.php", &format!("<?php {path}"));
            for way in ["exec \"$@\" < \"$0\"", "cat \"$0\" | \"$@\""] {
                let launch = php.with(options).under([Path::new("sh"), Path::new("-c"), Path::new(way), &input]);
                assert_eq!(report_of(launch, &scratch), expected, "{php:?}: {options:?}: {way}");
            }
        }
    }
}

/// The daemon loads further files from its archive.
#[test]
fn phar_goes_on_in_the_daemon() {
    let scratch = Scratch::new();
    let archive = scratch.path("app.phar");
    let make = "$phar = new Phar(getenv('ARCHIVE')); $phar['later.php'] = '<?php return \"from the archive\";';
        $phar['main.php'] = '<?php Libdaemon\\daemonize();
            file_put_contents(getenv(\"REPORT\"), (require __DIR__ . \"/later.php\") . \"\\n\");';
        $phar->setStub('<?php Phar::mapPhar(\"app.phar\"); require \"phar://app.phar/main.php\"; __HALT_COMPILER();');";
    output(Launch::command(php()).args(["-d", "phar.readonly=0", "-r", make]).env("ARCHIVE", &archive));
    for php in Php::BOTH {
        for options in [&[][..], &OPCACHE[..]] {
            let launch = php.with(options).arg(&archive);
            assert_eq!(report_of(launch, &scratch), "from the archive", "{php:?}: {options:?}");
        }
    }
}

/// An event loop's descriptors are no streams, and opened without PHP's doing. They stay, what came in does not.
#[test]
fn descriptors_of_an_event_loop_stay() {
    let code = "$libc = FFI::cdef('int epoll_create1(int flags); int eventfd(unsigned int count, int flags); int timerfd_create(int clock, int flags);');
        $own = [$libc->epoll_create1(0), $libc->eventfd(0, 0), $libc->timerfd_create(1, 0)];
        Libdaemon\\daemonize();
        $open = array_map(fn ($fd) => @readlink(\"/proc/self/fd/$fd\"), $own);
        $inherited = array_filter([900, 1000, 5000], fn ($fd) => @readlink(\"/proc/self/fd/$fd\") !== false);
        file_put_contents(getenv('REPORT'), json_encode([$open, $inherited], JSON_UNESCAPED_SLASHES) . \"\\n\");";
    for php in Php::BOTH {
        let scratch = Scratch::new();
        let launch = php.code(code).hostile(Hostile::only("fds").stdio(Stdio::Pipes));
        let expected = r#"[["anon_inode:[eventpoll]","anon_inode:[eventfd]","anon_inode:[timerfd]"],[]]"#;
        assert_eq!(report_of(launch, &scratch), expected, "{php:?}");
    }
}

/// What came in is closed whatever its number, on both sides of where a small table of the kernel's ends.
#[test]
fn inherited_descriptors_are_closed_whatever_their_numbers() {
    let code = "$numbers = [9, 63, 64, 127, 128, 200, 255, 256, 300];
        $open = fn () => array_values(array_filter($numbers, fn ($fd) => @readlink(\"/proc/self/fd/$fd\") === '/'));
        $before = $open(); Libdaemon\\daemonize();
        file_put_contents(getenv('REPORT'), json_encode([$before, $open()]) . \"\\n\");";
    for (php, numbers) in Php::BOTH
        .into_iter()
        .flat_map(|php| ["9,63,64,127,128,200,255", "256", "255,300"].map(|numbers| (php, numbers)))
    {
        let opened: String = numbers.split(',').map(|fd| format!("exec {fd}</; ")).collect();
        let shell = format!("{opened}exec \"$@\"");
        let launch = php.code(code).under(["bash", "-c", &shell, "bash"]);
        assert_eq!(report_of(launch, &Scratch::new()), format!("[[{numbers}],[]]"), "{php:?}");
    }
}

/// PHP ignores SIGPIPE, so that a script lives on when the other side has gone: so does the daemon.
#[test]
fn closed_connection_is_no_end() {
    let code = "[$one, $other] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0); fclose($other);
        Libdaemon\\daemonize(); $written = [@fwrite($one, 'text'), @fwrite($one, 'text')];
        file_put_contents(getenv('REPORT'), json_encode($written) . \"\\n\");";
    for php in Php::BOTH {
        assert_eq!(report_of(php.code(code), &Scratch::new()), "[false,false]", "{php:?}");
    }
}

/// A descriptor that came in stays outside, also where the script includes the file behind it: a shell's lock on it, say.
#[test]
fn descriptor_of_an_included_file_is_closed() {
    let code = "require 'part.php'; Libdaemon\\daemonize();
        $open = array_filter(scandir('/proc/self/fd'), fn ($number) => @readlink(\"/proc/self/fd/$number\") === getenv('PART'));
        file_put_contents(getenv('REPORT'), json_encode(array_values($open)) . \"\\n\");";
    for php in Php::BOTH {
        let scratch = Scratch::new();
        let part = scratch.file("part.php", "<?php\n");
        let launch = php.code(code).env("PART", &part).under(["sh", "-c", "exec \"$@\" 7<part.php", "sh"]);
        assert_eq!(report_of(launch, &scratch), "[]", "{php:?}");
    }
}
