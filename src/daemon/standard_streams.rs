//! Standard output and error of a running program: sent to files, and the files opened anew after a rotation, inside a
//! signal handler too.

use core::cell::UnsafeCell;
use core::ffi::CStr;
use core::sync::atomic::{AtomicBool, Ordering};

use super::streams::{LOG_MODE, remove_unused};
use crate::error::{Outcome, failed_at, failed_on, refused};
use crate::memory::Name;
use crate::process::fork;
use crate::sys::fd::Descriptor;
use crate::sys::text::absolute;
use crate::sys::{Errno, fd, file, process};

/// For standard output and for standard error.
type Pair = [Option<Name>; 2];

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

/// In a forked child: a thread that was in there does not exist here.
pub fn renew() {
    PATHS.busy.store(false, Ordering::SeqCst);
    PATHS.asked.store(false, Ordering::SeqCst);
}

/// Takes note of what 1 and 2 have just become: no file, or one; the outer `None` for what they were. All signals
/// are blocked.
pub fn remember(names: [Option<Option<Name>>; 2]) {
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
pub fn reset(output: &CStr, errors: &CStr) -> Outcome<()> {
    fork::watch_forks()?;
    let lost = |name| move |errno| failed_on("log", name, errno);
    let paths = [Some(absolute(output).map_err(lost(output))?), Some(absolute(errors).map_err(lost(errors))?)];
    let files = Files::open([output, errors], [LOG_MODE; 2])
        .map_err(|(which, errno)| failed_on("log", if which == 0 { output } else { errors }, errno))?;
    file::flush_output();
    PATHS.enter();
    let installed = files.install();
    if installed.is_ok() {
        *PATHS.get_mut() = paths;
    }
    PATHS.leave();
    installed.map_err(|errno| failed_at("standard streams", errno))
}

/// Opens the same paths again.
pub fn reopen_now() -> Outcome<()> {
    file::flush_output();
    PATHS.enter();
    let paths = PATHS.get();
    let result = reopen(paths).map_err(|(which, errno)| match names(paths).get(which) {
        Some(name) if !name.is_empty() => failed_on("log", name, errno),
        _ => refused("standard streams", "no file to open again"),
    });
    PATHS.leave();
    result
}

/// Empty where there is no file.
fn names(paths: &Pair) -> [&CStr; 2] {
    let [output, errors] = paths;
    [output, errors].map(|path| path.as_ref().map_or(c"", Name::as_c_str))
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
    let mode = |number| file::status(number).map_or(LOG_MODE, |status| status.mode & LOG_MODE | 0o200);
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
        let open = |which: usize, name: &CStr, mode| match name.is_empty() {
            true => Ok((None, false)),
            false => match file::open_or_create(name, file::APPEND, mode) {
                Ok((descriptor, created)) => Ok((Some(descriptor), created)),
                Err(errno) => Err((which, errno)),
            },
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
                    remove_unused(output.number(), output_name);
                }
                Err(failed)
            }
        }
    }

    /// Neither number is closed in between. 2 goes first: where it can be replaced, 1 can.
    fn install(&self) -> Result<(), Errno> {
        let errors = if self.together { &self.output } else { &self.errors };
        for (file, number) in [(errors, 2), (&self.output, 1)] {
            if let Some(file) = file {
                fd::replace(file.number(), number)?;
            }
        }
        Ok(())
    }
}
