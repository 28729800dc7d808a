//! A daemon that becomes another user: its environment, what it keeps, which directory it enters; and one that is the user
//! already, where nothing may be changed.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};

use crate::faults_support::{fault_tests, passes};
use crate::harness::{Exit, Launch, Process, Reports, Run, Scratch, Service, needs, program};

const NOBODY: &str = "65534";
const EPERM: i32 = 1;
const EACCES: i32 = 13;
const EINVAL: i32 = 22;
/// CAP_NET_BIND_SERVICE
const BIND: &str = "10";

/// What `getent` says of a user, from the home directory on: home, shell.
fn entry(user: &str) -> (String, String) {
    let output = std::process::Command::new("getent").args(["passwd", user]).output().expect("getent runs");
    let line = String::from_utf8(output.stdout).expect("text");
    let fields: Vec<&str> = line.trim_end().split(':').collect();
    (fields[5].to_owned(), fields[6].to_owned())
}

fn variable(launch: &Launch, service: &mut Service, name: &str) -> String {
    let mut run = launch.clone().option("then", format_args!("env:{name}")).start();
    run.succeed();
    let value = service.reports.expect("env");
    service.reports.expect("up");
    value
}

#[test]
fn the_environment_is_the_users() {
    needs::another_user();
    needs::program("getent");
    let mut service = Service::new();
    let launch =
        service.launch().env("HOME", "/root").env("USER", "root").env("LOGNAME", "root").env("SHELL", "/bin/x");
    for user in ["nobody", "daemon"] {
        let (home, shell) = entry(user);
        let as_user = launch.clone().option("user", user);
        for (name, value) in [("HOME", home.as_str()), ("USER", user), ("LOGNAME", user), ("SHELL", &shell)] {
            assert_eq!(variable(&as_user, &mut service, name), value, "user_env: {name} of {user}");
        }
        let with_option = as_user.option("setenv", "HOME=/srv");
        assert_eq!(variable(&with_option, &mut service, "HOME"), "/srv");
        assert_eq!(variable(&with_option, &mut service, "USER"), user);
        assert_eq!(variable(&with_option.arg("--clearenv"), &mut service, "LOGNAME"), user);
    }
    let nameless = launch.clone().option("user", 54321).option("group", 54321);
    for name in ["HOME", "USER", "LOGNAME", "SHELL"] {
        assert_eq!(variable(&nameless, &mut service, name), "(none)", "{name} of nobody that is known");
    }
    assert_eq!(variable(&launch.option("group", "nogroup"), &mut service, "HOME"), "/root", "a group alone");
}

/// Entered with the rights of the user: by root's, and without them.
#[test]
fn the_directory_is_entered_as_the_user() {
    needs::sight_of_other_users();
    let mut service = Service::new();
    let (roots, users) = (service.scratch.directory("roots"), service.scratch.directory("users"));
    chown(&users, Some(65534), Some(65534)).expect("chown");
    for directory in [&roots, &users] {
        fs::set_permissions(directory, Permissions::from_mode(0o700)).expect("chmod");
    }
    let launch = service.launch().option("user", "nobody");
    let refused = service.refuse(launch.clone().option_path("directory", &roots));
    assert_eq!(refused.check().errno, EACCES);
    assert_eq!(refused.step, "directory");
    let weak_root = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"];
    let daemon = service.start(launch.option_path("directory", &users).under(weak_root));
    assert_eq!(daemon.process.link("cwd"), users);
}

/// The program of `tests/c/port.c`, in a network of its own, where port 80 is free and root's.
fn start_on_port_80(scratch: &Scratch, options: &[(&str, &str)]) -> (Run, Reports) {
    needs::another_user();
    needs::works("no network namespace", ["unshare", "--net", "true"]);
    let reports = Reports::new(scratch, "events");
    let launch = Launch::program("port").copied_to(scratch);
    let mut launch = launch.option_path("events", reports.path()).under(["unshare", "--net"]);
    for (name, value) in options {
        launch = launch.option(name, value);
    }
    (launch.start(), reports)
}

fn only_orphan(run: &Run) -> Process {
    let mut orphans = run.orphans();
    assert_eq!(orphans.len(), 1);
    orphans.remove(0)
}

#[test]
fn a_capability_can_be_kept_also_over_exec() {
    let scratch = Scratch::new();
    let (mut run, mut reports) = start_on_port_80(&scratch, &[("user", "nobody"), ("keep-capability", BIND)]);
    run.succeed();
    assert_eq!(reports.expect("bind"), "0");
    assert_eq!(reports.expect("executed"), "0");
    reports.expect("dumpable");
    let daemon = only_orphan(&run);
    assert_eq!(daemon.status_words("Uid"), [NOBODY; 4]);
    for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
        assert_eq!(daemon.status(set), "0000000000000400", "{set}");
    }
}

#[test]
fn nothing_is_kept_unasked() {
    let scratch = Scratch::new();
    let (mut run, mut reports) = start_on_port_80(&scratch, &[("user", "nobody")]);
    run.succeed();
    assert_eq!(reports.expect("bind"), EACCES.to_string());
    assert_eq!(reports.expect("executed"), EACCES.to_string());
    assert_eq!(reports.expect("dumpable"), "0");
}

#[test]
fn core_dumps_can_be_allowed() {
    let scratch = Scratch::new();
    let (mut run, mut reports) = start_on_port_80(&scratch, &[("user", "nobody"), ("core-dumps", "1")]);
    run.succeed();
    reports.expect("bind");
    reports.expect("executed");
    assert_eq!(reports.expect("dumpable"), "1");
}

#[test]
fn a_capability_that_is_not_there_cannot_be_kept() {
    needs::another_user();
    let mut service = Service::new();
    let without = ["setpriv", "--bounding-set=-net_bind_service", "--inh-caps=-all"];
    let launch = service.launch().option("user", "nobody").option("keep-capability", BIND);
    let refusal = service.refuse(launch.under(without));
    assert_eq!(refusal.check().errno, EPERM);
    assert_eq!(refusal.step, "kept capability");
    for number in ["-1", "63", "64", "1000"] {
        let refusal = service.refuse(service.launch().option("keep-capability", number));
        assert_eq!((refusal.check().errno, refusal.step.as_str()), (EINVAL, "kept capability"), "{number}");
    }
}

/// nobody already, with these groups, in a place that kills whoever tries to change users, groups, owners or capabilities.
fn sandboxed(service: &Service, groups: &str) -> Launch {
    needs::another_user();
    let sandbox = service.scratch.path("sandbox");
    fs::copy(program("sandbox"), &sandbox).expect("copy of the program");
    let sandbox = sandbox.display().to_string();
    needs::works("no system calls to be forbidden", [sandbox.as_str(), "privileged", "--", "true"]);
    let words = ["setpriv", "--reuid=65534", "--regid=65534", groups, "--inh-caps=-all", &sandbox, "privileged", "--"];
    service.launch().copied_to(&service.scratch).option("user", "nobody").under(words)
}

#[test]
fn a_user_who_is_right_already_changes_nothing() {
    needs::another_owner();
    for groups in ["--clear-groups", "--groups=65534"] {
        let mut service = Service::new();
        let logs = service.scratch.directory("logs");
        chown(&logs, Some(65534), Some(65534)).expect("chown");
        let launch = sandboxed(&service, groups).option_path("log", logs.join("app.log"));
        let mut daemon = service.start(launch.option_path("pidfile", logs.join("app.pid")));
        assert_eq!(daemon.process.status_words("Uid"), [NOBODY; 4]);
        assert_eq!(daemon.terminate(), Exit::Status(0));
    }
}

#[test]
fn a_group_that_cannot_be_left_is_refused() {
    let mut service = Service::new();
    let launch = sandboxed(&service, "--groups=0");
    let refusal = service.refuse(launch);
    assert_eq!(refusal.check().errno, EPERM);
    assert_eq!(refusal.message, "supplementary groups: group 0 is not the user's, and cannot be left");
}

/// Root of a user namespace, which has every capability there, may not set its groups.
#[test]
fn in_a_user_namespace_groups_are_what_they_were() {
    needs::another_user();
    let namespace = ["unshare", "--user", "--map-root-user"];
    needs::works("no user namespace", namespace.into_iter().chain(["true"]));
    let mut service = Service::new();
    for groups in ["--clear-groups", "--groups=0"] {
        let words = ["setpriv", groups].into_iter().chain(namespace);
        let launch = service.launch().option("user", "root").under(words);
        service.start(launch);
    }
    let words = ["setpriv", "--groups=0,1234"].into_iter().chain(namespace);
    let launch = service.launch().option("user", "root").under(words);
    let refusal = service.refuse(launch);
    assert_eq!((refusal.check().errno, refusal.step.as_str()), (EPERM, "supplementary groups"));
}

/// The kernel's words for that are "Invalid argument".
#[test]
fn a_user_that_a_user_namespace_does_not_know_is_named_as_such() {
    needs::another_user();
    let namespace = ["setpriv", "--clear-groups", "unshare", "--user", "--map-root-user"];
    needs::works("no user namespace", namespace.into_iter().chain(["true"]));
    let mut service = Service::new();
    let (log, directory) = (service.scratch.path("new.log"), service.scratch.path("new"));
    let named = service.launch().option("user", "nobody");
    let directory_option = format!("{}:755", directory.display());
    for (launch, what) in [
        (named, format!("group {NOBODY}")),
        (service.launch().option("user", "nobody").option_path("log", &log), format!("log {}", log.display())),
        (
            service.launch().option("user", "nobody").option("runtime-directory", &directory_option),
            format!("runtime directory {}", directory.display()),
        ),
    ] {
        let refusal = service.refuse(launch.under(namespace));
        assert_eq!(refusal.check().errno, EINVAL);
        assert_eq!(refusal.message, format!("{what}: the user or group has no mapping in this user namespace"));
    }
    assert!(!log.exists() && !directory.exists());
}

#[test]
fn a_start_in_the_foreground_that_fails_leaves_the_user_alone() {
    needs::another_user();
    passes("faults_places", "foreground_as_user");
}

fault_tests! { "faults_memory":
    refused_memory_does_no_harm_to_the_environment = "setenv_with_memory_refused",
}
