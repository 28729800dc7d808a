<?php

/** Runs pieces of programs to their ends, each in a process of its own: prints what they print, and their wait status. */

declare(strict_types=1);

error_reporting(E_ALL);
ini_set('display_errors', '1');
ini_set('html_errors', '0');

function say(string|int ...$words): void
{
    echo '  ', implode(' ', $words), "\n";
}

/** Sends the signals to this process. Where handlers do not run by themselves, asks for them. */
function send(int ...$signals): void
{
    foreach ($signals as $signal) {
        posix_kill(posix_getpid(), $signal);
    }
    say('sent');
    if (!pcntl_async_signals()) {
        pcntl_signal_dispatch();
    }
}

function says(int $signal, string $text = 'handled'): bool
{
    return pcntl_signal($signal, function (int $signal) use ($text): void {
        say($text, $signal);
    });
}

final class Sends
{
    public static ?self $kept = null;

    public function __construct(private string $name)
    {
    }

    public function __destruct()
    {
        say('destructor of', $this->name);
        send(SIGUSR1);
        say('end of', $this->name);
    }

    public function __invoke(int $signal): void
    {
        say('invoked for', $signal);
    }

    public static function method(int $signal): void
    {
        say('static method for', $signal);
    }

    public function __call(string $name, array $arguments): void
    {
        say($name, $arguments[0]);
    }
}

/** What it prints, without traces, which name functions of the package, and sizes, which are rounded otherwise by other releases. */
function printed(string $text): string
{
    return preg_replace(['/^(Stack trace:|#\d+ |  thrown in ).*\n| \(tried to allocate \d+ bytes\)/m', '/^(?=\S)/m', '~' . preg_quote(__DIR__) . '/~'], ['', '  ', ''], $text);
}

function say_signal(int $signal): void
{
    say('a function for', $signal);
}

/**
 * Asynchronously first, then dispatched. Returns in the processes, too: to be called last.
 *
 * @param array<string, callable> $endings
 */
function toTheEnd(array $endings): void
{
    foreach ([true, false] as $async) {
        foreach ($endings as $what => $ending) {
            $file = tempnam(sys_get_temp_dir(), 'ending');
            $pid = pcntl_fork();
            if ($pid === 0) {
                fclose(STDOUT);
                $GLOBALS['stdout'] = fopen($file, 'a'); // descriptor 1
                pcntl_async_signals($async);
                $ending();
                say('end of the script');
                return;
            }
            pcntl_waitpid($pid, $status);
            echo "$what, ", $async ? 'asynchronous' : 'dispatched', ":\n", printed(file_get_contents($file)), '  ',
                pcntl_wifexited($status) ? 'status ' . pcntl_wexitstatus($status) : 'signal ' . pcntl_wtermsig($status), "\n";
            unlink($file);
        }
    }
}
