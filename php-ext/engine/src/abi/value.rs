//! PHP's values as the engine lays them out, the same in every version from 7.0 on.

use core::ffi::{CStr, c_char};

/// A zval.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Value {
    /// A number, the bits of a float, or the address of a string, array, object, resource or reference.
    payload: u64,
    /// The type in the lowest byte; above it whether the payload is counted.
    kind: u32,
    /// What the place where a value lies uses for itself: never written to here.
    place: u32,
}

/// The types of values, as the lowest byte of a zval's type.
pub mod types {
    pub const UNDEFINED: u32 = 0;
    pub const NULL: u32 = 1;
    pub const FALSE: u32 = 2;
    pub const TRUE: u32 = 3;
    pub const INT: u32 = 4;
    pub const FLOAT: u32 = 5;
    pub const STRING: u32 = 6;
    pub const ARRAY: u32 = 7;
    pub const OBJECT: u32 = 8;
    pub const RESOURCE: u32 = 9;
    pub const REFERENCE: u32 = 10;
}

/// Set in a zval's type when the payload counts its users.
const COUNTED: u32 = 1 << 8;
/// And when it may be part of a cycle.
const COLLECTABLE: u32 = 1 << 9;
const TYPE: u32 = 0xff;

impl Value {
    pub const UNDEFINED: Value = Value::plain(types::UNDEFINED, 0);
    pub const NULL: Value = Value::plain(types::NULL, 0);
    pub const FALSE: Value = Value::plain(types::FALSE, 0);

    const fn plain(kind: u32, payload: u64) -> Value {
        Value { payload, kind, place: 0 }
    }

    pub const fn int(number: i64) -> Value {
        Value::plain(types::INT, number as u64)
    }

    pub const fn bool(truth: bool) -> Value {
        Value::plain(if truth { types::TRUE } else { types::FALSE }, 0)
    }

    pub fn float(number: f64) -> Value {
        Value::plain(types::FLOAT, number.to_bits())
    }

    pub fn array(array: *mut Table) -> Value {
        Value::plain(types::ARRAY | COUNTED | COLLECTABLE, array.expose_provenance() as u64)
    }

    pub fn object(object: *mut Counted) -> Value {
        Value::plain(types::OBJECT | COUNTED | COLLECTABLE, object.expose_provenance() as u64)
    }

    /// A zend_string that is counted.
    pub fn text(text: *mut Text) -> Value {
        // SAFETY: a living string, whose flags say whether it is counted.
        let counted = unsafe { (*text).counted.information } & Counted::INTERNED == 0;
        Value::plain(types::STRING | if counted { COUNTED } else { 0 }, text.expose_provenance() as u64)
    }

    /// One of the constants of `types`.
    pub fn kind(&self) -> u32 {
        self.kind & TYPE
    }

    pub fn as_int(&self) -> Option<i64> {
        (self.kind() == types::INT).then_some(self.payload as i64)
    }

    pub fn is_undefined(&self) -> bool {
        self.kind() == types::UNDEFINED
    }

    /// The payload of a value that is no number.
    pub fn address<T>(&self) -> *mut T {
        core::ptr::with_exposed_provenance_mut(self.payload as usize)
    }

    /// The text of a value that is a string.
    ///
    /// # Safety
    /// The value must be alive as long as the text is used.
    pub unsafe fn as_text<'a>(&self) -> Option<&'a [u8]> {
        // SAFETY: a living string.
        (self.kind() == types::STRING).then(|| unsafe { Text::bytes(self.address()) })
    }

    /// The same as a C string, up to its first NUL.
    ///
    /// # Safety
    /// As for `as_text`.
    pub unsafe fn as_c_str<'a>(&self) -> Option<&'a CStr> {
        // SAFETY: a living string, with a NUL behind it.
        (self.kind() == types::STRING).then(|| unsafe { CStr::from_ptr(Text::start(self.address())) })
    }

    /// Writes this value to a place that holds nothing counted, whose own part stays.
    ///
    /// # Safety
    /// `place` must be valid for writing.
    pub unsafe fn store(self, place: *mut Value) {
        // SAFETY: the caller gave a place that can be written to.
        unsafe {
            (*place).payload = self.payload;
            (*place).kind = self.kind;
        }
    }

    /// Another user of the same value.
    ///
    /// # Safety
    /// The value must be alive, on PHP's thread.
    pub unsafe fn shared(&self) -> Value {
        if self.kind & COUNTED != 0 {
            // SAFETY: what a counted value's payload refers to begins with its count.
            unsafe { Counted::add_user(self.address()) };
        }
        *self
    }

    /// The value that a reference refers to; any other value is itself.
    ///
    /// # Safety
    /// `value` must be alive.
    pub unsafe fn behind_reference(value: *mut Value) -> *mut Value {
        // SAFETY: the value is alive, and so is the reference that it may be.
        unsafe {
            match (*value).kind() {
                types::REFERENCE => &raw mut (*(*value).address::<Reference>()).value,
                _ => value,
            }
        }
    }
}

/// What every counted structure of the engine begins with.
#[repr(C)]
pub struct Counted {
    users: u32,
    information: u32,
}

impl Counted {
    /// Of a string that lives for good, and counts no users.
    const INTERNED: u32 = 1 << 6;

    /// One user more.
    ///
    /// # Safety
    /// The structure must be alive, on PHP's thread.
    pub unsafe fn add_user(counted: *mut Counted) {
        // SAFETY: the structure is alive, and no other thread uses it.
        unsafe { (*counted).users = (*counted).users.wrapping_add(1) }
    }
}

/// A zend_string: its bytes follow, with a NUL behind them.
#[repr(C)]
pub struct Text {
    counted: Counted,
    hash: u64,
    length: usize,
}

impl Text {
    /// Where its bytes begin.
    pub fn start(text: *const Text) -> *const c_char {
        text.wrapping_add(1).cast()
    }

    /// # Safety
    /// The string must be alive as long as the bytes are used.
    pub unsafe fn bytes<'a>(text: *const Text) -> &'a [u8] {
        // SAFETY: so many bytes follow the structure.
        unsafe { core::slice::from_raw_parts(text.add(1).cast(), (*text).length) }
    }
}

/// A zend_reference: a value that variables share.
#[repr(C)]
pub struct Reference {
    counted: Counted,
    pub value: Value,
    /// The typed properties among those variables; NULL: none.
    pub typed_properties: *const u8,
}

/// A zend_array.
#[repr(C)]
pub struct Table {
    counted: Counted,
    flags: u32,
    mask: u32,
    /// The elements, each with its key in front, or, of a list, the values alone.
    first: *mut Value,
    /// How many places of `first` have been used; some may be empty again.
    used: u32,
    count: u32,
    room: u32,
    position: u32,
    next_key: i64,
    destructor: *const u8,
}

/// An element of an array that is no list.
#[repr(C)]
struct Element {
    value: Value,
    /// The number that is its key, or the hash of its text.
    number: u64,
    /// NULL where the key is a number.
    key: *const Text,
}

/// A key of an array.
pub enum Key {
    Number(i64),
    Text(*const Text),
}

impl Table {
    /// HASH_FLAG_PACKED: a list.
    const LIST: u32 = 1 << 2;

    /// How many elements it has.
    pub fn count(&self) -> usize {
        self.count as usize
    }

    /// Its elements, in their order: references are followed. `narrow`: do lists have values and nothing else?
    ///
    /// # Safety
    /// The array must stay alive and unchanged as long as the iterator is used.
    pub unsafe fn elements(table: *const Table, narrow: bool) -> impl Iterator<Item = (Key, *mut Value)> {
        // SAFETY: the array is alive.
        let (first, used, is_list) =
            unsafe { ((*table).first, (*table).used as usize, (*table).flags & Table::LIST != 0) };
        let is_narrow = narrow && is_list;
        (0..used).filter_map(move |place| {
            // SAFETY: that many places are there, of that size.
            unsafe {
                let (key, value) = if is_narrow {
                    (Key::Number(place as i64), first.add(place))
                } else {
                    let element = first.cast::<Element>().add(place);
                    let key = if (*element).key.is_null() || is_list {
                        Key::Number(if is_list { place as i64 } else { (*element).number as i64 })
                    } else {
                        Key::Text((*element).key)
                    };
                    (key, &raw mut (*element).value)
                };
                (!(*value).is_undefined()).then(|| (key, Value::behind_reference(value)))
            }
        })
    }

    /// Of a list of two: how far the second value is from the first.
    ///
    /// # Safety
    /// The array must be alive, with two elements that are `first` and `second`.
    pub unsafe fn stride_of_list(table: *const Table, first: i64, second: i64) -> Option<usize> {
        // SAFETY: the array is alive.
        let start = unsafe { (*table).first };
        [1, 2].into_iter().find(|&stride| {
            // SAFETY: room for eight elements of one or two values each.
            unsafe { (*start).as_int() == Some(first) && (*start.add(stride)).as_int() == Some(second) }
        })
    }
}

const _: () = assert!(
    size_of::<Value>() == 16
        && size_of::<Text>() == 24
        && size_of::<Reference>() == 32
        && size_of::<Table>() == 56
        && size_of::<Element>() == 32
);
