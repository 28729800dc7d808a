//! What the library keeps for each thread.

use core::cell::Cell;
use core::ffi::{c_char, c_int};

/// Room for an error line and its terminating NUL.
pub const LINE_SIZE: usize = 1024;

/// Zeroed at the thread's start. The same layout stands in `shim.c`.
#[repr(C)]
pub struct ThreadState {
    pub last_errno: Cell<c_int>,
    pub last_status: Cell<c_int>,
    pub pcntl_errno: Cell<c_int>,
    pub posix_errno: Cell<c_int>,
    /// The signal mask from before a fork that is under way, as the kernel has it.
    pub mask_before_fork: Cell<u64>,
    /// The signals in it that only the library has blocked.
    pub held_back_before_fork: Cell<u64>,
    /// What the kernel calls this thread, once the dispatcher of signals has asked; 0: not yet.
    pub thread_id: Cell<c_int>,
    /// Was this thread running signal handlers when it began to fork?
    pub dispatched_before_fork: Cell<bool>,
    pub last_step: Cell<u8>,
    pub line: [Cell<c_char>; LINE_SIZE],
    /// For texts that are returned until the thread's next call.
    pub name: [Cell<c_char>; 256],
}

unsafe extern "C" {
    fn libdaemon_shim_thread_state() -> *mut ThreadState;
}

/// This thread's state. Not for signal handlers: the first use in a thread may allocate.
pub fn get() -> &'static ThreadState {
    // SAFETY: takes nothing.
    let state = unsafe { libdaemon_shim_thread_state() };
    // SAFETY: the calling thread's own buffer, laid out as `ThreadState` and zeroed at the start. Its cells make any
    // number of references sound, and keep them in this thread, where none is stored.
    unsafe { &*state }
}
