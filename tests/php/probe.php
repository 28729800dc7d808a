<?php

declare(strict_types=1);

/**
 * What a daemon can find out about itself only by trying, as "probe NAME=VALUE ...". See tests/c/probe.h.
 *
 * @param array<string, resource|Socket> $streams opened before it became a daemon
 */
function probe(array $streams): string
{
    $results = [
        'devtty' => errorOf(fn () => fopen('/dev/tty', 'r+')),
        'acquired' => acquiredTerminal(),
        'stdin' => strlen((string) fread(openOr(STDIN, 'php://stdin', 'r'), 1)),
        'stdout' => errorOf(fn () => fwrite(openOr(STDOUT, 'php://stdout', 'w'), "probe\n")),
        'stderr' => errorOf(fn () => fwrite(openOr(STDERR, 'php://stderr', 'w'), "probe\n")),
        'echo' => connection_status(),
        'timer' => pcntl_alarm(0),
        'regained' => regainedRoot(),
    ];
    foreach ($streams as $name => $stream) {
        $results[$name] = errorOf(fn () => streamWorks($name, $stream));
    }
    $pairs = array_map(fn (string $name, int $value): string => "$name=$value", array_keys($results), $results);
    return 'probe ' . implode(' ', $pairs);
}

/** 0 when that works without a complaint, the error number that PHP's complaint names, otherwise 999. */
function errorOf(callable $attempt): int
{
    echo "probe\n";
    error_clear_last();
    $result = @$attempt();
    $message = error_get_last()['message'] ?? '';
    if ($message === '') {
        return $result === false ? 999 : 0;
    }
    for ($number = 1; $number < 134; ++$number) {
        if (str_contains($message, posix_strerror($number)) || preg_match("/errno=$number\\b/", $message)) {
            return $number;
        }
    }
    return 999;
}

/** The constant, or the descriptor opened anew where the script has closed the constant. */
function openOr($constant, string $name, string $mode)
{
    return is_resource($constant) ? $constant : fopen($name, $mode);
}

/** The controlling terminal's device number after a terminal has been opened without O_NOCTTY: 0 when not acquired. */
function acquiredTerminal(): int
{
    $libc = FFI::cdef('int posix_openpt(int flags); int grantpt(int fd); int unlockpt(int fd); const char *ptsname(int fd);'
        . 'int open(const char *path, int flags, ...); int close(int fd);');
    $master = $libc->posix_openpt(02 | 0400); // O_RDWR | O_NOCTTY
    if ($master < 0 || $libc->grantpt($master) !== 0 || $libc->unlockpt($master) !== 0) {
        return -1;
    }
    $terminal = $libc->open($libc->ptsname($master), 02);
    $words = explode(' ', substr((string) strrchr(file_get_contents('/proc/self/stat'), ')'), 2));
    $libc->close($terminal);
    $libc->close($master);
    return $terminal < 0 ? -1 : (int) $words[4];
}

function regainedRoot(): int
{
    $libc = FFI::cdef('int geteuid(void); int setuid(int id); int seteuid(int id); int setgid(int id);');
    if ($libc->geteuid() === 0) {
        return 0;
    }
    return (int) ($libc->setuid(0) === 0 || $libc->seteuid(0) === 0 || $libc->setgid(0) === 0);
}

/** Whether a stream from before still does what it is for. @param resource|Socket $stream */
function streamWorks(string $name, $stream): bool
{
    return match ($name) {
        'file' => str_starts_with((string) fread($stream, 100), '<?php'),
        'socket' => serves($stream),
        'pipe' => fgets($stream) === "from a pipe\n",
        'temporary', 'memory' => fwrite($stream, 'text') === 4 && rewind($stream) && fread($stream, 4) === 'text',
        'directory' => readdir($stream) !== false,
        'object' => socket_getsockname($stream, $address) && $address === '0.0.0.0',
    };
}

/** @param resource $server */
function serves($server): bool
{
    $client = stream_socket_client('tcp://' . stream_socket_get_name($server, false));
    $connection = stream_socket_accept($server);
    return fwrite($client, 'hello') === 5 && fread($connection, 5) === 'hello';
}
