//! The signal handlers of this process around the start of a daemon: the script's, those of extensions, and those of PHP's
//! engine. The engine has one of its own for HUP, INT, QUIT, TERM, USR1, USR2 and PROF, which does no more than the default
//! would where the script has set none: it ends the process.

use core::cell::Cell;
use core::ffi::c_int;

use super::options::Options;
use crate::abi::value::{Value, types};
use crate::call::{Call, call_function};
use crate::engine::{Engine, OfPhp};
use crate::libdaemon::c_api::options_launch::daemonize_options_keep_signal;
use crate::libdaemon::{self, Disposition, pcntl_siginfo};
use crate::pcntl::signal::{COUNT, LAST};
use crate::signals::{handlers, interrupt};

/// These end a launcher that waits for its daemon, which is to say so first.
const ENDING: [c_int; 4] = [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGTERM];
const DEFAULT: i64 = 0;
const IGNORE: i64 = 1;

/// What the script has set by pcntl_signal: a number, or None for a function, or where that cannot be asked.
fn of_script(call: &Call, signal: c_int) -> Option<i64> {
    let ours = handlers::of(signal);
    match ours.kind() {
        types::UNDEFINED => {}
        _ => return ours.as_int(),
    }
    let native = call.engine.module(c"pcntl").is_some_and(|module| module.functions != crate::module::our_pcntl());
    let last = if call.engine.version < 80400 { 32 } else { LAST };
    if !native {
        return Some(DEFAULT);
    }
    if signal > last {
        return None;
    }
    call_function(call.engine, c"pcntl_signal_get_handler", &mut [Value::int(signal.into())])?.as_int()
}

/// Has the daemon keep the signals that stay in it as they are: those for which the script or an extension has a handler, those
/// that the script ignores, and SIGPIPE, which PHP itself ignores so that writing to a closed connection fails.
pub fn keep(call: &Call, options: &Options) -> bool {
    let of_engine = Disposition::of(libc::SIGPROF); // nothing but the engine handles that
    (1..COUNT).filter(|signal| is_kept(call, *signal, of_engine)).all(|signal| {
        // SAFETY: living options.
        unsafe { daemonize_options_keep_signal(options.as_ptr(), signal) == 0 }
    })
}

fn is_kept(call: &Call, signal: c_int, of_engine: Option<Disposition>) -> bool {
    let Some(disposition) = Disposition::of(signal) else { return false };
    if disposition.is_default() {
        false
    } else if disposition.is_ignored() {
        signal == libc::SIGPIPE || of_script(call, signal) == Some(IGNORE)
    } else {
        !of_engine.is_some_and(|engine| engine.is_same_function(&disposition))
            || of_script(call, signal) != Some(DEFAULT)
    }
}

/// The kernel's default in place of the engine's handlers, where the script has set none, until this ends.
pub struct SetAside([(c_int, Option<Disposition>); ENDING.len()]);

impl SetAside {
    pub fn new(call: &Call) -> SetAside {
        SetAside(ENDING.map(|signal| {
            let before = Disposition::of(signal)
                .filter(|before| before.is_function() && of_script(call, signal) == Some(DEFAULT));
            if before.is_some() {
                Disposition::set_default(signal);
            }
            (signal, before)
        }))
    }

    /// No daemon came of it.
    pub fn put_back(&self) {
        for (signal, before) in &self.0 {
            if let Some(before) = before {
                before.restore(*signal);
            }
        }
    }
}

/// Those that the engine has a handler for.
const OF_ENGINE: [c_int; 7] =
    [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGTERM, libc::SIGUSR1, libc::SIGUSR2, libc::SIGPROF];

/// The engine's handler as it was before this process became a daemon. Looked at as every process ends.
#[unsafe(link_section = ".data")]
static REPLACED: OfPhp<Cell<Option<Disposition>>> = OfPhp(Cell::new(None));

/// Before a start, which puts the kernel's defaults in place of the engine's handlers.
pub fn note_handler_of_engine() {
    REPLACED.0.set(Disposition::of(libc::SIGPROF).filter(Disposition::is_function));
}

/// At the end of a request. With zend.signal_check, as in debug builds, PHP then looks whether its handlers are there, and in a
/// daemon they are not.
pub fn put_back_handlers_of_engine(engine: &Engine) {
    let is_checked = || !matches!(engine.setting(c"zend.signal_check").to_bytes(), b"" | b"0");
    let Some(handler) = REPLACED.0.take().filter(|_| is_checked()) else { return };
    for signal in OF_ENGINE {
        if Disposition::of(signal).is_some_and(|present| !present.is_ignored()) {
            handler.restore(signal);
        }
    }
}

const MOST: usize = 256;
static TAKEN: OfPhp<[Cell<pcntl_siginfo>; MOST]> = OfPhp([const { Cell::new(pcntl_siginfo::empty()) }; MOST]);

/// What has arrived and was not handled yet, which the library hands to no forked process: taken, and given again.
pub struct Arrived(usize);

impl Arrived {
    pub fn take() -> Arrived {
        let mut count = 0;
        for place in &TAKEN.0 {
            let Some(info) = libdaemon::take_queued_signal() else { break };
            place.set(info);
            count += 1;
        }
        Arrived(count)
    }

    pub fn give_again(self) {
        for place in TAKEN.0.iter().take(self.0) {
            libdaemon::queue_signal(&place.get());
        }
        if self.0 > 0 {
            interrupt::signal_queued();
        }
    }
}
