//! The process between launcher and daemon: it leads the daemon's session, which the daemon therefore does not.
//!
//! While the launcher waits for readiness it stays and watches the daemon, its child: so a crash is noticed at once, with
//! its status, and an unready daemon is ended without a doubt about whose pid it is. Its own end ends the whole group.

use core::ffi::c_int;

use crate::notify::handshake::{self, Report};
use crate::sys::process::{self, Pid};
use crate::sys::signal::{self, Set};

/// What the launcher asks with: end the daemon.
const END: c_int = signal::TERM;

/// Watches the daemon until it has ended, or until `launcher` asks for its end or is gone; never returns. The launcher
/// kills this process once it has accepted the daemon.
pub fn watch(daemon: Pid, launcher: Pid, channel: c_int) -> ! {
    let awaited = Set::empty().with(signal::CHLD).with(END);
    process::signal_when_parent_ends(END);
    let mut end_it = process::parent_id() != launcher;
    loop {
        if end_it {
            let _ = process::kill(daemon, signal::KILL);
            let _ = process::reap(daemon);
            end_group();
        }
        if let Some(status) = process::reap_if_ended(daemon) {
            let _ = handshake::report(channel, &Report::Ended(status));
            end_group();
        }
        end_it = signal::wait_for(awaited) != Ok(signal::CHLD);
    }
}

/// What the daemon had started is in the group that this process leads.
fn end_group() -> ! {
    let _ = process::kill(0, signal::KILL);
    process::exit_now(1)
}

/// In the launcher: has the intermediate process end the daemon, and waits until both are gone.
pub fn end(intermediate: Pid) {
    let _ = process::kill(intermediate, END);
    // Should something else have killed it, the daemon is still in its group, which is its own until it is reaped.
    process::await_end(intermediate);
    let _ = process::kill(-intermediate, signal::KILL);
    let _ = process::reap(intermediate);
}
