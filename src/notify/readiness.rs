//! What a daemon tells those who wait for it: ready, or why not.

use core::ffi::{CStr, c_int};
use core::sync::atomic::{AtomicI32, AtomicU64, Ordering};

use super::handshake::{self, Report};
use crate::error::{Clean, Error, Line, Result, Step};
use crate::sys::fd::{self, Descriptor};
use crate::sys::process::{self, Pid};
use crate::sys::thread_state::LINE_SIZE;
use crate::sys::{Errno, environment, file, output_buffer, signal};

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
/// The thread that is speaking to whoever waits; 0: none.
static SPEAKER: AtomicI32 = AtomicI32::new(0);

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
    SPEAKER.store(0, Ordering::Release);
    DAEMON.store(daemon, Ordering::Release);
}

fn is_daemon() -> bool {
    DAEMON.load(Ordering::Acquire) == process::id()
}

/// The right to speak to the launcher, of one thread at a time.
struct Turn;

impl Turn {
    /// Waits until no other thread speaks. `None` inside a signal handler that has interrupted this thread while it does.
    fn take() -> Option<Turn> {
        let own = process::thread_id();
        loop {
            match SPEAKER.compare_exchange(0, own, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Some(Turn),
                Err(speaker) if speaker == own => return None,
                Err(_) => process::yield_now(),
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        SPEAKER.store(0, Ordering::Release);
    }
}

/// The channel, if a launcher waits there for this process.
fn channel() -> Result<Option<c_int>> {
    let channel = CHANNEL.load(Ordering::Acquire);
    if channel <= NOBODY {
        return Ok(None);
    }
    match file::status(channel) {
        Ok(status) if status.identity.inode == INODE.load(Ordering::Relaxed) => Ok(Some(channel)),
        _ => Err(failure(Errno::EBADF, "the descriptor to the launcher is closed")),
    }
}

fn failure(errno: Errno, why: &str) -> Error {
    let step = Step::Readiness;
    Error::new(errno, step, format_args!("{step}: {why}"))
}

/// Tells that the daemon can serve, and waits until that is accepted. What one thread has told, no other tells again.
pub fn ready() -> Result<()> {
    if !is_daemon() {
        return Err(Error::refused(Step::Readiness, "this process is not a daemon"));
    }
    let Some(_turn) = Turn::take() else { return Ok(()) };
    let Some(channel) = channel()? else {
        return match environment::variable(c"NOTIFY_SOCKET") {
            Some(_) if CHANNEL.load(Ordering::Acquire) == FOREGROUND => {
                Err(Error::not_yet(Step::Readiness, " to NOTIFY_SOCKET"))
            }
            _ => Ok(()),
        };
    };
    let accepted = match handshake::report(channel, &Report::Ready) {
        Ok(()) => handshake::is_accepted(channel),
        Err(Errno::EPIPE) => false,
        // The launcher still waits: the program may try again.
        Err(errno) => return Err(Error::at(Step::Readiness, errno)),
    };
    CHANNEL.store(NOBODY, Ordering::Release);
    fd::close(channel);
    if accepted { Ok(()) } else { Err(failure(Errno::EPIPE, "the launcher has given up")) }
}

/// Tells whoever waits that the process gives up, and why: the launcher, or, where none waits, the readers of standard error.
/// Gives the status to exit with, which the launcher is told, too. The caller has to end the process; a launcher that
/// waits for ever waits for that.
pub fn fail(status: c_int, message: &CStr) -> c_int {
    let status = if (1..=255).contains(&status) { status } else { 1 };
    let line = if message.is_empty() {
        Line::of(format_args!("failed with status {status}"))
    } else {
        Line::of(format_args!("{}", Clean(message.to_bytes())))
    };
    output_buffer::flush();
    if !tell_launcher(status, &line) {
        print(&line);
    }
    status
}

fn tell_launcher(status: c_int, line: &Line) -> bool {
    if !is_daemon() {
        return false;
    }
    let turn = Turn::take();
    let channel = if turn.is_some() { channel().ok().flatten() } else { None };
    let report = Report::Failed { errno: Errno::ECANCELED, status, step: Step::Waiting, line: *line };
    channel.is_some_and(|channel| handshake::report(channel, &report).is_ok())
}

/// One line to standard error. Where nobody reads there any more, it is nobody's, and no SIGPIPE ends the process.
fn print(line: &Line) {
    let mut text = [b'\n'; LINE_SIZE + 1];
    text.iter_mut().zip(line.bytes()).for_each(|(place, byte)| *place = *byte);
    let mut rest = text.get(..line.bytes().len() + 1).unwrap_or(&[]);
    let broken_pipe = signal::Set::empty().with(signal::PIPE);
    let mask = signal::change_mask(signal::BLOCK, broken_pipe);
    while let Ok(written @ 1..) = fd::write(2, rest) {
        rest = rest.get(written..).unwrap_or(&[]);
        if rest.is_empty() {
            break;
        }
    }
    if !mask.contains(signal::PIPE) {
        let _ = signal::take_pending(broken_pipe);
    }
    signal::set_mask(mask);
}
