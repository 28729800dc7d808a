//! Pipes and FIFOs.

use super::fd::{self, Descriptor};
use super::{Errno, check};

/// Both ends of a pipe: the one that is read, and the one that is written to.
pub struct Pipe {
    pub reader: Descriptor,
    pub writer: Descriptor,
}

pub fn make() -> Result<Pipe, Errno> {
    let mut ends = [-1, -1];
    // SAFETY: the array has room for the two descriptors.
    check(unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) })?;
    let [reader, writer] = ends;
    let reader = Descriptor::own_above_standard(reader);
    let writer = Descriptor::own_above_standard(writer);
    Ok(Pipe { reader: reader?, writer: writer? })
}

/// Has a process the FIFO open for writing, or had one since this end of it was opened? `scratch` is an empty pipe, and
/// may hold something afterwards.
pub fn has_or_had_writer(fifo: &Descriptor, scratch: &Pipe) -> bool {
    // Something to be read, or the end of it.
    if fd::wait_for_input(fifo.as_raw_fd(), 0) == Ok(true) {
        return true;
    }
    let (from, to) = (fifo.as_raw_fd(), scratch.writer.as_raw_fd());
    // SAFETY: tee(2) takes integers; it copies at most a byte, without taking it from the FIFO.
    let copied = unsafe { libc::tee(from, to, 1, libc::SPLICE_F_NONBLOCK) };
    // 0 where nobody could write; EAGAIN where somebody could, and a sandbox's refusal says nothing.
    copied != 0
}
