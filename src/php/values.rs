//! PHP's values and call frames as the engine lays them out, the same in every version from 7.0 on.

use core::ffi::c_void;

/// A zval.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Value {
    /// A number, the bits of a float, or the address of an array, object, reference.
    pub payload: u64,
    /// The type in the lowest byte; above it whether the payload is counted.
    pub kind: u32,
    extra: u32,
}

const LONG: u32 = 4;
const FLOAT: u32 = 5;
const ARRAY: u32 = 7 | COUNTED;
const OBJECT: u32 = 8 | COUNTED;
const COUNTED: u32 = 0x300;
const TYPE: u32 = 0xff;

impl Value {
    pub const UNDEFINED: Value = Value { payload: 0, kind: 0, extra: 0 };

    pub fn long(number: i64) -> Value {
        Value { payload: number as u64, kind: LONG, extra: 0 }
    }

    pub fn float(number: f64) -> Value {
        Value { payload: number.to_bits(), kind: FLOAT, extra: 0 }
    }

    pub fn array(array: *mut Table) -> Value {
        Value { payload: array.expose_provenance() as u64, kind: ARRAY, extra: 0 }
    }

    pub fn object(object: *mut Object) -> Value {
        Value { payload: object.expose_provenance() as u64, kind: OBJECT, extra: 0 }
    }

    pub fn as_long(&self) -> Option<i64> {
        (self.kind & TYPE == LONG).then_some(self.payload as i64)
    }

    fn is_undefined(&self) -> bool {
        self.kind & TYPE == 0
    }

    pub fn as_table(&self) -> Option<*mut Table> {
        (self.kind & TYPE == ARRAY & TYPE).then(|| self.address())
    }

    pub fn as_object(&self) -> Option<*mut Object> {
        (self.kind & TYPE == OBJECT & TYPE).then(|| self.address())
    }

    pub fn address<T>(&self) -> *mut T {
        core::ptr::with_exposed_provenance_mut(self.payload as usize)
    }
}

/// What every counted structure of the engine begins with.
#[repr(C)]
pub struct Object {
    count: u32,
}

impl Object {
    /// One user more.
    ///
    /// # Safety
    /// The object must be alive, on PHP's thread.
    pub unsafe fn add_user(object: *mut Object) {
        // SAFETY: the caller's.
        unsafe { (*object).count = (*object).count.wrapping_add(1) }
    }
}

/// A zend_array.
#[repr(C)]
pub struct Table {
    object: Object,
    _information: u32,
    flags: u32,
    _mask: u32,
    /// The elements, or the first of them.
    pub first: *const Value,
    /// How many places of `first` have been used; some may be empty again.
    used: u32,
}

impl Table {
    /// HASH_FLAG_PACKED: a list. From PHP 8.2 on it has nothing but its values; other arrays have 32 bytes for each.
    const LIST: u32 = 1 << 2;

    /// The numbers in it, in their order, as long as there is nothing else: whether that was the whole.
    ///
    /// # Safety
    /// The array must be alive, on PHP's thread; `narrow`: are lists values and nothing else?
    pub unsafe fn all_numbers(&self, narrow: bool, mut take: impl FnMut(i64) -> bool) -> bool {
        let values = if narrow && self.flags & Table::LIST != 0 { 1 } else { 2 };
        (0..self.used as usize).all(|place| {
            // SAFETY: that many places are there, of that many values' size, the value first.
            let value = unsafe { &*self.first.add(place * values) };
            value.is_undefined() || value.as_long().is_some_and(&mut take)
        })
    }
}

/// A zend_reference: a value that variables share.
#[repr(C)]
pub struct Reference {
    pub object: Object,
    information: u32,
    pub value: Value,
}

/// A zend_op: an instruction of a function written in PHP.
#[repr(C)]
pub struct Instruction {
    _handler: *const c_void,
    _operands: [u32; 2],
    /// Where its result goes, in bytes from the frame; for one that passes an argument, from that of the prepared call.
    result: u32,
    _extended: u32,
    _line: u32,
    code: u8,
    _operand_type: u8,
    second_operand_type: u8,
    _result_type: u8,
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

/// A zend_execute_data: a call that is under way.
#[repr(C)]
pub struct Frame {
    /// The instruction that a function written in PHP is at.
    pub instruction: *const Instruction,
    /// The call that it prepares, NULL when it prepares none.
    prepared: *mut Frame,
    _result: *mut c_void,
    /// The function; its first byte tells PHP's own (1) from those written in PHP.
    pub function: *const u8,
    _this: *mut c_void,
    _this_type: u32,
    arguments: u32,
    pub caller: *mut Frame,
    _symbols: *mut c_void,
    _cache: *mut c_void,
    _named: *mut c_void,
}

impl Frame {
    const INTERNAL: u8 = 1;

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

    /// The argument at `place`, counted from 0, if that many were given.
    ///
    /// # Safety
    /// `frame` must be the call of a function of PHP's own, under way.
    pub unsafe fn argument(frame: *const Frame, place: u32) -> Option<Value> {
        // SAFETY: the arguments of a call come right behind its frame, as many as it says.
        unsafe { (place < (*frame).arguments).then(|| *frame.add(1).cast::<Value>().add(place as usize)) }
    }
}

const _: () = assert!(size_of::<Value>() == 16 && size_of::<Frame>() == 80 && size_of::<Instruction>() == 32);
