<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use Libdaemon\Native\Engine;

/** Streams that are written in PHP. They have no descriptor, but may name a stream that stands for them. */
final class UserStreams
{
    /** The ways to ask such a stream, and what the engine calls what it wants. */
    private const WAYS = [\STREAM_CAST_FOR_SELECT => 'select()able descriptor', \STREAM_CAST_AS_STREAM => 'File Descriptor'];

    /**
     * The descriptor of the stream that stands for this one, null when there is none: found out as natively, by asking
     * whether there is one before asking for it.
     *
     * @param resource $stream
     */
    public static function descriptor($stream, string $function): ?int
    {
        foreach (\array_keys(self::WAYS) as $way) {
            // Since PHP 8.3 the first of the two questions complains of nothing.
            if (self::ask($stream, $way, $function, \PHP_VERSION_ID < 80300) !== null) {
                return self::ask($stream, $way, $function, true);
            }
        }
        return null;
    }

    /** @param resource $stream */
    private static function ask($stream, int $way, string $function, bool $complains): ?int
    {
        $object = @\stream_get_meta_data($stream)['wrapper_data']; // asks it whether it has ended, too
        $asked = \is_callable([$object, 'stream_cast']);
        $inner = $asked ? $object->stream_cast($way) : null;
        if ($asked && !$inner) {
            return null;
        }
        if ($asked && !\is_resource($inner)) {
            throw Errors::atCaller(new \TypeError("$function(): supplied argument is not a valid stream resource"));
        }
        if ($asked && $inner !== $stream) {
            return self::ofInner($inner, $way, $function, $complains);
        }
        if ($complains) {
            Errors::warn("$function(): " . $object::class . '::stream_cast '
                . ($asked ? 'must not return itself' : 'is not implemented!'));
        }
        return null;
    }

    /** @param resource $stream */
    private static function ofInner($stream, int $way, string $function, bool $complains): ?int
    {
        $type = Engine::streamType($stream);
        $inPhp = $type === Engine::WRITTEN_IN_PHP;
        $descriptor = $inPhp ? self::ask($stream, $way, $function, $complains) : Engine::descriptor($stream);
        $unread = $inPhp ? 0 : \stream_get_meta_data($stream)['unread_bytes'];
        if ($descriptor === null) {
            Errors::warn("$function(): Cannot represent a stream of type $type as a " . self::WAYS[$way]);
        } elseif ($unread > 0) {
            Errors::warn("$function(): $unread bytes of buffered data lost during stream conversion!");
        }
        return $descriptor;
    }
}
