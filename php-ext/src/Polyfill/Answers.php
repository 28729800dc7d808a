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
        $ours = Selection::all();
        $isDisabled = static fn (string $name): bool => !\in_array(\trim($name), $ours, true)
            || !\function_exists(\trim($name));
        return \implode(',', \array_filter(\explode(',', $value), $isDisabled));
    }

    /**
     * @return list<string> the functions of both extensions that this PHP should have and has not. What PHP's own extension was
     *     built without, such as pcntl_setns(), is none: who asks for the extension gets it as it is.
     */
    public static function missing(): array
    {
        $disabled = Selection::disabled();
        $isMissing = static fn (string $name): bool => !\function_exists($name)
            && (!\extension_loaded(\substr($name, 0, 5)) || \in_array($name, $disabled, true));
        return \array_values(\array_filter(Selection::all(), $isMissing));
    }
}
