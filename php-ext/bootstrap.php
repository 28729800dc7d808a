<?php

/**
 * Required once, by Composer, by hand or as auto_prepend_file: defines the functions of pcntl and posix that this PHP
 * lacks, and the functions of the namespace Libdaemon.
 *
 * It only declares. Each function forwards to a class in src/, and the shared library is opened by the first one that
 * needs it.
 */

use Libdaemon\Native\Descriptors;
use Libdaemon\Polyfill\Constants;
use Libdaemon\Polyfill\Errors;
use Libdaemon\Polyfill\Groups;
use Libdaemon\Polyfill\Posix;
use Libdaemon\Polyfill\Process;
use Libdaemon\Polyfill\Signals;
use Libdaemon\Polyfill\WaitStatus;

if (\function_exists('Libdaemon\daemonize')) {
    return;
}

spl_autoload_register(static function (string $class): void {
    if (\str_starts_with($class, 'Libdaemon\\')) {
        $file = __DIR__ . '/src/' . \strtr(\substr($class, \strlen('Libdaemon\\')), '\\', '/') . '.php';
        if (\is_file($file)) {
            require $file;
        }
    }
});

require __DIR__ . '/src/functions.php';
Descriptors::remember();

// Parameters and types below are those of the native functions, which reflection and named arguments can see: what
// pcntl leaves untyped is untyped here, and the return types say what its own say.

if (Groups::isWanted(Groups::FORK)) {
    Constants::define('wait');

    function pcntl_fork(): int
    {
        return Process::fork();
    }

    function pcntl_waitpid(int $process_id, &$status, int $flags = 0, &$resource_usage = []): int
    {
        return Process::wait($process_id, $status, $flags, $resource_usage, \func_num_args() > 3);
    }

    function pcntl_wait(&$status, int $flags = 0, &$resource_usage = []): int
    {
        return Process::wait(-1, $status, $flags, $resource_usage, \func_num_args() > 2);
    }

    function pcntl_wifexited(int $status): bool
    {
        return WaitStatus::exited($status);
    }

    function pcntl_wifstopped(int $status): bool
    {
        return WaitStatus::stopped($status);
    }

    function pcntl_wifcontinued(int $status): bool
    {
        return WaitStatus::continued($status);
    }

    function pcntl_wifsignaled(int $status): bool
    {
        return WaitStatus::signaled($status);
    }

    function pcntl_wexitstatus(int $status): int|false
    {
        return WaitStatus::exitStatus($status);
    }

    function pcntl_wtermsig(int $status): int|false
    {
        return WaitStatus::termSignal($status);
    }

    function pcntl_wstopsig(int $status): int|false
    {
        return WaitStatus::stopSignal($status);
    }
}

if (Groups::isWanted(Groups::EXEC)) {
    require __DIR__ . '/src/Polyfill/' . (\PHP_VERSION_ID >= 80500 ? 'exec_returning_false.php' : 'exec_returning_bool.php');
}

if (Groups::isWanted(Groups::SIGNALS)) {
    Constants::define('signals');

    function pcntl_alarm(int $seconds): int
    {
        return Process::alarm($seconds);
    }

    function pcntl_signal(int $signal, $handler, bool $restart_syscalls = true): bool
    {
        // As natively: SIGALRM interrupts a blocking call unless told otherwise.
        return Signals::set($signal, $handler, \func_num_args() > 2 ? $restart_syscalls : $signal !== SIGALRM);
    }

    function pcntl_signal_get_handler(int $signal)
    {
        return Signals::get($signal);
    }

    function pcntl_signal_dispatch(): bool
    {
        return Signals::dispatch();
    }
}

if (Groups::isWanted(Groups::PCNTL_ERRORS)) {
    Constants::define('errors');

    function pcntl_get_last_error(): int
    {
        return Errors::$pcntl;
    }

    function pcntl_errno(): int
    {
        return Errors::$pcntl;
    }

    function pcntl_strerror(int $error_code): string
    {
        return Errors::text($error_code);
    }
}

if (Groups::isWanted(Groups::PROCESSES)) {
    function posix_kill(int $process_id, int $signal): bool
    {
        return Posix::kill($process_id, $signal);
    }

    function posix_getpid(): int
    {
        return Posix::getpid();
    }

    function posix_getppid(): int
    {
        return Posix::getppid();
    }

    function posix_setsid(): int
    {
        return Posix::setsid();
    }

    function posix_setpgid(int $process_id, int $process_group_id): bool
    {
        return Posix::setpgid($process_id, $process_group_id);
    }

    function posix_getpgid(int $process_id): int|false
    {
        return Posix::getpgid($process_id);
    }

    function posix_getsid(int $process_id): int|false
    {
        return Posix::getsid($process_id);
    }
}

if (Groups::isWanted(Groups::TERMINALS)) {
    function posix_ttyname($file_descriptor): string|false
    {
        return Posix::ttyname($file_descriptor);
    }

    function posix_isatty($file_descriptor): bool
    {
        return Posix::isatty($file_descriptor);
    }
}

if (Groups::isWanted(Groups::POSIX_ERRORS)) {
    function posix_get_last_error(): int
    {
        return Errors::$posix;
    }

    function posix_errno(): int
    {
        return Errors::$posix;
    }

    function posix_strerror(int $error_code): string
    {
        return Errors::text($error_code);
    }
}
