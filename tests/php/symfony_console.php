<?php

/**
 * A console application such as a user of symfony/console would write: it stops, reports and reloads on signals.
 *
 *   symfony_console.php work [--idle] [--refuse]     the signals that the command subscribes to
 *   symfony_console.php listen                       signals as events of the application, which ends by itself on others
 *
 * It writes a line to the FIFO that EVENTS names whenever it is ready for the next signal.
 */

declare(strict_types=1);

use Symfony\Component\Console\Application;
use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Command\SignalableCommandInterface;
use Symfony\Component\Console\ConsoleEvents;
use Symfony\Component\Console\Event\ConsoleSignalEvent;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;
use Symfony\Component\EventDispatcher\EventDispatcher;

require 'Symfony/Component/Console/autoload.php';
require 'Symfony/Component/EventDispatcher/autoload.php';

function ready(string $for): void
{
    file_put_contents(getenv('EVENTS'), "ready for $for\n", FILE_APPEND);
}

abstract class Interruptible extends Command implements SignalableCommandInterface
{
    private OutputInterface $output;
    private bool $refuse;
    private bool $reload = false;
    private bool $stop = false;
    private int $interrupts = 0;

    public function __construct()
    {
        parent::__construct('work');
    }

    protected function configure(): void
    {
        $this->addOption('idle', null, InputOption::VALUE_NONE, 'Sleep instead of working');
        $this->addOption('refuse', null, InputOption::VALUE_NONE, 'Fail when interrupted twice');
    }

    public function getSubscribedSignals(): array
    {
        return [SIGINT, SIGTERM, SIGUSR1];
    }

    protected function handle(int $signal): void
    {
        match ($signal) {
            SIGUSR1 => $this->reload = true,
            SIGINT => $this->interrupted(),
            SIGTERM => $this->stop = true,
        };
    }

    private function interrupted(): void
    {
        $this->output->writeln(sprintf('interrupted %d', ++$this->interrupts));
        if ($this->refuse && $this->interrupts === 2) {
            throw new RuntimeException('Interrupted twice.');
        }
        ready('more');
    }

    protected function execute(InputInterface $input, OutputInterface $output): int
    {
        $this->output = $output;
        $this->refuse = $input->getOption('refuse');
        $output->writeln('working');
        ready('work');
        for ($work = 0; !$this->stop; ++$work) {
            if ($input->getOption('idle')) {
                sleep(1);
            }
            if ($this->reload) {
                $this->reload = false;
                $output->writeln('reloaded');
                ready('work again');
            }
        }
        $output->writeln('stopped');
        return 7;
    }
}

// Since Symfony 6.3 the status to end with, or false, is said here.
if ((string) (new ReflectionMethod(SignalableCommandInterface::class, 'handleSignal'))->getReturnType() === 'void') {
    final class Work extends Interruptible
    {
        public function handleSignal(int $signal): void
        {
            $this->handle($signal);
        }
    }
} else {
    final class Work extends Interruptible
    {
        public function handleSignal(int $signal, int|false $previousExitCode = 0): int|false
        {
            $this->handle($signal);
            return false;
        }
    }
}

final class Listen extends Command
{
    public function __construct()
    {
        parent::__construct('listen');
    }

    protected function execute(InputInterface $input, OutputInterface $output): int
    {
        ready('listening');
        while (true) {
            sleep(1);
        }
    }
}

// What was there before the application is called first, and once more by its side.
pcntl_signal(SIGUSR1, function (int $signal): void {
    echo "before the application: $signal\n";
});

$application = new Application('symfony_console.php');
$application->addCommands([new Work(), new Listen()]);
if (($argv[1] ?? '') === 'listen') {
    $dispatcher = new EventDispatcher();
    $dispatcher->addListener(ConsoleEvents::SIGNAL, function (ConsoleSignalEvent $event): void {
        $event->getOutput()->writeln("{$event->getCommand()->getName()} was sent {$event->getHandlingSignal()}");
        if (in_array($event->getHandlingSignal(), [SIGUSR1, SIGUSR2], true) && method_exists($event, 'abortExit')) {
            $event->abortExit(); // since Symfony 6.3 these end the application, too
        }
        ready('the next');
    });
    register_shutdown_function(fn () => print "shut down\n");
    $application->setDispatcher($dispatcher);
}
$application->run();
