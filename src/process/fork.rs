//! Forks that fail.

use crate::error::{Error, Step};
use crate::sys::{Errno, namespace};

/// A failed fork, with what the kernel means by its errno.
pub fn failed(step: Step, errno: Errno) -> Error {
    let why = match errno {
        Errno::EAGAIN => "no more processes are allowed, by RLIMIT_NPROC, the control group or the system",
        // EINVAL: of the thread that starts another program.
        Errno::ENOMEM | Errno::EINVAL if namespace::has_left_its_own_for_children() => {
            "process 1 of the pid namespace has ended, or unshare(2) forbids threads: fork first"
        }
        errno => return Error::at(step, errno),
    };
    Error::told(step, errno, why)
}
