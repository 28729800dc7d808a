<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

/** Values as the native functions see and name them. */
final class Values
{
    /** As messages name it: from PHP 8.3 on, true and false are types. */
    public static function typeOf(mixed $value): string
    {
        return match (true) {
            \is_bool($value) && \PHP_VERSION_ID >= 80300 => \var_export($value, true),
            \str_starts_with(\gettype($value), 'resource') => 'resource',
            default => \get_debug_type($value),
        };
    }

    /** What of a number fits into C's int. */
    public static function int32(int $number): int
    {
        return ($number & 0x7fffffff) - ($number & 0x80000000);
    }

    /**
     * A number as PHP 8.4 takes it where it may refuse: null for what is none. Of what is lost on the way it complains at
     * the caller's line.
     */
    public static function toIntOrNull(mixed $value): ?int
    {
        if (\is_string($value)) {
            return self::fromText($value);
        }
        if ($value !== null && !\is_scalar($value)) {
            return null;
        }
        $number = Errors::toInt($value);
        // PHP 8.5 has something else to say, and has said it, of one that is out of range.
        $isOutOfRange = \is_float($value) && ($value < \PHP_INT_MIN || $value >= -(float) \PHP_INT_MIN);
        if (\is_float($value) && (float) $number !== $value && !($isOutOfRange && \PHP_VERSION_ID >= 80500)) {
            Errors::warn('Implicit conversion from float ' . \var_export($value, true) . ' to int loses precision', \E_DEPRECATED);
        }
        return $number;
    }

    private static function fromText(string $text): ?int
    {
        if (\preg_match('/^[ \t\n\r\v\f]*[+-]?(\.\d|\d)/', $text) !== 1) {
            return null;
        }
        if (!\is_numeric($text)) {
            Errors::warn('A non-numeric value encountered');
        }
        $number = (int) $text;
        if ((float) $number !== (float) $text) {
            Errors::warn("Implicit conversion from float-string \"$text\" to int loses precision", \E_DEPRECATED);
        }
        return $number;
    }
}
