//! Capabilities, capabilities(7), of the calling thread; and whether it may dump core.

use core::ffi::{c_int, c_ulong};

use super::{Errno, check, system_call};

/// Sets of capabilities, bit 0 for capability 0.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    pub effective: u64,
    pub permitted: u64,
    pub inheritable: u64,
}

/// What allows to set groups.
pub const SET_GROUPS: c_int = 6;
/// What allows to become any user.
pub const SET_USERS: c_int = 7;

/// The bit of a capability.
pub fn bit(capability: c_int) -> u64 {
    if (0..64).contains(&capability) { 1 << capability } else { 0 }
}

impl Capabilities {
    /// These, in each of the three sets.
    pub fn only(capabilities: u64) -> Capabilities {
        Capabilities { effective: capabilities, permitted: capabilities, inheritable: capabilities }
    }
}

#[repr(C)]
struct Header {
    version: u32,
    pid: c_int,
}

impl Header {
    /// _LINUX_CAPABILITY_VERSION_3: of each set there are two words, the low one of all three before the high ones.
    const OF_THIS_THREAD: Header = Header { version: 0x2008_0522, pid: 0 };
}

pub fn present() -> Result<Capabilities, Errno> {
    let mut header = Header::OF_THIS_THREAD;
    let mut words = [0u32; 6];
    // SAFETY: header and words are valid for writing, and laid out as capget(2) asks for in this version.
    unsafe { system_call!(SYS_capget, &raw mut header, words.as_mut_ptr()) }?;
    let [effective, permitted, inheritable, effective_high, permitted_high, inheritable_high] = words.map(u64::from);
    Ok(Capabilities {
        effective: effective | effective_high << 32,
        permitted: permitted | permitted_high << 32,
        inheritable: inheritable | inheritable_high << 32,
    })
}

pub fn set(capabilities: Capabilities) -> Result<(), Errno> {
    let Capabilities { effective, permitted, inheritable } = capabilities;
    let sets = [effective, permitted, inheritable];
    let ([a, b, c], [d, e, f]) = (sets.map(|set| set as u32), sets.map(|set| (set >> 32) as u32));
    let words = [a, b, c, d, e, f];
    let mut header = Header::OF_THIS_THREAD;
    // SAFETY: header and words are laid out as capset(2) asks for in this version, and valid for reading.
    unsafe { system_call!(SYS_capset, &raw mut header, words.as_ptr()) }.map(drop)
}

fn control(option: c_int, second: c_ulong, third: c_ulong) -> Result<c_int, Errno> {
    const NONE: c_ulong = 0;
    // SAFETY: these options take integers.
    check(unsafe { libc::prctl(option, second, third, NONE, NONE) })
}

/// Does the kernel know this capability?
pub fn is_known(capability: c_int) -> bool {
    u32::try_from(capability).is_ok_and(|number| control(libc::PR_CAPBSET_READ, number.into(), 0).is_ok())
}

/// Whether the permitted ones stay when no user id is root's any more.
pub fn keep_permitted(keep: bool) -> Result<(), Errno> {
    control(libc::PR_SET_KEEPCAPS, keep.into(), 0).map(drop)
}

/// Hands a permitted and inheritable capability on to programs that are executed.
pub fn hand_on(capability: c_int) -> Result<(), Errno> {
    control(libc::PR_CAP_AMBIENT, libc::PR_CAP_AMBIENT_RAISE as c_ulong, capability as c_ulong).map(drop)
}

/// Allows core dumps, and tracing by the same user, which a change of the user forbids.
pub fn allow_core_dumps() -> Result<(), Errno> {
    control(libc::PR_SET_DUMPABLE, 1, 0).map(drop)
}

pub fn are_core_dumps_allowed() -> bool {
    control(libc::PR_GET_DUMPABLE, 0, 0) == Ok(1)
}
