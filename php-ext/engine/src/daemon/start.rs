//! The start of a daemon, and all that PHP needs around it: what is PHP's own goes on working in the daemon.

use core::ptr::null_mut;

use super::options::Options;
use super::signals::{Arrived, SetAside};
use super::{descriptors, failure, signals, streams};
use crate::abi::value::{Table, Value};
use crate::call::arrays::Array;
use crate::call::{Call, Given, GivenText, place};
use crate::libdaemon::c_api::daemonize;
use crate::pcntl::exec::Words;
use crate::pcntl::fork;

/// DAEMONIZE_CLOSE_ALL and DAEMONIZE_CLOSE_NONE.
const CLOSE_ALL: i64 = 0;
const CLOSE_NONE: i64 = 2;

/// Libdaemon\Native\start(array $options, array $resources, int $close): ?array: null in the daemon. `close` is a
/// daemonize_close, which is among the options, too.
pub fn start(call: &Call) -> Given {
    let (mut list, mut resources, mut close) = (null_mut::<Table>(), null_mut::<Table>(), 0i64);
    call.parse(c"hhl", &[place(&mut list), place(&mut resources), place(&mut close)])?;
    let Some(options) = Options::new() else { return Some(failure::last(call)) };
    // SAFETY: arguments, which live through the call.
    unsafe {
        if !options.set_all(call, list) {
            return Some(failure::last(call));
        }
        if close != CLOSE_NONE && !descriptors::keep(call, &options, resources, close == CLOSE_ALL) {
            return Some(unseen(call));
        }
    }
    if !signals::keep(call, &options) {
        return Some(failure::last(call));
    }
    if !streams::flush_output(call) {
        return None;
    }
    let aside = SetAside::new(call);
    let arrived = Arrived::take();
    signals::note_handler_of_engine();
    // SAFETY: living options.
    let started = unsafe { daemonize::daemonize_with(options.as_ptr()) } == 0;
    let given = if started { Value::NULL } else { failure::last(call) };
    if !started {
        aside.put_back();
    }
    arrived.give_again();
    if started {
        fork::begin_child(call);
    }
    Some(given)
}

/// Libdaemon\Native\execute(array $options, string $path, array $arguments): int|array: the daemon's pid. The arguments begin with the
/// program's name, and have no NUL in them.
pub fn execute(call: &Call) -> Given {
    let (mut list, mut arguments, mut path) = (null_mut::<Table>(), null_mut::<Table>(), GivenText::NONE);
    call.parse(c"hsh", &[place(&mut list), place(&mut path.start), place(&mut path.length), place(&mut arguments)])?;
    let Some(options) = Options::new() else { return Some(failure::last(call)) };
    // SAFETY: an argument, which lives through the call.
    if !unsafe { options.set_all(call, list) } {
        return Some(failure::last(call));
    }
    let mut words = Words::new(call);
    words.start(arguments)?;
    // SAFETY: an argument, too.
    for (_, value) in unsafe { call.elements(arguments) } {
        words.add(None, value, 3, c"must not contain null bytes")?;
    }
    // SAFETY: living options, and texts that live through the call; the array of them ends in NULL.
    let daemon = unsafe { daemonize::daemonize_exec(options.as_ptr(), path.start, words.texts.cast()) };
    Some(if daemon == -1 { failure::last(call) } else { Value::int(daemon.into()) })
}

fn unseen(call: &Call) -> Value {
    let mut failure = Array::new(call.engine);
    failure.push_text(
        c"libdaemon: /proc/self/fd cannot be read, so PHP's own descriptors cannot be told from inherited ones",
    );
    failure.push(Value::int(0));
    failure.push(Value::int(1));
    failure.push_text(c"inherited descriptors");
    failure.value()
}
