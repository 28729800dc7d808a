//! Signal sets, dispositions and masks.

use core::ffi::{c_int, c_void};
use core::mem::MaybeUninit;

use super::signal_info::RawInfo;
use super::{Errno, bits_of, check, uninterrupted};

/// Signals are numbered from 1 to this.
pub const LAST: c_int = 64;

/// glibc keeps 32 and 33 for threads and refuses them to everybody.
pub const RESERVED_BY_LIBC: [c_int; 2] = [32, 33];

/// SIGRTMIN as glibc has it.
pub const FIRST_REAL_TIME: c_int = 34;

pub const HUP: c_int = libc::SIGHUP;
pub const INT: c_int = libc::SIGINT;
pub const TERM: c_int = libc::SIGTERM;
pub const QUIT: c_int = libc::SIGQUIT;
pub const KILL: c_int = libc::SIGKILL;
pub const STOP: c_int = libc::SIGSTOP;
pub const CONT: c_int = libc::SIGCONT;
pub const CHLD: c_int = libc::SIGCHLD;
pub const PIPE: c_int = libc::SIGPIPE;
pub const XFSZ: c_int = libc::SIGXFSZ;

/// Can a program give `signal` a disposition of its own?
pub fn is_settable(signal: c_int) -> bool {
    (1..=LAST).contains(&signal) && signal != KILL && signal != STOP && !RESERVED_BY_LIBC.contains(&signal)
}

/// A set of signals as the kernel has it: bit 0 for signal 1.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Set(u64);

impl Set {
    pub const fn empty() -> Set {
        Set(0)
    }

    /// Every signal but those of libc.
    pub fn full() -> Set {
        let [first, second] = RESERVED_BY_LIBC;
        Set(!(bit(first) | bit(second)))
    }

    pub const fn from_bits(bits: u64) -> Set {
        Set(bits)
    }

    pub fn bits(self) -> u64 {
        self.0
    }

    /// A number out of range changes nothing.
    pub fn with(self, signal: c_int) -> Set {
        Set(self.0 | bit(signal))
    }

    pub fn contains(self, signal: c_int) -> bool {
        self.0 & bit(signal) != 0
    }

    /// The signals in it, in ascending order.
    pub fn signals(self) -> impl Iterator<Item = c_int> {
        bits_of(self.0).map(|bit| bit + 1)
    }

    /// As libc has it: an array of words of which the first is the kernel's. Not inlined, because that array is large.
    #[inline(never)]
    fn to_libc(self) -> libc::sigset_t {
        // SAFETY: all zeroes is a valid set.
        let mut set: libc::sigset_t = unsafe { core::mem::zeroed() };
        // SAFETY: a set is larger than 64 bits.
        unsafe { (&raw mut set).cast::<u64>().write(self.0) };
        set
    }

    fn of_libc(set: &libc::sigset_t) -> Set {
        // SAFETY: a set is larger than 64 bits.
        Set(unsafe { core::ptr::from_ref(set).cast::<u64>().read() })
    }
}

/// The bit of `signal` in the kernel's form of a set.
pub fn bit(signal: c_int) -> u64 {
    if (1..=LAST).contains(&signal) { 1 << (signal - 1) } else { 0 }
}

/// The modes of `change_mask`.
pub use libc::{SIG_BLOCK as BLOCK, SIG_SETMASK as SET, SIG_UNBLOCK as UNBLOCK};

/// Changes this thread's mask and gives the former one.
#[inline(never)]
pub fn change_mask(how: c_int, set: Set) -> Set {
    let mut former = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: the set is initialised, the former one is valid for writing.
    unsafe { libc::pthread_sigmask(how, &set.to_libc(), former.as_mut_ptr()) };
    // SAFETY: with a valid `how` the call cannot fail, and the kernel has written its word, the first.
    Set(unsafe { former.as_ptr().cast::<u64>().read() })
}

/// Blocks every signal in this thread and gives the former mask.
pub fn block_all() -> Set {
    change_mask(libc::SIG_SETMASK, Set::full())
}

#[inline(never)]
pub fn set_mask(mask: Set) {
    // SAFETY: an initialised set; nobody asks for the former one.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &mask.to_libc(), core::ptr::null_mut()) };
}

pub fn unblock(set: Set) {
    change_mask(libc::SIG_UNBLOCK, set);
}

/// What the handler of the library is called with by the kernel.
pub type Entry = extern "C" fn(c_int, *mut RawInfo, *mut c_void);

/// A disposition as sigaction(2) keeps it.
#[derive(Clone, Copy)]
pub struct Action {
    handler: libc::sighandler_t,
    flags: c_int,
    mask: Set,
}

impl Action {
    const fn plain(handler: libc::sighandler_t) -> Action {
        Action { handler, flags: 0, mask: Set::empty() }
    }

    pub const fn default() -> Action {
        Action::plain(libc::SIG_DFL)
    }

    pub const fn ignore() -> Action {
        Action::plain(libc::SIG_IGN)
    }

    /// Calls `entry` with every signal blocked, on the alternate stack where the thread has one.
    pub fn call(entry: Entry, restart: bool) -> Action {
        let flags = libc::SA_SIGINFO | libc::SA_ONSTACK | if restart { libc::SA_RESTART } else { 0 };
        Action { handler: entry as *const () as libc::sighandler_t, flags, mask: Set::full() }
    }

    pub fn is_default(&self) -> bool {
        self.handler == libc::SIG_DFL
    }

    pub fn is_ignore(&self) -> bool {
        self.handler == libc::SIG_IGN
    }

    /// Do both call the same function?
    pub fn is_like(&self, other: &Action) -> bool {
        self.handler == other.handler
    }
}

/// Sets the disposition of `signal`, where there is a new one, and gives the former one.
// One copy for all who call it, because libc's form of a set is large.
#[inline(never)]
fn exchange(signal: c_int, new: Option<&Action>) -> Result<Action, Errno> {
    // SAFETY: all zeroes is a valid sigaction.
    let mut former: libc::sigaction = unsafe { core::mem::zeroed() };
    let mut wanted = former;
    if let Some(new) = new {
        (wanted.sa_sigaction, wanted.sa_flags, wanted.sa_mask) = (new.handler, new.flags, new.mask.to_libc());
    }
    let wanted = if new.is_some() { &raw const wanted } else { core::ptr::null() };
    // SAFETY: `wanted` is NULL, which only asks, or a valid sigaction, whose handler is an `Entry` or came from the
    // kernel.
    check(unsafe { libc::sigaction(signal, wanted, &mut former) })?;
    Ok(Action { handler: former.sa_sigaction, flags: former.sa_flags, mask: Set::of_libc(&former.sa_mask) })
}

/// Sets the disposition of `signal` and gives the former one.
pub fn set_action(signal: c_int, action: &Action) -> Result<Action, Errno> {
    exchange(signal, Some(action))
}

/// The present disposition of `signal`.
pub fn action(signal: c_int) -> Result<Action, Errno> {
    exchange(signal, None)
}

/// Sets one of libc's own signals to its default, if it is ignored, as posix_spawn(3) may have left it. sigaction(3)
/// refuses those signals, so the kernel is asked directly. A handler of libc's stays.
pub fn reset_past_libc_if_ignored(signal: c_int) {
    /// Handler, flags, restorer and mask of the kernel's sigaction, all zero: the default.
    const DEFAULT: [u64; 4] = [0; 4];
    let mut present = DEFAULT;
    let no_action = core::ptr::null_mut::<u64>();
    let size = size_of::<Set>();
    // SAFETY: the array is as large as the kernel's sigaction on every 64-bit Linux, and valid for writing; NULL only
    // asks.
    let asked = unsafe { super::system_call!(SYS_rt_sigaction, signal, no_action, present.as_mut_ptr(), size) };
    let [handler, ..] = present;
    if asked.is_ok() && handler == libc::SIG_IGN as u64 {
        // SAFETY: the array is as large as the kernel's sigaction, and valid for reading; NULL asks for no former one.
        let _ = unsafe { super::system_call!(SYS_rt_sigaction, signal, DEFAULT.as_ptr(), no_action, size) };
    }
}

/// Blocks `signals` in what the signal handler will return to, and gives those that were not blocked there.
///
/// # Safety
/// `context` must be the third argument of a running SA_SIGINFO handler.
pub unsafe fn block_in_interrupted(context: *mut c_void, signals: u64) -> u64 {
    // SAFETY: a handler's third argument is a ucontext_t, as the caller vouches.
    let mask = unsafe { &raw mut (*context.cast::<libc::ucontext_t>()).uc_sigmask }.cast::<u64>();
    // SAFETY: the kernel's frame holds a mask of 64 bits at the start of `uc_sigmask`.
    let blocked = unsafe { mask.read() };
    // SAFETY: the same 64 bits, which nobody else touches while the handler runs.
    unsafe { mask.write(blocked | signals) };
    signals & !blocked
}

/// Sends `info` as it is to this process: to any thread that does not block it, or to wait for one.
pub fn send_again(info: &RawInfo) -> Result<(), Errno> {
    // To others a signal cannot be sent with the kernel's codes or kill(2)'s; the kernel compares with the calling
    // thread.
    let thread = super::process::thread_id();
    // SAFETY: the kernel copies as many bytes as `RawInfo` has, which is laid out as its siginfo_t.
    unsafe { super::system_call!(SYS_rt_sigqueueinfo, thread, info.signal, core::ptr::from_ref(info)) }.map(drop)
}

/// Waits for one of `set`, all of them blocked, and takes it: interrupted by the handlers of other signals, and for no
/// longer than `timeout` in seconds and nanoseconds.
pub fn wait_once(set: Set, timeout: Option<(i64, i64)>) -> Result<RawInfo, Errno> {
    const { assert!(size_of::<RawInfo>() == size_of::<libc::siginfo_t>()) };
    let timeout = timeout.map(|(seconds, nanoseconds)| libc::timespec { tv_sec: seconds, tv_nsec: nanoseconds });
    let mut info = RawInfo::default();
    // SAFETY: the set is initialised, `info` is valid for writing a siginfo_t, `timeout` is NULL or valid for reading.
    let taken = check(unsafe {
        let timeout = timeout.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
        libc::sigtimedwait(&set.to_libc(), (&raw mut info).cast(), timeout)
    });
    taken.map(|_| info)
}

/// Takes one of `set`, all of them blocked, if one is pending.
pub fn take_pending(set: Set) -> Option<c_int> {
    uninterrupted(|| wait_once(set, Some((0, 0)))).ok().map(|info| info.signal)
}

/// Takes the signal that a write of this thread's has failed with, SIGPIPE or SIGXFSZ, both of them blocked by now:
/// pending for this thread, it comes before what was sent to the process. What others have sent stays, and so does what
/// was blocked before, in `mask`.
pub fn take_that_came_with(errno: Errno, mask: Set) {
    let signal = match errno {
        Errno::EPIPE => PIPE,
        Errno::EFBIG => XFSZ,
        _ => return,
    };
    if mask.contains(signal) {
        return;
    }
    if let Ok(info) = uninterrupted(|| wait_once(Set::empty().with(signal), Some((0, 0)))) {
        if !info.is_from(super::process::id()) {
            let _ = send_again(&info);
        }
    }
}

/// A descriptor from which the signals of `set`, all of them blocked, are read.
pub fn descriptor(set: Set) -> Result<super::fd::Descriptor, Errno> {
    // SAFETY: the set is valid for reading.
    let fd = check(unsafe { libc::signalfd(-1, &set.to_libc(), libc::SFD_CLOEXEC | libc::SFD_NONBLOCK) })?;
    super::fd::Descriptor::own_above_standard(fd)
}

/// The next signal from such a descriptor.
pub fn read_descriptor(fd: c_int) -> Option<c_int> {
    let mut record = [0; size_of::<libc::signalfd_siginfo>()];
    let filled = super::fd::read(fd, &mut record).ok()?;
    let (signal, _) = record.get(..filled)?.split_first_chunk::<4>()?;
    Some(u32::from_ne_bytes(*signal) as c_int)
}
