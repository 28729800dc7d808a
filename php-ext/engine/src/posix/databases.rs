//! What the databases of users and groups say.

use core::ffi::{CStr, c_char, c_int};
use core::mem::MaybeUninit;

use crate::abi::value::Value;
use crate::call::arrays::Array;
use crate::call::{Call, Given, GivenText, place};
use crate::libdaemon::c_api::posix_databases::{self, posix_group, posix_passwd};
use crate::libdaemon::{posix_errno, set_posix_errno};

/// Room for the strings of an entry, to begin with.
const ROOM: usize = 1024;

pub fn posix_getpwnam(call: &Call) -> Given {
    let name = name(call)?;
    // SAFETY: a text that lives through the call.
    find(call, user, |entry, buffer, size| unsafe { posix_databases::posix_getpwnam(name, entry, buffer, size) })
}

pub fn posix_getpwuid(call: &Call) -> Given {
    let [id] = call.ints()?;
    // SAFETY: `find` gives valid places.
    find(call, user, |entry, buffer, size| unsafe { posix_databases::posix_getpwuid(id as u32, entry, buffer, size) })
}

pub fn posix_getgrnam(call: &Call) -> Given {
    let name = name(call)?;
    // SAFETY: a text that lives through the call.
    find(call, group, |entry, buffer, size| unsafe { posix_databases::posix_getgrnam(name, entry, buffer, size) })
}

pub fn posix_getgrgid(call: &Call) -> Given {
    let [id] = call.ints()?;
    // SAFETY: `find` gives valid places.
    find(call, group, |entry, buffer, size| unsafe { posix_databases::posix_getgrgid(id as u32, entry, buffer, size) })
}

fn name(call: &Call) -> Option<*const c_char> {
    let mut name = GivenText::NONE;
    call.parse(c"s", &[place(&mut name.start), place(&mut name.length)])?;
    Some(name.start)
}

/// Asks with more and more room for the strings; false when there is no such entry.
fn find<E>(call: &Call, tell: unsafe fn(&mut Array, &E), ask: impl Fn(*mut E, *mut c_char, usize) -> c_int) -> Given {
    let mut entry = MaybeUninit::<E>::zeroed();
    let mut room = ROOM;
    loop {
        // SAFETY: memory of our own, freed below.
        let strings = unsafe { libc::malloc(room) }.cast::<c_char>();
        if strings.is_null() {
            set_posix_errno(libc::ENOMEM);
            return Some(Value::FALSE);
        }
        let found = ask(entry.as_mut_ptr(), strings, room);
        let errno = if found == -1 { posix_errno() } else { 0 };
        let given = (found == 1).then(|| {
            let mut array = Array::new(call.engine);
            // SAFETY: an entry that was found is filled in, and its strings stand in memory that is still there.
            unsafe { tell(&mut array, entry.assume_init_ref()) };
            array.value()
        });
        // SAFETY: nothing refers to it any more.
        unsafe { libc::free(strings.cast()) };
        if errno == libc::ERANGE && room < 1 << 30 {
            room *= 2;
            continue;
        }
        if given.is_none() {
            set_posix_errno(errno);
        }
        return Some(given.unwrap_or(Value::FALSE));
    }
}

/// # Safety
/// The entry must have been filled in, and `text` be one of its strings.
unsafe fn string<'a>(text: *const c_char) -> &'a CStr {
    // SAFETY: a string of an entry that has been filled in, or NULL, which is asked first.
    if text.is_null() { c"" } else { unsafe { CStr::from_ptr(text) } }
}

/// # Safety
/// The entry must have been filled in.
unsafe fn user(array: &mut Array, user: &posix_passwd) {
    // SAFETY: the entry has been filled in, so these are its strings.
    unsafe {
        array.set_text(c"name", string(user.name));
        array.set_text(c"passwd", string(user.passwd));
        array.set_int(c"uid", user.uid.into());
        array.set_int(c"gid", user.gid.into());
        array.set_text(c"gecos", string(user.gecos));
        array.set_text(c"dir", string(user.dir));
        array.set_text(c"shell", string(user.shell));
    }
}

/// # Safety
/// The entry must have been filled in.
unsafe fn group(array: &mut Array, group: &posix_group) {
    // SAFETY: the entry has been filled in; its members end in NULL.
    unsafe {
        array.set_text(c"name", string(group.name));
        if group.passwd.is_null() {
            array.set(c"passwd", Value::NULL);
        } else {
            array.set_text(c"passwd", string(group.passwd));
        }
        let mut members = Array::new(array.engine());
        let mut member = group.members;
        while !(*member).is_null() {
            members.push_text(string(*member));
            member = member.add(1);
        }
        array.set(c"members", members.value());
        array.set_int(c"gid", group.gid.into());
    }
}
