//! Writes the report of a made-up estate: `write_sample NUMBER PATH [--hostile]`.

mod sample;

use std::io::{BufWriter, Write as _};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(number), Some(path)) = (arguments.next(), arguments.next()) else {
        return Err("usage: write_sample NUMBER PATH [--hostile]".into());
    };
    let hostile = arguments.next().as_deref() == Some("--hostile");
    let mut out = BufWriter::new(std::fs::File::create(path)?);
    report::html(&sample::report(number.parse()?, hostile), &mut out)?;
    out.flush()?;
    Ok(())
}
