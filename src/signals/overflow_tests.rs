//! The overflow, without processes: order, several producers, blocks that come and go.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::{Overflow, SLOTS};
use crate::signals::info::pcntl_siginfo;

fn signal(signo: i32, value: i64) -> pcntl_siginfo {
    pcntl_siginfo { signo, value, ..pcntl_siginfo::empty() }
}

fn pop(overflow: &Overflow) -> Option<i64> {
    overflow.pop_if(|_| true).map(|info| info.value)
}

#[test]
fn signals_leave_in_the_order_in_which_they_came() {
    const MANY: i64 = 3 * SLOTS as i64 + 7;
    let overflow = Overflow::new();
    assert!(overflow.is_empty() && pop(&overflow).is_none());
    for _ in 0..2 {
        for value in 0..MANY {
            assert!(overflow.push(&signal(10, value)));
        }
        let end = overflow.end();
        for value in 0..MANY {
            assert!(overflow.is_before(end) && !overflow.is_empty());
            assert_eq!(pop(&overflow), Some(value));
        }
        assert!(!overflow.is_before(end) && overflow.is_empty() && pop(&overflow).is_none());
    }
    overflow.clear();
}

#[test]
fn one_signal_can_be_taken_from_the_middle() {
    let overflow = Overflow::new();
    let last = SLOTS as i64 + 3;
    for value in 0..=last {
        assert!(overflow.push(&signal(if value == 1 || value == last { 12 } else { 10 }, value)));
    }
    for expected in [Some(1), Some(last), None] {
        assert_eq!(overflow.take(1 << 11).map(|info| info.value), expected);
    }
    assert!(overflow.pop_if(|signo| signo == 12).is_none());
    for value in (0..last).filter(|&value| value != 1) {
        assert_eq!(pop(&overflow), Some(value));
    }
    assert!(pop(&overflow).is_none() && overflow.is_empty());
    overflow.clear();
}

#[test]
fn a_cleared_overflow_is_empty_and_works() {
    let overflow = Overflow::new();
    for value in 0..2 * SLOTS as i64 {
        assert!(overflow.push(&signal(10, value)));
    }
    overflow.clear();
    assert!(overflow.is_empty() && pop(&overflow).is_none());
    assert!(overflow.push(&signal(10, 7)));
    assert_eq!(pop(&overflow), Some(7));
    overflow.clear();
}

#[test]
fn several_producers_lose_nothing_and_keep_their_own_order() {
    const EACH: i64 = if cfg!(miri) { 5 * SLOTS as i64 } else { 100_000 };
    const PRODUCERS: i32 = 3;
    let overflow = Overflow::new();
    let done = AtomicBool::new(false);
    let mut received = [const { Vec::new() }; PRODUCERS as usize];
    thread::scope(|scope| {
        let producers: Vec<_> = (0..PRODUCERS)
            .map(|producer| {
                let overflow = &overflow;
                scope.spawn(move || (0..EACH).for_each(|value| assert!(overflow.push(&signal(producer + 1, value)))))
            })
            .collect();
        let consumer = scope.spawn(|| {
            let mut taken = Vec::new();
            loop {
                match overflow.pop_if(|_| true) {
                    Some(info) => taken.push(info),
                    None if done.load(Ordering::Acquire) && overflow.is_empty() => return taken,
                    None => thread::yield_now(),
                }
            }
        });
        producers.into_iter().for_each(|producer| producer.join().expect("a producer"));
        done.store(true, Ordering::Release);
        for info in consumer.join().expect("the consumer") {
            received[info.signo as usize - 1].push(info.value);
        }
    });
    for values in received {
        assert!(values.into_iter().eq(0..EACH));
    }
    overflow.clear();
}
