<?php

declare(strict_types=1);

namespace Libdaemon\Native;

/**
 * The library by FFI alone, for an engine that its extension leaves alone: daemons can be made, without what needs the
 * engine. Nothing is closed in them, since PHP's own descriptors cannot be told from those that came in, and signals are at
 * their defaults, but for those that the script has set with PHP's own pcntl_signal().
 */
final class FfiLibrary
{
    private const CLOSE_NONE = 2;
    /** HUP, INT, QUIT, USR1, USR2, TERM and PROF, which PHP's engine has handlers for. */
    private const OF_ENGINE = [1, 2, 3, 10, 12, 15, 27];
    private const SIGNALS = <<<'C'
        struct disposition { size_t handler; char rest[144]; };
        int sigaction(int signal, struct disposition *wanted, struct disposition *former);
        C;

    private static ?self $only = null;

    private function __construct(private readonly \FFI $library)
    {
    }

    /** Null where no library can be opened. */
    public static function get(): ?self
    {
        if (self::$only === null && Loader::$path !== null && Loader::$leftAlone !== null) {
            $declarations = (string) \file_get_contents(\dirname(__DIR__, 2) . '/libdaemon.h');
            self::$only = new self(\FFI::cdef($declarations, Loader::$path));
        }
        return self::$only;
    }

    /**
     * @param list<int|string|bool|null> $arguments
     * @return int|array{string, int, int, string}
     */
    public function call(string $function, array $arguments): int|array
    {
        $result = $this->library->$function(...$arguments);
        return $result === -1 ? $this->failure() : $result;
    }

    /**
     * @param list<int|string|bool> $arguments
     * @return array{string, int, int, string}|null
     */
    public function check(string $option, array $arguments): ?array
    {
        return $this->with([[$option, $arguments]], static fn (): int => 0);
    }

    /**
     * @param list<array{string, list<int|string|bool>}> $options
     * @return array{string, int, int, string}|null null in the daemon
     */
    public function start(array $options): ?array
    {
        $this->flush();
        $options = [...$options, ...self::signalsOfScript(), ['close_fds', [self::CLOSE_NONE]]];
        $handlers = self::handlersOfEngine();
        $failure = $this->with($options, fn (\FFI\CData $made): int => $this->library->daemonize_with($made));
        if ($failure === null && $handlers !== null) {
            \register_shutdown_function($handlers);
        }
        return $failure;
    }

    /** @return list<array{string, list<int>}> options that keep what the script has set */
    private static function signalsOfScript(): array
    {
        if (!\function_exists('pcntl_signal_get_handler')) {
            return [];
        }
        $all = \range(1, \PHP_VERSION_ID < 80400 ? 31 : 64);
        $set = \array_filter($all, static fn (int $signal): bool => \pcntl_signal_get_handler($signal) !== \SIG_DFL);
        return \array_map(static fn (int $signal): array => ['keep_signal', [$signal]], \array_values($set));
    }

    /** What puts back the engine's handlers at the end of the script, where PHP then looks whether they are there. */
    private static function handlersOfEngine(): ?\Closure
    {
        if (!\ini_get('zend.signal_check') || !\function_exists('register_shutdown_function')) {
            return null;
        }
        $libc = \FFI::cdef(self::SIGNALS);
        $former = $libc->new('struct disposition[' . \count(self::OF_ENGINE) . ']');
        foreach (self::OF_ENGINE as $place => $signal) {
            $libc->sigaction($signal, null, \FFI::addr($former[$place]));
        }
        return static function () use ($libc, $former): void {
            foreach (self::OF_ENGINE as $place => $signal) {
                $former[$place]->handler > 1 && $libc->sigaction($signal, \FFI::addr($former[$place]), null);
            }
        };
    }

    /**
     * @param list<array{string, list<int|string|bool>}> $options
     * @param list<string> $arguments
     * @return int|array{string, int, int, string} the daemon's pid
     */
    public function execute(array $options, string $path, array $arguments): int|array
    {
        $words = $this->library->new('char *[' . (\count($arguments) + 1) . ']');
        $texts = [];
        foreach ($arguments as $place => $argument) {
            $texts[] = $text = $this->library->new('char[' . (\strlen($argument) + 1) . ']');
            \FFI::memcpy($text, $argument, \strlen($argument));
            $words[$place] = $this->library->cast('char *', $text);
        }
        $daemon = 0;
        $failure = $this->with($options, function (\FFI\CData $made) use ($path, $words, &$daemon): int {
            return $daemon = $this->library->daemonize_exec($made, $path, $this->library->cast('char **', $words));
        });
        return $failure ?? $daemon;
    }

    /** A stream's cannot be told without the engine. */
    public function descriptor(): ?int
    {
        return null;
    }

    public function flush(): void
    {
        \ob_get_level() > 0 && \ob_flush();
        \flush();
    }

    /**
     * @param list<array{string, list<int|string|bool>}> $options
     * @param \Closure(\FFI\CData): int $act
     * @return array{string, int, int, string}|null
     */
    private function with(array $options, \Closure $act): ?array
    {
        $made = $this->library->daemonize_options_new();
        if ($made === null) {
            return $this->failure();
        }
        try {
            foreach ($options as [$option, $arguments]) {
                if ($this->library->{"daemonize_options_$option"}($made, ...$arguments) === -1) {
                    return $this->failure();
                }
            }
            return $act($made) === -1 ? $this->failure() : null;
        } finally {
            $this->library->daemonize_options_free($made);
        }
    }

    /** @return array{string, int, int, string} */
    private function failure(): array
    {
        return [
            $this->library->libdaemon_last_error(),
            $this->library->libdaemon_last_errno(),
            $this->library->libdaemon_last_status(),
            $this->library->libdaemon_last_step(),
        ];
    }
}
