<?php

/** The signatures of the functions that the package has, as reflection gives them. */

declare(strict_types=1);

use Libdaemon\Polyfill\Selection;

// Not every PHP 8.5 is built with all of them: Debian's has no pcntl_setns().
$names = array_diff(Selection::all(), PHP_VERSION_ID >= 80500 ? ['pcntl_setns'] : []);
foreach ($names as $name) {
    $function = new ReflectionFunction($name);
    $parameters = array_map(describe(...), $function->getParameters());
    $required = $function->getNumberOfRequiredParameters();
    echo "$name(", implode(', ', $parameters), '): ', $function->getReturnType() ?? 'untyped', " ($required required)\n";
}

function describe(ReflectionParameter $parameter): string
{
    $reference = $parameter->isPassedByReference() ? '&' : '';
    return trim("{$parameter->getType()} $reference\${$parameter->getName()}" . of_default($parameter));
}

function of_default(ReflectionParameter $parameter): string
{
    return match (true) {
        !$parameter->isDefaultValueAvailable() => '',
        $parameter->isDefaultValueConstant() => ' = ' . $parameter->getDefaultValueConstantName(),
        default => ' = ' . json_encode($parameter->getDefaultValue()),
    };
}
