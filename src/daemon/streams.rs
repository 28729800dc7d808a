//! What the daemon's 0, 1 and 2 will be: opened before the fork, put in place after it.

use core::ffi::{CStr, c_int};

use super::options::{Options, Text};
use super::privileges::Privileges;
use crate::error::{Outcome, failed_at, failed_on};
use crate::memory::Name;
use crate::sys::fd::Descriptor;
use crate::sys::file::Identity;
use crate::sys::text::{absolute, resolve};
use crate::sys::{Errno, fd, file};

/// A log is never writable by group or others, whatever the umask.
pub const LOG_MODE: u32 = 0o644;

/// Takes away a log that was just created, open as `number`, unless something has been written to it.
pub fn remove_unused(number: c_int, path: &CStr) {
    let Ok(ours) = file::status(number) else { return };
    let named = file::status_of_path(path).map(|named| named.identity);
    if ours.size == 0 && named == Ok(ours.identity) {
        let _ = file::remove(path);
    }
}

/// A directory can be opened for reading, but not read.
fn open_input(name: &CStr) -> Result<Descriptor, Errno> {
    let input = file::open(name, file::READ, 0)?;
    if file::status(input.number())?.is_directory() { Err(Errno::EISDIR) } else { Ok(input) }
}

/// Where a stream goes.
enum Target {
    /// It stays as it is.
    Present,
    Null,
    Input(Descriptor),
    Log {
        descriptor: Descriptor,
        created: bool,
    },
    /// The same file as standard output.
    AsOutput,
}

pub struct Streams {
    null: Option<Descriptor>,
    targets: [Target; 3],
    /// Of the logs behind standard output and error.
    paths: [Option<Name>; 2],
}

impl Streams {
    /// Opens what `options` name. In the foreground, output that they do not name stays as it is.
    #[inline(never)]
    pub fn prepare(options: &Options, foreground: bool, privileges: Option<&Privileges>) -> Outcome<Streams> {
        let targets = [Target::Null, Target::Null, Target::Null];
        let mut streams = Streams { null: None, targets, paths: [None, None] };
        match streams.open_all(options, foreground).and_then(|()| streams.give_logs_to(privileges)) {
            Ok(()) => Ok(streams),
            Err(failed) => {
                streams.undo();
                Err(failed)
            }
        }
    }

    fn open_all(&mut self, options: &Options, foreground: bool) -> Outcome<()> {
        let [input, output, errors] = [Text::Stdin, Text::Stdout, Text::Stderr].map(|which| options.text(which));
        let unnamed = |number: c_int| {
            let kept = options.keep.as_slice().contains(&number);
            let stays = kept || (foreground && number > 0 && fd::is_open(number));
            if stays { Target::Present } else { Target::Null }
        };
        let input = match input {
            Some(name) => Target::Input(open_input(name).map_err(|errno| failed_on("standard input", name, errno))?),
            None => unnamed(0),
        };
        self.put(0, input);
        let together = output.is_some() && output == errors;
        let target = match output {
            Some(name) => self.open_log(if together { "log" } else { "standard output" }, name, 0)?,
            None => unnamed(1),
        };
        self.put(1, target);
        let target = match errors {
            Some(name) if together => {
                let [_, path] = &mut self.paths;
                *path = Some(absolute(name).map_err(|errno| failed_on("log", name, errno))?);
                Target::AsOutput
            }
            Some(name) => self.open_log("standard error", name, 1)?,
            None => unnamed(2),
        };
        self.put(2, target);
        if self.targets.iter().any(|target| matches!(target, Target::Null)) {
            let null = file::open(c"/dev/null", file::READ_WRITE, 0);
            self.null = Some(null.map_err(|errno| failed_on("null device", c"/dev/null", errno))?);
        }
        Ok(())
    }

    fn open_log(&mut self, step: &str, name: &CStr, place: usize) -> Outcome<Target> {
        let lost = |errno| failed_on(step, name, errno);
        if let Some(path) = self.paths.get_mut(place) {
            *path = Some(absolute(name).map_err(lost)?);
        }
        let (descriptor, created) = file::open_or_create(name, file::APPEND, LOG_MODE).map_err(lost)?;
        Ok(Target::Log { descriptor, created })
    }

    fn put(&mut self, place: usize, target: Target) {
        if let Some(held) = self.targets.get_mut(place) {
            *held = target;
        }
    }

    /// The logs: descriptor, whether it was created, path.
    fn logs(&self) -> impl Iterator<Item = (c_int, bool, &CStr)> {
        self.targets.iter().skip(1).zip(&self.paths).filter_map(|(target, path)| match (target, path) {
            (Target::Log { descriptor, created }, Some(path)) => Some((descriptor.number(), *created, path.as_c_str())),
            _ => None,
        })
    }

    /// Is one of the logs this file?
    pub fn are(&self, identity: Identity) -> bool {
        self.logs().any(|(number, _, _)| file::status(number).is_ok_and(|status| status.identity == identity))
    }

    /// Has the logs called what they are called without symbolic links.
    pub fn resolve(&mut self) {
        self.paths.iter_mut().flatten().for_each(resolve);
    }

    /// New logs belong to the daemon's user, who has to open them again after a rotation.
    fn give_logs_to(&self, privileges: Option<&Privileges>) -> Outcome<()> {
        let Some(Privileges { user: Some(user), group, .. }) = privileges else { return Ok(()) };
        for (number, _, path) in self.logs().filter(|&(_, created, _)| created) {
            file::give(number, *user, *group).map_err(|errno| failed_on("owner of log", path, errno))?;
        }
        Ok(())
    }

    /// Takes away the logs that a failed start made.
    pub fn undo(&self) {
        self.logs().filter(|&(_, created, _)| created).for_each(|(number, _, path)| remove_unused(number, path));
    }

    /// Makes them 0, 1 and 2, and has the library know their paths for `reopen_std`.
    pub fn install(&mut self, root: Option<&CStr>) -> Outcome<()> {
        let null = self.null.as_ref().map_or(-1, Descriptor::number);
        let mut output = null;
        for (number, target) in (0..).zip(&self.targets) {
            let source = match target {
                Target::Present => continue,
                Target::Null => null,
                Target::Input(descriptor) | Target::Log { descriptor, .. } => descriptor.number(),
                Target::AsOutput => output,
            };
            fd::replace(source, number).map_err(|errno| failed_at("standard streams", errno))?;
            if number == 1 {
                output = source;
            }
        }
        if let Some(root) = root {
            self.paths.iter_mut().flatten().for_each(|path| path.enter_root(root));
        }
        let [out, err] = &mut self.paths;
        let [_, out_target, err_target] = &self.targets;
        let changed = |target: &Target| !matches!(target, Target::Present);
        let files = [(changed(out_target), out.take()), (changed(err_target), err.take())];
        super::standard_streams::remember(files.map(|(changed, path)| changed.then_some(path)));
        Ok(())
    }

    /// Empties the logs, which are 1 and 2 by now.
    pub fn truncate(&self) -> Outcome<()> {
        for (number, target) in (0..).zip(&self.targets) {
            if let Target::Log { .. } = target {
                match file::truncate(number, 0) {
                    // Not a plain file: a terminal, a FIFO, /dev/null.
                    Ok(()) | Err(Errno::EINVAL) => {}
                    Err(errno) => return Err(failed_at("emptying the log", errno)),
                }
            }
        }
        Ok(())
    }
}
