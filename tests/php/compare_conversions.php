<?php

/** What the functions take for numbers and texts, and what becomes of variables of a type: the same natively and on ours. */

require __DIR__ . '/compare.php';

ini_set('zend.exception_ignore_args', '0'); // a php.ini may say otherwise

final class Typed
{
    public int $int = 5;
    public ?int $maybe = null;
    public string $string = 'x';
    public array $array = [];
    public float $float = 1.5;
    public bool $bool = true;
    public int|array $either = 3;
}

$values = [null, 1.0, 1.5, 1e30, NAN, '1', '1.0', '1.5', ' 1', '1 ', '1x', 'x', '', true, false, [], [1], new stdClass(), -1, PHP_INT_MAX, "a\0b"];
$safe = ['pcntl_wifexited', 'pcntl_wexitstatus', 'pcntl_wtermsig', 'pcntl_strerror', 'posix_strerror', 'posix_getpgid', 'posix_getsid',
    'posix_getpwuid', 'posix_getgrgid', 'posix_getpwnam', 'posix_getgrnam', 'posix_isatty', 'posix_ttyname', 'posix_access'];
foreach ($safe as $function) {
    foreach ($values as $value) {
        // A group or a session is another one in each run.
        $shown = fn (mixed $result) => is_int($result) && in_array($function, ['posix_getpgid', 'posix_getsid']) ? 'a number' : $result;
        show("$function " . @json_encode($value), fn () => $shown($function($value)));
        show("$function by call " . @json_encode($value), fn () => $shown(call_user_func($function, $value)));
    }
}
foreach ($values as $value) {
    show('posix_kill ' . @json_encode($value), fn () => posix_kill(0x3fffffff, $value));
    show('pcntl_signal ' . @json_encode($value), fn () => pcntl_signal(SIGWINCH, SIG_DFL, $value));
    show('pcntl_async_signals ' . @json_encode($value), fn () => pcntl_async_signals($value));
    show('pcntl_getpriority ' . @json_encode($value), fn () => gettype(pcntl_getpriority(null, $value)));
    show('pcntl_exec ' . @json_encode($value), fn () => pcntl_exec('/nowhere/at all', $value));
    show('pcntl_sigprocmask ' . @json_encode($value), fn () => pcntl_sigprocmask(SIG_BLOCK, $value));
}
pcntl_async_signals(false);
// Too many, too few, by name.
show('surplus', fn () => posix_getpid(1));
show('surplus of two', fn () => pcntl_fork(...[1, 2]));
show('missing', fn () => posix_kill(1));
show('missing all', fn () => pcntl_signal());
show('by name', fn () => posix_kill(signal: 0, process_id: posix_getpid()));
show('unknown name', fn () => posix_kill(process: 1, signal: 0));
show('by name, one left out', fn () => pcntl_waitpid(process_id: -1, status: $status, resource_usage: $usage));
show('not by reference', fn () => call_user_func('pcntl_wait', 1));
// Variables of a type.
foreach (['int', 'maybe', 'string', 'array', 'float', 'bool', 'either'] as $name) {
    $child = function (): int {
        $pid = pcntl_fork();
        if ($pid === 0) {
            posix_kill(posix_getpid(), SIGKILL);
        }
        return $pid;
    };
    $typed = new Typed();
    show("status into $name", function () use ($typed, $name, $child) {
        $pid = $child();
        try {
            return [pcntl_waitpid($pid, $typed->$name) === $pid, $typed->$name];
        } finally {
            pcntl_waitpid($pid, $rest, WNOHANG);
        }
    });
    show("no child into $name", fn () => [pcntl_wait($typed->$name), $typed->$name]);
    show("usage into $name", fn () => [pcntl_wait($status, WNOHANG, $typed->$name), gettype($typed->$name)]);
    show("mask into $name", fn () => [pcntl_sigprocmask(SIG_BLOCK, [SIGWINCH], $typed->$name), $typed->$name]);
}
// Where an error comes from, and its trace.
function inner(): void
{
    posix_kill('x', 0);
}
try {
    inner();
} catch (TypeError $error) {
    echo basename($error->getFile()), ' ', $error->getLine(), ' ', json_encode(array_map(
        fn (array $frame) => [$frame['function'], basename($frame['file'] ?? '-'), $frame['line'] ?? 0, $frame['args'] ?? null], $error->getTrace())), "\n";
}
echo json_encode([isset(get_defined_constants(true)['pcntl']['SIGTERM']), isset(get_defined_constants(true)['posix']['POSIX_R_OK']),
    isset(get_defined_constants(true)['user'])]), "\n";
// Within strict types.
eval('declare(strict_types=1); foreach ([1.0, "1", true, null] as $value) {
    show("strict " . json_encode($value), fn () => posix_kill(0x3fffffff, $value));
    show("strict " . json_encode($value), fn () => posix_isatty($value));
    show("strict " . json_encode($value), fn () => pcntl_strerror($value));
}');
