<?php

declare(strict_types=1);

namespace Libdaemon\Native;

/**
 * Has the extension libdaemon be there: PHP has loaded it as it started, or it is opened by FFI now. Every script waits for
 * this, so it is one class, and says nothing: why it could not be done is looked into when somebody asks.
 */
final class Loader
{
    /** The version of this package, and of the extensions that fit it: the same first two numbers. */
    public const VERSION = '0.1.0';
    public const SERIES = '0.1';

    /** The command line, in its several forms: a process that may fork, and end, as the script likes. */
    public const PLACES = ['cli', 'phpdbg', 'embed', 'micro'];

    private const DECLARATIONS = 'const char *libdaemon_version(void); const char *libdaemon_php_load(void);';
    /** So many of the script's files are told to the extension: the first is the one that PHP keeps open. */
    private const FILES = 20;

    /** The file that FFI has opened; null where PHP has loaded the extension, or nobody. */
    public static ?string $path = null;
    /** Why the extension has left this PHP alone, if it has been asked. */
    public static ?string $leftAlone = null;
    /** Kept for ever. */
    private static ?\FFI $library = null;
    private static bool $autoloads = false;
    /** No constant: opcache would ask at compile time. */
    private static string $extension = 'libdaemon';

    public static function load(): void
    {
        if (!self::$autoloads) {
            self::$autoloads = true;
            // The classes of the package, where Composer does not know them.
            \spl_autoload_register(static function (string $class): void {
                if (\str_starts_with($class, 'Libdaemon\\')) {
                    $file = \dirname(__DIR__) . \strtr(\substr($class, \strlen('Libdaemon')), '\\', '/') . '.php';
                    if (\is_file($file)) {
                        require $file;
                    }
                }
            });
        }
        if (self::$library === null && !self::isThere() && self::obstacle() === null && !self::isPreloading()) {
            self::open();
        }
    }

    /** opcache preloads no functions but those of PHP code, and refuses to go on where others were registered. */
    private static function isPreloading(): bool
    {
        $preloaded = (string) \ini_get('opcache.preload');
        return $preloaded !== '' && (\get_included_files()[0] ?? '') === \realpath($preloaded);
    }

    /** The functions of the extension are there, and fit this package. */
    public static function isLoaded(): bool
    {
        $version = self::version();
        return $version !== null && self::fits($version) && self::isThere();
    }

    /** The functions of an extension are there, whether they fit or not: it may have left this PHP alone. */
    private static function isThere(): bool
    {
        return \function_exists('Libdaemon\Native\call');
    }

    /** The extension's version, null where there is none. */
    public static function version(): ?string
    {
        return \phpversion(self::$extension) ?: null;
    }

    /** Where the library is looked for, with where each place comes from. @return array<string, string> */
    public static function candidates(): array
    {
        $named = self::environment('LIBDAEMON_PATH');
        $package = \dirname(__DIR__, 2);
        $machine = \function_exists('php_uname') ? \php_uname('m') : 'x86_64';
        return $named !== '' ? [$named => 'LIBDAEMON_PATH, and nothing else while that is set'] : [
            "$package/libdaemon-php.so" => 'beside the package',
            "$package/lib/$machine/libdaemon-php.so" => 'in the package',
            \dirname($package) . '/target/release/libdaemon_php.so' => 'a checkout',
            'libdaemon-php.so' => "the system's",
        ];
    }

    /** What stands in the way of FFI here, null if nothing does. */
    public static function obstacle(): ?string
    {
        return match (true) {
            \PHP_INT_SIZE !== 8 || \PHP_OS_FAMILY !== 'Linux' => 'it is for PHP on 64-bit Linux',
            !\in_array(\PHP_SAPI, self::PLACES, true)
                => 'a web server\'s process (' . \PHP_SAPI . ') is not one to fork or to make a daemon of; use the cli',
            !\extension_loaded('ffi') => 'PHP\'s extension FFI is not loaded (extension=ffi), '
                . (self::version() === null ? 'nor is libdaemon (extension=/path/libdaemon-php.so)'
                    : 'and libdaemon has left this PHP alone, as it says when PHP starts'),
            default => null,
        };
    }

    public static function fits(string $version): bool
    {
        return \str_starts_with($version . '.', self::SERIES . '.');
    }

    /** A variable of the environment, "" where it is not there. */
    public static function environment(string $name): string
    {
        return \function_exists('getenv') ? (string) \getenv($name) : (string) ($_SERVER[$name] ?? '');
    }

    private static function open(): void
    {
        $hadSignals = \extension_loaded('pcntl');
        foreach (self::candidates() as $path => $origin) {
            $path = (string) $path; // PHP makes numbers of keys such as "1"
            if (\str_contains($path, '/') && !\is_file($path)) {
                continue; // a look costs a tenth of an attempt
            }
            try {
                $library = \FFI::cdef(self::DECLARATIONS, $path);
            } catch (\FFI\Exception) {
                continue;
            }
            if (!self::fits($library->libdaemon_version())) {
                continue;
            }
            [self::$library, self::$path] = [$library, $path];
            self::$leftAlone = $library->libdaemon_php_load();
            if (self::$leftAlone === null) {
                // What PHP has opened itself for the script did not come in from outside.
                \Libdaemon\Native\exempt(\array_slice(\get_included_files(), 0, self::FILES));
                if (!$hadSignals || \phpversion('libdaemon_forced') !== false) {
                    self::stopJit();
                }
            }
            return;
        }
    }

    /** Code that JIT has compiled would not notice that handlers are to run between two instructions. */
    private static function stopJit(): void
    {
        $mode = \strtolower((string) \ini_get('opcache.jit'));
        if ((int) \ini_get('opcache.jit_buffer_size') > 0 && !\in_array($mode, ['', '0', 'off', 'no', 'disable'], true)
            && \function_exists('ini_set')) {
            @\ini_set('opcache.jit', 'off');
        }
    }
}
