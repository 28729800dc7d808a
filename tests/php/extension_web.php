<?php

// What a script under a web server finds of the extension.

// (Debian's php-cgi has a pcntl of its own.)
echo PHP_SAPI, extension_loaded('libdaemon') ? ' loaded' : ' missing',
    extension_loaded('posix') || function_exists('posix_kill') ? ' with posix' : ' without posix';
