<?php

declare(strict_types=1);

error_reporting(E_ALL);

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

/** Runs it in a process of its own, which ends with it whatever happens; gives what it returns. */
function apart(callable $call): string
{
    [$here, $there] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    $pid = pcntl_fork();
    if ($pid === 0) {
        try {
            fclose($here);
            fwrite($there, json_encode($call()));
        } catch (Throwable $thrown) {
            fwrite($there, $thrown::class . ': ' . $thrown->getMessage() . ' at ' . $thrown->getLine());
        } finally {
            fclose($there);
            exit;
        }
    }
    fclose($there);
    $result = stream_get_contents($here);
    pcntl_waitpid($pid, $status);
    return $result;
}
