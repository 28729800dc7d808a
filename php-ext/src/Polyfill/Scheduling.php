<?php

declare(strict_types=1);

namespace Libdaemon\Polyfill;

use Libdaemon\Native\Library;

/** pcntl's functions about priorities and processors. */
final class Scheduling
{
    private const EPERM = 1;
    private const ESRCH = 3;
    private const EACCES = 13;
    private const EINVAL = 22;
    /** _SC_NPROCESSORS_CONF of sysconf(3). */
    private const PROCESSORS = 83;
    /** Linux cannot be built for more. */
    private const MOST_PROCESSORS = 8192;
    private const REASONS = [
        self::ESRCH => 'No process was located using the given parameters',
        self::EPERM => 'A process was located, but neither its effective nor real user ID matched the effective user ID of the '
            . 'caller',
        self::EACCES => 'Only a super user may attempt to increase the process priority',
    ];

    public static function getPriority(?int $id, int $mode): int|false
    {
        $library = Library::get();
        $priority = $library->pcntl_getpriority(self::id($id), $mode);
        if ($priority !== -1 || $library->libdaemon_last_errno() === 0) {
            return $priority;
        }
        return self::failed('pcntl_getpriority', $library->pcntl_get_last_error(), 2);
    }

    public static function setPriority(int $priority, ?int $id, int $mode): bool
    {
        $library = Library::get();
        if ($library->pcntl_setpriority($priority, self::id($id), $mode) === 0) {
            return true;
        }
        return self::failed('pcntl_setpriority', $library->pcntl_get_last_error(), 3);
    }

    /** @return list<int> */
    public static function processors(?int $process): array|false
    {
        $library = Library::get();
        $numbers = $library->new('int[' . self::MOST_PROCESSORS . ']');
        $count = $library->pcntl_getcpuaffinity($process ?? 0, $numbers, self::MOST_PROCESSORS);
        if ($count === -1) {
            return self::refused('pcntl_getcpuaffinity', $process, 'invalid cpu affinity mask size');
        }
        $limit = $library->posix_sysconf(self::PROCESSORS);
        $list = [];
        for ($index = 0; $index < $count && $numbers[$index] < $limit; ++$index) {
            $list[] = $numbers[$index];
        }
        return $list;
    }

    /** @param array<mixed> $values */
    public static function assignProcessors(?int $process, array $values): bool
    {
        $argument = 'pcntl_setcpuaffinity(): Argument #2 ($cpu_ids)';
        if ($values === []) {
            throw Errors::atCaller(new \ValueError("$argument must not be empty"));
        }
        $library = Library::get();
        $limit = $library->posix_sysconf(self::PROCESSORS);
        $chosen = [];
        foreach ($values as $value) {
            $number = self::processor($value, $argument);
            if ($number < 0 || $number >= $limit) {
                throw Errors::atCaller(new \ValueError("$argument cpu id must be between 0 and $limit ($number)"));
            }
            $chosen[$number] = $number;
        }
        $numbers = $library->new('int[' . \count($chosen) . ']');
        foreach (\array_values($chosen) as $index => $number) {
            $numbers[$index] = $number;
        }
        return $library->pcntl_setcpuaffinity($process ?? 0, $numbers, \count($chosen)) === 0
            || self::refused('pcntl_setcpuaffinity', $process, "$argument invalid cpu affinity mask size or unmapped cpu id(s)");
    }

    public static function processorNow(): int
    {
        return Library::get()->pcntl_getcpu();
    }

    private static function processor(mixed $value, string $argument): int
    {
        if (\is_int($value)) {
            return $value;
        }
        if (!\is_string($value)) {
            throw Errors::atCaller(new \TypeError("$argument value must be of type int|string, " . Values::typeOf($value)
                . ' given'));
        }
        $number = \array_key_first([$value => null]); // an int where the text is one in its plainest form
        return \is_int($number) ? $number : throw Errors::atCaller(new \ValueError("$argument cpu id invalid value ($value)"));
    }

    /** Before PHP 8.4, null is the own process in every mode, even where users are meant. */
    private static function id(?int $id): int
    {
        return $id ?? (\PHP_VERSION_ID < 80400 ? Library::get()->posix_getpid() : 0);
    }

    private static function failed(string $function, int $error, int $position): bool
    {
        Errors::$pcntl = $error;
        if ($error === self::EINVAL) {
            throw Errors::atCaller(new \ValueError("$function(): Argument #$position (\$mode) must be one of PRIO_PGRP, "
                . 'PRIO_USER, or PRIO_PROCESS'));
        }
        $reason = self::REASONS[$error] ?? null;
        Errors::warn("$function(): " . ($reason === null ? "Unknown error $error has occurred" : "Error $error: $reason"));
        return false;
    }

    private static function refused(string $function, ?int $process, string $invalid): bool
    {
        $error = Errors::$pcntl = Library::get()->pcntl_get_last_error();
        if ($error === self::ESRCH) {
            throw Errors::atCaller(new \ValueError("$function(): Argument #1 (\$process_id) invalid process ("
                . ($process ?? 0) . ')'));
        }
        if ($error === self::EINVAL) {
            throw Errors::atCaller(new \ValueError($invalid));
        }
        $reason = $error === self::EPERM ? 'Calling process not having the proper privileges' : "Error $error";
        Errors::warn("$function(): $reason");
        return false;
    }
}
