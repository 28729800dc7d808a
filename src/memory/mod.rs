//! Memory that may be refused, on malloc: a growing array and an owned C string. Between fork and return nothing is
//! allocated or freed; what would be freed there is leaked on purpose.

use core::ffi::c_void;
use core::sync::atomic::{AtomicPtr, Ordering};

use crate::sys::Errno;

mod c_string;
mod list;
pub mod path;

pub use c_string::CString;
pub use list::List;

/// Memory was refused: ENOMEM.
#[derive(Clone, Copy, Debug)]
pub struct OutOfMemory;

impl From<OutOfMemory> for Errno {
    fn from(OutOfMemory: OutOfMemory) -> Errno {
        Errno::ENOMEM
    }
}

/// Memory that was leaked on purpose, at most one piece for each field of a plan: a leak checker finds it here.
#[used]
static LEAKED: [AtomicPtr<c_void>; 5] = [const { AtomicPtr::new(core::ptr::null_mut()) }; 5];

#[inline(never)]
fn note_leak(memory: *mut c_void) {
    if let Some(free) = LEAKED.iter().find(|leaked| leaked.load(Ordering::Relaxed).is_null()) {
        free.store(memory, Ordering::Relaxed);
    }
}
