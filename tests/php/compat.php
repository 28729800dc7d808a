<?php

/**
 * What code in a namespace is told of pcntl and posix, before and after Libdaemon\Compat has been asked to answer there.
 * Each line calls the functions anew: PHP remembers which one a call of a namespace meant.
 */

namespace App {
    const SAYS = 'echo json_encode([extension_loaded("pcntl"), extension_loaded("POSIX"), extension_loaded("ffi"), '
        . 'extension_loaded("nonesuch"), str_contains(ini_get("disable_functions"), "posix_kill"), ini_get("precision"), '
        . 'ini_get("nonesuch")]), "\n";';

    foreach (['App' => 0, 'App\Part' => 1] as $namespace => $number) {
        eval("namespace $namespace; " . SAYS);
        \Libdaemon\Compat::answerIn($namespace);
        \Libdaemon\Compat::answerIn($namespace);
        eval("namespace $namespace; " . SAYS);
    }
    eval('namespace Other; ' . SAYS);

    foreach (['extension_loaded', 'ini_get'] as $name) {
        echo "$name: ", \function_exists("App\\$name") ? 'defined' : 'not defined', "\n";
        if (\function_exists("App\\$name")) {
            $signature = static fn (string $name): string => \preg_replace(
                '/^.*?- Parameters/s',
                '',
                (string) new \ReflectionFunction($name),
            );
            echo $signature("App\\$name") === $signature($name) ? '' : "not the native signature\n";
        }
    }
}

namespace Own {
    function extension_loaded(string $extension): string
    {
        return "own answer for $extension";
    }

    \Libdaemon\Compat::answerIn('Own');
    echo extension_loaded('pcntl'), "\n";
}

namespace {
    $nonsense = ['', '\App', 'App\\', 'App\\\\Part', 'A B', 'App; phpinfo()', "App\n", "App\0", '1App', 'App\2', 'namespace',
        'Namespace\App', 'Libdaemon', 'libdaemon\App'];
    foreach ($nonsense as $namespace) {
        try {
            Libdaemon\Compat::answerIn($namespace);
            echo 'not refused: ', json_encode($namespace), "\n";
        } catch (ValueError $refusal) {
            if ($refusal->getMessage()
                !== 'Libdaemon\Compat::answerIn(): Argument #1 ($namespace) must be the namespace of a program') {
                echo $refusal->getMessage(), "\n";
            }
        }
    }
    foreach (['fn', 'App\class', 'é', 'LibdaemonX', 'NamespaceX'] as $namespace) {
        Libdaemon\Compat::answerIn($namespace);
    }
    Libdaemon\Compat::workerman();
    var_dump(function_exists('Workerman\extension_loaded'));
}
