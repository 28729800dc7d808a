<?php

/** Every global name that the package brings, beside pcntl's and posix's own. There should be none. */

declare(strict_types=1);

Libdaemon\reset_std('php-names.log'); // so that all is loaded that a program loads
$classes = array_filter(
    [...get_declared_classes(), ...get_declared_interfaces(), ...get_declared_traits()],
    fn (string $name) => !(new ReflectionClass($name))->isInternal(),
);
$constants = array_keys(get_defined_constants(true)['user'] ?? []);
$names = [...get_defined_functions()['user'], ...$classes, ...$constants];
foreach ($names as $name) {
    if (!str_starts_with(strtolower($name), 'libdaemon\\')) {
        echo "$name\n";
    }
}
echo count($names) > 5 ? "looked\n" : "saw nothing\n";
