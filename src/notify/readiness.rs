//! What a daemon tells those who wait for it: ready, or why not.

use core::ffi::{CStr, c_int};
use core::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use super::handshake::{self, Report};
use super::noted_descriptor::{NotedDescriptor, write_all};
use super::service_manager;
use crate::error::{Error, Line, Result, Step};
use crate::sys::fd::Descriptor;
use crate::sys::process::{self, Pid};
use crate::sys::thread_state::LINE_SIZE;
use crate::sys::{Errno, clock, output_buffer};

/// The process that the library has made a daemon; 0: none. A child that it forks is not one.
static DAEMON: AtomicI32 = AtomicI32::new(0);
/// The daemon's end of the handshake, where a launcher waits.
static CHANNEL: NotedDescriptor = NotedDescriptor::none();
/// Where a supervisor such as s6 waits for a newline.
static SUPERVISOR: NotedDescriptor = NotedDescriptor::none();
/// The thread that is speaking to whoever waits; 0: none.
static SPEAKER: AtomicI32 = AtomicI32::new(0);

/// Has it forked away from the process that was started?
static FORKED: AtomicBool = AtomicBool::new(false);

/// From now on this process, `daemon`, is a daemon. Its launcher waits at the other end of `channel` for its readiness,
/// and its supervisor reads the descriptor `supervisor`. Those of an earlier start are forgotten.
pub fn begin(daemon: Pid, forked: bool, channel: Option<Descriptor>, supervisor: Option<c_int>) {
    FORKED.store(forked, Ordering::Relaxed);
    CHANNEL.note(channel.map(Descriptor::into_raw_fd));
    SUPERVISOR.note(supervisor);
    SPEAKER.store(0, Ordering::Release);
    DAEMON.store(daemon, Ordering::Release);
}

fn is_daemon() -> bool {
    DAEMON.load(Ordering::Acquire) == process::id()
}

/// The right to speak to the launcher, of one thread at a time.
struct Turn;

impl Turn {
    /// Waits until no other thread speaks. `None` in a signal handler that has interrupted this thread while it speaks.
    fn take() -> Option<Turn> {
        let own = process::thread_id();
        loop {
            match SPEAKER.compare_exchange(0, own, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Some(Turn),
                Err(speaker) if speaker == own => return None,
                // A service manager may be long in answering it.
                Err(_) => clock::sleep(1000),
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
    CHANNEL.get().map_err(|errno| Error::told(Step::Readiness, errno, "the descriptor to the launcher is closed"))
}

/// Tells that the daemon can serve, and waits until that is accepted. What one thread has told, no other tells again.
pub fn ready() -> Result<()> {
    if !is_daemon() {
        // One that was started as a service has no launcher to tell.
        if service_manager::is_there() {
            return service_manager::ready(None);
        }
        return Err(Error::refused(Step::Readiness, "this process is not a daemon"));
    }
    let Some(_turn) = Turn::take() else { return Ok(()) };
    if let Some(channel) = channel()? {
        tell_launcher_ready(channel)?;
    }
    service_manager::ready(FORKED.load(Ordering::Relaxed).then(process::id)).and(tell_supervisor())
}

fn tell_launcher_ready(channel: c_int) -> Result<()> {
    let accepted = match handshake::report(channel, &Report::Ready) {
        Ok(()) => handshake::is_accepted(channel),
        Err(Errno::EPIPE) => false,
        // The launcher still waits: the program may try again.
        Err(errno) => return Err(Error::at(Step::Readiness, errno)),
    };
    CHANNEL.close();
    if accepted { Ok(()) } else { Err(Error::told(Step::Readiness, Errno::EPIPE, "the launcher has given up")) }
}

/// Tells the supervisor. This is done only once.
fn tell_supervisor() -> Result<()> {
    let told = match SUPERVISOR.get() {
        Ok(Some(descriptor)) => write_all(descriptor, b"\n"),
        Ok(None) => return Ok(()),
        Err(errno) => Err(errno),
    };
    SUPERVISOR.close();
    told.map_err(|errno| Error::at(Step::NotifyDescriptor, errno))
}

/// Tells whoever waits that the process gives up, and why: the launcher, or, where none waits, the readers of standard
/// error and the service manager. Gives the status to exit with, which the launcher is told, too. The caller has to end
/// the process; a launcher that waits for ever waits for that.
pub fn fail(status: c_int, message: &CStr) -> c_int {
    let status = if (1..=255).contains(&status) { status } else { 1 };
    let line = handshake::line_of_failure(status, message.to_bytes());
    let is_told = tell_launcher(status, &line);
    if !is_told {
        // Who listens there may be the launcher of a program, which knows of no other way; or not be there any more.
        let _ = service_manager::failing(&line);
    }
    // Not earlier: if nobody reads the output, SIGPIPE may end the process.
    output_buffer::flush();
    if !is_told {
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

/// Writes one line to standard error. A failure has no effect: there is nobody else to tell.
fn print(line: &Line) {
    let mut text = [b'\n'; LINE_SIZE + 1];
    text.iter_mut().zip(line.bytes()).for_each(|(place, byte)| *place = *byte);
    let _ = write_all(2, text.get(..line.bytes().len() + 1).unwrap_or(&[]));
}
