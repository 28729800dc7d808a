//! The fault walk: fails each system call and each allocation of every operation, and sends signals at each, and looks at
//! what comes of it. `make faults` runs it whole.

mod compile;
mod confine;
mod describe;
mod idle;
mod judge;
mod judge_call;
mod judge_state;
mod known;
mod numbers;
mod observe;
mod operation;
mod operations;
mod plan;
mod pool;
mod ptrace;
mod report;
mod stage;
mod table;
mod tracee;
mod trail;
mod verdict;
mod walk;
mod walk_news;

use std::process::ExitCode;

fn main() -> ExitCode {
    let wanted = match plan::Wanted::from_arguments(std::env::args().skip(1)) {
        Ok(wanted) => wanted,
        Err(error) => {
            eprintln!("faults: {error}\n{}", plan::USAGE);
            return ExitCode::from(100);
        }
    };
    let target = match compile::target_directory() {
        Ok(target) => target,
        Err(error) => {
            eprintln!("faults: {error}");
            return ExitCode::from(111);
        }
    };
    match confine::confine() {
        Ok(None) => {}
        Ok(Some(status)) => return status,
        Err(error) => {
            eprintln!("faults: {error}");
            return ExitCode::from(111);
        }
    }
    match report::walk_all(&target, &wanted) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("faults: {error}");
            ExitCode::from(111)
        }
    }
}
