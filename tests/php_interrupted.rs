//! PHP code interrupted by asynchronous handlers, the package's own code too.

use crate::php_support::{Php, output};

#[test]
fn handler_and_interrupted_function_do_not_disturb_each_other() {
    for php in Php::BOTH {
        assert_eq!(php.output("interrupted_package.php"), "0 wrong\n", "{php:?}");
    }
}

#[test]
fn first_call_is_interrupted_by_the_same_one() {
    for php in Php::BOTH {
        assert_eq!(php.output("interrupted_loading.php"), "0 wrong\n", "{php:?}");
    }
}

/// A signal that a handler unblocks comes while handlers run: its own runs after them, without being waited for. Native pcntl
/// loses it, or keeps it until the next one.
#[test]
fn what_comes_inside_a_handler_runs_after_it() {
    let code = "pcntl_async_signals(true); pcntl_signal(SIGHUP, function () { echo 'HUP '; });
        pcntl_sigprocmask(SIG_BLOCK, [SIGHUP]); posix_kill(posix_getpid(), SIGHUP);
        pcntl_signal(SIGUSR1, function () { pcntl_sigprocmask(SIG_UNBLOCK, [SIGHUP]); posix_getpid(); echo 'USR1 '; });
        posix_kill(posix_getpid(), SIGUSR1); posix_getpid(); echo 'done';";
    for launch in [Php::Extension.bare().args(["-r", code]), Php::Lacking.code(code)] {
        assert_eq!(output(launch), "USR1 HUP done");
    }
}

/// After a handler that exits, the handler of a signal behind it does not come between the script and its shutdown functions.
#[test]
fn nothing_comes_after_an_exit() {
    let code = "pcntl_async_signals(true);
        foreach ([SIGHUP, SIGTERM] as $signal) pcntl_signal($signal, function () { echo 'exit '; exit; });
        register_shutdown_function(function () { for ($i = 0; $i < 3; $i++) posix_getpid(); echo 'first '; });
        register_shutdown_function(function () { posix_getpid(); echo 'second'; });
        pcntl_sigprocmask(SIG_BLOCK, [SIGHUP, SIGTERM]);
        posix_kill(posix_getpid(), SIGHUP); posix_kill(posix_getpid(), SIGTERM);
        pcntl_sigprocmask(SIG_UNBLOCK, [SIGHUP, SIGTERM]); echo 'on ';";
    for launch in [Php::Extension.bare().args(["-r", code]), Php::Lacking.code(code)] {
        assert_eq!(output(launch), "exit first second");
    }
}
