//! Writes the headers: `make headers`.

mod generate;

fn main() -> std::io::Result<()> {
    for (path, text) in generate::headers() {
        std::fs::write(path, text)?;
    }
    Ok(())
}
