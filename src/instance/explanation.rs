//! What to say of a pid file that is locked, but not by the process that it names.

use core::fmt;

use super::holder::PidFile;
use super::proof::{Key, Listed};
use crate::error::{Error, Name, Step};
use crate::sys::process::Pid;
use crate::sys::{Errno, proc_files};

/// The process is there, and does not hold the lock.
pub fn holds_not(file: &PidFile, pid: Pid) -> Error {
    match seen_elsewhere(file, pid) {
        Some(Elsewhere::Here(holder)) => refused(
            file,
            Errno::EPERM,
            format_args!("process {pid} does not hold it: held in another pid namespace, by process {holder}"),
        ),
        Some(Elsewhere::Hidden) => refused(
            file,
            Errno::EPERM,
            format_args!("process {pid} does not hold it: held in another pid namespace, or on another machine"),
        ),
        None => refused(file, Errno::EPERM, format_args!("process {pid} does not hold it")),
    }
}

/// There is no such process, and yet the file is locked.
pub fn is_gone(file: &PidFile, pid: Pid) -> Error {
    match seen_elsewhere(file, pid) {
        Some(Elsewhere::Here(holder)) => {
            refused(file, Errno::EPERM, format_args!("held in another pid namespace, by process {holder}"))
        }
        Some(Elsewhere::Hidden) => refused(
            file,
            Errno::EPERM,
            format_args!(
                "process {pid} is not there: held in another pid namespace, on another machine, or by what it has left behind"
            ),
        ),
        None => refused(
            file,
            Errno::EAGAIN,
            format_args!("process {pid} has ended, but what it has left behind holds the lock"),
        ),
    }
}

/// Whether the process holds the lock cannot be found out.
pub fn is_not_shown(file: &PidFile, pid: Pid) -> Error {
    refused(file, Errno::EPERM, format_args!("process {pid} cannot be shown to hold it"))
}

pub fn refused(file: &PidFile, errno: Errno, why: fmt::Arguments) -> Error {
    let step = Step::PidFile;
    Error::new(errno, step, format_args!("{step} {}: {why}", Name(file.name)))
}

enum Elsewhere {
    /// In a pid namespace that this one contains, where it has the pid that is in the file.
    Here(Pid),
    /// In one that this one does not contain.
    Hidden,
}

fn seen_elsewhere(file: &PidFile, pid: Pid) -> Option<Elsewhere> {
    let key = Key::of(&file.descriptor).ok()??;
    let listed = Listed::of(&key).ok()??;
    match listed.whole {
        Some(holder) => (proc_files::number_inside(holder) == Some(pid)).then_some(Elsewhere::Here(holder)),
        None if !listed.range || !proc_files::is_in_first_pid_namespace() => Some(Elsewhere::Hidden),
        None => None,
    }
}
