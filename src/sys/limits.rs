//! The limits and the numbers of the system.

use core::ffi::{CStr, c_int};

use super::{Errno, check};

/// A soft and a hard limit; all bits set is none.
pub type Limits = libc::rlimit64;
/// What times(2) fills in.
pub type Times = libc::tms;
/// What uname(2) fills in.
pub type Names = libc::utsname;

/// Sets the limits of `resource`, where there are new ones, and gives the former ones.
pub fn exchange(resource: c_int, new: Option<&Limits>) -> Result<Limits, Errno> {
    let new = new.map_or(core::ptr::null(), core::ptr::from_ref);
    let mut former = Limits { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: pid 0 is this process; `new` is NULL or valid for reading, `former` is valid for writing.
    check(unsafe { libc::prlimit64(0, resource as libc::__rlimit_resource_t, new, &mut former) })?;
    Ok(former)
}

/// A number that has no limit is no failure, and has no errno.
fn number(ask: impl FnOnce() -> i64) -> Result<i64, Errno> {
    Errno::place().set(0);
    let number = ask();
    if number == -1 && Errno::place().get() != 0 { Err(Errno::last()) } else { Ok(number) }
}

/// -1 for no limit.
pub fn of_system(name: c_int) -> Result<i64, Errno> {
    // SAFETY: takes an integer.
    number(|| unsafe { libc::sysconf(name) })
}

/// -1 for no limit.
pub fn of_path(path: &CStr, name: c_int) -> Result<i64, Errno> {
    // SAFETY: `path` is a C string.
    number(|| unsafe { libc::pathconf(path.as_ptr(), name) })
}

/// -1 for no limit.
pub fn of_descriptor(descriptor: c_int, name: c_int) -> Result<i64, Errno> {
    // SAFETY: takes integers.
    number(|| unsafe { libc::fpathconf(descriptor, name) })
}

/// The time since some moment in the past, and what the process has used, in clock ticks.
pub fn times() -> (i64, Times) {
    // SAFETY: all zeroes is a valid tms.
    let mut used: Times = unsafe { core::mem::zeroed() };
    // SAFETY: `used` is valid for writing, and so it cannot fail.
    let now = unsafe { libc::times(&mut used) };
    (now, used)
}

pub fn names() -> Names {
    // SAFETY: all zeroes is a valid utsname.
    let mut names: Names = unsafe { core::mem::zeroed() };
    // SAFETY: `names` is valid for writing, and so it cannot fail.
    unsafe { libc::uname(&mut names) };
    names
}
