//! All processes of a daemon's session, as /proc lists them. A process is signalled only if it is shown to be in the
//! session.

use core::ffi::c_int;
use core::fmt;
use core::ops::ControlFlow;

use super::explanation;
use super::process_handle::ProcessHandle;
use super::running::Running;
use crate::error::{Error, Numbered, Object, Plain, Reason, Result, Step};
use crate::sys::clock::Deadline;
use crate::sys::process::{self, Pid};
use crate::sys::{Errno, directory, proc_files, signal};

pub struct Session<'a> {
    daemon: &'a Running<'a>,
    id: Pid,
}

impl<'a> Session<'a> {
    /// The session of the daemon. It must be the daemon's own: a terminal's session has other programs in it, too.
    pub fn of(daemon: &'a Running) -> Result<Session<'a>> {
        let id = process::session(daemon.process.pid).map_err(|errno| daemon.failed(errno))?;
        let session = Session { daemon, id };
        let refused = |why: &dyn fmt::Display| {
            Err(Error::of(Errno::EPERM, Step::SessionOf, Object::Number(daemon.process.pid.into()), why))
        };
        if process::session(0) == Ok(id) {
            return refused(&Plain("is the caller's, too"));
        }
        if session.has_another_leader().map_err(|errno| session.failed(id, errno))? {
            let leader = Numbered("process ", id.into());
            return refused(&format_args!("belongs to {leader}, which is not the daemon"));
        }
        Ok(session)
    }

    /// The leader of a daemon's own session is the daemon itself, or has ended. If another process has the leader's
    /// pid, then either the session is not the daemon's own, or all of it has ended and that process has made a session
    /// of its own.
    fn has_another_leader(&self) -> Result<bool, Errno> {
        if process::session(self.id) == Err(Errno::ESRCH) {
            return Ok(false);
        }
        if self.id == self.daemon.process.pid && !self.daemon.process.has_ended()? {
            return Ok(false);
        }
        ProcessHandle::open(self.id)?.map_or(Ok(false), |leader| Ok(!leader.has_ended()?))
    }

    /// Sends `signal` to every process of the session.
    pub fn signal(&self, signal: c_int) -> Result<()> {
        self.for_each(&mut |process| process.signal_and_continue(signal).map(|()| true))
    }

    /// Waits until no process of the session is left; false if some are at the deadline. Processes that were started
    /// after `signal` was sent get it, too.
    pub fn ends_before(&self, deadline: Deadline, signal: Option<c_int>) -> Result<bool> {
        // Every process that is found is waited for. So what is found in a later round is new, and has not got the
        // signal.
        let mut signal_now = signal.filter(|&signal| signal == signal::KILL);
        loop {
            let (mut met, mut in_time) = (false, true);
            self.for_each(&mut |process| {
                met = true;
                if let Some(signal) = signal_now {
                    process.signal_and_continue(signal)?;
                }
                in_time = process.ends_before(deadline)?;
                Ok(in_time)
            })?;
            if !met || !in_time {
                return Ok(in_time);
            }
            signal_now = signal;
        }
    }

    /// Calls `act` for every living process of the session, until it returns false. A failure does not stop it; the
    /// first one is returned at the end.
    fn for_each(&self, act: &mut dyn FnMut(&ProcessHandle) -> Result<bool, Errno>) -> Result<()> {
        let failed = |errno| Error::on(Step::Processes, c"/proc", errno);
        // A /proc of another pid namespace has other pids.
        if proc_files::own_number().map_err(failed)? != Some(process::id()) {
            return Err(failed(Errno::ENOENT));
        }
        let mut failure = None;
        let mut call = |pid: Pid| -> Result<bool, Errno> {
            if process::session(pid) != Ok(self.id) {
                return Ok(true);
            }
            let Some(handle) = ProcessHandle::open(pid)? else { return Ok(true) };
            // Checked again, because the pid could have changed its process before that was opened.
            if process::session(pid) != Ok(self.id) || handle.has_ended()? || self.has_another_leader()? {
                return Ok(true);
            }
            act(&handle)
        };
        let list = directory::list(c"/proc").map_err(failed)?;
        directory::for_each_number(&list, &mut |pid| match call(pid) {
            Ok(true) => ControlFlow::Continue(()),
            Ok(false) => ControlFlow::Break(()),
            Err(errno) => {
                failure.get_or_insert((pid, errno));
                ControlFlow::Continue(())
            }
        })
        .map_err(failed)?;
        failure.map_or(Ok(()), |(pid, errno)| Err(self.failed(pid, errno)))
    }

    fn failed(&self, pid: Pid, errno: Errno) -> Error {
        explanation::process(&self.daemon.file, pid, errno, &format_args!(" of its session: {}", Reason(errno)))
    }
}
