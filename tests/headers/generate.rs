//! The two headers, from the sources' own documentation comments.

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
 * - It is no cancellation point: a pthread_cancel() of the thread waits until the call has returned, and the handlers that
 *   it calls have. Those have to return: not by an exception, longjmp() or pthread_exit().
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

/// Where each header is checked in, and what it should hold.
pub fn headers() -> [(PathBuf, String); 2] {
    [(root().join("include/libdaemon.h"), for_c()), (root().join("php-ext/libdaemon.h"), for_ffi())]
}

fn config() -> Config {
    Config::from_file(Path::new(env!("CARGO_MANIFEST_DIR")).join("headers/cbindgen.toml")).expect("cbindgen.toml")
}

fn generate(config: Config) -> String {
    let sources = [
        "library",
        "daemonize",
        "options",
        "options_launch",
        "control",
        "stdio",
        "pcntl",
        "pcntl_scheduling",
        "pcntl_signals",
        "posix",
        "posix_ids",
        "posix_databases",
        "posix_files",
        "posix_limits",
        "php",
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
    config.trailer = Some(MACROS.trim().into());
    generate(config)
}

/// For `FFI::cdef`, whose parser knows no preprocessor, no `extern "C"` and no `pid_t`.
fn for_ffi() -> String {
    let mut config = config();
    config.include_guard = None;
    config.sys_includes.clear();
    config.cpp_compat = false;
    config.documentation = false;
    config.documentation_style = DocumentationStyle::C;
    config.line_length = 10_000;
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
