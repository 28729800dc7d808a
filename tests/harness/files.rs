//! A test's own directory, and waiting for what happens to files.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::inotify;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use tempfile::TempDir;

use super::watch::wait_for;

/// A directory of the test's own, which everyone may search, removed with all in it when the test ends.
pub struct Scratch(TempDir);

impl Scratch {
    pub fn new() -> Scratch {
        let directory = tempfile::Builder::new().prefix("libdaemon-test-").tempdir().expect("temporary directory");
        fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).expect("mode of the temporary directory");
        Scratch(directory)
    }

    pub fn root(&self) -> &Path {
        self.0.path()
    }

    /// A name in the directory; nothing is made there.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A file with that text.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).expect("write a file");
        path
    }

    /// A directory in the directory.
    pub fn directory(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir(&path).expect("make a directory");
        path
    }

    /// A FIFO that everyone may write to.
    pub fn fifo(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        mknodat(CWD, &path, FileType::Fifo, Mode::from_raw_mode(0o666), 0).expect("make a FIFO");
        fs::set_permissions(&path, Permissions::from_mode(0o666)).expect("mode of the FIFO");
        path
    }
}

/// What the file holds; "" when there is none.
pub fn text_of(path: &Path) -> String {
    match fs::read(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => panic!("{}: {error}", path.display()),
    }
}

/// The file's permission bits.
pub fn mode_of(path: &Path) -> u32 {
    fs::metadata(path).expect("mode of a file").permissions().mode() & 0o7777
}

/// Waits until `done` holds, looking again whenever something in `directory` changes.
pub fn wait_for_change(directory: &Path, what: &str, mut done: impl FnMut() -> bool) {
    let watcher = inotify::init(inotify::CreateFlags::CLOEXEC | inotify::CreateFlags::NONBLOCK).expect("inotify");
    inotify::add_watch(&watcher, directory, inotify::WatchFlags::ALL_EVENTS).expect("inotify watch");
    wait_for(what, &watcher, || {
        // What changes from now on wakes us again.
        let mut drained = [0u8; 4096];
        while rustix::io::read(&watcher, &mut drained).is_ok() {}
        done().then_some(())
    });
}
