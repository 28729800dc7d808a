//! What holds of every good daemon, whichever face made it.

use std::path::Path;

use rustix::process::Signal;

use crate::harness::{Daemon, Exit, Process, Reports};

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

pub fn has_only_dev_null_open(daemon: &Daemon) {
    let descriptors = daemon.process.descriptors();
    assert_eq!(descriptors.keys().copied().collect::<Vec<_>>(), [0, 1, 2], "no_leaked_fds: {descriptors:?}");
    for (fd, file) in descriptors {
        assert_eq!(file, Path::new("/dev/null"), "stdin_null, stdout_null, closed_null: {fd}");
    }
}

/// By the service's own report; `written` are the ways in which it has written. Ends it.
pub fn is_free_of_its_terminal(daemon: &mut Daemon, reports: &mut Reports, written: &[&str]) {
    let found = daemon.probe(reports);
    assert_eq!(found["devtty"], 6, "devtty_enxio: /dev/tty gives ENXIO");
    assert_eq!(found["acquired"], 0, "pty_open_no_ctty: an opened terminal is not acquired");
    assert_eq!(found["stdin"], 0, "stdin_eof");
    for way in written {
        assert_eq!(found[*way], 0, "write_after_hangup: no EIO: {way}");
    }
    assert_eq!(found["timer"], 0, "survives_alarm: no timer is left");
    assert_eq!(daemon.process.terminal(), 0, "no_ctty, still");
    assert!(daemon.process.is_alive(), "survives_hangup");
    assert_eq!(daemon.terminate(), Exit::Status(0), "sigterm_stops");
}
