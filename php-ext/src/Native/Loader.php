<?php

declare(strict_types=1);

namespace Libdaemon\Native;

/**
 * Has the extension libdaemon be there: PHP has loaded it as it started, or it is opened by FFI now. Every script waits for
 * this, so it is one short class, and says nothing: why it could not be done is looked into when somebody asks.
 */
final class Loader
{
    /** The version of this package, and of the extensions that fit it: the same first two numbers. */
    public const VERSION = '0.1.0';
    public const SERIES = '0.1';

    /** The command line, in its several forms: a process that may fork, and end, as the script likes. */
    public const PLACES = ['cli', 'phpdbg', 'embed', 'micro'];

    /** What the library has that fits: the name has the series. */
    private const DECLARATION = 'const char *libdaemon_php_load_0_1(void);';

    /** The file that FFI has opened; null where PHP has loaded the extension, or nobody. */
    public static ?string $path = null;
    /** Why the extension has left this PHP alone, if it has been asked. */
    public static ?string $leftAlone = null;
    /** Kept for ever. */
    private static ?\FFI $library = null;
    private static bool $autoloads = false;

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
        // An extension that has left this PHP alone has no functions.
        if (self::$library === null && !\function_exists('Libdaemon\Native\call') && \extension_loaded('ffi')
            && \in_array(\PHP_SAPI, self::PLACES, true) && (!\ini_get('opcache.preload') || !Opcache::isPreloading())) {
            self::open();
        }
    }

    /** Where the library is looked for. @return list<string> */
    public static function candidates(): array
    {
        $named = \function_exists('getenv') ? \getenv('LIBDAEMON_PATH') : $_SERVER['LIBDAEMON_PATH'] ?? '';
        if ((string) $named !== '') {
            return [$named];
        }
        $package = \dirname(__DIR__, 2);
        $machine = \function_exists('php_uname') ? \php_uname('m') : 'x86_64';
        return [
            "$package/libdaemon-php.so",
            "$package/lib/$machine/libdaemon-php.so",
            \dirname($package) . '/target/release/libdaemon_php.so',
            'libdaemon-php.so',
        ];
    }

    private static function open(): void
    {
        foreach (self::candidates() as $path) {
            if (\str_contains($path, '/') && !\is_file($path)) {
                continue; // a look costs a tenth of an attempt
            }
            try {
                self::$library = \FFI::cdef(self::DECLARATION, $path);
            } catch (\FFI\Exception) {
                continue;
            }
            self::$path = $path;
            self::$leftAlone = self::$library->libdaemon_php_load_0_1();
            if (\ini_get('opcache.jit_buffer_size')) {
                Opcache::stopJit();
            }
            return;
        }
    }
}
