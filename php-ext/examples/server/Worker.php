<?php

declare(strict_types=1);

/** The alarm clock has rung while a request was being served. */
final class TooSlow extends RuntimeException
{
}

/** Answers requests until it is asked to leave. It is busy, so it lets signals interrupt it. */
final class Worker
{
    private bool $leaving = false;
    private bool $serving = false;
    private int $served = 0;

    /** @param resource $socket */
    public function __construct(private readonly Settings $settings, private readonly int $generation, private $socket)
    {
    }

    /**
     * @param int $master its pid, which the worker cannot ask for itself: the master may have died by then
     * @param list<int> $blocked the signals that it has blocked
     */
    public function run(int $master, array $blocked): void
    {
        pcntl_async_signals(true);
        pcntl_signal(SIGTERM, function (): void {
            $this->leaving = true;
        });
        pcntl_signal(SIGALRM, function (): void {
            if ($this->serving) {
                throw new TooSlow();
            }
        });
        pcntl_signal(SIGUSR2, reopen_log(...));
        pcntl_signal(SIGINT, SIG_IGN); // Ctrl-C is for all processes of the terminal, and the master's to answer
        pcntl_signal(SIGUSR1, SIG_IGN);
        pcntl_sigprocmask(SIG_UNBLOCK, $blocked);

        // Without its master a worker leaves, too.
        while (!$this->leaving && posix_getppid() === $master) {
            if (readable($this->socket, 1) && ($connection = @stream_socket_accept($this->socket, 0)) !== false) {
                $this->serve($connection);
            }
        }
    }

    /** @param resource $connection */
    private function serve($connection): void
    {
        try {
            $this->serving = true;
            pcntl_alarm($this->settings->patience);
            $status = '200 OK';
            $text = $this->answer($this->request($connection));
            $this->serving = false;
        } catch (TooSlow) {
            [$status, $text] = ['408 Request Timeout', "Too slow\n"];
            say('gave up on a request');
        } finally {
            $this->serving = false;
            pcntl_alarm(0);
        }
        $length = strlen($text);
        stream_set_blocking($connection, true);
        @fwrite($connection, "HTTP/1.1 $status\r\nContent-Length: $length\r\nConnection: close\r\n\r\n$text");
        fclose($connection);
    }

    /** @param resource $connection */
    private function request($connection): string
    {
        stream_set_blocking($connection, false);
        for ($request = ''; !str_contains($request, "\r\n\r\n") && !feof($connection);) {
            if (readable($connection, 1)) {
                $request .= fread($connection, 8192);
            }
        }
        return $request;
    }

    private function answer(string $request): string
    {
        ++$this->served;
        return sprintf(
            "%s from worker %d of generation %d, its request number %d: %s\n",
            $this->settings->greeting,
            posix_getpid(),
            $this->generation,
            $this->served,
            strtok($request, "\r\n"),
        );
    }
}

/** @param resource $stream */
function readable($stream, int $seconds): bool
{
    [$read, $none] = [[$stream], null];
    return @stream_select($read, $none, $none, $seconds) === 1; // a signal ends the wait, with a warning
}
