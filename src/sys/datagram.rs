//! A datagram socket whose messages go to an address in the file system, or to an abstract one.

use core::ffi::{CStr, c_int};
use core::mem::offset_of;

use super::fd::Descriptor;
use super::{Errno, check};

/// A socket that is connected with `address`, a path from the root on or an abstract name behind an `@`: EAFNOSUPPORT for anything
/// else. Its messages wait at most `patience` milliseconds for room at the other end: EAGAIN.
pub fn sender(address: &CStr, patience: c_int) -> Result<Descriptor, Errno> {
    let text = address.to_bytes();
    // SAFETY: all zeroes is a valid address.
    let mut address: libc::sockaddr_un = unsafe { core::mem::zeroed() };
    let is_path = match text.first() {
        Some(b'/') => true,
        Some(b'@') => false,
        _ => return Err(Errno::EAFNOSUPPORT),
    };
    if text.len() >= address.sun_path.len() {
        return Err(Errno::ENAMETOOLONG);
    }
    address.sun_family = libc::AF_UNIX as libc::sa_family_t;
    // An abstract name has a NUL in front of it.
    for (place, &byte) in address.sun_path.iter_mut().zip(text).skip(usize::from(!is_path)) {
        *place = byte as _;
    }
    let length = offset_of!(libc::sockaddr_un, sun_path) + text.len() + usize::from(is_path);

    // SAFETY: takes integers.
    let socket = check(unsafe { libc::socket(libc::AF_UNIX, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0) })?;
    let socket = Descriptor::own_above_standard(socket)?;
    let time = libc::timeval { tv_sec: (patience / 1000).into(), tv_usec: (patience % 1000 * 1000).into() };
    let size = size_of::<libc::timeval>() as libc::socklen_t;
    let (level, option, fd) = (libc::SOL_SOCKET, libc::SO_SNDTIMEO, socket.as_raw_fd());
    // SAFETY: the option is a timeval, valid for reading its whole length.
    check(unsafe { libc::setsockopt(fd, level, option, (&raw const time).cast(), size) })?;
    // SAFETY: the address is valid for reading that length.
    check(unsafe { libc::connect(fd, (&raw const address).cast(), length as libc::socklen_t) })?;
    Ok(socket)
}
