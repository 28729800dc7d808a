<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use FFI\CData;
use Libdaemon\Native\Library;

/** pcntl_exec(): becoming another program. */
final class Program
{
    private const FUNCTION = 'pcntl_exec(): Argument';

    /**
     * Replaces this program by another; returns only on failure.
     *
     * @param array<mixed> $arguments
     * @param array<mixed>|null $environment null: the present one
     */
    public static function run(string $path, array $arguments, ?array $environment): bool
    {
        if (\str_contains($path, "\0")) {
            throw Errors::atCaller(new \ValueError(self::FUNCTION . ' #1 ($path) must not contain any null bytes'));
        }
        $texts = [];
        foreach ($arguments as $argument) {
            $texts[] = self::text(Errors::toText($argument), '#2 ($args) individual argument');
        }
        $pairs = [];
        foreach ($environment ?? [] as $name => $value) {
            $value = self::text(Errors::toText($value), '#3 ($env_vars) value for environment variable');
            $pairs[] = self::text((string) $name, '#3 ($env_vars) name for environment variable') . "=$value";
        }
        $library = Library::get();
        $kept = [];
        $library->pcntl_exec(
            $path,
            self::strings($library, $texts, $kept),
            $environment === null ? null : self::strings($library, $pairs, $kept),
        );
        $error = Errors::$pcntl = $library->pcntl_get_last_error();
        Errors::warn("pcntl_exec(): Error has occurred: (errno $error) " . Errors::text($error));
        return false;
    }

    /** Before PHP 8.5, what follows a NUL is left out in silence. */
    private static function text(string $text, string $what): string
    {
        $length = \strcspn($text, "\0");
        if ($length < \strlen($text) && \PHP_VERSION_ID >= 80500) {
            throw Errors::atCaller(new \ValueError(self::FUNCTION . " $what must not contain null bytes"));
        }
        return \substr($text, 0, $length);
    }

    /**
     * A NULL-terminated array of C strings.
     *
     * @param list<string> $texts
     * @param list<CData> $kept what must live as long as the array does
     */
    private static function strings(\FFI $library, array $texts, array &$kept): CData
    {
        $array = $library->new('const char *[' . (\count($texts) + 1) . ']');
        foreach ($texts as $index => $text) {
            $copy = $library->new('char[' . (\strlen($text) + 1) . ']');
            \FFI::memcpy($copy, $text, \strlen($text));
            $array[$index] = $library->cast('char *', $copy);
            $kept[] = $copy;
        }
        return $array;
    }
}
