<?php

/** All of posix that a program can see: its functions as reflection gives them, and its constants. */

declare(strict_types=1);

$names = array_filter(array_merge(...array_values(get_defined_functions())), fn ($name) => str_starts_with($name, 'posix_'));
sort($names);
foreach ($names as $name) {
    $function = new ReflectionFunction($name);
    $parameters = array_map(describe(...), $function->getParameters());
    $required = $function->getNumberOfRequiredParameters();
    echo "$name(", implode(', ', $parameters), '): ', $function->getReturnType() ?? 'untyped', " ($required required)\n";
}
$constants = array_filter(get_defined_constants(), fn ($name) => str_starts_with($name, 'POSIX_'), ARRAY_FILTER_USE_KEY);
ksort($constants);
var_dump($constants);

function describe(ReflectionParameter $parameter): string
{
    $default = $parameter->isDefaultValueAvailable() ? ' = ' . json_encode($parameter->getDefaultValue()) : '';
    $reference = $parameter->isPassedByReference() ? '&' : '';
    return trim("{$parameter->getType()} $reference\${$parameter->getName()}$default");
}
