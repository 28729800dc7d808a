//! Users and groups of the process.

use core::ffi::c_int;

use super::{succeeded, text_or_false, without_noting};
use crate::abi::value::Value;
use crate::call::arrays::Array;
use crate::call::{Call, Given, GivenText, place};
use crate::libdaemon::c_api::posix_ids;

/// The most that Linux gives to a process.
const MOST_GROUPS: usize = 65536;

fn number(call: &Call, of: extern "C" fn() -> u32) -> Given {
    call.no_arguments()?;
    Some(Value::int(of().into()))
}

fn change(call: &Call, to: extern "C" fn(u32) -> c_int) -> Given {
    let [id] = call.ints()?;
    succeeded(to(id as u32))
}

pub fn posix_getuid(call: &Call) -> Given {
    number(call, posix_ids::posix_getuid)
}

pub fn posix_geteuid(call: &Call) -> Given {
    number(call, posix_ids::posix_geteuid)
}

pub fn posix_getgid(call: &Call) -> Given {
    number(call, posix_ids::posix_getgid)
}

pub fn posix_getegid(call: &Call) -> Given {
    number(call, posix_ids::posix_getegid)
}

pub fn posix_setuid(call: &Call) -> Given {
    change(call, posix_ids::posix_setuid)
}

pub fn posix_seteuid(call: &Call) -> Given {
    change(call, posix_ids::posix_seteuid)
}

pub fn posix_setgid(call: &Call) -> Given {
    change(call, posix_ids::posix_setgid)
}

pub fn posix_setegid(call: &Call) -> Given {
    change(call, posix_ids::posix_setegid)
}

pub fn posix_getgroups(call: &Call) -> Given {
    call.no_arguments()?;
    // SAFETY: asks for their number alone.
    let count = unsafe { posix_ids::posix_getgroups(0, core::ptr::null_mut()) };
    let Ok(room) = usize::try_from(count) else { return Some(Value::FALSE) };
    // SAFETY: memory for so many numbers, and one for none; freed below.
    unsafe {
        let groups = libc::calloc(room.clamp(1, MOST_GROUPS), size_of::<u32>()).cast::<u32>();
        let count = if groups.is_null() { -1 } else { posix_ids::posix_getgroups(count, groups) };
        let list = usize::try_from(count).ok().map(|count| {
            let mut list = Array::new(call.engine);
            (0..count).for_each(|place| list.push(Value::int(groups.add(place).read().into())));
            list.value()
        });
        libc::free(groups.cast());
        Some(list.unwrap_or(Value::FALSE))
    }
}

pub fn posix_getlogin(call: &Call) -> Given {
    call.no_arguments()?;
    // SAFETY: NULL, or a text that lives until the thread's next call.
    unsafe { text_or_false(call, posix_ids::posix_getlogin()) }
}

/// As natively, its failure is not noted for posix_get_last_error().
pub fn posix_initgroups(call: &Call) -> Given {
    let (mut name, mut group) = (GivenText::NONE, 0i64);
    call.parse(c"sl", &[place(&mut name.start), place(&mut name.length), place(&mut group)])?;
    if name.length == 0 {
        return Some(Value::FALSE);
    }
    // SAFETY: a text that lives through the call.
    succeeded(without_noting(|| unsafe { posix_ids::posix_initgroups(name.start, group as u32) }))
}
