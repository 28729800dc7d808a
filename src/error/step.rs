//! What the library was doing when something failed: the documented texts of libdaemon_last_step().

use core::ffi::CStr;
use core::fmt;

use super::Clean;
use crate::sys::text::until_nul;

macro_rules! steps {
    ($($name:ident = $text:literal,)*) => {
        /// A step of the library's work. Its text begins nearly every error line, and tells programs failures apart.
        #[derive(Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Step {
            /// Nothing has failed.
            None,
            $($name,)*
        }

        impl Step {
            /// Every step that a failure can have.
            const ALL: &[Step] = &[$(Step::$name,)*];

            /// Their texts in the same order, after that of `None`, each with its NUL.
            const TEXTS: &str = concat!("\0", $($text, "\0",)*);
        }
    };
}

steps! {
    // Options.
    Options = "options",
    Chroot = "chroot",
    CloseDescriptors = "closing descriptors",
    Directory = "directory",
    Environment = "environment",
    EnvironmentVariable = "environment variable",
    Foreground = "foreground",
    Group = "group",
    KeptCapability = "kept capability",
    KeptDescriptor = "kept descriptor",
    KeptSignal = "kept signal",
    LockFile = "lock file",
    Log = "log",
    NotifyDescriptor = "notification descriptor",
    PidFile = "pid file",
    PidFileMode = "pid file mode",
    ReopenSignal = "reopen on signal",
    RuntimeDirectory = "runtime directory",
    SetupTimeout = "set-up timeout",
    Signals = "signals",
    StandardError = "standard error",
    StandardInput = "standard input",
    StandardOutput = "standard output",
    Title = "title",
    Umask = "umask",
    User = "user",
    WaitReady = "wait for readiness",

    // A start.
    Capabilities = "capabilities",
    CoreDumps = "core dumps",
    Daemonize = "daemonize",
    DaemonizeExec = "daemonize_exec",
    Fork = "fork",
    ForkHandlers = "fork handlers",
    ListenFdNames = "LISTEN_FDNAMES",
    ListenFds = "LISTEN_FDS",
    ListenPid = "LISTEN_PID",
    NullDevice = "null device",
    Privileges = "privileges",
    SecondFork = "second fork",
    SocketPair = "socket pair",
    StandardStreams = "standard streams",
    SupplementaryGroups = "supplementary groups",
    Waiting = "waiting for the daemon",
    WorkingDirectory = "working directory",

    // A daemon that runs.
    FailureMessage = "failure message",
    NotifySocket = "NOTIFY_SOCKET",
    Readiness = "readiness",
    Schedule = "schedule",
    ServiceState = "service state",
    Stop = "stop",
    WatchdogInterval = "WATCHDOG_USEC",
    WatchdogPid = "WATCHDOG_PID",

    // Process control.
    Access = "access to",
    Exec = "exec",
    Groups = "groups",
    GroupsOf = "groups of",
    EffectiveGroup = "effective group",
    EffectiveUser = "effective user",
    LimitAt = "limit at",
    LimitAtDescriptor = "limit at descriptor",
    LimitOfResource = "limit of resource",
    LoginName = "login name",
    Namespaces = "namespaces of process",
    Pointer = "pointer",
    Priority = "priority of",
    Process = "process",
    ProcessGroup = "process group of process",
    Processes = "processes",
    Processor = "processor",
    Processors = "processors of process",
    Session = "session",
    SessionOf = "session of process",
    SetPriority = "set the priority of",
    SetProcessGroup = "process group for process",
    SetProcessors = "processors for process",
    Signal = "signal",
    SignalDescriptor = "signal descriptor",
    SignalDisposition = "signal disposition",
    SignalHandler = "signal handler",
    SignalMask = "signal mask",
    SignalProcess = "signal to process",
    SpecialFile = "special file",
    SystemConfiguration = "system configuration",
    SystemName = "system name",
    Terminal = "terminal at descriptor",
    Unshare = "unshare",
    WaitForChildren = "wait for children",
    WaitForProcess = "wait for process",
    WaitForSignal = "wait for a signal",

    // The PHP package.
    DirectFunction = "direct function",
    PhpEngine = "PHP's engine",
}

impl Step {
    /// As it stands in error lines.
    pub fn c_text(self) -> &'static CStr {
        let text = Step::TEXTS.as_bytes().split_inclusive(|&byte| byte == 0).nth(usize::from(self as u8));
        text.and_then(until_nul).unwrap_or_default()
    }

    /// The step with this number, as another process has sent it.
    pub fn from_number(number: u8) -> Step {
        Step::ALL.iter().copied().find(|&step| step as u8 == number).unwrap_or(Step::None)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        Clean(self.c_text().to_bytes()).fmt(formatter)
    }
}
