//! Telling that nothing moves any more from that nothing has moved for a while.

use nix::libc;

use super::observe;
use super::tracee::{Stop, Tracee};
use super::walk::Walk;

/// The interval of the timer that interrupts the waiting for news, in milliseconds, and after how many of them it is asked
/// whether anything still moves.
pub const INTERVAL: i64 = 5;
pub const TICKS: u32 = 2;

/// Does everything that lives wait for something that no clock brings? Then, since all that could bring it waits too, it
/// never comes.
pub fn is_idle(walk: &Walk) -> bool {
    let mut alive = walk.tracees.iter().filter(|tracee| tracee.member.exit.is_none());
    alive.all(|tracee| {
        let is_stopped = walk.held == Some(tracee.member.pid) || tracee.stop != Stop::Running || tracee.is_stray();
        if is_stopped { stays_stopped(tracee.member.pid) } else { waits_for_ever(tracee) }
    })
}

/// Stopped, and not just being ended.
fn stays_stopped(pid: i32) -> bool {
    matches!(observe::run_state(pid), Some('T' | 't')) && !observe::has_pending_kill(pid)
}

fn waits_for_ever(tracee: &Tracee) -> bool {
    let is_in_vfork = tracee.call.as_ref().is_some_and(|(_, _, call)| call == "vfork" || call == "clone");
    match observe::run_state(tracee.member.pid) {
        Some('D') if is_in_vfork => return true,
        Some('S') => {}
        _ => return false,
    }
    if tracee.done {
        return true;
    }
    let Some((number, [first, second, third, fourth, ..], _)) = &tracee.call else {
        // Nothing is known of calls outside of the walk: a daemon that pauses.
        return !tracee.member.walked;
    };
    match *number {
        #[cfg(target_arch = "x86_64")]
        libc::SYS_poll => *third as i32 == -1,
        libc::SYS_ppoll | libc::SYS_rt_sigtimedwait => *third == 0,
        libc::SYS_read | libc::SYS_recvfrom | libc::SYS_recvmsg | libc::SYS_waitid | libc::SYS_wait4 => true,
        libc::SYS_futex => *fourth == 0,
        libc::SYS_rt_sigsuspend | libc::SYS_openat => true,
        libc::SYS_fcntl => *second as i32 == libc::F_OFD_SETLKW || *first == 0,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_pause | libc::SYS_vfork => true,
        libc::SYS_clone | libc::SYS_clone3 | libc::SYS_flock | libc::SYS_sendto | libc::SYS_sendmsg => true,
        _ => false,
    }
}

/// Who waits where.
pub fn describe(walk: &Walk, how: &str) -> String {
    let waiting = walk.tracees.iter().filter(|tracee| tracee.member.exit.is_none() && !tracee.done);
    let mut words: Vec<String> = waiting.map(Tracee::whereabouts).collect();
    if !how.is_empty() {
        words.insert(0, how.to_owned());
    }
    words.join(", ")
}
