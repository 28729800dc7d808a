//! Which descriptors are PHP's own, and which came in from the process that launched it.
//!
//! Close-on-exec does not tell: PHP opens files and sockets without it. So what is open is noted when the library is loaded,
//! before the application has opened much: of that, PHP's are the streams and the files of the script. What has come since is
//! the program's.

use core::cell::Cell;
use core::ffi::c_int;
use core::ptr::{null, null_mut};

use super::options::Options;
use crate::abi::stream::Stream;
use crate::abi::value::{Table, Value, types};
use crate::call::{Call, Given, call_function, place};
use crate::engine::{Engine, OfPhp};
use crate::libdaemon::c_api::options_launch::daemonize_options_keep_fd;
use crate::libdaemon::{FileIdentity, for_each_open_descriptor};

/// As many are told apart; what was open beyond them when the library was loaded counts as the program's.
const MOST: usize = 256;

/// The first descriptor that is no standard stream.
const FIRST: c_int = libc::STDERR_FILENO + 1;

/// A descriptor and its file.
type Open = Option<(c_int, FileIdentity)>;

/// What was open when the library was loaded.
static NOTED: OfPhp<[Cell<Open>; MOST]> = OfPhp([const { Cell::new(None) }; MOST]);
static WERE_NOTED: OfPhp<Cell<bool>> = OfPhp(Cell::new(false));

/// Notes what is open beyond the standard streams.
pub fn note() {
    let mut places = NOTED.0.iter();
    let seen = for_each_open_descriptor(FIRST, |fd, identity| {
        if let Some(place) = places.next() {
            place.set(Some((fd, identity)));
        }
    });
    WERE_NOTED.0.set(seen);
}

/// In the middle of a request: the script, and the first of the files that it has included, which PHP has opened itself, did not
/// come in.
pub fn exempt_script(engine: &'static Engine) {
    const FILES: usize = 20;
    let Some(mut paths) = call_function(engine, c"get_included_files", &mut []) else { return };
    if paths.kind() == types::ARRAY {
        // SAFETY: an array of ours.
        for (_, path) in unsafe { Table::elements(paths.address(), engine.layout.narrow_lists) }.take(FILES) {
            // SAFETY: an element of a living array.
            let Some(identity) = unsafe { (*path).as_c_str() }.and_then(FileIdentity::of_path) else { continue };
            let ours = NOTED.0.iter().filter(|place| place.get().is_some_and(|(_, noted)| noted == identity));
            ours.for_each(|place| place.set(None));
        }
    }
    // SAFETY: PHP's thread; ours is the only user of the array that it has given.
    unsafe { (engine.symbols.zval_ptr_dtor)(&mut paths) };
}

/// Has the daemon keep what is PHP's own, the `resources` among it, or these `alone`. False when the library refuses, or when it
/// could not be seen what is open.
///
/// # Safety
/// The list must stay alive through the call.
pub unsafe fn keep(call: &Call, options: &Options, resources: *const Table, alone: bool) -> bool {
    let mut kept = WERE_NOTED.0.get();
    let seen = for_each_open_descriptor(FIRST, |fd, identity| {
        let is_foreign = alone || NOTED.0.iter().any(|place| place.get() == Some((fd, identity)));
        // SAFETY: the caller keeps the list alive through the call.
        if !is_foreign || unsafe { is_of_stream(call, resources, fd) } {
            // SAFETY: living options.
            kept &= unsafe { daemonize_options_keep_fd(options.as_ptr(), fd) } == 0;
        }
    });
    seen && kept
}

/// # Safety
/// The list must stay alive through the call.
unsafe fn is_of_stream(call: &Call, resources: *const Table, fd: c_int) -> bool {
    // SAFETY: the caller keeps the list alive, and so the resources in it.
    unsafe { call.elements(resources).any(|(_, resource)| of(call.engine, resource) == Some(fd)) }
}

/// Libdaemon\Native\descriptor($stream): ?int
pub fn descriptor(call: &Call) -> Given {
    let mut stream = null_mut::<Value>();
    call.parse(c"z", &[place(&mut stream)])?;
    // SAFETY: an argument, which lives through the call.
    let fd = unsafe { of(call.engine, Value::behind_reference(stream)) };
    Some(fd.map_or(Value::NULL, |fd| Value::int(fd.into())))
}

/// The descriptor under a stream; None for a stream that has none (php://memory). One that is written in PHP has none, and is
/// not asked: what it wraps is a stream by itself.
///
/// # Safety
/// A living value.
unsafe fn of(engine: &Engine, value: *mut Value) -> Option<c_int> {
    /// PHP_STREAM_AS_FD_FOR_SELECT | PHP_STREAM_CAST_INTERNAL: look at the descriptor, leave the stream as it is.
    const AS_DESCRIPTOR: c_int = 3 | 0x2000_0000;
    let symbols = &engine.symbols;
    // SAFETY: the value is alive, and the engine looks at its stream in its own ways.
    unsafe {
        if (*value).kind() != types::RESOURCE {
            return None;
        }
        let (kind, persistent) = ((symbols.php_file_le_stream)(), (symbols.php_file_le_pstream)());
        let stream = (symbols.zend_fetch_resource2_ex)(value, null(), kind, persistent);
        if stream.is_null() || Stream::label(stream.cast()) == c"user-space" {
            return None;
        }
        let mut fd: c_int = -1;
        // The first question is whether, the second which: php://temp would make itself a file if asked only the second.
        let there = (symbols._php_stream_cast)(stream, AS_DESCRIPTOR, null_mut(), 0) == 0
            && (symbols._php_stream_cast)(stream, AS_DESCRIPTOR, (&raw mut fd).cast(), 0) == 0;
        there.then_some(fd)
    }
}
