//! Error lines for a pid file that is locked, but not by the process whose pid is in it.

use core::fmt;

use super::holder::PidFile;
use super::proof::{Key, Listed};
use crate::error::{Decimal, Error, Name, Plain, Reason, Step};
use crate::sys::process::Pid;
use crate::sys::{Errno, proc_files};

/// The process is there, and does not hold the lock.
pub fn holds_not(file: &PidFile, pid: Pid) -> Error {
    match seen_elsewhere(file, pid) {
        Some(Elsewhere::Here(holder)) => {
            let (pid, holder) = (Decimal(pid.into()), Decimal(holder.into()));
            let why = "does not hold it: held in another pid namespace, by process";
            refused(file, Errno::EPERM, format_args!("process {pid} {} {holder}", Plain(why)))
        }
        Some(Elsewhere::Hidden) => {
            let why = " does not hold it: held in another pid namespace, or on another machine";
            process(file, pid, Errno::EPERM, why)
        }
        None => process(file, pid, Errno::EPERM, " does not hold it"),
    }
}

/// There is no such process, and yet the file is locked.
pub fn is_gone(file: &PidFile, pid: Pid) -> Error {
    match seen_elsewhere(file, pid) {
        Some(Elsewhere::Here(holder)) => {
            let holder = Decimal(holder.into());
            refused(file, Errno::EPERM, format_args!("held in another pid namespace, by process {holder}"))
        }
        Some(Elsewhere::Hidden) => {
            let why = " is not there: held in another pid namespace, on another machine, or by what it has left behind";
            process(file, pid, Errno::EPERM, why)
        }
        None => process(file, pid, Errno::EAGAIN, " has ended, but what it has left behind holds the lock"),
    }
}

/// `pid file name: process pid`, and what is the matter with it.
pub fn process(file: &PidFile, pid: Pid, errno: Errno, what: &str) -> Error {
    refused(file, errno, format_args!("process {}{}", Decimal(pid.into()), Plain(what)))
}

/// `pid file name: process pid: reason`.
pub fn lost(file: &PidFile, pid: Pid, errno: Errno) -> Error {
    refused(file, errno, format_args!("process {}: {}", Decimal(pid.into()), Reason(errno)))
}

fn refused(file: &PidFile, errno: Errno, why: fmt::Arguments) -> Error {
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
