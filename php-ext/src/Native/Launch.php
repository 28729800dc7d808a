<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use FFI\CData;
use Libdaemon\Exception;
use Libdaemon\Polyfill\Signals;

/** The start of a daemon, and all that PHP needs around it: what is PHP's own goes on working in the daemon. */
final class Launch
{
    private const CLOSE_INHERITED = 1;

    /**
     * Comes back in the daemon.
     *
     * @param string $directory the daemon's, as the options have it
     * @throws Exception in the process that called it, when no daemon came of it
     */
    public static function start(CData $options, string $directory): void
    {
        Library::loadAll();
        $held = AsynchronousSignals::hold();
        try {
            self::launch($options, $directory);
        } finally {
            AsynchronousSignals::release($held);
        }
    }

    /** In the daemon: ends it, and tells whoever waits for it why. */
    public static function fail(string $message, int $status): never
    {
        Library::text($message, 'message');
        Library::call('daemonize_report_failure', $status, $message);
        exit($status >= 1 && $status <= 255 ? $status : 1);
    }

    private static function launch(CData $options, string $directory): void
    {
        $library = Library::get();
        Library::check($library->daemonize_options_close_fds($options, self::CLOSE_INHERITED));
        foreach (Descriptors::ofPhp() as $descriptor) {
            Library::check($library->daemonize_options_keep_fd($options, $descriptor));
        }
        foreach (SignalHandlers::kept() as $signal) {
            Library::check($library->daemonize_options_keep_signal($options, $signal));
        }
        Engine::flushOutput();
        SignalHandlers::setAside();
        Signals::collect();
        try {
            Library::check($library->daemonize_with($options));
        } catch (Exception $failure) {
            SignalHandlers::putBack();
            throw $failure;
        }
        Fork::concludeInChild();
        StandardStreams::restore();
        if (\PHP_ZTS) {
            // A thread-safe PHP keeps a working directory of its own, and remembers where /proc/self led.
            \chdir($directory);
            \clearstatcache(true);
        }
    }
}
