<?php

/** A start that fails, and then what the process is like, beside what it was. */

declare(strict_types=1);

use Libdaemon\Daemon;

function place(): array
{
    clearstatcache();
    preg_match_all('/^(Sig(?:Blk|Ign|Cgt)|Umask):.*/m', file_get_contents('/proc/self/status'), $status);
    $open = array_map(fn (string $fd) => "$fd " . @readlink("/proc/self/fd/$fd"), scandir('/proc/self/fd'));
    return [getcwd(), posix_getpid(), posix_getsid(0), $status[0], $open];
}

chdir('/usr');
umask(027);
pcntl_signal(SIGUSR1, fn () => print "handled\n");
pcntl_signal(SIGUSR2, SIG_IGN);
try {
    (new Daemon())->directory('/does/not/exist')->start(); // opens and loads all that the package needs
} catch (Libdaemon\Exception) {
}
$before = place();
$daemon = (new Daemon())->directory('/does/not/exist')->umask(0)->log('/dev/null');
for ($i = 0; $i < 3; ++$i) {
    try {
        $daemon->start();
        echo "started?\n";
    } catch (Libdaemon\Exception $refusal) {
        $after = place();
        if ($after !== $before) {
            var_dump($before, $after);
        }
    }
}
echo "unchanged\nstarted ", Daemon::status('/does/not/exist/app.pid'), "\n";
