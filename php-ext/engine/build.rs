//! Gives the extension its place for life: PHP's FFI unloads a library when its last handle is freed.

fn main() {
    let flags = "-soname,libdaemon-php.so -z,noseparate-code -z,nodelete -z,relro -z,now -Bsymbolic --as-needed";
    for flag in flags.split(' ') {
        println!("cargo:rustc-cdylib-link-arg=-Wl,{flag}");
    }
}
