//! The daemon's side of a start of another program: the set-up, and then execve(2).
//!
//! The process borrows its launcher's memory until it is the program. So it uses async-signal-safe calls alone, and
//! leaves nothing behind in that memory.

use core::ffi::{CStr, c_char, c_int};

use super::daemon_side;
use super::environment::Environment;
use super::plan::Plan;
use crate::error::{Clean, Error, Object, Reason, Result, Step};
use crate::signals::dispositions::Dispositions;
use crate::sys::signal::{self, Set};
use crate::sys::text::{self, LongText};
use crate::sys::{Errno, environment, fd, file, process};

/// What is to be executed.
pub struct Program<'a> {
    /// Without a slash it is looked for in PATH.
    pub path: &'a CStr,
    /// C strings: the name, the arguments, and NULL at the end.
    pub arguments: *const *const c_char,
}

/// Does it have a slash, so that it is not looked for in PATH?
pub fn has_slash(path: &CStr) -> bool {
    text::find(path.to_bytes(), b'/').is_some()
}

/// Sets up the daemon, and becomes the program. Returns only with a failure. `mask` is the launcher's signal mask.
pub fn run(plan: &Plan, program: &Program, channel: c_int, mask: Set) -> Result<()> {
    let options = plan.options;
    // Asked anew: another thread of the launcher may have changed them since the plan was made.
    let dispositions = Dispositions::ask();
    let logs = daemon_side::set_up(plan, channel)?;
    for &kept in plan.kept.as_slice() {
        fd::keep_over_exec(kept).map_err(|errno| Error::on_number(Step::KeptDescriptor, kept.into(), errno))?;
    }
    if let (Some(number), source @ 0..) = (options.notify_descriptor, plan.notify_source) {
        let placed = if source == number { fd::keep_over_exec(number) } else { fd::replace(source, number) };
        placed.map_err(|errno| Error::on_number(Step::NotifyDescriptor, number.into(), errno))?;
    }
    let pid = process::id();
    daemon_side::write_pid(plan, pid)?;
    if let Some(environment) = &plan.environment {
        environment.set_pid(pid);
    }
    file::set_umask(options.umask);
    dispositions.reset_for_exec(if options.keep_signals { !0 } else { options.kept_signals });
    let block = plan.environment.as_ref().map_or_else(environment::block, Environment::block);
    if let Some(logs) = logs {
        const TO_EXECUTE: c_int = 1;
        // If there is no such program, the logs keep what is in them.
        at_each_place(program, block, &|path| file::access(path, TO_EXECUTE, true))?;
        logs.truncate();
    }
    signal::set_mask(if options.keep_signals { mask } else { Set::empty() });
    // SAFETY: the caller's array of arguments, and an environment, both of which end in NULL.
    at_each_place(program, block, &|path| Err(unsafe { process::execute(path, program.arguments, block) }))
}

/// Calls `attempt` with each path where execvp(3) would look for the program, until it succeeds. Unlike there, a file
/// that is no program is not given to a shell.
fn at_each_place(
    program: &Program,
    block: *const *const c_char,
    attempt: &dyn Fn(&CStr) -> Result<(), Errno>,
) -> Result<()> {
    if has_slash(program.path) {
        return attempt(program.path).map_err(|errno| failure(program.path, errno));
    }
    let mut last = Errno::ENOENT;
    // SAFETY: the environment ends in NULL.
    let texts = unsafe { environment::texts_of(block) };
    // SAFETY: none of them is NULL, and all stay until this process is another program.
    let mut texts = texts.map(|text| unsafe { CStr::from_ptr(text) }.to_bytes());
    let directories = texts.find_map(|text| text.strip_prefix(b"PATH=")).unwrap_or(b"/bin:/usr/bin");
    for directory in directories.split(|&byte| byte == b':') {
        let mut path = LongText::new();
        path.append(if directory.is_empty() { b"." } else { directory });
        path.append(b"/");
        path.append(program.path.to_bytes());
        let Some(path) = path.as_c_str() else { continue };
        match attempt(path) {
            Ok(()) => return Ok(()),
            Err(Errno::ENOENT | Errno::ENOTDIR) => {}
            Err(Errno::EACCES) => last = Errno::EACCES,
            Err(errno) => return Err(failure(path, errno)),
        }
    }
    Err(failure(program.path, last))
}

/// Why `path` was not executed: the kernel's reason, or a better one where that would mislead.
fn failure(path: &CStr, errno: Errno) -> Error {
    match errno {
        Errno::EACCES if file::status_behind(path).is_ok_and(|status| status.is_directory()) => {
            Error::because(Step::Exec, path, errno, "is a directory")
        }
        Errno::ENOENT if file::status_behind(path).is_ok() => without_interpreter(path),
        errno => Error::on(Step::Exec, path, errno),
    }
}

/// ENOENT for a file that exists. What is missing is its interpreter, or its dynamic linker.
fn without_interpreter(path: &CStr) -> Error {
    let errno = Errno::ENOENT;
    let mut start = [0; 256];
    let length = file::open(path, file::READ, 0).and_then(|script| fd::read(script.as_raw_fd(), &mut start));
    let start = start.get(..length.unwrap_or(0)).unwrap_or(&[]);
    let Some(line) = start.strip_prefix(b"#!") else {
        return Error::because(Step::Exec, path, errno, "its dynamic linker is missing");
    };
    let interpreter = line.trim_ascii_start().split(u8::is_ascii_whitespace).next().unwrap_or(&[]);
    let (interpreter, reason) = (Clean(interpreter), Reason(errno));
    Error::of(errno, Step::Exec, Object::Name(path), &format_args!("its interpreter {interpreter}: {reason}"))
}
