//! The two headers, from the sources' own documentation comments, and the version script that the library is linked with.

use std::path::{Path, PathBuf};

use cbindgen::{Config, DocumentationStyle, ItemType};

/// What every function of the library keeps to; the start of the C header.
const CONVENTIONS: &str = r#"/*
 * libdaemon: good daemons for programs in any language, and PHP's process control.
 *
 * Generated from the library's sources by `make headers`. Do not edit.
 *
 * What holds for every function, unless it says otherwise:
 *
 * - It returns 0, or -1 (NULL where it returns a pointer) on failure, with errno set and one line about it for
 *   libdaemon_last_error().
 * - It leaves nothing behind when it fails: no process, lock, file or descriptor.
 * - NULL and nonsense are refused with EINVAL. Out-parameters may be NULL, and are written only on success.
 * - Strings that are passed in are copied where they are kept; strings that are returned are the library's, never to
 *   be freed.
 * - It prints nothing.
 * - It is no cancellation point: a pthread_cancel() of the thread takes effect only after the call, and after the handlers that
 *   it calls. Handlers have to return: they must not leave by an exception, longjmp() or pthread_exit().
 */"#;

/// What C needs and cbindgen cannot say.
const MACROS: &str = r#"
/* What pcntl_signal() takes in place of a function. */
#define PCNTL_SIG_DFL ((pcntl_handler)0)
#define PCNTL_SIG_IGN ((pcntl_handler)1)
/* Queued for pcntl_next_signal(). */
#define PCNTL_SIG_QUEUE ((pcntl_handler)2)

/* The bit of a signal, from 1 to 64, in the sets of pcntl_sigprocmask() and its neighbours. */
#define PCNTL_SIGNAL_BIT(signal) (UINT64_C(1) << ((signal) - 1))
"#;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests stand in the repository").to_owned()
}

/// Where each generated file is checked in, and what it should hold.
pub fn files() -> [(PathBuf, String); 3] {
    let for_ffi = for_ffi();
    let map = version_script(&for_ffi);
    [
        (root().join("include/libdaemon.h"), for_c()),
        (root().join("php-ext/libdaemon.h"), for_ffi),
        (root().join("libdaemon.map"), map),
    ]
}

fn config() -> Config {
    Config::from_file(Path::new(env!("CARGO_MANIFEST_DIR")).join("headers/cbindgen.toml")).expect("cbindgen.toml")
}

fn generate(config: Config) -> String {
    let sources = [
        "library",
        "daemonize",
        "options_object",
        "options",
        "options_launch",
        "control",
        "notify",
        "stdio",
        "pcntl",
        "pcntl_scheduling",
        "pcntl_signals",
        "posix",
        "posix_ids",
        "posix_databases",
        "posix_files",
        "posix_limits",
    ];
    let mut builder = cbindgen::Builder::new().with_config(config).with_src(root().join("src/signals/info.rs"));
    for source in sources {
        builder = builder.with_src(root().join(format!("src/c_api/{source}.rs")));
    }
    let mut text = Vec::new();
    builder.generate().expect("the sources can be read").write(&mut text);
    let text = String::from_utf8(text).expect("the sources are UTF-8");
    text.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

fn for_c() -> String {
    let mut config = config();
    config.header = Some(CONVENTIONS.into());
    config.after_includes = Some(format!("{}{}", version_macros(), MACROS.trim_end()));
    refilled(&generate(config))
}

/// With the lines of the comments broken anew, whatever their breaks in the sources. A line that begins with "- " is an item
/// of a list.
fn refilled(header: &str) -> String {
    let mut text = String::new();
    // The indentation of a paragraph, and its words.
    let mut paragraph: Option<(&str, String)> = None;
    let flush = |text: &mut String, paragraph: Option<(&str, String)>| {
        let Some((indentation, words)) = paragraph else { return };
        let first = format!("{indentation}// ");
        let next = if words.starts_with("- ") { format!("{first}  ") } else { first.clone() };
        let options = textwrap::Options::new(100).initial_indent(&first).subsequent_indent(&next);
        let options = options.word_splitter(textwrap::WordSplitter::NoHyphenation);
        *text += &(textwrap::fill(&words, options) + "\n");
    };
    for line in header.lines() {
        let (indentation, comment) = line.split_once("// ").unwrap_or((line, ""));
        if comment.is_empty() || !indentation.trim().is_empty() {
            flush(&mut text, paragraph.take());
            text += &format!("{line}\n");
            continue;
        }
        match &mut paragraph {
            Some((_, words)) if !comment.starts_with("- ") => *words += &format!(" {}", comment.trim()),
            _ => flush(&mut text, paragraph.replace((indentation, comment.to_owned()))),
        }
    }
    flush(&mut text, paragraph);
    text
}

/// The version that Cargo.toml gives, for the preprocessor.
fn version_macros() -> String {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    let version =
        manifest.lines().find_map(|line| line.strip_prefix("version = ")).expect("a version").trim_matches('"');
    let mut macros = String::from("\n/* The version of this header; libdaemon_version() is that of the library. */\n");
    for (name, number) in ["MAJOR", "MINOR", "PATCH"].into_iter().zip(version.split(['.', '-'])) {
        macros += &format!("#define LIBDAEMON_VERSION_{name} {number}\n");
    }
    macros
}

/// Binds every function that the header for PHP declares to its version.
fn version_script(header: &str) -> String {
    let calls = header.lines().filter(|line| line.ends_with(");") && !line.starts_with("typedef"));
    let names = calls.filter_map(|line| line.split_once('(')?.0.rsplit([' ', '*']).next());
    let mut names: Vec<_> = names.map(|name| format!("        {name};\n")).collect();
    names.sort();
    let names = names.concat();
    format!(
        "/* Generated from the library's sources by `make headers`. Do not edit. */\n\
         LIBDAEMON_1 {{\n    global:\n{names}    local:\n        *;\n}};\n"
    )
}

/// For `FFI::cdef`, whose parser knows no preprocessor, no `extern "C"` and no `pid_t`.
fn for_ffi() -> String {
    let mut config = config();
    config.include_guard = None;
    config.sys_includes.clear();
    config.cpp_compat = false;
    config.documentation = false;
    config.documentation_style = DocumentationStyle::C;
    config.header =
        Some("/* Generated from the library's sources by `make headers`, for FFI::cdef. Do not edit. */".into());
    config.export.item_types =
        [ItemType::Enums, ItemType::Structs, ItemType::OpaqueItems, ItemType::Typedefs, ItemType::Functions].into();
    for (name, plain) in
        [("pid_t", "int"), ("mode_t", "unsigned int"), ("uid_t", "unsigned int"), ("gid_t", "unsigned int")]
    {
        config.export.rename.insert(name.into(), plain.into());
    }
    generate(config)
}
