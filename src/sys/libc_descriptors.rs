//! Descriptors that libc keeps open for a program, without telling it their numbers.

use core::ffi::{CStr, c_int};

use super::text::until_nul;
use super::{check, file};

// SAFETY: each takes nothing, and does nothing where no enumeration is under way.
unsafe extern "C" {
    safe fn endpwent();
    safe fn endgrent();
    safe fn endspent();
    safe fn endutxent();
    safe fn endhostent();
    safe fn endnetent();
    safe fn endprotoent();
    safe fn endservent();
}

/// Ends the enumerations of databases that are under way, whose files libc keeps open until then.
pub fn close_databases() {
    endpwent();
    endgrent();
    endspent();
    endutxent();
    endhostent();
    endnetent();
    endprotoent();
    endservent();
}

/// Closes the connection of syslog(3), and forgets the name that openlog(3) was given.
pub fn close_log() {
    // SAFETY: takes nothing; the next syslog(3) opens it again.
    unsafe { libc::closelog() };
}

/// How many descriptors one look covers.
const LOOK: usize = 64;

/// Calls `each` with the descriptors from `first` on that may be idle sockets. Says whether there may be open ones
/// beyond, or the kernel did not tell.
pub fn for_each_idle(first: c_int, mut each: impl FnMut(c_int)) -> bool {
    let mut polled = [libc::pollfd { fd: -1, events: libc::POLLIN, revents: 0 }; LOOK];
    (first..).zip(&mut polled).for_each(|(fd, polled)| polled.fd = fd);
    // SAFETY: the array is valid for reading and writing, and its length is the count given.
    let asked = check(unsafe { libc::poll(polled.as_mut_ptr(), LOOK as libc::nfds_t, 0) });
    let mut open = 0;
    for polled in polled.iter().filter(|polled| polled.revents & libc::POLLNVAL == 0) {
        open += 1;
        // Plain files and most devices can always be read.
        if polled.revents & (libc::POLLIN | libc::POLLHUP) != libc::POLLIN {
            each(polled.fd);
        }
    }
    asked.is_err() || open == LOOK
}

/// Is it connected to the system's log, as syslog(3) has it?
pub fn is_connected_to_log(fd: c_int) -> bool {
    const LOG: &CStr = c"/dev/log";
    // SAFETY: all zeroes is a valid address.
    let mut peer: libc::sockaddr_un = unsafe { core::mem::zeroed() };
    let mut size = size_of::<libc::sockaddr_un>() as libc::socklen_t;
    // SAFETY: `peer` is valid for writing `size` bytes, and so is `size`.
    let asked = unsafe { libc::getpeername(fd, (&raw mut peer).cast(), &mut size) };
    if asked != 0 || c_int::from(peer.sun_family) != libc::AF_UNIX {
        return false;
    }
    let path = peer.sun_path.map(|character| character as u8);
    let Some(path) = until_nul(&path) else { return false };
    // Often a link to where the log has its socket: what the peer is called is that.
    let identity = |path| file::status_behind(path).map(|status| status.identity);
    path == LOG || (!path.is_empty() && identity(LOG).is_ok_and(|log| identity(path) == Ok(log)))
}
