use model::SourceKind;

use crate::{Input, IntakeError, Options, Sink, Summary};

/// How sure a format is that an input is its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recognition {
    /// It is not.
    No,
    /// It could be: text with separators, say. A format that is sure goes first.
    Perhaps,
    /// A magic number or a grammar that nobody else uses.
    Sure,
}

/// A format of recorded evidence.
pub trait Format: Sync {
    /// Name for people.
    fn name(&self) -> &'static str;
    /// What its observations are.
    fn kind(&self) -> SourceKind;
    /// Looks at the first bytes (64 KiB or all).
    fn recognise(&self, head: &[u8], name: &str) -> Recognition;
    /// Reads it all into `sink`.
    ///
    /// # Errors
    /// [`IntakeError`] when the input as a whole cannot be read; rows that are bad become notes.
    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError>;
}

/// Every format, the most telling first.
pub fn formats() -> &'static [&'static dyn Format] {
    &[]
}

/// The format of an input, by its first bytes; `None` when nobody knows it.
///
/// # Errors
/// [`IntakeError::Io`] when the bytes cannot be had.
pub fn recognise(input: &mut Input<'_>) -> Result<Option<&'static dyn Format>, IntakeError> {
    let _ = input;
    Ok(None)
}

/// Reads an input into `sink` as the format it shows.
///
/// # Errors
/// [`IntakeError`] when the input as a whole cannot be read.
pub fn read(
    input: &mut Input<'_>,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<(SourceKind, Summary), IntakeError> {
    let format = recognise(input)?.ok_or(IntakeError::UnknownFormat)?;
    Ok((format.kind(), format.read(input, options, sink)?))
}
