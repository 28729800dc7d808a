<?php

/**
 * PHP's own pcntl and posix side by side with ours, loaded by FFI into this PHP and by extension= into the one that
 * LIBDAEMON_BARE_PHP names, which has both to be loaded, as scripts/php-build builds it: pairs of processes for each case,
 * asked in turn, medians of the rounds. Then what the package costs a script at its start, and what the extension costs.
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

/**
 * What loads a PHP's own pcntl and posix, if they are there to be loaded.
 *
 * @return list<string>|null
 */
function native(string $bare): ?array
{
    $directory = $bare === '' ? '' : (string) shell_exec(escapeshellarg($bare) . ' -n -r "echo ini_get(\'extension_dir\');"');
    $files = ["$directory/pcntl.so", "$directory/posix.so"];
    return array_filter($files, is_file(...)) === $files ? [$bare, '-n', '-d', "extension=$files[0]", '-d', "extension=$files[1]"] : null;
}

/**
 * What has extensions of its own, and what has ours in their place.
 *
 * @return array{list<string>, list<string>}
 */
function by_ffi(): array
{
    $functions = implode(',', array_merge(get_extension_funcs('pcntl'), get_extension_funcs('posix')));
    $command = [PHP_BINARY, '-d', 'opcache.enable_cli=0'];
    return [$command, [...$command, '-d', "disable_functions=$functions", '-d', 'auto_prepend_file=' . PACKAGE]];
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
 * @param array{list<string>, list<string>} $commands
 * @return array{float, float, float}
 */
function compare(array $commands, string $case, int $rounds): array
{
    $worker = [__DIR__ . '/worker.php', $case];
    $taken = [[], []];
    for ($pair = 0; $pair < PAIRS; ++$pair) {
        $workers = array_map(fn (array $command): array => start([...$command, ...$worker]), $commands);
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
    [$process, $in, $out] = start([...by_ffi()[1], '-r', $code]);
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

/** What a process has used of the processor, in milliseconds, once it has ended. */
function spent(array $command): float
{
    $time = static function (): float {
        $usage = getrusage(1);
        return ($usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec']) * 1e3 + ($usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec']) / 1e3;
    };
    $before = $time();
    proc_close(proc_open([...$command, '-r', ';'], [], $pipes));
    return $time() - $before;
}

/** The memory that a process has to itself, in KiB. */
function memory(array $command): float
{
    $own = 'echo preg_replace("/.*Private_Dirty:\\s*(\\d+).*/s", "$1", file_get_contents("/proc/self/smaps_rollup"));';
    return (float) shell_exec(implode(' ', array_map('escapeshellarg', [...$command, '-r', $own])));
}

/**
 * By how much each of the commands has more than the first one.
 *
 * @param callable(list<string>): float $measure
 * @param list<list<string>> $commands
 * @return list<float>
 */
function more(callable $measure, array $commands, int $rounds): array
{
    $taken = [];
    for ($round = 0; $round < $rounds; ++$round) {
        $order = array_keys($commands);
        foreach ($round % 2 === 0 ? $order : array_reverse($order) as $which) {
            $taken[$which][$round] = $measure($commands[$which]);
        }
    }
    $difference = static fn (float $own, float $first): float => $own - $first;
    return array_map(static fn (int $which): float => median(array_map($difference, $taken[$which], $taken[0])), array_keys($commands));
}

function mark(float $value, float $most): string
{
    return $value <= $most ? "at most $most" : "at most $most: OVER";
}

$rounds = max(PAIRS, (int) ($argv[1] ?? 54));
$bare = (string) getenv('LIBDAEMON_BARE_PHP');
$extension = (string) getenv('LIBDAEMON_PATH');
$ways = ['by FFI' => by_ffi()];
$modules = native($bare);
if ($modules !== null) {
    $ways['by extension='] = [$modules, [$bare, '-n', '-d', "extension=$extension"]];
}
foreach ($ways as $way => $commands) {
    printf("%-42s %10s %10s %7s\n", $way, 'native ns', 'ours ns', 'ratio');
    foreach (require __DIR__ . '/cases.php' as $case => [, , , , $limit]) {
        if (!str_contains($case, $argv[2] ?? '')) {
            continue;
        }
        [$theirs, $ours, $ratio] = compare($commands, $case, $rounds);
        $limit = match (true) {
            $limit === null => '',
            is_string($limit) => mark(round($ours, 1), (float) $limit) . ' (ns)',
            default => mark(round($ratio, 2), $limit),
        };
        printf("%-42s %10.1f %10.1f %7.2f  %s\n", $case, $theirs, $ours, $ratio, $limit);
    }
}
foreach (startup($rounds) as $what => [$inside, $whole]) {
    $limit = str_ends_with($what, 'loaded') ? 0.6 : 0.7;
    printf("%-42s %7.2f ms, of the process %5.2f ms  %s\n", $what, $inside, $whole, mark(round($inside, 2), $limit));
}
if ($bare !== '') {
    $commands = array_filter([[$bare, '-n'], [$bare, '-n', '-d', "extension=$extension"], $modules]);
    $longer = more(spent(...), $commands, 4 * $rounds);
    printf("%-42s %7.2f ms of processor time  %s\n", 'the extension, loaded', $longer[1], mark(round($longer[1], 2), 0.15));
    $larger = more(memory(...), $commands, 9);
    printf("%-42s %7.0f KiB", 'the extension, memory of the process alone', $larger[1]);
    if (isset($longer[2])) {
        printf("  %.0f more than native, %s\n%-42s %7.2f ms, %.0f KiB", $larger[1] - $larger[2], mark($larger[1] - $larger[2], 64.0), 'pcntl and posix, loaded', $longer[2], $larger[2]);
    }
    echo "\n";
}
