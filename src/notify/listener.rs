//! How a program that does not use this library tells its launcher that it can serve: by a message of sd_notify(3), or
//! by a newline to a descriptor, as with s6.

use core::ffi::{CStr, c_int};
use core::fmt;

use super::service_manager;
use crate::error::{Clean, Error, Line, Reason, Result, Step};
use crate::sys::fd::{self, Awaited, Descriptor};
use crate::sys::pipe::{self, Pipe};
use crate::sys::process::{self, Pid};
use crate::sys::text::{ShortText, leading_number};
use crate::sys::{Errno, datagram, random, socket};

/// The socket that NOTIFY_SOCKET names while the launcher waits. Its name is abstract, so it works in another root
/// directory and for any user, and nothing of it is left behind. The name is random, so nobody can guess it or use it
/// again.
pub struct Listener {
    socket: Descriptor,
    assignment: ShortText,
    newline: Option<Newline>,
    /// The program's last STATUS.
    status: Line,
    /// Its ERRNO: it has failed.
    errno: Option<Errno>,
    /// Has it said by this library that `status` is why it gives up?
    gives_up: bool,
}

/// A pipe whose writing end the program gets under a certain number.
pub struct Newline {
    pipe: Pipe,
    /// Occupies that number, so that nothing else that is opened for the start gets it.
    _place: Descriptor,
}

const VARIABLE: &CStr = c"NOTIFY_SOCKET";

impl Listener {
    /// `descriptor` is the number of the descriptor that the program will write a newline to, if it gets one.
    pub fn open(descriptor: Option<c_int>) -> Result<Listener> {
        let failed = |errno| Error::on(Step::Readiness, VARIABLE, errno);
        let number = random::number().map_err(failed)?;
        let assignment = ShortText::with_number("NOTIFY_SOCKET=@libdaemon-", number, "");
        let address = assignment.as_c_str().to_bytes().strip_prefix(b"NOTIFY_SOCKET=").unwrap_or_default();
        let socket = datagram::receiver(address).map_err(failed)?;
        socket::ask_for_senders(&socket).map_err(failed)?;
        let newline = match descriptor {
            Some(descriptor) => Some(
                Newline::make(descriptor)
                    .map_err(|errno| Error::on_number(Step::NotifyDescriptor, descriptor.into(), errno))?,
            ),
            None => None,
        };
        Ok(Listener { socket, assignment, newline, status: Line::new(), errno: None, gives_up: false })
    }

    /// What the program finds in its environment.
    pub fn assignment(&self) -> &CStr {
        self.assignment.as_c_str()
    }

    /// What becomes the program's descriptor for a newline; -1 for none.
    pub fn program_end(&self) -> c_int {
        self.newline.as_ref().map_or(-1, |newline| newline.pipe.writer.as_raw_fd())
    }

    /// The descriptors to wait at.
    pub fn as_raw_fds(&self) -> [c_int; 2] {
        [self.socket.as_raw_fd(), self.newline.as_ref().map_or(-1, |newline| newline.pipe.reader.as_raw_fd())]
    }

    /// Takes what has come. Says whether the program `daemon`, or a process of its session, has said that it can serve.
    /// Messages of other processes do not count.
    pub fn hears_ready(&mut self, daemon: Pid, session: Pid) -> bool {
        let mut text = [0; 4096];
        let [socket, newline] = self.as_raw_fds();
        if fd::wait_for_input(newline, 0) == Ok(true) {
            let length = fd::read(newline, &mut text).unwrap_or(0);
            return text.iter().take(length).any(|&byte| byte == b'\n');
        }
        // Descriptors that come along are closed. sd_notify_barrier(3) waits for that.
        let Ok(arrival) = socket::receive_bytes(socket, &mut text) else { return false };
        let is_its_own = arrival.sender == daemon || process::session(arrival.sender) == Ok(session);
        if arrival.sender <= 0 || !is_its_own {
            return false;
        }
        let mut is_ready = false;
        for line in text.get(..arrival.length).unwrap_or(&[]).split(|&byte| byte == b'\n') {
            let (name, value) = line.split_at_checked(value_start(line)).unwrap_or((line, &[]));
            match name {
                b"READY=" => is_ready = value == b"1",
                name if name == service_manager::FAILED.as_bytes() => self.gives_up = arrival.sender == daemon,
                b"STATUS=" => self.status = Line::of(&Clean(value)),
                b"ERRNO=" => {
                    self.errno = leading_number(value)
                        .filter(|errno| (1..4096).contains(errno))
                        .map(|errno| Errno::of(errno as c_int))
                }
                _ => {}
            }
        }
        is_ready
    }

    /// Takes the messages that a program has left at its end.
    pub fn hear_out(&mut self, daemon: Pid, session: Pid) {
        // A limit, because another process may go on sending.
        for _ in 0..100 {
            let [socket, newline] = self.as_raw_fds();
            let mut words = [Awaited::input(socket), Awaited::input(newline)];
            if fd::wait(&mut words, 0).is_err() || !words.iter().any(Awaited::has_come) {
                break;
            }
            self.hears_ready(daemon, session);
        }
    }

    /// The failure of the program: what it has said by daemonize_fail(), or else `line`, and after it the program's own
    /// STATUS or ERRNO, if it has sent one.
    pub fn failure(&self, errno: Errno, line: &dyn fmt::Display) -> Error {
        let (reason, words) = (self.errno.map(Reason), Clean(self.status.bytes()));
        if self.gives_up {
            return Error::new(Errno::ECANCELED, Step::Waiting, &words);
        }
        let why: &dyn fmt::Display = match &reason {
            _ if !words.0.is_empty() => &words,
            Some(reason) => reason,
            None => return Error::new(errno, Step::Waiting, line),
        };
        Error::new(self.errno.unwrap_or(errno), Step::Waiting, &format_args!("{line}: {why}"))
    }
}

impl Newline {
    fn make(descriptor: c_int) -> Result<Newline, Errno> {
        let pipe = pipe::make()?;
        Ok(Newline { _place: fd::copy_from(pipe.writer.as_raw_fd(), descriptor)?, pipe })
    }
}

/// Where the value of an assignment begins.
fn value_start(line: &[u8]) -> usize {
    line.iter().position(|&byte| byte == b'=').map_or(0, |sign| sign + 1)
}
