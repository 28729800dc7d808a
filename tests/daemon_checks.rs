//! What holds of every good daemon, whichever face made it.

use std::path::Path;

use rustix::process::Signal;

use crate::harness::{Daemon, Process};

pub fn is_an_orphan_in_its_own_session(daemon: &Daemon) {
    let process = &daemon.process;
    assert_eq!(process.parent(), daemon.run.keeper(), "orphan: child of the subreaper");
    assert_ne!(process.session(), process.pid(), "not_leader");
    assert_ne!(process.session(), daemon.run.program(), "own_session: not the launcher's");
    assert_ne!(process.session(), Process::new(daemon.run.keeper()).session(), "own_session: not the keeper's");
    assert_eq!(process.terminal(), 0, "no_ctty");
}

/// `handled` and `ignored` are what the service itself has asked for, and its runtime.
pub fn has_a_clean_slate(daemon: &Daemon, handled: &[Signal], ignored: &[Signal]) {
    let process = &daemon.process;
    assert_eq!(process.link("cwd"), Path::new("/"), "cwd_root");
    assert_eq!(process.umask(), 0, "umask_zero");
    assert!(process.signals("SigBlk").is_empty(), "sigmask: {:?}", process.signals("SigBlk"));
    let numbers = |signals: &[Signal]| signals.iter().map(|signal| signal.as_raw()).collect::<Vec<_>>();
    assert_eq!(process.signals("SigIgn"), numbers(ignored), "sigdisp");
    assert_eq!(process.signals("SigCgt"), numbers(handled), "sigdisp: only the service's own handlers");
}

pub fn is_the_only_process(daemon: &mut Daemon) {
    assert_eq!(daemon.process.status("Threads"), "1", "one_process");
    let children = Process::children_of(daemon.pid());
    assert!(children.is_empty(), "no_zombie_kept: {children:?}");
    let left = Process::children_of(daemon.run.keeper());
    assert_eq!(left.iter().map(Process::pid).collect::<Vec<_>>(), [daemon.pid()], "one_process");
    let program = daemon.run.program();
    let reaped = daemon.run.reaped();
    assert!(reaped.iter().all(|(pid, _)| *pid == program), "intermediate_reaped: {reaped:?}");
}
