//! Where a program of the walk is started: in a session on a terminal, beside a bystander whom nobody may touch, with
//! inherited descriptors, a mask and a umask that a daemon must not keep.

use std::ffi::CString;
use std::fs::{self, File, Permissions};
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};

use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl};
use nix::libc;
use nix::pty::openpty;
use nix::sys::signal::{SigHandler, SigSet, SigmaskHow, Signal, signal, sigprocmask};
use nix::sys::stat::{Mode, umask};
use nix::unistd::{
    ForkResult, Gid, Pid, Uid, chdir, dup2_raw, execv, fork, geteuid, pause, pipe2, setgroups, setresgid, setresuid,
    setsid,
};
use tempfile::TempDir;

use super::operation::Operation;
use super::ptrace;

/// A started program, stopped before its first instruction, and what is around it.
pub struct Stage {
    pub launcher: i32,
    /// The leader of the session, in the process group of the launcher.
    pub bystander: i32,
    pub directory: PathBuf,
    _terminal: OwnedFd,
    _directory: TempDir,
}

/// The user of the operations that give up root.
pub const USER: u32 = 65534;

fn prepare(root: &Path) -> std::io::Result<()> {
    fs::set_permissions(root, Permissions::from_mode(0o755))?;
    for name in ["start", "run", "jail", "jail/run", "jail/dev"] {
        fs::create_dir(root.join(name))?;
    }
    fs::write(root.join("old.log"), "of before\n")?;
    fs::write(root.join("stale.pid"), "4194300\n")?;
    fs::write(root.join("input"), "input\n")?;
    if nix::unistd::geteuid().is_root() {
        fs::create_dir(root.join("theirs"))?;
        chown(root.join("theirs"), Some(USER), Some(USER))?;
    }
    Ok(())
}

impl Stage {
    /// Starts the program under ptrace. In its arguments `@` stands for the directory that it may use.
    pub fn start(program: &Path, arguments: &[String], operation: &Operation) -> std::io::Result<Stage> {
        let directory = tempfile::Builder::new().prefix("libdaemon-faults-").tempdir()?;
        prepare(directory.path())?;
        let path = directory.path().to_str().expect("a name in UTF-8").to_owned();
        let words = std::iter::once(program.to_str().expect("a name in UTF-8").to_owned());
        let words = words.chain(arguments.iter().map(|word| word.replace('@', &path)));
        let words: Vec<CString> = words.map(|word| CString::new(word).expect("no NUL")).collect();
        let terminal = openpty(None, None)?;
        for end in [&terminal.master, &terminal.slave] {
            fcntl(end, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
        }
        let (mut told, tell) = pipe2(OFlag::O_CLOEXEC).map(|(read, write)| (File::from(read), File::from(write)))?;
        let (wait, mut go) = pipe2(OFlag::O_CLOEXEC).map(|(read, write)| (File::from(read), File::from(write)))?;
        // SAFETY: this process has one thread.
        let bystander = match unsafe { fork() }? {
            ForkResult::Parent { child } => child.as_raw(),
            ForkResult::Child => {
                drop((told, go));
                stand_by(&terminal.slave, tell, wait, directory.path(), &words, operation)
            }
        };
        drop((tell, wait, terminal.slave));
        let mut pid = [0; 4];
        told.read_exact(&mut pid)?;
        let launcher = i32::from_ne_bytes(pid);
        ptrace::seize(launcher)?;
        go.write_all(&[1])?;
        let path = directory.path().to_owned();
        Ok(Stage { launcher, bystander, directory: path, _terminal: terminal.master, _directory: directory })
    }
}

/// The bystander: leads the session, starts the launcher, reaps it and stays.
fn stand_by(
    terminal: &OwnedFd,
    mut tell: File,
    wait: File,
    directory: &Path,
    words: &[CString],
    operation: &Operation,
) -> ! {
    // SAFETY: takes integers.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    let prepared = setsid().and_then(|_| {
        // SAFETY: takes integers.
        nix::errno::Errno::result(unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TIOCSCTTY, 0) })?;
        for number in 0..3 {
            // SAFETY: the numbers are the standard streams, which nothing in this process owns.
            std::mem::forget(unsafe { dup2_raw(terminal, number) }?);
        }
        Ok(())
    });
    if prepared.is_err() {
        exit(1);
    }
    // SAFETY: this process has one thread.
    match unsafe { fork() } {
        Ok(ForkResult::Child) => {
            drop(tell);
            become_launcher(wait, directory, words, operation)
        }
        Ok(ForkResult::Parent { child }) => {
            let _ = tell.write_all(&child.as_raw().to_ne_bytes());
            drop((tell, wait));
            loop {
                if nix::sys::wait::waitpid(None::<Pid>, None).is_err() {
                    pause();
                }
            }
        }
        Err(_) => exit(1),
    }
}

fn become_launcher(mut wait: File, directory: &Path, words: &[CString], operation: &Operation) -> ! {
    let ready = wait.read_exact(&mut [0]);
    drop(wait);
    // Whatever this process was given is none of the program's.
    // SAFETY: takes integers.
    unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC) };
    let inherited = File::open("/dev/zero").and_then(|file| {
        for number in [60, 61] {
            // SAFETY: nothing in this process owns these numbers.
            std::mem::forget(unsafe { dup2_raw(&file, number) }?);
        }
        Ok(())
    });
    let mut blocked = SigSet::empty();
    blocked.add(Signal::SIGUSR2);
    // SAFETY: ignoring a signal runs nothing.
    let ignored = unsafe { signal(Signal::SIGWINCH, SigHandler::SigIgn) };
    // SAFETY: as above.
    let defaults = unsafe { signal(Signal::SIGPIPE, SigHandler::SigDfl) };
    let masked = sigprocmask(SigmaskHow::SIG_SETMASK, Some(&blocked), None);
    umask(Mode::from_bits_truncate(0o027));
    let moved = chdir(&directory.join("start"));
    for &number in operation.closed {
        // SAFETY: nothing in this process owns the standard streams, and nothing but exec follows.
        unsafe { libc::close(number) };
    }
    let became = match () {
        () if operation.as_user => become_user(),
        // A group that no daemon of another user may keep.
        () if geteuid().is_root() => setgroups(&[Gid::from_raw(1)]),
        () => Ok(()),
    };
    if became.is_ok()
        && inherited.is_ok()
        && ignored.is_ok()
        && defaults.is_ok()
        && masked.is_ok()
        && moved.is_ok()
        && ready.is_ok()
    {
        let _ = execv(&words[0], words);
    }
    exit(127)
}

fn become_user() -> nix::Result<()> {
    setgroups(&[])?;
    setresgid(Gid::from_raw(USER), Gid::from_raw(USER), Gid::from_raw(USER))?;
    setresuid(Uid::from_raw(USER), Uid::from_raw(USER), Uid::from_raw(USER))
}

fn exit(status: i32) -> ! {
    // SAFETY: takes an integer.
    unsafe { libc::_exit(status) }
}
