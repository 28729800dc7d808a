//! Several tests at once, each on one of as many threads as were asked for.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::case::Case;
use super::outcome::Outcome;
use super::report::Report;

/// A test that runs for so long is named, since the run may end with it.
const SLOW: Duration = Duration::from_secs(60);

enum Event<'a> {
    Began(&'a str),
    Ended(&'a str, Outcome),
}

/// Runs them in their order, as far as several threads have one.
pub fn run_all(tests: &[Case], threads: usize, report: &mut Report) {
    let (sender, events) = channel();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..threads.min(tests.len()) {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                while let Some(test) = tests.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // The other side waits for all threads to end.
                    let _ = sender.send(Event::Began(&test.name));
                    let _ = sender.send(Event::Ended(&test.name, test.run()));
                }
            });
        }
        drop(sender);
        let mut running: Vec<(&str, Instant)> = Vec::new();
        loop {
            let slow = running.iter().map(|(_, since)| *since + SLOW).min();
            let patience = slow.map_or(SLOW, |slow| slow.saturating_duration_since(Instant::now()));
            match events.recv_timeout(patience) {
                Ok(Event::Began(name)) => running.push((name, Instant::now())),
                Ok(Event::Ended(name, outcome)) => {
                    running.retain(|(other, _)| *other != name);
                    report.add(name, outcome);
                }
                Err(RecvTimeoutError::Timeout) => {
                    for (name, since) in &mut running {
                        if since.elapsed() >= SLOW {
                            report.is_slow(name);
                            *since += SLOW * 1000;
                        }
                    }
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
    });
}
