//! Processes: making, ending and asking after them.

use core::ffi::{CStr, c_char, c_int, c_uint};

use super::clock::{self, Deadline};
use super::fd::{self, Descriptor};
use super::{Errno, check, signal_info::RawInfo, system_call, uninterrupted};

pub type Pid = libc::pid_t;

/// libc's fork, with the handlers that programs have registered for it: 0 in the child.
pub fn fork() -> Result<Pid, Errno> {
    // SAFETY: takes nothing. What the child may do until it is back with the caller is the callers' rule to keep.
    check(unsafe { libc::fork() })
}

unsafe extern "C" {
    // Old versions of the crate libc lack it.
    fn setitimer(which: c_int, value: *const libc::itimerval, former: *mut libc::itimerval) -> c_int;
}

/// Makes a child whose end sends no signal, and which a wait for any child does not find, whatever other threads and
/// the disposition of SIGCHLD do: until `reap` its pid is its own. Fork handlers do not run, and libc does not learn
/// that this is another process: so the child may only call `fork`, or end. Where other threads run, or the kernel
/// refuses it, `fork` makes an ordinary child.
pub fn fork_unannounced(other_threads: bool) -> Result<Pid, Errno> {
    const NO_SIGNAL: libc::c_ulong = 0;
    let none = core::ptr::null_mut::<libc::c_void>();
    if other_threads {
        return fork();
    }
    // SAFETY: without flags it is a plain copy of the process, on a copy of the same stack; the pointers are not used.
    match unsafe { system_call!(SYS_clone, NO_SIGNAL, none, none, none, none) } {
        Err(Errno::EPERM | Errno::ENOSYS | Errno::EINVAL) => fork(),
        result => result,
    }
}

/// Ends the process at once: no exit handler, no flush.
pub fn exit_now(status: c_int) -> ! {
    // SAFETY: takes an integer.
    unsafe { libc::_exit(status) }
}

/// Ends the process as `exit` does: exit handlers run, stdio is flushed.
pub fn exit(status: c_int) -> ! {
    // SAFETY: takes an integer.
    unsafe { libc::exit(status) }
}

/// For the panic handler, which a build of the unit tests has from std.
#[cfg_attr(test, expect(dead_code))]
pub fn abort() -> ! {
    // SAFETY: takes nothing.
    unsafe { libc::abort() }
}

pub fn id() -> Pid {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::getpid() }
}

/// The calling thread, as the kernel numbers it.
pub fn thread_id() -> Pid {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::syscall(libc::SYS_gettid) as Pid }
}

/// Has this process that thread?
pub fn has_thread(thread: Pid) -> bool {
    // SAFETY: takes integers; signal 0 only asks.
    unsafe { libc::syscall(libc::SYS_tgkill, id(), thread, 0) == 0 }
}

/// Has this process one thread alone, as far as the kernel tells? Without /proc it does not. Async-signal-safe.
pub fn has_one_thread() -> bool {
    /// A directory's links: two, and one for each directory in it.
    const OF_ONE_THREAD: u32 = 3;
    super::file::status_of_path(c"/proc/self/task").is_ok_and(|status| status.links == OF_ONE_THREAD)
}

pub fn parent_id() -> Pid {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::getppid() }
}

pub fn new_session() -> Result<Pid, Errno> {
    // SAFETY: takes nothing.
    check(unsafe { libc::setsid() })
}

pub fn session(of: Pid) -> Result<Pid, Errno> {
    // SAFETY: takes an integer.
    check(unsafe { libc::getsid(of) })
}

pub fn group(of: Pid) -> Result<Pid, Errno> {
    // SAFETY: takes an integer.
    check(unsafe { libc::getpgid(of) })
}

pub fn set_group(of: Pid, group: Pid) -> Result<(), Errno> {
    // SAFETY: takes integers.
    check(unsafe { libc::setpgid(of, group) }).map(drop)
}

pub fn kill(process: Pid, signal: c_int) -> Result<(), Errno> {
    // SAFETY: takes integers.
    check(unsafe { libc::kill(process, signal) }).map(drop)
}

/// What a child has used.
pub type Usage = libc::rusage;

pub fn no_usage() -> Usage {
    // SAFETY: all zeroes is a valid rusage.
    unsafe { core::mem::zeroed() }
}

/// Waits for a child as waitpid(2) does, interrupted by signals: its pid (0: none yet) and wait status.
pub fn wait_once(process: Pid, flags: c_int, usage: Option<&mut Usage>) -> Result<(Pid, c_int), Errno> {
    let mut status = 0;
    let usage = usage.map_or(core::ptr::null_mut(), core::ptr::from_mut);
    // SAFETY: `status` is valid for writing; `usage` is NULL or valid for writing.
    let pid = check(unsafe { libc::wait4(process, &mut status, flags, usage) })?;
    Ok((pid, status))
}

/// Waits until the child `process` has ended, and reaps it.
pub fn reap(process: Pid) -> Result<c_int, Errno> {
    uninterrupted(|| wait_once(process, libc::__WALL, None)).map(|(_, status)| status)
}

/// Waits as waitid(2) does, interrupted by signals. What is known of the child: of signal 0 where there is none yet.
pub fn wait_any(kind: c_int, id: u32, flags: c_int, usage: Option<&mut Usage>) -> Result<RawInfo, Errno> {
    let mut info = RawInfo::default();
    let usage = usage.map_or(core::ptr::null_mut(), core::ptr::from_mut);
    // SAFETY: `info` is valid for writing a siginfo_t; `usage` is NULL or valid for writing. libc's
    // function would pass no `usage` on.
    unsafe { system_call!(SYS_waitid, kind, id, &raw mut info, flags, usage) }.map(|_| info)
}

/// The wait status of the child `process`, reaped, if it has ended.
pub fn reap_if_ended(process: Pid) -> Option<c_int> {
    match uninterrupted(|| wait_once(process, libc::WNOHANG | libc::__WALL, None)) {
        Ok((pid, status)) if pid == process => Some(status),
        _ => None,
    }
}

/// Has the child `process`, one that borrowed memory, become another program? That makes it an ordinary child, which a
/// wait without __WALL finds.
pub fn has_executed(process: Pid) -> bool {
    let flags = libc::WNOHANG | libc::WNOWAIT | libc::WEXITED;
    uninterrupted(|| wait_any(libc::P_PID as c_int, process as u32, flags, None)).is_ok()
}

/// Reaps a child, if one has ended: its pid and wait status.
pub fn reap_any() -> Option<(Pid, c_int)> {
    uninterrupted(|| wait_once(-1, libc::WNOHANG | libc::__WALL, None)).ok().filter(|(process, _)| *process > 0)
}

/// Is `process` a child, or what is left of one, that nobody has reaped?
pub fn is_child(process: Pid) -> bool {
    look_at(process, libc::WNOHANG).is_ok()
}

/// Waits until the child `process` has ended, and leaves it to be reaped: its pid and group stay its own. One that
/// somebody else has reaped has ended, too.
pub fn await_end(process: Pid) {
    let _ = look_at(process, 0);
}

/// The same; false when it has not ended by the deadline.
pub fn ends_by(process: Pid, deadline: Deadline) -> bool {
    end_by(process, deadline, false)
}

/// Reaps the child `process` once it has ended, if that is by the deadline.
pub fn reap_by(process: Pid, deadline: Deadline) {
    ends_by(process, deadline);
    // A look that has failed tells nothing, so it may still run.
    end_by(process, deadline, true);
}

fn end_by(process: Pid, deadline: Deadline, reaps: bool) -> bool {
    let mut microseconds = 50;
    loop {
        let runs = if reaps {
            uninterrupted(|| wait_once(process, libc::WNOHANG | libc::__WALL, None)).is_ok_and(|(pid, _)| pid == 0)
        } else {
            // A sandbox may refuse the look.
            look_at(process, libc::WNOHANG).map_or_else(|errno| errno != Errno::ECHILD, |info| info.signal == 0)
        };
        if !runs || deadline.left() == 0 {
            return !runs;
        }
        clock::sleep(microseconds);
        microseconds = (2 * microseconds).min(10_000);
    }
}

/// What is known of the end of the child `process`, which is left to be reaped; of signal 0 where it has not ended.
fn look_at(process: Pid, flags: c_int) -> Result<RawInfo, Errno> {
    let flags = libc::WEXITED | libc::WNOWAIT | libc::__WALL | flags;
    uninterrupted(|| wait_any(libc::P_PID as c_int, process as u32, flags, None))
}

/// A pidfd: a descriptor that means `process` as long as it is open, whoever gets the pid later.
pub fn open(process: Pid) -> Result<Descriptor, Errno> {
    // SAFETY: pidfd_open(2) takes integers.
    let fd = unsafe { system_call!(SYS_pidfd_open, process, 0) }?;
    Descriptor::own_above_standard(fd)
}

/// Has the process that `pidfd` means ended?
pub fn is_over(pidfd: &Descriptor) -> bool {
    fd::wait_for_input(pidfd.as_raw_fd(), 0) == Ok(true)
}

/// Sends `signal` to the process that `pidfd` means.
pub fn signal_pidfd(pidfd: &Descriptor, signal: c_int) -> Result<(), Errno> {
    let no_info = core::ptr::null::<libc::siginfo_t>();
    // SAFETY: NULL stands for the siginfo that kill(2) would give.
    unsafe { system_call!(SYS_pidfd_send_signal, pidfd.as_raw_fd(), signal, no_info, 0) }.map(drop)
}

/// Takes alarms and interval timers back. A fork does so by itself.
pub fn stop_timers() {
    let zero = libc::timeval { tv_sec: 0, tv_usec: 0 };
    let off = libc::itimerval { it_interval: zero, it_value: zero };
    for timer in [libc::ITIMER_REAL, libc::ITIMER_VIRTUAL, libc::ITIMER_PROF] {
        // SAFETY: `off` is valid for reading; NULL asks for no former value.
        unsafe { setitimer(timer, &off, core::ptr::null_mut()) };
    }
}

/// Lets other threads run.
pub fn yield_now() {
    // SAFETY: takes nothing.
    unsafe { libc::sched_yield() };
}

pub fn alarm(seconds: c_uint) -> c_uint {
    // SAFETY: takes an integer.
    unsafe { libc::alarm(seconds) }
}

/// Becomes another program; returns only when that fails.
///
/// # Safety
/// `arguments` and `environment` must end in NULL and hold C strings otherwise.
pub unsafe fn execute(path: &CStr, arguments: *const *const c_char, environment: *const *const c_char) -> Errno {
    // SAFETY: the caller vouches for the arrays; `path` is a C string.
    unsafe { libc::execve(path.as_ptr(), arguments, environment) };
    Errno::last()
}

/// A child's end: what waitpid(2) gives.
pub use libc::{
    WEXITSTATUS as exit_status, WIFCONTINUED as continued, WIFEXITED as exited, WIFSIGNALED as signaled,
    WIFSTOPPED as stopped, WSTOPSIG as stopping_signal, WTERMSIG as ending_signal,
};
