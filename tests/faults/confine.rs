//! The walk in a pid namespace of its own: whatever a fault has a program do to other processes, it does to none of this
//! machine's.

use std::fs;
use std::process::ExitCode;

use nix::errno::Errno;
use nix::libc;
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, fork, getgid, getuid};

/// Goes on in a child that is process 1 of a new pid namespace, with a /proc of its own; gives the status to leave with in
/// this process. `None` in the child, and where no such namespace is to be had: then the walk keeps calls away from strangers
/// alone (see `walk_news`).
pub fn confine() -> Result<Option<ExitCode>, String> {
    let lost = |what: &str, errno: Errno| format!("{what}: {errno}");
    let (user, group) = (getuid(), getgid());
    let own = CloneFlags::CLONE_NEWPID | CloneFlags::CLONE_NEWNS;
    let flags = if user.is_root() { own } else { own | CloneFlags::CLONE_NEWUSER };
    if let Err(errno) = unshare(flags) {
        println!("no pid namespace for the walk: {errno}");
        return Ok(None);
    }
    if !user.is_root() {
        let map = |name: &str, text: String| fs::write(format!("/proc/self/{name}"), text).map_err(|e| e.to_string());
        map("setgroups", "deny".to_owned())?;
        map("uid_map", format!("{user} {user} 1"))?;
        map("gid_map", format!("{group} {group} 1"))?;
    }
    // SAFETY: this process has one thread.
    match unsafe { fork() }.map_err(|errno| lost("fork", errno))? {
        ForkResult::Parent { child } => match waitpid(child, None).map_err(|errno| lost("waitpid", errno))? {
            WaitStatus::Exited(_, status) => Ok(Some(ExitCode::from(u8::try_from(status).unwrap_or(1)))),
            status => Err(format!("the walk ended with {status:?}")),
        },
        ForkResult::Child => {
            // SAFETY: takes integers.
            unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
            let none: Option<&str> = None;
            // What is mounted on it is not to be seen outside; where it is no mount point, there is nothing to keep apart.
            let _ = mount(none, "/proc", none, MsFlags::MS_PRIVATE | MsFlags::MS_REC, none);
            let limits = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
            mount(Some("proc"), "/proc", Some("proc"), limits, none).map_err(|errno| lost("mount /proc", errno))?;
            Ok(None)
        }
    }
}
