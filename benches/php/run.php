<?php

/**
 * PHP's own pcntl and posix side by side with ours: pairs of processes for each case, asked in turn, medians of the rounds.
 * Then what the package costs a script at its start, and what the extension costs a PHP that LIBDAEMON_BARE_PHP names, which has
 * neither.
 *
 *     php run.php ROUNDS [PART-OF-A-NAME]
 *
 * ROUNDS is a multiple of PAIRS; what is left over is not run.
 *
 * Figures are shown and marked; whoever reads them judges, since the machine has its say.
 */

declare(strict_types=1);

const PACKAGE = __DIR__ . '/../../php-ext/bootstrap.php';
const PAIRS = 9;

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
    $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w']], $pipes, null, $environment);
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

/**
 * Nanoseconds, natively and on ours, and the ratio: the median of that of neighbours in time, as the machine is now slower,
 * now faster. Two processes of the same program can differ by as much as what is looked for, for as long as they live: so
 * there are several pairs.
 *
 * @return array{float, float, float}
 */
function compare(string $case, int $rounds): array
{
    $worker = [__DIR__ . '/worker.php', $case];
    $taken = [[], []];
    for ($pair = 0; $pair < PAIRS; ++$pair) {
        $workers = [start([...php(true), ...$worker]), start([...php(false), '-d', 'auto_prepend_file=' . PACKAGE, ...$worker])];
        array_map('ask', $workers); // the first calls open the library
        for ($round = 0; $round < intdiv($rounds, PAIRS); ++$round) {
            foreach ($round % 2 === 0 ? [0, 1] : [1, 0] as $which) {
                $taken[$which][] = ask($workers[$which]);
            }
        }
        foreach ($workers as [$process, $in, $out]) {
            fclose($in);
            fclose($out);
            proc_close($process);
        }
    }
    $ratios = array_map(fn (float $native, float $ours): float => $ours / $native, ...$taken);
    return array_map('median', [...$taken, $ratios]);
}

/** @return array{float, float} milliseconds that the statements take a script, and that the whole process takes */
function running(string $statements): array
{
    $code = '$start = hrtime(true); ' . $statements . ' echo (hrtime(true) - $start) / 1e6, "\n";';
    $start = hrtime(true);
    [$process, $in, $out] = start([...php(false), '-r', $code]);
    fclose($in);
    $inside = (float) fgets($out);
    proc_close($process);
    return [$inside, (hrtime(true) - $start) / 1e6];
}

/**
 * What the package costs a script until its own code runs, in milliseconds, loaded and with a first call; and by how much
 * the whole process takes longer than one without it.
 *
 * @return array<string, array{float, float}>
 */
function startup(int $rounds): array
{
    $scripts = ['', 'require "' . PACKAGE . '";', 'require "' . PACKAGE . '"; posix_getpid();'];
    $inside = $whole = [[], [], []];
    for ($round = 0; $round < $rounds; ++$round) {
        foreach ($scripts as $which => $script) {
            [$inside[$which][], $whole[$which][]] = running($script);
        }
    }
    $whole = array_map('median', $whole);
    return [
        'the package, loaded' => [median($inside[1]), $whole[1] - $whole[0]],
        'the package, with a first call' => [median($inside[2]), $whole[2] - $whole[0]],
    ];
}

/**
 * By how many milliseconds a process without pcntl and posix takes longer with the extension, and how many KiB of memory
 * it has more to itself.
 *
 * @return array{float, float}
 */
function extension(string $php, string $extension, int $rounds): array
{
    $commands = [[$php, '-n', '-r', ';'], [$php, '-n', '-d', "extension=$extension", '-r', ';']];
    $longer = $larger = [];
    for ($round = 0; $round < $rounds; ++$round) {
        [$taken, $size] = [[], []];
        foreach ($round % 2 === 0 ? [0, 1] : [1, 0] as $which) {
            $before = getrusage(1);
            $process = proc_open($commands[$which], [], $pipes);
            proc_close($process);
            $after = getrusage(1);
            $spent = static fn (array $usage): float => ($usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec']) * 1e3
                + ($usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec']) / 1e3;
            $taken[$which] = $spent($after) - $spent($before);
        }
        $longer[] = $taken[1] - $taken[0];
    }
    foreach ($commands as $which => $command) {
        $command[count($command) - 1] = 'echo preg_replace("/.*Private_Dirty:\\s*(\\d+).*/s", "$1", file_get_contents("/proc/self/smaps_rollup"));';
        for ($round = 0; $round < 9; ++$round) {
            $larger[$which][] = (float) shell_exec(implode(' ', array_map('escapeshellarg', $command)));
        }
    }
    return [median($longer), median($larger[1]) - median($larger[0])];
}

function mark(float $value, float $most): string
{
    return $value <= $most ? "at most $most" : "at most $most: OVER";
}

$rounds = max(PAIRS, (int) ($argv[1] ?? 54));
printf("%-42s %10s %10s %7s\n", '', 'native ns', 'ours ns', 'ratio');
foreach (require __DIR__ . '/cases.php' as $case => [, , , , $limit]) {
    if (!str_contains($case, $argv[2] ?? '')) {
        continue;
    }
    [$native, $ours, $ratio] = compare($case, $rounds);
    $limit = match (true) {
        $limit === null => '',
        is_string($limit) => mark(round($ours, 1), (float) $limit) . ' (ns)',
        default => mark(round($ratio, 2), $limit),
    };
    printf("%-42s %10.1f %10.1f %7.2f  %s\n", $case, $native, $ours, $ratio, $limit);
}
foreach (startup($rounds) as $what => [$inside, $whole]) {
    $limit = str_ends_with($what, 'loaded') ? 0.6 : 0.7;
    printf("%-42s %7.2f ms, of the process %5.2f ms  %s\n", $what, $inside, $whole, mark(round($inside, 2), $limit));
}
$bare = (string) getenv('LIBDAEMON_BARE_PHP');
if ($bare !== '') {
    [$longer, $larger] = extension($bare, (string) getenv('LIBDAEMON_PATH'), 4 * $rounds);
    printf("%-42s %7.2f ms of processor time  %s\n", 'the extension, loaded', $longer, mark(round($longer, 2), 0.15));
    printf("%-42s %7.0f KiB\n", 'the extension, memory of the process alone', $larger);
}
