//! Writes the shipped example: `cargo run -p testbed --example write_townhall -- examples/townhall`.

use anyhow::Context as _;

fn main() -> anyhow::Result<()> {
    let folder = std::env::args_os()
        .nth(1)
        .context("name the folder to write to, such as examples/townhall")?;
    let folder = std::path::PathBuf::from(folder);
    std::fs::create_dir_all(&folder)?;
    for file in testbed::townhall::files()? {
        std::fs::write(folder.join(file.name), &file.bytes)?;
        eprintln!("wrote {} ({} bytes)", file.name, file.bytes.len());
    }
    Ok(())
}
