<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

/** What PHP would say of pcntl and posix if they were extensions: see Libdaemon\Compat. */
final class Answers
{
    public static function extensionLoaded(string $extension): bool
    {
        return \extension_loaded($extension) || \in_array(\strtolower($extension), ['pcntl', 'posix'], true);
    }

    public static function iniGet(string $option): string|false
    {
        $value = \ini_get($option);
        if ($option !== 'disable_functions' || $value === false) {
            return $value;
        }
        $isDisabled = static fn (string $name): bool => !\in_array(\trim($name), self::functions(), true)
            || !\function_exists(\trim($name));
        return \implode(',', \array_filter(\explode(',', $value), $isDisabled));
    }

    /** @return list<string> the functions of both extensions that this PHP should have and has not */
    public static function missing(): array
    {
        return \array_values(\array_filter(self::functions(), static fn (string $name): bool => !\function_exists($name)));
    }

    /** @return list<string> */
    private static function functions(): array
    {
        return \array_merge(...\array_values(Groups::functions()));
    }
}
