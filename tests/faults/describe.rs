//! What a call is about, in words that are the same in every run.

use nix::libc::{self, c_long};

use super::observe::Names;
use super::ptrace::text_at;
use super::table::{self, MALLOC, Row};

/// The calls that do not exist, by which a program speaks to the walk (programs/walk.h).
pub const WALK_CALL: c_long = 0x57414c4b;
pub const ALLOCATE: u64 = 3;

/// The row of a call, and `name(about what)`.
pub fn call(pid: i32, number: c_long, arguments: &[u64; 6], names: &Names) -> (Option<&'static Row>, String) {
    if number == WALK_CALL && arguments[0] == ALLOCATE {
        return (Some(&MALLOC), "malloc".to_owned());
    }
    match table::row(number, arguments) {
        Some(row) => {
            let about = about(pid, row, arguments, names);
            (Some(row), if about.is_empty() { row.name.to_owned() } else { format!("{}({about})", row.name) })
        }
        None => (None, format!("call {number}")),
    }
}

fn about(pid: i32, row: &Row, arguments: &[u64; 6], names: &Names) -> String {
    let [first, second, third, fourth, ..] = *arguments;
    let text = |address| short(&names.file(&text_at(pid, address)));
    let open = |number: u64| descriptor(pid, number as i32, names);
    // A name in an open directory.
    let text_from = |directory: u64, address| {
        let name = text_at(pid, address);
        let directory = match directory as i32 {
            libc::AT_FDCWD => None,
            number => std::fs::read_link(format!("/proc/{pid}/fd/{number}")).ok(),
        };
        match directory {
            Some(directory) if !name.is_empty() && name != "." => {
                short(&names.file(&directory.join(&name).to_string_lossy()))
            }
            _ => short(&names.file(&name)),
        }
    };
    match row.name {
        "openat" if third as i32 & libc::O_CREAT != 0 => format!("{}, create", text_from(first, second)),
        "renameat" => format!("{} to {}", text_from(first, second), text_from(third, fourth)),
        "newfstatat" | "statx" | "faccessat" | "faccessat2" | "readlinkat" | "unlinkat" | "mkdirat" | "fchmodat"
        | "fchownat" | "mknodat" | "openat" | "openat2" => {
            let path = text_from(first, second);
            if path.is_empty() { open(first) } else { path }
        }
        "access" | "statfs" | "readlink" | "unlink" | "mkdir" | "mknod" | "chdir" | "chroot" | "execve" => text(first),
        "dup2" | "dup3" => format!("{} to {second}", open(first)),
        "fcntl" => command(second as i32, third, pid, &open(first)),
        "close" | "fstat" | "fstatfs" | "lseek" | "getdents64" | "read" | "pread64" | "write" | "pwrite64"
        | "ftruncate" | "fchown" | "fchmod" | "fchdir" | "flock" | "ioctl" | "sendto" | "sendmsg" | "recvfrom"
        | "recvmsg" | "getsockopt" | "setsockopt" | "shutdown" | "bind" | "connect" | "pidfd_send_signal" => {
            open(first)
        }
        "kill" | "tkill" => format!("{}, {}", process(first as i32, names), signal(second as i32)),
        "tgkill" => signal(third as i32),
        "wait4" => process(first as i32, names),
        "waitid" | "pidfd_open" => process(if row.name == "waitid" { second } else { first } as i32, names),
        "prctl" => option(first as i32),
        "rt_sigaction" => signal(first as i32),
        "close_range" => format!("from {first}"),
        "setitimer" => format!("{first}"),
        "poll" => format!("{second}"),
        "mmap" if fourth as i32 & libc::MAP_ANONYMOUS != 0 => "memory".to_owned(),
        _ => String::new(),
    }
}

/// In /proc, processes and threads are not called by their numbers, which differ from run to run.
fn short(path: &str) -> String {
    let Some(rest) = path.strip_prefix("/proc/") else { return path.to_owned() };
    let parts: Vec<&str> = rest.split('/').collect();
    let is_process = |place: usize| place == 0 || parts[place - 1] == "task";
    let is_number =
        |part: &str| part == "self" || part == "thread-self" || part.bytes().all(|byte| byte.is_ascii_digit());
    let named =
        parts.iter().enumerate().map(|(place, part)| if is_process(place) && is_number(part) { "..." } else { part });
    format!("/proc/{}", named.collect::<Vec<_>>().join("/"))
}

fn descriptor(pid: i32, number: i32, names: &Names) -> String {
    if number == libc::AT_FDCWD {
        return "the working directory".to_owned();
    }
    match std::fs::read_link(format!("/proc/{pid}/fd/{number}")) {
        Ok(path) => short(&names.file(&path.to_string_lossy())),
        Err(_) => "a closed number".to_owned(),
    }
}

fn process(pid: i32, names: &Names) -> String {
    match pid {
        0 => "the own group".to_owned(),
        -1 => "any".to_owned(),
        pid if pid < 0 => format!("group of {}", names.process(-pid)),
        pid => names.process(pid),
    }
}

fn signal(number: i32) -> String {
    nix::sys::signal::Signal::try_from(number)
        .map_or_else(|_| format!("signal {number}"), |name| name.as_str().to_owned())
}

fn option(number: i32) -> String {
    let name = match number {
        libc::PR_SET_PDEATHSIG => "PDEATHSIG",
        libc::PR_SET_DUMPABLE => "DUMPABLE",
        libc::PR_GET_DUMPABLE => "GET_DUMPABLE",
        libc::PR_SET_KEEPCAPS => "KEEPCAPS",
        libc::PR_SET_SECUREBITS => "SECUREBITS",
        libc::PR_GET_SECUREBITS => "GET_SECUREBITS",
        libc::PR_CAPBSET_DROP => "CAPBSET_DROP",
        libc::PR_CAP_AMBIENT => "CAP_AMBIENT",
        libc::PR_SET_NAME => "NAME",
        libc::PR_SET_NO_NEW_PRIVS => "NO_NEW_PRIVS",
        libc::PR_SET_VMA => "VMA",
        _ => return format!("option {number}"),
    };
    name.to_owned()
}

fn command(command: i32, argument: u64, pid: i32, open: &str) -> String {
    let name = match command {
        libc::F_DUPFD_CLOEXEC => "DUPFD_CLOEXEC",
        libc::F_GETFD => "GETFD",
        libc::F_SETFD => "SETFD",
        libc::F_GETFL => "GETFL",
        libc::F_SETFL => "SETFL",
        libc::F_OFD_SETLK => return format!("{open}, OFD_SETLK {}", lock(pid, argument)),
        libc::F_SETLK => return format!("{open}, SETLK {}", lock(pid, argument)),
        libc::F_OFD_GETLK => return format!("{open}, OFD_GETLK {}", lock(pid, argument)),
        _ => return format!("{open}, command {command}"),
    };
    format!("{open}, {name}")
}

/// The struct flock at that address: what kind, from which byte.
fn lock(pid: i32, address: u64) -> String {
    use std::os::unix::fs::FileExt;
    let mut bytes = [0; 16];
    let memory = std::fs::File::open(format!("/proc/{pid}/mem"));
    if memory.and_then(|memory| memory.read_exact_at(&mut bytes, address)).is_err() {
        return String::new();
    }
    let [low, high, .., _, _, _, _, _, _, _, _] = bytes;
    let kind = match i32::from(i16::from_ne_bytes([low, high])) {
        libc::F_RDLCK => "read",
        libc::F_WRLCK => "write",
        _ => "unlock",
    };
    format!("{kind} {}", bytes[8])
}
