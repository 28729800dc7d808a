//! Workerman, unmodified, as a program under test, where there is a checkout of it: with
//! `WORKERMAN=DIRECTORY[:DIRECTORY...]`, each with `vendor/autoload.php` as Composer makes it, or with the
//! `Autoloader.php` of 4.x.

use std::collections::HashSet;
use std::env;
use std::path::PathBuf;

use crate::harness::compile::checkout;
use crate::harness::files::text_of;
use crate::harness::http::{get, own_address};
use crate::harness::process::wait_until;
use crate::harness::{Exit, Gate, Launch, Process, Reports, Run, Scratch, skip};
use crate::php_support::{Php, package, prepended_by};

/// The files that load the Workermans named.
fn workermans() -> Vec<PathBuf> {
    let missing = || skip("the environment variable WORKERMAN names no directory with Workerman");
    let named = env::var_os("WORKERMAN").unwrap_or_else(missing);
    let loaders = env::split_paths(&named).map(|directory| {
        let mut candidates = ["vendor/autoload.php", "Autoloader.php"].map(|file| directory.join(file)).into_iter();
        candidates.find(|file| file.is_file()).unwrap_or_else(|| panic!("no Workerman in {}", directory.display()))
    });
    loaders.collect()
}

/// Does it for every Workerman, on PHPs with both extensions, with neither, and without posix. Workerman reads the setting
/// `disable_functions` itself, and refuses to start where it names a function that it needs.
pub fn with_each(steps: impl Fn(&mut Server)) {
    for load in workermans() {
        for php in [Php::Native, Php::Extension, Php::WithoutPosix] {
            steps(&mut Server::new(php, load.clone()));
        }
    }
}

/// `tests/php/workerman.php` in a directory of its own.
pub struct Server {
    pub php: Php,
    pub load: PathBuf,
    pub scratch: Scratch,
    pub address: String,
    pub reports: Reports,
    pub gate: Gate,
    pub options: Vec<String>,
}

/// It runs.
pub struct Running {
    pub master: Process,
    pub workers: HashSet<i32>,
    pub run: Run,
}

impl Server {
    fn new(php: Php, load: PathBuf) -> Server {
        let scratch = Scratch::new();
        scratch.file("version", "first");
        let (reports, gate) = (Reports::new(&scratch, "reports"), Gate::new(&scratch, "gate"));
        Server { php, load, scratch, address: own_address(), reports, gate, options: Vec::new() }
    }

    pub fn command(&self, words: &[&str]) -> Launch {
        let prepended = prepended_by(&package());
        let launch =
            self.php.with(["-d", "display_errors=1", "-d", &prepended]).arg(checkout().join("tests/php/workerman.php"));
        let launch = launch.args(words).args(&self.options).option_path("load", &self.load);
        let launch = launch.option_path("directory", self.scratch.root()).option("listen", &self.address);
        launch.option_path("reports", self.reports.path()).option_path("gate", self.gate.path())
    }

    /// Starts it, or starts it again: the command ends well, whoever reads its output is let go, and four workers are up.
    pub fn start(&mut self, command: &str) -> Running {
        let mut run = self.command(&[command, "-d"]).start();
        run.succeed();
        let printed = run.stdout();
        assert!(printed.contains("Start success."), "{printed}");
        let workers = self.started(4);
        let master = Process::new(self.text("server.pid").trim().parse().expect("a pid"));
        wait_until("the daemon", || master.parent() == run.keeper());
        assert_ne!(master.session(), run.program(), "in a session of its own");
        Running { master, workers, run }
    }

    /// What a command prints that ends well.
    pub fn tell(&self, words: &[&str]) -> String {
        let mut run = self.command(words).start();
        run.succeed();
        run.stdout()
    }

    /// Waits until so many workers have started: their pids.
    pub fn started(&mut self, count: usize) -> HashSet<i32> {
        (0..count).map(|_| self.reports.expect_pid("started")).collect()
    }

    /// Stops it, and looks whether all is gone, and whether nothing was said that should not have been.
    pub fn stop(&mut self, mut running: Running) {
        let printed = self.tell(&["stop"]);
        assert!(printed.contains("stop success"), "{printed}");
        self.has_stopped(&mut running);
    }

    pub fn has_stopped(&mut self, running: &mut Running) {
        assert_eq!(running.run.wait_reaped(running.master.pid()), Exit::Status(0));
        running.run.wait_idle();
        let log = self.text("server.log");
        assert!(!self.scratch.path("server.pid").exists(), "{log}");
        assert!(log.contains(&format!("pid:{} Workerman[", running.master.pid())), "{log}");
        assert!(log.contains("has been stopped"), "{log}");
        assert!(log.lines().all(|line| line.contains(" pid:")), "nothing but its own lines: {log}");
        for nothing in ["Warning", "Fatal", "process terminated"] {
            assert!(!log.contains(nothing), "{log}");
        }
    }

    pub fn text(&self, name: &str) -> String {
        text_of(&self.scratch.path(name))
    }

    /// Its stdoutFile, without what a newer PHP has to say of Workerman's own sources.
    pub fn printed(&self) -> String {
        let text = self.text("stdout");
        text.lines().filter(|line| !line.contains(" deprecated")).map(|line| format!("{line}\n")).collect()
    }

    /// The words of a worker's answer: pid, number, version, user, group.
    pub fn who(&self) -> Vec<String> {
        get(&self.address, "/").split(' ').map(str::to_owned).collect()
    }
}
