//! `make install` and `make uninstall`, into places of the test's own: what is put there, and what is left alone.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::compile::{checkout, target_directory};
use crate::harness::files::text_of;
use crate::harness::needs;
use crate::harness::{Scratch, as_user};
use crate::surface_tools::{declared_functions, older_libdaemon, outcome, output, tool, version};

/// Without what the environment may say to make: the suite runs under `make test`, too.
pub fn without_variables(command: &mut Command) {
    let of_make = ["MAKEFLAGS", "MAKELEVEL", "MFLAGS"];
    let places = ["PREFIX", "DESTDIR", "BINDIR", "LIBDIR", "INCLUDEDIR", "MANDIR", "DATADIR", "PCDIR", "STRIP"];
    for variable in of_make.iter().chain(&places) {
        command.env_remove(variable);
    }
}

/// `make TARGET`, with its variables.
pub fn make(target: &str, variables: &[String]) -> Command {
    let mut make = tool("make", ["--no-print-directory", target]);
    without_variables(&mut make);
    make.env("CARGO_TARGET_DIR", target_directory()).env("LC_ALL", "C").args(variables);
    make
}

pub fn prefix(path: &Path) -> Vec<String> {
    vec![format!("PREFIX={}", path.display())]
}

/// Every file and link under the directory, by its path from there.
fn files_under(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut pending = vec![directory.to_owned()];
    while let Some(next) = pending.pop() {
        for entry in fs::read_dir(&next).expect("a directory").map(|entry| entry.expect("an entry")) {
            if entry.file_type().expect("a type").is_dir() {
                pending.push(entry.path())
            } else {
                found.push(entry.path().strip_prefix(directory).expect("below").display().to_string())
            }
        }
    }
    found.sort();
    found
}

/// Where gcc finds another project's library, by whose name ours is not to hide it: with Debian's libdaemon-dev.
fn plain_names() -> &'static [&'static str] {
    let found = output(tool("gcc", ["-print-file-name=libdaemon.so"]).env_remove("LIBRARY_PATH"));
    if found.starts_with('/') { &[] } else { &["libdaemon.a", "libdaemon.so"] }
}

fn expected_files(plain_names: &[&str]) -> Vec<String> {
    let library = ["libdaemon-1.a", "libdaemon-1.so", "libdaemon.so.1"];
    let mut files: Vec<_> = library.iter().chain(plain_names).map(|file| format!("lib/{file}")).collect();
    files.push("include/libdaemon.h".to_owned());
    let of_the_command = ["bin/daemonize", "share/man/man1/daemonize.1", "share/bash-completion/completions/daemonize"];
    let completions = ["share/zsh/site-functions/_daemonize", "share/fish/vendor_completions.d/daemonize.fish"];
    files.extend(of_the_command.iter().chain(&completions).map(|file| (*file).to_owned()));
    files.push(format!("lib/libdaemon.so.1.{}", version()));
    files.push("lib/pkgconfig/libdaemon-1.pc".to_owned());
    // Each function's page, and those that are no function's.
    let pages = declared_functions().into_iter();
    let pages =
        pages.chain(["daemonize_options", "libdaemon", "libdaemon_pcntl", "libdaemon_posix"].map(str::to_owned));
    files.extend(pages.map(|page| format!("share/man/man3/{page}.3")));
    files.sort();
    files
}

/// What a failed `make install` says itself: make adds a line of its own.
fn complaint(said: &str) -> &str {
    let (complaint, of_make) = said.split_once('\n').expect("a line");
    assert!(of_make.starts_with("make: ***") && of_make.lines().count() == 1, "not one line: {said}");
    complaint
}

#[test]
fn install_puts_all_in_place_and_uninstall_takes_it_away() {
    let scratch = Scratch::new();
    let place = scratch.path("usr");
    let variables = prefix(&place);
    output(&mut make("install", &variables));
    assert_eq!(files_under(&place), expected_files(plain_names()));
    let lib = place.join("lib");
    let real = format!("libdaemon.so.1.{}", version());
    let links = [("libdaemon-1.so", "libdaemon.so.1"), ("libdaemon.so.1", &real)];
    let plain = [("libdaemon.a", "libdaemon-1.a"), ("libdaemon.so", "libdaemon.so.1")];
    for (link, leads_to) in links.iter().chain(&plain[..plain_names().len()]) {
        assert_eq!(fs::read_link(lib.join(link)).ok(), Some(PathBuf::from(leads_to)), "{link}");
    }
    let pages = place.join("share/man/man3");
    for function in declared_functions() {
        let page = text_of(&pages.join(format!("{function}.3")));
        assert!(page.contains(&format!("\n.Fn {function}")), "the page of {function} is another function's");
    }
    output(Command::new("mandoc").arg("-Tlint").arg("-Wwarning").arg(pages.join("daemonize.3")));
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
    let said = output(&mut make("install", &variables));
    assert!(!said.contains("export "), "advice for a place where nothing will be: {said}");
    let place = root.join("opt/some");
    assert_eq!(files_under(&place), expected_files(&["libdaemon.a", "libdaemon.so"]));
    assert_eq!(files_under(&root).len(), files_under(&place).len());
    let described = text_of(&place.join("lib/pkgconfig/libdaemon-1.pc"));
    assert!(!described.contains(&*root.to_string_lossy()), "{described}");
    assert!(described.contains(&format!("Version: {}\n", version())), "{described}");
    output(&mut make("uninstall", &variables));
    assert_eq!(files_under(&root), Vec::<String>::new());
}

/// As Debian's libdaemon-dev leaves them.
#[test]
fn names_of_another_project_are_left_to_it() {
    let scratch = Scratch::new();
    let place = scratch.path("usr");
    let variables = prefix(&place);
    let lib = place.join("lib");
    fs::create_dir_all(&lib).expect("lib");
    fs::copy(older_libdaemon(), lib.join("libdaemon.so.0.5.0")).expect("the older library");
    symlink("libdaemon.so.0.5.0", lib.join("libdaemon.so")).expect("its link");
    fs::write(lib.join("libdaemon.a"), "!<arch>\n").expect("its archive");
    let before = files_under(&place);
    let (status, said) = outcome(&mut make("install", &variables));
    assert_eq!(status, Some(0), "{said}");
    let line = said.lines().find(|line| line.starts_with("left to another project: ")).expect("a line about them");
    for part in ["/lib/libdaemon.so ", "/lib/libdaemon.a ", "-ldaemon-1"] {
        assert!(line.contains(part), "no {part:?} in: {line}");
    }
    assert_eq!(text_of(&lib.join("libdaemon.a")), "!<arch>\n");
    assert_eq!(fs::read_link(lib.join("libdaemon.so")).ok(), Some(PathBuf::from("libdaemon.so.0.5.0")));
    assert!(lib.join("libdaemon-1.so").exists());
    output(&mut make("uninstall", &variables));
    assert_eq!(files_under(&place), before);
}

#[test]
fn a_dangling_link_of_another_project_is_left_to_it() {
    let scratch = Scratch::new();
    let place = scratch.path("usr");
    let link = place.join("lib/libdaemon.so");
    fs::create_dir_all(place.join("lib")).expect("lib");
    symlink("libdaemon.so.0.5.0", &link).expect("a link");
    output(&mut make("install", &prefix(&place)));
    assert_eq!(fs::read_link(&link).ok(), Some(PathBuf::from("libdaemon.so.0.5.0")));
    output(&mut make("uninstall", &prefix(&place)));
    assert_eq!(files_under(&place), ["lib/libdaemon.so"]);
}

/// In a place where the linker looks first, our link would hide the other project's library.
#[test]
fn the_library_of_another_project_is_not_hidden() {
    let scratch = Scratch::new();
    let theirs = scratch.path("theirs");
    fs::create_dir(&theirs).expect("a directory");
    fs::copy(older_libdaemon(), theirs.join("libdaemon.so")).expect("the older library");
    let place = scratch.path("usr");
    let (status, said) = outcome(make("install", &prefix(&place)).env("LIBRARY_PATH", &theirs));
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("left to another project: "), "{said}");
    assert!(!place.join("lib/libdaemon.so").exists() && place.join("lib/libdaemon-1.so").exists());
}

#[test]
fn nothing_is_installed_where_a_file_is_in_the_way() {
    let scratch = Scratch::new();
    let place = scratch.path("usr");
    let header = place.join("include/libdaemon.h");
    fs::create_dir_all(place.join("include")).and_then(|()| fs::write(&header, "theirs\n")).expect("a header");
    let (status, said) = outcome(&mut make("install", &prefix(&place)));
    assert_ne!(status, Some(0), "{said}");
    let expected =
        format!("make install: another project's file is there, and nothing was installed: {}", header.display());
    assert_eq!(complaint(&said), expected);
    assert_eq!(files_under(&place), ["include/libdaemon.h"]);
    output(&mut make("uninstall", &prefix(&place)));
    assert_eq!(text_of(&header), "theirs\n");
}

#[test]
fn a_relative_place_is_refused() {
    for (variable, given) in [("PREFIX", "usr"), ("PREFIX", "~/usr"), ("LIBDIR", "lib")] {
        let (status, said) = outcome(&mut make("install", &[format!("{variable}={given}")]));
        assert_ne!(status, Some(0), "{said}");
        assert_eq!(complaint(&said), format!("make install: {variable}={given} is not an absolute path"));
    }
}

#[test]
fn who_has_no_right_to_is_told_what_to_do() {
    needs::another_user();
    let scratch = Scratch::new();
    for job in ["install", "uninstall"] {
        let make = make(job, &prefix(&scratch.path("usr")));
        let user = as_user("65534");
        let mut command = Command::new(&user[0]);
        command.args(&user[1..]).arg(make.get_program()).args(make.get_args());
        without_variables(&mut command);
        command.current_dir(checkout()).env("CARGO_TARGET_DIR", target_directory()).env("LC_ALL", "C");
        let (status, said) = outcome(&mut command);
        assert_ne!(status, Some(0), "{said}");
        let expected = format!("make {job}: no right to write to {}: sudo make {job}, or ", scratch.root().display());
        assert!(complaint(&said).starts_with(&expected), "{said}");
    }
}

#[test]
fn the_makefile_says_what_there_is() {
    let help = output(&mut make("help", &[]));
    for target in ["build", "test", "demo", "bench", "lint", "headers", "install", "uninstall"] {
        assert!(help.contains(&format!("make {target}:")), "{help}");
    }
    assert!(checkout().join(".ci/run").exists());
}
