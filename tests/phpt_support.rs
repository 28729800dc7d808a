//! Tests in PHP's own format, .phpt, by PHP's own run-tests.php, on native functions and on ours.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use crate::harness::compile::{checkout, library};
use crate::harness::files::text_of;
use crate::harness::{Launch, Scratch, skip};
use crate::php_support::{Php, disabled_functions, extension, has_posix, package, php, prepended_by, says};

/// How each file ended, by its path: "PASSED", "SKIPPED" or whatever else run-tests.php calls it.
pub type Outcomes = BTreeMap<String, String>;

/// For a whole run: a hundred files, some of which sleep, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(600);
/// So many times longer it takes under valgrind.
const SLOWER: u32 = 6;

/// These fail now and then, natively as well, and pass at the next try. The first waits for a signal that `pcntl_signal` has
/// unblocked, the second sleeps through what came after it had dispatched, the third looks for a child that may have ended.
const RACES: [&str; 3] =
    ["ext/pcntl/tests/002.phpt", "ext/pcntl/tests/pcntl_waitid.phpt", "ext/pcntl/tests/pcntl_setns_newpid.phpt"];

/// A run of run-tests.php in a directory of its own: with PHP's source, and copies of the package and the library that
/// every user may read.
pub struct Phpt {
    php: Php,
    settings: Vec<String>,
    user: Option<String>,
    /// valgrind, with its options.
    valgrind: Option<String>,
    place: Scratch,
}

impl Phpt {
    pub fn new(php: Php, source: &Path) -> Phpt {
        let place = Scratch::new();
        let copies = [source.to_owned(), package(), library(), extension()];
        let copied = Command::new("cp").arg("-rH").args(copies).arg(place.root()).status().expect("cp runs");
        assert!(copied.success(), "cp: {copied}");
        let tree = place.path(source.file_name().and_then(|name| name.to_str()).expect("a name"));
        fs::rename(tree, place.path("source")).expect("rename of the copied source");
        Phpt { php, settings: Vec::new(), user: None, valgrind: None, place }
    }

    /// Also with these settings of php.ini.
    pub fn settings<'a>(mut self, settings: impl IntoIterator<Item = &'a str>) -> Phpt {
        self.settings.extend(settings.into_iter().map(str::to_owned));
        self
    }

    /// As that user, and with no more privileges than are that user's.
    pub fn user(mut self, user: &str) -> Phpt {
        self.user = Some(user.to_owned());
        let chown = Command::new("chown").args(["-R", user]).arg(self.place.root()).status().expect("chown runs");
        assert!(chown.success(), "chown: {chown}");
        self
    }

    /// The tests themselves, not the conditions of skipping them, run under valgrind with these options.
    pub fn valgrind(mut self, options: &[&str]) -> Phpt {
        fs::create_dir(self.place.path("logs")).expect("a directory for what valgrind says");
        self.valgrind = Some(options.join(" "));
        self
    }

    /// What valgrind has found: a test's name, and what it says of each process of it.
    pub fn findings(&self) -> BTreeMap<String, String> {
        let mut findings = BTreeMap::<String, String>::new();
        for entry in fs::read_dir(self.place.path("logs")).expect("logs of valgrind") {
            let path = entry.expect("a log").path();
            let (name, text) = (path.file_stem().expect("a name").to_string_lossy(), text_of(&path));
            // Each has a place in the program, other than warnings of what valgrind itself lacks.
            if text.contains(" at 0x") {
                findings.entry(name.into_owned()).or_default().push_str(&text);
            }
        }
        findings
    }

    /// The outcomes of the tests in these directories, of which every file has one.
    pub fn outcomes(&self, directories: &[&Path]) -> Outcomes {
        let mut files = Vec::new();
        for directory in directories {
            let entries = fs::read_dir(self.source().join(directory)).expect("a directory of tests");
            let paths = entries.map(|entry| directory.join(entry.expect("a file").file_name()));
            files.extend(paths.filter(|path| path.extension().is_some_and(|extension| extension == "phpt")));
        }
        let is_racing = |file: &PathBuf| RACES.iter().any(|race| file == Path::new(race));
        let (mut racing, files): (Vec<PathBuf>, Vec<PathBuf>) = files.into_iter().partition(is_racing);
        let count = files.len() + racing.len();
        let mut outcomes = self.run(&files, 20);
        let mut tries = 5;
        while tries > 0 && !racing.is_empty() {
            outcomes.extend(self.run(&racing, 5));
            racing.retain(|file| outcomes.get(&file.display().to_string()).is_none_or(|outcome| outcome == "FAILED"));
            tries -= 1;
        }
        assert_eq!(outcomes.len(), count, "{}", text_of(&self.place.path("output")));
        outcomes
    }

    /// What run-tests.php says of a test that went wrong.
    pub fn difference(&self, file: &str) -> String {
        let name = self.source().join(file);
        let part = |extension| text_of(&name.with_extension(extension));
        format!("{}{}", part("diff"), part("skip.out"))
    }

    /// The outcomes of these files. None may take longer than so many seconds.
    pub fn run(&self, files: &[PathBuf], seconds: u32) -> Outcomes {
        let slower = if self.valgrind.is_some() { SLOWER } else { 1 };
        let seconds = (seconds * slower).to_string();
        let results = self.source().join("results");
        // To a file, since nobody reads while it runs.
        let launch = Launch::command("sh").args(["-c", "exec \"$@\" >../output 2>&1", "sh"]);
        let launch = launch.arg(php()).arg("run-tests.php");
        let launch = launch.args(["-q", "-j2", "--offline", "--set-timeout", &seconds, "-W"]).arg(&results);
        let settings = self.settings.iter().cloned().chain(self.own_settings());
        let launch = launch.args(settings.flat_map(|setting| ["-d".to_owned(), setting])).args(files);
        let library = self.place.path("libdaemon_php.so");
        let launch = launch.env("TEST_PHP_EXECUTABLE", self.executable()).env("LIBDAEMON_PATH", library);
        let launch = launch.env("LIBDAEMON_POLYFILL", "force").env("NO_COLOR", "1").directory(self.source());
        let launch = match &self.user {
            Some(user) => {
                let words = ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "--inh-caps=-all"];
                launch.under(words).env("USER", user)
            }
            None => launch.env("USER", "root"),
        };
        let mut run = launch.start();
        run.wait_within(PATIENCE * slower).expect("run-tests.php ends");
        let text = text_of(&results);
        let lines = text.lines().filter_map(|line| line.split_once('\t'));
        let outcomes = lines.map(|(outcome, file)| {
            let file = Path::new(file).strip_prefix(self.source()).unwrap_or(Path::new(file));
            // A warning is about a test that passed: at the second try, or although it was expected to fail.
            let outcome = if outcome == "WARNED" { "PASSED" } else { outcome };
            (file.display().to_string(), outcome.to_owned())
        });
        outcomes.collect()
    }

    fn source(&self) -> PathBuf {
        self.place.path("source")
    }

    fn own_settings(&self) -> Vec<String> {
        let prepended = prepended_by(&self.place.path("php-ext"));
        match self.php {
            Php::Native | Php::NativeBuilt | Php::NativeThreadSafe => Vec::new(),
            Php::Extension | Php::ThreadSafe => {
                vec![format!("extension={}", self.place.path("libdaemon_php.so").display())]
            }
            Php::Lacking if has_posix() => vec![disabled_functions().to_owned(), prepended],
            Php::Lacking | Php::WithoutPosix => vec![prepended],
        }
    }

    /// The PHP that runs the tests. One without the extensions says all the same that it has them when run-tests.php asks,
    /// which otherwise loads the native ones.
    fn executable(&self) -> PathBuf {
        let binary = says("echo PHP_BINARY;");
        let options = match self.php {
            Php::Native => return binary.into(),
            // The user of the tests may not be one who can read the checkout.
            Php::Extension | Php::NativeBuilt | Php::ThreadSafe | Php::NativeThreadSafe => {
                let copy = self.place.path("built-php");
                fs::copy(self.php.built(), &copy).expect("copy of PHP");
                return self.valgrind.as_ref().map_or(copy.clone(), |options| self.under_valgrind(options, &copy));
            }
            Php::Lacking if has_posix() => return binary.into(),
            Php::Lacking => "",
            Php::WithoutPosix if has_posix() => "-n -d extension=ffi",
            Php::WithoutPosix => "-n",
        };
        let script = format!(
            "#!/bin/sh
            loaded='echo \"pcntl,posix,\", implode(\",\", get_loaded_extensions());'
            case $* in *'get_loaded_extensions());'*) set -- -r \"$loaded\" ;; esac
            exec '{binary}' {options} \"$@\"\n"
        );
        self.program("php", &script)
    }

    fn under_valgrind(&self, options: &str, php: &Path) -> PathBuf {
        let script = format!(
            "#!/bin/sh
            test=
            for word; do case $word in *.skip.php|*.clean.php) ;; */tests/*.php) test=${{word##*/}} ;; esac; done
            [ -n \"$test\" ] || exec '{php}' \"$@\"
            export USE_ZEND_ALLOC=0 ZEND_DONT_UNLOAD_MODULES=1
            exec valgrind -q --log-file='{logs}'/\"${{test%.php}}\".%p {options} '{php}' -d pcre.jit=0 \"$@\"\n",
            php = php.display(),
            logs = self.place.path("logs").display()
        );
        self.program("php-under-valgrind", &script)
    }

    fn program(&self, name: &str, script: &str) -> PathBuf {
        let path = self.place.file(name, script);
        fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("mode of the script");
        path
    }
}

/// The directory with run-tests.php and PHP's own tests: of this machine's PHP, or what LIBDAEMON_PHP_SOURCE names.
pub fn source() -> &'static Path {
    static SOURCE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let source = SOURCE.get_or_init(|| {
        if let Some(given) = std::env::var_os("LIBDAEMON_PHP_SOURCE") {
            return Ok(given.into());
        }
        let cache = library().with_file_name("php-source");
        let fetch = Command::new(checkout().join("scripts/php-source")).arg(cache).output().expect("php-source runs");
        let said = String::from_utf8_lossy(&fetch.stderr).trim().to_owned();
        if !fetch.status.success() {
            return Err(said);
        }
        if !said.is_empty() {
            println!("{said}");
        }
        Ok(String::from_utf8_lossy(&fetch.stdout).trim().into())
    });
    source.as_deref().unwrap_or_else(|reason| skip(reason))
}
