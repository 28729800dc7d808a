//! One test's outcome.

use std::any::Any;
use std::cell::RefCell;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind, set_hook, take_hook};

/// What became of a test.
pub enum Outcome {
    Passed,
    /// With all that is known about it.
    Failed(String),
    /// With the reason.
    Skipped(String),
}

/// What a test unwinds with that cannot be run here.
struct Skipped(String);

/// Ends the test: it cannot be run here, for that reason, which follows `skipped: `.
pub fn skip(why: impl Display) -> ! {
    // Without the hook: this is no failure to be told of.
    resume_unwind(Box::new(Skipped(why.to_string())))
}

thread_local! {
    /// What the panic of this thread's test said, and where.
    static MESSAGE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Has panics remembered for the report, instead of printed amid the names of tests; or both.
pub fn catch_panics(print_too: bool) {
    let print = take_hook();
    set_hook(Box::new(move |panic| {
        let place = panic.location().map(|place| format!("{place}:\n")).unwrap_or_default();
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref().map(String::as_str));
        let text = text.unwrap_or("a panic without a text");
        MESSAGE.set(Some(format!("{place}{text}")));
        if print_too {
            print(panic);
        }
    }));
}

impl Outcome {
    /// Runs the test.
    pub fn of(test: impl FnOnce()) -> Outcome {
        match catch_unwind(AssertUnwindSafe(test)) {
            Ok(()) => Outcome::Passed,
            Err(payload) => Outcome::of_panic(payload),
        }
    }

    fn of_panic(payload: Box<dyn Any + Send>) -> Outcome {
        match payload.downcast::<Skipped>() {
            Ok(skipped) => Outcome::Skipped(skipped.0),
            Err(_) => Outcome::Failed(MESSAGE.take().unwrap_or_default()),
        }
    }
}
