<?php

declare(strict_types=1);

/** Prints what a call gives: its value, its warnings with their lines, or what it throws and where. */
function show(string $what, callable $call): void
{
    set_error_handler(function (int $level, string $message, string $file, int $line): bool {
        if (error_reporting() & $level) {
            echo "  [$level] $message at ", basename($file), ":$line\n";
        }
        return true;
    });
    echo "$what:\n";
    try {
        echo '  ', preg_replace('/\s+/', ' ', var_export($call(), true)), "\n";
    } catch (Throwable $thrown) {
        echo '  ', $thrown::class, ': ', $thrown->getMessage(), ' at ', basename($thrown->getFile()), ':', $thrown->getLine(), "\n";
    } finally {
        restore_error_handler();
    }
}
