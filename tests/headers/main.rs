//! Writes the headers and the version script: `make headers`.

mod generate;

fn main() -> std::io::Result<()> {
    for (path, text) in generate::files() {
        std::fs::write(path, text)?;
    }
    Ok(())
}
