//! Gives the extension its place for life: PHP's FFI unloads a library when its last handle is freed. And has the loader do less
//! in every process: without the compiler's start files, which do nothing here, and without -Bsymbolic, with which it would look
//! for each symbol in the library itself first. No data is exported, so the functions are all there is to bind.

fn main() {
    let flags =
        "-soname,libdaemon-php.so -z,noseparate-code -z,nodelete -z,relro -z,now -Bsymbolic-functions --as-needed";
    for flag in flags.split(' ') {
        println!("cargo:rustc-cdylib-link-arg=-Wl,{flag}");
    }
    println!("cargo:rustc-cdylib-link-arg=-nostartfiles");
}
