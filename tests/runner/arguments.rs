//! The suite's arguments: those of Rust's own test programs that make sense here.

use std::num::NonZero;
use std::thread::available_parallelism;

use clap::{Parser, ValueEnum};

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Pretty,
    Terse,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

/// Runs the tests of libdaemon.
#[derive(Parser)]
#[command(disable_version_flag = true)]
pub struct Arguments {
    /// Only tests whose names contain one of these
    filters: Vec<String>,
    /// The names are whole names
    #[arg(long)]
    exact: bool,
    /// But not these
    #[arg(long, value_name = "FILTER")]
    skip: Vec<String>,
    /// Only print the names
    #[arg(long)]
    pub list: bool,
    /// How many run at once; otherwise what RUST_TEST_THREADS says, or as many as there are processors
    #[arg(long, value_name = "NUMBER")]
    test_threads: Option<NonZero<usize>>,
    /// Print messages of failures when they come, with backtraces if RUST_BACKTRACE asks for them
    #[arg(long = "no-capture", alias = "nocapture")]
    pub no_capture: bool,
    /// One character a test
    #[arg(short, long, conflicts_with = "format")]
    quiet: bool,
    #[arg(long, value_enum, default_value_t = Format::Pretty)]
    format: Format,
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// Tests that are marked as ignored: there are none
    #[arg(long)]
    ignored: bool,
    /// Without effect, for programs that pass it to every test
    #[arg(long, hide = true)]
    include_ignored: bool,
    /// Without effect
    #[arg(long, hide = true)]
    show_output: bool,
    /// Without effect
    #[arg(short = 'Z', hide = true)]
    unstable: Vec<String>,
}

impl Arguments {
    pub fn of_process() -> Arguments {
        Arguments::parse()
    }

    pub fn select(&self, name: &str) -> bool {
        let matches = |filter: &String| if self.exact { name == filter } else { name.contains(filter.as_str()) };
        !self.ignored && (self.filters.is_empty() || self.filters.iter().any(matches)) && !self.skip.iter().any(matches)
    }

    pub fn threads(&self) -> usize {
        let environment = || std::env::var("RUST_TEST_THREADS").ok()?.parse().ok();
        self.test_threads.or_else(environment).or_else(|| available_parallelism().ok()).map_or(1, NonZero::get)
    }

    pub fn terse(&self) -> bool {
        self.quiet || self.format == Format::Terse
    }
}
