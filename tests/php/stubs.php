<?php

/**
 * What PHP says about the functions of pcntl and posix, beside what the stubs say. The first argument is
 *
 *   native   the signatures of PHP's own functions, sorted
 *   stubs    those of the stubs, as far as this version of PHP has them: for a PHP without any of the functions
 *   check    the constants of the stubs that differ from PHP's own, and the functions of the package without a stub
 */

declare(strict_types=1);

const STUBS = __DIR__ . '/../../php-ext/stubs';

function signature(string $name): string
{
    $function = new ReflectionFunction($name);
    $parameters = array_map(function (ReflectionParameter $parameter): string {
        $default = $parameter->isDefaultValueAvailable() ? ' = ' . json_encode($parameter->getDefaultValue()) : '';
        return trim("{$parameter->getType()} " . ($parameter->isPassedByReference() ? '&' : '') . "\${$parameter->getName()}$default");
    }, $function->getParameters());
    $signature = "$name(" . implode(', ', $parameters) . '): ' . ($function->getReturnType() ?? 'nothing');
    return match (true) {
        $name === 'posix_getrlimit' && PHP_VERSION_ID < 80300 => 'posix_getrlimit(): array|false', // the rest is newer
        $name === 'pcntl_waitid' && PHP_VERSION_ID < 80500 => str_replace(', &$resource_usage = []', '', $signature),
        $name === 'pcntl_exec' => str_replace(': false', ': bool', $signature), // 8.5 is more exact
        default => $signature,
    };
}

function isNewer(string $comment): bool
{
    return preg_match('/since (\d+\.\d+)/', $comment, $since) === 1 && version_compare(PHP_VERSION, $since[1], '<');
}

if ($argv[1] === 'native') {
    $names = array_merge(get_extension_funcs('pcntl'), get_extension_funcs('posix'));
} elseif ($argv[1] === 'stubs') {
    $own = get_defined_functions()['user'];
    error_reporting(0); // a PHP without the functions may have the constants
    require STUBS . '/constants.php';
    error_reporting(E_ALL);
    require STUBS . '/pcntl.php';
    require STUBS . '/posix.php';
    $names = array_diff(get_defined_functions()['user'], $own);
    $names = array_filter($names, fn (string $name) => !isNewer((string) (new ReflectionFunction($name))->getDocComment()));
} else {
    preg_match_all('/^const (\w+) = (-?\d+);(.*)$/m', file_get_contents(STUBS . '/constants.php'), $lines, PREG_SET_ORDER);
    $lines = array_filter($lines, fn (array $line) => !isNewer($line[3]));
    $stubs = array_map(intval(...), array_column($lines, 2, 1));
    $native = get_defined_constants(true)['pcntl'] + get_defined_constants(true)['posix'];
    ksort($stubs);
    ksort($native);
    echo $stubs === $native ? count($stubs) > 140 ? "constants are native\n" : "few constants\n" : json_encode([
        array_diff_assoc($stubs, $native),
        array_diff_assoc($native, $stubs),
    ]);
    $functions = file_get_contents(STUBS . '/pcntl.php') . file_get_contents(STUBS . '/posix.php');
    foreach ([...get_extension_funcs('pcntl'), ...get_extension_funcs('posix')] as $name) {
        echo str_contains($functions, "\nfunction $name(") ? '' : "$name has no stub\n";
    }
    $names = [];
}
sort($names);
echo implode("\n", array_map(signature(...), $names)), "\n";
