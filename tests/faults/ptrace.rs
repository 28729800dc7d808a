//! ptrace(2): the only calls to it. Signals are numbers here, for the real-time ones have no names.

use std::io::{Error, Result};
use std::mem::MaybeUninit;

use nix::libc::{self, c_int, c_long, c_void};

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Status(i32),
    Signal(i32),
}

/// What has become of a process.
#[derive(Clone, Copy, Debug)]
pub enum News {
    Ended(Exit),
    /// About to enter a system call.
    Entry(c_long, [u64; 6]),
    /// About to leave it.
    Return,
    /// About to be given a signal.
    Signal(c_int),
    /// Stopped by a signal, as a shell would see it.
    Halted,
    /// It has made this process, which is followed too.
    Forked(i32),
    /// It has become another program.
    Executed,
    /// Anything else that it goes on from.
    Other,
}

const OPTIONS: c_int = libc::PTRACE_O_TRACESYSGOOD
    | libc::PTRACE_O_TRACEFORK
    | libc::PTRACE_O_TRACEVFORK
    | libc::PTRACE_O_TRACECLONE
    | libc::PTRACE_O_TRACEEXEC
    | libc::PTRACE_O_EXITKILL;

fn request(what: libc::c_uint, pid: i32, address: usize, data: usize) -> Result<c_long> {
    // SAFETY: each request below takes numbers, or a pointer to a value that outlives the call and is as large as it says.
    let result = unsafe { libc::ptrace(what as _, pid, address as *mut c_void, data as *mut c_void) };
    if result == -1 { Err(Error::last_os_error()) } else { Ok(result) }
}

/// Follows that process and all that it makes. They end when this process does.
pub fn seize(pid: i32) -> Result<()> {
    request(libc::PTRACE_SEIZE as _, pid, 0, OPTIONS as usize).map(drop)
}

/// Lets it go on to its next system call, with that signal; 0 is none.
pub fn next_call(pid: i32, signal: c_int) {
    // ESRCH: it has been killed, which comes as news.
    let _ = request(libc::PTRACE_SYSCALL as _, pid, 0, signal as usize);
}

/// Lets it go on, and tells of no more calls.
pub fn go_on(pid: i32, signal: c_int) {
    let _ = request(libc::PTRACE_CONT as _, pid, 0, signal as usize);
}

/// Leaves it stopped as a signal has stopped it.
pub fn stay_halted(pid: i32) {
    let _ = request(libc::PTRACE_LISTEN as _, pid, 0, 0);
}

/// At the entry: the kernel is to do nothing.
#[cfg(target_arch = "x86_64")]
pub fn skip_call(pid: i32) -> Result<()> {
    request(libc::PTRACE_POKEUSER as _, pid, 8 * libc::ORIG_RAX as usize, usize::MAX).map(drop)
}

/// At the return: what the process gets as the result.
#[cfg(target_arch = "x86_64")]
pub fn set_result(pid: i32, value: i64) -> Result<()> {
    request(libc::PTRACE_POKEUSER as _, pid, 8 * libc::RAX as usize, value as usize).map(drop)
}

/// At the entry: the third argument of the call.
#[cfg(target_arch = "x86_64")]
pub fn set_third(pid: i32, value: u64) -> Result<()> {
    request(libc::PTRACE_POKEUSER as _, pid, 8 * libc::RDX as usize, value as usize).map(drop)
}

#[cfg(target_arch = "aarch64")]
pub fn skip_call(pid: i32) -> Result<()> {
    const NT_ARM_SYSTEM_CALL: usize = 0x404;
    let mut number: c_int = -1;
    let mut part = libc::iovec { iov_base: (&raw mut number).cast(), iov_len: size_of_val(&number) };
    request(libc::PTRACE_SETREGSET as _, pid, NT_ARM_SYSTEM_CALL, &raw mut part as usize).map(drop)
}

#[cfg(target_arch = "aarch64")]
pub fn set_result(pid: i32, value: i64) -> Result<()> {
    set_register(pid, 0, value as u64)
}

#[cfg(target_arch = "aarch64")]
pub fn set_third(pid: i32, value: u64) -> Result<()> {
    set_register(pid, 2, value)
}

#[cfg(target_arch = "aarch64")]
fn set_register(pid: i32, number: usize, value: u64) -> Result<()> {
    let mut registers = [0_u64; 34];
    let size = size_of_val(&registers);
    let mut part = libc::iovec { iov_base: registers.as_mut_ptr().cast(), iov_len: size };
    request(libc::PTRACE_GETREGSET as _, pid, libc::NT_PRSTATUS as usize, &raw mut part as usize)?;
    registers[number] = value;
    let mut part = libc::iovec { iov_base: registers.as_mut_ptr().cast(), iov_len: size };
    request(libc::PTRACE_SETREGSET as _, pid, libc::NT_PRSTATUS as usize, &raw mut part as usize).map(drop)
}

/// Waits for news of any process that this one follows or has for a child; `None` when a signal interrupts, an error when
/// there is no process left.
pub fn wait_any() -> Result<Option<(i32, News)>> {
    wait(-1, 0)
}

/// The same, but does not wait.
pub fn ask_any() -> Result<Option<(i32, News)>> {
    wait(-1, libc::WNOHANG)
}

/// The same of that process or thread alone.
pub fn ask(pid: i32) -> Result<Option<(i32, News)>> {
    wait(pid, libc::WNOHANG)
}

fn wait(pid: i32, flags: c_int) -> Result<Option<(i32, News)>> {
    let mut status = 0;
    // SAFETY: `status` is valid for writing.
    match unsafe { libc::waitpid(pid, &mut status, libc::__WALL | flags) } {
        0 => Ok(None),
        -1 => {
            let error = Error::last_os_error();
            if error.raw_os_error() == Some(libc::EINTR) { Ok(None) } else { Err(error) }
        }
        pid => Ok(Some((pid, news(pid, status)))),
    }
}

fn news(pid: i32, status: c_int) -> News {
    if libc::WIFEXITED(status) {
        return News::Ended(Exit::Status(libc::WEXITSTATUS(status)));
    }
    if libc::WIFSIGNALED(status) {
        return News::Ended(Exit::Signal(libc::WTERMSIG(status)));
    }
    let (event, signal) = (status >> 16, libc::WSTOPSIG(status));
    match event {
        0 if signal == libc::SIGTRAP | 0x80 => call(pid).unwrap_or(News::Other),
        0 => News::Signal(signal),
        libc::PTRACE_EVENT_FORK | libc::PTRACE_EVENT_VFORK | libc::PTRACE_EVENT_CLONE => {
            let mut child: libc::c_ulong = 0;
            match request(libc::PTRACE_GETEVENTMSG as _, pid, 0, &raw mut child as usize) {
                Ok(_) => News::Forked(child as i32),
                Err(_) => News::Other,
            }
        }
        libc::PTRACE_EVENT_EXEC => News::Executed,
        libc::PTRACE_EVENT_STOP if signal != libc::SIGTRAP => News::Halted,
        _ => News::Other,
    }
}

fn call(pid: i32) -> Result<News> {
    let mut info = MaybeUninit::<libc::ptrace_syscall_info>::zeroed();
    let size = size_of::<libc::ptrace_syscall_info>();
    request(libc::PTRACE_GET_SYSCALL_INFO as _, pid, size, info.as_mut_ptr() as usize)?;
    // SAFETY: all zeroes is a valid value, and the kernel has written to the front of it.
    let info = unsafe { info.assume_init() };
    match info.op {
        libc::PTRACE_SYSCALL_INFO_ENTRY => {
            // SAFETY: `op` says that the union holds this.
            let entry = unsafe { info.u.entry };
            Ok(News::Entry(entry.nr as c_long, entry.args))
        }
        libc::PTRACE_SYSCALL_INFO_EXIT => Ok(News::Return),
        _ => Ok(News::Other),
    }
}

/// The C string at that address of the process.
pub fn text_at(pid: i32, address: u64) -> String {
    use std::os::unix::fs::FileExt;
    let mut bytes = Vec::new();
    let Ok(memory) = std::fs::File::open(format!("/proc/{pid}/mem")) else { return String::new() };
    let mut part = [0; 256];
    while bytes.len() < 4096 {
        // Not over the end of a page, after which there may be none.
        let from = address + bytes.len() as u64;
        let wanted = (part.len() as u64).min(4096 - from % 4096) as usize;
        let Ok(length @ 1..) = memory.read_at(&mut part[..wanted], from) else { break };
        bytes.extend_from_slice(&part[..length]);
        if let Some(end) = bytes.iter().position(|&byte| byte == 0) {
            bytes.truncate(end);
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
