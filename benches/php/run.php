<?php

/**
 * PHP's own pcntl and posix side by side with ours: two processes for each case, asked in turn, medians of the rounds. Then
 * what the package costs a script at its start.
 *
 *     php run.php ROUNDS [PART-OF-A-NAME]
 *
 * Figures are shown and marked; whoever reads them judges, since the machine has its say.
 */

declare(strict_types=1);

const PACKAGE = __DIR__ . '/../../php-ext/bootstrap.php';

/** @param list<float> $values */
function median(array $values): float
{
    sort($values);
    $middle = intdiv(count($values), 2);
    return count($values) % 2 === 1 ? $values[$middle] : ($values[$middle - 1] + $values[$middle]) / 2;
}

/** A PHP with extensions of its own, or one on which each function of both is missing and the package in its place. */
function php(bool $native): array
{
    $functions = array_merge(get_extension_funcs('pcntl'), get_extension_funcs('posix'));
    $command = [PHP_BINARY, '-d', 'opcache.enable_cli=0'];
    return $native ? $command : [...$command, '-d', 'disable_functions=' . implode(',', $functions)];
}

/** @return array{resource, resource, resource} the process, and what it is told and answers by */
function start(array $command): array
{
    $environment = ['LIBDAEMON_POLYFILL' => 'force'] + getenv();
    $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], STDERR], $pipes, null, $environment);
    return [$process, ...$pipes];
}

/** @param array{resource, resource, resource} $worker */
function ask(array $worker): float
{
    fwrite($worker[1], "\n");
    $answer = fgets($worker[2]);
    if ($answer === false) {
        fwrite(STDERR, "a worker has ended\n");
        exit(1);
    }
    return (float) $answer;
}

/** @return array{float, float} nanoseconds, natively and on ours */
function compare(string $case, int $rounds): array
{
    $worker = [__DIR__ . '/worker.php', $case];
    $workers = [start([...php(true), ...$worker]), start([...php(false), '-d', 'auto_prepend_file=' . PACKAGE, ...$worker])];
    array_map('ask', $workers); // the first calls open the library
    $taken = [[], []];
    for ($round = 0; $round < $rounds; ++$round) {
        foreach ($round % 2 === 0 ? [0, 1] : [1, 0] as $which) {
            $taken[$which][] = ask($workers[$which]);
        }
    }
    foreach ($workers as [$process, $in, $out]) {
        fclose($in);
        fclose($out);
        proc_close($process);
    }
    return array_map('median', $taken);
}

/** Processor time of a whole process of the PHP that lacks the functions, in milliseconds. */
function processor_time(string $code): float
{
    $before = getrusage(1);
    [$process, $in, $out] = start([...php(false), '-r', $code]);
    fclose($in);
    fgets($out);
    proc_close($process);
    $after = getrusage(1);
    $milliseconds = 0;
    foreach (['utime', 'stime'] as $kind) {
        $milliseconds += ($after["ru_$kind.tv_sec"] - $before["ru_$kind.tv_sec"]) * 1e3;
        $milliseconds += ($after["ru_$kind.tv_usec"] - $before["ru_$kind.tv_usec"]) / 1e3;
    }
    return $milliseconds;
}

/** What the package adds to an empty script, in milliseconds: loaded, and with a first call. */
function startup(int $rounds): array
{
    $scripts = ['', 'require "' . PACKAGE . '";', 'require "' . PACKAGE . '"; posix_getpid();'];
    $taken = [[], [], []];
    for ($round = 0; $round < $rounds; ++$round) {
        foreach ($scripts as $which => $script) {
            $taken[$which][] = processor_time($script);
        }
    }
    [$empty, $loaded, $used] = array_map('median', $taken);
    return [$loaded - $empty, $used - $empty];
}

function mark(float $value, float $most): string
{
    return $value <= $most ? "at most $most" : "at most $most: OVER";
}

$rounds = max(1, (int) ($argv[1] ?? 51));
printf("%-42s %10s %10s %7s\n", '', 'native ns', 'ours ns', 'ratio');
foreach (require __DIR__ . '/cases.php' as $case => [, , , , $limit]) {
    if (!str_contains($case, $argv[2] ?? '')) {
        continue;
    }
    [$native, $ours] = compare($case, $rounds);
    $limit = match (true) {
        $limit === null => '',
        is_string($limit) => mark(round($ours, 1), (float) $limit) . ' (ns)',
        default => mark(round($ours / $native, 2), $limit),
    };
    printf("%-42s %10.1f %10.1f %7.2f  %s\n", $case, $native, $ours, $ours / $native, $limit);
}
[$loaded, $used] = startup($rounds);
printf("%-42s %17.2f ms %8s %s\n", 'the package, loaded', $loaded, '', mark(round($loaded, 2), 1));
printf("%-42s %17.2f ms %8s %s\n", 'the package, with a first call', $used, '', mark(round($used, 2), 1.5));
