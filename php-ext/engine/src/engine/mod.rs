//! The engine of the PHP in this process: what it exports, how its tables are laid out, where its state is.

pub mod executor;
pub mod layout;
pub mod symbols;

use core::cell::{Cell, UnsafeCell};
use core::ffi::CStr;
use core::mem::MaybeUninit;

use crate::abi::module::ModuleEntry;
use executor::{Executor, Globals, Known};
use layout::{Layout, Unknown};
use symbols::Symbols;

/// What only threads that run PHP touch, each at a time at which the others do not: as PHP starts, and, later, the one that
/// handles signals.
///
/// What every process touches that loads the library is placed in `.data`, in whose page the loader writes anyway. Another page
/// would cost each of them a page fault.
pub struct OfPhp<T>(pub T);

// SAFETY: said above, and kept by those who use it.
unsafe impl<T> Sync for OfPhp<T> {}

/// The engine, once it has been found to be one that is known.
pub struct Engine {
    pub symbols: Symbols,
    pub layout: Layout,
    /// PHP_VERSION_ID.
    pub version: u32,
    /// Of the core module: what a module has to say to be let in, and the text of PHP's version.
    pub zend_api: u32,
    pub thread_safe: bool,
    pub build_id: *const core::ffi::c_char,
    pub php_version: *const core::ffi::c_char,
    globals: Globals,
    /// None for a version whose offsets are not known.
    known: Option<Known>,
}

#[unsafe(link_section = ".data")]
static ENGINE: OfPhp<UnsafeCell<MaybeUninit<Engine>>> = OfPhp(UnsafeCell::new(MaybeUninit::uninit()));
#[unsafe(link_section = ".data")]
static IS_THERE: OfPhp<Cell<bool>> = OfPhp(Cell::new(false));

/// The engine. To be called from PHP's functions and hooks alone: there are none before it has been found.
pub fn engine() -> &'static Engine {
    // SAFETY: whatever PHP calls here has been registered after `find`, and the engine is not written to again.
    unsafe { (*ENGINE.0.get()).assume_init_ref() }
}

/// Looks at the engine, at the first call, and keeps what there is to know of it.
pub fn find() -> Result<&'static Engine, Unknown> {
    if !IS_THERE.0.get() {
        let found = Engine::look()?;
        // SAFETY: nobody has a reference to it yet; PHP loads its modules in one thread.
        unsafe { (*ENGINE.0.get()).write(found) };
        IS_THERE.0.set(true);
    }
    Ok(engine())
}

impl Engine {
    fn look() -> Result<Engine, Unknown> {
        let symbols = Symbols::find().ok_or(c"it does not export what modules need")?;
        let layout = Layout::read(&symbols)?;
        let core = layout::module(&symbols, c"core").ok_or(c"it has no module core")?;
        let standard = layout::module(&symbols, c"standard").ok_or(c"it has no module standard")?;
        let thread_safe = core.zts != 0;
        let globals = Globals::find(&symbols, thread_safe)?;
        // SAFETY: the text of PHP's version, which the module standard has for its own.
        let version = version_of(unsafe { CStr::from_ptr(standard.version) });
        if version < 80100 {
            return Err(c"it is older than PHP 8.1");
        }
        Ok(Engine {
            symbols,
            layout,
            version,
            zend_api: core.zend_api,
            thread_safe,
            build_id: core.build_id,
            php_version: standard.version,
            globals,
            known: Known::of(crate::libdaemon::version_of_environment().unwrap_or(version)),
        })
    }

    /// The registered module of that name.
    pub fn module(&self, name: &CStr) -> Option<&'static ModuleEntry> {
        layout::module(&self.symbols, name)
    }

    /// What a setting of php.ini is, empty where there is none of that name.
    pub fn setting(&self, name: &CStr) -> &CStr {
        // SAFETY: the engine's own; a text, or NULL, that stays while nobody changes the setting.
        unsafe {
            let text = (self.symbols.zend_ini_string)(name.as_ptr(), name.count_bytes(), 0);
            if text.is_null() { c"" } else { CStr::from_ptr(text) }
        }
    }

    /// The globals of this thread, by which one that runs PHP is told from others.
    pub fn thread(&self) -> Option<*mut u8> {
        self.globals.here()
    }

    /// The state of this thread; None where it is not known how the engine keeps it.
    pub fn executor(&self) -> Option<Executor> {
        Executor::of(self.globals.here()?, self.known?)
    }

    /// May functions be registered in the middle of a request? They have to be found when it ends: PHP looks at the end of its
    /// tables alone otherwise, and takes what is there for the script's, unless it lets go of all memory at once.
    pub fn may_register_now(&self) -> bool {
        self.clean_up_fully() || self.forgets_at_once()
    }

    fn forgets_at_once(&self) -> bool {
        // SAFETY: the engine's own, which takes nothing.
        self.symbols.is_zend_mm.is_some_and(|is_zend_mm| unsafe { is_zend_mm() })
    }

    /// Has everything be looked at when the request ends, as after PHP's own dl(). False where that is not known to work.
    fn clean_up_fully(&self) -> bool {
        let (Some(globals), Some(known)) = (self.globals.here(), self.known) else { return false };
        // SAFETY: a byte inside the globals of that version, which is a bool.
        unsafe {
            let place = globals.add(known.full_cleanup);
            if *place > 1 {
                return false;
            }
            *place = 1;
        }
        true
    }
}

/// "8.2.31" as 80231.
fn version_of(text: &CStr) -> u32 {
    let mut numbers = [0u32; 3];
    let mut parts = text.to_bytes().split(|&byte| byte == b'.');
    for number in &mut numbers {
        let digits = parts.next().unwrap_or(&[]).iter().take_while(|byte| byte.is_ascii_digit());
        *number = digits.fold(0, |number, digit| number.saturating_mul(10).saturating_add(u32::from(digit - b'0')));
    }
    let [major, minor, release] = numbers;
    major.saturating_mul(10000).saturating_add(minor.saturating_mul(100)).saturating_add(release)
}
