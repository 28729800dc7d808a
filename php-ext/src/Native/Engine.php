<?php

declare(strict_types=1);

namespace Libdaemon\Native;

use FFI\CData;
use Libdaemon\Exception;

/** What PHP's engine exports for extensions, and what a script has no other way to ask it. */
final class Engine
{
    private const DECLARATIONS = <<<'C'
        typedef struct { void *payload; unsigned int type; unsigned int extra; } value_slot;
        typedef struct { void *write; void *read; void *close; void *flush; const char *label; } stream_operations;
        typedef struct { stream_operations *operations; } stream;

        void *zend_rebuild_symbol_table(void);
        value_slot *zend_hash_str_find(void *table, const char *key, unsigned long length);
        stream *zend_fetch_resource2(void *resource, const char *name, int type, int other_type);
        int php_file_le_stream(void);
        int php_file_le_pstream(void);
        int _php_stream_cast(stream *stream, int as, int *descriptor, int show_errors);
        void *_php_stream_fopen_from_fd(int descriptor, const char *mode, const char *persistent, bool at_start);
        value_slot *zend_get_constant_str(const char *name, unsigned long length);
        void php_output_flush_all(void);
        void zend_error_at(int type, void *file, unsigned int line, const char *format, ...);
        C;

    private const TYPE_MASK = 0xff;
    private const TYPE_INDIRECT = 12;
    /** PHP_STREAM_AS_FD_FOR_SELECT | PHP_STREAM_CAST_INTERNAL: look at the descriptor, leave the stream as it is. */
    private const AS_DESCRIPTOR = 3 | 0x20000000;

    /** The type of a stream that is written in PHP. */
    public const WRITTEN_IN_PHP = 'user-space';

    private static ?\FFI $engine = null;

    /**
     * The descriptor under a stream, null for a stream that has none (php://memory). One that is written in PHP has none,
     * and is not asked: what it wraps is a stream by itself.
     *
     * @param resource $stream
     */
    public static function descriptor($stream): ?int
    {
        $engine = self::engine();
        $native = self::native($stream);
        // One for each call: a signal handler may ask for another stream's in the middle.
        $descriptor = $engine->new('int');
        // The first question is whether, the second which: php://temp would make itself a file if asked only the second.
        if (
            $native === null
            || $native->operations->label === self::WRITTEN_IN_PHP
            || $engine->_php_stream_cast($native, self::AS_DESCRIPTOR, null, 0) !== 0
            || $engine->_php_stream_cast($native, self::AS_DESCRIPTOR, \FFI::addr($descriptor), 0) !== 0
        ) {
            return null;
        }
        return $descriptor->cdata;
    }

    /**
     * What stream_get_meta_data() calls stream_type, without asking a stream that is written in PHP whether it has ended.
     *
     * @param resource $stream an open one
     */
    public static function streamType($stream): string
    {
        return self::native($stream)->operations->label;
    }

    /** @param resource $stream */
    private static function native($stream): ?CData
    {
        $engine = self::engine();
        return $engine->zend_fetch_resource2(
            self::payload($stream),
            null,
            $engine->php_file_le_stream(),
            $engine->php_file_le_pstream(),
        );
    }

    /**
     * A stream on an open descriptor, which is closed with it.
     *
     * @return resource
     */
    public static function stream(int $descriptor, string $mode)
    {
        self::engine()->_php_stream_fopen_from_fd($descriptor, $mode, null, false);
        $streams = \get_resources('stream');
        return \end($streams);
    }

    /**
     * Puts another stream into a constant that holds one. The stream lives as long as the script does.
     *
     * @param resource $stream as stream() has made it
     */
    public static function replaceConstant(string $name, $stream): void
    {
        $engine = self::engine();
        $engine->zend_get_constant_str($name, \strlen($name))->payload = self::payload($stream);
    }

    /** Sends on what the output buffers of all levels hold, and leaves the buffers in place. */
    public static function flushOutput(): void
    {
        if (\ob_get_level() > 0) {
            self::engine()->php_output_flush_all();
        }
    }

    /** A real E_WARNING, as from a function of PHP's own: trigger_error() knows only E_USER_WARNING. So for other levels. */
    public static function warning(string $message, string $file, int $line, int $level = \E_WARNING): void
    {
        self::engine()->zend_error_at($level, self::payload($file), $line, '%s', $message);
    }

    /**
     * The engine's own structure behind a value: its zend_string, its zend_resource. It lives as long as the value does
     * at the caller's.
     *
     * The engine hands out the variables of the running function by name, and $value is one of them.
     */
    private static function payload(mixed $value): CData
    {
        $engine = self::engine();
        $slot = $engine->zend_hash_str_find($engine->zend_rebuild_symbol_table(), 'value', 5);
        if (($slot->type & self::TYPE_MASK) === self::TYPE_INDIRECT) {
            $slot = $engine->cast('value_slot *', $slot->payload);
        }
        return $slot->payload;
    }

    /**
     * The engine's zend_reference behind a variable, as good as payload().
     */
    public static function reference(mixed &$value): CData
    {
        $engine = self::engine();
        $slot = $engine->zend_hash_str_find($engine->zend_rebuild_symbol_table(), 'value', 5);
        if (($slot->type & self::TYPE_MASK) === self::TYPE_INDIRECT) {
            $slot = $engine->cast('value_slot *', $slot->payload);
        }
        return $slot->payload;
    }

    private static function engine(): \FFI
    {
        return self::$engine ?? self::open();
    }

    private static function open(): \FFI
    {
        try {
            self::$engine = \FFI::cdef(self::DECLARATIONS);
        } catch (\FFI\Exception $missing) {
            $message = 'libdaemon: this PHP does not export its engine: ' . $missing->getMessage();
            throw new Exception($message, step: 'engine', previous: $missing);
        }
        return self::$engine;
    }
}
