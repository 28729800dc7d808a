<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use Libdaemon\Exception;

/** What is in force here, and why: `php bootstrap.php --check`. */
final class Report
{
    /** Prints it. Gives 0 where all of pcntl, posix and Libdaemon\Daemon can be used, otherwise 1. */
    public static function print(): int
    {
        echo 'PHP ', \PHP_VERSION, ' (', \PHP_SAPI, \PHP_ZTS ? ', thread-safe' : '', "), package ", Loader::VERSION, "\n";
        $works = self::library();
        foreach (['pcntl', 'posix'] as $extension) {
            $works = self::extension($extension) && $works;
        }
        return $works ? 0 : 1;
    }

    private static function library(): bool
    {
        if (Library::hasExtension()) {
            echo 'libdaemon ', Library::version(), Loader::$path === null ? ': loaded by extension='
                : ': opened by FFI, ' . Loader::$path, "\n";
            return true;
        }
        if (Loader::$leftAlone !== null) {
            echo 'libdaemon: this PHP is left alone: ', Loader::$leftAlone, "\n";
            return false;
        }
        try {
            Library::call('daemonize_status', '/nowhere');
        } catch (Exception $refusal) {
            echo $refusal->getMessage(), "\n";
        }
        return false;
    }

    private static function extension(string $name): bool
    {
        if (!\extension_loaded($name)) {
            echo "$name: missing\n";
            return false;
        }
        $functions = \get_extension_funcs($name) ?: [];
        $disabled = \array_filter(\array_map('trim', \explode(',', (string) \ini_get('disable_functions'))), static fn (string $function): bool
            => \str_starts_with($function, "{$name}_") && !\function_exists($function));
        $loaded = (new \ReflectionExtension($name))->isTemporary() || \in_array('libdaemon', \get_loaded_extensions(), true);
        echo "$name: ", \count($functions), ' functions', $loaded ? '' : ', native',
            $disabled === [] ? '' : ', disabled: ' . \implode(', ', $disabled), "\n";
        return $disabled === [];
    }
}
