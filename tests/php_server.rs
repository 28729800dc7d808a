//! The example of a server, a master and its workers.

use std::collections::HashSet;
use std::fs;

use rustix::process::Signal;

use crate::harness::files::{text_of, wait_for_change};
use crate::harness::http::{Client, get, own_address};
use crate::harness::process::wait_until;
use crate::harness::{Exit, Hostile, Launch, Process, Run, Scratch};
use crate::php_support::{Php, example, extension, output};

/// The example in a directory of its own.
struct Server {
    php: Php,
    scratch: Scratch,
    address: String,
}

/// It runs.
struct Running {
    master: Process,
    run: Run,
}

impl Server {
    fn new(php: Php) -> Server {
        Server { php, scratch: Scratch::new(), address: own_address() }
    }

    fn settings(&self, text: &str) {
        self.scratch.file("server.ini", text);
    }

    fn command(&self, words: &[&str]) -> Launch {
        let launch = self.php.bare().arg(example("server/server.php")).args(words).arg(self.scratch.root());
        launch.arg(&self.address).env("LIBDAEMON_PATH", extension())
    }

    fn start(&self) -> Running {
        let mut run = self.command(&["start", "-d"]).hostile(Hostile::place()).start();
        run.succeed();
        let pid = text_of(&self.scratch.path("server.pid")).trim().parse().expect("a pid");
        Running { master: Process::new(pid), run }
    }

    /// Runs a command that must succeed silently.
    fn tell(&self, command: &str) {
        assert_eq!(output(self.command(&[command])), "", "{:?}: {command}", self.php);
    }

    fn get(&self) -> String {
        get(&self.address, "/")
    }

    fn log(&self) -> String {
        text_of(&self.scratch.path("server.log"))
    }

    /// Waits until the log holds that text so many times.
    fn wait_for_log(&self, text: &str, times: usize) {
        wait_for_change(self.scratch.root(), text, || self.log().matches(text).count() >= times);
    }
}

impl Running {
    /// Waits until there are so many workers: their pids.
    fn workers(&self, count: usize) -> HashSet<i32> {
        let mut workers = HashSet::new();
        wait_until("the right number of workers", || {
            let children = Process::children_of(self.master.pid());
            workers = children.iter().filter(|child| child.is_alive()).map(Process::pid).collect();
            workers.len() == count
        });
        workers
    }
}

/// The worker that answered, and its generation.
fn worker_and_generation(answer: &str) -> (i32, u32) {
    let words: Vec<&str> = answer.split([' ', ',']).collect();
    let number = |after: &str| words.iter().skip_while(|word| **word != after).nth(1).expect("a number");
    (number("worker").parse().expect("a pid"), number("generation").parse().expect("a number"))
}

#[test]
fn server_starts_serves_and_stops() {
    for php in Php::ALL {
        let server = Server::new(php);
        let mut running = server.start();
        let pid = running.master.pid();
        assert_eq!(output(server.command(&["status"])), format!("running, pid {pid}\n"), "{php:?}");
        assert_eq!(running.master.parent(), running.run.keeper(), "{php:?}: a daemon");
        let workers = running.workers(4);
        for _ in 0..20 {
            let answer = server.get();
            assert!(answer.starts_with("Hello from worker ") && answer.ends_with(": GET / HTTP/1.1\n"), "{answer}");
            let (worker, generation) = worker_and_generation(&answer);
            assert!(workers.contains(&worker) && generation == 1, "{php:?}: {answer}");
        }
        let mut second = server.command(&["start", "-d"]).start();
        assert_eq!(second.wait(), Exit::Status(1), "{php:?}");
        assert!(second.stderr().contains(&format!("held by process {pid}")), "{php:?}");

        server.tell("stop");
        assert_eq!(running.run.wait_reaped(pid), Exit::Status(0), "{php:?}");
        running.run.wait_idle();
        assert!(!server.scratch.path("server.pid").exists(), "{php:?}");
        let log = server.log();
        assert!(log.contains(&format!(" [{pid}] listening on {}\n", server.address)), "{php:?}: {log}");
        assert_eq!(log.matches(" has left\n").count(), 4, "{php:?}: {log}");
        assert!(log.ends_with(&format!(" [{pid}] stopped\n")), "{php:?}: {log}");
        let mut status = server.command(&["status"]).start();
        assert_eq!((status.wait(), status.stdout()), (Exit::Status(3), "not running\n".to_owned()), "{php:?}");
    }
}

#[test]
fn killed_worker_of_the_server_is_replaced() {
    for php in Php::ALL {
        let server = Server::new(php);
        server.settings("workers = 1\n");
        let running = server.start();
        let old = running.workers(1).into_iter().next().expect("a worker");
        assert_eq!(worker_and_generation(&server.get()), (old, 1), "{php:?}");
        Process::new(old).signal(Signal::KILL);
        server.wait_for_log(&format!("worker {old} was killed by signal 9\n"), 1);
        let (new, generation) = worker_and_generation(&server.get());
        assert!(new != old && generation == 1, "{php:?}: {new}");
        assert_eq!(running.workers(1), HashSet::from([new]), "{php:?}");
    }
}

/// New workers with new settings serve, while an old one finishes the request that it has begun.
#[test]
fn reload_of_the_server_loses_no_request() {
    for php in Php::ALL {
        let server = Server::new(php);
        let running = server.start();
        let old = running.workers(4);
        let mut client = Client::connect(&server.address);
        client.begin("/begun");
        wait_until("a worker that has accepted", || old.iter().any(|pid| sockets_of(*pid) > 1));

        server.settings("workers = 2\ngreeting = Welcome\n");
        server.tell("reload");
        server.wait_for_log(" has left\n", 3);
        for _ in 0..10 {
            let answer = server.get();
            let (worker, generation) = worker_and_generation(&answer);
            assert!(answer.starts_with("Welcome ") && generation == 2 && !old.contains(&worker), "{php:?}: {answer}");
        }
        running.workers(2 + 1);
        client.finish();
        let answer = client.answer().expect("an answer").body;
        let (worker, generation) = worker_and_generation(&answer);
        assert!(answer.starts_with("Hello ") && generation == 1 && old.contains(&worker), "{php:?}: {answer}");
        server.wait_for_log(" has left\n", 4);
        running.workers(2);
        server.tell("stop");
    }
}

/// The alarm clock interrupts a worker that waits for its client, and nothing of the log is lost when it is rotated.
#[test]
fn server_gives_up_on_a_slow_client_and_reopens_its_log() {
    for php in Php::ALL {
        let server = Server::new(php);
        server.settings("workers = 1\npatience = 1\n");
        let running = server.start();
        let worker = running.workers(1).into_iter().next().expect("a worker");
        let slow = || {
            let mut client = Client::connect(&server.address);
            client.begin("/slow");
            client.answer().expect("an answer")
        };
        assert_eq!(slow().status, 408, "{php:?}");
        let old = server.scratch.path("server.log.1");
        fs::rename(server.scratch.path("server.log"), &old).expect("rotate the log");
        server.tell("reopen");
        server.wait_for_log(" a new log\n", 1);
        let new = server.scratch.path("server.log");
        wait_until("a worker that has the new log", || Process::new(worker).link("fd/1") == new);
        assert_eq!(slow().body, "Too slow\n", "{php:?}");
        let line = format!(" [{worker}] gave up on a request\n");
        for log in [text_of(&old), server.log()] {
            assert_eq!(log.matches(&line).count(), 1, "{php:?}: {log}");
        }
        // On a busy machine this client, too, may be slow.
        let mut answer = String::new();
        wait_until("a good answer", || {
            answer = Client::connect(&server.address).get("/").expect("an answer").body;
            answer != "Too slow\n"
        });
        assert_eq!(worker_and_generation(&answer), (worker, 1), "{php:?}");
        server.tell("stop");
    }
}

/// Nobody is left to tell them so.
#[test]
fn workers_of_a_killed_master_leave() {
    for php in Php::ALL {
        let server = Server::new(php);
        let mut running = server.start();
        running.workers(4);
        running.master.signal(Signal::KILL);
        running.run.wait_idle();
    }
}

/// On a terminal, without -d: it speaks there, and Ctrl-C ends it.
#[test]
fn server_runs_in_the_foreground() {
    for php in Php::ALL {
        let server = Server::new(php);
        let mut run = server.command(&["start"]).start();
        let master = Process::new(run.program());
        wait_for_change(server.scratch.root(), "its pid file", || server.scratch.path("server.pid").exists());
        wait_until("workers", || Process::children_of(master.pid()).len() == 4);
        assert!(server.get().starts_with("Hello from worker "), "{php:?}");
        for child in Process::children_of(master.pid()) {
            child.signal(Signal::INT);
        }
        master.signal(Signal::INT);
        assert_eq!(run.wait(), Exit::Status(0), "{php:?}");
        run.wait_idle();
        let (printed, errors) = (run.stdout(), run.stderr());
        assert!(printed.contains(" listening on ") && printed.ends_with(" stopped\n"), "{php:?}: {printed}{errors}");
        assert_eq!((printed.matches(" has left\n").count(), errors.as_str()), (4, ""), "{php:?}: {printed}");
        assert_eq!(server.log(), "", "{php:?}");
    }
}

/// The reason comes from where the server was started, with -d and without.
#[test]
fn server_that_cannot_listen_says_so() {
    for php in Php::ALL {
        let server = Server::new(php);
        let _taken = std::net::TcpListener::bind(&server.address).expect("its address");
        let expected = format!("cannot listen on {}: Address already in use\n", server.address);
        for words in [&["start", "-d"][..], &["start"]] {
            let mut run = server.command(words).start();
            assert_eq!(run.wait(), Exit::Status(1), "{php:?}");
            assert_eq!(run.stderr(), expected, "{php:?}");
            run.wait_idle();
        }
    }
}

/// How many sockets a process has open.
fn sockets_of(pid: i32) -> usize {
    let links = fs::read_dir(format!("/proc/{pid}/fd")).expect("its descriptors").filter_map(|entry| {
        let link = fs::read_link(entry.ok()?.path()).ok()?;
        Some(link.to_str()?.starts_with("socket:"))
    });
    links.filter(|socket| *socket).count()
}
