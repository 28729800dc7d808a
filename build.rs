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
        .compile("shim");
    for argument in ["-soname,libdaemon.so.1", "-z,nodelete", "-z,relro", "-z,now", "-z,noseparate-code", "--as-needed"]
    {
        println!("cargo:rustc-cdylib-link-arg=-Wl,{argument}");
    }
}
