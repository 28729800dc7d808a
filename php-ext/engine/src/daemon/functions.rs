//! The functions of the module libdaemon: for the package's PHP code, and nobody else.

use super::{calls, descriptors, options, start, streams};
use crate::call::handler;
use crate::module::describe::{ARRAY, INT, NULL, STRING, UNTYPED, function, required};
use crate::module::table::{Functions, functions};

pub static FUNCTIONS: Functions = functions!(&[
    function(
        c"Libdaemon\\Native\\call",
        handler(calls::call_by_name),
        &[required(c"function", STRING), required(c"arguments", ARRAY)],
        INT.or(ARRAY),
    ),
    function(
        c"Libdaemon\\Native\\check",
        handler(options::check),
        &[required(c"option", STRING), required(c"arguments", ARRAY)],
        ARRAY.or(NULL),
    ),
    function(
        c"Libdaemon\\Native\\start",
        handler(start::start),
        &[required(c"options", ARRAY), required(c"resources", ARRAY), required(c"close", INT)],
        ARRAY.or(NULL),
    ),
    function(
        c"Libdaemon\\Native\\execute",
        handler(start::execute),
        &[required(c"options", ARRAY), required(c"path", STRING), required(c"arguments", ARRAY)],
        INT.or(ARRAY),
    ),
    function(
        c"Libdaemon\\Native\\descriptor",
        handler(descriptors::descriptor),
        &[required(c"stream", UNTYPED)],
        INT.or(NULL),
    ),
    function(c"Libdaemon\\Native\\flush", handler(streams::flush), &[], NULL),
    function(
        c"Libdaemon\\Native\\open_stream",
        handler(streams::open_stream),
        &[required(c"descriptor", INT), required(c"mode", STRING)],
        NULL,
    ),
    function(
        c"Libdaemon\\Native\\replace_constant",
        handler(streams::replace_constant),
        &[required(c"name", STRING), required(c"stream", UNTYPED)],
        NULL,
    ),
]);
