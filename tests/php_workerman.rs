//! Workerman, unmodified, 4.x and 5.x: the same must happen with native pcntl and posix, without them, and without posix
//! alone.

use std::collections::HashSet;
use std::time::Duration;

use rustix::process::Signal;

use crate::harness::files::wait_for_change;
use crate::harness::http::{Client, get};
use crate::harness::process::wait_until;
use crate::harness::{Exit, Process, needs};
use crate::workerman_support::{Running, with_each};

fn pid(word: &str) -> i32 {
    word.parse().expect("a pid")
}

#[test]
fn workerman_starts_answers_and_stops() {
    with_each(|server| {
        let running = server.start("start");
        assert_eq!(
            Process::children_of(running.master.pid()).iter().map(Process::pid).collect::<HashSet<_>>(),
            running.workers
        );
        // One worker after the other is kept busy, so that each of the four must answer.
        let mut clients = Vec::new();
        let mut busy = HashSet::new();
        for _ in 0..4 {
            let mut client = Client::connect(&server.address);
            client.begin("/hold");
            client.finish();
            clients.push(client);
            assert!(busy.insert(server.reports.expect_pid("holding")));
        }
        assert_eq!(busy, running.workers);
        for _ in 0..4 {
            server.gate.open();
        }
        let held: HashSet<i32> = clients
            .iter_mut()
            .map(|client| pid(client.answer().expect("an answer").body.strip_prefix("held ").expect("a word")))
            .collect();
        assert_eq!(held, busy);
        let again = server.tell(&["start", "-d"]);
        assert!(again.contains("already running"), "{again}");

        drop(clients);
        server.stop(running);
        assert_eq!(server.printed(), "");
        assert_eq!(server.reports.waiting().len(), 4, "onWorkerStop was called in each");
        assert!(server.tell(&["status"]).contains("not run"));
    });
}

/// Both commands give the workers so much time, half a second or one, and print what they have said by then.
#[test]
fn workerman_tells_its_status_and_connections() {
    with_each(|server| {
        let running = server.start("start");
        let mut client = Client::connect(&server.address);
        let worker = client.get("/").expect("an answer").body.split(' ').next().expect("a pid").to_owned();
        wait_until("the status of all four", || {
            let printed = server.tell(&["status"]);
            let idle = printed.lines().filter(|line| line.contains("[idle]"));
            let idle: HashSet<i32> = idle.map(|line| pid(line.split_whitespace().next().expect("a pid"))).collect();
            printed.contains("4 processes") && printed.contains("Summary") && idle == running.workers
        });
        wait_until("the connection", || {
            let printed = server.tell(&["connections"]);
            printed.lines().any(|line| line.starts_with(&worker) && line.contains("ESTABLISHED"))
        });
        drop(client);
        server.stop(running);
    });
}

#[test]
fn workerman_replaces_a_killed_worker() {
    with_each(|server| {
        let mut running = server.start("start");
        let victim = *running.workers.iter().next().expect("a worker");
        Process::new(victim).signal(Signal::KILL);
        running.workers.remove(&victim);
        running.workers.extend(server.started(1));
        wait_for_change(server.scratch.root(), "its exit in the log", || {
            server.text("server.log").contains(&format!(":{victim}] exit with status 9\n"))
        });
        assert!(running.workers.len() == 4 && running.workers.contains(&pid(&server.who()[0])));
        server.stop(running);
    });
}

/// reload cuts off a request that waits for its answer; reload -g lets it finish. Both load the program anew.
#[test]
fn workerman_reloads() {
    with_each(|server| {
        let mut running = server.start("start");
        for (words, version) in [(&["reload"][..], "second"), (&["reload", "-g"], "third")] {
            assert_ne!(server.who()[2], version);
            server.scratch.file("version", version);
            let mut client = Client::connect(&server.address);
            client.begin("/delay");
            client.finish();
            let mut waiting = Some((server.reports.expect_pid("delaying"), client));
            server.tell(words);
            let (mut stopped, mut started) = (HashSet::new(), HashSet::new());
            while stopped.len() < 4 || started.len() < 4 {
                let report = server.reports.next();
                let (word, number) = report.split_once(' ').expect("a report");
                let known = if word == "stopping" { &mut stopped } else { &mut started };
                assert!(known.insert(pid(number)), "{report}");
                let Some((_, mut client)) = waiting.take_if(|(delaying, _)| stopped.contains(delaying)) else {
                    continue;
                };
                if words.contains(&"-g") {
                    server.scratch.file("enough", "");
                    assert_eq!(client.answer().expect("an answer").body, "at last");
                } else {
                    assert_eq!(client.answer(), None);
                }
            }
            assert_eq!(stopped, running.workers, "{words:?}");
            assert!(started.is_disjoint(&stopped));
            running.workers = started;
            assert_eq!(server.who()[2], version);
            assert!(running.workers.contains(&pid(&server.who()[0])));
        }
        assert_eq!(server.text("server.log").matches("] reloading\n").count(), 2);
        server.stop(running);
        assert_eq!(server.printed(), "");
    });
}

/// restart -d puts another master in the old one's place; stop -g lets a request finish.
#[test]
fn workerman_restarts_and_stops_gracefully() {
    with_each(|server| {
        let mut old = server.start("start");
        let mut command = server.command(&["restart", "-d"]).start();
        for _ in 0..4 {
            server.reports.expect_pid("stopping");
        }
        let workers = server.started(4);
        command.succeed();
        assert!(command.stdout().contains("stop success"));
        assert_eq!(old.run.wait_reaped(old.master.pid()), Exit::Status(0));
        old.run.wait_idle();
        let master = Process::new(server.text("server.pid").trim().parse().expect("a pid"));
        assert_ne!(master.pid(), old.master.pid());
        let mut running = Running { master, workers, run: command };
        assert!(running.workers.contains(&pid(&server.who()[0])));

        let mut client = Client::connect(&server.address);
        client.begin("/delay");
        client.finish();
        let delaying = server.reports.expect_pid("delaying");
        let mut command = server.command(&["stop", "-g"]).start();
        while server.reports.expect_pid("stopping") != delaying {}
        assert_eq!(command.wait_within(Duration::ZERO), None, "it waits");
        server.scratch.file("enough", "");
        assert_eq!(client.answer().expect("an answer").body, "at last");
        drop(client);
        assert_eq!(command.wait(), Exit::Status(0));
        server.has_stopped(&mut running);
    });
}

/// What is printed by the server itself and by its children is in its stdoutFile: as Workerman does it, and, standard
/// error too, where the program replaces the streams by Libdaemon\reset_std().
#[test]
fn workerman_prints_into_its_file() {
    with_each(|server| {
        let running = server.start("start");
        let last = get(&server.address, "/print");
        assert_eq!(server.printed(), format!("echo\nsystem\nproc_open\n{last}"));
        server.stop(running);

        server.options.push("--std=reset".to_owned());
        std::fs::remove_file(server.scratch.path("stdout")).expect("remove the file");
        server.reports.waiting();
        let running = server.start("start");
        get(&server.address, "/print?stderr=1");
        let expected = "echo\nsystem\nproc_open\nSTDOUT\nSTDERR\nphp://stderr\nsystem, stderr\nproc_open, stderr\n";
        assert_eq!(server.printed(), expected);
        server.stop(running);
    });
}

#[test]
fn workerman_gives_up_root() {
    needs::another_user();
    with_each(|server| {
        server.options.push("--user=nobody".to_owned());
        let running = server.start("start");
        assert_eq!(server.who()[3..], ["65534", "65534"]);
        for worker in &running.workers {
            let worker = Process::new(*worker);
            assert_eq!(worker.status_words("Uid"), ["65534"; 4]);
            assert_eq!(worker.status_words("Groups"), ["65534"]);
        }
        server.stop(running);
    });
}
