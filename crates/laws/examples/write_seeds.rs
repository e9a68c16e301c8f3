//! Writes the seeds of the fuzz targets: `cargo run -p laws --example write_seeds -- fuzz/seeds`.

use anyhow::Context as _;

fn main() -> anyhow::Result<()> {
    let folder = std::env::args_os().nth(1).context("name the folder to write to: fuzz/seeds")?;
    for target in laws::TARGETS {
        let folder = std::path::Path::new(&folder).join(target.name);
        std::fs::create_dir_all(&folder)?;
        for seed in (target.seeds)() {
            std::fs::write(folder.join(&seed.name), &seed.bytes)?;
        }
    }
    Ok(())
}
