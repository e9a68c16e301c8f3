//! Small work on text that several modules share.

/// The line, counted from 1, that holds byte `offset`.
pub(crate) fn line_of(text: &str, offset: usize) -> u64 {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    before.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>() + 1
}
