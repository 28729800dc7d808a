<?php

// Everything that reflection tells of pcntl and posix, or of the extension that is named, wherever it comes from.

foreach (array_slice($argv, 1) ?: ['pcntl', 'posix'] as $name) {
    $extension = new ReflectionExtension($name);
    echo "$name ", $extension->getVersion() === PHP_VERSION ? 'of this version' : $extension->getVersion(),
        ' ', json_encode($extension->getDependencies()), json_encode($extension->getINIEntries()),
        json_encode(extension_loaded(strtoupper($name))), "\n";
    foreach ($extension->getFunctions() as $function) {
        echo $function->isInternal() ? 'internal ' : 'not internal ', $function->isDeprecated() ? 'deprecated ' : '',
            $function->returnsReference() ? '&' : '', $function->getExtensionName(), ' ', $function->getName(),
            ' requires ', $function->getNumberOfRequiredParameters(), "\n";
        foreach ($function->getParameters() as $parameter) {
            echo '    ', $parameter->getType() ?? 'untyped', ' ', $parameter->isPassedByReference() ? '&' : '', $parameter->getName();
            if ($parameter->isOptional()) {
                echo ' = ', $parameter->isDefaultValueConstant() ? $parameter->getDefaultValueConstantName()
                    : json_encode($parameter->getDefaultValue());
            }
            echo "\n";
        }
        echo '    : ', $function->getReturnType() ?? 'untyped', $function->hasTentativeReturnType() ? ' tentative' : '', "\n";
    }
    foreach ($extension->getConstants() as $constant => $value) {
        echo "$constant = ";
        var_dump($value);
    }
    echo json_encode(array_keys(get_defined_constants(true)[$name])), json_encode(get_extension_funcs($name)), "\n";
    foreach ($extension->getClasses() as $class) {
        echo $class->isEnum() ? 'enum ' : 'class ', $class->getName(), ' ', json_encode($class->getConstants() === [] ? [] : array_map(
            static fn (UnitEnum $case): string => $case->name, $class->getConstants())), $class->isFinal() ? ' final' : '',
            ' ', $class->getExtensionName(), "\n";
    }
    $extension->info();
}
