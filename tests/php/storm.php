<?php

/**
 * A storm of asynchronous signals into code full of exceptions, callbacks, generators and foreign calls: each signal is
 * handled once, each exception of a handler arrives, and memory does not grow.
 *
 * 100,000 real-time signals, or as many as two senders can send in STORM_SECONDS. These queue; of an ordinary one the next is
 * sent when the last has been handled, so that none can merge with another. With the argument "calm" no handler throws; there
 * are 100,000 then, or STORM_SIGNALS.
 */

declare(strict_types=1);

define('REAL_TIME', (int) (getenv('STORM_SIGNALS') ?: 100000));
define('WARM_UP', intdiv(REAL_TIME, 5));
const BETWEEN_ORDINARY = 5;
const BETWEEN_EXCEPTIONS = 7;
/** In bytes. */
const GROWTH = 0x4000;
/**
 * By exception: PHP before 8.4 loses by itself what the interrupted expression had at hand, mostly nothing, but an array of some
 * kilobytes, too. Were an exception or what is known of a signal lost, that would be several times more.
 */
const OF_PHP = PHP_VERSION_ID < 80400 ? 64 : 0;
/** So many are thrown upon each other at most. */
const LONGEST_CHAIN = 50;
const PENDING = 1000;
const EAGAIN = 11;
/** After a burst a sender waits for a round of work: otherwise handlers would be nearly all that is ever run. */
const LARGEST_BURST = 4096;

final class Interruption extends Exception
{
}

final class Failure extends Exception
{
}

final class Storm
{
    /** @var array<int, int> by signal */
    public static array $handled = [SIGRTMIN => 0, SIGRTMIN + 1 => 0, SIGUSR1 => 0, SIGUSR2 => 0];
    public static bool $throwing = false;
    public static int $thrown = 0;
    public static int $caught = 0;
    /** @var ?resource where the ordinary ones are answered */
    public static $answers;

    public static function realTime(int $signal): void
    {
        $throws = ++self::$handled[$signal] % BETWEEN_EXCEPTIONS === 0 && self::$throwing;
        if ($throws && self::$thrown - self::$caught < LONGEST_CHAIN) {
            ++self::$thrown;
            throw new Interruption();
        }
    }

    public static function ordinary(int $signal): void
    {
        ++self::$handled[$signal];
        fwrite(self::$answers, '.');
    }

    public static function count(?Throwable $chain): void
    {
        for (; $chain !== null; $chain = $chain->getPrevious()) {
            self::$caught += $chain instanceof Interruption ? 1 : 0;
        }
    }
}

/** What is sent and how often: kill(2) merges real-time signals when their queue is full, sigqueue(3) says so. */
final class Sender
{
    /** @var array<int, int> by signal */
    private array $sent = [];
    private readonly float $end;
    private readonly FFI $libc;

    /** @param resource $parent */
    private function __construct(private readonly int $pid, private $parent)
    {
        $this->end = microtime(true) + (float) SECONDS;
        $this->libc = FFI::cdef('int sigqueue(int pid, int signal, void *value); int *__errno_location(void);');
    }

    /** @return resource where it says at last what it has sent */
    public static function start(int $realTime, int ...$ordinary)
    {
        $pid = posix_getpid();
        $pair = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
        if ($ordinary !== []) {
            Storm::$answers = $pair[0];
        }
        $child = pcntl_fork();
        if ($child === 0) {
            try {
                fclose($pair[0]);
                (new self($pid, $pair[1]))->send($realTime, $ordinary);
            } finally {
                posix_kill(posix_getpid(), SIGKILL);
            }
        }
        fclose($pair[1]);
        stream_set_blocking($pair[0], false);
        return $pair[0];
    }

    /** @param list<int> $ordinary */
    private function send(int $realTime, array $ordinary): void
    {
        $this->sent = [$realTime => 0] + array_fill_keys($ordinary, 0);
        $left = $burst = 1;
        while ($this->goesOn($this->sent[$realTime]) && $this->queue($realTime)) {
            $turn = intdiv(++$this->sent[$realTime], BETWEEN_ORDINARY);
            if ($ordinary === [] && --$left === 0) {
                $left = $burst = $burst < LARGEST_BURST ? 2 * $burst : 1;
                fwrite($this->parent, "\n");
                fread($this->parent, 1);
            }
            if ($ordinary !== [] && $this->sent[$realTime] % BETWEEN_ORDINARY === 0) {
                $signal = $ordinary[$turn % count($ordinary)];
                posix_kill($this->pid, $signal) && ++$this->sent[$signal];
                if (fread($this->parent, 1) !== '.') {
                    return;
                }
            }
        }
        fwrite($this->parent, json_encode($this->sent) . "\n");
    }

    private function goesOn(int $sent): bool
    {
        return SECONDS === false ? $sent < REAL_TIME / 2 : microtime(true) < $this->end;
    }

    private function queue(int $signal): bool
    {
        while (posix_getppid() === $this->pid) {
            if ($this->libc->sigqueue($this->pid, $signal, null) === 0) {
                return true;
            }
            if ($this->libc->__errno_location()[0] !== EAGAIN) {
                return false;
            }
        }
        return false;
    }
}

final class Work
{
    public int $done = 0;
    public int $wrong = 0;

    private readonly FFI $libc;

    public function __construct()
    {
        $this->libc = FFI::cdef('int getpid(void); int abs(int number);');
    }

    public function round(): void
    {
        $numbers = [];
        foreach ($this->numbers(40) as $key => $number) {
            $numbers["key $key"] = $number;
        }
        $sorted = $numbers;
        uasort($sorted, fn (int $a, int $b): int => $this->libc->abs($a) <=> $this->libc->abs($b));
        usort($numbers, static fn (int $a, int $b): int => $a <=> $b);
        $this->expect($numbers === array_values($sorted));
        $text = implode(' ', array_map(static fn (int $number): string => "<$number>", $numbers));
        $replaced = preg_replace_callback('/<(\d+)>/', static fn (array $found): string => str_repeat('x', (int) $found[1] % 9), $text);
        $this->expect(strlen($replaced) === array_sum(array_map(fn (int $number): int => $number % 9, $numbers)) + 39);
        $this->expect($this->libc->getpid() === posix_getpid());
        for ($i = 0; $i < 10; ++$i) {
            try {
                $this->fail($i);
            } catch (Failure $failure) {
                $this->expect($failure->getPrevious() === null && $failure->getCode() === 0);
            }
        }
        ++$this->done;
    }

    private function expect(bool $right): void
    {
        $this->wrong += $right ? 0 : 1;
    }

    /** @return Generator<int, int> */
    private function numbers(int $count): Generator
    {
        for ($i = 1; $i <= $count / 2; ++$i) {
            yield $i * 7919 % 1009;
        }
        yield from (static function () use ($i, $count): Generator {
            for (; $i <= $count; ++$i) {
                yield $i => $i * 7919 % 1009;
            }
        })();
    }

    private function fail(int $depth): never
    {
        if ($depth === 0) {
            throw new Failure();
        }
        $this->fail($depth - 1);
    }
}

/** A round of work, given up at the first exception of a handler. While these are counted no further one is thrown. */
function round_of(Work $work): void
{
    try {
        Storm::$throwing = THROWING;
        $work->round();
        Storm::$throwing = false;
    } catch (Interruption $interruption) {
        Storm::$throwing = false;
        Storm::count($interruption);
    }
}

/** @return array{int, int} in bytes: PHP's memory, and what of the process is resident */
function memory(): array
{
    gc_collect_cycles();
    gc_mem_caches(); // a long chain of exceptions has needed more for a moment
    return [memory_get_usage(), (int) explode(' ', file_get_contents('/proc/self/statm'))[1] * 4096];
}

/** Has PHP's tables of objects and of possible garbage be as large as they will ever be: they never become smaller. */
function widen_tables(): void
{
    $objects = [];
    for ($i = 0; $i < 50000; ++$i) {
        $objects[] = $object = new stdClass();
        $object->itself = $object;
    }
}

define('THROWING', ($argv[1] ?? '') !== 'calm');
define('SECONDS', THROWING ? getenv('STORM_SECONDS') : false);
widen_tables();
foreach (Storm::$handled as $signal => $none) {
    pcntl_signal($signal, $signal < SIGRTMIN ? Storm::ordinary(...) : Storm::realTime(...));
}
pcntl_async_signals(true);
// What the kernel looks through for each signal: full, but not endless.
posix_setrlimit(POSIX_RLIMIT_SIGPENDING, PENDING, PENDING);
$senders = [Sender::start(SIGRTMIN + 1), Sender::start(SIGRTMIN, SIGUSR1, SIGUSR2)];
$work = new Work();
$sent = [];
$warm = null;
while ($senders !== []) {
    round_of($work);
    foreach ($senders as $key => $sender) {
        $report = fgets($sender);
        if ($report === "\n") {
            fwrite($sender, '.');
        } elseif ($report !== false || feof($sender)) {
            $sent += json_decode((string) $report, true) ?? [];
            unset($senders[$key]);
        }
    }
    if ($warm === null && array_sum(Storm::$handled) > WARM_UP) {
        $warm = memory();
    }
}
do {
    $before = Storm::$handled;
    round_of($work);
    pcntl_signal_dispatch();
} while (Storm::$handled !== $before);
$last = memory();
while (pcntl_wait($status) > 0) {
    continue;
}
ksort($sent);
ksort(Storm::$handled);
$counts = 'sent ' . json_encode($sent) . ', handled ' . json_encode(Storm::$handled) . ', thrown ' . Storm::$thrown . ', caught '
    . Storm::$caught . ", rounds $work->done, wrong $work->wrong, grown by " . $last[0] - $warm[0] . ' and ' . $last[1] - $warm[1];
$good = $sent === Storm::$handled && Storm::$thrown === Storm::$caught && Storm::$thrown > 0 === THROWING && $work->done > 0
    && $work->wrong === 0 && $last[0] - $warm[0] <= GROWTH + OF_PHP * Storm::$thrown && $last[1] - $warm[1] <= 0x200000;
echo $counts, $good ? "\ngood\n" : "\nbad\n";
