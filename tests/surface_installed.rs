//! The installed library as its users meet it: compilers, pkg-config, CMake, the loader, man, debuggers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::Scratch;
use crate::harness::compile::checkout;
use crate::harness::files::text_of;
use crate::surface_install::{make, prefix, without_variables};
use crate::surface_tools::{outcome, output, tool, version};

/// What pkg-config says of the library.
fn pkg_config(directory: &Path, arguments: &[&str]) -> Vec<String> {
    let mut command = tool("pkg-config", ["--cflags", "--libs", "libdaemon-1"]);
    let flags = output(command.args(arguments).env("PKG_CONFIG_PATH", directory));
    flags.split_whitespace().map(str::to_owned).collect()
}

/// Compiles a program with these flags, and runs it with the library from there.
fn compile_and_run(scratch: &Scratch, flags: &[String], library_directory: &Path) {
    let program = scratch.path("program");
    let mut gcc = tool("gcc", ["-std=c99", "tests/c/surface_header.c", "-o"]);
    output(gcc.arg(&program).args(flags));
    let ran = output(Command::new(&program).env("LD_LIBRARY_PATH", library_directory));
    assert_eq!(ran, format!("{}\n", version()));
}

#[test]
fn programs_are_linked_as_pkg_config_says() {
    let scratch = Scratch::new();
    let place = scratch.path("usr");
    output(&mut make("install", &prefix(&place)));
    let flags = pkg_config(&place.join("lib/pkgconfig"), &[]);
    assert!(flags.contains(&"-ldaemon-1".to_owned()), "{flags:?}");
    compile_and_run(&scratch, &flags, &place.join("lib"));
    let mut flags = pkg_config(&place.join("lib/pkgconfig"), &["--static"]);
    flags.push("-static".to_owned());
    compile_and_run(&scratch, &flags, &place.join("lib"));
}

#[test]
fn what_is_installed_can_be_moved() {
    let scratch = Scratch::new();
    output(&mut make("install", &prefix(&scratch.path("usr"))));
    let moved = scratch.path("elsewhere");
    fs::rename(scratch.path("usr"), &moved).expect("a move");
    let flags = pkg_config(&moved.join("lib/pkgconfig"), &["--define-prefix"]);
    compile_and_run(&scratch, &flags, &moved.join("lib"));
}

#[test]
fn directories_of_several_architectures_are_kept_to() {
    let scratch = Scratch::new();
    let root = scratch.path("root");
    let lib = root.join("usr/lib/some-linux-gnu");
    let variables = ["PREFIX=/usr".to_owned(), "LIBDIR=/usr/lib/some-linux-gnu".to_owned()];
    output(&mut make("install", &[&variables[..], &[format!("DESTDIR={}", root.display())]].concat()));
    let described = text_of(&lib.join("pkgconfig/libdaemon-1.pc"));
    assert!(described.contains("libdir=${prefix}/lib/some-linux-gnu\n"), "{described}");
    let sysroot = format!("--define-variable=prefix={}", root.join("usr").display());
    compile_and_run(&scratch, &pkg_config(&lib.join("pkgconfig"), &[&sysroot]), &lib);
}

#[test]
fn cmake_finds_it_by_pkg_config() {
    let scratch = Scratch::new();
    let place = scratch.path("some place");
    output(&mut make("install", &prefix(&place)));
    fs::create_dir(scratch.path("project")).expect("a directory");
    fs::copy(checkout().join("tests/c/surface_header.c"), scratch.path("project/program.c")).expect("a copy");
    let project = "cmake_minimum_required(VERSION 3.10)
        project(program C)
        find_package(PkgConfig REQUIRED)
        pkg_check_modules(LIBDAEMON REQUIRED IMPORTED_TARGET libdaemon-1)
        add_executable(program program.c)
        target_link_libraries(program PkgConfig::LIBDAEMON)\n";
    fs::write(scratch.path("project/CMakeLists.txt"), project).expect("a project");
    let mut cmake = Command::new("cmake");
    cmake.arg("-S").arg(scratch.path("project")).arg("-B").arg(scratch.path("build"));
    output(cmake.env("PKG_CONFIG_PATH", place.join("lib/pkgconfig")));
    output(Command::new("cmake").arg("--build").arg(scratch.path("build")));
    // CMake has the program find the library by itself.
    let ran = output(&mut Command::new(scratch.path("build/program")));
    assert_eq!(ran, format!("{}\n", version()));
}

/// What `make install` advises, followed by a shell.
#[test]
fn the_advice_is_right() {
    let scratch = Scratch::new();
    // As a user has it: a prefix in the home directory.
    let place = scratch.path("home/.local");
    let unset = |command: &mut Command| {
        for variable in ["LD_LIBRARY_PATH", "PKG_CONFIG_PATH", "MANPATH"] {
            command.env_remove(variable);
        }
        without_variables(command);
    };
    let mut install = make("install", &prefix(&place));
    unset(&mut install);
    let said = output(&mut install);
    let advice: Vec<_> = said.lines().filter(|line| line.starts_with("  export ")).collect();
    let found = "pkg-config --variable=pcfiledir libdaemon-1 && man -w 3 daemonize_options_log && \"$0\"";
    let program = scratch.path("program");
    output(
        tool("gcc", ["-std=c99", "-Iinclude", "tests/c/surface_header.c", "-o"])
            .arg(&program)
            .args([&format!("-L{}", place.join("lib").display()), "-ldaemon-1"]),
    );
    let mut shell = Command::new("sh");
    unset(shell.arg("-euc").arg(format!("{}\n{found}", advice.join("\n"))).arg(&program));
    crate::harness::needs::program("man");
    crate::harness::needs::program("pkg-config");
    let expected = [
        place.join("lib/pkgconfig").display().to_string(),
        place.join("share/man/man3/daemonize_options.3").display().to_string(),
        version(),
    ];
    assert_eq!(output(&mut shell).lines().collect::<Vec<_>>(), expected, "{said}");
    // Who has followed it gets none.
    let mut again = Command::new("sh");
    let script = format!("{}\nexec make --no-print-directory install PREFIX=\"$0\"", advice.join("\n"));
    unset(again.arg("-ec").arg(script).arg(&place).current_dir(checkout()));
    again.env("CARGO_TARGET_DIR", crate::harness::compile::target_directory());
    let said = output(&mut again);
    assert!(!said.contains("export "), "{said}");
}

/// Has the file a line number for the function `daemonize` of the library? By readelf: Debian 13's addr2line misses some.
fn knows_the_line_of_daemonize(file: &Path, library: &Path) -> bool {
    let symbols = output(Command::new("nm").arg("-D").arg(library));
    let symbol = symbols.lines().find(|line| line.ends_with(" T daemonize@@LIBDAEMON_1")).expect("daemonize");
    let address = format!("0x{}", symbol[..16].trim_start_matches('0'));
    let lines = output(Command::new("readelf").arg("--debug-dump=decodedline").arg(file));
    lines.lines().any(|line| line.starts_with("daemonize.rs ") && line.split_whitespace().nth(2) == Some(&address))
}

fn has_symbols(file: &Path) -> bool {
    let (_, said) = outcome(Command::new("nm").arg("-a").arg(file));
    !said.contains("no symbols")
}

#[test]
fn a_packager_strips_for_himself() {
    let scratch = Scratch::new();
    let library = |place: &str| scratch.path(place).join("lib/libdaemon.so.1");
    output(&mut make("install", &prefix(&scratch.path("stripped"))));
    assert!(!has_symbols(&library("stripped")));
    let unstripped = [prefix(&scratch.path("whole")), vec!["STRIP=".to_owned()]].concat();
    output(&mut make("install", &unstripped));
    assert!(has_symbols(&library("whole")));
    assert!(knows_the_line_of_daemonize(&library("whole"), &library("whole")));
}

#[test]
fn debug_information_is_installed_apart() {
    let scratch = Scratch::new();
    let place = scratch.path("usr");
    let variables = [prefix(&place), vec![format!("DEBUGDIR={}", place.join("lib/debug").display())]].concat();
    output(&mut make("install", &variables));
    let library = place.join("lib/libdaemon.so.1");
    assert!(!has_symbols(&library));
    let notes = output(Command::new("readelf").arg("-n").arg(&library));
    let (_, id) = notes.split_once("Build ID: ").expect("a build id");
    let id = id.lines().next().expect("a line");
    let debug: PathBuf = place.join(format!("lib/debug/.build-id/{}/{}.debug", &id[..2], &id[2..]));
    assert!(knows_the_line_of_daemonize(&debug, &library));
    output(&mut make("uninstall", &variables));
    assert!(!debug.exists());
}
