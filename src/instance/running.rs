//! Finds the running daemon of a pid file, and proves that it holds the file.

use core::ffi::CStr;

use super::explanation::{self, failed};
use super::holder::{Holder, PidFile};
use super::process_handle::ProcessHandle;
use super::proof::{self, Proof};
use crate::error::{Error, Plain, Result, Step};
use crate::sys::file::Status;
use crate::sys::process::Pid;
use crate::sys::{Errno, clock, lock};

/// A daemon that holds its pid file.
pub struct Running<'a> {
    pub file: PidFile<'a>,
    pub process: ProcessHandle,
}

impl Running<'_> {
    /// `None` when none runs.
    pub fn find(name: &CStr) -> Result<Option<Running<'_>>> {
        // If the daemon of a failed start is gone, its launcher may be just about to remove the file. And one that ends
        // is gone soon.
        let mut looks = 10;
        // A daemon that ends removes its file, and the next one may create another: so the file is opened anew each
        // time.
        while let Some(file) = PidFile::open(name)? {
            match find_in(&file)? {
                Found::Daemon(process) => return Ok(Some(Running { file, process })),
                Found::Nobody => return Ok(None),
                Found::Gone(pid) if looks == 0 => return Err(explanation::is_gone(&file, pid)),
                Found::Busy if looks == 0 => {
                    let why = "its daemon is just starting or ending";
                    return Err(Error::because(Step::PidFile, name, Errno::EAGAIN, why));
                }
                Found::Gone(_) | Found::Busy => {
                    looks -= 1;
                    clock::sleep(10_000);
                }
                Found::Changed => {}
            }
        }
        Ok(None)
    }

    pub fn failed(&self, errno: Errno) -> Error {
        failed(&self.file, self.process.pid, errno)
    }
}

enum Found {
    Daemon(ProcessHandle),
    Nobody,
    /// The process with that pid has ended, and yet the file is locked.
    Gone(Pid),
    /// Its daemon is just starting or ending.
    Busy,
    /// The file has another holder by now.
    Changed,
}

fn find_in(file: &PidFile) -> Result<Found> {
    let (pid, kind) = match file.holder()? {
        Holder::Daemon(pid, kind) => (pid, kind),
        Holder::Nobody => return find_whole(file),
        Holder::Starting => return Ok(Found::Busy),
    };
    let is_same = || Ok(matches!(file.holder()?, Holder::Daemon(same, _) if same == pid));
    let Some(process) = open(file, pid)? else {
        return Ok(if is_same()? { Found::Gone(pid) } else { Found::Changed });
    };
    let proof = prove(file, &process, kind)?;
    // The holder may have changed while the proof was made.
    if !is_same()? {
        return Ok(Found::Changed);
    }
    match proof {
        _ if process.has_ended() == Ok(true) => Ok(Found::Gone(pid)),
        Proof::Holds => Ok(Found::Daemon(process)),
        Proof::HoldsNot => Err(explanation::holds_not(file, pid)),
        Proof::None if file.is_safe() => Ok(Found::Daemon(process)),
        Proof::None | Proof::Hidden => {
            Err(explanation::process(file, pid, Errno::EPERM, &Plain(" cannot be shown to hold it")))
        }
    }
}

/// Looks for a daemon that has only the lock of flock(2), because its sandbox refuses the other kind. Everybody who may
/// read the file can take that lock, so it counts only if the process in the file is shown to hold it.
fn find_whole(file: &PidFile) -> Result<Found> {
    let Some(pid) = file.pid() else { return Ok(Found::Nobody) };
    let Some(process) = open(file, pid)? else { return Ok(Found::Nobody) };
    let holds = proof::holds_whole(&process, file.status.identity).map_err(|errno| failed(file, pid, errno))?;
    Ok(if holds { Found::Daemon(process) } else { Found::Nobody })
}

/// Is the process with that pid such a daemon?
pub fn holds_whole(pid: Pid, status: &Status) -> Result<bool, Errno> {
    ProcessHandle::open(pid)?.map_or(Ok(false), |process| proof::holds_whole(&process, status.identity))
}

fn open(file: &PidFile, pid: Pid) -> Result<Option<ProcessHandle>> {
    ProcessHandle::open(pid).map_err(|errno| failed(file, pid, errno))
}

fn prove(file: &PidFile, process: &ProcessHandle, kind: lock::Kind) -> Result<Proof> {
    proof::of(process, &file.descriptor, file.status.identity, kind).map_err(|errno| failed(file, process.pid, errno))
}
