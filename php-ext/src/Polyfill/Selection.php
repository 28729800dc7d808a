<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use Libdaemon\Native\Start;

/**
 * The groups to define where PHP, or the program, has some of the functions already, or an administrator disabled them.
 *
 * Programs ask for one function and then use its neighbours: a group is defined whole or not at all, and nothing that
 * exists is touched.
 */
final class Selection
{
    /** @return array<string, list<string>> the functions of an extension in a version of PHP, group by group */
    public static function functions(string $extension, int $version = \PHP_VERSION_ID): array
    {
        $groups = [];
        foreach (\explode("\n", Start::FUNCTIONS[$extension]) as $line) {
            [$heading, $names] = \explode(' ', $line, 2);
            [$group, $since] = \explode(':', $heading);
            if ($since <= $version) {
                $groups[$group] = [...$groups[$group] ?? [], ...\explode(' ', $names)];
            }
        }
        return $groups;
    }

    /** @return list<string> the functions of both extensions in a version of PHP */
    public static function all(int $version = \PHP_VERSION_ID): array
    {
        $groups = [...self::functions('pcntl', $version), ...self::functions('posix', $version)];
        return \array_merge(...\array_values($groups));
    }

    /** @return list<string> what an administrator disabled */
    public static function disabled(): array
    {
        return \preg_split('/[\s,]+/', (string) \ini_get('disable_functions'));
    }

    /** @param bool $forced whether what an administrator disabled is to be defined all the same */
    public static function define(string $extension, bool $forced): void
    {
        $wanted = self::wanted($extension, $forced);
        if ($wanted === []) {
            return;
        }
        if (!\extension_loaded($extension)) {
            Constants::define($extension, $wanted);
        }
        self::defineSections($extension, $wanted);
        if (\PHP_VERSION_ID >= Start::NEWER[$extension]) {
            self::defineSections("{$extension}_newer", $wanted);
        }
    }

    /** @return list<string> */
    private static function wanted(string $extension, bool $forced): array
    {
        $wanted = [];
        foreach (self::functions($extension) as $group => $functions) {
            $missing = \array_filter($functions, static fn (string $name): bool => !\function_exists($name));
            if ($missing === []) {
                continue;
            }
            if (!$forced && \extension_loaded($extension)) {
                Withheld::asDisabled($missing);
                continue;
            }
            // Error numbers are of no use without the functions that set them, and the native ones set their own.
            $ofOthers = $group === "{$extension}_errors" && (\get_extension_funcs($extension) ?: []) !== [];
            if (\count($missing) < \count($functions) || $ofOthers) {
                Withheld::asHalved($missing);
                continue;
            }
            $wanted[] = $group;
        }
        return $wanted;
    }

    /** @param list<string> $groups */
    private static function defineSections(string $file, array $groups): void
    {
        $directory = __DIR__ . '/Functions';
        [$code, $sections] = self::sections((string) \file_get_contents("$directory/$file.php"));
        foreach ($groups as $group) {
            $code .= \str_replace('__DIR__', \var_export($directory, true), $sections[$group] ?? '');
        }
        eval("?>$code");
    }

    /** @return array{string, array<string, string>} what comes before the first section, and the sections by their groups */
    private static function sections(string $code): array
    {
        $parts = \preg_split('#^// Group: (\w+)$#m', $code, flags: \PREG_SPLIT_DELIM_CAPTURE);
        $head = \array_shift($parts);
        $sections = [];
        foreach (\array_chunk($parts, 2) as [$group, $functions]) {
            $sections[$group] = $functions;
        }
        return [$head, $sections];
    }
}
