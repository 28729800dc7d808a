//! Process 1 of a container: it stays as an init, and the program goes on in its child.
//!
//! The kernel makes process 1 the parent of every orphan, and does not say which of its children were adopted. A
//! process that is both would leave zombies, or take its own children's ends from the waits that are for them. It also
//! spares process 1 the default actions of signals. So there are two processes, as with tini(1) and `docker run
//! --init`.

use core::ffi::c_int;
use core::sync::atomic::{AtomicI32, Ordering};

use crate::error::{Result, Step};
use crate::process::fork;
use crate::sys::fd;
use crate::sys::process::{self, Pid};
use crate::sys::signal::{self, Action, Set};
use crate::sys::signal_info::{Origin, RawInfo};

/// The program's process below an init of the library; 0: none.
static MAIN: AtomicI32 = AtomicI32::new(0);

/// Is this process below an init that the library has made of process 1?
pub fn is_above() -> bool {
    let main = MAIN.load(Ordering::Relaxed);
    main != 0 && main == process::id()
}

/// In process 1, all signals blocked: comes back in a child of it, with the disposition of SIGCHLD that was there
/// before, and stays there as its init. All that the caller holds, descriptors and locks, is the child's then.
pub fn become_init() -> Result<Option<Action>> {
    // Children that are ignored would be gone before their status is known.
    let former = signal::set_action(signal::CHLD, &Action::default()).ok();
    match process::fork() {
        Ok(0) => {
            MAIN.store(process::id(), Ordering::Relaxed);
            Ok(former)
        }
        Ok(main) => watch_over(main),
        Err(errno) => {
            if let Some(former) = former {
                let _ = signal::set_action(signal::CHLD, &former);
            }
            Err(fork::failed(Step::Fork, errno))
        }
    }
}

/// Reaps what ends, and hands on the signals that a process has sent, until `main` ends: as it does, in a shell's
/// words.
fn watch_over(main: Pid) -> ! {
    // Readers see the end of what the program closes. Standard output stays, as others in the container may write there
    // by way of /proc/1/fd. A kernel that cannot do that leaves them open.
    let _ = fd::close_range(3, u32::MAX);
    process::stop_timers();
    loop {
        while let Some((ended, status)) = process::reap_any() {
            if ended == main {
                let by_signal = process::signaled(status);
                process::exit_now(if by_signal {
                    128 + process::ending_signal(status)
                } else {
                    process::exit_status(status)
                });
            }
        }
        match signal::wait_once(Set::full(), None) {
            Ok(info) if is_for_program(&info) => {
                let _ = process::kill(main, info.signal);
            }
            _ => {}
        }
    }
}

/// What the terminal sends, it sends to the program, too, but for its hangup.
fn is_for_program(info: &RawInfo) -> bool {
    let signal: c_int = info.signal;
    match info.origin(signal) {
        Origin::Process | Origin::Queue => signal != signal::CHLD,
        _ => signal == signal::HUP,
    }
}
