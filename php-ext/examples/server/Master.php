<?php

declare(strict_types=1);

/**
 * Keeps as many workers as there should be. It waits for signals and for nothing else, so it handles each when it is
 * ready for it, one after the other.
 */
final class Master
{
    private const SIGNALS = [SIGCHLD, SIGUSR1, SIGUSR2, SIGTERM, SIGINT];
    /** How many seconds an old worker has to finish what it has begun. */
    private const GRACE = 30;
    /** A worker that ends within so many seconds was not good for anything: the next one has to wait as long. */
    private const TOO_YOUNG = 1;

    private Settings $settings;
    private int $generation = 0;
    /** @var array<int, float> pid => when it was started */
    private array $workers = [];
    /** @var array<int, float> those that were asked to leave: pid => when their time is up */
    private array $leaving = [];
    private float $pauseUntil = 0.0;
    private bool $stopping = false;

    /** @param resource $socket */
    public function __construct(private readonly string $settingsFile, private $socket)
    {
    }

    public function run(): void
    {
        pcntl_sigprocmask(SIG_BLOCK, self::SIGNALS);
        $this->load();
        $this->startWorkers();
        do {
            match (@pcntl_sigtimedwait(self::SIGNALS, $info, 1)) {
                SIGCHLD => $this->reap(),
                SIGUSR1 => $this->reload(),
                SIGUSR2 => $this->reopen(),
                SIGTERM, SIGINT => $this->stop(),
                default => null, // a second without a signal
            };
            $this->startWorkers();
            $this->killTheSlow();
        } while ($this->workers !== [] || $this->leaving !== [] || !$this->stopping);
        say('stopped');
    }

    private function load(): void
    {
        $this->settings = new Settings($this->settingsFile);
        ++$this->generation;
    }

    private function startWorkers(): void
    {
        $missing = $this->stopping || microtime(true) < $this->pauseUntil ? 0 : $this->settings->workers - count($this->workers);
        $master = posix_getpid();
        while ($missing-- > 0) {
            $pid = pcntl_fork();
            if ($pid === 0) {
                (new Worker($this->settings, $this->generation, $this->socket))->run($master, self::SIGNALS);
                exit(0);
            }
            if ($pid === -1) {
                say('cannot start a worker: ' . pcntl_strerror(pcntl_get_last_error()));
                $this->pauseUntil = microtime(true) + self::TOO_YOUNG;
                return;
            }
            $this->workers[$pid] = microtime(true);
        }
    }

    private function reap(): void
    {
        while (($pid = pcntl_wait($status, WNOHANG)) > 0) {
            if (isset($this->leaving[$pid]) && pcntl_wifexited($status)) {
                say("worker $pid has left");
            } else {
                say("worker $pid " . (pcntl_wifsignaled($status)
                    ? 'was killed by signal ' . pcntl_wtermsig($status)
                    : 'exited with status ' . pcntl_wexitstatus($status)));
            }
            if (microtime(true) < ($this->workers[$pid] ?? 0) + self::TOO_YOUNG) {
                $this->pauseUntil = microtime(true) + self::TOO_YOUNG;
            }
            unset($this->workers[$pid], $this->leaving[$pid]);
        }
    }

    private function reload(): void
    {
        say('reloading');
        $this->load();
        $this->dismissWorkers();
    }

    private function reopen(): void
    {
        reopen_log();
        foreach ($this->workers + $this->leaving as $pid => $time) {
            posix_kill($pid, SIGUSR2);
        }
        say('a new log');
    }

    private function stop(): void
    {
        say('stopping');
        $this->stopping = true;
        $this->dismissWorkers();
    }

    private function dismissWorkers(): void
    {
        foreach ($this->workers as $pid => $started) {
            posix_kill($pid, SIGTERM);
            $this->leaving[$pid] = microtime(true) + self::GRACE;
        }
        $this->workers = [];
    }

    private function killTheSlow(): void
    {
        foreach ($this->leaving as $pid => $deadline) {
            if (microtime(true) >= $deadline) {
                say("worker $pid does not leave");
                posix_kill($pid, SIGKILL);
                $this->leaving[$pid] = INF;
            }
        }
    }
}
