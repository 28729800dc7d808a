<?php

declare(strict_types=1);

/**
 * Required once, by Composer, by hand or as auto_prepend_file: sees to it that the functions of pcntl and posix are there, and
 * defines those of the namespace Libdaemon.
 *
 * Where PHP has loaded the extension libdaemon there is nothing left to do. Otherwise libdaemon-php.so is opened by FFI, and
 * registers in the middle of the script what it would have registered at the start. Where that cannot be, nothing is defined
 * but the namespace's functions, which say why. `php bootstrap.php --check` tells what is in force here.
 */

namespace Libdaemon;

use Libdaemon\Native\Library;
use Libdaemon\Native\Loader;
use Libdaemon\Native\Report;
use Libdaemon\Native\Service;
use Libdaemon\Native\StandardStreams;

// Once, also where several copies are installed or one is preloaded.
if (!\function_exists('Libdaemon\daemonize')) {
    /**
     * Makes this process a daemon and returns in it. The process that called it ends with status 0 once the daemon is up.
     *
     * @throws Exception in the process that called it, when no daemon came of it
     */
    function daemonize(?Daemon $daemon = null): void
    {
        ($daemon ?? new Daemon())->start();
    }

    /**
     * Standard output and standard error, of this process and of its children to come, are appended to a file.
     *
     * Both descriptors are replaced in one step, so that echo, STDOUT and STDERR go on working and nothing else can take
     * their place. After a failure both are as they were.
     */
    function reset_std(string $path): void
    {
        StandardStreams::reset($path);
    }

    /** Opens the files of standard output and standard error again by their paths, after a rotation has moved them away. */
    function reopen_std(): void
    {
        StandardStreams::reopen();
    }

    /**
     * Tells whoever waits that the daemon can do its work: the process that started it (see Daemon::waitReady), the service
     * manager, and the reader of Daemon::notifyFd.
     */
    function ready(): void
    {
        Library::call('daemonize_ready');
    }

    /**
     * Tells the process that started this daemon, and waits, why the daemon cannot do its work, and ends the daemon. There
     * it becomes an Exception with this message and this status, 1 to 255. The daemon ends as by exit().
     *
     * @throws Exception in the daemon, when nobody waits for it
     */
    function fail(string $message, int $status = 1): never
    {
        Library::call('daemonize_report_failure', $status, Library::text($message, 'message'));
        exit($status >= 1 && $status <= 255 ? $status : 1);
    }

    /** Tells the service manager lines of sd_notify(3), such as "STATUS=3 clients". Without one nothing happens, here and below. */
    function notify(string $state): void
    {
        Library::call('daemonize_notify', Library::text($state, 'state'));
    }

    /** Tells the service manager that the configuration is read anew; ready() says when that is done. */
    function reloading(): void
    {
        Library::call('daemonize_reloading');
    }

    /** Tells the service manager that the service is about to end. */
    function stopping(): void
    {
        Library::call('daemonize_stopping');
    }

    /** Tells the service manager that the service is alive. */
    function watchdog(): void
    {
        Library::call('daemonize_watchdog');
    }

    /** Within how many seconds the service manager wants each next watchdog(): call it twice as often. 0.0: not at all. */
    function watchdog_interval(): float
    {
        return Library::call('daemonize_watchdog_interval') / 1000;
    }

    /** Asks the service manager for so much more time, from now on, for the start or the stop that is under way. */
    function extend_timeout(float $seconds): void
    {
        Library::call('daemonize_extend_timeout', Library::milliseconds($seconds));
    }

    /**
     * The descriptors that the service manager has handed over, with their names.
     *
     * @return array<int, string> such as [3 => 'web']: php://fd/3
     */
    function listen_fds(): array
    {
        return Service::descriptors();
    }

    /** Sets the title of the process, as ps and top show it; /proc/PID/comm has its first 15 bytes. */
    function set_title(string $title): void
    {
        Service::setTitle($title);
    }
}

if (!\class_exists(Loader::class, false)) {
    require __DIR__ . '/src/Native/Loader.php';
}
Loader::load();

if (($_SERVER['argv'][1] ?? null) === '--check' && \realpath($_SERVER['SCRIPT_FILENAME'] ?? '') === __FILE__) {
    exit(Report::print());
}
