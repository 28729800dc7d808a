//! PHP as a library inside a program in C, which goes on when a script has ended.

use std::path::Path;

use crate::harness::compile::program;
use crate::harness::{Launch, Scratch, skip};
use crate::php_support::{disabled_functions, extension, has_posix, output, package, requiring, says};

/// The end of a script gives back the signals that the script had taken, and no other, request after request.
#[test]
fn signals_of_the_program_around_php_stay_its_own() {
    let php = format!("/usr/lib/libphp{}.so", says("echo PHP_MAJOR_VERSION, '.', PHP_MINOR_VERSION;"));
    if !has_posix() || !Path::new(&php).exists() {
        skip(format_args!("there is no {php} of the PHP under test"));
    }
    let scratch = Scratch::new();
    let settings = format!("ffi.enable=true\ndisplay_errors=stderr\n{}\n", disabled_functions());
    scratch.file("php.ini", &settings);
    let script = requiring(
        &package(),
        "pcntl_signal(SIGUSR1, fn () => print 'handled '); posix_kill(posix_getpid(), SIGUSR1); pcntl_signal_dispatch();
        echo (new ReflectionFunction('pcntl_signal'))->getExtensionName() === 'libdaemon_forced' ? 'by ours, ' : 'natively, ';",
    );
    let launch = Launch::command(program("embedding_host")).args([&php, &script]);
    let launch =
        launch.env("PHPRC", scratch.root()).env("LIBDAEMON_PATH", extension()).env("LIBDAEMON_POLYFILL", "force");
    assert_eq!(output(launch), "handled by ours, kept\n".repeat(3));
}
