//! What is found, and what it is called.

/// What must not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fail {
    /// It never came back.
    Hang,
    /// A process that is none of the library's business was ended.
    Stranger,
    /// The launcher was told of a daemon, and there is none.
    FalseSuccess,
    /// There is a daemon, and the launcher was told that there is none.
    Unknown,
    /// A process ended by a signal that nobody had sent it, or in another way that it should not.
    Crash,
    /// A failed call has left something, or has changed something.
    Left,
    /// It worked, but not all is right.
    Wrong,
    /// A failure without a line, without its step, or with another errno than it had.
    Line,
}

impl Fail {
    pub const ALL: [(Fail, &'static str); 8] = [
        (Fail::Hang, "hang"),
        (Fail::Stranger, "stranger killed"),
        (Fail::FalseSuccess, "false success"),
        (Fail::Unknown, "unknown daemon"),
        (Fail::Crash, "crash"),
        (Fail::Left, "left behind"),
        (Fail::Wrong, "not right"),
        (Fail::Line, "misleading"),
    ];

    pub fn name(self) -> &'static str {
        Fail::ALL.iter().find(|(fail, _)| *fail == self).map_or("", |(_, name)| name)
    }
}

/// What has come of a fault, in words, and what of it must not be.
pub struct Verdict {
    pub outcome: String,
    pub fails: Vec<(Fail, String)>,
}

pub fn name_of(errno: i32) -> String {
    let debug = format!("{:?}", nix::errno::Errno::from_raw(errno));
    if debug == "UnknownErrno" { errno.to_string() } else { debug }
}
