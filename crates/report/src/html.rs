//! The report as one HTML file: offline, printable, usable without a mouse and, but for sorting, without
//! its script.

mod chart;
mod device;
mod findings;
mod page;
mod payload;

use std::io::Write;

use askama::Template;

use crate::{ReportData, ReportError};

/// Writes the report. The file asks the network for nothing and its policy forbids it to.
///
/// # Errors
///
/// When `out` refuses the bytes.
pub fn html(data: &ReportData, out: &mut dyn Write) -> Result<(), ReportError> {
    page::Page::of(data)?.write_into(out)?;
    Ok(())
}
