//! A pair of connected sockets that keep messages whole.

use core::ffi::c_int;

use super::fd::Descriptor;
use super::{Errno, check, check_size, uninterrupted};

/// Two connected ends, close-on-exec and above the standard streams.
pub fn pair() -> Result<(Descriptor, Descriptor), Errno> {
    let mut ends = [-1, -1];
    let kind = libc::SOCK_SEQPACKET | libc::SOCK_CLOEXEC;
    // SAFETY: the array has room for the two descriptors.
    check(unsafe { libc::socketpair(libc::AF_UNIX, kind, 0, ends.as_mut_ptr()) })?;
    let [first, second] = ends;
    let first = Descriptor::own_above_standard(first);
    let second = Descriptor::own_above_standard(second);
    Ok((first?, second?))
}

/// Sends one message; a vanished peer is EPIPE and no signal.
pub fn send(socket: c_int, message: &[u8]) -> Result<(), Errno> {
    // SAFETY: the message is valid for reading its whole length.
    let send = || unsafe { libc::send(socket, message.as_ptr().cast(), message.len(), libc::MSG_NOSIGNAL) };
    uninterrupted(|| check_size(send())).map(drop)
}

/// Receives one message; 0 when the peer has gone.
pub fn receive(socket: c_int, message: &mut [u8]) -> Result<usize, Errno> {
    super::fd::read(socket, message)
}

/// A value that can be sent and received byte by byte.
///
/// # Safety
/// It has no padding, and any bytes are a valid value.
pub unsafe trait Plain {}

/// Sends the first `length` bytes of `value` as one message.
pub fn send_plain<T: Plain>(socket: c_int, value: &T, length: usize) -> Result<(), Errno> {
    // SAFETY: T has no padding, so all its bytes are initialised; not more than them are taken.
    let bytes =
        unsafe { core::slice::from_raw_parts(core::ptr::from_ref(value).cast::<u8>(), length.min(size_of::<T>())) };
    send(socket, bytes)
}

/// Receives one message as the first bytes of `value`; how many, 0 when the peer has gone.
pub fn receive_plain<T: Plain>(socket: c_int, value: &mut T) -> Result<usize, Errno> {
    // SAFETY: any bytes are a valid T, and the slice covers exactly `value`, which is borrowed for it.
    let bytes = unsafe { core::slice::from_raw_parts_mut(core::ptr::from_mut(value).cast::<u8>(), size_of::<T>()) };
    receive(socket, bytes)
}
