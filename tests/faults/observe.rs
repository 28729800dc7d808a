//! What a process and the files of its directory are like, as text, to be compared.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::fcntl::{FcntlArg, Flock, FlockArg, fcntl};
use nix::libc;

/// Names of properties, and what they are.
pub type State = BTreeMap<String, String>;

/// What stands for numbers and names that differ from run to run.
pub struct Names<'a> {
    pub directory: &'a Path,
    /// Pids, and what each is called.
    pub processes: &'a [(i32, String)],
}

impl Names<'_> {
    pub fn process(&self, pid: i32) -> String {
        let found = self.processes.iter().find(|(known, _)| *known == pid);
        found.map_or_else(|| "another process".to_owned(), |(_, name)| name.clone())
    }

    /// A path, or what /proc says of a descriptor that is no file.
    pub fn file(&self, path: &str) -> String {
        let directory = self.directory.to_str().expect("a name in UTF-8");
        if let Some(inside) = path.strip_prefix(directory) {
            return format!("@{inside}");
        }
        if path.starts_with("/dev/pts/") {
            return "the terminal".to_owned();
        }
        path.split(":[").next().unwrap_or_default().to_owned()
    }
}

fn read(pid: i32, name: &str) -> String {
    fs::read_to_string(format!("/proc/{pid}/{name}")).unwrap_or_default()
}

/// The fields of its stat from the third on; empty when there is no such process.
fn stat(pid: i32) -> Vec<String> {
    let stat = read(pid, "stat");
    stat.rsplit_once(") ").map_or(Vec::new(), |(_, rest)| rest.split_whitespace().map(str::to_owned).collect())
}

/// R, S, D, T, t or Z; `None` when there is no such process.
pub fn run_state(pid: i32) -> Option<char> {
    stat(pid).first().and_then(|state| state.chars().next())
}

pub fn parent(pid: i32) -> Option<i32> {
    stat(pid).get(1).and_then(|parent| parent.parse().ok())
}

/// The process that a thread, or it itself, is of.
pub fn thread_group(pid: i32) -> i32 {
    let status = read(pid, "status");
    let leader = status.lines().find_map(|line| line.strip_prefix("Tgid:"));
    leader.and_then(|leader| leader.trim().parse().ok()).unwrap_or(pid)
}

pub fn is_thread(pid: i32) -> bool {
    thread_group(pid) != pid
}

/// Has it been sent SIGKILL, and not got to it yet?
pub fn has_pending_kill(pid: i32) -> bool {
    let status = read(pid, "status");
    let sets = status.lines().filter_map(|line| line.strip_prefix("ShdPnd:").or(line.strip_prefix("SigPnd:")));
    let mut sets = sets.filter_map(|set| u64::from_str_radix(set.trim(), 16).ok());
    sets.any(|set| set & (1 << (libc::SIGKILL - 1)) != 0)
}

/// All that the walk looks at in a process.
pub fn process(pid: i32, names: &Names) -> State {
    let mut state = State::new();
    let fields = stat(pid);
    let number = |field: usize| fields.get(field - 3).and_then(|text| text.parse::<i32>().ok()).unwrap_or(-1);
    let whose = |id: i32| if id == pid { "its own".to_owned() } else { names.process(id) };
    state.insert("parent".into(), names.process(number(4)));
    state.insert("process group".into(), whose(number(5)));
    state.insert("session".into(), whose(number(6)));
    state.insert("terminal".into(), if number(7) == 0 { "none" } else { "one" }.into());
    for link in ["cwd", "root"] {
        let path = fs::read_link(format!("/proc/{pid}/{link}")).unwrap_or_default();
        state.insert(link.into(), names.file(&path.to_string_lossy()));
    }
    const LINES: [&str; 15] = [
        "Umask",
        "Uid",
        "Gid",
        "Groups",
        "Threads",
        "SigPnd",
        "ShdPnd",
        "SigBlk",
        "SigIgn",
        "SigCgt",
        "CapInh",
        "CapPrm",
        "CapEff",
        "CapBnd",
        "NoNewPrivs",
    ];
    for line in read(pid, "status").lines() {
        if let Some((name, value)) = line.split_once(':').filter(|(name, _)| LINES.contains(name)) {
            state.insert(name.into(), value.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
    let entries = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    for number in entries.filter_map(|entry| entry.file_name().into_string().ok()) {
        let path = fs::read_link(format!("/proc/{pid}/fd/{number}")).unwrap_or_default();
        let info = read(pid, &format!("fdinfo/{number}"));
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:")).unwrap_or_default().trim().to_owned();
        let locks = info.lines().filter_map(|line| line.strip_prefix("lock:")).map(lock).collect::<String>();
        state.insert(format!("fd {number}"), format!("{} {flags}{locks}", names.file(&path.to_string_lossy())));
    }
    state
}

/// "1: OFDLCK ADVISORY WRITE -1 08:01:99 0 0", without what differs from run to run.
fn lock(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        [_, kind, _, mode, _, _, from, to] => format!(", {kind} {mode} {from}-{to}"),
        _ => format!(", {line}"),
    }
}

/// The files in the directory: kind, mode, owner, text; and who has locked what.
pub fn files(names: &Names) -> State {
    let mut state = State::new();
    collect(names.directory, names, &mut state);
    state
}

fn collect(directory: &Path, names: &Names, state: &mut State) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        let Ok(status) = fs::symlink_metadata(&path) else { continue };
        let name = names.file(&path.to_string_lossy());
        let text = if status.is_file() { text(&path, names) } else { String::new() };
        let about = format!("{:o} {}:{} {text:?}", status.mode(), status.uid(), status.gid());
        if status.is_file() {
            if let Some(locks) = locks(&path) {
                state.insert(format!("lock on {name}"), locks);
            }
        }
        state.insert(format!("file {name}"), about);
        if status.is_dir() {
            collect(&path, names, state);
        }
    }
}

/// Who has locked which bytes of the file, as another process would meet it.
fn locks(path: &Path) -> Option<String> {
    let file = File::open(path).ok()?;
    let mut held = Vec::new();
    for byte in 0..4 {
        let mut lock = libc::flock { l_type: libc::F_WRLCK as _, l_whence: 0, l_start: byte, l_len: 1, l_pid: 0 };
        fcntl(&file, FcntlArg::F_OFD_GETLK(&mut lock)).ok()?;
        if i32::from(lock.l_type) != libc::F_UNLCK {
            let kind = if i32::from(lock.l_type) == libc::F_WRLCK { "write" } else { "read" };
            held.push(format!("{kind} {byte}"));
        }
    }
    if Flock::lock(file, FlockArg::LockExclusiveNonblock).is_err() {
        held.push("flock".into());
    }
    (!held.is_empty()).then(|| held.join(", "))
}

/// A pid in a file is whose it is.
fn text(path: &Path, names: &Names) -> String {
    let bytes = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    match text.trim().parse::<i32>() {
        Ok(pid) if names.processes.iter().any(|(known, _)| *known == pid) => format!("pid of {}", names.process(pid)),
        _ => text.into_owned(),
    }
}

/// What `now` says otherwise than `before`.
pub fn differences(before: &State, now: &State) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in before {
        match now.get(name) {
            None => found.push(format!("{name} is gone ({value})")),
            Some(other) if other != value => found.push(format!("{name}: {other}, not {value}")),
            Some(_) => {}
        }
    }
    found.extend(
        now.iter()
            .filter(|(name, _)| !before.contains_key(*name))
            .map(|(name, value)| format!("{name} is new ({value})")),
    );
    without_other_numbers(&mut found);
    found
}

/// Takes out what has become another descriptor's number: on another way others were open meanwhile.
fn without_other_numbers(found: &mut Vec<String>) {
    let moved = |text: &str, change: &str| {
        let (number, file) = text.strip_prefix("fd ")?.split_once(change)?;
        number.parse::<i32>().ok().map(|_| file.to_owned())
    };
    while let Some((gone, new)) = found.iter().enumerate().find_map(|(at, text)| {
        let file = moved(text, " is gone ")?;
        let new = found.iter().position(|other| moved(other, " is new ").as_ref() == Some(&file))?;
        Some((at, new))
    }) {
        found.remove(gone.max(new));
        found.remove(gone.min(new));
    }
}
