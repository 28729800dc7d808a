//! The C programs on another kind of machine: compiled for it, and run by an emulator where `LIBDAEMON_TEST_MACHINE` names it,
//! as tests/aarch64.rs does.

use std::env;
use std::ffi::OsString;
use std::path::Path;

use super::needs;

/// A kind of machine, and what makes programs for it and runs them.
pub struct Machine {
    /// As `LIBDAEMON_TEST_MACHINE` has it.
    pub name: &'static str,
    /// As cargo names it.
    pub target: &'static str,
    pub compiler: &'static str,
    pub emulator: &'static str,
    /// Where the compiler's package has the C library, and what loads it.
    pub root: &'static str,
    pub loader: &'static str,
}

pub const AARCH64: Machine = Machine {
    name: "aarch64",
    target: "aarch64-unknown-linux-gnu",
    compiler: "aarch64-linux-gnu-gcc",
    emulator: "qemu-aarch64",
    root: "/usr/aarch64-linux-gnu",
    loader: "ld-linux-aarch64.so.1",
};

/// The machine that is emulated in this run; None is the usual case.
pub fn machine() -> Option<&'static Machine> {
    let named = env::var_os("LIBDAEMON_TEST_MACHINE")?;
    assert!(named == AARCH64.name, "LIBDAEMON_TEST_MACHINE: there is {} only", AARCH64.name);
    Some(&AARCH64)
}

impl Machine {
    /// Skips the test where one of them is missing.
    pub fn is_needed(&self) {
        needs::program(self.compiler);
        needs::program(self.emulator);
        let standard_library =
            "directory=$(rustc --print target-libdir --target \"$0\") && ls \"$directory\"/libcore-*.rlib";
        needs::works(&format!("no Rust for {}", self.target), ["sh", "-c", standard_library, self.target]);
    }

    /// The words that run a program of that machine.
    pub fn command(&self, program: &Path) -> Vec<OsString> {
        let path = env::var_os("PATH").unwrap_or_default();
        let mut emulator = env::split_paths(&path).map(|directory| directory.join(self.emulator));
        let emulator = emulator.find(|path| path.is_file()).expect("the emulator");
        vec![emulator.into(), program.into()]
    }

    /// Flags for the linker: the program finds its C library by itself. Told by its option -L, the emulator would have the
    /// program take the root of that library for its own.
    pub fn linker_flags(&self) -> [String; 2] {
        let library = format!("{}/lib", self.root);
        [format!("-Wl,--dynamic-linker={library}/{}", self.loader), format!("-Wl,-rpath,{library}")]
    }
}
