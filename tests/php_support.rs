//! PHP scripts as programs under test: on a PHP that lacks pcntl and posix, and on one that has both.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::harness::compile::{checkout, library};
use crate::harness::{Exit, Launch, Service, needs};
use crate::runner::skip;

/// Which PHP runs the script. The package is there in both, by `auto_prepend_file`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Php {
    /// Every function of pcntl and posix is missing.
    Lacking,
    /// pcntl and posix are PHP's own.
    Native,
    /// No posix, and as few other extensions as can be: Debian's PHP without its configuration.
    WithoutPosix,
    /// Built without pcntl, posix and FFI; the extension is loaded, and the package is not.
    Extension,
    /// That one with its own pcntl and posix.
    NativeBuilt,
    /// Like `Extension`, built to be safe for threads: what LIBDAEMON_ZTS_PHP names.
    ThreadSafe,
    /// That one with its own pcntl and posix.
    NativeThreadSafe,
}

/// pcntl and posix, loaded from where that PHP has its own.
const LOADED: [&str; 4] = ["-d", "extension=pcntl", "-d", "extension=posix"];

impl Php {
    pub const BOTH: [Php; 2] = [Php::Lacking, Php::Native];
    pub const ALL: [Php; 3] = [Php::Lacking, Php::Native, Php::WithoutPosix];

    /// PHP with these arguments of its own, before the script.
    pub fn with<S: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = S>) -> Launch {
        if self.loads_extension() {
            return self.bare().args(arguments);
        }
        let prepended = prepended_by(&package());
        self.bare().args(["-d", &prepended]).env("LIBDAEMON_PATH", extension()).args(arguments)
    }

    /// The script: a path, or a name in `tests/php`.
    pub fn script(self, name: impl AsRef<OsStr>) -> Launch {
        self.with([checkout().join("tests/php").join(name.as_ref())])
    }

    /// The example of that name, run as its first lines say.
    pub fn example(self, name: &str) -> Launch {
        self.with([example(name)])
    }

    /// These statements, as an argument of PHP: for that it prepends nothing, so they require the package themselves.
    pub fn code(self, statements: &str) -> Launch {
        self.with(["-r", &requiring(&package(), statements)])
    }

    /// The service of `tests/php/service.php`, reporting to us.
    pub fn service(self, service: &Service) -> Launch {
        self.script("service.php").option_path("events", service.reports.path())
    }

    /// The same PHP without the package.
    pub fn bare(self) -> Launch {
        let built = self.loads_extension() || matches!(self, Php::NativeBuilt | Php::NativeThreadSafe);
        let program = if built { self.built().into() } else { php() };
        let launch = Launch::command(program).args(["-d", "display_errors=stderr", "-d", "log_errors=0"]);
        match self {
            Php::Extension | Php::ThreadSafe => launch.args(["-n", "-d", &extension_setting()]),
            Php::NativeBuilt | Php::NativeThreadSafe => launch.args(["-n"]).args(LOADED),
            Php::Lacking if has_posix() => launch.args(["-d", disabled_functions()]).env("LIBDAEMON_POLYFILL", "force"),
            Php::Lacking => launch,
            Php::Native if has_posix() => launch,
            Php::Native => launch.args(LOADED),
            Php::WithoutPosix if has_posix() => launch.args(["-n", "-d", "extension=ffi"]),
            Php::WithoutPosix => launch.arg("-n"),
        }
    }

    /// Is it one that was built for the tests, and the extension loaded?
    fn loads_extension(self) -> bool {
        matches!(self, Php::Extension | Php::ThreadSafe)
    }

    /// The program of one that was built.
    pub fn built(self) -> PathBuf {
        match self {
            Php::Extension => return built_php(),
            Php::NativeBuilt => return built_php_with_both(),
            _ => {}
        }
        let missing = || skip("the environment variable LIBDAEMON_ZTS_PHP names no thread-safe PHP");
        std::env::var_os("LIBDAEMON_ZTS_PHP").map_or_else(missing, PathBuf::from)
    }

    /// What the script prints without the package.
    pub fn bare_output(self, name: &str) -> String {
        output(self.bare().arg(checkout().join("tests/php").join(name)))
    }

    /// What the script prints, on its way to a good end.
    pub fn output(self, name: &str) -> String {
        output(self.script(name))
    }
}

/// What a program prints, on its way to a good end without a word on stderr.
pub fn output(launch: Launch) -> String {
    let mut run = launch.start();
    // First what it prints, which may be more than a pipe holds.
    let (stdout, stderr) = (run.stdout(), run.stderr());
    let exit = run.wait();
    assert!(exit == Exit::Status(0) && stderr.is_empty(), "{exit}: {stdout}{stderr}");
    stdout
}

/// The extension under test.
pub fn extension() -> PathBuf {
    library().with_file_name("libdaemon_php.so")
}

/// `extension=...` of it.
pub fn extension_setting() -> String {
    format!("extension={}", extension().display())
}

/// A PHP of this machine's version that was built without pcntl, posix and FFI, or the one that LIBDAEMON_BARE_PHP names.
pub fn built_php() -> PathBuf {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| match std::env::var_os("LIBDAEMON_BARE_PHP") {
        Some(given) => Ok(given.into()),
        None => {
            let cache = library().with_file_name("php-source");
            let build = Command::new(checkout().join("scripts/php-build")).arg(cache).output().expect("php-build runs");
            if build.status.success() {
                Ok(String::from_utf8_lossy(&build.stdout).trim().into())
            } else {
                Err(String::from_utf8_lossy(&build.stderr).trim().to_owned())
            }
        }
    });
    built.clone().unwrap_or_else(|reason| skip(reason))
}

/// The same, if it has its own pcntl and posix beside it.
fn built_php_with_both() -> PathBuf {
    let php = built_php();
    let has_both = "if (!extension_loaded('pcntl') || !extension_loaded('posix')) {
        fwrite(STDERR, PHP_BINARY . ' has none to be loaded'); exit(1); }";
    let words = [php.as_os_str(), OsStr::new("-n")].into_iter().chain(LOADED.map(OsStr::new));
    needs::works("no native pcntl and posix of the same release", words.chain(["-r", has_both].map(OsStr::new)));
    php
}

/// The package's directory.
pub fn package() -> PathBuf {
    checkout().join("php-ext")
}

/// Statements for `php -r` that begin with that copy of the package.
pub fn requiring(package: &Path, statements: &str) -> String {
    format!("require '{}'; {statements}", package.join("bootstrap.php").display())
}

/// `auto_prepend_file=...` of that copy of the package.
pub fn prepended_by(package: &Path) -> String {
    format!("auto_prepend_file={}", package.join("bootstrap.php").display())
}

pub fn example(name: &str) -> PathBuf {
    package().join("examples").join(name)
}

/// The PHP under test: the machine's, or the one that LIBDAEMON_TEST_PHP names.
pub fn php() -> OsString {
    let php = std::env::var_os("LIBDAEMON_TEST_PHP").unwrap_or_else(|| "php".into());
    let has_ffi = "if (!extension_loaded('FFI')) { fwrite(STDERR, 'it has no extension FFI'); exit(1); }";
    needs::works("no PHP to test with", [php.as_os_str(), OsStr::new("-r"), OsStr::new(has_ffi)]);
    php
}

/// What that PHP prints for these statements.
pub fn says(statements: &str) -> String {
    let output = Command::new(php()).args(["-r", statements]).output().expect("php runs");
    String::from_utf8(output.stdout).expect("text")
}

/// Has it pcntl and posix by itself? If not, they are there to be loaded.
pub fn has_posix() -> bool {
    static HAS: OnceLock<bool> = OnceLock::new();
    *HAS.get_or_init(|| says("echo extension_loaded('pcntl') && extension_loaded('posix');") == "1")
}

/// `disable_functions=...` with all that the two extensions have in the PHP of this machine.
pub fn disabled_functions() -> &'static str {
    static SETTING: OnceLock<String> = OnceLock::new();
    SETTING.get_or_init(|| {
        let all = "echo implode(',', array_merge(get_extension_funcs('pcntl'), get_extension_funcs('posix')));";
        let functions = says(all);
        assert!(functions.contains("pcntl_fork") && functions.contains("posix_kill"), "php has pcntl and posix");
        format!("disable_functions={functions}")
    })
}

/// What a script prints on ours must be what it prints natively, line by line. What is not indented says what follows.
pub fn assert_same(native: &str, ours: &str) {
    assert!(native.lines().count() > 10, "{native}");
    let mut what = "";
    for (native, ours) in native.lines().zip(ours.lines()) {
        what = if native.starts_with(' ') { what } else { native };
        assert_eq!(ours, native, "{what}");
    }
    assert_eq!(ours.lines().count(), native.lines().count());
}
