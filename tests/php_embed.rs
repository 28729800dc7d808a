//! PHP as a library inside a program in C, which goes on when a script has ended.

use std::path::Path;

use crate::harness::compile::program;
use crate::harness::{Launch, Scratch, skip};
use crate::php_support::{
    disabled_functions, extension, extension_setting, has_posix, output, package, requiring, says,
};

/// The library of the PHP under test, for programs that have PHP inside.
fn library_of_php() -> String {
    let php = format!("/usr/lib/libphp{}.so", says("echo PHP_MAJOR_VERSION, '.', PHP_MINOR_VERSION;"));
    if !has_posix() || !Path::new(&php).exists() {
        skip(format_args!("there is no {php} of the PHP under test"));
    }
    php
}

/// The program, with statements for each request, and with these settings of php.ini.
fn host(scratch: &Scratch, settings: &str, statements: &str) -> Launch {
    scratch.file("php.ini", &format!("display_errors=stderr\n{}\n{settings}\n", disabled_functions()));
    let launch = Launch::command(program("embedding_host")).args([&library_of_php(), statements]);
    launch.env("PHPRC", scratch.root()).env("LIBDAEMON_PATH", extension()).env("LIBDAEMON_POLYFILL", "force")
}

/// The end of a script gives back the signals that the script had taken, and no other, request after request.
#[test]
fn signals_of_the_program_around_php_stay_its_own() {
    let script = requiring(
        &package(),
        "pcntl_signal(SIGUSR1, fn () => print 'handled '); posix_kill(posix_getpid(), SIGUSR1); pcntl_signal_dispatch();
        echo (new ReflectionFunction('pcntl_signal'))->getExtensionName() === 'libdaemon_forced' ? 'by ours, ' : 'natively, ';",
    );
    let scratch = Scratch::new();
    assert_eq!(output(host(&scratch, "ffi.enable=true", &script)), "handled by ours, kept\n".repeat(3));
}

/// Ten thousand requests that register everything anew, by FFI, and that handle signals, throw, and are given lists.
#[test]
fn ten_thousand_requests_need_no_more_memory() {
    let work = "pcntl_async_signals(true); pcntl_signal(SIGUSR1, function () {}); posix_kill(posix_getpid(), SIGUSR1);
        pcntl_sigprocmask(SIG_BLOCK, [SIGUSR2], $former); posix_getpwuid(0); posix_uname();
        try { pcntl_signal(99, SIG_IGN); exit(1); } catch (ValueError) {}";
    for (settings, script) in
        [("ffi.enable=true", requiring(&package(), work)), (&*extension_setting(), work.to_owned())]
    {
        let scratch = Scratch::new();
        let printed = output(host(&scratch, settings, &script).arg("10000"));
        let grown = printed.strip_prefix("grown by ").and_then(|text| text.strip_suffix(" KiB\n"));
        let grown: i64 = grown.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{printed}"));
        assert!(grown <= 64, "{settings}: {printed}");
    }
}
