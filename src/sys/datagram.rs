//! Datagram sockets with an address in the file system, or an abstract one: where messages come to, and which they are
//! sent from.

use core::ffi::{c_char, c_int};
use core::mem::offset_of;

use super::fd::Descriptor;
use super::{Errno, check};

struct Address {
    address: libc::sockaddr_un,
    length: libc::socklen_t,
}

impl Address {
    /// A path from the root on, or an abstract name behind an `@`: EAFNOSUPPORT for anything else.
    fn of(text: &[u8]) -> Result<Address, Errno> {
        // SAFETY: all zeroes is a valid address.
        let mut address: libc::sockaddr_un = unsafe { core::mem::zeroed() };
        // The address of a path has a NUL at its end, an abstract one has it in place of the `@`.
        let (skipped, end) = match text.first() {
            Some(b'/') => (0, 1),
            Some(b'@') => (1, 0),
            _ => return Err(Errno::EAFNOSUPPORT),
        };
        if text.len() >= address.sun_path.len() {
            return Err(Errno::ENAMETOOLONG);
        }
        address.sun_family = libc::AF_UNIX as libc::sa_family_t;
        let places = address.sun_path.iter_mut().zip(text).skip(skipped);
        places.for_each(|(place, &byte)| *place = byte as c_char);
        let length = offset_of!(libc::sockaddr_un, sun_path) + text.len() + end;
        Ok(Address { address, length: length as libc::socklen_t })
    }

    fn as_ptr(&self) -> *const libc::sockaddr {
        (&raw const self.address).cast()
    }
}

/// Close-on-exec and above the standard streams.
fn socket() -> Result<Descriptor, Errno> {
    // SAFETY: takes integers.
    let socket = check(unsafe { libc::socket(libc::AF_UNIX, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0) })?;
    Descriptor::own_above_standard(socket)
}

/// A socket with this address, to which any process can send messages.
pub fn receiver(address: &[u8]) -> Result<Descriptor, Errno> {
    let address = Address::of(address)?;
    let socket = socket()?;
    // SAFETY: the address is valid for reading its length.
    check(unsafe { libc::bind(socket.as_raw_fd(), address.as_ptr(), address.length) })?;
    Ok(socket)
}

/// A socket that is connected with this address. Its messages wait at most `patience` milliseconds for room at the
/// other end: EAGAIN.
pub fn sender(address: &[u8], patience: c_int) -> Result<Descriptor, Errno> {
    let address = Address::of(address)?;
    let socket = socket()?;
    let time = libc::timeval { tv_sec: (patience / 1000).into(), tv_usec: (patience % 1000 * 1000).into() };
    let size = size_of::<libc::timeval>() as libc::socklen_t;
    let (level, option, fd) = (libc::SOL_SOCKET, libc::SO_SNDTIMEO, socket.as_raw_fd());
    // SAFETY: the option is a timeval, valid for reading its whole length.
    check(unsafe { libc::setsockopt(fd, level, option, (&raw const time).cast(), size) })?;
    // SAFETY: the address is valid for reading its length.
    check(unsafe { libc::connect(fd, address.as_ptr(), address.length) })?;
    Ok(socket)
}
