//! The constants of posix, in the native order.

use crate::module::describe::{Constant, always, since};

#[rustfmt::skip]
pub static CONSTANTS: &[Constant] = &[
    always(c"POSIX_F_OK", 0), always(c"POSIX_X_OK", 1), always(c"POSIX_W_OK", 2), always(c"POSIX_R_OK", 4),
    always(c"POSIX_S_IFREG", 32768), always(c"POSIX_S_IFCHR", 8192), always(c"POSIX_S_IFBLK", 24576),
    always(c"POSIX_S_IFIFO", 4096), always(c"POSIX_S_IFSOCK", 49152), always(c"POSIX_RLIMIT_AS", 9),
    always(c"POSIX_RLIMIT_CORE", 4), always(c"POSIX_RLIMIT_CPU", 0), always(c"POSIX_RLIMIT_DATA", 2),
    always(c"POSIX_RLIMIT_FSIZE", 1), always(c"POSIX_RLIMIT_LOCKS", 10), always(c"POSIX_RLIMIT_MEMLOCK", 8),
    always(c"POSIX_RLIMIT_MSGQUEUE", 12), always(c"POSIX_RLIMIT_NICE", 13), always(c"POSIX_RLIMIT_NOFILE", 7),
    always(c"POSIX_RLIMIT_NPROC", 6), always(c"POSIX_RLIMIT_RSS", 5), always(c"POSIX_RLIMIT_RTPRIO", 14),
    always(c"POSIX_RLIMIT_RTTIME", 15), always(c"POSIX_RLIMIT_SIGPENDING", 11), always(c"POSIX_RLIMIT_STACK", 3),
    always(c"POSIX_RLIMIT_INFINITY", -1), since(80300, c"POSIX_SC_ARG_MAX", 0),
    since(80300, c"POSIX_SC_CHILD_MAX", 1), since(80300, c"POSIX_SC_CLK_TCK", 2),
    since(80300, c"POSIX_SC_PAGESIZE", 30), since(80300, c"POSIX_SC_NPROCESSORS_CONF", 83),
    since(80300, c"POSIX_SC_NPROCESSORS_ONLN", 84), since(80300, c"POSIX_PC_LINK_MAX", 0),
    since(80300, c"POSIX_PC_MAX_CANON", 1), since(80300, c"POSIX_PC_MAX_INPUT", 2),
    since(80300, c"POSIX_PC_NAME_MAX", 3), since(80300, c"POSIX_PC_PATH_MAX", 4),
    since(80300, c"POSIX_PC_PIPE_BUF", 5), since(80300, c"POSIX_PC_CHOWN_RESTRICTED", 6),
    since(80300, c"POSIX_PC_NO_TRUNC", 7), since(80300, c"POSIX_PC_ALLOC_SIZE_MIN", 18),
    since(80300, c"POSIX_PC_SYMLINK_MAX", 19), since(80500, c"POSIX_SC_OPEN_MAX", 4),
];
