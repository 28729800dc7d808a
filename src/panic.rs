//! What `no_std` asks for.

/// Required by the language; never linked in, because nothing in the library can panic (a test looks for it).
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    crate::sys::process::abort()
}
