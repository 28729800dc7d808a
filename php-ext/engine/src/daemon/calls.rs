//! Functions of the C interface by their names, for PHP code.

use core::ffi::{CStr, c_char, c_int};
use core::mem::MaybeUninit;
use core::ptr::null_mut;

use super::failure;
use crate::abi::value::{Table, Text, Value, types};
use crate::call::{Call, Given, GivenText, place};
use crate::libdaemon::c_api::{control, daemonize, library, notify, stdio};

/// A function that gives -1 when it fails, by what it takes.
enum Function {
    Nothing(extern "C" fn() -> c_int),
    Int(extern "C" fn(c_int) -> c_int),
    /// Where the names would go stays NULL.
    Names(unsafe extern "C" fn(*mut *const *const c_char) -> c_int),
    Text(unsafe extern "C" fn(*const c_char) -> c_int),
    TextAndInt(unsafe extern "C" fn(*const c_char, c_int) -> c_int),
    IntAndText(unsafe extern "C" fn(c_int, *const c_char) -> c_int),
    TextIntAndBool(unsafe extern "C" fn(*const c_char, c_int, MaybeUninit<bool>) -> c_int),
}

const FUNCTIONS: &[(&CStr, Function)] = &[
    (c"daemonize_ready", Function::Nothing(daemonize::daemonize_ready)),
    (c"daemonize_report_failure", Function::IntAndText(daemonize::daemonize_report_failure)),
    (c"daemonize_status", Function::Text(control::daemonize_status)),
    (c"daemonize_signal", Function::TextAndInt(control::daemonize_signal)),
    (c"daemonize_stop", Function::TextIntAndBool(control::daemonize_stop)),
    (c"daemonize_notify", Function::Text(notify::daemonize_notify)),
    (c"daemonize_reloading", Function::Nothing(notify::daemonize_reloading)),
    (c"daemonize_stopping", Function::Nothing(notify::daemonize_stopping)),
    (c"daemonize_watchdog", Function::Nothing(notify::daemonize_watchdog)),
    (c"daemonize_watchdog_interval", Function::Nothing(notify::daemonize_watchdog_interval)),
    (c"daemonize_extend_timeout", Function::Int(notify::daemonize_extend_timeout)),
    (c"daemonize_listen_fds", Function::Names(notify::daemonize_listen_fds)),
    (c"libdaemon_set_title", Function::Text(library::libdaemon_set_title)),
    (c"reset_std", Function::Text(stdio::reset_std)),
    (c"reopen_std", Function::Nothing(stdio::reopen_std)),
];

/// The arguments in an array of PHP's. What is missing is 0 or NULL, which the library refuses where it matters.
pub struct Arguments([Value; 3]);

impl Arguments {
    /// # Safety
    /// The array must stay alive as long as the arguments are used.
    pub unsafe fn of(call: &Call, array: *const Table) -> Arguments {
        let mut arguments = Arguments([Value::NULL; 3]);
        // SAFETY: the caller keeps the array alive.
        for (argument, (_, value)) in arguments.0.iter_mut().zip(unsafe { call.elements(array) }) {
            // SAFETY: an element of a living array.
            *argument = unsafe { *value };
        }
        arguments
    }

    pub fn int(&self, place: usize) -> c_int {
        self.0.get(place).and_then(Value::as_int).unwrap_or(0) as c_int
    }

    pub fn bool(&self, place: usize) -> MaybeUninit<bool> {
        MaybeUninit::new(self.0.get(place).is_some_and(|value| value.kind() == types::TRUE))
    }

    pub fn text(&self, place: usize) -> *const c_char {
        match self.0.get(place) {
            Some(value) if value.kind() == types::STRING => Text::start(value.address()),
            _ => core::ptr::null(),
        }
    }
}

/// Libdaemon\Native\call(string $function, array $arguments): int|array
pub fn call_by_name(call: &Call) -> Given {
    let (mut name, mut array) = (GivenText::NONE, null_mut::<Table>());
    call.parse(c"sh", &[place(&mut name.start), place(&mut name.length), place(&mut array)])?;
    // SAFETY: arguments, which live through the call.
    let (name, arguments) = unsafe { (CStr::from_ptr(name.start), Arguments::of(call, array)) };
    let Some((_, function)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
        return call.value_error(1, c"must be a function of the library");
    };
    // SAFETY: texts that live through the call, or NULL, which is refused.
    let result = unsafe {
        match function {
            Function::Nothing(function) => function(),
            Function::Int(function) => function(arguments.int(0)),
            Function::Names(function) => function(null_mut()),
            Function::Text(function) => function(arguments.text(0)),
            Function::TextAndInt(function) => function(arguments.text(0), arguments.int(1)),
            Function::IntAndText(function) => function(arguments.int(0), arguments.text(1)),
            Function::TextIntAndBool(function) => function(arguments.text(0), arguments.int(1), arguments.bool(2)),
        }
    };
    Some(if result == -1 { failure::last(call) } else { Value::int(result.into()) })
}
