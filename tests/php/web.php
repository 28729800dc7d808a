<?php

/** What a page of a web server finds of the package, and what it is told when it asks for more. */

header('Content-Type: text/plain');
$functions = ['pcntl_fork', 'posix_kill', 'posix_getpid', 'Libdaemon\daemonize'];
echo PHP_SAPI, ': ', implode(' ', array_filter($functions, 'function_exists')), "\n";
$calls = [
    fn () => Libdaemon\daemonize(),
    fn () => Libdaemon\reset_std('/dev/null'),
    fn () => (new Libdaemon\Daemon())->log('/dev/null'),
    fn () => Libdaemon\Daemon::status('/run/app.pid'),
];
foreach ($calls as $call) {
    try {
        $call();
        echo "taken\n";
    } catch (Libdaemon\Exception $refusal) {
        echo $refusal->step, ': ', $refusal->getMessage(), "\n";
    }
}
