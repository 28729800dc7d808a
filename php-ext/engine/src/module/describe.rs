//! How functions and constants are described: tables that read like PHP's own declarations. They are laid out as the library is
//! built, without the addresses of texts, which would have to be written anew in every process that loads it.

use core::ffi::CStr;

use crate::abi::module::Handler;
use crate::abi::value::types;

/// A set of types, a bit for each.
#[derive(Clone, Copy)]
pub struct Type(pub u32);

pub const UNTYPED: Type = Type(0);
pub const INT: Type = Type(1 << types::INT);
pub const BOOL: Type = Type(1 << types::TRUE | 1 << types::FALSE);
pub const FALSE: Type = Type(1 << types::FALSE);
pub const NULL: Type = Type(1 << types::NULL);
pub const STRING: Type = Type(1 << types::STRING);
pub const ARRAY: Type = Type(1 << types::ARRAY);

impl Type {
    pub const fn or(self, other: Type) -> Type {
        Type(self.0 | other.0)
    }

    pub const fn or_null(self) -> Type {
        Type(self.0 | 1 << types::NULL)
    }
}

/// A parameter of a function.
#[derive(Clone, Copy)]
pub struct Parameter {
    pub name: &'static CStr,
    pub types: Type,
    pub by_reference: bool,
    /// As PHP code; None for one that has to be given.
    pub default: Option<&'static CStr>,
}

/// name: types
pub const fn required(name: &'static CStr, types: Type) -> Parameter {
    Parameter { name, types, by_reference: false, default: None }
}

/// types $name = default
pub const fn optional(name: &'static CStr, types: Type, default: &'static CStr) -> Parameter {
    Parameter { name, types, by_reference: false, default: Some(default) }
}

/// &$name
pub const fn by_reference(name: &'static CStr) -> Parameter {
    Parameter { name, types: UNTYPED, by_reference: true, default: None }
}

/// &$name = default
pub const fn optional_by_reference(name: &'static CStr, default: &'static CStr) -> Parameter {
    Parameter { name, types: UNTYPED, by_reference: true, default: Some(default) }
}

/// A function of a module, as it is declared.
#[derive(Clone, Copy)]
pub struct Function {
    pub name: &'static CStr,
    pub handler: Handler,
    pub returns: Type,
    pub parameters: &'static [Parameter],
    /// The PHP_VERSION_ID from which on it is there, and the one from which on it is no more.
    pub since: u32,
    pub until: u32,
}

/// name(parameters): returns
pub const fn function(
    name: &'static CStr,
    handler: Handler,
    parameters: &'static [Parameter],
    returns: Type,
) -> Function {
    Function { name, handler, returns, parameters, since: 0, until: u32::MAX }
}

impl Function {
    /// From this PHP_VERSION_ID on.
    pub const fn since(mut self, version: u32) -> Function {
        self.since = version;
        self
    }

    /// Up to the version before this PHP_VERSION_ID.
    pub const fn until(mut self, version: u32) -> Function {
        self.until = version;
        self
    }
}

/// Constants, which are numbers. Their names stand one after the other.
pub struct Constants {
    /// Each with a NUL at its end.
    pub names: &'static str,
    pub values: &'static [Constant],
}

/// What belongs to a name.
pub struct Constant {
    /// Of the name, without its NUL.
    pub length: u8,
    pub value: i32,
    /// The PHP_VERSION_ID from which on it is there.
    pub since: u32,
}

/// NAME = value, or, for what later versions alone have, NAME = value since PHP_VERSION_ID.
macro_rules! constants {
    ($($name:ident = $value:literal $(since $version:literal)?),* $(,)?) => {
        $crate::module::describe::Constants {
            names: concat!($(stringify!($name), "\0"),*),
            values: &[$($crate::module::describe::Constant {
                length: stringify!($name).len() as u8,
                value: $value,
                since: 0 $(+ $version)?,
            }),*],
        }
    };
}
pub(crate) use constants;

impl Constants {
    /// The names and values of those that this version has. A name is followed by its NUL.
    pub fn of(&self, version: u32) -> impl Iterator<Item = (&str, i64)> {
        let mut rest = self.names;
        let named = self.values.iter().filter_map(move |constant| {
            let name = rest.get(..constant.length.into())?;
            rest = rest.get(name.len() + 1..)?;
            Some((name, constant))
        });
        let of_version = named.filter(move |(_, constant)| constant.since <= version);
        of_version.map(|(name, constant)| (name, constant.value.into()))
    }
}
