//! The beginning of a stream, the same in every version.

use core::ffi::{CStr, c_char, c_void};

/// A php_stream.
#[repr(C)]
pub struct Stream {
    operations: *const Operations,
}

/// A php_stream_ops.
#[repr(C)]
struct Operations {
    functions: [*const c_void; 4],
    label: *const c_char,
}

impl Stream {
    /// What kind of stream it is, as messages name it.
    ///
    /// # Safety
    /// The stream must be alive.
    pub unsafe fn label<'a>(stream: *const Stream) -> &'a CStr {
        // SAFETY: the stream is alive, and its label is a text that stays.
        unsafe { CStr::from_ptr((*(*stream).operations).label) }
    }
}
