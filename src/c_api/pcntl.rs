//! PHP's pcntl: processes. Signals are in `pcntl_signals`.

use core::ffi::{c_char, c_int, c_uint};

use libc::pid_t;

use super::{Family, c_string, check_null_or_address, enter, enter_for_status, optional_out};
use crate::error::{Error, Step};
use crate::process::{exec, namespaces};
use crate::signals::info::pcntl_siginfo;
use crate::sys::{self, namespace, process, thread_state};

/// What a child has used: the struct rusage of getrusage(2), with plain numbers in it.
#[repr(C)]
#[allow(non_camel_case_types)]
pub struct pcntl_rusage {
    /// Processor time in user mode: seconds.
    pub ru_utime_tv_sec: i64,
    /// Processor time in user mode: microseconds.
    pub ru_utime_tv_usec: i64,
    /// Processor time in the kernel: seconds.
    pub ru_stime_tv_sec: i64,
    /// Processor time in the kernel: microseconds.
    pub ru_stime_tv_usec: i64,
    /// Largest resident set, in KiB.
    pub ru_maxrss: i64,
    /// 0 on Linux.
    pub ru_ixrss: i64,
    /// 0 on Linux.
    pub ru_idrss: i64,
    /// 0 on Linux.
    pub ru_isrss: i64,
    /// Page faults without input or output.
    pub ru_minflt: i64,
    /// Page faults with input.
    pub ru_majflt: i64,
    /// 0 on Linux.
    pub ru_nswap: i64,
    /// Block input operations.
    pub ru_inblock: i64,
    /// Block output operations.
    pub ru_oublock: i64,
    /// 0 on Linux.
    pub ru_msgsnd: i64,
    /// 0 on Linux.
    pub ru_msgrcv: i64,
    /// 0 on Linux.
    pub ru_nsignals: i64,
    /// Voluntary context switches.
    pub ru_nvcsw: i64,
    /// Involuntary context switches.
    pub ru_nivcsw: i64,
}

const _: () = assert!(size_of::<pcntl_rusage>() == size_of::<process::Usage>());

/// Forks, as fork(2): 0 in the child, its pid in the parent, -1 on failure. The child starts with an empty signal
/// queue.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_fork() -> pid_t {
    enter(Family::Pcntl, -1, || process::fork().map_err(|errno| Error::at(Step::Fork, errno)))
}

/// Waits for the child `process_id` (-1: any, 0: of the own process group, below -1: of that group) to end, with the
/// flags of waitpid(2). Returns its pid, 0 if the flags have WNOHANG and none has ended, or -1; EINTR when a signal
/// interrupts. `status` and `resource_usage` may be NULL, and are written only when there is a pid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pcntl_waitpid(
    process_id: pid_t,
    status: *mut c_int,
    flags: c_int,
    resource_usage: *mut pcntl_rusage,
) -> pid_t {
    enter(Family::Pcntl, -1, || {
        // SAFETY: rule 3.
        let status = unsafe { optional_out(status) }?;
        // SAFETY: rule 3, and the layout is that of struct rusage.
        let usage = unsafe { optional_out(resource_usage.cast::<process::Usage>()) }?;
        let mut used = process::no_usage();
        let (pid, ended) = process::wait_once(process_id, flags, usage.is_wanted().then_some(&mut used))
            .map_err(|errno| Error::on_number(Step::WaitForProcess, process_id.into(), errno))?;
        if pid > 0 {
            status.put(ended);
            usage.put(used);
        }
        Ok(pid)
    })
}

/// Waits for any child: pcntl_waitpid(-1, ...).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pcntl_wait(status: *mut c_int, flags: c_int, resource_usage: *mut pcntl_rusage) -> pid_t {
    // SAFETY: rule 3 holds for both functions.
    unsafe { pcntl_waitpid(-1, status, flags, resource_usage) }
}

/// Waits for the children that `idtype` and `id` name (P_ALL, P_PID, P_PGID, P_PIDFD), with the flags of waitid(2), of
/// which WEXITED, WSTOPPED or WCONTINUED must be one. 0, or -1; EINTR when a signal interrupts. `info` tells of the
/// child as a SIGCHLD would, and its `signo` is 0 where WNOHANG is among the flags and there is nothing to tell. `info`
/// and `resource_usage` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pcntl_waitid(
    idtype: c_int,
    id: u32,
    info: *mut pcntl_siginfo,
    flags: c_int,
    resource_usage: *mut pcntl_rusage,
) -> c_int {
    enter_for_status(Family::Pcntl, || {
        // SAFETY: rule 3.
        let info = unsafe { optional_out(info) }?;
        // SAFETY: rule 3, and the layout is that of struct rusage.
        let usage = unsafe { optional_out(resource_usage.cast::<process::Usage>()) }?;
        let mut used = process::no_usage();
        let raw = process::wait_any(idtype, id, flags, usage.is_wanted().then_some(&mut used))
            .map_err(|errno| Error::at(Step::WaitForChildren, errno))?;
        info.put(pcntl_siginfo::from_raw(raw.signal, &raw));
        if raw.signal != 0 {
            usage.put(used);
        }
        Ok(())
    })
}

/// Did the child end by exit(3) or _exit(2)?
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_wifexited(status: c_int) -> bool {
    process::exited(status)
}

/// Is the child stopped?
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_wifstopped(status: c_int) -> bool {
    process::stopped(status)
}

/// Did a signal end the child?
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_wifsignaled(status: c_int) -> bool {
    process::signaled(status)
}

/// Does the child go on after a stop?
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_wifcontinued(status: c_int) -> bool {
    process::continued(status)
}

/// The exit status of a child that ended by exit(3) or _exit(2).
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_wexitstatus(status: c_int) -> c_int {
    process::exit_status(status)
}

/// The signal that ended the child.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_wtermsig(status: c_int) -> c_int {
    process::ending_signal(status)
}

/// The signal that stopped the child.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_wstopsig(status: c_int) -> c_int {
    process::stopping_signal(status)
}

/// Becomes the program `path`, as execve(2). Its argument 0 is `path`, and the others are those in `args`, which ends
/// in NULL. `env_vars` has "NAME=value" strings, and ends in NULL too. NULL as `args` stands for no arguments, NULL as
/// `env_vars` for the present environment. Returns only on failure: -1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pcntl_exec(
    path: *const c_char,
    args: *const *const c_char,
    env_vars: *const *const c_char,
) -> c_int {
    enter_for_status(Family::Pcntl, || {
        // SAFETY: rule 1.
        let path = unsafe { c_string(path, Step::Exec) }?;
        check_null_or_address(args.addr())?;
        check_null_or_address(env_vars.addr())?;
        // SAFETY: rule 4.
        Err(unsafe { exec::execute(path, args, env_vars) })
    })
}

/// Stops sharing with other processes what `flags` (CLONE_NEWNS, CLONE_NEWNET, ...) name, as unshare(2). 0, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_unshare(flags: c_int) -> c_int {
    enter_for_status(Family::Pcntl, || namespace::unshare(flags).map_err(|errno| Error::at(Step::Unshare, errno)))
}

/// Enters namespaces of another process: those that `nstype` (CLONE_NEWNET, CLONE_NEWNS, ...) names. 0, or -1.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_setns(process_id: pid_t, nstype: c_int) -> c_int {
    enter_for_status(Family::Pcntl, || namespaces::enter(process_id, nstype))
}

/// Has SIGALRM sent after so many seconds; 0 cancels the alarm. Returns the seconds that an earlier alarm had left,
/// else 0.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_alarm(seconds: c_uint) -> c_uint {
    process::alarm(seconds)
}

/// The errno of this thread's last failure in a pcntl function, 0 if there was none.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_get_last_error() -> c_int {
    thread_state::get().pcntl_errno.get()
}

/// The description of an errno, as strerror(3) gives it. Never NULL; for unknown numbers valid until the next call.
#[unsafe(no_mangle)]
pub extern "C" fn pcntl_strerror(error_code: c_int) -> *const c_char {
    sys::error_text_in_locale(error_code)
}
