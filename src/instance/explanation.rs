//! Error lines for a pid file that is locked, but not by the process whose pid is in it.

use core::fmt;

use super::holder::PidFile;
use super::proof::{Key, Listed};
use crate::error::{Error, Numbered, Object, Plain, Reason, Step};
use crate::sys::process::Pid;
use crate::sys::{Errno, proc_files};

/// The process is there, and does not hold the lock.
pub fn holds_not(file: &PidFile, pid: Pid) -> Error {
    match seen_elsewhere(file, pid) {
        Some(Elsewhere::Here(holder)) => {
            let why = Numbered(" does not hold it: held in another pid namespace, by process ", holder.into());
            process(file, pid, Errno::EPERM, &why)
        }
        Some(Elsewhere::Hidden) => {
            let why = " does not hold it: held in another pid namespace, or on another machine";
            process(file, pid, Errno::EPERM, &Plain(why))
        }
        None => process(file, pid, Errno::EPERM, &Plain(" does not hold it")),
    }
}

/// There is no such process, and yet the file is locked.
pub fn is_gone(file: &PidFile, pid: Pid) -> Error {
    match seen_elsewhere(file, pid) {
        Some(Elsewhere::Here(holder)) => {
            let why = Numbered("held in another pid namespace, by process ", holder.into());
            Error::of(Errno::EPERM, Step::PidFile, Object::Name(file.name), &why)
        }
        Some(Elsewhere::Hidden) => {
            let why = " is not there: held in another pid namespace, on another machine, or by what it has left behind";
            process(file, pid, Errno::EPERM, &Plain(why))
        }
        None => process(file, pid, Errno::EAGAIN, &Plain(" has ended, but what it has left behind holds the lock")),
    }
}

/// `pid file name: process pid`, and what is the matter with it.
pub fn process(file: &PidFile, pid: Pid, errno: Errno, what: &dyn fmt::Display) -> Error {
    let process = Numbered("process ", pid.into());
    Error::of(errno, Step::PidFile, Object::Name(file.name), &format_args!("{process}{what}"))
}

/// `pid file name: process pid: reason`.
// One copy for all who call it.
#[inline(never)]
pub fn failed(file: &PidFile, pid: Pid, errno: Errno) -> Error {
    process(file, pid, errno, &format_args!(": {}", Reason(errno)))
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
