<?php

declare(strict_types=1);

namespace Libdaemon\Native;

/** What opcache does that has to be known, or kept from being done, when the library is opened by FFI. */
final class Opcache
{
    /** opcache preloads no functions but those of PHP code, and refuses to go on where others were registered. */
    public static function isPreloading(): bool
    {
        return (\get_included_files()[0] ?? '') === \realpath((string) \ini_get('opcache.preload'));
    }

    /** Code that JIT has compiled would not notice that handlers, if they are ours, are to run between two instructions. */
    public static function stopJit(): void
    {
        $handlers = ['libdaemon_forced', 'pcntl'];
        $ours = \array_filter($handlers, static fn (string $name): bool
            => \extension_loaded($name) && (new \ReflectionExtension($name))->isTemporary());
        $mode = \strtolower((string) \ini_get('opcache.jit'));
        if ($ours !== [] && (int) \ini_get('opcache.jit_buffer_size') > 0 && !\in_array($mode, ['', '0', 'off', 'no', 'disable'], true)
            && \function_exists('ini_set')) {
            @\ini_set('opcache.jit', 'off');
        }
    }
}
