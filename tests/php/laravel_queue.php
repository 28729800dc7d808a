<?php

/**
 * Laravel's queue worker, unmodified, with one job, which goes on until the worker has been asked to stop. The worker looks at
 * extension_loaded('pcntl'). What happens is reported to the file EVENTS.
 */

declare(strict_types=1);

use Illuminate\Container\Container;
use Illuminate\Contracts\Debug\ExceptionHandler;
use Illuminate\Contracts\Queue\Factory;
use Illuminate\Events\Dispatcher;
use Illuminate\Queue\Jobs\Job;
use Illuminate\Queue\Worker;
use Illuminate\Queue\WorkerOptions;

error_reporting(E_ALL & ~E_DEPRECATED);
foreach (['Queue', 'Events', 'Container', 'Support'] as $part) {
    foreach (["/usr/share/php/Illuminate/$part/autoload.php"] as $file) {
        is_file($file) && require_once $file;
    }
}

function report(string $what): void
{
    file_put_contents(getenv('EVENTS'), "$what\n", FILE_APPEND);
}

final class Work extends Job implements Illuminate\Contracts\Queue\Job
{
    public static Worker $worker;

    public function __construct()
    {
        $this->container = Container::getInstance();
        $this->connectionName = $this->queue = 'one';
    }

    public function fire(): void
    {
        report('working');
        while (!self::$worker->shouldQuit) {
            continue;
        }
        report('finished');
        $this->delete();
    }

    public function getJobId(): string
    {
        return '1';
    }

    public function getRawBody(): string
    {
        return json_encode(['job' => 'work', 'data' => []]);
    }

    public function attempts(): int
    {
        return 1;
    }

    public function getName(): string
    {
        return 'work';
    }
}

$queues = new class () implements Factory {
    public function connection($name = null): object
    {
        return new class () {
            private static bool $given = false;

            public function pop($queue = null): ?Work
            {
                if (self::$given) {
                    return null;
                }
                self::$given = true;
                return new Work();
            }

            public function getConnectionName(): string
            {
                return 'one';
            }
        };
    }
};
$handler = new class () implements ExceptionHandler {
    public function report(Throwable $e): void
    {
        report('failed: ' . $e->getMessage());
    }

    public function shouldReport(Throwable $e): bool
    {
        return true;
    }

    public function render($request, Throwable $e): void
    {
    }

    public function renderForConsole($output, Throwable $e): void
    {
    }
};
Work::$worker = new Worker($queues, new Dispatcher(), $handler, fn (): bool => false);
exit(Work::$worker->daemon('one', 'default', new WorkerOptions(sleep: 0)));
