//! What /proc says: which process a pidfd means, what a process has open, who holds which lock.

use core::ffi::{CStr, c_int};

use super::directory::Directory;
use super::fd::{self, Descriptor};
use super::lock_line::LockLine;
use super::process::Pid;
use super::text::{ShortText, leading_int};
use super::{Errno, file};

/// Enough for the start of a file that says of a descriptor how it was opened and which locks it has.
const SIZE: usize = 4096;

/// The start of a file in /proc.
pub struct Text {
    bytes: [u8; SIZE],
    length: usize,
}

impl Text {
    fn of(descriptor: &Descriptor) -> Result<Text, Errno> {
        let mut text = Text { bytes: [0; SIZE], length: 0 };
        text.length = fd::read(descriptor.as_raw_fd(), &mut text.bytes)?;
        Ok(text)
    }

    pub fn at(path: &CStr) -> Result<Text, Errno> {
        Text::of(&file::open(path, file::READ, 0)?)
    }

    pub fn in_directory(directory: &Directory, name: &CStr) -> Result<Text, Errno> {
        Text::of(&directory.open_file(name, file::READ)?)
    }

    pub fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes.get(..self.length).unwrap_or(&[]).split(|&byte| byte == b'\n')
    }

    /// What stands behind `name:` on a line of its own.
    pub fn value(&self, name: &[u8]) -> Option<&[u8]> {
        self.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(b":")).map(<[u8]>::trim_ascii)
    }

    /// A field of a process's `stat`, numbered as in proc(5), from 3 on: the name, field 2, may hold spaces and
    /// brackets.
    pub fn stat_field(&self, number: usize) -> Option<&[u8]> {
        let text = self.bytes.get(..self.length)?;
        let name_end = text.iter().rposition(|&byte| byte == b')')?;
        text.get(name_end..)?.split(u8::is_ascii_whitespace).nth(number.checked_sub(2)?)
    }

    pub fn locks(&self) -> impl Iterator<Item = LockLine<'_>> {
        self.lines().filter_map(|line| LockLine::parse(line.strip_prefix(b"lock:")?))
    }
}

/// How /proc, whichever pid namespace it shows, numbers the process that a pidfd means. `None` where it does not show
/// it, or the process has been reaped.
pub fn number_of(pidfd: &Descriptor) -> Result<Option<Pid>, Errno> {
    let text = of_own_descriptor(pidfd.as_raw_fd())?;
    Ok(text.value(b"Pid").and_then(leading_int).filter(|&pid| pid > 0))
}

/// What /proc says of a descriptor of this thread's.
pub fn of_own_descriptor(fd: c_int) -> Result<Text, Errno> {
    Text::at(ShortText::with_number("/proc/thread-self/fdinfo/", fd.into(), "").as_c_str())
}

/// How /proc numbers this process.
pub fn own_number() -> Result<Option<Pid>, Errno> {
    let text = Text::at(c"/proc/self/status")?;
    Ok(text.value(b"Tgid").and_then(leading_int))
}

/// The directory of a process.
pub fn directory_of(number: Pid) -> Result<Directory, Errno> {
    Directory::open(ShortText::with_number("/proc/", number.into(), "").as_c_str())
}

/// Does this process live in the first of all pid namespaces?
pub fn is_in_first_pid_namespace() -> bool {
    const FIRST: u64 = 0xefff_fffc;
    Directory::open(c"/proc/self/ns")
        .and_then(|namespaces| namespaces.status_behind(c"pid"))
        .is_ok_and(|status| status.identity.inode == FIRST)
}

/// What the process with that number is called in its own pid namespace, where that is another one.
pub fn number_inside(number: Pid) -> Option<Pid> {
    let text = Text::in_directory(&directory_of(number).ok()?, c"status").ok()?;
    let numbers = text.value(b"NSpid")?.split(u8::is_ascii_whitespace).skip(1);
    numbers.last().and_then(leading_int)
}

/// Calls `each` with every lock that the system has.
pub fn for_each_lock(mut each: impl FnMut(LockLine)) -> Result<(), Errno> {
    let list = file::open(c"/proc/locks", file::READ, 0)?;
    let mut bytes = [0; SIZE];
    let mut held = 0;
    loop {
        let room = bytes.get_mut(held..).unwrap_or(&mut []);
        let read = fd::read(list.as_raw_fd(), room)?;
        if read == 0 {
            return Ok(());
        }
        held += read;
        let text = bytes.get(..held).unwrap_or(&[]);
        let end = text.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let lines = text.get(..end).unwrap_or(&[]).split(|&byte| byte == b'\n');
        lines.filter_map(LockLine::parse).for_each(&mut each);
        // The start of a line whose rest is yet to be read; one without an end is none.
        let rest = if end == 0 { 0 } else { held - end };
        for place in 0..rest {
            let byte = bytes.get(end + place).copied().unwrap_or(0);
            if let Some(place) = bytes.get_mut(place) {
                *place = byte;
            }
        }
        held = rest;
    }
}
