//! What `no_std` asks for, and what it makes possible.

/// Required by the language; never linked in, because nothing in the library can panic (a test looks for it).
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    crate::sys::process::abort()
}

// Nothing unwinds through the library, so its tables for that need not be loaded: a debugger finds them in the file. They
// would be a sixth of what `strip` leaves.
core::arch::global_asm!(".cfi_sections .debug_frame");
