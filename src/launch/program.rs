//! A start of another program as the daemon. Nothing of the launcher is copied. Until the program is executed, the
//! processes on the daemon's side borrow the launcher's memory. A thread lends it, and stands still meanwhile. The
//! launcher's own thread goes on.

use core::ffi::{c_int, c_void};
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use super::execution::{self, Program};
use super::intermediate;
use super::launcher::{connect, interrupting};
use super::options::{Foreground, Options};
use super::outcome::{Limits, Start};
use super::plan::{Plan, Way};
use crate::error::{Error, Result, Step};
use crate::memory::path::absolute;
use crate::notify::handshake;
use crate::notify::listener::Listener;
use crate::process::fork;
use crate::signals::held_back;
use crate::sys::borrowing::{self, Stack, Thread};
use crate::sys::fd;
use crate::sys::process::{self, Pid};
use crate::sys::signal::{self, Action, Set};
use crate::sys::{Errno, capabilities, pages, thread_state};

/// What the processes on the daemon's side know. They write to the atomic fields alone.
struct Borrowed<'a> {
    plan: &'a Plan<'a>,
    program: &'a Program<'a>,
    launcher_end: c_int,
    channel: c_int,
    /// The launcher's signal mask.
    mask: Set,
    /// Two: the intermediate process's and the daemon's.
    stacks: *mut Stack,
    /// The kernel's id of the thread that lends its memory.
    thread: AtomicI32,
    /// Its pid: 0 until it exists, -errno if it could not be made.
    intermediate: AtomicI32,
    daemon: AtomicI32,
    /// Does the launcher ignore SIGCHLD?
    ignores_children: AtomicBool,
}

/// What is borrowed. It outlasts the call if the intermediate process does.
struct Lent<'a> {
    stacks: [Stack; 2],
    borrowed: MaybeUninit<Borrowed<'a>>,
}

/// Starts the program, and returns its pid.
pub fn start(options: &Options, program: &Program) -> Result<Pid> {
    if options.foreground == Foreground::Always {
        return Err(Error::refused(Step::Foreground, "always: for that, call daemonize_with() and execve(2)"));
    }
    if options.reopen_on != 0 {
        return Err(Error::refused(Step::ReopenSignal, "another program has no handler of the library's"));
    }
    if options.title.is_some() {
        return Err(Error::refused(
            Step::Title,
            "another program shows its own arguments: the first of them is its title",
        ));
    }
    // The daemon's working directory is another one. A path inside a new root directory stays as it is.
    if execution::has_slash(program.path) && options.chroot.is_none() {
        let path = absolute(program.path).map_err(|errno| Error::on(Step::Exec, program.path, errno))?;
        return start_at(options, &Program { path: path.as_c_str(), ..*program });
    }
    start_at(options, program)
}

fn start_at(options: &Options, program: &Program) -> Result<Pid> {
    let mut listener =
        if options.wait_ready.is_some() { Some(Listener::open(options.notify_descriptor)?) } else { None };
    let plan = Plan::prepare(options, Way::Exec(listener.as_ref()))?;
    // The program itself has not blocked the signals that a full queue holds back.
    let mask = Set::from_bits(signal::block_all().bits() & !held_back::take());
    let allowed_core_dumps = capabilities::are_core_dumps_allowed();
    let result = start_planned(&plan, program, mask, listener.as_mut());
    if result.is_err() {
        plan.undo();
    }
    if allowed_core_dumps && !capabilities::are_core_dumps_allowed() {
        // The kernel forbids them when a process changes its user. The daemon did that in the launcher's memory.
        let _ = capabilities::allow_core_dumps();
    }
    drop(plan);
    signal::set_mask(mask);
    result
}

fn start_planned(plan: &Plan, program: &Program, mask: Set, listener: Option<&mut Listener>) -> Result<Pid> {
    let failed = |errno| Error::at(Step::Fork, errno);
    let (launcher_end, daemon_end) = connect()?;
    let lent = pages::map::<Lent>().ok_or(Errno::ENOMEM).map_err(failed)?;
    // SAFETY: fresh memory, which nobody else knows of.
    let Lent { stacks, borrowed } = unsafe { &mut *lent.as_ptr() };
    let borrowed = borrowed.write(Borrowed {
        plan,
        program,
        launcher_end: launcher_end.as_raw_fd(),
        channel: daemon_end.as_raw_fd(),
        mask,
        stacks: stacks.as_mut_ptr(),
        thread: AtomicI32::new(0),
        intermediate: AtomicI32::new(0),
        daemon: AtomicI32::new(0),
        ignores_children: AtomicBool::new(false),
    });
    // SAFETY: the thread is joined below, before what it uses goes, or that stays.
    let thread = match unsafe { Thread::start(lend, (&raw mut *borrowed).cast()) } {
        Ok(thread) => thread,
        Err(errno) => {
            // SAFETY: there is no thread that would use it.
            unsafe { pages::unmap(lent) };
            return Err(fork::failed(Step::Fork, errno));
        }
    };
    // The thread closes it.
    daemon_end.leak();
    let result = match await_intermediate(borrowed) {
        Ok(intermediate) => {
            let limits = Limits { setup: plan.options.setup_timeout, ready: plan.options.wait_ready, leaves: false };
            let privileges = plan.privileges.as_ref();
            let mut start = Start::new(intermediate, launcher_end, privileges, limits, interrupting(plan, mask));
            (start.program, start.program_pid) = (Some(listener), Some(&borrowed.daemon));
            start.await_daemon()
        }
        Err(errno) => Err(fork::failed(Step::Fork, errno)),
    };
    if process::is_child(borrowed.intermediate.load(Ordering::Relaxed)) {
        // It was killed, but the kernel has not ended it yet. Its memory has to stay.
        thread.detach();
    } else {
        thread.join(&borrowed.thread);
        // SAFETY: the thread has come back from its child, and that has from its own.
        unsafe { pages::unmap(lent) };
    }
    result
}

/// Waits for the pid of the intermediate process.
fn await_intermediate(borrowed: &Borrowed) -> Result<Pid, Errno> {
    loop {
        match borrowed.intermediate.load(Ordering::Acquire) {
            // It says so itself. But it may be stopped before it does.
            0 => borrowing::await_change(&borrowed.intermediate, 0),
            error @ ..0 => return Err(Errno::of(-error)),
            intermediate => return Ok(intermediate),
        }
    }
}

/// The thread. It stands still as long as the intermediate process borrows its memory.
extern "C" fn lend(argument: *mut c_void) -> *mut c_void {
    // SAFETY: what `start_planned` passes, and keeps until this thread has ended.
    let borrowed = unsafe { &*argument.cast::<Borrowed>() };
    borrowed.thread.store(process::thread_id(), Ordering::Release);
    // The first use of a thread's state may allocate. The processes that borrow the thread must not.
    thread_state::get();
    // SAFETY: the first stack is nobody else's; `lead` takes what this function does, and keeps the rules; all signals
    // are blocked.
    let made = unsafe { borrowing::make_child(borrowed.stacks, lead, argument, &borrowed.intermediate) };
    borrowed.intermediate.store(made.unwrap_or_else(|errno| -errno.number()), Ordering::Release);
    borrowing::change_is_made(&borrowed.intermediate);
    fd::close(borrowed.channel);
    core::ptr::null_mut()
}

/// The intermediate process.
extern "C" fn lead(argument: *mut c_void) -> c_int {
    // SAFETY: as in `lend`.
    let borrowed = unsafe { &*argument.cast::<Borrowed>() };
    borrowing::change_is_made(&borrowed.intermediate);
    fd::close(borrowed.launcher_end);
    intermediate::run_program(borrowed.channel, borrowed.plan, &mut |child_action| {
        borrowed.ignores_children.store(child_action.is_ignore(), Ordering::Relaxed);
        let stack = borrowed.stacks.wrapping_add(1);
        // SAFETY: the second stack is nobody else's; and as in `lend`.
        unsafe { borrowing::make_child(stack, become_program, argument, &borrowed.daemon) }
    })
}

/// The daemon.
extern "C" fn become_program(argument: *mut c_void) -> c_int {
    // SAFETY: as in `lend`.
    let borrowed = unsafe { &*argument.cast::<Borrowed>() };
    if borrowed.ignores_children.load(Ordering::Relaxed) {
        let _ = signal::set_action(signal::CHLD, &Action::ignore());
    }
    if execution::run(borrowed.plan, borrowed.program, borrowed.channel, borrowed.mask).is_err() {
        handshake::report_last_failure(borrowed.channel);
    }
    process::exit_now(1)
}
