//! Descriptors 0, 1 and 2 as they were before a start, to be put back.

use core::ffi::c_int;

use crate::sys::Errno;
use crate::sys::fd::{self, Descriptor};

enum Saved {
    Closed,
    Open { copy: Descriptor, closes_on_exec: bool },
}

pub struct SavedStreams([Saved; 3]);

impl SavedStreams {
    pub fn save() -> Result<SavedStreams, Errno> {
        Ok(SavedStreams([save(0)?, save(1)?, save(2)?]))
    }

    pub fn put_back(&self) {
        for (number, saved) in (0..).zip(&self.0) {
            let _ = match saved {
                Saved::Closed => {
                    fd::close(number);
                    Ok(())
                }
                Saved::Open { copy, closes_on_exec: true } => fd::replace_close_on_exec(copy.as_raw_fd(), number),
                Saved::Open { copy, closes_on_exec: false } => fd::replace(copy.as_raw_fd(), number),
            };
        }
    }
}

fn save(number: c_int) -> Result<Saved, Errno> {
    match fd::copy(number) {
        Ok(copy) => Ok(Saved::Open { copy, closes_on_exec: fd::closes_on_exec(number) }),
        Err(Errno::EBADF) => Ok(Saved::Closed),
        Err(errno) => Err(errno),
    }
}
