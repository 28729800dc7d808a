//! Service managers: what they are told, and what they have handed over.

use core::ffi::{c_char, c_int};

use super::{Family, c_string, check_address, enter, enter_for_status, optional_out};
use crate::error::{Error, Result, Step};
use crate::notify::{handed_over, service_manager};

/// Tells the service manager that listens at NOTIFY_SOCKET something of this service, as sd_notify(3) does: lines such
/// as "STATUS=3 clients". 0, also where there is no service manager; -1 with EINVAL for an empty text, EAFNOSUPPORT for
/// an address that is no UNIX socket's (vsock), ETIMEDOUT when there is no room for the message for 5 seconds, or the
/// errno of the socket.
///
/// Whose messages it accepts is the service manager's affair (systemd: NotifyAccess=).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_notify(state: *const c_char) -> c_int {
    // SAFETY: rule 1; there are no descriptors.
    unsafe { daemonize_notify_with_fds(state, core::ptr::null(), 0) }
}

/// The same with `count` open descriptors, of which the service manager gets its own: "FDSTORE=1\nFDNAME=cache" has it
/// keep them over a restart of the service, which finds them by daemonize_listen_fds(). Each goes with a message of its
/// own. EBADF when one is not open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_notify_with_fds(state: *const c_char, fds: *const c_int, count: usize) -> c_int {
    enter_for_status(Family::Daemonize, || {
        // SAFETY: rule 1.
        let state = unsafe { c_string(state, Step::ServiceState) }?;
        // SAFETY: rule 4.
        service_manager::notify(state, unsafe { descriptors(fds, count) }?)
    })
}

/// # Safety
/// Rule 4.
unsafe fn descriptors<'a>(fds: *const c_int, count: usize) -> Result<&'a [c_int]> {
    if count == 0 {
        return Ok(&[]);
    }
    check_address(fds.addr(), Step::ServiceState)?;
    if !fds.is_aligned() || count > isize::MAX as usize / size_of::<c_int>() {
        return Err(Error::refused(Step::ServiceState, "invalid pointer"));
    }
    // SAFETY: rule 4 for every other address, which is aligned.
    Ok(unsafe { core::slice::from_raw_parts(fds, count) })
}

/// Tells the service manager that the service reloads its configuration, and since when on the monotonic clock.
/// daemonize_ready() says that this is done. Returns what daemonize_notify() returns.
#[unsafe(no_mangle)]
pub extern "C" fn daemonize_reloading() -> c_int {
    enter_for_status(Family::Daemonize, service_manager::reloading)
}

/// Tells the service manager that the service is about to end. Returns what daemonize_notify() returns.
#[unsafe(no_mangle)]
pub extern "C" fn daemonize_stopping() -> c_int {
    enter_for_status(Family::Daemonize, || service_manager::notify(c"STOPPING=1", &[]))
}

/// Tells the service manager that the service is alive. Returns what daemonize_notify() returns.
#[unsafe(no_mangle)]
pub extern "C" fn daemonize_watchdog() -> c_int {
    enter_for_status(Family::Daemonize, || service_manager::notify(c"WATCHDOG=1", &[]))
}

/// Within how many milliseconds after one daemonize_watchdog() the service manager expects the next one. A service
/// should call it twice as often. 0: no service manager expects it. -1 with EINVAL when WATCHDOG_USEC or WATCHDOG_PID
/// is nonsense.
#[unsafe(no_mangle)]
pub extern "C" fn daemonize_watchdog_interval() -> c_int {
    enter(Family::Daemonize, -1, service_manager::watchdog_interval)
}

/// Asks the service manager for more time, `timeout_ms` milliseconds from now, for the start or the stop that is under
/// way. Returns what daemonize_notify() returns; EINVAL for 0 and less.
#[unsafe(no_mangle)]
pub extern "C" fn daemonize_extend_timeout(timeout_ms: c_int) -> c_int {
    enter_for_status(Family::Daemonize, || service_manager::extend_timeout(timeout_ms))
}

/// How many descriptors from 3 up a service manager has handed over, as sd_listen_fds(3) does; 0: none. They are
/// close-on-exec afterwards. `names`, unless it is NULL, becomes their names (systemd: FileDescriptorName=), "unknown"
/// where they have none, in an array that ends in NULL and stays.
///
/// A daemon finds those of its launcher: LISTEN_PID has become its own, and they are open whatever
/// daemonize_options_close_fds() says. -1 with EBADF or ENOTSOCK when one is not open, or neither a socket nor a FIFO
/// nor a file without a name (memfd); EINVAL when LISTEN_FDS, LISTEN_PID or LISTEN_FDNAMES is nonsense.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_listen_fds(names: *mut *const *const c_char) -> c_int {
    enter(Family::Daemonize, -1, || {
        // SAFETY: rule 3.
        let names = unsafe { optional_out(names) }?;
        let count = handed_over::take()?;
        if names.is_wanted() {
            names.put(handed_over::names(count)?);
        }
        Ok(count)
    })
}
