//! A set of options: made, freed, and read or changed behind a caller's pointer.

use core::ffi::{c_char, c_int};
use core::ptr::NonNull;

use super::{FIRST_PAGE_END, Family, check_address, enter, enter_for_status, name};
use crate::error::{Error, Result, Step};
use crate::launch::options::Options;
use crate::sys::{Errno, heap};

/// What a daemon should be. daemonize_options_new() makes it, and the functions below set it. Each of them copies what
/// it is given. It returns 0, or -1 and has changed nothing: EINVAL for NULL and for values that are not allowed,
/// ENOMEM.
#[allow(non_camel_case_types)]
pub struct daemonize_options(pub(crate) Options);

/// New options, all at their defaults; NULL with ENOMEM. daemonize_options_free() frees them.
#[unsafe(no_mangle)]
pub extern "C" fn daemonize_options_new() -> *mut daemonize_options {
    enter(Family::Daemonize, core::ptr::null_mut(), || match heap::place(daemonize_options(Options::new())) {
        Some(options) => Ok(options.as_ptr()),
        None => Err(Error::at(Step::Options, Errno::ENOMEM)),
    })
}

/// Frees options; does nothing for NULL. A daemon made with them does not need them any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn daemonize_options_free(options: *mut daemonize_options) {
    if options.addr() < FIRST_PAGE_END {
        return;
    }
    if let Some(options) = NonNull::new(options) {
        // SAFETY: rule 2: it came from daemonize_options_new() and is freed once.
        unsafe { options.drop_in_place() };
        // SAFETY: it came from the heap, and nothing is left in it.
        unsafe { heap::release(options) };
    }
}

/// The options behind a caller's pointer, for reading; NULL stands for the defaults.
///
/// # Safety
/// Rule 2.
pub(super) unsafe fn options_at<'a>(options: *const daemonize_options) -> Result<&'a Options> {
    static DEFAULTS: Options = Options::new();
    if options.is_null() {
        return Ok(&DEFAULTS);
    }
    check_address(options.addr(), Step::Options)?;
    // SAFETY: rule 2 for every other address.
    Ok(unsafe { &(*options).0 })
}

/// Has `set` change the options: 0, or -1.
///
/// # Safety
/// Rule 2.
pub(super) unsafe fn change(options: *mut daemonize_options, set: impl FnOnce(&mut Options) -> Result<()>) -> c_int {
    enter_for_status(Family::Daemonize, || {
        check_address(options.addr(), Step::Options)?;
        // SAFETY: rule 2 for every other address: nobody else uses the options meanwhile.
        set(unsafe { &mut (*options).0 })
    })
}

/// Has `set` change the options to `value`: 0, or -1.
///
/// # Safety
/// Rule 2.
// One copy for all options of a type.
#[inline(never)]
pub(super) unsafe fn set_value<V>(
    options: *mut daemonize_options,
    value: V,
    set: fn(&mut Options, V) -> Result<()>,
) -> c_int {
    // SAFETY: rule 2.
    unsafe { change(options, |options| set(options, value)) }
}

/// Sets the option that holds a text, and that is called like `step`, to a copy of `value`: 0, or -1.
///
/// # Safety
/// Rules 1 and 2.
pub(super) unsafe fn set_text(options: *mut daemonize_options, value: *const c_char, step: Step) -> c_int {
    let set = |options: &mut Options| {
        // SAFETY: rule 1.
        let value = unsafe { name(value, step) }?;
        options.set_text(step, value)
    };
    // SAFETY: rule 2.
    unsafe { change(options, set) }
}
