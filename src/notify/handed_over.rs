//! Descriptors that a service manager has opened for this process, from 3 up: LISTEN_FDS, as sd_listen_fds(3) has it.

use core::ffi::{CStr, c_char, c_int};
use core::sync::atomic::{AtomicPtr, Ordering};

use super::service_manager;
use crate::error::{Error, Numbered, Object, Plain, Result, Step};
use crate::memory::{CString, List, OutOfMemory};
use crate::sys::{Errno, environment, fd, file, text};

/// The first of them.
pub const FIRST: c_int = 3;

/// How many there are for this process, each of them checked.
pub fn count() -> Result<c_int> {
    let (Some(count), Some(pid)) = (environment::variable(c"LISTEN_FDS"), environment::variable(c"LISTEN_PID")) else {
        return Ok(0);
    };
    if !service_manager::means_this(pid, Step::ListenPid)? {
        return Ok(0);
    }
    let number = text::whole_number(count.to_bytes()).and_then(|count| c_int::try_from(count).ok());
    let Some(end) = number.and_then(|number| number.checked_add(FIRST)) else {
        return Err(Error::on(Step::ListenFds, count, Errno::EINVAL));
    };
    (FIRST..end).try_for_each(check)?;
    Ok(end - FIRST)
}

/// What a service manager hands over: sockets, FIFOs, and what a service has given it to keep, which has no name
/// (memfd). A file that has one came here by mistake.
fn check(descriptor: c_int) -> Result<()> {
    let refused = |errno, why: &str| {
        let (descriptor, why) = (Numbered("descriptor ", descriptor.into()), Plain(why));
        Error::of(errno, Step::ListenFds, Object::None, &format_args!("{descriptor}: {why}"))
    };
    match file::status(descriptor) {
        Err(_) => Err(refused(Errno::EBADF, "not open")),
        Ok(status) if status.is_socket() || status.is_fifo() || (status.is_regular() && status.links == 0) => Ok(()),
        Ok(_) => Err(refused(Errno::ENOTSOCK, "neither a socket nor a FIFO")),
    }
}

/// The same, each close-on-exec from now on.
pub fn take() -> Result<c_int> {
    let count = count()?;
    let close = |descriptor| fd::close_on_exec(descriptor).map_err(|errno| Error::at(Step::ListenFds, errno));
    (FIRST..FIRST + count).try_for_each(close)?;
    Ok(count)
}

/// The names of `count` descriptors in an array that ends in NULL, made at the first call.
pub fn names(count: c_int) -> Result<*const *const c_char> {
    static MADE: AtomicPtr<*mut c_char> = AtomicPtr::new(core::ptr::null_mut());
    static NONE: AtomicPtr<c_char> = AtomicPtr::new(core::ptr::null_mut());
    if count == 0 {
        return Ok(NONE.as_ptr().cast_const().cast());
    }
    let made = MADE.load(Ordering::Acquire);
    if !made.is_null() {
        return Ok(made.cast_const().cast());
    }
    let all = environment::variable(c"LISTEN_FDNAMES");
    let has_others = |all: &&CStr| all.to_bytes().split(|&byte| byte == b':').count() != count as usize;
    if let Some(all) = all.filter(has_others) {
        return Err(Error::because(Step::ListenFdNames, all, Errno::EINVAL, "not as many names as descriptors"));
    }
    let made = array(all, count).map_err(|OutOfMemory| Error::at(Step::ListenFds, Errno::ENOMEM))?;
    MADE.store(made, Ordering::Release);
    Ok(made.cast_const().cast())
}

/// The names. Without LISTEN_FDNAMES all are called "unknown", as by sd_listen_fds_with_names(3).
fn array(all: Option<&CStr>, count: c_int) -> Result<*mut *mut c_char, OutOfMemory> {
    let texts = CString::copy(all.unwrap_or(c"unknown"))?;
    let mut array = List::new();
    let mut place = texts.as_ptr().cast_mut();
    for _ in 0..count {
        array.push(place)?;
        let mut byte = 1;
        // To the colon behind a name, or the NUL behind the last; where there are no names, all of them are that one.
        while all.is_some() && byte != 0 {
            // SAFETY: inside of the copy, which is ours alone: the loop ends at its NUL.
            let at = unsafe { &mut *place };
            if *at == b':' as c_char {
                *at = 0;
            }
            byte = *at;
            place = place.wrapping_add(1);
        }
    }
    array.push(core::ptr::null_mut())?;
    texts.leak();
    Ok(array.leak())
}
