//! What the faults tests share: a C program that checks for itself, in a directory of its own, and all that comes of it.

use crate::harness::{Launch, Run, Scratch};

/// Runs the named test of a program in that directory; returns once nothing is left of it.
pub fn passes_in(scratch: &Scratch, program: &str, name: &str) -> Run {
    let mut run = Launch::program(program).arg(name).directory(scratch.root()).start();
    run.succeed();
    ends_well(&mut run);
    run
}

/// Nothing is left, and no daemon had anything to say about a check that failed.
pub fn ends_well(run: &mut Run) {
    run.wait_idle();
    assert_eq!(run.stderr(), "");
}

pub fn passes(program: &str, name: &str) {
    passes_in(&Scratch::new(), program, name);
}

/// Tests that are nothing but a named test of a C program.
macro_rules! fault_tests {
    ($program:literal: $($name:ident = $argument:literal,)*) => {
        $(
            #[test]
            fn $name() {
                crate::faults_support::passes($program, $argument);
            }
        )*
    };
}

pub(crate) use fault_tests;
