//! The start of a daemon, and all that PHP needs around it: what is PHP's own goes on working in the daemon.

use core::ptr::null_mut;

use super::options::Options;
use super::signals::{Arrived, SetAside};
use super::{descriptors, failure, signals, streams};
use crate::abi::value::{Table, Value};
use crate::call::arrays::Array;
use crate::call::{Call, Given, place};
use crate::libdaemon::c_api::daemonize;
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
