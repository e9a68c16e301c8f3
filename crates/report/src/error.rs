/// A report could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The destination refused the bytes.
    #[error("cannot write the report")]
    Write(#[from] std::io::Error),
    /// A value has no JSON form.
    #[error("cannot put a value into JSON")]
    Json(#[from] serde_json::Error),
    /// The spreadsheet could not be put together; its temporary file may have met a full disk.
    #[error("cannot put the spreadsheet together")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
}

impl From<csv::Error> for ReportError {
    fn from(error: csv::Error) -> Self {
        Self::Write(error.into())
    }
}
