<?php

/** Handlers as the caller sees them: run natively and on ours, the output must be the same. */

declare(strict_types=1);

namespace Program;

require __DIR__ . '/compare.php';

const SIGNALS = ['self::stay', 'static::stay', 'parent::stay', 'Program\Child::hidden', 'stay'];

class Base
{
    public static function stay(int $signal): void
    {
        echo '  handled by ', static::class, " in Base: $signal\n";
    }
}

class Child extends Base
{
    private static function hidden(int $signal): void
    {
        echo "  handled in secret: $signal\n";
    }

    private function own(int $signal): void
    {
        echo "  handled by an object: $signal\n";
    }

    public function __invoke(int $signal): void
    {
        echo "  invoked: $signal\n";
    }

    public function __call(string $name, array $arguments): void
    {
        echo "  $name called: $arguments[0]\n";
    }

    /** Sets it as from inside, and lets it run inside and outside. */
    public function set(mixed $handler, bool $dispatch): mixed
    {
        return \show(\json_encode($handler), function () use ($handler, $dispatch) {
            $set = \pcntl_signal(\SIGUSR1, $handler);
            if ($dispatch) {
                \posix_kill(\posix_getpid(), \SIGUSR1);
                \pcntl_signal_dispatch();
            }
            $got = \pcntl_signal_get_handler(\SIGUSR1);
            return [$set, \is_object($got) ? $got::class : $got];
        });
    }
}

function stay(int $signal): void
{
    echo "  handled by a function: $signal\n";
}

$child = new Child();
$handlers = [
    'self::stay', 'static::stay', 'parent::stay', 'Program\Child::hidden', 'Program\Child::stay', 'Program\stay', 'stay', 'strlen',
    ['self', 'stay'], ['static', 'stay'], [Child::class, 'hidden'], [Child::class, 'parent::stay'], [$child, 'own'], [$child, 'magic'],
    $child, 'nothing', ['one'], [], [$child], 'Program\Child::nothing', [new \stdClass(), 'x'], stay(...), fn (int $signal) => print("  short: $signal\n"),
];
foreach ($handlers as $handler) {
    @$child->set($handler, !\is_string($handler) || !\str_contains($handler, 'self') && !\str_contains($handler, 'static') && !\str_contains($handler, 'parent'));
    // From outside of the class.
    show('outside: ' . \json_encode($handler), fn () => @\pcntl_signal(\SIGUSR2, $handler));
    // Through PHP itself, from a namespace.
    show('through: ' . \json_encode($handler), fn () => @\call_user_func('pcntl_signal', \SIGUSR2, $handler));
    show('array: ' . \json_encode($handler), fn () => @\call_user_func_array('pcntl_signal', ['handler' => $handler, 'signal' => \SIGUSR2]));
}

// What is set and taken back while it runs.
\pcntl_signal(\SIGUSR1, function (int $signal): void {
    \pcntl_signal(\SIGUSR1, \SIG_DFL);
    echo "  once: $signal\n";
});
\posix_kill(\posix_getpid(), \SIGUSR1);
\pcntl_signal_dispatch();
\show('taken back', fn () => \pcntl_signal_get_handler(\SIGUSR1));

function show(string $what, callable $call): void
{
    \show($what, $call);
}
