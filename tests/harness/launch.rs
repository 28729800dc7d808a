//! How a program is started: its arguments, its environment, and the place it finds itself in.

use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::compile::{checkout, library, library_directory, own_program};
use super::emulation::machine;
use super::files::{Scratch, mode_of};
use super::run::Run;
use super::{needs, program};

/// What the launcher's descriptors 1 and 2 are in the hostile place. 0 is the terminal in both.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stdio {
    Terminal,
    Pipes,
}

/// The hostile place: see `tests/c/hostile.c`.
#[derive(Clone)]
pub struct Hostile {
    parts: Option<String>,
    closed: String,
    stdio: Stdio,
}

impl Hostile {
    /// All that is bad at once: the terminal, descriptors, limit, umask, signals, alarm and groups.
    pub fn place() -> Hostile {
        Hostile { parts: None, closed: String::new(), stdio: Stdio::Pipes }
    }

    /// Only these of: tty fds limit umask ignored chld blocked alarm groups.
    pub fn only(parts: &str) -> Hostile {
        Hostile { parts: Some(parts.to_owned()), ..Hostile::place() }
    }

    /// With these of the descriptors 0, 1 and 2 closed, "02" for instance.
    pub fn closed(mut self, digits: &str) -> Hostile {
        self.closed = digits.to_owned();
        self
    }

    pub fn stdio(mut self, stdio: Stdio) -> Hostile {
        self.stdio = stdio;
        self
    }

    fn command(&self) -> Vec<OsString> {
        let mut words = vec![own_program("hostile").into_os_string()];
        words.extend(self.parts.iter().map(|parts| format!("--parts={parts}").into()));
        words.push(format!("--closed={}", self.closed).into());
        words.push(if self.stdio == Stdio::Terminal { "--stdio=terminal" } else { "--stdio=pipes" }.into());
        words.push("--".into());
        words
    }
}

/// A program to be started under a keeper of its own.
#[derive(Clone)]
pub struct Launch {
    pub(super) words: Vec<OsString>,
    pub(super) environment: Vec<(OsString, OsString)>,
    pub(super) directory: Option<PathBuf>,
    under: Vec<OsString>,
    hostile: Option<Hostile>,
}

impl Launch {
    /// The program compiled from `tests/c/NAME.c`.
    pub fn program(name: &str) -> Launch {
        let program = program(name);
        match machine() {
            Some(machine) => {
                let words = machine.command(&program);
                Launch::command(&words[0]).args(&words[1..])
            }
            None => Launch::command(program),
        }
    }

    /// Any program: a path, or a name for PATH.
    pub fn command(path: impl AsRef<OsStr>) -> Launch {
        let words = vec![path.as_ref().to_owned()];
        Launch { words, environment: Vec::new(), directory: None, under: Vec::new(), hostile: None }
    }

    pub fn arg(mut self, word: impl AsRef<OsStr>) -> Launch {
        self.words.push(word.as_ref().to_owned());
        self
    }

    pub fn args<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(mut self, words: I) -> Launch {
        self.words.extend(words.into_iter().map(|word| word.as_ref().to_owned()));
        self
    }

    /// `--name=value`.
    pub fn option(self, name: &str, value: impl Display) -> Launch {
        self.arg(format!("--{name}={value}"))
    }

    /// `--name=path`.
    pub fn option_path(self, name: &str, path: impl AsRef<Path>) -> Launch {
        self.option(name, path.as_ref().display())
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Launch {
        self.environment.push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// The launcher's working directory.
    pub fn directory(mut self, path: impl Into<PathBuf>) -> Launch {
        self.directory = Some(path.into());
        self
    }

    /// In the hostile place, or as much of it as that says.
    pub fn hostile(mut self, place: Hostile) -> Launch {
        self.hostile = Some(place);
        self
    }

    /// By another program that runs this one: `strace -f -o FILE`, `unshare --mount`, `setpriv`.
    pub fn under<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(mut self, words: I) -> Launch {
        self.under = words.into_iter().map(|word| word.as_ref().to_owned()).collect();
        self
    }

    /// The program and the library copied to where everybody can read them: the checkout may be in root's home.
    pub fn copied_to(mut self, scratch: &Scratch) -> Launch {
        let copy = scratch.path("program");
        fs::copy(&self.words[0], &copy).expect("copy of the program");
        let libraries = scratch.directory("libraries");
        fs::set_permissions(&libraries, Permissions::from_mode(0o755)).expect("mode of a directory");
        fs::copy(library(), libraries.join("libdaemon.so.1")).expect("copy of the library");
        self.words[0] = copy.into();
        self.env("LD_LIBRARY_PATH", libraries)
    }

    /// The whole command line.
    pub(super) fn command_line(&self) -> Vec<OsString> {
        let mut words = self.hostile.as_ref().map(Hostile::command).unwrap_or_default();
        words.extend(self.under.iter().cloned());
        words.extend(self.words.iter().cloned());
        words
    }

    /// Starts it; it runs when this returns.
    pub fn start(self) -> Run {
        self.under.first().into_iter().chain(self.words.first()).for_each(needs::program);
        Run::start(&self)
    }
}

/// Not so in root's home.
pub fn everybody_can_read_the_checkout() -> bool {
    let mut above = checkout().ancestors().chain(library_directory().ancestors());
    above.all(|directory| mode_of(directory) & 1 != 0)
}

/// The words for `Launch::under` that make it that user's, who may read this checkout wherever it is: in root's home, too.
pub fn as_user(id: &str) -> Vec<String> {
    let mut words =
        vec!["setpriv".to_owned(), format!("--reuid={id}"), format!("--regid={id}"), "--clear-groups".to_owned()];
    if !everybody_can_read_the_checkout() {
        words.extend(["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"].map(str::to_owned));
    }
    needs::works(
        "no right to become another user who can read this checkout",
        words.iter().map(String::as_str).chain(["true"]),
    );
    words
}
