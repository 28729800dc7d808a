<?php

/** What posix's functions about terminals, and the commonest about processes, give: run natively and on ours, the output must be the same. */

// Ours cannot see whether its caller has strict_types: so this has not.
declare(strict_types=0);

require __DIR__ . '/compare.php';

const NOBODY = 0x3fffffff; // above any pid_max

show('getpid', fn () => [posix_getpid() === getmypid(), posix_getppid() > 0, posix_getppid() === posix_getpid()]);
show('getppid of a child', function () {
    $parent = posix_getpid();
    $pid = pcntl_fork();
    if ($pid === 0) {
        exit(posix_getppid() === $parent ? 0 : 1);
    }
    pcntl_waitpid($pid, $status);
    return $status;
});
show('no error yet', fn () => [posix_get_last_error(), posix_errno()]);
show('kill', fn () => [posix_kill(posix_getpid(), 0), posix_get_last_error()]);
show('kill nobody', fn () => [posix_kill(NOBODY, 0), posix_get_last_error(), posix_errno()]);
show('kill with a bad signal', fn () => [posix_kill(posix_getpid(), 999), posix_get_last_error()]);
show('success keeps the error', fn () => [posix_kill(posix_getpid(), 0), posix_get_last_error()]);
foreach (['posix_getsid', 'posix_getpgid'] as $function) {
    show($function, fn () => [$function(0) > 0, $function(posix_getpid()) === $function(0)]);
    show("$function of nobody", fn () => [$function(NOBODY), posix_get_last_error()]);
    show("$function of nonsense", fn () => [$function(-5), posix_get_last_error()]);
}
show('setpgid, setsid', function () {
    $pid = pcntl_fork();
    if ($pid === 0) {
        $own = posix_getpid();
        $group = [posix_setpgid(0, 0), posix_getpgid(0) === $own];
        $leader = [posix_setsid(), posix_get_last_error()];
        $child = pcntl_fork();
        if ($child === 0) {
            $session = [posix_setsid() === posix_getpid(), posix_getsid(0) === posix_getpid(), posix_getpgid(0) === posix_getpid()];
            echo json_encode([$group, $leader, $session]), "\n";
            exit(0);
        }
        pcntl_waitpid($child, $status);
        exit(0);
    }
    return pcntl_waitpid($pid, $status) === $pid ? $status : 'lost';
});
show('setpgid of nobody', fn () => [posix_setpgid(NOBODY, 0), posix_get_last_error()]);
show('setpgid with nonsense', fn () => [posix_setpgid(0, -5), posix_get_last_error()]);

/** A stream written in PHP that wraps a file, and knows no more than its descriptor. */
final class Wrapping
{
    public $context;
    private $file;

    public function stream_open(string $path): bool
    {
        $this->file = $path === 'wrapping://nothing' ? false : fopen(substr($path, strlen('wrapping:/')), 'r');
        return true;
    }

    public function stream_cast(int $as)
    {
        return $this->file;
    }
}

stream_wrapper_register('wrapping', Wrapping::class);

$closed = fopen('/dev/null', 'r');
fclose($closed);
$directory = opendir('/');
$file = fopen(__FILE__, 'r');
$temporary = fopen('php://temp', 'r+');
$socket = stream_socket_server('tcp://127.0.0.1:0');
$given = [
    '0' => 0, 'STDIN' => STDIN, 'STDOUT' => STDOUT, '1' => 1, 'not open' => 77, 'negative' => -1, 'big' => 1 << 33, 'null' => null,
    'false' => false, 'text' => 'abc', 'numeric text' => '0', 'float' => 0.0, 'big text' => '99999999999999999999', 'big float' => 1e30, 'array' => [1], 'object' => new stdClass(),
    'file' => $file, 'memory' => fopen('php://memory', 'r'), 'temporary' => $temporary, 'directory' => $directory,
    'wrapped terminal' => fopen('wrapping://dev/ptmx', 'r'), 'wrapped file' => fopen('wrapping://dev/null', 'r'),
    'wrapped nothing' => fopen('wrapping://nothing', 'r'), 'terminal' => fopen('/dev/ptmx', 'r+'),
    'socket' => $socket, 'closed stream' => $closed, 'context' => stream_context_create(),
];
foreach ($given as $what => $value) {
    posix_kill(posix_getpid(), 999);
    show("isatty of $what", fn () => [posix_isatty($value), posix_get_last_error()]);
    show("ttyname of $what", fn () => [posix_ttyname($value), posix_get_last_error()]);
}
show('php://temp is still in memory', fn () => [fwrite($temporary, 'text'), stream_get_meta_data($temporary)['mode']]);

/** A stream written in PHP, which gives what it is told to when it is asked for another that stands for it. */
class Wrapper
{
    public static mixed $inner = null;
    public $context;

    public function stream_open(): bool
    {
        return true;
    }

    public function stream_cast(int $way): mixed
    {
        echo "  asked for $way\n";
        return self::$inner;
    }
}
class Bare
{
    public $context;

    public function stream_open(): bool
    {
        return true;
    }
}
stream_wrapper_register('wrapper', Wrapper::class);
stream_wrapper_register('bare', Bare::class);
$wrapper = fopen('wrapper://', 'r');
$read = fopen(__FILE__, 'r');
fgets($read);
$inner = ['nothing' => false, 'no stream' => 'text', 'number' => 1, 'itself' => $wrapper, 'file' => $file, 'read' => $read, 'null' => fopen('/dev/null', 'r'),
    'memory' => fopen('php://memory', 'r'), 'another' => fopen('bare://', 'r'), 'another like it' => fopen('wrapper://', 'r')];
foreach (['posix_isatty', 'posix_ttyname'] as $function) {
    foreach ($inner as $what => Wrapper::$inner) {
        if ($what !== 'another like it') {
            show("$function of a stream for $what", fn () => [$function($wrapper), posix_get_last_error()]);
        }
    }
    show("$function of a bare stream", fn () => [$function(fopen('bare://', 'r')), posix_get_last_error()]);
    show("$function of a file that was read", fn () => [$function($read), posix_get_last_error(), ftell($read)]);
}
