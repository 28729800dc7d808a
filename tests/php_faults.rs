//! Settings and surroundings of PHP in which a package may stumble.

use std::fs;
use std::process::Command;

use crate::harness::{Scratch, needs};
use crate::php_support::{Php, extension, has_posix, output, package, php, prepended_by, requiring};

/// What says that all is there.
const WORKS: &str = "echo posix_getpid() === getmypid() ? 'works' : 'wrong', Libdaemon\\Daemon::status('/none');";

/// opcache that is on while its compiler is not, which is PHP's default: not a word.
#[test]
fn opcache_without_jit_is_no_reason_to_complain() {
    for settings in [&["opcache.enable_cli=1"][..], &["opcache.enable_cli=1", "opcache.jit=disable"]] {
        let launch = Php::Lacking.with(settings.iter().flat_map(|setting| ["-d", setting]));
        let scratch = Scratch::new();
        assert_eq!(output(launch.arg(scratch.file("works.php", &format!("<?php {WORKS}")))), "works0", "{settings:?}");
    }
}

/// Functions that administrators like to disable, and the package could do without.
#[test]
fn disabled_functions_of_php_are_no_obstacle() {
    for function in
        ["readlink", "scandir", "is_link", "getenv", "ini_set", "php_uname", "get_resources", "readlink,scandir,getenv"]
    {
        let scratch = Scratch::new();
        let script = scratch.file("works.php", &format!("<?php {WORKS}"));
        let launch = Php::WithoutPosix.with(["-d", &format!("disable_functions={function}")]);
        assert_eq!(output(launch.arg(script)), "works0", "{function}");
    }
}

/// opcache.preload of the bootstrap, and of what loads it.
#[test]
fn bootstrap_may_be_preloaded() {
    if !has_posix() {
        return;
    }
    let scratch = Scratch::new();
    let loads = scratch.file("preload.php", &format!("<?php {}", requiring(&package(), "")));
    let main = scratch.file("main.php", &format!("<?php {}", requiring(&package(), WORKS)));
    for preloaded in [package().join("bootstrap.php"), loads] {
        let setting = format!("opcache.preload={}", preloaded.display());
        let user = format!("opcache.preload_user={}", Command::new("id").arg("-un").output().map_or_else(
            |_| "root".to_owned(),
            |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        ));
        let settings = ["-d", "zend_extension=opcache", "-d", "opcache.enable_cli=1", "-d", &setting, "-d", &user];
        let launch = Php::WithoutPosix.bare().args(settings).env("LIBDAEMON_PATH", extension());
        assert_eq!(output(launch.arg(&main)), "works0", "{}", preloaded.display());
    }
}

/// All files of the package are compiled before one of them is needed.
#[test]
fn package_may_be_compiled_before() {
    let scratch = Scratch::new();
    let code = format!(
        "<?php foreach (glob('{0}/{{bootstrap,src/*,src/*/*}}.php', GLOB_BRACE) as $file) opcache_compile_file($file);
        require '{0}/bootstrap.php'; {WORKS}",
        package().display()
    );
    let settings =
        ["-d", "zend_extension=opcache", "-d", "opcache.enable_cli=1", "-d", "opcache.file_update_protection=0"];
    let launch = Php::WithoutPosix.bare().args(settings).env("LIBDAEMON_PATH", extension());
    assert_eq!(output(launch.arg(scratch.file("main.php", &code))), "works0");
}

/// A copy that is prepended, and another one in vendor.
#[test]
fn two_copies_get_along() {
    let scratch = Scratch::new();
    let copy = scratch.path("php-ext");
    let copied = Command::new("cp").arg("-r").arg(package()).arg(&copy).status().expect("cp runs");
    assert!(copied.success());
    for (first, second) in [(package(), copy.clone()), (copy, package())] {
        let main = scratch.file("main.php", &format!("<?php {}", requiring(&second, WORKS)));
        let launch = Php::WithoutPosix.bare().args(["-d", &prepended_by(&first)]).env("LIBDAEMON_PATH", extension());
        assert_eq!(output(launch.arg(main)), "works0");
    }
}

/// PHP looks at its end whether somebody has taken its signal handlers: everything is as it was.
#[test]
fn handlers_of_the_engine_are_put_back() {
    let code = "foreach ([SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2] as $signal) pcntl_signal($signal, fn () => null); echo 'set';";
    let setting = ["-d", "zend.signal_check=1", "-d", "display_startup_errors=1"];
    let scratch = Scratch::new();
    let script = scratch.file("set.php", &format!("<?php {code}"));
    for php in [Php::Extension, Php::Lacking, Php::Native] {
        assert_eq!(output(php.with(setting).arg(&script)), "set", "{php:?}");
    }
}

/// Nor does it find them gone in a daemon, where the library has put them aside.
#[test]
fn daemons_end_with_the_handlers_of_the_engine() {
    let setting = ["-d", "zend.signal_check=1", "-d", "display_startup_errors=1", "-d", "display_errors=1"];
    for php in [Php::Extension, Php::Lacking, Php::Native] {
        let scratch = Scratch::new();
        let (pidfile, log) = (scratch.path("pid"), scratch.path("log"));
        let code = format!(
            "(new Libdaemon\\Daemon())->pidfile('{}')->log('{}')->waitReady(30)->start(); echo 'up'; Libdaemon\\ready();",
            pidfile.display(),
            log.display()
        );
        let script = scratch.file("daemon.php", &format!("<?php {}", requiring(&package(), &code)));
        let mut run = php.bare().args(setting).env("LIBDAEMON_PATH", extension()).arg(script).start();
        run.succeed();
        run.wait_idle();
        assert_eq!(fs::read_to_string(log).expect("the log"), "up", "{php:?}");
        assert!(!pidfile.exists(), "{php:?}");
    }
}

/// pcntl_signal_dispatch() of PHP's own is disabled, which nothing else can take the place of: daemons are made all the same.
#[test]
fn daemons_do_without_native_dispatch() {
    let scratch = Scratch::new();
    let code = format!(
        "pcntl_signal(SIGUSR1, fn () => null); (new Libdaemon\\Daemon())->pidfile('{}')->log('{}')->start();
        echo json_encode([function_exists('pcntl_signal_dispatch'), Libdaemon\\Daemon::status('{0}') === getmypid()]);",
        scratch.path("pid").display(),
        scratch.path("log").display()
    );
    let launch = Php::Native.bare().args(["-d", "disable_functions=pcntl_signal_dispatch", "-r"]);
    let mut run = launch.arg(requiring(&package(), &code)).env("LIBDAEMON_PATH", extension()).start();
    run.succeed();
    run.wait_idle();
    assert_eq!(fs::read_to_string(scratch.path("log")).expect("the log"), "[false,true]");
}

/// /proc/self of a forked child is its own from PHP 8.4 on, and the parent's before, where PHP itself leaves it at that.
#[test]
fn file_caches_of_a_child_are_as_native() {
    for look in ["realpath('/proc/self')", "fileinode('/proc/self')"] {
        let code = format!(
            "$of_parent = {look}; $child = pcntl_fork();
            if ($child === 0) {{ exit({look} === $of_parent ? 0 : 1); }}
            pcntl_waitpid($child, $status); echo pcntl_wexitstatus($status), PHP_VERSION_ID >= 80400 ? 1 : 0;"
        );
        for launch in [Php::Lacking.code(&code), Php::Extension.bare().args(["-r", &code])] {
            let printed = output(launch);
            assert!(printed == "11" || printed == "00", "{look}: {printed}");
        }
    }
}

/// What arrives while 150 children end and nobody looks is all there afterwards. PHP's own queue has no room for it.
#[test]
fn ending_children_starve_no_signal() {
    let code = "$ended = $arrived = 0;
        pcntl_signal(SIGCHLD, function () use (&$ended) { while (pcntl_waitpid(-1, $status, WNOHANG) > 0) $ended++; });
        pcntl_signal(SIGRTMIN, function () use (&$arrived) { $arrived++; });
        [$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
        $parent = posix_getpid();
        for ($i = 0; $i < 150; $i++) {
            if (pcntl_fork() === 0) {
                fclose($ours);
                fread($theirs, 1); // until all of them are there
                for ($sent = 0; $i === 0 && $sent < 200; $sent++) posix_kill($parent, SIGRTMIN);
                exit;
            }
        }
        fclose($theirs); stream_socket_shutdown($ours, STREAM_SHUT_WR);
        while (!feof($ours)) fread($ours, 1);
        while ($ended < 150) pcntl_signal_dispatch();
        echo $ended, ' ', $arrived;";
    for launch in [Php::Lacking.code(code), Php::Extension.bare().args(["-r", code])] {
        assert_eq!(output(launch), "150 200");
    }
}

/// A phar that becomes a daemon elsewhere, as another user, and in another root directory.
#[test]
fn phar_may_change_its_root_and_user() {
    needs::another_user();
    needs::another_root();
    let scratch = Scratch::new();
    let root = scratch.path("root");
    fs::create_dir_all(root.join("dev")).expect("a root directory");
    let phar = scratch.path("app.phar");
    let code = format!(
        "require '{}/bootstrap.php'; (new Libdaemon\\\\Daemon())->chroot('{}')->user('nobody')->stdin('/dev/null')->log('{}')->start();
        echo posix_geteuid() === 65534 ? 'nobody' : 'somebody', getcwd(); echo Libdaemon\\\\Daemon::status('/none');",
        package().display(),
        root.display(),
        scratch.path("log").display()
    );
    let build = format!(
        "$phar = new Phar('{}'); $phar['main.php'] = \"<?php {code}\"; $phar->setStub('<?php Phar::mapPhar(\\'app.phar\\');
        require \\'phar://app.phar/main.php\\'; __HALT_COMPILER();');",
        phar.display()
    );
    let built = Command::new(php()).args(["-d", "phar.readonly=0", "-r", &build]).status().expect("php runs");
    assert!(built.success());
    let mut run = Php::Lacking.bare().env("LIBDAEMON_PATH", extension()).arg(&phar).start();
    run.succeed();
    run.wait_idle();
    assert_eq!(fs::read_to_string(scratch.path("log")).expect("the log"), "nobody/0");
}

/// A PHP inside a program: ten thousand requests take no more memory than a thousand.
#[test]
fn requests_leave_nothing_behind() {
    let library =
        format!("/usr/lib/libphp{}.so", crate::php_support::says("echo PHP_MAJOR_VERSION, '.', PHP_MINOR_VERSION;"));
    if !has_posix() || !std::path::Path::new(&library).exists() {
        crate::harness::skip(format_args!("there is no {library} of the PHP under test"));
    }
    let scratch = Scratch::new();
    let settings = format!("extension={}\n{}\n", extension().display(), crate::php_support::disabled_functions());
    scratch.file("php.ini", &settings);
    let code = "pcntl_signal(SIGUSR1, function ($signal, $info) { $GLOBALS['info'] = $info; }); pcntl_async_signals(true);
        posix_kill(posix_getpid(), SIGUSR1); for ($i = 0; $i < 3; $i++); posix_getpwuid(0); pcntl_sigprocmask(SIG_BLOCK, [SIGUSR2], $old);
        try { posix_kill('x', 0); } catch (TypeError) {} if (!isset($info)) echo 'lost';";
    let launch = crate::harness::Launch::command(crate::harness::compile::program("embedding_requests"));
    let launch = launch.args([&library, code]).env("PHPRC", scratch.root()).env("PHP_INI_SCAN_DIR", "");
    let printed = output(launch.env("LIBDAEMON_POLYFILL", "force"));
    let grown: i64 = printed.trim().parse().unwrap_or_else(|_| panic!("{printed}"));
    assert!(grown < 256, "{grown} KiB");
}
