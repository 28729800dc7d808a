<?php

/**
 * Required once, by Composer, by hand or as auto_prepend_file: defines the functions of pcntl and posix that this PHP
 * lacks, and the functions of the namespace Libdaemon.
 *
 * It only declares. Each function forwards to a class in src/, and the shared library is opened by the first one that
 * needs it.
 */

use Libdaemon\Native\OpenFiles;
use Libdaemon\Polyfill\Constants;
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

// The parameters and types of these functions are those of the native ones, which reflection and named arguments can
// see: what pcntl leaves untyped is untyped here, and the return types say what its own say.
(static function (): void {
    $groups = Groups::wanted();
    if ($groups !== [] && !(\extension_loaded('pcntl') && \extension_loaded('posix'))) {
        Constants::define($groups);
    }
    foreach ($groups as $group) {
        require __DIR__ . "/src/Polyfill/Functions/$group.php";
    }
})();
