//! The functions of pcntl, in the native order.

use super::{errors, exec, fork, mask, namespaces, priority, processors, signal, wait};
use crate::call::handler;
use crate::module::describe::{
    ARRAY, BOOL, FALSE, INT, STRING, UNTYPED, by_reference, function, optional, optional_by_reference, required,
};
use crate::module::table::{Functions, functions};

pub static FUNCTIONS: Functions = functions!(&[
    function(c"pcntl_fork", handler(fork::pcntl_fork), &[], INT),
    function(
        c"pcntl_waitpid",
        handler(wait::pcntl_waitpid),
        &[
            required(c"process_id", INT),
            by_reference(c"status"),
            optional(c"flags", INT, c"0"),
            optional_by_reference(c"resource_usage", c"[]"),
        ],
        INT,
    ),
    function(
        c"pcntl_waitid",
        handler(wait::pcntl_waitid),
        &[
            optional(c"idtype", INT, c"P_ALL"),
            optional(c"id", INT.or_null(), c"null"),
            optional_by_reference(c"info", c"[]"),
            optional(c"flags", INT, c"WEXITED"),
        ],
        BOOL,
    )
    .since(80400)
    .until(80500),
    function(
        c"pcntl_waitid",
        handler(wait::pcntl_waitid),
        &[
            optional(c"idtype", INT, c"P_ALL"),
            optional(c"id", INT.or_null(), c"null"),
            optional_by_reference(c"info", c"[]"),
            optional(c"flags", INT, c"WEXITED"),
            optional_by_reference(c"resource_usage", c"[]"),
        ],
        BOOL,
    )
    .since(80500),
    function(
        c"pcntl_wait",
        handler(wait::pcntl_wait),
        &[by_reference(c"status"), optional(c"flags", INT, c"0"), optional_by_reference(c"resource_usage", c"[]")],
        INT,
    ),
    function(
        c"pcntl_signal",
        handler(signal::pcntl_signal),
        &[required(c"signal", INT), required(c"handler", UNTYPED), optional(c"restart_syscalls", BOOL, c"true")],
        BOOL,
    ),
    function(
        c"pcntl_signal_get_handler",
        handler(signal::pcntl_signal_get_handler),
        &[required(c"signal", INT)],
        UNTYPED,
    ),
    function(c"pcntl_signal_dispatch", handler(signal::pcntl_signal_dispatch), &[], BOOL),
    function(
        c"pcntl_sigprocmask",
        handler(mask::pcntl_sigprocmask),
        &[required(c"mode", INT), required(c"signals", ARRAY), optional_by_reference(c"old_signals", c"null")],
        BOOL,
    ),
    function(
        c"pcntl_sigwaitinfo",
        handler(mask::pcntl_sigwaitinfo),
        &[required(c"signals", ARRAY), optional_by_reference(c"info", c"[]")],
        INT.or(FALSE),
    ),
    function(
        c"pcntl_sigtimedwait",
        handler(mask::pcntl_sigtimedwait),
        &[
            required(c"signals", ARRAY),
            optional_by_reference(c"info", c"[]"),
            optional(c"seconds", INT, c"0"),
            optional(c"nanoseconds", INT, c"0"),
        ],
        INT.or(FALSE),
    ),
    function(c"pcntl_wifexited", handler(wait::pcntl_wifexited), &[required(c"status", INT)], BOOL),
    function(c"pcntl_wifstopped", handler(wait::pcntl_wifstopped), &[required(c"status", INT)], BOOL),
    function(c"pcntl_wifcontinued", handler(wait::pcntl_wifcontinued), &[required(c"status", INT)], BOOL),
    function(c"pcntl_wifsignaled", handler(wait::pcntl_wifsignaled), &[required(c"status", INT)], BOOL),
    function(c"pcntl_wexitstatus", handler(wait::pcntl_wexitstatus), &[required(c"status", INT)], INT.or(FALSE)),
    function(c"pcntl_wtermsig", handler(wait::pcntl_wtermsig), &[required(c"status", INT)], INT.or(FALSE)),
    function(c"pcntl_wstopsig", handler(wait::pcntl_wstopsig), &[required(c"status", INT)], INT.or(FALSE)),
    function(
        c"pcntl_exec",
        handler(exec::pcntl_exec),
        &[required(c"path", STRING), optional(c"args", ARRAY, c"[]"), optional(c"env_vars", ARRAY, c"[]")],
        BOOL,
    )
    .until(80500),
    function(
        c"pcntl_exec",
        handler(exec::pcntl_exec),
        &[required(c"path", STRING), optional(c"args", ARRAY, c"[]"), optional(c"env_vars", ARRAY, c"[]")],
        FALSE,
    )
    .since(80500),
    function(c"pcntl_alarm", handler(fork::pcntl_alarm), &[required(c"seconds", INT)], INT),
    function(c"pcntl_get_last_error", handler(errors::pcntl_get_last_error), &[], INT),
    function(c"pcntl_errno", handler(errors::pcntl_get_last_error), &[], INT),
    function(
        c"pcntl_getpriority",
        handler(priority::pcntl_getpriority),
        &[optional(c"process_id", INT.or_null(), c"null"), optional(c"mode", INT, c"PRIO_PROCESS")],
        INT.or(FALSE),
    ),
    function(
        c"pcntl_setpriority",
        handler(priority::pcntl_setpriority),
        &[
            required(c"priority", INT),
            optional(c"process_id", INT.or_null(), c"null"),
            optional(c"mode", INT, c"PRIO_PROCESS"),
        ],
        BOOL,
    ),
    function(c"pcntl_strerror", handler(errors::pcntl_strerror), &[required(c"error_code", INT)], STRING),
    function(
        c"pcntl_async_signals",
        handler(signal::pcntl_async_signals),
        &[optional(c"enable", BOOL.or_null(), c"null")],
        BOOL,
    ),
    function(c"pcntl_unshare", handler(namespaces::pcntl_unshare), &[required(c"flags", INT)], BOOL),
    function(
        c"pcntl_setns",
        handler(namespaces::pcntl_setns),
        &[optional(c"process_id", INT.or_null(), c"null"), optional(c"nstype", INT, c"CLONE_NEWNET")],
        BOOL,
    )
    .since(80400),
    function(
        c"pcntl_getcpuaffinity",
        handler(processors::pcntl_getcpuaffinity),
        &[optional(c"process_id", INT.or_null(), c"null")],
        ARRAY.or(FALSE),
    )
    .since(80400),
    function(
        c"pcntl_setcpuaffinity",
        handler(processors::pcntl_setcpuaffinity),
        &[optional(c"process_id", INT.or_null(), c"null"), optional(c"cpu_ids", ARRAY, c"[]")],
        BOOL,
    )
    .since(80400),
    function(c"pcntl_getcpu", handler(processors::pcntl_getcpu), &[], INT).since(80400),
]);
