//! Gives the extension its place for life: PHP's FFI unloads a library when its last handle is freed.

fn main() {
    for argument in
        ["-soname,libdaemon-php.so", "-z,noseparate-code", "-z,nodelete", "-z,relro", "-z,now", "--as-needed"]
    {
        println!("cargo:rustc-cdylib-link-arg=-Wl,{argument}");
    }
}
