<?php

/**
 * Required once, by Composer, by hand or as auto_prepend_file: defines the functions of pcntl and posix that this PHP
 * lacks, and the functions of the namespace Libdaemon.
 *
 * It only declares. Each function forwards to a class in src/, and the shared library is opened by the first one that
 * needs it.
 */

use Libdaemon\Native\OpenFiles;
use Libdaemon\Polyfill\Groups;

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
OpenFiles::remember();
Groups::define();
