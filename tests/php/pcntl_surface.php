<?php

/** The package's functions and constants of pcntl beside the native ones, which this PHP has: none more, none less. */

declare(strict_types=1);

use Libdaemon\Polyfill\Selection;

$constants = [];
foreach (json_decode(file_get_contents(__DIR__ . '/../../php-ext/src/Polyfill/Constants/pcntl.json'), true) as $heading => $some) {
    $constants += explode(':', $heading)[1] <= PHP_VERSION_ID ? $some : [];
}
$native = get_defined_constants(true)['pcntl'];
foreach ($native + $constants as $name => $unused) {
    if (($constants[$name] ?? null) !== ($native[$name] ?? null)) {
        echo "$name: ", var_export($constants[$name] ?? null, true), ', natively ', var_export($native[$name] ?? null, true), "\n";
    }
}
$functions = array_merge(...array_values(Selection::functions('pcntl')));
$native = get_extension_funcs('pcntl');
foreach (array_diff($native, $functions) as $name) {
    echo "$name: missing\n";
}
foreach (array_diff($functions, $native) as $name) {
    echo "$name: more than native\n";
}
echo count($functions) < 25 || count($constants) < 122 ? 'few' : 'all', "\n";
