//! The queue, without processes: order, room, several producers.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::{Queue, RESERVE, Room, SIZE};
use crate::signals::info::pcntl_siginfo;

fn signal(signo: i32, value: i64) -> pcntl_siginfo {
    pcntl_siginfo { signo, value, ..pcntl_siginfo::empty() }
}

#[test]
fn signals_leave_in_the_order_in_which_they_came() {
    let queue = Queue::new();
    // Several times around the ring.
    for round in 0..10 {
        for value in 0..100 {
            assert_eq!(queue.push(&signal(10, round * 100 + value)), Room::Enough);
        }
        for value in 0..100 {
            assert_eq!(queue.pop().map(|info| info.value), Some(round * 100 + value));
        }
        assert!(queue.is_empty() && queue.pop().is_none());
    }
}

#[test]
fn a_full_queue_says_so_and_keeps_what_it_has() {
    let queue = Queue::new();
    for value in 0..SIZE {
        let expected = if value < SIZE - RESERVE { Room::Enough } else { Room::Last };
        assert_eq!(queue.push(&signal(10, value as i64)), expected);
    }
    assert_eq!(queue.push(&signal(10, -1)), Room::None);
    for value in 0..SIZE {
        assert_eq!(queue.pop().map(|info| info.value), Some(value as i64));
    }
    assert!(queue.is_empty());
}

#[test]
fn one_signal_can_be_taken_from_the_middle() {
    let queue = Queue::new();
    for (signo, value) in [(10, 0), (12, 1), (10, 2), (12, 3)] {
        queue.push(&signal(signo, value));
    }
    assert_eq!(queue.take(1 << 11).map(|info| info.value), Some(1));
    assert!(queue.take(1 << 14).is_none());
    let rest: Vec<i64> = std::iter::from_fn(|| queue.pop()).map(|info| info.value).collect();
    assert_eq!(rest, [0, 2, 3]);
}

#[test]
fn an_unwanted_signal_stays_the_oldest() {
    let queue = Queue::new();
    queue.push(&signal(10, 0));
    assert!(queue.pop_if(|signo| signo == 12).is_none());
    assert_eq!(queue.pop_if(|signo| signo == 10).map(|info| info.value), Some(0));
}

#[test]
fn a_cleared_queue_is_empty_and_works() {
    let queue = Queue::new();
    for value in 0..SIZE {
        queue.push(&signal(10, value as i64));
    }
    queue.pop();
    let end = queue.end();
    assert!(queue.is_before(end));
    queue.clear();
    assert!(queue.is_empty() && queue.pop().is_none());
    assert_eq!(queue.push(&signal(10, 7)), Room::Enough);
    assert_eq!(queue.pop().map(|info| info.value), Some(7));
}

#[test]
fn what_overflows_waits_for_a_handler_that_is_filling_its_slot() {
    let queue = Queue::new();
    // A handler has claimed the first slot, and its thread is interrupted before it fills it.
    queue.tail.store(1, Ordering::Relaxed);
    for value in 1..SIZE {
        assert_ne!(queue.push(&signal(10, value as i64)), Room::None);
    }
    assert_eq!(queue.push(&signal(10, SIZE as i64)), Room::None);
    assert!(queue.push_to_overflow(&signal(10, SIZE as i64)));
    assert!(queue.pop().is_none(), "it came after those that wait behind the slot");
    // SAFETY: nobody else uses the queue.
    unsafe { *queue.slot(0).info.get() = signal(10, 0) };
    queue.slot(0).set_sequence(0, 1);
    for value in 0..=SIZE {
        assert_eq!(queue.pop().map(|info| info.value), Some(value as i64));
    }
    assert!(queue.is_empty());
}

#[test]
fn several_producers_lose_nothing_and_keep_their_own_order() {
    const EACH: i64 = if cfg!(miri) { 50 } else { 20_000 };
    const PRODUCERS: i32 = 3;
    let queue = Queue::new();
    let done = AtomicBool::new(false);
    let mut received = [const { Vec::new() }; PRODUCERS as usize];
    thread::scope(|scope| {
        let producers: Vec<_> = (0..PRODUCERS)
            .map(|producer| {
                let queue = &queue;
                scope.spawn(move || {
                    for value in 0..EACH {
                        while queue.push(&signal(producer + 1, value)) == Room::None {
                            thread::yield_now();
                        }
                    }
                })
            })
            .collect();
        let consumer = scope.spawn(|| {
            let mut taken = Vec::new();
            loop {
                match queue.pop() {
                    Some(info) => taken.push(info),
                    None if done.load(Ordering::Acquire) && queue.is_empty() => return taken,
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
}
