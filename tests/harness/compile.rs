//! The C programs of `tests/c`, compiled once a run against the header and the release library of this checkout.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};

use super::emulation::{Machine, machine};

/// The checkout's root.
pub fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests is a folder of the checkout")
}

/// Cargo's target directory: where this suite was built.
pub fn target_directory() -> &'static Path {
    tmp().parent().expect("CARGO_TARGET_TMPDIR is a folder of the target directory")
}

/// Where cargo puts what it builds for the machine of the tests.
pub fn release_directory() -> PathBuf {
    match machine() {
        Some(machine) => target_directory().join(machine.target).join("release"),
        None => target_directory().join("release"),
    }
}

/// The library under test, which the runner has built.
pub fn library() -> PathBuf {
    release_directory().join("libdaemon.so")
}

/// Cargo's directory for what tests make, inside `target`.
fn tmp() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// A directory in it, for what is made for a machine.
fn directory_for(what: &str, machine: Option<&Machine>) -> PathBuf {
    let directory = tmp().join(machine.map_or("", |machine| machine.name)).join(what);
    fs::create_dir_all(&directory).expect("directory for what tests make");
    directory
}

/// The directory where the loader finds the library by its SONAME, which cargo does not give it.
pub fn library_directory() -> &'static Path {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    DIRECTORY.get_or_init(|| {
        let directory = directory_for("lib", machine());
        for name in ["libdaemon-1.so", "libdaemon.so", "libdaemon.so.1"] {
            let temporary = directory.join(format!("{name}.{}", std::process::id()));
            symlink(library(), &temporary).expect("symlink to the library");
            fs::rename(&temporary, directory.join(name)).expect("symlink to the library");
        }
        directory
    })
}

/// The path of the program compiled from `tests/c/NAME.c`, for the machine of the tests.
pub fn program(name: &str) -> PathBuf {
    compiled(name, machine())
}

/// The same for our own machine: a tool of the harness, and not under test.
pub fn own_program(name: &str) -> PathBuf {
    compiled(name, None)
}

fn compiled(name: &str, machine: Option<&Machine>) -> PathBuf {
    static COMPILED: Mutex<Option<HashMap<PathBuf, Arc<OnceLock<()>>>>> = Mutex::new(None);
    let path = directory_for("c", machine).join(name);
    let slot = {
        let mut compiled = COMPILED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        Arc::clone(compiled.get_or_insert_default().entry(path.clone()).or_default())
    };
    slot.get_or_init(|| compile(&path, name, machine));
    path
}

/// Compiles beside the final name and renames, so that a run at the same time is not disturbed.
fn compile(path: &Path, name: &str, machine: Option<&Machine>) {
    let source = |name: &str| checkout().join("tests/c").join(format!("{name}.c"));
    let temporary = path.with_file_name(format!("{name}.{}", std::process::id()));
    let mut gcc = Command::new(machine.map_or("gcc", |machine| machine.compiler));
    // With its symbols for dlsym(3), as PHP has them: -rdynamic.
    gcc.args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-g", "-pthread", "-rdynamic", "-o"]).arg(&temporary);
    gcc.arg(source(name));
    if let Some(machine) = machine {
        gcc.arg(source("emulated")).args(machine.linker_flags());
    }
    gcc.arg("-I").arg(checkout().join("include")).arg("-L").arg(library_directory());
    gcc.arg(format!("-Wl,--as-needed,-rpath,{}", library_directory().display())).arg("-ldaemon");
    let output = gcc.output().expect("gcc runs");
    assert!(output.status.success(), "{name}:\n{}", String::from_utf8_lossy(&output.stderr));
    fs::rename(&temporary, path).expect("rename of the compiled program");
}
