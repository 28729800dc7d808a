<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use Libdaemon\Polyfill\Errors;

/** pcntl_fork(), and what PHP itself does in a forked child. */
final class Fork
{
    /** Before 8.5 it does nothing there, but for a timer of thread-safe builds. */
    private const CONCERNS_PHP = \PHP_VERSION_ID >= 80500 || (\PHP_VERSION_ID >= 80300 && \PHP_ZTS);
    /** PHP 8.3 and later say what these mean. */
    private const ERRORS = [11 => ': Reached the maximum limit of number of processes', 12 => ': Insufficient memory'];

    /** A function that this version of PHP has for the child, false if it has none. */
    private static \FFI|false|null $conclusion = null;

    public static function fork(): int
    {
        if (self::CONCERNS_PHP) {
            self::find(); // here, and not by each child for itself
        }
        $pid = (Calls::$pcntl_fork)();
        if ($pid === 0) {
            self::concludeInChild();
        } elseif ($pid === -1) {
            $error = Errors::$pcntl = Calls::library()->pcntl_get_last_error();
            Errors::warn("pcntl_fork(): Error $error" . (\PHP_VERSION_ID >= 80300 ? self::ERRORS[$error] ?? '' : ''));
        }
        return $pid;
    }

    public static function concludeInChild(): void
    {
        if (self::CONCERNS_PHP && self::find() !== false) {
            \PHP_VERSION_ID >= 80500 ? self::$conclusion->php_child_init() : self::$conclusion->zend_max_execution_timer_init();
        }
    }

    private static function find(): \FFI|false
    {
        $name = \PHP_VERSION_ID >= 80500 ? 'php_child_init' : 'zend_max_execution_timer_init';
        try {
            return self::$conclusion ??= \FFI::cdef("void $name(void);");
        } catch (\FFI\Exception) {
            return self::$conclusion = false; // built without it
        }
    }
}
