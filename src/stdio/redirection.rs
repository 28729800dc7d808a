//! Sends standard output and standard error of a running program to files, and opens these files again after a
//! rotation, also inside a signal handler.

use core::cell::UnsafeCell;
use core::ffi::CStr;
use core::sync::atomic::{AtomicBool, Ordering};
use core::{fmt, mem};

use super::LOG_MODE;
use super::stream_file::{self, Failure, Log};
use crate::error::{Error, Line, Object, Plain, Result, Step};
use crate::memory::CString;
use crate::memory::path::absolute;
use crate::sys::clock::Deadline;
use crate::sys::fork_handlers::{self, ForkHandlers};
use crate::sys::path_resolution::PathBuffer;
use crate::sys::{Errno, fd, file, output_buffer, process};

/// What opening the files again needs.
struct Redirected {
    /// The paths behind standard output and standard error; empty for one that is outside of the root directory.
    paths: [Option<CString>; 2],
    buffer: PathBuffer,
}

/// The paths behind descriptors 1 and 2, used by one thread or handler at a time.
struct Paths {
    busy: AtomicBool,
    /// A signal handler wanted to open the files again while the paths were in use. Whoever leaves them does it
    /// instead.
    asked: AtomicBool,
    redirected: UnsafeCell<Redirected>,
}

// SAFETY: `redirected` is used only between a successful `try_enter` and `leave`, and `busy` lets in one thread or
// handler at a time.
unsafe impl Sync for Paths {}

static PATHS: Paths = Paths {
    busy: AtomicBool::new(false),
    asked: AtomicBool::new(false),
    redirected: UnsafeCell::new(Redirected { paths: [None, None], buffer: PathBuffer::new() }),
};

impl Paths {
    fn try_enter(&self) -> bool {
        !self.busy.swap(true, Ordering::SeqCst)
    }

    /// Waits for other threads, which leave in a moment. Not for signal handlers: one may have interrupted the very
    /// thread that it would wait for.
    fn enter(&self) {
        while !self.try_enter() {
            process::yield_now();
        }
    }

    /// Opens the files again if a signal handler has asked for that meanwhile.
    fn leave(&self) {
        loop {
            self.busy.store(false, Ordering::SeqCst);
            if !self.asked.load(Ordering::SeqCst) || !self.try_enter() {
                return;
            }
            if self.asked.swap(false, Ordering::SeqCst) {
                reopen_or_say(self.get());
            }
        }
    }

    /// Only between `enter` and `leave`.
    #[expect(clippy::mut_from_ref, reason = "entering has made it exclusive")]
    fn get(&self) -> &mut Redirected {
        // SAFETY: called only between `try_enter` and `leave`, and `busy` keeps all others out until then.
        unsafe { &mut *self.redirected.get() }
    }
}

/// Before paths are remembered: registers what a forked child does with them.
pub fn prepare() -> Result<()> {
    static AROUND_FORK: ForkHandlers = ForkHandlers { before: || {}, in_child: reset_after_fork };
    fork_handlers::register(&AROUND_FORK).map_err(|errno| Error::at(Step::ForkHandlers, errno))
}

/// In a forked child: frees the paths, because a thread that was using them does not exist here.
fn reset_after_fork() {
    PATHS.busy.store(false, Ordering::SeqCst);
    PATHS.asked.store(false, Ordering::SeqCst);
}

/// Notes which file standard output (0) or standard error (1) has just become; `None` for what is no file. All signals
/// are blocked.
pub fn remember(which: usize, name: Option<CString>) {
    PATHS.enter();
    if let Some(path) = PATHS.get().paths.get_mut(which) {
        // The former path is leaked: nothing is freed after a fork.
        mem::forget(mem::replace(path, name));
    }
    PATHS.leave();
}

/// Sends standard output to `output` and standard error to `errors`. On failure both stay what they were.
pub fn reset(output: &CStr, errors: &CStr) -> Result<()> {
    prepare()?;
    let failed = |name| move |errno| Error::on(Step::Log, name, errno);
    let paths = [Some(absolute(output).map_err(failed(output))?), Some(absolute(errors).map_err(failed(errors))?)];
    let names = [Some(output), Some(errors)];
    let files = Files::open(names, [LOG_MODE; 2], &mut PathBuffer::new())
        .map_err(|(which, failure)| failure.error(Step::Log, if which == 0 { output } else { errors }))?;
    output_buffer::flush();
    PATHS.enter();
    let installed = files.install();
    let unused = if installed.is_ok() { mem::replace(&mut PATHS.get().paths, paths) } else { paths };
    PATHS.leave();
    // Not earlier: another thread may fork at any moment, and its child opens the paths that it finds.
    drop(unused);
    installed.map_err(|errno| Error::at(Step::StandardStreams, errno))?;
    output_buffer::buffer_by_lines();
    Ok(())
}

/// Opens the same paths again.
pub fn reopen_now() -> Result<()> {
    output_buffer::flush_but_for_begun_lines();
    PATHS.enter();
    let redirected = PATHS.get();
    let result = if redirected.paths.iter().all(Option::is_none) {
        Err(Error::refused(Step::StandardStreams, "no file to open again"))
    } else {
        reopen(redirected).map_err(|(which, failure)| match redirected.path(which) {
            Some(path) if path.is_empty() => Error::told(Step::Log, Errno::ENOENT, OUTSIDE),
            Some(path) => failure.error(Step::Log, path),
            None => Error::at(Step::StandardStreams, failure.errno()),
        })
    };
    PATHS.leave();
    result
}

/// The same from inside a signal handler: nothing but async-signal-safe calls. A file that cannot be opened again stays
/// in use, and gets a line that says why.
pub fn reopen_in_handler() {
    if !PATHS.try_enter() {
        PATHS.asked.store(true, Ordering::SeqCst);
        // Whoever was in there leaves after seeing the request, or has left by now.
        if !PATHS.try_enter() {
            return;
        }
        PATHS.asked.store(false, Ordering::SeqCst);
    }
    reopen_or_say(PATHS.get());
    PATHS.leave();
}

const OUTSIDE: &str = "is outside of the root directory";

impl Redirected {
    fn path(&self, which: usize) -> Option<&CStr> {
        self.paths.get(which).and_then(Option::as_ref).map(CString::as_c_str)
    }
}

/// Opens the files again, or tells the old log why that is not possible.
fn reopen_or_say(redirected: &mut Redirected) {
    let Err((which, failure)) = reopen(redirected) else { return };
    let Some(path) = redirected.path(which) else { return };
    let (object, why): (_, &dyn fmt::Display) =
        if path.is_empty() { (Object::None, &Plain(OUTSIDE)) } else { (Object::Name(path), &failure) };
    let mut line = Line::of(&format_args!("libdaemon: {}{object}: not opened again: {why}", Step::Log));
    line.end();
    let old = if which == 0 { 1 } else { 2 };
    // A write to a FIFO that is full would block.
    if fd::takes_text(old) {
        super::tell(old, &line);
    }
}

/// Opens the files anew and puts them in place; on failure which of them, and why.
fn reopen(redirected: &mut Redirected) -> Result<(), (usize, Failure)> {
    let Redirected { paths: [output, errors], buffer } = redirected;
    // A new file is as private as the old one, and never writable for others.
    let mode = |fd| file::status(fd).map_or(LOG_MODE, |status| status.mode & LOG_MODE | 0o200);
    let names = [output, errors].map(|path| path.as_ref().map(CString::as_c_str));
    let files = Files::open(names, [mode(1), mode(2)], buffer)?;
    files.install().map_err(|errno| (0, errno.into()))
}

/// New files for standard output and error.
struct Files {
    output: Option<Log>,
    errors: Option<Log>,
    together: bool,
}

impl Files {
    /// Opens both, or nothing; one without a name is left out.
    fn open(names: [Option<&CStr>; 2], modes: [u32; 2], buffer: &mut PathBuffer) -> Result<Files, (usize, Failure)> {
        let mut open = |which: usize, name: Option<&CStr>, mode| match name {
            None => Ok(None),
            // A running program must not block here until a FIFO has a reader.
            Some(name) => stream_file::open_log(name, mode, None, Deadline::after(0), buffer)
                .map(Some)
                .map_err(|failure| (which, failure)),
        };
        let [output_name, errors_name] = names;
        let [output_mode, errors_mode] = modes;
        let together = output_name == errors_name;
        let output = open(0, output_name, output_mode)?;
        if together {
            return Ok(Files { output, errors: None, together });
        }
        match open(1, errors_name, errors_mode) {
            Ok(errors) => Ok(Files { output, errors, together }),
            Err(failed) => {
                if let Some(output) = &output {
                    output.undo();
                }
                Err(failed)
            }
        }
    }

    /// Replaces the descriptors; neither is closed in between. 2 goes first: if that works, 1 can be replaced, too.
    fn install(&self) -> Result<(), Errno> {
        let errors = if self.together { &self.output } else { &self.errors };
        for (file, fd) in [(errors, 2), (&self.output, 1)] {
            if let Some(file) = file {
                fd::replace(file.descriptor.as_raw_fd(), fd)?;
            }
        }
        Ok(())
    }
}
