use std::io::Write;

use crate::{DeviceLine, ReportError};

/// Writes one device as one line of JSON: the form others build on (design section 13).
///
/// # Errors
///
/// When `out` refuses the bytes.
pub fn jsonl(line: &DeviceLine, out: &mut dyn Write) -> Result<(), ReportError> {
    serde_json::to_writer(&mut *out, line).map_err(|error| match error.io_error_kind() {
        Some(_) => ReportError::Write(error.into()),
        None => ReportError::Json(error),
    })?;
    out.write_all(b"\n")?;
    Ok(())
}
