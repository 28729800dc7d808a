//! Lines of /proc/locks, which /proc/PID/fdinfo has too:
//! `1: OFDLCK ADVISORY  WRITE -1 fe:00:10011499 0 EOF`.

use super::process::Pid;
use super::text::{leading_int, leading_number};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Of an open file description.
    Description,
    /// Of flock(2).
    Whole,
    /// Of a process.
    Process,
}

/// A lock that somebody holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockLine<'a> {
    pub kind: Kind,
    pub is_for_writing: bool,
    /// Who took it, as /proc numbers processes; -1 for `Description`.
    pub pid: Pid,
    /// The file, as the kernel names it here and nowhere else.
    pub file: &'a [u8],
    pub start: i64,
}

impl LockLine<'_> {
    /// `None` for other lines, such as those of who waits for a lock.
    pub fn parse(line: &[u8]) -> Option<LockLine<'_>> {
        let words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let mut fields = [&[][..]; 7];
        fields.iter_mut().zip(words).for_each(|(field, word)| *field = word);
        let [number, kind, _, access, pid, file, start] = fields;
        number.strip_suffix(b":")?;
        let kind = match kind {
            b"OFDLCK" => Kind::Description,
            b"FLOCK" => Kind::Whole,
            b"POSIX" => Kind::Process,
            _ => return None,
        };
        let pid = if pid == b"-1" { -1 } else { leading_int(pid)? };
        Some(LockLine { kind, is_for_writing: access == b"WRITE", pid, file, start: leading_number(start)? })
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, LockLine};

    #[test]
    fn locks_are_read_as_the_kernel_writes_them() {
        let line = LockLine::parse(b"\t1: OFDLCK ADVISORY  WRITE -1 fe:00:10011499 0 0").expect("a lock");
        let expected =
            LockLine { kind: Kind::Description, is_for_writing: true, pid: -1, file: b"fe:00:10011499", start: 0 };
        assert_eq!(line, expected);
        let line = LockLine::parse(b"27: FLOCK  ADVISORY  WRITE 4711 00:1a:7 0 EOF").expect("a lock");
        assert_eq!((line.kind, line.pid), (Kind::Whole, 4711));
        let line = LockLine::parse(b"3: POSIX  ADVISORY  READ 7 00:1a:7 128 128").expect("a lock");
        assert_eq!((line.kind, line.is_for_writing, line.start), (Kind::Process, false, 128));
    }

    #[test]
    fn other_lines_are_none() {
        for line in [
            &b"1: -> FLOCK  ADVISORY  WRITE 4711 00:1a:7 0 EOF"[..],
            b"2: LEASE  ACTIVE    READ 4711 00:1a:7 0 EOF",
            b"pos:\t0",
            b"",
            b"1: FLOCK  ADVISORY  WRITE",
        ] {
            assert_eq!(LockLine::parse(line), None);
        }
    }
}
