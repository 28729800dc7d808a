<?php

/**
 * Required once, by Composer, by hand or as auto_prepend_file: defines the functions of pcntl and posix that this PHP
 * lacks, and the functions of the namespace Libdaemon.
 *
 * It only declares. Each function forwards to a class in src/, and the shared library is opened by the first one that
 * needs it.
 */

use Libdaemon\Native\Start;

if (\function_exists('Libdaemon\daemonize')) {
    return;
}

require __DIR__ . '/src/functions.php';
require_once __DIR__ . '/src/Native/Start.php';
Start::run();
