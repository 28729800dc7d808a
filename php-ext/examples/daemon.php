<?php

/**
 * The classic: a script that makes itself a daemon with the functions of pcntl and posix, under its own daemonize().
 *
 *     php -d auto_prepend_file=../bootstrap.php daemon.php [file]
 *
 * Once a second it appends a line to the file. End it with kill.
 */

function daemonize(): void
{
    umask(0);
    chdir('/');

    // A child is never a process group leader, so that it may start a session.
    $pid = pcntl_fork();
    if ($pid === -1) {
        exit("cannot fork\n");
    }
    if ($pid > 0) {
        exit(0);
    }
    if (posix_setsid() === -1) {
        exit("cannot start a session\n");
    }

    // The leader of a session could get a terminal by opening one. Its child cannot.
    $pid = pcntl_fork();
    if ($pid === -1) {
        exit("cannot fork\n");
    }
    if ($pid > 0) {
        exit(0);
    }

    fclose(STDOUT);
}

$file = $argv[1] ?? sys_get_temp_dir() . '/daemon.php.log';
if ($file[0] !== '/') {
    $file = getcwd() . '/' . $file;
}

daemonize();

for ($beat = 1; ; ++$beat) {
    file_put_contents($file, sprintf("%s %d beat %d\n", date('H:i:s'), posix_getpid(), $beat), FILE_APPEND);
    sleep(1);
}
