<?php

/**
 * Children that have ended stay as zombies until somebody asks how they ended. First without a cure, then the four
 * cures; after each, how many zombies are left.
 *
 *     php -d auto_prepend_file=../bootstrap.php zombies.php
 */

const CHILDREN = 3;

/** Starts children that end at once. @return list<int> */
function startChildren(): array
{
    $children = [];
    for ($i = 0; $i < CHILDREN; ++$i) {
        $pid = pcntl_fork();
        if ($pid === 0) {
            exit($i);
        }
        $children[] = $pid;
    }
    return $children;
}

/** "Z" for a zombie, "" for a process that is gone. */
function state(int $pid): string
{
    $stat = (string) @file_get_contents("/proc/$pid/stat");
    return substr((string) strrchr($stat, ')'), 2, 1);
}

/** Waits until none of them runs any more. */
function untilEnded(array $children): void
{
    foreach ($children as $pid) {
        while (!in_array(state($pid), ['Z', ''], true)) {
            usleep(1000);
        }
    }
}

function report(string $cure, array $children): void
{
    $zombies = count(array_filter($children, fn (int $pid) => state($pid) === 'Z'));
    echo "$cure: $zombies ", $zombies === 1 ? 'zombie' : 'zombies', " left\n";
}

// No cure.
$children = startChildren();
untilEnded($children);
report('no cure', $children);
foreach ($children as $pid) {
    pcntl_waitpid($pid, $status);
}

// 1. SIGCHLD ignored: the kernel keeps nothing of a child that ends. How it ended is lost.
pcntl_signal(SIGCHLD, SIG_IGN);
$children = startChildren();
untilEnded($children);
report('SIGCHLD ignored', $children);
pcntl_signal(SIGCHLD, SIG_DFL);

// 2. wait: one call for each child.
$children = startChildren();
untilEnded($children);
while (pcntl_wait($status) > 0) {
    echo '  a child ended with status ', pcntl_wexitstatus($status), "\n";
}
report('wait', $children);

// 3. A handler: several children may have ended by the time it runs, so it asks until there is none left to ask for.
$left = CHILDREN;
pcntl_signal(SIGCHLD, function () use (&$left): void {
    while (pcntl_waitpid(-1, $status, WNOHANG) > 0) {
        --$left;
    }
});
$children = startChildren();
while ($left > 0) {
    pcntl_signal_dispatch();
    usleep(1000);
}
report('a handler for SIGCHLD', $children);
pcntl_signal(SIGCHLD, SIG_DFL);

// 4. The double fork: a child starts the worker and ends at once. The worker is init's child, which waits for it.
[$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
$workers = [];
for ($i = 0; $i < CHILDREN; ++$i) {
    $child = pcntl_fork();
    if ($child === 0) {
        if (pcntl_fork() === 0) {
            fwrite($theirs, posix_getpid() . "\n");
        }
        exit(0);
    }
    pcntl_waitpid($child, $status);
    $workers[] = (int) fgets($ours);
}
$deadline = microtime(true) + 5;
while (array_filter($workers, fn (int $pid) => state($pid) !== '') !== [] && microtime(true) < $deadline) {
    usleep(1000); // init takes its moment
}
report('the double fork', $workers);
