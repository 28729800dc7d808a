//! What the engine exports, and where things are in its globals.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::mem::MaybeUninit;

use super::values::{Frame, Object, Table, Value};
use crate::sys::loader;

/// zend_interrupt_function's type.
pub type Interrupt = Option<unsafe extern "C" fn(*mut Frame)>;
/// What the engine calls when a resource of a kind ends.
pub type Destructor = unsafe extern "C" fn(*mut c_void);
/// A function of PHP's own.
pub type Internal = unsafe extern "C" fn(*mut Frame, *mut Value);

/// The engine's functions, in the order of NAMES.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Functions {
    pub interrupt: *mut Interrupt,
    pub call: unsafe extern "C" fn(*mut Value, *mut Value, *mut Value, u32, *mut Value, *mut c_void) -> c_int,
    pub release: unsafe extern "C" fn(*mut Value),
    pub block_fibers: unsafe extern "C" fn(),
    pub unblock_fibers: unsafe extern "C" fn(),
    pub set_previous: unsafe extern "C" fn(*mut Object, *mut Object),
    pub is_exit: unsafe extern "C" fn(*const Object) -> bool,
    pub new_array: unsafe extern "C" fn(u32) -> *mut Table,
    pub set: unsafe extern "C" fn(*mut Table, *const c_char, usize, *mut Value) -> *mut Value,
    pub new_kind: unsafe extern "C" fn(Option<Destructor>, Option<Destructor>, *const c_char, c_int) -> c_int,
    pub new_resource: unsafe extern "C" fn(*mut c_void, c_int) -> *mut Object,
    pub new_functions: unsafe extern "C" fn(*mut c_void, *const c_void, *mut c_void, c_int) -> c_int,
    pub new_closure: unsafe extern "C" fn(*mut Value, *mut c_void, *mut c_void, *mut c_void, *mut Value),
}

/// As many as there are fields above: thirteen.
const NAMES: [&CStr; 13] = [
    c"zend_interrupt_function",
    c"_call_user_function_impl",
    c"zval_ptr_dtor",
    c"zend_fiber_switch_block",
    c"zend_fiber_switch_unblock",
    c"zend_exception_set_previous",
    c"zend_is_unwind_exit",
    c"_zend_new_array",
    c"zend_hash_str_update",
    c"zend_register_list_destructors_ex",
    c"zend_register_resource",
    c"zend_register_functions",
    c"zend_create_closure",
];

/// Where the interrupt's flag and the call that is under way are in the executor's globals, by PHP_VERSION_ID. Within a
/// minor version these do not move: every compiled extension relies on it.
fn offsets(version: c_int) -> Option<(usize, usize)> {
    match version / 100 {
        801 | 802 => Some((546, 488)),
        803 => Some((534, 488)),
        804 => Some((550, 488)),
        805 => Some((574, 512)),
        _ => None,
    }
}

/// The place in the globals of the instructions that handle an exception: three alike in a row, with a handler, a code and
/// nothing else. The exception itself is so far before them, and the instruction that threw it right before.
fn exception_handling(globals: *const u8) -> Option<usize> {
    /// A zend_op without operands, in words; the code is in the last one.
    const WORDS: usize = 4;
    const HANDLE_EXCEPTION: u64 = 149 << 32;
    (EXCEPTIONS..2 * EXCEPTIONS).step_by(8).find(|&place| {
        // SAFETY: the globals are more than a kilobyte and a half in every version.
        let word = |at: usize| unsafe { globals.add(place).cast::<u64>().add(at).read() };
        (0..3 * WORDS).all(|at| match at % WORDS {
            0 => word(at) != 0 && word(at) == word(0),
            3 => word(at) == HANDLE_EXCEPTION,
            _ => word(at) == 0,
        })
    })
}

/// From here on they are looked for.
const EXCEPTIONS: usize = 600;
const EXCEPTION_BEFORE: usize = 24;
const THROWN_AT_BEFORE: usize = 8;

/// The engine of one PHP.
#[derive(Clone, Copy)]
pub struct Engine {
    pub functions: Functions,
    /// The executor's globals of PHP's thread.
    globals: *mut u8,
    /// Set to 1, has the engine call zend_interrupt_function soon.
    pub interrupted: *mut u8,
    /// The call that is under way.
    pub frame: *mut *mut Frame,
    /// The exception that is on its way.
    pub exception: *mut *mut Object,
    /// The instruction that it was thrown at.
    pub thrown_at: *mut *const c_void,
    /// The instruction where a function is that has an exception to handle.
    pub handles_exception: *const c_void,
    /// For a PHP with threads.
    threads: Option<Threads>,
    /// Are lists values and nothing else?
    pub narrow_lists: bool,
}

impl Engine {
    /// Fills `place` with the engine that is in this process, if it is a PHP of a known version. On PHP's thread.
    pub fn find(place: &mut MaybeUninit<Engine>, version: c_int, thread_safe: bool) -> Option<&Engine> {
        let (interrupted, frame) = offsets(version)?;
        let threads = if thread_safe { Some(Threads::find()?) } else { None };
        let globals = match threads {
            Some(threads) => threads.globals()?,
            None => found(c"executor_globals")?.cast(),
        };
        let handling = exception_handling(globals)?;
        let engine = place.as_mut_ptr();
        // SAFETY: every field is written, the functions last: thirteen addresses of a pointer's size, none of them NULL, in
        // the order of their names. The globals of that version are larger than these offsets.
        unsafe {
            (*engine).globals = globals;
            (*engine).interrupted = globals.add(interrupted);
            (*engine).frame = globals.add(frame).cast();
            (*engine).exception = globals.add(handling - EXCEPTION_BEFORE).cast();
            (*engine).thrown_at = globals.add(handling - THROWN_AT_BEFORE).cast();
            (*engine).handles_exception = globals.add(handling).cast();
            (*engine).threads = threads;
            (*engine).narrow_lists = version >= 80200;
            let mut address = (&raw mut (*engine).functions).cast::<*mut c_void>();
            for name in NAMES.iter() {
                address.write(found(name)?);
                address = address.add(1);
            }
            Some(place.assume_init_ref())
        }
    }

    /// Is this PHP's thread? Asked where a PHP with threads may have called from another one.
    pub fn is_here(&self) -> bool {
        self.threads.is_none_or(|threads| threads.globals() == Some(self.globals))
    }
}

fn found(name: &CStr) -> Option<*mut c_void> {
    let symbol = loader::symbol(name);
    (!symbol.is_null()).then_some(symbol)
}

/// A PHP with threads has globals for each: how to come to those of this one.
#[derive(Clone, Copy)]
struct Threads {
    block: unsafe extern "C" fn() -> *mut u8,
    offset: usize,
}

impl Threads {
    fn find() -> Option<Threads> {
        let block = found(c"tsrm_get_ls_cache")?;
        let offset = found(c"executor_globals_offset")?.cast::<usize>();
        // SAFETY: the engine's function of that name, and its number, which was set at the start.
        Some(unsafe {
            Threads {
                block: core::mem::transmute::<*mut c_void, unsafe extern "C" fn() -> *mut u8>(block),
                offset: *offset,
            }
        })
    }

    fn globals(self) -> Option<*mut u8> {
        // SAFETY: the function takes nothing and gives this thread's block, NULL where PHP has not been.
        unsafe {
            let block = (self.block)();
            (!block.is_null()).then(|| block.add(self.offset))
        }
    }
}

const _: () = assert!(size_of::<Functions>() == 13 * size_of::<*mut c_void>());
