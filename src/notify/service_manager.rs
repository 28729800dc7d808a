//! What a service manager is told, as sd_notify(3) does: by messages to the socket that NOTIFY_SOCKET names.

use core::ffi::{CStr, c_int};

use super::noted_descriptor::NotedDescriptor;
use crate::error::{Clean, Error, Line, Plain, Result, Step};
use crate::sys::clock::{self, Deadline};
use crate::sys::datagram;
use crate::sys::fd::{self, Descriptor};
use crate::sys::process::{self, Pid};
use crate::sys::text::ShortText;
use crate::sys::{Errno, environment, socket, text};

/// For how long a service manager may leave a message unread, in milliseconds.
const PATIENCE: c_int = 5000;

/// Says that what STATUS tells is why the process ends. Of the names that sd_notify(3) leaves to others.
pub const FAILED: &str = "X_LIBDAEMON_FAILED=";

/// Its socket, for a daemon in whose root directory the path means nothing.
static CONNECTION: NotedDescriptor = NotedDescriptor::none();

/// Its socket's address; `None` where none waits for this process.
fn address() -> Option<&'static CStr> {
    environment::variable(c"NOTIFY_SOCKET").filter(|address| !address.is_empty())
}

pub fn is_there() -> bool {
    address().is_some()
}

/// Its socket, if it has a path and is there. Before the root directory changes.
pub fn connect() -> Option<Descriptor> {
    let path = address().filter(|address| address.to_bytes().first() == Some(&b'/'));
    path.and_then(|path| datagram::sender(path.to_bytes(), PATIENCE).ok())
}

/// This process, a daemon, speaks by `connection`, if there is one.
pub fn speak_by(connection: Option<Descriptor>) {
    CONNECTION.note(connection.map(Descriptor::into_raw_fd));
}

fn send(state: &[u8], attached: Option<c_int>, patience: c_int) -> Result<()> {
    let Some(address) = address() else { return Ok(()) };
    transmit(address, state, attached, patience).map_err(|errno| failed(address, errno))
}

/// ETIMEDOUT where there is no room for it within `patience` milliseconds, whatever signals interrupt.
fn transmit(address: &CStr, state: &[u8], attached: Option<c_int>, patience: c_int) -> Result<(), Errno> {
    let deadline = Deadline::after(patience);
    loop {
        let sent = match CONNECTION.get() {
            Ok(Some(connection)) => socket::send_once(connection, state, attached),
            // 0 would be for ever.
            _ => datagram::sender(address.to_bytes(), deadline.left().max(1))
                .and_then(|socket| socket::send_once(socket.as_raw_fd(), state, attached)),
        };
        match sent {
            Err(Errno::EINTR) if deadline.left() > 0 => {}
            Err(Errno::EINTR | Errno::EAGAIN) => return Err(Errno::ETIMEDOUT),
            sent => return sent,
        }
    }
}

fn failed(address: &CStr, errno: Errno) -> Error {
    match errno {
        Errno::ETIMEDOUT => Error::because(Step::NotifySocket, address, errno, "does not answer"),
        errno => Error::on(Step::NotifySocket, address, errno),
    }
}

/// Sends `NAME=value` lines; with each of the descriptors once, if there are any. Where no service manager waits that
/// is nothing.
pub fn notify(state: &CStr, attached: &[c_int]) -> Result<()> {
    if state.is_empty() {
        return Err(Error::refused(Step::ServiceState, "empty"));
    }
    if attached.is_empty() {
        return send(state.to_bytes(), None, PATIENCE);
    }
    attached.iter().try_for_each(|&attached| send(state.to_bytes(), Some(attached), PATIENCE))
}

fn tell(state: &str, number: i64) -> Result<()> {
    tell_within(state, number, PATIENCE)
}

fn tell_within(state: &str, number: i64, patience: c_int) -> Result<()> {
    send(ShortText::with_number(state, number, "").as_c_str().to_bytes(), None, patience)
}

pub fn reloading() -> Result<()> {
    tell("RELOADING=1\nMONOTONIC_USEC=", clock::microseconds())
}

pub fn extend_timeout(milliseconds: c_int) -> Result<()> {
    if milliseconds <= 0 {
        return Err(Error::refused(Step::ServiceState, "the time is not positive"));
    }
    tell("EXTEND_TIMEOUT_USEC=", i64::from(milliseconds) * 1000)
}

/// Says that the service is ready, and which process is its main one, if that is not the one that was started. Returns
/// when the message has been read.
pub fn ready(main: Option<Pid>) -> Result<()> {
    match main {
        Some(main) => tell("READY=1\nMAINPID=", main.into())?,
        None => send(b"READY=1", None, PATIENCE)?,
    }
    barrier(PATIENCE)
}

/// The process gives up; `line` says why.
pub fn failing(line: &Line) -> Result<()> {
    let state = Line::of(&format_args!("{}1\nSTATUS={}", Plain(FAILED), Clean(line.bytes())));
    send(state.bytes(), None, PATIENCE)
}

/// Before a launcher ends: from now on the daemon is the service's main process. The service manager may not accept the
/// daemon's own messages yet. If this fails, the daemon says it when it is ready.
pub fn hand_over(main: Pid, limit: Deadline) {
    let patience = limit.or(Deadline::after(1000)).left();
    let _ = tell_within("MAINPID=", main.into(), patience).and_then(|()| barrier(patience));
}

/// Waits until what was sent before has been read: the reader closes the descriptor that comes with this message then.
fn barrier(patience: c_int) -> Result<()> {
    let Some(address) = address() else { return Ok(()) };
    await_reader(address, patience).map_err(|errno| failed(address, errno))
}

fn await_reader(address: &CStr, patience: c_int) -> Result<(), Errno> {
    let (reader, writer) = socket::pair()?;
    match transmit(address, b"BARRIER=1", Some(writer.as_raw_fd()), patience) {
        // Who has read what it waited for may close its socket: the launcher of a program does.
        Err(Errno::ECONNREFUSED) => return Ok(()),
        sent => sent?,
    }
    drop(writer);
    let deadline = Deadline::after(patience);
    loop {
        match fd::wait_for_input(reader.as_raw_fd(), deadline.left()) {
            Ok(true) => return Ok(()),
            Ok(false) => return Err(Errno::ETIMEDOUT),
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno),
        }
    }
}

/// Does this text, which should be a pid, mean this process?
pub fn means_this(pid: &CStr, step: Step) -> Result<bool> {
    match text::whole_number(pid.to_bytes()) {
        None | Some(0) => Err(Error::on(step, pid, Errno::EINVAL)),
        Some(number) => Ok(number == process::id().into()),
    }
}

/// How often a service manager wants to hear that the service is alive: within so many milliseconds; 0: never.
pub fn watchdog_interval() -> Result<c_int> {
    let Some(wanted) = environment::variable(c"WATCHDOG_USEC") else { return Ok(0) };
    if let Some(pid) = environment::variable(c"WATCHDOG_PID") {
        if !means_this(pid, Step::WatchdogPid)? {
            return Ok(0);
        }
    }
    match text::whole_number(wanted.to_bytes()) {
        None | Some(0) => Err(Error::on(Step::WatchdogInterval, wanted, Errno::EINVAL)),
        Some(microseconds) => Ok(c_int::try_from(microseconds / 1000).unwrap_or(c_int::MAX).max(1)),
    }
}
