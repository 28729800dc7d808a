//! The engine's state of the thread that runs PHP: executor_globals, and where things are in it.

use core::cell::Cell;
use core::ffi::{CStr, c_void};

use super::symbols::Symbols;
use crate::abi::frame::Frame;
use crate::abi::value::Counted;

/// How to come to the globals of this thread.
#[derive(Clone, Copy)]
pub enum Globals {
    /// There is one thread.
    Single(*mut u8),
    /// A block for each thread, and the globals so far into it.
    PerThread { block: unsafe extern "C" fn() -> *mut u8, offset: usize },
}

impl Globals {
    pub fn find(symbols: &Symbols, thread_safe: bool) -> Result<Globals, &'static CStr> {
        if !thread_safe {
            let globals = symbols.executor_globals.ok_or(c"it exports no executor_globals")?;
            return Ok(Globals::Single(globals.as_ptr()));
        }
        match (symbols.tsrm_get_ls_cache, symbols.executor_globals_offset) {
            // SAFETY: the engine's number, which was set as it started.
            (Some(block), Some(offset)) => Ok(Globals::PerThread { block, offset: unsafe { offset.read() } }),
            _ => Err(c"it exports no executor_globals_offset"),
        }
    }

    /// Those of this thread; None where PHP has not been.
    pub fn here(&self) -> Option<*mut u8> {
        match *self {
            Globals::Single(globals) => Some(globals),
            Globals::PerThread { block, offset } => {
                // SAFETY: gives this thread's block, NULL where PHP has not been.
                let block = unsafe { block() };
                (!block.is_null()).then(|| block.wrapping_add(offset))
            }
        }
    }
}

/// Offsets in the globals that every extension compiled for a minor version relies on, by the version.
#[derive(Clone, Copy)]
pub struct Known {
    /// The byte that has the engine call zend_interrupt_function soon.
    pub interrupt: usize,
    /// The byte that says: at the end of this request look at all of the tables, not only behind what was there at the start.
    pub full_cleanup: usize,
    /// The call that is under way.
    pub frame: usize,
    /// The instructions that handle an exception, where they are looked for first.
    handling: usize,
}

impl Known {
    /// By PHP_VERSION_ID.
    pub fn of(version: u32) -> Option<Known> {
        let (interrupt, full_cleanup, frame, handling) = match version / 100 {
            801 | 802 => (546, 544, 488, 888),
            803 => (534, 533, 488, 896),
            804 => (550, 549, 488, 960),
            805 => (574, 573, 512, 984),
            _ => return None,
        };
        Some(Known { interrupt, full_cleanup, frame, handling })
    }
}

/// The places in the globals of one thread, for the time of one call.
#[derive(Clone, Copy)]
pub struct Executor {
    /// Set to 1, has the engine call zend_interrupt_function soon.
    pub interrupt: *mut u8,
    /// The call that is under way.
    pub frame: *mut *mut Frame,
    /// The exception that is on its way.
    pub exception: *mut *mut Counted,
    /// The instruction that it was thrown at.
    pub thrown_at: *mut *const c_void,
    /// The instruction where a function is that has an exception to handle.
    pub handles_exception: *const c_void,
}

impl Executor {
    /// None for a version whose offsets are not known, or that has no place for exceptions where it is looked for.
    pub fn of(globals: *mut u8, known: Known) -> Option<Executor> {
        const EXCEPTION_BEFORE: usize = 24;
        const THROWN_AT_BEFORE: usize = 8;
        let handling = exception_handling(globals, known.handling)?;
        let at = |offset: usize| globals.wrapping_add(offset);
        Some(Executor {
            interrupt: at(known.interrupt),
            frame: at(known.frame).cast(),
            exception: at(handling - EXCEPTION_BEFORE).cast(),
            thrown_at: at(handling - THROWN_AT_BEFORE).cast(),
            handles_exception: at(handling).cast(),
        })
    }
}

/// The place in the globals of the instructions that handle an exception: three alike in a row, with a handler, a code and
/// nothing else. Looked for once, first where they are `expected`: it is the same in every thread.
fn exception_handling(globals: *const u8, expected: usize) -> Option<usize> {
    /// From here on they are looked for, up to twice as far.
    const FIRST: usize = 600;
    /// A zend_op without operands, in words; the code is in the last one.
    const WORDS: usize = 4;
    const HANDLE_EXCEPTION: u64 = 149 << 32;
    #[unsafe(link_section = ".data")]
    static FOUND: crate::engine::OfPhp<Cell<usize>> = crate::engine::OfPhp(Cell::new(0));
    if FOUND.0.get() == 0 {
        let places = [expected].into_iter().chain((FIRST..2 * FIRST).step_by(8));
        let place = { places }.find(|&place| {
            // SAFETY: the globals are more than a kilobyte and a half in every version.
            let word = |at: usize| unsafe { globals.add(place).cast::<u64>().add(at).read() };
            (0..3 * WORDS).all(|at| match at % WORDS {
                0 => word(at) != 0 && word(at) == word(0),
                3 => word(at) == HANDLE_EXCEPTION,
                _ => word(at) == 0,
            })
        });
        FOUND.0.set(place?);
    }
    Some(FOUND.0.get())
}
