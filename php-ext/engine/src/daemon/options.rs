//! The options of a daemon by their names, for PHP code.

use core::ffi::{CStr, c_char, c_int};
use core::mem::MaybeUninit;
use core::ptr::null_mut;

use super::calls::Arguments;
use super::failure;
use crate::abi::value::{Table, Text, Value, types};
use crate::call::{Call, Given, GivenText, place};
use crate::libdaemon::c_api::options as c;
use crate::libdaemon::c_api::options_launch as launch;
use crate::libdaemon::c_api::options_object::{daemonize_options, daemonize_options_free, daemonize_options_new};

/// What sets an option, by what it takes.
enum Setter {
    Nothing(unsafe extern "C" fn(*mut daemonize_options) -> c_int),
    Text(unsafe extern "C" fn(*mut daemonize_options, *const c_char) -> c_int),
    Texts(unsafe extern "C" fn(*mut daemonize_options, *const c_char, *const c_char) -> c_int),
    Int(unsafe extern "C" fn(*mut daemonize_options, c_int) -> c_int),
    Mask(unsafe extern "C" fn(*mut daemonize_options, u32) -> c_int),
    Bool(unsafe extern "C" fn(*mut daemonize_options, MaybeUninit<bool>) -> c_int),
    CloseFds(unsafe extern "C" fn(*mut daemonize_options, MaybeUninit<launch::daemonize_close>) -> c_int),
    Signals(unsafe extern "C" fn(*mut daemonize_options, MaybeUninit<launch::daemonize_signals>) -> c_int),
    Foreground(unsafe extern "C" fn(*mut daemonize_options, MaybeUninit<launch::daemonize_foreground>) -> c_int),
}

const SETTERS: &[(&CStr, Setter)] = &[
    (c"directory", Setter::Text(c::daemonize_options_directory)),
    (c"chroot", Setter::Text(c::daemonize_options_chroot)),
    (c"umask", Setter::Mask(c::daemonize_options_umask)),
    (c"stdin", Setter::Text(c::daemonize_options_stdin)),
    (c"stdout", Setter::Text(c::daemonize_options_stdout)),
    (c"stderr", Setter::Text(c::daemonize_options_stderr)),
    (c"log", Setter::Text(c::daemonize_options_log)),
    (c"truncate", Setter::Bool(c::daemonize_options_truncate)),
    (c"reopen_on", Setter::Int(c::daemonize_options_reopen_on)),
    (c"pidfile", Setter::Text(c::daemonize_options_pidfile)),
    (c"lockfile", Setter::Text(c::daemonize_options_lockfile)),
    (c"user", Setter::Text(c::daemonize_options_user)),
    (c"group", Setter::Text(c::daemonize_options_group)),
    (c"keep_fd", Setter::Int(launch::daemonize_options_keep_fd)),
    (c"close_fds", Setter::CloseFds(launch::daemonize_options_close_fds)),
    (c"signals", Setter::Signals(launch::daemonize_options_signals)),
    (c"keep_signal", Setter::Int(launch::daemonize_options_keep_signal)),
    (c"setenv", Setter::Texts(launch::daemonize_options_setenv)),
    (c"clearenv", Setter::Nothing(launch::daemonize_options_clearenv)),
    (c"wait_ready", Setter::Int(launch::daemonize_options_wait_ready)),
    (c"notify_fd", Setter::Int(launch::daemonize_options_notify_fd)),
    (c"foreground", Setter::Foreground(launch::daemonize_options_foreground)),
    (c"title", Setter::Text(launch::daemonize_options_title)),
    (c"threads", Setter::Bool(launch::daemonize_options_threads)),
];

/// Options of the library, which end with this.
pub struct Options(*mut daemonize_options);

impl Options {
    pub fn new() -> Option<Options> {
        let options = daemonize_options_new();
        (!options.is_null()).then_some(Options(options))
    }

    pub fn as_ptr(&self) -> *mut daemonize_options {
        self.0
    }

    /// False where there is no such option; otherwise what the library says, 0 or -1.
    fn set(&self, name: &CStr, arguments: &Arguments) -> Option<c_int> {
        let (_, setter) = SETTERS.iter().find(|(known, _)| *known == name)?;
        let first = arguments.int(0);
        // SAFETY: our options; texts that live through the call, or NULL, which is refused; numbers for enumerations, which the
        // library checks.
        Some(unsafe {
            match setter {
                Setter::Nothing(set) => set(self.0),
                Setter::Text(set) => set(self.0, arguments.text(0)),
                Setter::Texts(set) => set(self.0, arguments.text(0), arguments.text(1)),
                Setter::Int(set) => set(self.0, first),
                Setter::Mask(set) => set(self.0, first as u32),
                Setter::Bool(set) => set(self.0, arguments.bool(0)),
                Setter::CloseFds(set) => set(self.0, enumeration(first)),
                Setter::Signals(set) => set(self.0, enumeration(first)),
                Setter::Foreground(set) => set(self.0, enumeration(first)),
            }
        })
    }

    /// Sets all of a list of lists: each a name and its arguments. False when the library refuses one.
    ///
    /// # Safety
    /// The list must stay alive through the call.
    pub unsafe fn set_all(&self, call: &Call, list: *const Table) -> bool {
        // SAFETY: the caller keeps the list alive, and so the lists in it.
        unsafe {
            call.elements(list).all(|(_, option)| {
                if (*option).kind() != types::ARRAY {
                    return false;
                }
                let mut parts = call.elements((*option).address::<Table>()).map(|(_, part)| part);
                let (Some(name), Some(arguments)) = (parts.next(), parts.next()) else { return false };
                (*name).kind() == types::STRING && (*arguments).kind() == types::ARRAY && {
                    let arguments = Arguments::of(call, (*arguments).address());
                    self.set(CStr::from_ptr(Text::start((*name).address())), &arguments) == Some(0)
                }
            })
        }
    }
}

impl Drop for Options {
    fn drop(&mut self) {
        // SAFETY: ours, and freed once.
        unsafe { daemonize_options_free(self.0) };
    }
}

/// A number where the library takes an enumeration, which it checks.
fn enumeration<T>(number: c_int) -> MaybeUninit<T> {
    const { assert!(size_of::<T>() == size_of::<c_int>()) };
    let mut value = MaybeUninit::<T>::uninit();
    // SAFETY: four bytes, of which nobody says that they are one of the enumeration's.
    unsafe { value.as_mut_ptr().cast::<c_int>().write(number) };
    value
}

/// Libdaemon\Native\check(string $option, array $arguments): ?array
pub fn check(call: &Call) -> Given {
    let (mut name, mut array) = (GivenText::NONE, null_mut::<Table>());
    call.parse(c"sh", &[place(&mut name.start), place(&mut name.length), place(&mut array)])?;
    let Some(options) = Options::new() else { return Some(failure::last(call)) };
    // SAFETY: arguments, which live through the call.
    let (name, arguments) = unsafe { (CStr::from_ptr(name.start), Arguments::of(call, array)) };
    match options.set(name, &arguments) {
        Some(0) => Some(Value::NULL),
        Some(_) => Some(failure::last(call)),
        None => call.value_error(1, c"must be an option of the library"),
    }
}
