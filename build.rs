//! Compiles the C shim and gives the shared library its name and its place for life.

fn main() {
    println!("cargo:rerun-if-changed=src/shim.c");
    cc::Build::new()
        .file("src/shim.c")
        .warnings(true)
        .extra_warnings(true)
        .flag("-fvisibility=hidden")
        .flag("-fno-asynchronous-unwind-tables")
        .flag("-fno-plt")
        .flag("-fno-ident")
        .compile("shim");
    // The compiler's start files would bring only what libc does by itself, and a kilobyte.
    println!("cargo:rustc-cdylib-link-arg=-nostartfiles");
    for argument in [
        "-soname,libdaemon.so.1",
        "-z,nodelete",
        "-z,relro",
        "-z,now",
        "-z,noseparate-code",
        "--as-needed",
        "--no-eh-frame-hdr",
    ] {
        println!("cargo:rustc-cdylib-link-arg=-Wl,{argument}");
    }
}
