//! What a run of a program left behind for the judge.

use super::observe::State;
use super::ptrace::Exit;
use super::table::Row;

/// What is made to happen at a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// It fails with this.
    Errno(i32),
    /// It does half of what it was asked for.
    Short,
    /// This signal arrives while it is being entered.
    Signal(i32),
}

/// A call of a process, the first of its kind or a later one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub role: String,
    pub call: String,
    /// From 1.
    pub occurrence: usize,
}

/// A place that was seen, and what can fail there.
#[derive(Clone)]
pub struct Seen {
    pub place: Place,
    pub row: Option<&'static Row>,
}

/// What a program said at walk_end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub result: i64,
    pub errno: i32,
    pub line: String,
    pub step: String,
    pub last_errno: i32,
    pub status: i32,
}

/// A process of the run.
#[derive(Clone)]
pub struct Member {
    pub pid: i32,
    pub role: String,
    pub said: Option<Said>,
    pub exit: Option<Exit>,
    /// The walk was on in it, or in the one that made it.
    pub walked: bool,
    /// It had ended, and the launcher had not told it anything by then.
    pub ended_unheard: bool,
    /// What it was like at its walk_begin, at its walk_end, and in the end.
    pub before: Option<State>,
    pub after: Option<State>,
    pub last: Option<State>,
}

/// All that was seen in a run.
#[derive(Clone, Default)]
pub struct Trail {
    pub seen: Vec<Seen>,
    /// Has the fault happened?
    pub reached: bool,
    /// The pid of the process that it happened to.
    pub target: i32,
    pub members: Vec<Member>,
    pub notes: Vec<String>,
    pub files_before: State,
    /// At the walk_end of the process that began the walk; else in the end.
    pub files_after: State,
    /// What that process had left when its call came back: processes, zombies.
    pub left: Vec<String>,
    /// It never came to an end: what was waiting where.
    pub hang: Option<String>,
    /// A process that the library had nothing to do with was ended, or would have been with all others.
    pub bystander_killed: bool,
}

impl Trail {
    /// The process that began the walk.
    pub fn subject(&self) -> Option<&Member> {
        self.members.iter().find(|member| member.before.is_some())
    }

    /// Those that live in the end.
    pub fn alive(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.exit.is_none())
    }
}
