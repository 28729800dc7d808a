//! Standard output and error of a running program: sent to files, and the files opened anew after a rotation, inside a
//! signal handler too.

use core::cell::UnsafeCell;
use core::ffi::CStr;
use core::sync::atomic::{AtomicBool, Ordering};

use super::LOG_MODE;
use crate::error::{Error, Result, Step};
use crate::memory::CString;
use crate::memory::path::absolute;
use crate::sys::fd::Descriptor;
use crate::sys::fork_handlers::{self, ForkHandlers};
use crate::sys::{Errno, fd, file, process};

/// For standard output and for standard error.
type Pair = [Option<CString>; 2];

/// The paths behind 1 and 2.
struct Paths {
    busy: AtomicBool,
    /// A signal asked for the files while the paths were in use.
    asked: AtomicBool,
    paths: UnsafeCell<Pair>,
}

// SAFETY: `paths` is used only between `try_enter` and `leave`, of which `busy` lets in one at a time.
unsafe impl Sync for Paths {}

static PATHS: Paths =
    Paths { busy: AtomicBool::new(false), asked: AtomicBool::new(false), paths: UnsafeCell::new([None, None]) };

impl Paths {
    fn try_enter(&self) -> bool {
        !self.busy.swap(true, Ordering::SeqCst)
    }

    /// Other threads are done in a moment; this thread's own signal handlers never wait here.
    fn enter(&self) {
        while !self.try_enter() {
            process::yield_now();
        }
    }

    /// Does what a signal asked for meanwhile.
    fn leave(&self) {
        loop {
            self.busy.store(false, Ordering::SeqCst);
            if !self.asked.load(Ordering::SeqCst) || !self.try_enter() {
                return;
            }
            if self.asked.swap(false, Ordering::SeqCst) {
                let _ = reopen(self.get());
            }
        }
    }

    /// Only between `enter` and `leave`.
    fn get(&self) -> &Pair {
        // SAFETY: whoever is here has entered, so nobody writes.
        unsafe { &*self.paths.get() }
    }

    /// Only between `enter` and `leave`.
    #[expect(clippy::mut_from_ref, reason = "entering has made it exclusive")]
    fn get_mut(&self) -> &mut Pair {
        // SAFETY: whoever is here has entered, so nobody else reads or writes.
        unsafe { &mut *self.paths.get() }
    }
}

/// Before files are remembered: has forked children go on with paths that nobody uses.
pub fn prepare() -> Result<()> {
    static AROUND_FORK: ForkHandlers = ForkHandlers { before: || {}, in_child: reset_after_fork };
    fork_handlers::register(&AROUND_FORK).map_err(|errno| Error::at(Step::ForkHandlers, errno))
}

/// In a forked child: a thread that was using the paths does not exist here.
fn reset_after_fork() {
    PATHS.busy.store(false, Ordering::SeqCst);
    PATHS.asked.store(false, Ordering::SeqCst);
}

/// Takes note of what 1 and 2 have just become: no file, or one; the outer `None` for what they were. All signals
/// are blocked.
pub fn remember(names: [Option<Option<CString>>; 2]) {
    PATHS.enter();
    for (path, name) in PATHS.get_mut().iter_mut().zip(names) {
        if let Some(name) = name {
            // Nothing is freed after a fork.
            core::mem::forget(core::mem::replace(path, name));
        }
    }
    PATHS.leave();
}

/// Sends standard output to `output` and standard error to `errors`. On failure both stay what they were.
pub fn reset(output: &CStr, errors: &CStr) -> Result<()> {
    prepare()?;
    let lost = |name| move |errno| Error::on(Step::Log, name, errno);
    let paths = [Some(absolute(output).map_err(lost(output))?), Some(absolute(errors).map_err(lost(errors))?)];
    let files = Files::open([output, errors], [LOG_MODE; 2])
        .map_err(|(which, errno)| Error::on(Step::Log, if which == 0 { output } else { errors }, errno))?;
    file::flush_output();
    PATHS.enter();
    let installed = files.install();
    if installed.is_ok() {
        *PATHS.get_mut() = paths;
    }
    PATHS.leave();
    installed.map_err(|errno| Error::at(Step::StandardStreams, errno))
}

/// Opens the same paths again.
pub fn reopen_now() -> Result<()> {
    file::flush_output();
    PATHS.enter();
    let paths = PATHS.get();
    let result = reopen(paths).map_err(|(which, errno)| match names(paths).get(which) {
        Some(name) if !name.is_empty() => Error::on(Step::Log, name, errno),
        _ => Error::refused(Step::StandardStreams, "no file to open again"),
    });
    PATHS.leave();
    result
}

/// Empty where there is no file.
fn names(paths: &Pair) -> [&CStr; 2] {
    let [output, errors] = paths;
    [output, errors].map(|path| path.as_ref().map_or(c"", CString::as_c_str))
}

/// The same from inside a signal handler: nothing but async-signal-safe calls. What cannot be opened stays as it is.
pub fn reopen_in_handler() {
    if !PATHS.try_enter() {
        PATHS.asked.store(true, Ordering::SeqCst);
        // Whoever was in there leaves after seeing the request, or has left by now.
        if !PATHS.try_enter() {
            return;
        }
        PATHS.asked.store(false, Ordering::SeqCst);
    }
    let _ = reopen(PATHS.get());
    PATHS.leave();
}

/// Opens `paths` anew and puts them in place; on failure which of them, and why.
fn reopen(paths: &Pair) -> Result<(), (usize, Errno)> {
    let names = names(paths);
    if names.iter().all(|name| name.is_empty()) {
        return Err((0, Errno::EINVAL));
    }
    // A private log stays private, and none becomes writable for others.
    let mode = |fd| file::status(fd).map_or(LOG_MODE, |status| status.mode & LOG_MODE | 0o200);
    let modes = [mode(1), mode(2)];
    let files = Files::open(names, modes)?;
    files.install().map_err(|errno| (0, errno))
}

/// New files for standard output and error.
struct Files {
    output: Option<Descriptor>,
    errors: Option<Descriptor>,
    together: bool,
}

impl Files {
    /// Opens both, or nothing; an empty name is left out.
    fn open(names: [&CStr; 2], modes: [u32; 2]) -> Result<Files, (usize, Errno)> {
        let open = |which: usize, name: &CStr, mode| {
            if name.is_empty() {
                return Ok((None, false));
            }
            match file::open_or_create(name, file::APPEND, mode) {
                Ok((descriptor, created)) => Ok((Some(descriptor), created)),
                Err(errno) => Err((which, errno)),
            }
        };
        let [output_name, errors_name] = names;
        let [output_mode, errors_mode] = modes;
        let together = output_name == errors_name;
        let (output, created) = open(0, output_name, output_mode)?;
        if together {
            return Ok(Files { output, errors: None, together });
        }
        match open(1, errors_name, errors_mode) {
            Ok((errors, _)) => Ok(Files { output, errors, together }),
            Err(failed) => {
                if let (true, Some(output)) = (created, &output) {
                    file::remove_if_empty(output.as_raw_fd(), output_name);
                }
                Err(failed)
            }
        }
    }

    /// Neither number is closed in between. 2 goes first: where it can be replaced, 1 can.
    fn install(&self) -> Result<(), Errno> {
        let errors = if self.together { &self.output } else { &self.errors };
        for (file, fd) in [(errors, 2), (&self.output, 1)] {
            if let Some(file) = file {
                fd::replace(file.as_raw_fd(), fd)?;
            }
        }
        Ok(())
    }
}
