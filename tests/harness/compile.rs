//! The C programs of `tests/c`, compiled once a run against the header and the release library of this checkout.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};

/// The checkout's root.
pub fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests is a folder of the checkout")
}

/// Cargo's target directory: where this suite was built.
pub fn target_directory() -> &'static Path {
    tmp().parent().expect("CARGO_TARGET_TMPDIR is a folder of the target directory")
}

/// The library under test, which the runner has built.
pub fn library() -> PathBuf {
    target_directory().join("release/libdaemon.so")
}

/// Cargo's directory for what tests make, inside `target`.
fn tmp() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// The directory where the loader finds the library by its SONAME, which cargo does not give it.
pub fn library_directory() -> &'static Path {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    DIRECTORY.get_or_init(|| {
        let directory = tmp().join("lib");
        fs::create_dir_all(&directory).expect("directory for the library's symlinks");
        for name in ["libdaemon-1.so", "libdaemon.so", "libdaemon.so.1"] {
            let temporary = tmp().join(format!("{name}.{}", std::process::id()));
            symlink(library(), &temporary).expect("symlink to the library");
            fs::rename(&temporary, directory.join(name)).expect("symlink to the library");
        }
        directory
    })
}

/// The path of the program compiled from `tests/c/NAME.c`.
pub fn program(name: &str) -> PathBuf {
    static COMPILED: Mutex<Option<HashMap<String, Arc<OnceLock<PathBuf>>>>> = Mutex::new(None);
    let slot = {
        let mut compiled = COMPILED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        Arc::clone(compiled.get_or_insert_default().entry(name.to_owned()).or_default())
    };
    slot.get_or_init(|| compile(name)).clone()
}

/// Compiles beside the final name and renames, so that a run at the same time is not disturbed.
fn compile(name: &str) -> PathBuf {
    let source = checkout().join("tests/c").join(format!("{name}.c"));
    let directory = tmp().join("c");
    fs::create_dir_all(&directory).expect("directory for the programs");
    let temporary = directory.join(format!("{name}.{}", std::process::id()));
    let mut gcc = Command::new("gcc");
    // With its symbols for dlsym(3), as PHP has them.
    gcc.args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-g", "-pthread", "-rdynamic", "-o"])
        .arg(&temporary)
        .arg(&source);
    gcc.arg("-I").arg(checkout().join("include")).arg("-L").arg(library_directory());
    gcc.arg(format!("-Wl,--as-needed,-rpath,{}", library_directory().display())).arg("-ldaemon");
    let output = gcc.output().expect("gcc runs");
    assert!(output.status.success(), "{}:\n{}", source.display(), String::from_utf8_lossy(&output.stderr));
    let program = directory.join(name);
    fs::rename(&temporary, &program).expect("rename of the compiled program");
    program
}
