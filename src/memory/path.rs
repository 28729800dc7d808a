//! Paths that stay right when the working directory or the root directory changes.

use core::ffi::CStr;

use super::{CString, OutOfMemory};
use crate::sys::text::until_nul;
use crate::sys::{Errno, file};

/// The path without symbolic links of an existing file or directory.
pub fn real(path: &CStr) -> Result<CString, Errno> {
    // SAFETY: libc allocates the result and leaves it to us.
    unsafe { CString::from_raw(file::real_path(path)) }.ok_or_else(Errno::last)
}

/// Replaces `path` by its real path, if it has one.
pub fn resolve(path: &mut CString) {
    if let Ok(real) = real(path.as_c_str()) {
        *path = real;
    }
}

/// `path`, made absolute from the present working directory.
pub fn absolute(path: &CStr) -> Result<CString, Errno> {
    if path.to_bytes().first() == Some(&b'/') {
        return Ok(CString::copy(path)?);
    }
    // SAFETY: libc allocates the result and leaves it to us.
    let directory = unsafe { CString::from_raw(file::allocated_working_directory()) }.ok_or_else(Errno::last)?;
    Ok(CString::concat(&[directory.as_c_str().to_bytes(), b"/", path.to_bytes()])?)
}

/// The directory of `path`, with `/.` at its end, and the name in it.
pub fn split(path: &CStr) -> Result<(CString, &CStr), OutOfMemory> {
    let bytes = path.to_bytes_with_nul();
    let start = bytes.iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash + 1);
    let (directory, name) = bytes.split_at_checked(start).unwrap_or((&[], bytes));
    let directory = CString::concat(&[if directory.is_empty() { b"./" } else { directory }, b"."])?;
    Ok((directory, until_nul(name).unwrap_or_default()))
}

/// Makes `path` what it is called inside the new root directory `root`. Outside of `root` it becomes empty: there it
/// has no name.
pub fn enter_root(path: &mut CString, root: &CStr) {
    let root = root.to_bytes();
    let root = if let [start @ .., b'/'] = root { start } else { root };
    let is_inside = path.as_c_str().to_bytes().strip_prefix(root).is_some_and(|rest| rest.first() == Some(&b'/'));
    path.remove_start(if is_inside { root.len() } else { usize::MAX });
}

#[cfg(test)]
mod tests {
    use super::{CString, enter_root, split};

    #[test]
    fn paths_are_translated_into_a_new_root() {
        let cases = [
            (c"/srv/jail/log/app", c"/srv/jail", c"/log/app"),
            (c"/srv/jail/log", c"/srv/jail/", c"/log"),
            (c"/var/log", c"/", c"/var/log"),
            (c"/srv/jailer/log", c"/srv/jail", c""),
            (c"/srv/jail", c"/srv/jail", c""),
            (c"/srv/jail/.", c"/srv/jail", c"/."),
            (c"/var/log", c"/srv", c""),
        ];
        for (path, root, expected) in cases {
            let mut inside = CString::copy(path).expect("memory");
            enter_root(&mut inside, root);
            assert_eq!(inside.as_c_str(), expected, "{path:?} in {root:?}");
        }
    }
    #[test]
    fn a_path_is_a_directory_and_a_name_in_it() {
        let cases = [
            (c"/run/app.pid", c"/run/.", c"app.pid"),
            (c"app.pid", c"./.", c"app.pid"),
            (c"/app.pid", c"/.", c"app.pid"),
            (c"a/b//c", c"a/b//.", c"c"),
            (c"a/b/", c"a/b/.", c""),
            (c"", c"./.", c""),
        ];
        for (path, directory, name) in cases {
            let parts = split(path).ok().expect("memory");
            assert_eq!((parts.0.as_c_str(), parts.1), (directory, name), "{path:?}");
        }
    }
}
