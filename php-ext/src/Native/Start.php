<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use Libdaemon\Polyfill\Constants;
use Libdaemon\Polyfill\Selection;

/**
 * What is done whenever the package is loaded: taking care of its classes, looking at what is open, and defining what is
 * missing of pcntl and posix. One class, and no more in it: every script waits for it, and each further file would take
 * longer than its work.
 */
final class Start
{
    /** Where the system shows the descriptors of a process. */
    public const OPEN_FILES = '/proc/self/fd';

    /** With "force" in this variable of the environment, functions that an administrator disabled are defined all the same. */
    public const SWITCH = 'LIBDAEMON_POLYFILL';

    /** The command line, in its several forms: a process that may fork, and end, as the script likes. */
    private const PLACES = ['cli', 'phpdbg', 'embed', 'micro'];

    /** Of each extension the PHP_VERSION_ID from which on it has more functions, in a file whose name ends in "_newer". */
    public const NEWER = ['pcntl' => 80400, 'posix' => 80300];

    /**
     * Of each extension the functions. Every line begins with their group, and the PHP_VERSION_ID from which on they are
     * there. One text, which PHP reads fastest.
     */
    public const FUNCTIONS = [
        'pcntl' => 'fork:80100 pcntl_fork pcntl_wait pcntl_waitpid pcntl_wifexited pcntl_wifstopped pcntl_wifcontinued
fork:80100 pcntl_wifsignaled pcntl_wexitstatus pcntl_wtermsig pcntl_wstopsig pcntl_unshare
fork:80400 pcntl_waitid pcntl_setns
exec:80100 pcntl_exec
signals:80100 pcntl_alarm pcntl_signal pcntl_signal_get_handler pcntl_signal_dispatch pcntl_async_signals
signals:80100 pcntl_sigprocmask pcntl_sigwaitinfo pcntl_sigtimedwait
scheduling:80100 pcntl_getpriority pcntl_setpriority
scheduling:80400 pcntl_getcpuaffinity pcntl_setcpuaffinity pcntl_getcpu
pcntl_errors:80100 pcntl_get_last_error pcntl_errno pcntl_strerror',
        'posix' => 'processes:80100 posix_kill posix_getpid posix_getppid posix_setsid posix_setpgid posix_getpgid posix_getsid
processes:80100 posix_getpgrp posix_uname posix_times
ids:80100 posix_getuid posix_setuid posix_geteuid posix_seteuid posix_getgid posix_setgid posix_getegid
ids:80100 posix_setegid posix_getgroups posix_getlogin posix_getgrnam posix_getgrgid posix_getpwnam
ids:80100 posix_getpwuid posix_initgroups
files:80100 posix_ctermid posix_ttyname posix_isatty posix_getcwd posix_mkfifo posix_mknod posix_access
files:80300 posix_eaccess posix_pathconf posix_fpathconf
limits:80100 posix_getrlimit posix_setrlimit
limits:80300 posix_sysconf
posix_errors:80100 posix_get_last_error posix_errno posix_strerror',
    ];

    /** @var array<int, string>|null as from open(), before the application has opened much; without the script's own files */
    public static ?array $openAtStart = null;

    /** @var array<string, true> the extensions that were defined here, whole */
    public static array $defined = [];

    public static function run(): void
    {
        // The classes of the package, where Composer does not know them.
        \spl_autoload_register(static function (string $class): void {
            if (\str_starts_with($class, 'Libdaemon\\')) {
                $file = \dirname(__DIR__) . \strtr(\substr($class, \strlen('Libdaemon')), '\\', '/') . '.php';
                if (\is_file($file)) {
                    require $file;
                }
            }
        });
        $open = self::open();
        self::$openAtStart = $open === null ? null : \array_diff($open, \get_included_files());
        foreach (self::isPlace() ? self::FUNCTIONS : [] as $extension => $functions) {
            $loaded = \extension_loaded($extension);
            if ($loaded && \ini_get('disable_functions') === '') {
                continue;
            }
            $forced = \getenv(self::SWITCH) === 'force';
            $names = \explode(' ', \strtr($functions, "\n", ' '));
            if (($loaded && !$forced) || \array_filter($names, 'function_exists') !== []) {
                Selection::define($extension, $forced);
                continue;
            }
            // All of it is missing, which is the usual case.
            $polyfill = __DIR__ . '/../Polyfill';
            if (!$loaded) {
                require_once $polyfill . '/Constants.php'; // by itself: the autoloader's first class costs more than the next ones
                Constants::define($extension);
            }
            require $polyfill . '/Functions/' . $extension . '.php';
            if (\PHP_VERSION_ID >= self::NEWER[$extension]) {
                require $polyfill . '/Functions/' . $extension . '_newer.php';
            }
            self::$defined[$extension] = true;
        }
    }

    /** Whether processes of this kind may be forked and made daemons of. */
    public static function isPlace(): bool
    {
        return \in_array(\PHP_SAPI, self::PLACES, true);
    }

    /**
     * What is open now, beyond the standard streams.
     *
     * @return array<int, string>|null number to object, such as "/etc/passwd" or "pipe:[4711]"; null if it cannot be seen
     */
    public static function open(): ?array
    {
        $numbers = @\scandir(self::OPEN_FILES, \SCANDIR_SORT_NONE);
        if ($numbers === false) {
            return null;
        }
        $open = [];
        foreach ($numbers as $number) {
            $link = self::OPEN_FILES . '/' . $number;
            // The descriptor that scandir() read the directory with is closed again, and has no link any more.
            if ((int) $number > 2 && \is_link($link)) {
                $open[$number] = (string) @\readlink($link);
            }
        }
        // A thread-safe PHP would remember where /proc/self led, in forked processes too.
        \PHP_ZTS && \clearstatcache(true);
        return $open;
    }
}
