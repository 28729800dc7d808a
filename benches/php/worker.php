<?php

/** One case in a process of its own: for each line that comes in, a round, answered with the nanoseconds of a statement. */

declare(strict_types=1);

function nothing(mixed $first, mixed $second): void
{
}

/** A child that lives as long as this process does. */
function living_child(): int
{
    [$ours, $its] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    $child = pcntl_fork();
    if ($child === 0) {
        fclose($ours);
        fgets($its);
        exit;
    }
    $GLOBALS['kept'] = $ours;
    return $child;
}

[$statement, $times, $turns, $before] = (require __DIR__ . '/cases.php')[$argv[1]];
// The statement many times over, so that the loop does not count.
$statements = str_repeat($statement, $times);
$rounds = eval(<<<PHP
    return (static function (): Generator {
        $before
        while (true) {
            \$start = hrtime(true);
            for (\$turn = 0; \$turn < $turns; ++\$turn) {
                $statements
            }
            yield (hrtime(true) - \$start) / $turns / $times;
        }
    })();
    PHP);
while (fgets(STDIN) !== false) {
    $rounds->next();
    fwrite(STDOUT, $rounds->current() . "\n");
}
