//! A process that is followed.

use std::collections::HashMap;

use nix::libc::c_long;

use super::observe;
use super::trail::Member;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    Running,
    /// By a signal such as SIGSTOP.
    Halted,
    /// By the walk, before it answers the daemon, so that the fault comes first.
    Delayed,
}

pub struct Tracee {
    pub member: Member,
    /// How many forks it is away from the launcher.
    pub depth: usize,
    pub stop: Stop,
    /// The call that it is in: number, arguments, description.
    pub call: Option<(c_long, [u64; 6], String)>,
    pub counts: HashMap<String, usize>,
    /// What the call is to give instead of what the kernel says.
    pub result: Option<i64>,
    /// What it does is the program's own.
    pub paused: bool,
    /// Nothing more is expected of it.
    pub done: bool,
}

impl Tracee {
    pub fn new(pid: i32, role: String, depth: usize, walked: bool) -> Tracee {
        let member = Member {
            pid,
            role,
            said: None,
            exit: None,
            walked,
            ended_unheard: false,
            before: None,
            after: None,
            last: None,
        };
        Tracee {
            member,
            depth,
            stop: Stop::Running,
            call: None,
            counts: HashMap::new(),
            result: None,
            paused: false,
            done: false,
        }
    }

    /// What `caller` has left of this process when its call comes back.
    pub fn left_to(&self, caller: i32) -> Option<String> {
        let (pid, role) = (self.member.pid, &self.member.role);
        match observe::run_state(pid) {
            Some('Z') if observe::parent(pid) == Some(caller) => Some(format!("{role} is a zombie")),
            None | Some('Z' | 'X') => None,
            _ if self.member.exit.is_some() => None,
            _ if self.member.said.is_some() => Some(format!("{role} runs")),
            _ => Some(self.whereabouts()),
        }
    }

    /// Has it come to its first stop without its parent's fork having been told of?
    pub fn is_stray(&self) -> bool {
        self.member.role.is_empty() && !self.has_ended()
    }

    pub fn has_ended(&self) -> bool {
        self.member.exit.is_some()
    }

    /// Has its call given -1?
    pub fn has_failed(&self) -> bool {
        self.member.said.as_ref().is_some_and(|said| said.result == -1)
    }

    /// What it waits for.
    pub fn whereabouts(&self) -> String {
        let role = &self.member.role;
        match (&self.call, self.stop) {
            (_, Stop::Halted) => format!("{role} is stopped"),
            (Some((_, _, call)), _) => format!("{role} waits in {call}"),
            (None, _) => format!("{role} runs"),
        }
    }
}
