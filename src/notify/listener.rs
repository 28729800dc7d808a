//! How a program that is no user of this library tells its launcher that it can serve: by what sd_notify(3) sends, or as s6 has it, by
//! a newline to a descriptor.

use core::ffi::{CStr, c_int};
use core::fmt;

use crate::error::{Clean, Error, Line, Reason, Result, Step};
use crate::sys::fd::{self, Awaited, Descriptor};
use crate::sys::pipe::{self, Pipe};
use crate::sys::process::{self, Pid};
use crate::sys::text::{Decimal, ShortText, leading_number};
use crate::sys::{Errno, random, socket};

/// The socket that NOTIFY_SOCKET names, as long as the launcher waits. Its name is abstract: it means the same in another root
/// directory, to any user, and nothing is left of it; and nobody guesses it, nor gets it again later.
pub struct Listener {
    socket: Descriptor,
    assignment: ShortText,
    newline: Option<Newline>,
    /// The program's last STATUS.
    status: Line,
    /// Its ERRNO: it has failed.
    errno: Option<Errno>,
}

/// A pipe whose other end the program has under a certain number.
pub struct Newline {
    pipe: Pipe,
    /// Keeps that number free of what else is opened for the start.
    _place: Descriptor,
}

const VARIABLE: &CStr = c"NOTIFY_SOCKET";

impl Listener {
    /// `descriptor` is the number of the one that the program writes a newline to, if it is to have one.
    pub fn open(descriptor: Option<c_int>) -> Result<Listener> {
        let lost = |errno| Error::on(Step::Readiness, VARIABLE, errno);
        let number = random::number().map_err(lost)?;
        let assignment = ShortText::of(format_args!("NOTIFY_SOCKET=@libdaemon-{}", Decimal(number)));
        let name = assignment.as_c_str().to_bytes().split(|&byte| byte == b'@').nth(1).unwrap_or(&[]);
        let socket = socket::named(name).map_err(lost)?;
        socket::ask_for_senders(&socket).map_err(lost)?;
        let newline = match descriptor {
            Some(descriptor) => Some(
                Newline::make(descriptor)
                    .map_err(|errno| Error::on_number(Step::NotifyDescriptor, descriptor.into(), errno))?,
            ),
            None => None,
        };
        Ok(Listener { socket, assignment, newline, status: Line::new(), errno: None })
    }

    /// What the program finds in its environment.
    pub fn assignment(&self) -> &CStr {
        self.assignment.as_c_str()
    }

    /// What is to become the program's descriptor for a newline; -1 for none.
    pub fn program_end(&self) -> c_int {
        self.newline.as_ref().map_or(-1, |newline| newline.pipe.writer.as_raw_fd())
    }

    /// Where there is something to be taken.
    pub fn as_raw_fds(&self) -> [c_int; 2] {
        [self.socket.as_raw_fd(), self.newline.as_ref().map_or(-1, |newline| newline.pipe.reader.as_raw_fd())]
    }

    /// Takes what there is. Has the program `daemon` said that it can serve, or a process of its session? What anybody else says does not
    /// count.
    pub fn hears_ready(&mut self, daemon: Pid, session: Pid) -> bool {
        let mut text = [0; 4096];
        let [socket, newline] = self.as_raw_fds();
        if fd::wait_for_input(newline, 0) == Ok(true) {
            let length = fd::read(newline, &mut text).unwrap_or(0);
            return text.iter().take(length).any(|&byte| byte == b'\n');
        }
        // Descriptors that come along, such as that of a barrier, are closed.
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
                b"STATUS=" => self.status = Line::of(format_args!("{}", Clean(value))),
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

    /// Takes what is still there of a program that has ended.
    pub fn hear_out(&mut self, daemon: Pid, session: Pid) {
        // Whoever goes on sending is not listened to for ever.
        for _ in 0..100 {
            if fd::wait(self.as_raw_fds().map(Awaited::Input), 0).unwrap_or([false; 2]) == [false; 2] {
                break;
            }
            self.hears_ready(daemon, session);
        }
    }

    /// The failure of the program, of which `line` says what is known here: with its own words, if it has said any.
    pub fn failure(&self, errno: Errno, line: fmt::Arguments) -> Error {
        let words = self.status.bytes();
        match self.errno {
            None if words.is_empty() => Error::new(errno, Step::Waiting, line),
            Some(errno) if words.is_empty() => {
                Error::new(errno, Step::Waiting, format_args!("{line}: {}", Reason(errno)))
            }
            told => Error::new(told.unwrap_or(errno), Step::Waiting, format_args!("{line}: {}", Clean(words))),
        }
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
