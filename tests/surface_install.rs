//! `make install` and `make uninstall`, into places of the test's own.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::Scratch;
use crate::harness::compile::{checkout, target_directory};
use crate::harness::files::text_of;
use crate::surface_tools::{older_libdaemon, outcome, output, tool, version};

/// `make TARGET`, with its variables.
fn make(target: &str, variables: &[String]) -> Command {
    let mut make = tool("make", ["--no-print-directory", target]);
    for inherited in ["MAKEFLAGS", "MFLAGS", "PREFIX", "DESTDIR", "LIBDIR", "INCLUDEDIR", "MANDIR", "PCDIR"] {
        make.env_remove(inherited);
    }
    make.env("CARGO_TARGET_DIR", target_directory()).args(variables);
    make
}

fn prefix(path: &Path) -> Vec<String> {
    vec![format!("PREFIX={}", path.display())]
}

/// Every file and link under the directory, by its path from there.
fn files_under(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut pending = vec![directory.to_owned()];
    while let Some(next) = pending.pop() {
        for entry in fs::read_dir(&next).expect("a directory").map(|entry| entry.expect("an entry")) {
            match entry.file_type().expect("a type").is_dir() {
                true => pending.push(entry.path()),
                false => found.push(entry.path().strip_prefix(directory).expect("below").display().to_string()),
            }
        }
    }
    found.sort();
    found
}

fn expected_files() -> Vec<String> {
    let mut files = ["include/libdaemon.h", "lib/libdaemon.a", "lib/libdaemon.so", "lib/libdaemon.so.1"]
        .map(str::to_owned)
        .to_vec();
    files.push(format!("lib/libdaemon.so.1.{}", version()));
    files.push("lib/pkgconfig/libdaemon-1.pc".to_owned());
    let pages = ["daemonize", "daemonize_options", "libdaemon", "libdaemon_pcntl", "libdaemon_posix"];
    files.extend(pages.map(|page| format!("share/man/man3/{page}.3")));
    files.sort();
    files
}

/// Compiles a program with what pkg-config says, and runs it.
fn compile_and_run(scratch: &Scratch, pc_directory: &Path, environment: &[(&str, &Path)], library_directory: &Path) {
    let mut flags = tool("pkg-config", ["--cflags", "--libs", "libdaemon-1"]);
    flags.env("PKG_CONFIG_LIBDIR", pc_directory).envs(environment.iter().copied());
    let flags = output(&mut flags);
    let program = scratch.path("program");
    let mut gcc = tool("gcc", ["-std=c99", "tests/c/surface_header.c", "-o"]);
    output(gcc.arg(&program).args(flags.split_whitespace()));
    let ran = output(Command::new(&program).env("LD_LIBRARY_PATH", library_directory));
    assert_eq!(ran, format!("{}\n", version()));
}

#[test]
fn install_puts_all_in_place_and_uninstall_takes_it_away() {
    let scratch = Scratch::new();
    let place = scratch.path("usr");
    let variables = prefix(&place);
    output(&mut make("install", &variables));
    assert_eq!(files_under(&place), expected_files());
    assert_eq!(fs::read_link(place.join("lib/libdaemon.so")).ok(), Some(PathBuf::from("libdaemon.so.1")));
    let real = format!("libdaemon.so.1.{}", version());
    assert_eq!(fs::read_link(place.join("lib/libdaemon.so.1")).ok(), Some(PathBuf::from(&real)));
    let symbols = output(Command::new("nm").arg("-a").arg(place.join("lib").join(real)));
    assert_eq!(symbols, "", "the installed library is stripped");
    compile_and_run(&scratch, &place.join("lib/pkgconfig"), &[], &place.join("lib"));
    let mut gcc = Command::new("gcc");
    gcc.arg("-static").arg("-I").arg(place.join("include")).arg("-o").arg(scratch.path("static"));
    gcc.arg(checkout().join("tests/c/surface_header.c")).arg(place.join("lib/libdaemon.a"));
    output(&mut gcc);
    assert_eq!(output(&mut Command::new(scratch.path("static"))), format!("{}\n", version()));
    output(Command::new("mandoc").arg("-Tlint").arg("-Wwarning").arg(place.join("share/man/man3/daemonize.3")));
    // Over itself: an upgrade.
    output(&mut make("install", &variables));
    output(&mut make("uninstall", &variables));
    assert_eq!(files_under(&place), Vec::<String>::new());
}

#[test]
fn a_package_is_built_in_destdir() {
    let scratch = Scratch::new();
    let root = scratch.path("root");
    let variables = vec!["PREFIX=/opt/some".to_owned(), format!("DESTDIR={}", root.display())];
    output(&mut make("install", &variables));
    let place = root.join("opt/some");
    assert_eq!(files_under(&root).len(), expected_files().len());
    assert_eq!(files_under(&place), expected_files());
    let described = text_of(&place.join("lib/pkgconfig/libdaemon-1.pc"));
    assert!(
        described.contains("libdir=/opt/some/lib\n") && !described.contains(&*root.to_string_lossy()),
        "{described}"
    );
    assert!(described.contains(&format!("Version: {}\n", version())), "{described}");
    compile_and_run(&scratch, &place.join("lib/pkgconfig"), &[("PKG_CONFIG_SYSROOT_DIR", &root)], &place.join("lib"));
    output(&mut make("uninstall", &variables));
    assert_eq!(files_under(&root), Vec::<String>::new());
}

#[test]
fn another_projects_files_are_never_touched() {
    let scratch = Scratch::new();
    let place = scratch.path("usr");
    let variables = prefix(&place);
    let lib = place.join("lib");
    fs::create_dir_all(&lib).expect("lib");
    // As libdaemon-dev leaves them.
    fs::copy(older_libdaemon(), lib.join("libdaemon.so.0.5.0")).expect("the older library");
    symlink("libdaemon.so.0.5.0", lib.join("libdaemon.so")).expect("its link");
    fs::write(lib.join("libdaemon.a"), "!<arch>\n").expect("its archive");
    let before = files_under(&place);
    let (status, said) = outcome(&mut make("install", &variables));
    assert_ne!(status, Some(0), "{said}");
    for part in ["another project", "lib/libdaemon.so\n", "lib/libdaemon.a\n", "make install PREFIX="] {
        assert!(said.contains(part), "no {part:?} in: {said}");
    }
    assert_eq!(files_under(&place), before);
    output(&mut make("uninstall", &variables));
    assert_eq!(files_under(&place), before);
    assert_eq!(text_of(&lib.join("libdaemon.a")), "!<arch>\n");
    // Gone, and ours goes in; theirs under its own name may stay.
    fs::remove_file(lib.join("libdaemon.so")).and_then(|()| fs::remove_file(lib.join("libdaemon.a"))).expect("removal");
    output(&mut make("install", &variables));
    output(&mut make("uninstall", &variables));
    assert_eq!(files_under(&place), ["lib/libdaemon.so.0.5.0"]);
}

#[test]
fn a_dangling_link_of_another_project_is_not_ours() {
    let scratch = Scratch::new();
    let place = scratch.path("usr");
    fs::create_dir_all(place.join("lib")).expect("lib");
    symlink("libdaemon.so.0.5.0", place.join("lib/libdaemon.so")).expect("a link");
    let (status, said) = outcome(&mut make("install", &prefix(&place)));
    assert_ne!(status, Some(0), "{said}");
    assert_eq!(files_under(&place), ["lib/libdaemon.so"]);
}

#[test]
fn the_makefile_says_what_there_is() {
    let help = output(&mut make("help", &[]));
    for target in ["build", "test", "demo", "bench", "lint", "headers", "install", "uninstall"] {
        assert!(help.contains(&format!("make {target}:")), "{help}");
    }
    assert!(checkout().join(".ci/run").exists());
}
