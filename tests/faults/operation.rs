//! An operation of the walk: a program, and what it is to come to.

use super::trail::Fault;

/// What an operation comes to when nothing fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A daemon, which the launcher leaves alone.
    Start,
    /// The same, and the launcher is told its pid.
    StartByFork,
    /// A start whose daemon gives up.
    FailedStart,
    /// The process itself is the daemon.
    Foreground,
    /// A call that comes back.
    Call,
    /// The end of a daemon.
    End,
}

pub struct Operation {
    pub name: &'static str,
    program: &'static str,
    /// `@` is a directory of the run's own, `%` the time that a launcher waits.
    arguments: &'static [&'static str],
    pub kind: Kind,
    pub needs_root: bool,
    /// Its result says nothing about what fails on the way: the files need not be as when nothing fails.
    pub best_effort: bool,
    /// The program is that of an unprivileged user.
    pub as_user: bool,
    /// The process that calls takes on another user, or its daemon does so in its memory. Then not even its own user may look
    /// into it, until it allows that again, which a fault can prevent.
    pub changes_user: bool,
    /// Those of the descriptors 0, 1 and 2 that are closed when the program starts.
    pub closed: &'static [i32],
    /// What its processes are called, by the number of forks that they are away from the program.
    pub roles: &'static [&'static str],
    /// It is several calls, of which those before the one that fails stand.
    pub several: bool,
}

impl Operation {
    pub const fn new(
        name: &'static str,
        program: &'static str,
        kind: Kind,
        arguments: &'static [&'static str],
    ) -> Operation {
        let roles: &[&str] = match kind {
            Kind::Foreground | Kind::Call => &["program", "child", "grandchild"],
            _ => &["launcher", "intermediate", "daemon", "child of the daemon"],
        };
        Operation {
            name,
            program,
            arguments,
            kind,
            needs_root: false,
            best_effort: false,
            as_user: false,
            changes_user: false,
            closed: &[],
            roles,
            several: false,
        }
    }

    pub const fn for_root(self) -> Operation {
        Operation { needs_root: true, ..self }
    }

    /// Root starts the program as that user.
    pub const fn by_user(self) -> Operation {
        Operation { as_user: true, needs_root: true, ..self }
    }

    pub const fn changes_user(self) -> Operation {
        Operation { changes_user: true, needs_root: true, ..self }
    }

    pub const fn best_effort(self) -> Operation {
        Operation { best_effort: true, ..self }
    }

    pub const fn several(self) -> Operation {
        Operation { several: true, ..self }
    }

    pub const fn closed(self, closed: &'static [i32]) -> Operation {
        Operation { closed, ..self }
    }

    pub const fn roles(self, roles: &'static [&'static str]) -> Operation {
        Operation { roles, ..self }
    }

    /// The program; `allocating` is the one whose allocations can be refused.
    pub fn program(&self, allocating: bool) -> String {
        if allocating { format!("{}-alloc", self.program) } else { self.program.to_owned() }
    }

    /// What is stopped is waited for in vain, so that is to be over soon.
    pub fn arguments(&self, fault: Option<Fault>) -> Vec<String> {
        let time = if fault == Some(Fault::Signal(nix::libc::SIGSTOP)) { "600" } else { "10000" };
        let limit = self.can_limit_the_set_up().then_some("--setup-timeout=%");
        self.arguments.iter().copied().chain(limit).map(|word| word.replace('%', time)).collect()
    }

    /// It takes options of a start.
    fn can_limit_the_set_up(&self) -> bool {
        self.arguments.contains(&"--foreground=1")
    }

    /// Does the launcher wait for a time at most?
    pub fn has_time_limit(&self) -> bool {
        self.can_limit_the_set_up() || self.arguments.iter().any(|word| word.contains('%'))
    }

    /// Does its launcher wait for a time that is not the walk's to choose?
    pub fn waits_too_long(&self) -> bool {
        self.kind == Kind::Start && !self.has_time_limit()
    }
}
