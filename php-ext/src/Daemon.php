<?php

declare(strict_types=1);

namespace Libdaemon;

use Libdaemon\Native\Control;
use Libdaemon\Native\Library;
use Libdaemon\Native\Service;
use Libdaemon\Native\StandardStreams;

/**
 * What a daemon is to be like, and the means to start, ask after and stop one.
 *
 *     (new Daemon())->pidfile('/run/app.pid')->log('/var/log/app.log')->user('app')->start();
 *
 * Every option has a default that makes a good daemon, and returns the object. Relative paths are fixed when they are
 * given. Times are in seconds.
 */
final class Daemon
{
    private const FOREGROUND = ['auto' => 0, 'never' => 1, 'always' => 2];
    private const CLOSE_FDS = ['all' => 0, 'inherited' => 1, 'none' => 2];
    private const SIGNALS = ['reset' => 0, 'keep' => 1];

    /** @var list<array{string, list<int|string|bool>}> the options asked for: their names and arguments */
    private array $asked = [];
    private string $directory = '/';
    private string $closeFds = 'inherited';
    private ?string $pidfile = null;
    private ?string $title = null;
    /** @var list<resource> streams to leave open, which PHP would close when nothing else refers to them */
    private array $streams = [];
    /** @var list<resource> those of the daemon that was started, which may be all that is left of it */
    private static array $kept = [];

    /** The working directory. By default "/". */
    public function directory(string $path): static
    {
        $this->directory = Library::path($path, 'path');
        return $this->ask('directory', $this->directory);
    }

    /** The root directory. By default it stays the system's. */
    public function chroot(string $path): static
    {
        return $this->ask('chroot', Library::path($path, 'path'));
    }

    /** The mask for the modes of new files. By default 0. */
    public function umask(int $mask): static
    {
        return $this->ask('umask', Library::number($mask, 'mask'));
    }

    /** A file for standard input. By default /dev/null. */
    public function stdin(string $path): static
    {
        return $this->ask('stdin', Library::path($path, 'path'));
    }

    /** A file that standard output is appended to. By default /dev/null. */
    public function stdout(string $path): static
    {
        return $this->ask('stdout', Library::path($path, 'path'));
    }

    /** A file that standard error is appended to. By default /dev/null. */
    public function stderr(string $path): static
    {
        return $this->ask('stderr', Library::path($path, 'path'));
    }

    /** One file for both standard output and standard error. */
    public function log(string $path): static
    {
        return $this->ask('log', Library::path($path, 'path'));
    }

    /** Whether the files of standard output and standard error are emptied first. */
    public function truncate(bool $truncate = true): static
    {
        return $this->ask('truncate', $truncate);
    }

    /** A signal at which the files of standard output and standard error are opened again, after a rotation. */
    public function reopenOn(int $signal): static
    {
        return $this->ask('reopen_on', Library::number($signal, 'signal'));
    }

    /** A file with the daemon's pid, locked while the daemon lives: a second daemon with the same file is refused. */
    public function pidfile(string $path): static
    {
        $path = Library::path($path, 'path');
        $this->ask('pidfile', $path);
        $this->pidfile = $path;
        return $this;
    }

    /** A file that is locked while the daemon lives, without a pid in it. */
    public function lockfile(string $path): static
    {
        return $this->ask('lockfile', Library::path($path, 'path'));
    }

    /** The user to become for good, by name or number, with that user's groups. */
    public function user(string $name): static
    {
        return $this->ask('user', Library::text($name, 'name'));
    }

    /** The group to become, by name or number, in place of the user's own. */
    public function group(string $name): static
    {
        return $this->ask('group', Library::text($name, 'name'));
    }

    /**
     * A descriptor to leave open, by its number or as a stream. PHP's own streams need not be named, they stay open;
     * this is for what came in from the launching process, and for the descriptors of extensions.
     *
     * @param int|resource $descriptor
     */
    public function keepFd(mixed $descriptor): static
    {
        if (\is_resource($descriptor)) {
            $number = Library::descriptor($descriptor)
                ?? throw new \ValueError(__METHOD__ . '(): Argument #1 ($descriptor) must be a stream with a descriptor');
            $this->streams[] = $descriptor;
            return $this->ask('keep_fd', $number);
        }
        if (!\is_int($descriptor)) {
            throw new \TypeError(__METHOD__ . '(): Argument #1 ($descriptor) must be of type int|resource, '
                . \get_debug_type($descriptor) . ' given');
        }
        return $this->ask('keep_fd', Library::number($descriptor, 'descriptor'));
    }

    /**
     * Which descriptors from 3 up are closed: "inherited", by default, those that came in from the launching process; "all"
     * also what the program has opened outside PHP's streams; "none". PHP's own streams and what keepFd() names stay.
     */
    public function closeFds(string $which): static
    {
        if (!isset(self::CLOSE_FDS[$which])) {
            throw new \ValueError(__METHOD__ . '(): Argument #1 ($which) must be "all", "inherited" or "none"');
        }
        $this->closeFds = $which;
        return $this;
    }

    /** "reset", by default: signals are at their defaults in the daemon, but for the script's handlers. "keep": all stay. */
    public function signals(string $how): static
    {
        return $this->ask('signals', self::SIGNALS[$how]
            ?? throw new \ValueError(__METHOD__ . '(): Argument #1 ($how) must be "reset" or "keep"'));
    }

    /** A variable of the daemon's environment. */
    public function setenv(string $name, string $value): static
    {
        return $this->ask('setenv', Library::text($name, 'name'), Library::text($value, 'value'));
    }

    /** An environment with nothing in it but what setenv() adds. */
    public function clearenv(): static
    {
        return $this->ask('clearenv');
    }

    /**
     * The launcher waits until the daemon has called Libdaemon\ready(), and fails when the daemon has called
     * Libdaemon\fail(), has died, or has let this time pass (INF: for ever).
     */
    public function waitReady(float $seconds): static
    {
        return $this->ask('wait_ready', Library::milliseconds($seconds));
    }

    /** A descriptor on which a supervisor such as s6 waits: Libdaemon\ready() writes a newline there, and closes it. */
    public function notifyFd(int $descriptor): static
    {
        return $this->ask('notify_fd', Library::number($descriptor, 'descriptor'));
    }

    /** "never": become a daemon. "always": do everything but the forks and the session. "auto": whichever fits. */
    public function foreground(string $when = 'always'): static
    {
        return $this->ask('foreground', self::FOREGROUND[$when]
            ?? throw new \ValueError(__METHOD__ . '(): Argument #1 ($when) must be "auto", "never" or "always"'));
    }

    /** Whether a process with other threads, which the daemon would lose, may become a daemon. By default it may not. */
    public function threads(bool $allow = true): static
    {
        return $this->ask('threads', $allow);
    }

    /** The daemon's title, as Libdaemon\set_title() sets it. By default it stays the script's command line. */
    public function title(string $title): static
    {
        Library::check('title', [Library::text($title, 'title')]);
        $this->title = $title;
        return $this;
    }

    /**
     * Makes this process a daemon and returns in it. The process that called it ends with status 0 once the daemon is up.
     *
     * @throws Exception in the process that called it, when no daemon came of it
     */
    public function start(): void
    {
        Library::start($this->asked, self::CLOSE_FDS[$this->closeFds]);
        StandardStreams::restore();
        if (\PHP_ZTS) {
            // A thread-safe PHP keeps a working directory of its own, and remembers where /proc/self led.
            \chdir($this->directory);
            \clearstatcache(true);
        }
        self::$kept = $this->streams;
        if ($this->title !== null) {
            Service::setTitle($this->title);
        }
    }

    /**
     * Starts another program as the daemon and gives its pid; this process goes on, and nothing of it runs there. The program is
     * looked for in PATH when it is named without a slash. With waitReady() it says that it is ready as sd_notify(3) has it, to the
     * socket in NOTIFY_SOCKET.
     *
     * @param list<string> $arguments what follows the program's name
     * @throws Exception when it cannot be executed, or is not ready in time
     */
    public function exec(string $path, array $arguments = []): int
    {
        $path = \str_contains($path, '/') ? Library::path($path, 'path') : Library::text($path, 'path');
        $words = [$path];
        foreach ($arguments as $argument) {
            $words[] = Library::text($argument, 'arguments');
        }
        return Library::execute([...$this->asked, ['close_fds', [self::CLOSE_FDS[$this->closeFds]]]], $path, $words);
    }

    /**
     * Ends the daemon that holds the pid file, as stop() does, and makes this process the new one, as start() does; just
     * the latter when none runs. The old one goes on running when this one could not be started anyhow: the user, the log
     * and all other files are tried before. The lock on the pid file sees to it that two never run: when somebody else
     * starts a daemon in between, that one stays, and the exception names it.
     *
     * @throws Exception in the process that called it, when no daemon came of it
     */
    public function restart(float $timeout = 10.0, bool $kill = false): void
    {
        Control::restart($this, $this->pidfile, $timeout, $kill);
    }

    /** The pid of the daemon that holds this pid file, 0 when none does. */
    public static function status(string $pidfile): int
    {
        return Library::call('daemonize_status', Library::path($pidfile, 'pidfile'));
    }

    /** Sends a signal to the daemon that holds this pid file. */
    public static function signal(string $pidfile, int $signal): void
    {
        Library::number($signal, 'signal');
        Library::call('daemonize_signal', Library::path($pidfile, 'pidfile'), $signal);
    }

    /**
     * Has the daemon that holds this pid file read its configuration anew: sends it the signal for that. A daemon that does
     * not handle the signal would be ended by it, so it is not sent.
     */
    public static function reload(string $pidfile, int $signal = \SIGHUP): void
    {
        Control::reload($pidfile, $signal);
    }

    /** Asks the daemon that holds this pid file to end, and waits until it has; then, if wanted, kills it. */
    public static function stop(string $pidfile, float $timeout = 10.0, bool $kill = false): void
    {
        $milliseconds = Library::milliseconds($timeout);
        Library::call('daemonize_stop', Library::path($pidfile, 'pidfile'), $milliseconds, $kill);
    }

    /** Notes an option for start(), and has the library judge it now, so that a bad one is refused where it is given. */
    private function ask(string $option, int|string|bool ...$arguments): static
    {
        Library::check($option, $arguments);
        $this->asked[] = [$option, $arguments];
        return $this;
    }
}

// Before a handler of a signal can come while one of them is being loaded, and not find it.
foreach ([Exception::class, Library::class, Control::class, Service::class, StandardStreams::class] as $class) {
    \class_exists($class);
}
