//! A pair of connected sockets that keep messages whole, and say which process sent each.

use core::ffi::c_int;

use super::fd::Descriptor;
use super::process::Pid;
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

/// From now on the kernel tells with each message that comes to `socket` which process sent it.
pub fn ask_for_senders(socket: &Descriptor) -> Result<(), Errno> {
    let on: c_int = 1;
    let size = size_of::<c_int>() as libc::socklen_t;
    let socket = socket.as_raw_fd();
    // SAFETY: the option is a c_int, valid for reading its whole length.
    check(unsafe { libc::setsockopt(socket, libc::SOL_SOCKET, libc::SO_PASSCRED, (&raw const on).cast(), size) })
        .map(drop)
}

/// The other end sees that nothing comes any more. This end still receives.
pub fn hang_up(socket: &Descriptor) -> Result<(), Errno> {
    // SAFETY: takes integers.
    check(unsafe { libc::shutdown(socket.as_raw_fd(), libc::SHUT_WR) }).map(drop)
}

/// A value that can be sent and received byte by byte.
///
/// # Safety
/// It has no padding, and any bytes are a valid value.
pub unsafe trait Plain {}

impl<T: Plain> Bytes for T {}

trait Bytes: Plain + Sized {
    fn bytes(&self) -> &[u8] {
        // SAFETY: the value has no padding, so all its bytes are initialised; they live as long as the borrow.
        unsafe { core::slice::from_raw_parts(core::ptr::from_ref(self).cast(), size_of::<Self>()) }
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: any bytes are a valid value, and the slice covers exactly this one, which is borrowed for it.
        unsafe { core::slice::from_raw_parts_mut(core::ptr::from_mut(self).cast(), size_of::<Self>()) }
    }
}

/// Room for a process's credentials and for one descriptor, aligned as their headers are.
#[repr(C, align(8))]
struct Control([u8; Control::SIZE]);

impl Control {
    // SAFETY: computes a size from a size.
    const CREDENTIALS: usize = unsafe { libc::CMSG_SPACE(size_of::<libc::ucred>() as u32) } as usize;
    // SAFETY: computes a size from a size.
    const DESCRIPTOR: usize = unsafe { libc::CMSG_SPACE(size_of::<c_int>() as u32) } as usize;
    const SIZE: usize = Control::CREDENTIALS + Control::DESCRIPTOR;

    const fn new() -> Control {
        Control([0; Control::SIZE])
    }

    /// A message header with `size` bytes of this one's room and the given part as its data. Both have to outlive its
    /// use.
    fn header(&mut self, part: &mut libc::iovec, size: usize) -> libc::msghdr {
        // SAFETY: all zeroes is a valid msghdr.
        let mut header: libc::msghdr = unsafe { core::mem::zeroed() };
        header.msg_iov = part;
        header.msg_iovlen = 1;
        header.msg_control = self.0.as_mut_ptr().cast();
        header.msg_controllen = size as _;
        header
    }
}

/// Sends the first `length` bytes of `value` as one message; a vanished peer is EPIPE and no signal. The receiver gets
/// a descriptor of its own for what is open as `attached`.
pub fn send<T: Plain>(socket: c_int, value: &T, length: usize, attached: Option<&Descriptor>) -> Result<(), Errno> {
    let bytes = value.bytes().get(..length).unwrap_or(value.bytes());
    let attached = attached.map(Descriptor::as_raw_fd);
    uninterrupted(|| send_once(socket, bytes, attached))
}

/// The same for any bytes. A signal interrupts it.
pub fn send_once(socket: c_int, bytes: &[u8], attached: Option<c_int>) -> Result<(), Errno> {
    let mut part = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
    let mut control = Control::new();
    let header = control.header(&mut part, if attached.is_some() { Control::DESCRIPTOR } else { 0 });
    // SAFETY: the header is valid, and so is the control room behind it. NULL where there is no room for a first one.
    let first = unsafe { libc::CMSG_FIRSTHDR(&raw const header) };
    // SAFETY: NULL, or inside `control`, which is aligned for it and is used through `header` alone meanwhile.
    if let (Some(first), Some(attached)) = (unsafe { first.as_mut() }, attached) {
        first.cmsg_level = libc::SOL_SOCKET;
        first.cmsg_type = libc::SCM_RIGHTS;
        // SAFETY: computes a size from a size.
        first.cmsg_len = unsafe { libc::CMSG_LEN(size_of::<c_int>() as u32) } as _;
        // SAFETY: `first` is a valid header; its data lies behind it.
        let data = unsafe { libc::CMSG_DATA(first) };
        // SAFETY: the room holds one descriptor behind the header; it need not be aligned.
        unsafe { data.cast::<c_int>().write_unaligned(attached) };
    }
    // SAFETY: the header points to the bytes and the control room, which outlive the call.
    check_size(unsafe { libc::sendmsg(socket, &raw const header, libc::MSG_NOSIGNAL) }).map(drop)
}

/// What has arrived with a message besides its bytes.
pub struct Arrival {
    /// Of the message, as far as there was room for it; 0 when the peer has gone.
    pub length: usize,
    /// Who sent it, as this process numbers processes; 0 where the kernel did not say.
    pub sender: Pid,
    pub attached: Option<Descriptor>,
}

/// Receives one message that is there as the first bytes of `value`; EAGAIN where there is none.
pub fn receive<T: Plain>(socket: c_int, value: &mut T) -> Result<Arrival, Errno> {
    receive_bytes(socket, value.bytes_mut())
}

/// The same into a buffer.
pub fn receive_bytes(socket: c_int, bytes: &mut [u8]) -> Result<Arrival, Errno> {
    let mut part = libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() };
    let mut control = Control::new();
    let mut header = control.header(&mut part, Control::SIZE);
    let flags = libc::MSG_CMSG_CLOEXEC | libc::MSG_DONTWAIT;
    // SAFETY: the header points to the bytes and the control room, which outlive the call and are valid for writing.
    let length = uninterrupted(|| check_size(unsafe { libc::recvmsg(socket, &raw mut header, flags) }))?;
    let mut arrival = Arrival { length, sender: 0, attached: None };
    // SAFETY: the kernel has filled in the header and the control room.
    let mut next = unsafe { libc::CMSG_FIRSTHDR(&raw const header) };
    // SAFETY: NULL at the end; else a header that the kernel has put into `control`, aligned.
    while let Some(present) = unsafe { next.as_ref() } {
        take(present, &mut arrival);
        // SAFETY: `present` is one of the headers behind `header`.
        next = unsafe { libc::CMSG_NXTHDR(&raw const header, present) };
    }
    Ok(arrival)
}

/// Takes what one control header brings. Of several descriptors all but the first are closed.
fn take(present: &libc::cmsghdr, arrival: &mut Arrival) {
    if present.cmsg_level != libc::SOL_SOCKET {
        return;
    }
    // SAFETY: `present` is a valid header; its data lies behind it.
    let data = unsafe { libc::CMSG_DATA(present) };
    // SAFETY: computes a size.
    let length = present.cmsg_len.saturating_sub(unsafe { libc::CMSG_LEN(0) } as usize);
    match present.cmsg_type {
        libc::SCM_CREDENTIALS if length >= size_of::<libc::ucred>() => {
            // SAFETY: the kernel has put credentials there; they need not be aligned.
            arrival.sender = unsafe { data.cast::<libc::ucred>().read_unaligned() }.pid;
        }
        libc::SCM_RIGHTS => {
            for place in 0..length / size_of::<c_int>() {
                // SAFETY: `place` is below the number of descriptors that the kernel has put there.
                let at = unsafe { data.cast::<c_int>().add(place) };
                // SAFETY: a descriptor stands there; it need not be aligned.
                let received = Descriptor::own_above_standard(unsafe { at.read_unaligned() });
                arrival.attached = arrival.attached.take().or(received.ok());
            }
        }
        _ => {}
    }
}

/// Sends one byte, and does not wait for room.
pub fn send_byte(socket: c_int) -> Result<(), Errno> {
    let flags = libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT;
    // SAFETY: one byte is valid for reading.
    uninterrupted(|| check_size(unsafe { libc::send(socket, [1u8].as_ptr().cast(), 1, flags) })).map(drop)
}

/// Waits for one byte; false when the peer has gone without it.
pub fn receive_byte(socket: c_int) -> Result<bool, Errno> {
    super::fd::read(socket, &mut [0]).map(|length| length == 1)
}

#[cfg(test)]
mod tests {
    use super::{Plain, ask_for_senders, hang_up, pair, receive, receive_byte, send, send_byte};
    use crate::sys::fd::Descriptor;
    use crate::sys::{Errno, fd, file, process};

    struct Numbers([u32; 4]);
    // SAFETY: an array of integers.
    unsafe impl Plain for Numbers {}

    fn connected() -> (Descriptor, Descriptor) {
        let (here, there) = pair().ok().expect("sockets");
        assert!(ask_for_senders(&here).is_ok());
        (here, there)
    }

    #[test]
    fn a_message_says_who_sent_it() {
        let (here, there) = connected();
        assert!(send(there.as_raw_fd(), &Numbers([1, 2, 3, 4]), 8, None).is_ok());
        let mut numbers = Numbers([0; 4]);
        let arrival = receive(here.as_raw_fd(), &mut numbers).ok().expect("a message");
        assert_eq!((arrival.length, arrival.sender, numbers.0), (8, process::id(), [1, 2, 0, 0]));
        assert!(arrival.attached.is_none());
        assert!(receive(here.as_raw_fd(), &mut numbers).is_err_and(|errno| errno == Errno::EAGAIN));
    }

    #[test]
    fn a_descriptor_arrives_as_one_of_the_receivers_own() {
        let (here, there) = connected();
        let null = file::open(c"/dev/null", file::READ, 0).ok().expect("the null device");
        assert!(send(there.as_raw_fd(), &Numbers([7; 4]), 16, Some(&null)).is_ok());
        let mut numbers = Numbers([0; 4]);
        let arrival = receive(here.as_raw_fd(), &mut numbers).ok().expect("a message");
        let attached = arrival.attached.expect("a descriptor");
        assert!(attached.as_raw_fd() != null.as_raw_fd() && fd::closes_on_exec(attached.as_raw_fd()));
        let identity =
            |descriptor: &Descriptor| file::status(descriptor.as_raw_fd()).ok().map(|status| status.identity);
        assert!(identity(&attached) == identity(&null));
    }

    #[test]
    fn the_other_end_sees_that_nothing_comes_any_more() {
        let (here, there) = connected();
        assert!(send_byte(here.as_raw_fd()).is_ok() && receive_byte(there.as_raw_fd()) == Ok(true));
        assert!(hang_up(&here).is_ok());
        assert!(receive_byte(there.as_raw_fd()) == Ok(false));
        assert!(send(there.as_raw_fd(), &Numbers([0; 4]), 16, None).is_ok());
        drop(there);
        let mut numbers = Numbers([1; 4]);
        assert!(receive(here.as_raw_fd(), &mut numbers).is_ok_and(|arrival| arrival.length == 16));
        assert!(receive(here.as_raw_fd(), &mut numbers).is_ok_and(|arrival| arrival.length == 0));
        assert!(send_byte(here.as_raw_fd()) == Err(Errno::EPIPE));
    }
}
