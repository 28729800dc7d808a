//! The calls that are under way and the instructions they are at, the same in every version from 7.1 on.

use core::ffi::c_void;

use super::value::Value;

/// A zend_op: an instruction of a function written in PHP.
#[repr(C)]
pub struct Instruction {
    handler: *const c_void,
    operands: [u32; 2],
    /// Where its result goes, in bytes from the frame; for one that passes an argument, from that of the prepared call.
    result: u32,
    extended: u32,
    line: u32,
    code: u8,
    first_operand_type: u8,
    second_operand_type: u8,
    result_type: u8,
}

impl Instruction {
    /// IS_CONST: the argument is passed by its name.
    const NAMED: u8 = 1;

    /// Is it one of the ZEND_SEND_ that pass one argument?
    fn passes_argument(&self) -> bool {
        matches!(self.code, 50 | 65..=67 | 106 | 116 | 117 | 120 | 185)
            && self.second_operand_type != Instruction::NAMED
    }
}

/// A zend_execute_data: a call that is under way. Its arguments come right behind it.
#[repr(C)]
pub struct Frame {
    /// The instruction that a function written in PHP is at.
    pub instruction: *const Instruction,
    /// The call that it prepares, NULL when it prepares none.
    prepared: *mut Frame,
    result: *mut c_void,
    /// The function; its first byte tells PHP's own (1) from those written in PHP. NULL for a trampoline of FFI's.
    pub function: *const u8,
    this: *mut c_void,
    information: u32,
    arguments: u32,
    pub caller: *mut Frame,
    symbols: *mut c_void,
    cache: *mut c_void,
    named: *mut c_void,
}

impl Frame {
    const INTERNAL: u8 = 1;

    /// How many arguments were passed.
    pub fn argument_count(&self) -> u32 {
        self.arguments
    }

    /// Where the argument at `place` (from 0) is.
    ///
    /// # Safety
    /// `frame` must be a call under way that was passed more arguments than `place`.
    pub unsafe fn argument(frame: *mut Frame, place: u32) -> *mut Value {
        // SAFETY: the arguments come right behind the frame.
        unsafe { frame.add(1).cast::<Value>().add(place as usize) }
    }

    /// Does it run a function written in PHP?
    ///
    /// # Safety
    /// The frame must be alive.
    pub unsafe fn is_written_in_php(&self) -> bool {
        // SAFETY: a function outlives its calls; its kind is its first byte.
        !self.function.is_null() && unsafe { *self.function } & Frame::INTERNAL == 0
    }

    /// For an exception before the instruction: the engine takes an argument that the instruction is to pass for passed, and
    /// would release what happens to be there. Makes that nothing.
    ///
    /// # Safety
    /// The frame must be alive and run a function written in PHP, and the instruction must not have begun.
    pub unsafe fn blank_argument(&self) {
        // SAFETY: a living frame has an instruction, and one that passes an argument has a call prepared, with room for it.
        unsafe {
            if (*self.instruction).passes_argument() {
                *self.prepared.byte_add((*self.instruction).result as usize).cast() = Value::UNDEFINED;
            }
        }
    }
}

const _: () = assert!(size_of::<Frame>() == 80 && size_of::<Instruction>() == 32);
