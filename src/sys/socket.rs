//! A pair of connected sockets that keep messages whole.

use core::ffi::c_int;

use super::fd::Descriptor;
use super::{Errno, check_size, system_call, uninterrupted};

/// Two connected ends, close-on-exec and above the standard streams.
pub fn pair() -> Result<(Descriptor, Descriptor), Errno> {
    let mut numbers = [-1, -1];
    // SAFETY: the array has room for the two numbers.
    unsafe {
        let kind = libc::SOCK_SEQPACKET | libc::SOCK_CLOEXEC;
        system_call!(SYS_socketpair, libc::AF_UNIX, kind, 0, numbers.as_mut_ptr())
    }?;
    let [first, second] = numbers;
    let first = Descriptor::own_above_standard(first);
    let second = Descriptor::own_above_standard(second);
    Ok((first?, second?))
}

/// Sends one message; a vanished peer is EPIPE and no signal.
pub fn send(number: c_int, message: &[u8]) -> Result<(), Errno> {
    uninterrupted(|| {
        let (start, length, flags) = (message.as_ptr(), message.len(), libc::MSG_NOSIGNAL);
        // SAFETY: the message is valid for reading its whole length; it goes to the other end, not to an address.
        let sent = unsafe { libc::syscall(libc::SYS_sendto, number, start, length, flags, 0_usize, 0_usize) };
        check_size(sent as isize)
    })
    .map(drop)
}

/// Receives one message; 0 when the peer has gone.
pub fn receive(number: c_int, message: &mut [u8]) -> Result<usize, Errno> {
    super::fd::read(number, message)
}

/// A value that can be sent and received byte by byte.
///
/// # Safety
/// It has no padding, and any bytes are a valid value.
pub unsafe trait Plain {}

/// Sends the first `length` bytes of `value` as one message.
pub fn send_plain<T: Plain>(number: c_int, value: &T, length: usize) -> Result<(), Errno> {
    // SAFETY: T has no padding, so all its bytes are initialised; not more than them are taken.
    let bytes =
        unsafe { core::slice::from_raw_parts(core::ptr::from_ref(value).cast::<u8>(), length.min(size_of::<T>())) };
    send(number, bytes)
}

/// Receives one message as the first bytes of `value`; how many, 0 when the peer has gone.
pub fn receive_plain<T: Plain>(number: c_int, value: &mut T) -> Result<usize, Errno> {
    // SAFETY: any bytes are a valid T, and the slice covers exactly `value`, which is borrowed for it.
    let bytes = unsafe { core::slice::from_raw_parts_mut(core::ptr::from_mut(value).cast::<u8>(), size_of::<T>()) };
    receive(number, bytes)
}
