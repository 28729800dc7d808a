<?php

declare(strict_types=1);

/**
 * Required once, by Composer, by hand or as auto_prepend_file: defines the functions of pcntl and posix that this PHP
 * lacks, and the functions of the namespace Libdaemon.
 *
 * It only declares. Each function forwards to a class in src/, and the shared library is opened by the first one that
 * needs it.
 */

namespace Libdaemon;

use Libdaemon\Native\Launch;
use Libdaemon\Native\Library;
use Libdaemon\Native\StandardStreams;
use Libdaemon\Native\Start;

// Once, also where several copies are installed.
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

    /** Tells the process that started this daemon, and waits (see Daemon::waitReady), that the daemon can do its work. */
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
        Launch::fail($message, $status);
    }

    require_once __DIR__ . '/src/Native/Start.php';
    Start::run();
}
