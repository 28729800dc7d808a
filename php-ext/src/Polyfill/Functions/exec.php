<?php

/** pcntl: becoming another program. Loaded by the bootstrap when this PHP has no such function. */

// A file for each declaration: PHP 8.1 cannot parse the newer one.
require \PHP_VERSION_ID >= 80500 ? __DIR__ . '/exec_since_8.5.php' : __DIR__ . '/exec_until_8.4.php';
