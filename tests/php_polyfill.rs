//! pcntl and posix on a PHP that lacks them, beside the native ones: the same scripts, the same output.

use crate::harness::Scratch;
use crate::harness::compile::checkout;
use crate::harness::files::text_of;
use crate::php_support::{Php, assert_same, output, package, says};

/// Runs the script on both and compares what it prints, line by line.
fn same_as_native(script: &str) {
    let opcache = [
        "-d",
        "opcache.enable_cli=1",
        "-d",
        "opcache.file_update_protection=0",
        "-d",
        "opcache.jit=tracing",
        "-d",
        "opcache.jit_buffer_size=16M",
    ];
    let path = checkout().join("tests/php").join(script);
    let native = Php::Native.output(script);
    for ours in [Php::Lacking.output(script), output(Php::Lacking.with(opcache).arg(&path))] {
        assert_same(&native, &ours);
    }
}

#[test]
fn signals_are_as_native() {
    same_as_native("compare_signals.php");
}

#[test]
fn asynchronous_signals_are_as_native() {
    same_as_native("compare_async.php");
    same_as_native("compare_async_calls.php");
}

#[test]
fn ends_of_scripts_are_as_native() {
    same_as_native("compare_endings.php");
    same_as_native("compare_interruptions.php");
}

/// An engine that is not known: one warning, and handlers that run when the program asks and at ticks.
#[test]
fn unknown_engines_are_left_alone() {
    let code = "set_error_handler(function ($level, $message) { echo $level, ' ', $message, \"\\n\"; return true; });
        echo json_encode([pcntl_async_signals(true), pcntl_async_signals()]), \"\\n\";
        pcntl_signal(SIGUSR1, function () { pcntl_sigprocmask(SIG_BLOCK, [SIGKILL], $blocked); echo count($blocked), ' '; });
        posix_kill(posix_getpid(), SIGUSR1); echo 'sent '; pcntl_signal_dispatch(); echo 'end';";
    let printed = output(Php::Lacking.code(code).env("LIBDAEMON_PHP_VERSION", "80000"));
    let (warning, rest) = printed.split_once('\n').expect("a warning");
    assert!(warning.starts_with("2 pcntl_async_signals(): libdaemon does not know this engine"), "{printed}");
    assert_eq!(rest, "[false,false]\nsent 60 end");
    let mut ticks = Php::Lacking.script("ticks.php").env("LIBDAEMON_PHP_VERSION", "80000").start();
    ticks.succeed();
    assert_eq!(ticks.stdout(), "handled 10 at a tick\ncaught thrown at a tick\n2 handled in all\n");
}

/// Names, parameters, defaults and types, by reflection: of what FFI has registered in the middle of the script.
#[test]
fn reflection_is_as_native() {
    let native = output(Php::Native.script("extension_surface.php").arg("posix"));
    assert_same(&native, &output(Php::WithoutPosix.script("extension_surface.php").arg("posix")));
}

/// What is different from native on purpose: a handler that throws does not lose the signals behind it. They wait until
/// the program asks again.
#[test]
fn handler_that_throws_loses_no_signal() {
    let code = "foreach ([SIGUSR1, SIGUSR2, SIGHUP] as $signal) pcntl_signal($signal, function ($signal) {
            echo $signal, ' ';
            if ($signal !== SIGUSR2) throw new Exception(\"thrown by $signal\");
        });
        foreach ([SIGUSR1, SIGUSR2, SIGHUP] as $signal) posix_kill(posix_getpid(), $signal);
        for ($i = 0; $i < 3; ++$i) try { pcntl_signal_dispatch(); echo 'end '; } catch (Exception $e) { echo $e->getMessage(), ', '; }";
    for version in ["", "1"] {
        let launch = Php::Lacking.code(code).env("LIBDAEMON_PHP_VERSION", version);
        assert_eq!(output(launch), "10 thrown by 10, 12 1 thrown by 1, end ");
    }
}

/// Where handlers run by themselves, nobody asks again: they all run, and what they throw arrives as one chain.
#[test]
fn asynchronous_handlers_that_throw_are_chained() {
    let code = "pcntl_async_signals(true);
        foreach ([SIGUSR1, SIGUSR2, SIGHUP] as $signal) pcntl_signal($signal, function ($signal) use (&$handled) {
            $handled[] = $signal;
            throw new Exception(\"thrown by $signal\");
        });
        pcntl_sigprocmask(SIG_BLOCK, [SIGUSR1, SIGUSR2, SIGHUP]);
        foreach ([SIGUSR1, SIGUSR2, SIGHUP] as $signal) posix_kill(posix_getpid(), $signal);
        try { pcntl_sigprocmask(SIG_SETMASK, []); } catch (Exception $e) { }
        for (; $e !== null; $e = $e->getPrevious()) $thrown[] = $e->getMessage();
        echo $thrown === array_map(fn ($signal) => \"thrown by $signal\", array_reverse($handled)) ? 'chained ' : 'not chained ';
        sort($handled); echo implode(',', $handled);";
    assert_eq!(output(Php::Lacking.code(code)), "chained 1,10,12");
}

/// As many are handled as were sent: in the order of their coming, or, where more come than the library queues by itself,
/// in any order.
#[test]
fn storm_of_signals_is_handled_in_full() {
    let code = "$got = []; foreach ([0, 1] as $n) pcntl_signal(SIGRTMIN + $n, function ($signal) use (&$got) { $got[] = $signal; });
        foreach ([100, 1000] as $burst) {
            for ($i = 0, $got = []; $i < 2000; ++$i) {
                posix_kill(posix_getpid(), SIGRTMIN + $i % 2);
                if ($i % $burst === $burst - 1) for ($left = 20; $left > 0; --$left) pcntl_signal_dispatch();
            }
            echo count($got), ' ', count(array_filter($got, fn ($s, $i) => $s !== SIGRTMIN + $i % 2, ARRAY_FILTER_USE_BOTH)), ' ';
        }";
    let printed = output(Php::Lacking.code(code));
    let counts: Vec<&str> = printed.split_whitespace().collect();
    assert_eq!((counts[0], counts[1], counts[2]), ("2000", "0", "2000"), "{printed}");
}

/// declare(ticks=1) runs the handlers, and an exception of theirs arrives where the program was.
#[test]
fn ticks_run_the_handlers() {
    for php in Php::BOTH {
        assert_eq!(
            php.output("ticks.php"),
            "handled 10 at a tick\ncaught thrown at a tick\n2 handled in all\n",
            "{php:?}"
        );
    }
}

/// `php -n -d extension=ffi` of Debian: pcntl compiled in, no posix.
#[test]
fn posix_alone_can_be_missing() {
    let code = "echo extension_loaded('posix') ? 'loaded' : 'missing', ' ', posix_getpid() === getmypid() ? 'ok' : 'wrong', ' ',
        (new ReflectionFunction('pcntl_fork'))->isInternal() ? 'native' : 'ours', ' ',
        posix_kill(0x3fffffff, 0) ? 'there' : posix_strerror(posix_get_last_error());";
    assert_eq!(output(Php::WithoutPosix.code(code)), "loaded ok native No such process");
}

/// Many images have it so: posix is PHP's own, and signals that it sends to the script itself are handled by ours.
#[test]
fn pcntl_alone_can_be_missing() {
    let disabled = says("echo 'disable_functions=', implode(',', get_extension_funcs('pcntl') ?: []);");
    let lacking = || Php::Native.with(["-d", &disabled]).env("LIBDAEMON_POLYFILL", "force");
    let code = "require getenv('PACKAGE') . '/bootstrap.php';
        foreach (['posix_kill', 'pcntl_fork'] as $name) echo (new ReflectionFunction($name))->getExtensionName(), ' ';";
    assert_eq!(output(lacking().env("PACKAGE", package()).args(["-r", code])), "posix libdaemon_forced ");
    let script = checkout().join("tests/php/compare_async_calls.php");
    assert_same(&Php::Native.output("compare_async_calls.php"), &output(lacking().arg(script)));
}

/// Beside a complete pcntl and posix nothing is defined, touched or said.
#[test]
fn native_functions_are_not_touched() {
    let code = "$all = array_merge(get_extension_funcs('pcntl'), get_extension_funcs('posix'));
        foreach ($all as $name) if (!(new ReflectionFunction($name))->isInternal()) echo $name;
        Libdaemon\\reset_std('/dev/null');";
    assert_eq!(output(Php::Native.code(code)), "");
}

/// No global name but pcntl's and posix's: not a function, class or constant. A script's own names do not collide.
#[test]
fn no_other_global_names() {
    let scratch = Scratch::new();
    let launch = Php::Lacking.script("names.php").directory(scratch.root());
    let mut run = launch.start();
    run.succeed();
    assert_eq!(text_of(&scratch.path("php-names.log")), "looked\n");
    let own =
        "function daemonize() { return 'own'; } function reset_std() { return 'own'; } echo daemonize(), reset_std();";
    assert_eq!(output(Php::Lacking.code(own)), "ownown");
}

/// By hand twice, after auto_prepend_file, and once more by another path.
#[test]
fn bootstrap_may_be_required_again() {
    let code =
        "$path = getenv('AGAIN'); require $path . '/bootstrap.php'; require_once $path . '/src/../bootstrap.php';
        echo posix_getpid() === getmypid();";
    assert_eq!(output(Php::Lacking.code(code).env("AGAIN", package())), "1");
}
