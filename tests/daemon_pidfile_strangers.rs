//! Files that are not the daemon's, and locks of those who may only read them.

use std::fs::{self, OpenOptions, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, lchown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::control::{control, refusal_of, status, stop};
use crate::harness::files::{mode_of, text_of};
use crate::harness::{Hostile, Launch, Run, Service, as_user, needs};

const EPERM: i32 = 1;
const EAGAIN: i32 = 11;
const EINVAL: i32 = 22;

const NOBODY: &str = "65534";

/// That process, or root, must not own the file.
#[test]
fn file_of_another_user_is_refused() {
    needs::another_owner();
    for option in ["pidfile", "lockfile"] {
        let mut service = Service::new();
        let file = service.scratch.file("app", "");
        chown(&file, Some(54321), None).expect("chown");
        let launch = service.launch().option_path(option, &file);
        let refusal = service.refuse(launch.clone());
        assert_eq!(refusal.check().errno, EPERM, "foreign_file: {refusal:?}");
        assert!(refusal.message.ends_with("belongs to user 54321"), "{refusal:?}");
        assert_eq!((text_of(&file), fs::metadata(&file).expect("the file").uid()), (String::new(), 54321));
        // The daemon's own user is no stranger, nor is root to others.
        service.start(launch.option("user", "54321").option("group", "54321"));
    }
}

#[test]
fn file_of_the_caller_is_taken() {
    needs::another_owner();
    let mut service = Service::new();
    let pidfile = service.scratch.file("app.pid", "");
    chown(&pidfile, Some(65534), None).expect("chown");
    let launch = service.launch().option_path("pidfile", &pidfile).under(as_user(NOBODY));
    let daemon = service.start(launch);
    assert_eq!(text_of(&pidfile), format!("{}\n", daemon.pid()));
    // Nobody could not make it again in root's directory.
    stop(&pidfile);
    assert_eq!(text_of(&pidfile), "");
    assert!(pidfile.exists());
}

/// What no daemon has written is not overwritten, and not removed.
#[test]
fn file_that_holds_no_pid_is_refused() {
    for text in [
        "precious\n",
        "4711x",
        "0x1267",
        "-4711\n",
        "99999999999999999999",
        "0\n",
        "\0\u{1}ELF",
        " ".repeat(100).as_str(),
    ] {
        let mut service = Service::new();
        let pidfile = service.scratch.file("app.pid", text);
        let launch = service.launch().option_path("pidfile", &pidfile);
        let refusal = service.refuse(launch);
        assert_eq!(refusal.check().errno, EINVAL, "{text:?}: {refusal:?}");
        assert!(refusal.message.ends_with("holds something that is no pid"), "{text:?}: {refusal:?}");
        assert_eq!(text_of(&pidfile), text);
    }
}

#[test]
fn large_file_is_refused() {
    const SIZE: u64 = 5 << 30;
    let mut service = Service::new();
    for start in ["", "4711\n"] {
        let pidfile = service.scratch.file("app.pid", start);
        OpenOptions::new().write(true).open(&pidfile).expect("the file").set_len(SIZE).expect("a sparse file");
        let launch = service.launch().option_path("pidfile", &pidfile);
        assert_eq!(service.refuse(launch).check().errno, EINVAL);
        assert_eq!(fs::metadata(&pidfile).expect("the file").len(), SIZE);
    }
}

/// As a daemon has left it, or a computer that crashed.
#[test]
fn file_that_a_daemon_could_have_left_is_taken_over() {
    for text in ["", "4194303\n", "4194303", "  \n", "\0\0\0\0\0\0\0\0"] {
        let mut service = Service::new();
        let pidfile = service.scratch.file("app.pid", text);
        let launch = service.launch().option_path("pidfile", &pidfile);
        let daemon = service.start(launch);
        assert_eq!(text_of(&pidfile), format!("{}\n", daemon.pid()), "{text:?}");
    }
}

/// A process that has locked the file in one of these ways, having opened it for reading.
pub fn reader(service: &mut Service, file: &Path, lock: &str) -> Run {
    let locker = Launch::program("locker").arg(service.reports.path()).arg(file).arg(lock);
    let locker = locker.under(as_user(NOBODY)).start();
    service.reports.expect("locked");
    locker
}

pub const READERS_LOCKS: [&str; 4] = ["read", "posix-read", "flock-shared", "flock-exclusive"];

/// A file that was left behind, which everybody may read.
pub fn left_behind(service: &Service, text: &str) -> PathBuf {
    let file = service.scratch.file("app", text);
    fs::set_permissions(&file, Permissions::from_mode(0o644)).expect("the mode");
    file
}

#[test]
fn reader_cannot_forbid_a_start_by_the_pid_file() {
    needs::another_user();
    for lock in READERS_LOCKS {
        let mut service = Service::new();
        let pidfile = left_behind(&service, "4194303\n");
        let _reader = reader(&mut service, &pidfile, lock);
        let launch = service.launch().option_path("pidfile", &pidfile);
        let mut daemon = service.start(launch.clone());
        assert_eq!(text_of(&pidfile), format!("{}\n", daemon.pid()), "reader_no_lock: {lock}");
        assert_eq!(status(&pidfile), daemon.pid(), "{lock}");
        let refusal = service.refuse(launch.clone());
        assert_eq!(refusal.check().errno, EAGAIN, "{lock}");
        assert!(refusal.message.ends_with(&format!("held by process {}", daemon.pid())), "{lock}: {refusal:?}");
        stop(&pidfile);
        daemon.run.wait_reaped(daemon.process.pid());
        assert!(!pidfile.exists(), "{lock}");
        assert_eq!(fs::read_dir(service.scratch.root()).expect("the directory").count(), 1, "{lock}: only the FIFO");
    }
}

#[test]
fn reader_cannot_forbid_a_start_by_the_lock_file() {
    needs::another_user();
    for lock in READERS_LOCKS {
        let mut service = Service::new();
        let lockfile = left_behind(&service, "");
        let _reader = reader(&mut service, &lockfile, lock);
        let launch = service.launch().option_path("lockfile", &lockfile);
        let _daemon = service.start(launch.clone());
        assert_eq!(service.refuse(launch).check().errno, EAGAIN, "{lock}");
        assert_eq!(mode_of(&lockfile), 0o600, "{lock}");
    }
}

/// A start that fails leaves a file that others read as it was, or none.
#[test]
fn failed_start_leaves_nothing_beside_a_readers_lock() {
    needs::another_user();
    let mut service = Service::new();
    let pidfile = left_behind(&service, "4194303\n");
    let _reader = reader(&mut service, &pidfile, "read");
    let launch = service.launch().option_path("pidfile", &pidfile).option("directory", "/does/not/exist");
    service.refuse(launch).check();
    assert!(!pidfile.exists() || text_of(&pidfile) == "4194303\n");
    let names =
        fs::read_dir(service.scratch.root()).expect("the directory").map(|entry| entry.expect("a name").file_name());
    assert!(names.into_iter().all(|name| name == "events" || name == "app"));
}

/// Who may write to the file may hold it: another kind of daemon, or an administrator.
#[test]
fn writers_lock_refuses_a_start_and_is_named() {
    for lock in ["write", "posix-write"] {
        let mut service = Service::new();
        let pidfile = service.scratch.file("app.pid", "");
        let locker = Launch::program("locker").arg(service.reports.path()).arg(&pidfile).arg(lock).start();
        service.reports.expect("locked");
        let launch = service.launch().option_path("pidfile", &pidfile);
        let refusal = service.refuse(launch);
        assert_eq!(refusal.check().errno, EAGAIN, "{lock}");
        let by = if lock == "write" { "another process".to_owned() } else { format!("process {}", locker.program()) };
        let starting = refusal.message.ends_with("held by a daemon that is just starting or ending");
        assert!(starting || refusal.message.ends_with(&format!("held by {by}")), "{lock}: {refusal:?}");
    }
}

/// flock(1) and cleaners of /tmp see that the files are in use.
#[test]
fn lock_is_seen_by_flock() {
    let mut service = Service::new();
    let (pidfile, lockfile) = (service.scratch.path("app.pid"), service.scratch.path("app.lock"));
    let launch = service.launch().option_path("pidfile", &pidfile).option_path("lockfile", &lockfile);
    let mut daemon = service.start(launch);
    let is_free =
        |file: &Path| Command::new("flock").arg("-n").arg(file).arg("true").status().expect("flock").success();
    needs::program("flock");
    assert!(!is_free(&pidfile) && !is_free(&lockfile));
    daemon.kill();
    assert!(is_free(&pidfile) && is_free(&lockfile));
}

#[test]
fn modes_are_what_was_asked_for() {
    for (mode, options) in [(0o644, &[][..]), (0o600, &["--pidfile-mode=600"]), (0o440, &["--pidfile-mode=440"])] {
        for former in [None, Some(0o666), Some(0o400)] {
            let mut service = Service::new();
            let (pidfile, lockfile) = (service.scratch.path("app.pid"), service.scratch.path("app.lock"));
            for (file, former) in [&pidfile, &lockfile].into_iter().zip([former; 2]) {
                if let Some(former) = former {
                    fs::write(file, "").expect("a file of before");
                    fs::set_permissions(file, Permissions::from_mode(former)).expect("its mode");
                }
            }
            let launch = service.launch().option_path("pidfile", &pidfile).option_path("lockfile", &lockfile);
            let _daemon = service.start(launch.args(options).hostile(Hostile::only("umask")));
            assert_eq!((mode_of(&pidfile), mode_of(&lockfile)), (mode, 0o600), "{options:?} {former:?}");
        }
    }
}

#[test]
fn mode_that_lets_others_write_is_refused() {
    for mode in ["666", "620", "602", "1644"] {
        let mut service = Service::new();
        let launch = service.launch().option("pidfile-mode", mode);
        let refusal = service.refuse(launch);
        assert_eq!((refusal.check().errno, &*refusal.step), (EINVAL, "pid file mode"));
    }
}

/// A link that somebody else has put on the way could lead anywhere.
#[test]
fn link_of_another_user_on_the_way_is_not_followed() {
    needs::another_owner();
    for option in ["pidfile", "lockfile"] {
        let mut service = Service::new();
        service.scratch.directory("run");
        let link = service.scratch.path("link");
        symlink("run", &link).expect("a link");
        let launch = service.launch().option_path(option, link.join("app"));
        let mut daemon = service.start(launch.clone());
        if option == "pidfile" {
            assert_eq!(status(&link.join("app")), daemon.pid());
        }
        daemon.terminate();
        lchown(&link, Some(54321), None).expect("lchown");
        let refusal = service.refuse(launch);
        assert_eq!(refusal.check().errno, EPERM, "{refusal:?}");
        assert!(refusal.message.ends_with("a symbolic link on the way belongs to user 54321"), "{refusal:?}");
    }
}

/// Asked after by way of it, a file of another owner is not either; one of the link's owner is his own affair.
#[test]
fn link_of_another_user_leads_to_his_own_files_alone() {
    needs::another_owner();
    let mut service = Service::new();
    let run = service.scratch.directory("run");
    let link = service.scratch.path("link");
    symlink("run", &link).expect("a link");
    lchown(&link, Some(54321), None).expect("lchown");
    let launch = service.launch().option_path("pidfile", run.join("root.pid"));
    let root = service.start(launch);
    let why = "a symbolic link on the way belongs to user 54321";
    refusal_of(control("stop", &link.join("root.pid"), &["1000", "1"]), EPERM, why);
    assert!(root.process.is_alive());
    chown(&run, Some(54321), None).expect("chown");
    let launch = service.launch().option_path("pidfile", run.join("app.pid")).under(as_user("54321"));
    let daemon = service.start(launch);
    assert_eq!(status(&link.join("app.pid")), daemon.pid());
    stop(&link.join("app.pid"));
    assert!(!daemon.process.is_alive());
}
