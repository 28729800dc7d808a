//! What the daemon's 0, 1 and 2 will be: opened before the fork, put in place after it.

use core::ffi::{CStr, c_int};

use super::options::Options;
use super::privileges::Privileges;
use crate::error::{Outcome, failed_at, failed_on};
use crate::sys::fd::Descriptor;
use crate::sys::{Errno, fd, file, text::Path};

/// A log is never writable by group or others, whatever the umask.
pub const LOG_MODE: u32 = 0o644;

/// A file that the daemon will write to.
struct Log {
    descriptor: Descriptor,
    path: Path,
    created: bool,
}

impl Log {
    fn open(step: &'static str, name: &CStr) -> Outcome<Log> {
        let mut path = Path::empty();
        path.set_absolute(name).map_err(|errno| failed_on(step, name, errno))?;
        let (descriptor, created) =
            file::open_or_create(name, file::APPEND, LOG_MODE).map_err(|errno| failed_on(step, name, errno))?;
        Ok(Log { descriptor, path, created })
    }

    /// Takes away a log that the failed start made and nobody wrote to.
    fn undo(&self) {
        let same = |ours: file::Status, named: file::Status| ours.identity == named.identity && ours.size == 0;
        if self.created
            && let (Ok(ours), Ok(named)) =
                (file::status(self.descriptor.number()), file::status_of_path(self.path.as_c_str()))
            && same(ours, named)
        {
            let _ = file::remove(self.path.as_c_str());
        }
    }
}

/// Where a stream goes.
#[expect(clippy::large_enum_variant, reason = "the daemon frees nothing between fork and return")]
enum Target {
    /// It stays as it is.
    Present,
    Null,
    Input(Descriptor),
    Log(Log),
    /// The same file as standard output.
    AsOutput,
}

impl Target {
    /// The path behind it: an empty one for no file, `None` when it stays what it is.
    fn path(&self) -> Option<&Path> {
        static NONE: Path = Path::empty();
        match self {
            Target::Log(log) => Some(&log.path),
            Target::Present => None,
            Target::Null | Target::Input(_) | Target::AsOutput => Some(&NONE),
        }
    }
}

pub struct Streams {
    null: Option<Descriptor>,
    targets: [Target; 3],
}

impl Streams {
    /// Opens what `options` name. In the foreground, what they do not name stays as it is.
    pub fn prepare(options: &Options, foreground: bool, privileges: Option<&Privileges>) -> Outcome<Streams> {
        let mut streams = Streams { null: None, targets: [Target::Null, Target::Null, Target::Null] };
        let result = streams.open_all(options, foreground, privileges);
        match result {
            Ok(()) => Ok(streams),
            Err(failed) => {
                streams.undo();
                Err(failed)
            }
        }
    }

    fn open_all(&mut self, options: &Options, foreground: bool, privileges: Option<&Privileges>) -> Outcome<()> {
        let named =
            [&options.stdin, &options.stdout, &options.stderr].map(|name| name.as_ref().map(|name| name.as_c_str()));
        let [input, output, errors] = named;
        let stays = |number: c_int| {
            fd::is_open(number) && (options.keep.as_slice().contains(&number) || (foreground && number > 0))
        };
        let unnamed = |number| if stays(number) { Target::Present } else { Target::Null };
        let input = match input {
            Some(name) => Target::Input(
                file::open(name, file::READ, 0).map_err(|errno| failed_on("standard input", name, errno))?,
            ),
            None if options.keep.as_slice().contains(&0) => Target::Present,
            None => Target::Null,
        };
        self.put(0, input);
        let log_step = if output.is_some() && output == errors { "log" } else { "standard output" };
        let target = match output {
            Some(name) => Target::Log(Log::open(log_step, name)?),
            None => unnamed(1),
        };
        self.put(1, target);
        let target = match errors {
            Some(_) if output == errors => Target::AsOutput,
            Some(name) => Target::Log(Log::open("standard error", name)?),
            None => unnamed(2),
        };
        self.put(2, target);
        if self.targets.iter().any(|target| matches!(target, Target::Null)) {
            let null = file::open(c"/dev/null", file::READ_WRITE, 0);
            self.null = Some(null.map_err(|errno| failed_on("null device", c"/dev/null", errno))?);
        }
        self.give_logs_to(privileges)
    }

    fn put(&mut self, place: usize, target: Target) {
        if let Some(held) = self.targets.get_mut(place) {
            *held = target;
        }
    }

    fn logs(&self) -> impl Iterator<Item = &Log> {
        self.targets.iter().filter_map(|target| if let Target::Log(log) = target { Some(log) } else { None })
    }

    /// New logs belong to the daemon's user, who has to open them again after a rotation.
    fn give_logs_to(&self, privileges: Option<&Privileges>) -> Outcome<()> {
        let Some(Privileges { user: Some(user), group, .. }) = privileges else { return Ok(()) };
        for log in self.logs().filter(|log| log.created) {
            file::give(log.descriptor.number(), *user, *group)
                .map_err(|errno| failed_on("owner of log", log.path.as_c_str(), errno))?;
        }
        Ok(())
    }

    pub fn undo(&self) {
        self.logs().for_each(Log::undo);
    }

    /// Makes them 0, 1 and 2, and has the library know their paths for `reopen_std`.
    pub fn install(&mut self, truncate: bool, root: Option<&CStr>) -> Outcome<()> {
        let null = self.null.as_ref().map_or(-1, Descriptor::number);
        let mut output = null;
        for (number, target) in (0..).zip(&self.targets) {
            let source = match target {
                Target::Present => continue,
                Target::Null => null,
                Target::Input(descriptor) => descriptor.number(),
                Target::Log(log) => log.descriptor.number(),
                Target::AsOutput => output,
            };
            fd::replace(source, number).map_err(|errno| failed_at("standard streams", errno))?;
            if number == 1 {
                output = source;
            }
        }
        if truncate {
            self.truncate()?;
        }
        if let Some(root) = root {
            self.targets.iter_mut().for_each(|target| {
                if let Target::Log(log) = target {
                    log.path.enter_root(root);
                }
            });
        }
        let [_, out, err] = &self.targets;
        let errors = if matches!(err, Target::AsOutput) { out } else { err };
        super::standard_streams::remember([out.path(), errors.path()]);
        Ok(())
    }

    fn truncate(&self) -> Outcome<()> {
        for log in self.logs() {
            match file::truncate(log.descriptor.number(), 0) {
                // Not a plain file: a terminal, a FIFO, /dev/null.
                Ok(()) | Err(Errno::EINVAL) => {}
                Err(errno) => return Err(failed_on("log", log.path.as_c_str(), errno)),
            }
        }
        Ok(())
    }
}
