//! Writes a register of N rows to standard output: `cargo run --release -p testbed --example write_register 1000000`.

use std::io::{BufWriter, Write as _};

fn main() -> anyhow::Result<()> {
    let rows = std::env::args().nth(1).unwrap_or_else(|| "1000".into()).parse()?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    testbed::nation::write_register(rows, &mut out)?;
    out.flush()?;
    Ok(())
}
