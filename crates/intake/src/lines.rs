//! Lines of text of bounded length, from an input of any size.

use std::io::{self, BufRead, BufReader};

use crate::{Input, IntakeError};

/// How much is read at once.
const CHUNK_BYTES: usize = 256 << 10;

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// It is in the buffer, without its end of line.
    Whole,
    /// It is longer than the limit: the buffer holds its start.
    TooLong,
}

/// Reads line after line; a line over the limit costs no memory.
pub(crate) struct Lines<R> {
    reader: R,
    limit_bytes: usize,
    /// Number of the line that was read last, counted from 1.
    pub(crate) number: u64,
    /// How many bytes are behind the reader.
    pub(crate) offset: u64,
}

/// The bytes of an input, buffered.
pub(crate) fn buffered<'s>(input: &'s mut Input<'_>) -> impl BufRead + use<'s> {
    BufReader::with_capacity(CHUNK_BYTES, Through(&mut *input.bytes))
}

/// A trait object cannot be named as `Read` alone: this passes it on.
struct Through<'s>(&'s mut dyn crate::ReadSeek);

impl io::Read for Through<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(reader: R, limit_bytes: usize) -> Self {
        Self { reader, limit_bytes, number: 0, offset: 0 }
    }

    /// Fills `line` with the next line; `None` at the end.
    pub(crate) fn next(&mut self, line: &mut Vec<u8>) -> Result<Option<Line>, IntakeError> {
        line.clear();
        let started = self.offset;
        let mut state = Line::Whole;
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(source) => return Err(IntakeError::Io { offset: self.offset, source }),
            };
            let (piece, consumed, ended) = match chunk.iter().position(|&byte| byte == b'\n') {
                Some(at) => (chunk.get(..at).unwrap_or_default(), at + 1, true),
                None => (chunk, chunk.len(), chunk.is_empty()),
            };
            let room = self.limit_bytes - line.len();
            line.extend_from_slice(piece.get(..room).unwrap_or(piece));
            if piece.len() > room {
                state = Line::TooLong;
            }
            self.reader.consume(consumed);
            self.offset += consumed as u64;
            if ended {
                break;
            }
        }
        if self.offset == started {
            return Ok(None);
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        self.number += 1;
        Ok(Some(state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_over_the_limit_does_not_hide_the_next() {
        let text = [b"a\r\n".as_slice(), &[b'x'; 1_000], b"\nlast"].concat();
        let mut lines = Lines::new(BufReader::with_capacity(7, text.as_slice()), 10);
        let mut line = Vec::new();
        assert_eq!(lines.next(&mut line).unwrap(), Some(Line::Whole));
        assert_eq!(line, b"a");
        assert_eq!(lines.next(&mut line).unwrap(), Some(Line::TooLong));
        assert_eq!(line.len(), 10);
        assert_eq!(lines.next(&mut line).unwrap(), Some(Line::Whole));
        assert_eq!((line.as_slice(), lines.number), (b"last".as_slice(), 3));
        assert_eq!(lines.next(&mut line).unwrap(), None);
    }
}
