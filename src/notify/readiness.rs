//! What a daemon tells the launcher that waits for it: ready, or why not.

use core::ffi::{CStr, c_int};
use core::sync::atomic::{AtomicI32, AtomicU64, Ordering};

use super::handshake::{self, Report};
use crate::error::{Clean, Error, Line, Result, Step};
use crate::sys::fd::{self, Descriptor};
use crate::sys::process::{self, Pid};
use crate::sys::{Errno, environment, file, output_buffer};

/// The process that the library has made a daemon; 0: none. A child that it forks is not one.
static DAEMON: AtomicI32 = AtomicI32::new(0);
/// The daemon's end of the handshake, or one of the two below.
static CHANNEL: AtomicI32 = AtomicI32::new(NOBODY);
/// No launcher waits, or none any more. It is no descriptor that the library's own files have.
const NOBODY: c_int = 0;
/// In the foreground there is no launcher, but a service manager may wait.
const FOREGROUND: c_int = -2;
/// Which socket that is: the program may have closed the descriptor and opened something else under its number.
static INODE: AtomicU64 = AtomicU64::new(0);

/// Who waits for a daemon to be ready.
pub enum Waiting {
    /// The launcher, at the other end of this channel.
    Launcher(Descriptor),
    ServiceManager,
    Nobody,
}

/// This process, `daemon`, is a daemon from now on. Channels inherited from an earlier start do not count.
pub fn begin(daemon: Pid, waiting: Waiting) {
    let channel = match waiting {
        Waiting::Launcher(channel) => {
            let inode = file::status(channel.as_raw_fd()).map_or(0, |status| status.identity.inode);
            INODE.store(inode, Ordering::Relaxed);
            channel.into_raw_fd()
        }
        Waiting::ServiceManager => FOREGROUND,
        Waiting::Nobody => NOBODY,
    };
    CHANNEL.store(channel, Ordering::Release);
    DAEMON.store(daemon, Ordering::Release);
}

fn is_daemon() -> bool {
    DAEMON.load(Ordering::Acquire) == process::id()
}

/// The channel, if a launcher waits there for this process.
fn channel() -> Result<Option<c_int>> {
    let channel = CHANNEL.load(Ordering::Acquire);
    if channel <= NOBODY {
        return Ok(None);
    }
    match file::status(channel) {
        Ok(status) if status.identity.inode == INODE.load(Ordering::Relaxed) => Ok(Some(channel)),
        _ => Err(readiness_failure(Errno::EBADF, "the descriptor to the launcher is closed")),
    }
}

fn readiness_failure(errno: Errno, why: &str) -> Error {
    let step = Step::Readiness;
    Error::new(errno, step, format_args!("{step}: {why}"))
}

/// Tells that the daemon can serve, and waits until that is accepted.
pub fn ready() -> Result<()> {
    if !is_daemon() {
        return Err(Error::refused(Step::Readiness, "this process is not a daemon"));
    }
    let Some(channel) = channel()? else {
        return match environment::variable(c"NOTIFY_SOCKET") {
            Some(_) if CHANNEL.load(Ordering::Acquire) == FOREGROUND => {
                Err(Error::not_yet(Step::Readiness, " to NOTIFY_SOCKET"))
            }
            _ => Ok(()),
        };
    };
    let accepted = handshake::report(channel, &Report::Ready).is_ok() && handshake::is_accepted(channel);
    CHANNEL.store(NOBODY, Ordering::Release);
    fd::close(channel);
    if accepted { Ok(()) } else { Err(readiness_failure(Errno::EPIPE, "the launcher has given up")) }
}

/// Tells that the daemon gives up, why, and with which status its launcher should exit. The caller has to end the
/// process; a launcher that waits for ever waits for that.
pub fn fail(status: c_int, message: &CStr) -> Result<c_int> {
    let channel = if is_daemon() { channel()? } else { None };
    let Some(channel) = channel else {
        return Err(Error::refused(Step::FailureMessage, "no launcher waits for this process"));
    };
    let status = if (1..=255).contains(&status) { status } else { 1 };
    let line = if message.is_empty() {
        Line::of(format_args!("failed with status {status}"))
    } else {
        Line::of(format_args!("{}", Clean(message.to_bytes())))
    };
    let report = Report::Failed { errno: Errno::ECANCELED, status, step: Step::Waiting, line };
    output_buffer::flush();
    handshake::report(channel, &report).map_err(|errno| Error::at(Step::FailureMessage, errno))?;
    Ok(status)
}
