//! The functions of posix, in the native order.

use super::{databases, descriptors, errors, files, ids, limits, processes, system};
use crate::call::handler;
use crate::module::describe::{ARRAY, BOOL, FALSE, INT, STRING, UNTYPED, function, optional, required};
use crate::module::table::{Functions, functions};

pub static FUNCTIONS: Functions = functions!(&[
    function(
        c"posix_kill",
        handler(processes::posix_kill),
        &[required(c"process_id", INT), required(c"signal", INT)],
        BOOL,
    ),
    function(c"posix_getpid", handler(processes::posix_getpid), &[], INT),
    function(c"posix_getppid", handler(processes::posix_getppid), &[], INT),
    function(c"posix_getuid", handler(ids::posix_getuid), &[], INT),
    function(c"posix_setuid", handler(ids::posix_setuid), &[required(c"user_id", INT)], BOOL),
    function(c"posix_geteuid", handler(ids::posix_geteuid), &[], INT),
    function(c"posix_seteuid", handler(ids::posix_seteuid), &[required(c"user_id", INT)], BOOL),
    function(c"posix_getgid", handler(ids::posix_getgid), &[], INT),
    function(c"posix_setgid", handler(ids::posix_setgid), &[required(c"group_id", INT)], BOOL),
    function(c"posix_getegid", handler(ids::posix_getegid), &[], INT),
    function(c"posix_setegid", handler(ids::posix_setegid), &[required(c"group_id", INT)], BOOL),
    function(c"posix_getgroups", handler(ids::posix_getgroups), &[], ARRAY.or(FALSE)),
    function(c"posix_getlogin", handler(ids::posix_getlogin), &[], STRING.or(FALSE)),
    function(c"posix_getpgrp", handler(processes::posix_getpgrp), &[], INT),
    function(c"posix_setsid", handler(processes::posix_setsid), &[], INT),
    function(
        c"posix_setpgid",
        handler(processes::posix_setpgid),
        &[required(c"process_id", INT), required(c"process_group_id", INT)],
        BOOL,
    ),
    function(c"posix_getpgid", handler(processes::posix_getpgid), &[required(c"process_id", INT)], INT.or(FALSE)),
    function(c"posix_getsid", handler(processes::posix_getsid), &[required(c"process_id", INT)], INT.or(FALSE)),
    function(c"posix_uname", handler(system::posix_uname), &[], ARRAY.or(FALSE)),
    function(c"posix_times", handler(system::posix_times), &[], ARRAY.or(FALSE)),
    function(c"posix_ctermid", handler(descriptors::posix_ctermid), &[], STRING.or(FALSE)),
    function(
        c"posix_ttyname",
        handler(descriptors::posix_ttyname),
        &[required(c"file_descriptor", UNTYPED)],
        STRING.or(FALSE),
    ),
    function(c"posix_isatty", handler(descriptors::posix_isatty), &[required(c"file_descriptor", UNTYPED)], BOOL),
    function(c"posix_getcwd", handler(files::posix_getcwd), &[], STRING.or(FALSE)),
    function(
        c"posix_mkfifo",
        handler(files::posix_mkfifo),
        &[required(c"filename", STRING), required(c"permissions", INT)],
        BOOL,
    ),
    function(
        c"posix_mknod",
        handler(files::posix_mknod),
        &[
            required(c"filename", STRING),
            required(c"flags", INT),
            optional(c"major", INT, c"0"),
            optional(c"minor", INT, c"0"),
        ],
        BOOL,
    ),
    function(
        c"posix_access",
        handler(files::posix_access),
        &[required(c"filename", STRING), optional(c"flags", INT, c"0")],
        BOOL,
    ),
    function(
        c"posix_eaccess",
        handler(files::posix_eaccess),
        &[required(c"filename", STRING), optional(c"flags", INT, c"0")],
        BOOL,
    )
    .since(80300),
    function(c"posix_getgrnam", handler(databases::posix_getgrnam), &[required(c"name", STRING)], ARRAY.or(FALSE)),
    function(c"posix_getgrgid", handler(databases::posix_getgrgid), &[required(c"group_id", INT)], ARRAY.or(FALSE)),
    function(c"posix_getpwnam", handler(databases::posix_getpwnam), &[required(c"username", STRING)], ARRAY.or(FALSE)),
    function(c"posix_getpwuid", handler(databases::posix_getpwuid), &[required(c"user_id", INT)], ARRAY.or(FALSE)),
    function(c"posix_getrlimit", handler(limits::posix_getrlimit), &[], ARRAY.or(FALSE)).until(80300),
    function(
        c"posix_getrlimit",
        handler(limits::posix_getrlimit),
        &[optional(c"resource", INT.or_null(), c"null")],
        ARRAY.or(FALSE),
    )
    .since(80300),
    function(
        c"posix_setrlimit",
        handler(limits::posix_setrlimit),
        &[required(c"resource", INT), required(c"soft_limit", INT), required(c"hard_limit", INT)],
        BOOL,
    ),
    function(c"posix_get_last_error", handler(errors::posix_get_last_error), &[], INT),
    function(c"posix_errno", handler(errors::posix_get_last_error), &[], INT),
    function(c"posix_strerror", handler(errors::posix_strerror), &[required(c"error_code", INT)], STRING),
    function(
        c"posix_initgroups",
        handler(ids::posix_initgroups),
        &[required(c"username", STRING), required(c"group_id", INT)],
        BOOL,
    ),
    function(c"posix_sysconf", handler(limits::posix_sysconf), &[required(c"conf_id", INT)], INT).since(80300),
    function(
        c"posix_pathconf",
        handler(limits::posix_pathconf),
        &[required(c"path", STRING), required(c"name", INT)],
        INT.or(FALSE),
    )
    .since(80300),
    function(
        c"posix_fpathconf",
        handler(limits::posix_fpathconf),
        &[required(c"file_descriptor", UNTYPED), required(c"name", INT)],
        INT.or(FALSE),
    )
    .since(80300),
]);
