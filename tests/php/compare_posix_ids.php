<?php

/** What posix's functions about users and groups give: run natively and on ours, the output must be the same. */

declare(strict_types=0);

require __DIR__ . '/compare.php';

/** All that a process is. */
function identity(): array
{
    preg_match_all('/^([UG]id|Groups):[\t ]*(.*?)[\t ]*$/m', file_get_contents('/proc/' . getmypid() . '/status'), $lines);
    return [posix_getuid(), posix_geteuid(), posix_getgid(), posix_getegid(), posix_getgroups(), $lines[2]];
}

show('identity', identity(...));
$numbers = [0, 1, 65534, 4711, -1, -2, (1 << 32) - 1, 1 << 32, (1 << 32) + 1, PHP_INT_MAX, PHP_INT_MIN, '65534', 65534.0];
foreach (['posix_setuid', 'posix_seteuid', 'posix_setgid', 'posix_setegid'] as $function) {
    foreach ($numbers as $number) {
        show("$function $number", fn () => apart(fn () => [$function($number), posix_errno(), identity()]));
    }
}
show('there and back', fn () => apart(fn () => [posix_seteuid(65534), posix_seteuid(0), posix_seteuid(posix_getuid()), identity()]));
show('one way', fn () => apart(fn () => [posix_setgid(65534), posix_setuid(65534), posix_setuid(0), posix_errno(), posix_seteuid(0), posix_setegid(0), identity()]));
foreach (['root', 'daemon', 'nobody', 'no such user', '', "root\0x", 'www-data'] as $name) {
    show("initgroups $name", fn () => apart(fn () => [posix_initgroups($name, 4711), posix_errno(), identity()]));
}
show('initgroups -1', fn () => apart(fn () => [posix_initgroups('daemon', -1), posix_errno(), identity()]));
show('no groups', fn () => apart(fn () => [posix_initgroups('no such user', 1) && posix_getgroups(), posix_getgroups()]));

show('getlogin', fn () => [posix_getlogin(), posix_errno()]);

$names = ['root', 'daemon', 'nobody', 'www-data', 'nogroup', 'adm', 'no such name', '', "root\0x", str_repeat('x', 5000), 0, 1.5, true];
foreach (['posix_getpwnam', 'posix_getgrnam'] as $function) {
    foreach ($names as $name) {
        posix_kill(0x3fffffff, 0);
        $what = substr((string) $name, 0, 20);
        show("$function $what", fn () => [$function($name), posix_errno()]);
    }
}
$numbers = [0, 1, 2, 65534, 4711, -1, -2, 1 << 32, (1 << 32) + 1, PHP_INT_MAX, PHP_INT_MIN, '1', 2.0, true];
foreach (['posix_getpwuid', 'posix_getgrgid'] as $function) {
    foreach ($numbers as $number) {
        posix_kill(0x3fffffff, 0);
        show("$function $number", fn () => [$function($number), posix_errno()]);
    }
}
foreach (file('/etc/passwd', FILE_IGNORE_NEW_LINES) as $line) {
    [$name, , $uid] = explode(':', $line);
    show("user $name", fn () => [posix_getpwnam($name), posix_getpwuid((int) $uid)]);
}
foreach (file('/etc/group', FILE_IGNORE_NEW_LINES) as $line) {
    [$name, , $gid] = explode(':', $line);
    show("group $name", fn () => [posix_getgrnam($name), posix_getgrgid((int) $gid)]);
}
