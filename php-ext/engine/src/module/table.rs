//! The functions of a module as the library has them: texts, and how far into them each begins. Only the functions themselves
//! are addresses.

use core::ffi::{CStr, c_char};

use super::describe::{Function, Parameter};
use crate::abi::module::Handler;

/// The functions of a module.
pub struct Functions {
    /// Names of functions and of parameters, and defaults, each with a NUL at its end.
    pub texts: &'static [u8],
    pub rows: &'static [Row],
    /// Those of all functions, in their order.
    pub parameters: &'static [ParameterRow],
}

#[derive(Clone, Copy)]
pub struct Row {
    pub handler: Handler,
    pub returns: u32,
    /// The PHP_VERSION_ID from which on it is there, and the one from which on it is no more.
    since: u32,
    until: u32,
    name: u16,
    parameter_count: u8,
    /// How many arguments it wants at least.
    pub required_count: u8,
}

#[derive(Clone, Copy)]
pub struct ParameterRow {
    pub types: u32,
    pub by_reference: bool,
    name: u16,
    /// 0, where a function has its name: there is none.
    default: u16,
}

/// A function, with its parameters.
#[derive(Clone, Copy)]
pub struct Declared {
    pub row: &'static Row,
    pub parameters: &'static [ParameterRow],
    texts: &'static [u8],
}

impl Functions {
    pub fn all(&self) -> impl Iterator<Item = Declared> + use<> {
        let (texts, mut parameters) = (self.texts, self.parameters);
        self.rows.iter().map_while(move |row| {
            let (own, rest) = parameters.split_at_checked(row.parameter_count.into())?;
            parameters = rest;
            Some(Declared { row, parameters: own, texts })
        })
    }
}

impl Declared {
    pub fn is_of(&self, version: u32) -> bool {
        (self.row.since..self.row.until).contains(&version)
    }

    pub fn name(&self) -> &'static CStr {
        // SAFETY: `lay_out` has put a text there, with its NUL.
        unsafe { CStr::from_ptr(self.text(self.row.name)) }
    }

    pub fn name_of(&self, parameter: &ParameterRow) -> *const c_char {
        self.text(parameter.name)
    }

    /// As PHP code; NULL for a parameter that has to be given.
    pub fn default_of(&self, parameter: &ParameterRow) -> *const c_char {
        if parameter.default == 0 { core::ptr::null() } else { self.text(parameter.default) }
    }

    fn text(&self, place: u16) -> *const c_char {
        self.texts.as_ptr().wrapping_add(place.into()).cast()
    }
}

/// What a module's functions are made of.
pub struct Laid<const TEXTS: usize, const ROWS: usize, const PARAMETERS: usize> {
    pub texts: [u8; TEXTS],
    pub rows: [Row; ROWS],
    pub parameters: [ParameterRow; PARAMETERS],
}

/// How many bytes of texts, and how many parameters, functions have.
pub const fn sizes(functions: &[Function]) -> (usize, usize) {
    let (mut texts, mut parameters) = (0, 0);
    let mut function = 0;
    while function < functions.len() {
        let Function { name, parameters: own, .. } = functions[function];
        texts += name.count_bytes() + 1;
        let mut parameter = 0;
        while parameter < own.len() {
            texts += own[parameter].name.count_bytes() + 1;
            if let Some(default) = own[parameter].default {
                texts += default.count_bytes() + 1;
            }
            parameter += 1;
        }
        parameters += own.len();
        function += 1;
    }
    (texts, parameters)
}

/// As the library is built: what does not fit is an error then.
pub const fn lay_out<const TEXTS: usize, const ROWS: usize, const PARAMETERS: usize>(
    functions: &[Function],
) -> Laid<TEXTS, ROWS, PARAMETERS> {
    let no_row = Row {
        handler: functions[0].handler,
        returns: 0,
        since: 0,
        until: 0,
        name: 0,
        parameter_count: 0,
        required_count: 0,
    };
    let no_parameter = ParameterRow { types: 0, by_reference: false, name: 0, default: 0 };
    let mut laid = Laid { texts: [0; TEXTS], rows: [no_row; ROWS], parameters: [no_parameter; PARAMETERS] };
    let (mut end, mut next, mut row) = (0, 0, 0);
    while row < ROWS {
        let Function { name, handler, returns, parameters, since, until } = functions[row];
        let mut required_count = 0;
        let begin = append(&mut laid.texts, &mut end, name);
        let mut parameter = 0;
        while parameter < parameters.len() {
            let Parameter { name, types, by_reference, default } = parameters[parameter];
            let name = append(&mut laid.texts, &mut end, name);
            let default = match default {
                Some(default) => append(&mut laid.texts, &mut end, default),
                None => {
                    required_count += 1;
                    0
                }
            };
            laid.parameters[next] = ParameterRow { types: types.0, by_reference, name, default };
            next += 1;
            parameter += 1;
        }
        let parameter_count = parameters.len() as u8;
        laid.rows[row] =
            Row { handler, returns: returns.0, since, until, name: begin, parameter_count, required_count };
        row += 1;
    }
    assert!(end == TEXTS && end <= u16::MAX as usize && next == PARAMETERS);
    laid
}

/// Puts a text behind the others; gives its place.
const fn append(texts: &mut [u8], end: &mut usize, text: &CStr) -> u16 {
    let bytes = text.to_bytes_with_nul();
    let begin = *end;
    let mut at = 0;
    while at < bytes.len() {
        texts[begin + at] = bytes[at];
        at += 1;
    }
    *end += bytes.len();
    begin as u16
}

/// The table of functions that are declared like this.
macro_rules! functions {
    ($declared:expr) => {{
        const DECLARED: &[$crate::module::describe::Function] = $declared;
        const SIZES: (usize, usize) = $crate::module::table::sizes(DECLARED);
        const LAID: $crate::module::table::Laid<{ SIZES.0 }, { DECLARED.len() }, { SIZES.1 }> =
            $crate::module::table::lay_out(DECLARED);
        // Each on its own: only the rows have addresses.
        static TEXTS: [u8; SIZES.0] = LAID.texts;
        static ROWS: [$crate::module::table::Row; DECLARED.len()] = LAID.rows;
        static PARAMETERS: [$crate::module::table::ParameterRow; SIZES.1] = LAID.parameters;
        $crate::module::table::Functions { texts: &TEXTS, rows: &ROWS, parameters: &PARAMETERS }
    }};
}
pub(crate) use functions;
