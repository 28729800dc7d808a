//! What a daemon tells the launcher that waits for it: ready, or why not.

use core::ffi::{CStr, c_int};
use core::sync::atomic::{AtomicI32, AtomicU64, Ordering};

use super::handshake::{self, Report};
use super::registration;
use crate::error::{Line, Outcome, WAITING, failed_at, not_yet, refused};
use crate::sys::fd::{self, Descriptor};
use crate::sys::{Errno, file, process};

/// The daemon's end of the handshake, or one of the two below.
static CHANNEL: AtomicI32 = AtomicI32::new(NOBODY);
/// No launcher waits, or none any more. It is no number that the library's own files have.
const NOBODY: c_int = 0;
/// In the foreground there is no launcher, but a service manager may wait.
const FOREGROUND: c_int = -2;
/// Which socket that is: the program may have closed the number and opened something else under it.
static INODE: AtomicU64 = AtomicU64::new(0);

/// The launcher waits at the other end of `channel`.
pub fn begin(channel: Descriptor) {
    INODE.store(file::status(channel.number()).map_or(0, |status| status.identity.inode), Ordering::Relaxed);
    CHANNEL.store(channel.into_number(), Ordering::Release);
}

/// One inherited from an earlier start does not count.
pub fn begin_in_foreground() {
    CHANNEL.store(FOREGROUND, Ordering::Release);
}

/// The channel, if a launcher waits there for this process.
fn waiting() -> Outcome<Option<c_int>> {
    let channel = CHANNEL.load(Ordering::Acquire);
    if channel <= NOBODY {
        return Ok(None);
    }
    match file::status(channel) {
        Ok(status) if status.identity.inode == INODE.load(Ordering::Relaxed) => Ok(Some(channel)),
        _ => Err(failed_at("readiness: the descriptor to the launcher", Errno::EBADF)),
    }
}

/// Tells that the daemon can serve, and waits until that is accepted.
pub fn ready() -> Outcome<()> {
    if !registration::is_daemon() {
        return Err(refused("readiness", "this process is not a daemon"));
    }
    let Some(channel) = waiting()? else {
        return match process::variable(c"NOTIFY_SOCKET") {
            Some(_) if CHANNEL.load(Ordering::Acquire) == FOREGROUND => Err(not_yet("readiness to NOTIFY_SOCKET")),
            _ => Ok(()),
        };
    };
    let accepted = handshake::report(channel, &Report::Ready).is_ok() && handshake::is_accepted(channel);
    CHANNEL.store(NOBODY, Ordering::Release);
    fd::close(channel);
    match accepted {
        true => Ok(()),
        false => Err(failed_at("readiness: the launcher has given up", Errno::EPIPE)),
    }
}

/// Tells that the daemon gives up, why, and with which status its launcher should exit. The caller has to end the
/// process; a launcher that waits for ever waits for that.
pub fn fail(status: c_int, message: &CStr) -> Outcome<c_int> {
    let channel = match registration::is_daemon() {
        true => waiting()?,
        false => None,
    };
    let Some(channel) = channel else {
        return Err(refused("failure", "no launcher waits for this process"));
    };
    let status = if (1..=255).contains(&status) { status } else { 1 };
    let mut line = Line::about(WAITING);
    line.push_shown(message.to_bytes());
    if message.is_empty() {
        line.push(b"failed with status ");
        line.push_number(status.into());
    }
    let report = Report::Failed { errno: Errno::ECANCELED, status, line };
    file::flush_output();
    handshake::report(channel, &report).map_err(|errno| failed_at("failure: the launcher is gone", errno))?;
    Ok(status)
}
