//! The package as `make php-package` packs it: with the library in it, for both kinds of machine.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use crate::harness::compile::{checkout, library, target_directory};
use crate::harness::emulation::AARCH64;
use crate::harness::{Launch, Scratch};
use crate::php_support::{Php, output, requiring};

/// The package, packed and unpacked again; by one test at a time, since there is one archive.
fn packed(scratch: &Scratch) -> PathBuf {
    static PACKING: Mutex<()> = Mutex::new(());
    let _alone = PACKING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    assert!(library().exists());
    let pack = Command::new(checkout().join("scripts/php-package")).arg(target_directory()).output().expect("it runs");
    let said = String::from_utf8_lossy(&pack.stderr);
    assert!(pack.status.success(), "{said}");
    let archive = target_directory().join("libdaemon-php.tar.gz");
    let unpack = Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(scratch.root()).status();
    assert!(unpack.is_ok_and(|status| status.success()));
    scratch.path("libdaemon-php")
}

/// It needs neither a checkout nor LIBDAEMON_PATH, and lies as well in vendor as anywhere.
#[test]
fn package_brings_its_library() {
    let scratch = Scratch::new();
    let package = packed(&scratch);
    let code =
        "echo Libdaemon\\Native\\Loader::$path, ' ', pcntl_wexitstatus(256), ' ', posix_getpid() === getmypid();";
    let printed = output(Php::Lacking.bare().args(["-r", &requiring(&package, code)]));
    assert_eq!(printed, format!("{}/lib/{}/libdaemon-php.so 1 1", package.display(), std::env::consts::ARCH));
    for file in ["README.md", "composer.json", "LICENSE", "stubs", "examples", "docs"] {
        assert!(package.join(file).exists(), "{file}");
    }
}

/// The library for aarch64 looks at an engine before it relies on it, as that for this machine does.
#[test]
fn library_for_aarch64_looks_at_its_engine() {
    AARCH64.is_needed();
    let scratch = Scratch::new();
    let library = packed(&scratch).join("lib/aarch64/libdaemon-php.so");
    let engine = scratch.path("engine");
    let source: &Path = &checkout().join("tests/c/fake_engine.c");
    let mut compile = Command::new(AARCH64.compiler);
    compile.args(["-rdynamic", "-o"]).arg(&engine).arg(source).args(AARCH64.linker_flags()).arg("-ldl");
    let compiled = compile.status();
    assert!(compiled.is_ok_and(|status| status.success()));
    for (what, said) in [
        ("as it should be", "libdaemon: taken\n"),
        ("newer stride", "libdaemon: taken\n"),
        ("debug build", "32 libdaemon: this PHP is left alone: it is a debug build\n"),
        ("other lists", "32 libdaemon: this PHP is left alone: its arrays are of an unknown kind\n"),
    ] {
        let words = AARCH64.command(&engine);
        let [emulator, program] = &words[..] else { panic!("{words:?}") };
        assert_eq!(output(Launch::command(emulator).arg(program).arg(&library).arg(what)), said, "{what}");
    }
}
