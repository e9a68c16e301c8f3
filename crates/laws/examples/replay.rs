//! Runs inputs through the laws of a target, without a fuzzer: `cargo run -p laws --example replay -- TARGET FILE…`.

use anyhow::Context as _;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let target = arguments.next().context("name a target and files")?;
    for path in arguments {
        eprintln!("{path}");
        laws::check(&target, &std::fs::read(&path)?);
    }
    Ok(())
}
