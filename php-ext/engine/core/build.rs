//! Compiles the C shim of the core.

fn main() {
    const SHIM: &str = "../../../src/shim.c";
    println!("cargo:rerun-if-changed={SHIM}");
    cc::Build::new()
        .file(SHIM)
        .warnings(true)
        .extra_warnings(true)
        .flag("-fvisibility=hidden")
        .flag("-fno-plt")
        .compile("shim");
}
