//! What the daemon's descriptors 0, 1 and 2 will be: opened before the fork, put in place after it.

use core::ffi::{CStr, c_int};

use super::stream_file::{self, Log};
use super::{LOG_MODE, redirection};
use crate::error::{Error, Line, Reason, Result, Step};
use crate::memory::CString;
use crate::memory::path::{absolute, enter_root, resolve};
use crate::sys::clock::Deadline;
use crate::sys::credentials::{Gid, Uid};
use crate::sys::fd::Descriptor;
use crate::sys::file::Identity;
use crate::sys::path_resolution::PathBuffer;
use crate::sys::{Errno, fd, file, output_buffer};

/// What is asked of the three streams.
pub struct Request<'a> {
    /// For standard input, output and error: a file, or none.
    pub paths: [Option<&'a CStr>; 3],
    /// Descriptors that stay what they are, unless there is a path for them.
    pub kept: &'a [c_int],
    /// In the foreground, output without a path stays what it is.
    pub foreground: bool,
    /// The owner of new logs, if that is not this process's user.
    pub owner: Option<(Uid, Gid)>,
    /// How long a start may wait for the other side of a FIFO.
    pub deadline: Deadline,
}

impl Request<'_> {
    fn without_path(&self, fd: c_int) -> Target {
        let stays = self.kept.contains(&fd) || (self.foreground && fd > 0 && fd::is_open(fd));
        if stays { Target::Present } else { Target::Null }
    }

    fn open_log(&self, step: Step, name: &CStr) -> Result<Target> {
        let user = self.owner.map(|(user, _)| user);
        let log = stream_file::open_log(name, LOG_MODE, user, self.deadline, &mut PathBuffer::new());
        log.map(Target::Log).map_err(|failure| failure.error(step, name))
    }
}

/// Where a stream goes.
#[expect(clippy::large_enum_variant, reason = "there are three of them")]
enum Target {
    /// It stays as it is.
    Present,
    Null,
    Input(Descriptor),
    Log(Log),
    /// The same file as standard output.
    AsOutput,
}

pub struct DaemonStreams {
    null: Option<Descriptor>,
    targets: [Target; 3],
    /// The paths of the logs of standard output and standard error.
    paths: [Option<CString>; 2],
}

impl DaemonStreams {
    /// Opens what is asked for. On failure nothing is left open or created.
    pub fn open(request: &Request) -> Result<DaemonStreams> {
        let targets = [Target::Null, Target::Null, Target::Null];
        let mut streams = DaemonStreams { null: None, targets, paths: [None, None] };
        match streams.open_all(request).and_then(|()| streams.change_owner(request.owner)) {
            Ok(()) => Ok(streams),
            Err(error) => {
                streams.undo();
                Err(error)
            }
        }
    }

    fn open_all(&mut self, request: &Request) -> Result<()> {
        let [input, outputs @ ..] = &mut self.targets;
        let [input_name, names @ ..] = request.paths;
        *input = match input_name {
            Some(name) => {
                let opened = stream_file::open_input(name, request.deadline);
                Target::Input(opened.map_err(|failure| failure.error(Step::StandardInput, name))?)
            }
            None => request.without_path(0),
        };
        let [output_name, errors_name] = names;
        let together = output_name.is_some() && output_name == errors_name;
        for (fd, ((target, path), name)) in (1..).zip(outputs.iter_mut().zip(&mut self.paths).zip(names)) {
            let Some(name) = name else {
                *target = request.without_path(fd);
                continue;
            };
            let step = match fd {
                _ if together => Step::Log,
                1 => Step::StandardOutput,
                _ => Step::StandardError,
            };
            *path = Some(absolute(name).map_err(|errno| Error::on(step, name, errno))?);
            *target = if together && fd == 2 { Target::AsOutput } else { request.open_log(step, name)? };
        }
        if self.targets.iter().any(|target| matches!(target, Target::Null)) {
            self.null = Some(open_null_device()?);
        }
        Ok(())
    }

    fn logs(&self) -> impl Iterator<Item = (&Log, &CStr)> {
        self.targets.iter().skip(1).zip(&self.paths).filter_map(|(target, path)| match (target, path) {
            (Target::Log(log), Some(path)) => Some((log, path.as_c_str())),
            _ => None,
        })
    }

    /// Is one of the logs this file?
    pub fn include(&self, identity: Identity) -> bool {
        self.logs().any(|(log, _)| file::is_open_as(log.descriptor.as_raw_fd(), identity))
    }

    /// Replaces the paths of the logs by paths without symbolic links.
    pub fn resolve(&mut self) {
        self.paths.iter_mut().flatten().for_each(resolve);
    }

    /// Gives new logs to the daemon's user, who has to open them again after a rotation.
    fn change_owner(&self, owner: Option<(Uid, Gid)>) -> Result<()> {
        let Some((user, group)) = owner else { return Ok(()) };
        for (log, path) in self.logs().filter(|(log, _)| log.is_created()) {
            file::give(log.descriptor.as_raw_fd(), user, group)
                .map_err(|errno| Error::on_for_owner(Step::Log, path, errno))?;
        }
        Ok(())
    }

    /// After a failed start: removes the logs that it has created.
    pub fn undo(&self) {
        self.logs().for_each(|(log, _)| log.undo());
    }

    /// Puts the opened files in place of descriptors 0, 1 and 2.
    pub fn install(&self) -> Result<()> {
        let null = self.null.as_ref().map_or(-1, Descriptor::as_raw_fd);
        let mut output = null;
        for (fd, target) in (0..).zip(&self.targets) {
            let source = match target {
                Target::Present => continue,
                Target::Null => null,
                Target::Input(descriptor) | Target::Log(Log { descriptor, .. }) => descriptor.as_raw_fd(),
                Target::AsOutput => output,
            };
            fd::replace(source, fd).map_err(|errno| Error::at(Step::StandardStreams, errno))?;
            if fd == 1 {
                output = source;
            }
        }
        Ok(())
    }

    /// When the start can no longer fail: remembers the paths for `reopen_std`, and has libc write line by line. `root`
    /// is the new root directory.
    pub fn commit(&mut self, root: Option<&CStr>) {
        if let [_, Target::Log(_), _] = &self.targets {
            output_buffer::buffer_by_lines();
        }
        if let Some(root) = root {
            self.paths.iter_mut().flatten().for_each(|path| enter_root(path, root));
        }
        for (which, (target, path)) in self.targets.iter().skip(1).zip(&mut self.paths).enumerate() {
            if !matches!(target, Target::Present) {
                redirection::remember(which, path.take());
            }
        }
    }

    /// Which of 1 and 2 are logs.
    pub fn installed_logs(&self) -> Logs {
        let [_, output, errors] = &self.targets;
        Logs([output, errors].map(|target| matches!(target, Target::Log(_))))
    }
}

/// Which of the descriptors 1 and 2 are logs of their own.
#[derive(Clone, Copy)]
pub struct Logs([bool; 2]);

impl Logs {
    fn descriptors(self) -> impl Iterator<Item = c_int> {
        (1..).zip(self.0).filter_map(|(fd, is_log)| is_log.then_some(fd))
    }

    /// Checks that they can be emptied, without changing them: others may write to them.
    pub fn check_truncation(self) -> Result<()> {
        if self.descriptors().any(file::is_append_only) {
            return Err(Error::told(Step::Log, Errno::EPERM, "can only be appended to, and not be emptied"));
        }
        Ok(())
    }

    /// Empties them. It is too late to fail: a log that cannot be emptied gets a line that says so.
    pub fn truncate(self) {
        for fd in self.descriptors() {
            match file::truncate(fd, 0) {
                Ok(()) | Err(Errno::EINVAL) => {}
                Err(errno) => {
                    let line = Line::of(&format_args!("{}: cannot be emptied: {}\n", Step::Log, Reason(errno)));
                    super::tell(fd, &line);
                }
            }
        }
    }
}

/// Checks what it has opened. A plain file in place of the null device would grow by the daemon's output, and a FIFO
/// would block it.
fn open_null_device() -> Result<Descriptor> {
    const PATH: &CStr = c"/dev/null";
    let failed = |errno| Error::on(Step::NullDevice, PATH, errno);
    let null = file::open(PATH, file::READ_WRITE, 0).map_err(failed)?;
    if !file::status(null.as_raw_fd()).map_err(failed)?.is_null_device {
        return Err(Error::because(Step::NullDevice, PATH, Errno::ENODEV, "is not the null device"));
    }
    Ok(null)
}
