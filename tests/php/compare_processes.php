<?php

/** What pcntl's functions about processes give: run natively and on ours, the output must be the same. */

declare(strict_types=1);

require __DIR__ . '/compare.php';

function child(int $status): int
{
    $pid = pcntl_fork();
    if ($pid === 0) {
        exit($status);
    }
    return $pid;
}

show('exited', function () {
    $pid = child(3);
    $waited = pcntl_waitpid($pid, $status);
    return [$waited === $pid, $status, pcntl_wifexited($status), pcntl_wexitstatus($status), pcntl_wifsignaled($status)];
});
show('killed', function () {
    $pid = pcntl_fork();
    if ($pid === 0) {
        while (true) {
            sleep(10);
        }
    }
    posix_kill($pid, SIGKILL);
    return [pcntl_wait($status) === $pid, $status, pcntl_wifsignaled($status), pcntl_wtermsig($status)];
});
show('stopped and continued', function () {
    $pid = pcntl_fork();
    if ($pid === 0) {
        while (true) {
            sleep(10);
        }
    }
    posix_kill($pid, SIGSTOP);
    $stopped = [pcntl_waitpid($pid, $status, WUNTRACED) === $pid, $status, pcntl_wifstopped($status), pcntl_wstopsig($status)];
    posix_kill($pid, SIGCONT);
    $continued = [pcntl_waitpid($pid, $status, WCONTINUED) === $pid, $status, pcntl_wifcontinued($status)];
    $running = [pcntl_waitpid($pid, $status, WNOHANG), $status];
    posix_kill($pid, SIGKILL);
    pcntl_waitpid($pid, $status);
    return [$stopped, $continued, $running];
});
show('usage', function () {
    child(0);
    pcntl_wait($status, 0, $usage);
    child(0);
    pcntl_waitpid(status: $status, process_id: -1, resource_usage: $named);
    return [array_map(get_debug_type(...), $usage), array_keys($named), $usage['ru_maxrss'] > 1000, $usage['ru_minflt'] > 0];
});
show('usage that had a value, no child', function () {
    $usage = 'before';
    $status = 'before';
    return [@pcntl_waitpid(-1, $status, 0, $usage), $status, $usage];
});
show('usage with WNOHANG', function () {
    $ready = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    $pid = pcntl_fork();
    if ($pid === 0) {
        fread($ready[0], 1);
        exit(0);
    }
    $result = [pcntl_wait($status, WNOHANG, $usage), $status, $usage];
    fwrite($ready[1], '.');
    pcntl_wait($status);
    return $result;
});
foreach ([null, true, 7, 7.5, '12abc', [1], [], 0, 1 << 40 | 5, -1, 0xffffffff, PHP_INT_MAX, 1e19, STDIN] as $before) {
    show('status that was ' . json_encode(is_resource($before) ? 'stream' : $before), function () use ($before) {
        $status = $before;
        return [pcntl_wait($status), $status, pcntl_get_last_error(), pcntl_errno()];
    });
}
show('flags that do not exist', fn () => [pcntl_wait($status, 99999), pcntl_get_last_error()]);
show('waitpid of somebody else', fn () => [pcntl_waitpid(1, $status), pcntl_get_last_error()]);
foreach ([0, 3 << 8, 9, 11 | 128, 0x137f, 0x7f, 0xffff, -1, PHP_INT_MAX, PHP_INT_MIN, 1 << 32, 255, 256] as $status) {
    show("status $status", fn () => [
        pcntl_wifexited($status), pcntl_wifstopped($status), pcntl_wifcontinued($status), pcntl_wifsignaled($status),
        pcntl_wexitstatus($status), pcntl_wtermsig($status), pcntl_wstopsig($status),
    ]);
}

show('exec: no such file', fn () => [pcntl_exec('/does/not/exist', ['a'], ['A' => 'b']), pcntl_get_last_error()]);
show('exec: a directory', fn () => [pcntl_exec('/'), pcntl_get_last_error()]);
show('exec: nothing', fn () => [pcntl_exec(''), pcntl_get_last_error()]);
show('exec: a null byte', fn () => pcntl_exec("/bin/sh\0more"));
show('exec: an object', fn () => pcntl_exec('/does/not/exist', [new stdClass()]));
show('exec: an array', fn () => pcntl_exec('/does/not/exist', [[1]], ['A' => [2]]));
show('exec: an object as a value', fn () => pcntl_exec('/does/not/exist', [], ['A' => new stdClass()]));
show('status that was an object', function () {
    $status = new stdClass();
    return [pcntl_wait($status), $status];
});
show('exec: a null byte in an argument', fn () => pcntl_exec('/does/not/exist', ["a\0b"]));
show('exec: a null byte in a value', fn () => pcntl_exec('/does/not/exist', [], ['A' => "a\0b"]));
show('exec: a null byte in a name', fn () => pcntl_exec('/does/not/exist', [], ["A\0B" => 'a']));
show('exec: a text of an object', fn () => pcntl_exec('/does/not/exist', [new ErrorException('text')], ['A' => new ErrorException('x')]));
show('exec: too much', fn () => [pcntl_exec('/bin/true', array_fill(0, 100, str_repeat('x', 100000))), pcntl_get_last_error() === PCNTL_E2BIG]);
show('exec: named arguments', fn () => pcntl_exec(path: '/does/not/exist', env_vars: ['A' => [1]]));
show('exec: suppressed', fn () => @pcntl_exec('/does/not/exist'));
foreach ([[], [['-c', 'echo $0 $# $A']], [['-c', 'echo "$0 $# $* $A"', 'zero', 'one', 2, 3.5, true, null, "cut\0off"]],
    [['-c', 'echo $A; env | grep -c .'], ['A' => 'of ours', 5 => 'five']], [['-c', 'echo "<$A>"'], []],
    [['-c', 'env | sort'], ['A' => "cut\0off", "B\0C" => 'named', '' => 'nameless', 'D=E' => 1.5, 'F' => null, -7 => true]],
    [['last' => '-c', 'first' => 'echo $0', -5 => 'zero']]] as $arguments) {
    show('exec: ' . json_encode($arguments), function () use ($arguments) {
        putenv('A=inherited');
        $pid = pcntl_fork();
        if ($pid === 0) {
            pcntl_exec('/bin/sh', ...$arguments);
        }
        pcntl_waitpid($pid, $status);
        return $status;
    });
}

show('alarm', fn () => [pcntl_alarm(100), pcntl_alarm(0), pcntl_alarm(0)]);
show('alarm that wraps', fn () => [pcntl_alarm(-1), pcntl_alarm(0) > 1000000]);
foreach ([0, 1, 4, 22, 133, 134, 9999, -1, -4, PHP_INT_MAX] as $number) {
    show("strerror $number", fn () => [pcntl_strerror($number), posix_strerror($number)]);
}
