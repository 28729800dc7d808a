<?php

/** The names, parameters and types of the namespace Libdaemon, as reflection gives them. */

declare(strict_types=1);

function signature(ReflectionFunctionAbstract $function): string
{
    $parameters = array_map(function (ReflectionParameter $parameter): string {
        $default = $parameter->isOptional() ? ' = ' . json_encode($parameter->getDefaultValue(), JSON_PRESERVE_ZERO_FRACTION) : '';
        return "{$parameter->getType()} \${$parameter->getName()}$default";
    }, $function->getParameters());
    return $function->getShortName() . '(' . implode(', ', $parameters) . "): {$function->getReturnType()}";
}

foreach (get_defined_functions()['user'] as $name) {
    if (str_starts_with($name, 'libdaemon\\')) {
        echo signature(new ReflectionFunction($name)), "\n";
    }
}
$daemon = new ReflectionClass(Libdaemon\Daemon::class);
echo implode(' ', Reflection::getModifierNames($daemon->getModifiers())), " Daemon\n";
foreach ($daemon->getMethods(ReflectionMethod::IS_PUBLIC) as $method) {
    echo $method->isStatic() ? '  static ' : '  ', signature($method), "\n";
}
$exception = new ReflectionClass(Libdaemon\Exception::class);
echo implode(' ', Reflection::getModifierNames($exception->getModifiers())), " Exception {$exception->getParentClass()->getName()}\n";
foreach (['errno', 'status', 'step'] as $name) {
    $property = $exception->getProperty($name);
    echo '  ', implode(' ', Reflection::getModifierNames($property->getModifiers())), " {$property->getType()} \$$name\n";
}
