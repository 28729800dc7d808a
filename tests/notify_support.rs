//! A service that says everything, and a service manager that listens.

use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::path::PathBuf;

use crate::harness::{GUARD, Launch, Reports, Scratch};

/// The socket of a service manager.
pub struct Manager {
    pub address: String,
    socket: UnixDatagram,
}

impl Manager {
    pub fn new(scratch: &Scratch) -> Manager {
        let path: PathBuf = scratch.path("notify");
        let socket = UnixDatagram::bind(&path).expect("a socket");
        Manager::on(path.display().to_string(), socket)
    }

    pub fn of_abstract_address(name: &str) -> Manager {
        let address = SocketAddr::from_abstract_name(name).expect("an address");
        Manager::on(format!("@{name}"), UnixDatagram::bind_addr(&address).expect("a socket"))
    }

    fn on(address: String, socket: UnixDatagram) -> Manager {
        socket.set_read_timeout(Some(GUARD)).expect("a time");
        Manager { address, socket }
    }

    /// The next message. Descriptors that come with it are closed: so a barrier is answered.
    pub fn next(&self) -> String {
        let mut buffer = [0; 4096];
        let length = self.socket.recv(&mut buffer).expect("a message");
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    }

    pub fn expect(&self, messages: &[&str]) {
        for message in messages {
            assert_eq!(self.next(), *message);
        }
    }

    pub fn is_silent(&self) -> bool {
        self.socket.set_nonblocking(true).expect("a socket");
        let silent = self.socket.recv(&mut [0; 4096]).is_err();
        self.socket.set_nonblocking(false).expect("a socket");
        silent
    }
}

/// The program of `tests/c/teller.c`, and where it reports.
pub struct Notifier {
    pub scratch: Scratch,
    pub reports: Reports,
}

impl Notifier {
    pub fn new() -> Notifier {
        let scratch = Scratch::new();
        let reports = Reports::new(&scratch, "events");
        Notifier { scratch, reports }
    }

    pub fn launch(&self) -> Launch {
        Launch::program("teller").option_path("events", self.reports.path()).directory(self.scratch.root())
    }
}

pub trait Acts {
    /// One thing after the other.
    fn acts(self, what: &[&str]) -> Launch;
}

impl Acts for Launch {
    fn acts(self, what: &[&str]) -> Launch {
        what.iter().fold(self, |launch, what| launch.option("do", what))
    }
}
