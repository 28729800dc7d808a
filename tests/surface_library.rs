//! The library as a file: what it exports and asks for, how large it is, what is not in it.

use std::collections::BTreeSet;
use std::process::Command;

use crate::harness::compile::{checkout, library, library_directory, program};
use crate::harness::{Launch, Scratch};
use crate::surface_tools::{declared_functions, is_no_larger_than, older_libdaemon, output, tool, version};

/// The whole file, as `make install` leaves it.
const LARGEST: u64 = 160 * 1024;

fn dynamic_section() -> String {
    output(Command::new("readelf").arg("-dW").arg(library()))
}

/// The bracketed values of a tag of the dynamic section.
fn dynamic_values(tag: &str) -> Vec<String> {
    let section = dynamic_section();
    let lines = section.lines().filter(|line| line.contains(&format!("({tag})")));
    let values = lines.filter_map(|line| line.split_once('[')?.1.split_once(']'));
    values.map(|(value, _)| value.to_owned()).collect()
}

/// What the library exports, each name with its version.
pub fn exported() -> Vec<(String, String)> {
    let symbols = output(Command::new("readelf").args(["--dyn-syms", "-W"]).arg(library()));
    let defined = symbols.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    // Number, value, size, type, binding, visibility, section, name; a version is itself an absolute symbol.
    let defined = defined.filter(|columns| columns.len() == 8 && !["UND", "ABS", "Ndx"].contains(&columns[6]));
    let split = |name: &str| name.split_once('@').map(|(name, version)| (name.to_owned(), version.to_owned()));
    defined.map(|columns| split(columns[7]).unwrap_or((columns[7].to_owned(), String::new()))).collect()
}

#[test]
fn exports_the_documented_functions_and_nothing_else() {
    let exported: BTreeSet<_> = exported().into_iter().map(|(name, _)| name).collect();
    let declared = declared_functions().into_iter();
    let declared: BTreeSet<_> = declared.collect();
    assert_eq!(exported, declared, "left: exported, right: declared in the header, or for PHP alone");
}

#[test]
fn hides_nothing_that_the_sources_export() {
    let archive = library().with_file_name("libdaemon.a");
    let symbols = output(Command::new("readelf").args(["--syms", "-W"]).arg(archive));
    let of_objects = symbols.split("File: ").filter(|part| part.contains("/libdaemon.a(daemon-"));
    let columns = of_objects.flat_map(str::lines).map(|line| line.split_whitespace().collect::<Vec<_>>());
    let global = columns.filter(|columns| columns.len() == 8 && columns[3..6] == ["FUNC", "GLOBAL", "DEFAULT"]);
    let defined: BTreeSet<_> =
        global.filter(|columns| columns[6] != "UND").map(|columns| columns[7].to_owned()).collect();
    let exported: BTreeSet<_> = exported().into_iter().map(|(name, _)| name).collect();
    assert_eq!(defined, exported, "left: in the static library, right: exported by the shared one");
}

#[test]
fn binds_every_function_to_its_version() {
    let others: Vec<_> = exported().into_iter().filter(|(_, version)| version != "@LIBDAEMON_1").collect();
    assert!(others.is_empty(), "not bound to LIBDAEMON_1 as the default: {others:?}");
    let needs = output(Command::new("readelf").args(["-V", "-W"]).arg(program("surface_header")));
    let ours = needs.split("File: ").find(|part| part.starts_with("libdaemon.so.1")).expect("a need of the library");
    assert!(ours.contains("Name: LIBDAEMON_1 "), "{ours}");
}

/// Debian 12's is 2.36, but RHEL 9's and Ubuntu 22.04's are older.
#[test]
fn needs_no_glibc_newer_than_2_34() {
    let needs = output(Command::new("readelf").args(["-V", "-W"]).arg(library()));
    let needs = needs.split_once("Version needs section").expect("needs").1;
    let versions = needs.split("Name: GLIBC_").skip(1).filter_map(|rest| rest.split_whitespace().next());
    let numbers = |version: &str| version.split('.').map(|part| part.parse().expect("a number")).collect::<Vec<u32>>();
    let versions: Vec<_> = versions.map(numbers).collect();
    assert!(versions.contains(&vec![2, 34]), "{needs}");
    assert!(versions.iter().all(|version| version.as_slice() <= [2, 34].as_slice()), "{needs}");
}

#[test]
fn exports_no_name_of_the_older_library_nor_of_libc() {
    let theirs = output(Command::new("nm").args(["-D", "--defined-only"]).arg(older_libdaemon()));
    let theirs: BTreeSet<_> = theirs.lines().filter_map(|line| line.split(' ').nth(2)).collect();
    assert!(theirs.contains("daemon_fork"), "the wrong library to compare with: {theirs:?}");
    for name in declared_functions() {
        assert!(!theirs.contains(name.as_str()) && name != "daemon", "{name} belongs to another library");
    }
}

#[test]
fn names_itself_and_needs_only_libc() {
    assert_eq!(dynamic_values("SONAME"), ["libdaemon.so.1"]);
    let needed = dynamic_values("NEEDED");
    assert!(needed.contains(&"libc.so.6".to_owned()), "{needed:?}");
    let others: Vec<_> = needed.iter().filter(|name| *name != "libc.so.6" && !name.starts_with("ld-linux")).collect();
    assert!(others.is_empty(), "needs more than libc: {others:?}");
}

#[test]
fn is_never_unloaded() {
    let section = dynamic_section();
    let flags = section.lines().find(|line| line.contains("(FLAGS_1)")).expect("FLAGS_1");
    assert!(flags.contains("NODELETE"), "{flags}");
}

#[test]
fn holds_no_panic_machinery() {
    let symbols = output(Command::new("nm").arg("-C").arg(library()));
    // A stripped library would pass whatever is in it.
    let local = symbols.lines().filter(|line| line.contains(" t ")).count();
    assert!(local > 20, "only {local} local functions: is this the unstripped library?");
    let machinery = ["panic", "rust_begin_unwind", "_Unwind_", "unwrap_failed", "expect_failed"];
    let machinery = machinery.into_iter().chain(["slice_index", "index_fail", "rust_eh_personality"]);
    for word in machinery {
        let found: Vec<_> = symbols.lines().filter(|line| line.contains(word)).collect();
        assert!(found.is_empty(), "{word}: {found:?}");
    }
}

/// For debuggers, profilers and sanitizers.
#[test]
fn has_unwind_tables_for_every_function() {
    let frames = output(Command::new("readelf").args(["--debug-dump=frames", "-W"]).arg(library()));
    let ranges = frames.lines().filter_map(|line| line.split_once(" pc=")?.1.split_once(".."));
    let number = |digits: &str| u64::from_str_radix(digits, 16).expect("a hexadecimal number");
    let ranges: Vec<_> = ranges.map(|(start, end)| number(start)..number(end)).collect();
    let symbols = output(Command::new("nm").args(["-S", "--defined-only"]).arg(library()));
    let columns = symbols.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    // Those without a size are labels of the start files.
    let functions: Vec<_> = columns.filter(|columns| columns.len() == 4 && "tT".contains(columns[2])).collect();
    assert!(functions.len() > 100, "only {} functions: is this the unstripped library?", functions.len());
    let uncovered: Vec<_> = functions
        .iter()
        .filter(|columns| !ranges.iter().any(|range| range.contains(&number(columns[0]))))
        .map(|columns| columns[3])
        .collect();
    assert!(uncovered.is_empty(), "no unwind table for {uncovered:?}");
    let sections = output(Command::new("readelf").args(["-S", "-W"]).arg(library()));
    assert!(sections.contains(" .eh_frame_hdr "), "no table to search: {sections}");
}

#[test]
fn is_small() {
    is_no_larger_than(LARGEST, &library());
}

#[test]
fn says_its_version() {
    let mut run = Launch::program("surface_header").start();
    run.succeed();
    assert_eq!(run.stdout(), format!("{}\n", version()));
}

#[test]
fn links_statically() {
    let scratch = Scratch::new();
    let program = scratch.path("static");
    let source = checkout().join("tests/c/surface_header.c");
    let mut gcc = tool("gcc", ["-std=c99", "-static", "-Iinclude", "-o"]);
    output(gcc.arg(&program).arg(source).arg(library().with_file_name("libdaemon.a")));
    assert_eq!(output(&mut Command::new(&program)), format!("{}\n", version()));
}

#[test]
fn lives_with_the_older_library_loaded_by_name() {
    both_make_daemons("loaded", &["-ldl"]);
}

#[test]
fn lives_with_the_older_library_linked() {
    let ours = format!("-L{}", library_directory().display());
    let theirs = older_libdaemon();
    both_make_daemons("linked", &["-DLINKED", &ours, "-l:libdaemon.so.1", &theirs.to_string_lossy()]);
}

fn both_make_daemons(how: &str, flags: &[&str]) {
    let scratch = Scratch::new();
    let program = scratch.path(how);
    let mut gcc = tool("gcc", ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-Iinclude"]);
    gcc.arg(format!("-Wl,-rpath,{}", library_directory().display())).arg("-o").arg(&program);
    output(gcc.arg("tests/c/surface_both.c").args(flags));
    let mut run = Launch::command(&program).arg(library()).arg(older_libdaemon()).start();
    run.succeed();
    assert_eq!(run.stdout(), "both\n");
}
