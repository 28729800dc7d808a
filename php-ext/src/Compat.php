<?php

declare(strict_types=1);

namespace Libdaemon;

use Libdaemon\Polyfill\Answers;
use Libdaemon\Polyfill\Withheld;

/**
 * For programs that ask PHP whether pcntl and posix are there, rather than whether their functions are. Nothing of this
 * happens unless it is called, and it must be called before the program asks.
 */
final class Compat
{
    private const NAME = '[a-zA-Z_\x80-\xff][a-zA-Z0-9_\x80-\xff]*';

    /** Workerman 5 asks before it starts: call this before Worker::runAll(). Workerman 4 does not ask. */
    public static function workerman(): void
    {
        self::answerIn('Workerman');
    }

    /**
     * Within a namespace, such as 'Workerman', unqualified calls of extension_loaded() say that pcntl and posix are
     * loaded, and unqualified calls of ini_get('disable_functions') do not name the functions that this package has
     * defined. Where PHP's own answers are the same already, nothing is defined; what the namespace has already defined
     * stays as it is.
     *
     * @throws \ValueError when that is not a namespace that a program could have
     * @throws Exception when functions of pcntl or posix are missing, so that the answer would not be true
     */
    public static function answerIn(string $namespace): void
    {
        if (\preg_match('/^' . self::NAME . '(\\\\' . self::NAME . ')*$/D', $namespace) !== 1
            || \preg_match('/^(namespace|libdaemon)(\\\\|$)/i', $namespace) === 1) {
            throw new \ValueError(__METHOD__ . '(): Argument #1 ($namespace) must be the namespace of a program');
        }
        $missing = Answers::missing();
        if ($missing !== []) {
            throw new Exception(Withheld::complaint() ?? 'libdaemon: not defined here: ' . \implode(', ', $missing));
        }
        if (!\extension_loaded('pcntl') || !\extension_loaded('posix')) {
            self::define($namespace, 'extension_loaded', 'string $extension', 'bool', 'extensionLoaded($extension)');
        }
        if (Answers::iniGet('disable_functions') !== \ini_get('disable_functions')) {
            self::define($namespace, 'ini_get', 'string $option', 'string|false', 'iniGet($option)');
        }
    }

    private static function define(string $namespace, string $name, string $parameter, string $type, string $answer): void
    {
        if (!\function_exists("$namespace\\$name")) {
            eval("namespace $namespace; function $name($parameter): $type { return \\" . Answers::class . "::$answer; }");
        }
    }
}
