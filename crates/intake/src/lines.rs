//! Lines of text of bounded length, from an input of any size.
//!
//! Tools write their text in bytes of ASCII; what it passes through on its way changes that: PowerShell redirects in
//! UTF-16, editors put a mark before the text, old Macs end lines with CR alone. [`as_text`] undoes all three, so that
//! no reader of text need know of them.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read as _};

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
    /// Whether the line that was read last has an end: the last of a file that was cut off has none.
    pub(crate) has_end: bool,
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

/// How much of an input is looked at to tell how its lines end; any text of so many bytes has a line end.
const HEAD_BYTES: u64 = 64 << 10;
/// What some editors write before UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The text of an input, buffered: UTF-16 with its mark made UTF-8, without a mark, its lines ended with LF.
pub(crate) fn as_text<'s>(input: &'s mut Input<'_>) -> Result<impl BufRead + use<'s>, IntakeError> {
    let io = |source| IntakeError::Io { offset: 0, source };
    let mut head = Vec::new();
    (&mut *input.bytes).take(HEAD_BYTES).read_to_end(&mut head).map_err(io)?;
    input.bytes.rewind().map_err(io)?;
    let ends_with_cr = has_cr_alone(&unmarked(&head));
    let mut reader = Decoded::new(buffered(input), utf16(&head));
    if head.starts_with(MARK) {
        let mut mark = [0; MARK.len()];
        reader.read_exact(&mut mark).map_err(io)?;
    }
    Ok(BufReader::with_capacity(CHUNK_BYTES, LineEnds { reader, ends_with_cr }))
}

/// The first bytes of an input as [`as_text`] reads them.
pub(crate) fn as_text_head(head: &[u8]) -> Cow<'_, [u8]> {
    let text = unmarked(head);
    if !has_cr_alone(&text) {
        return text;
    }
    let mut text = text.into_owned();
    end_with_lf(&mut text);
    Cow::Owned(text)
}

/// The first bytes of an input without a mark, UTF-16 made UTF-8.
fn unmarked(head: &[u8]) -> Cow<'_, [u8]> {
    match utf16(head) {
        Some(encoding) => Cow::Owned(encoding.decode_with_bom_removal(head).0.into_owned().into()),
        None => Cow::Borrowed(head.strip_prefix(MARK).unwrap_or(head)),
    }
}

fn has_cr_alone(text: &[u8]) -> bool {
    text.contains(&b'\r') && !text.contains(&b'\n')
}

fn end_with_lf(text: &mut [u8]) {
    text.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
}

/// Where lines end with CR alone, as old Macs wrote them, CR made LF.
pub(crate) struct LineEnds<R> {
    pub(crate) reader: R,
    pub(crate) ends_with_cr: bool,
}

impl<R: io::Read> io::Read for LineEnds<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        if self.ends_with_cr {
            end_with_lf(buffer.get_mut(..count).unwrap_or_default());
        }
        Ok(count)
    }
}

fn utf16(start: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    match start {
        [0xff, 0xfe, ..] => Some(encoding_rs::UTF_16LE),
        [0xfe, 0xff, ..] => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

/// Text in `encoding` made UTF-8 while it is read; without one, the bytes as they are.
pub(crate) struct Decoded<R> {
    reader: R,
    decoder: Option<encoding_rs::Decoder>,
    ready: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl<R> Decoded<R> {
    pub(crate) fn new(reader: R, encoding: Option<&'static encoding_rs::Encoding>) -> Self {
        let decoder = encoding.map(encoding_rs::Encoding::new_decoder_with_bom_removal);
        Self { reader, decoder, ready: Vec::new(), taken: 0, ended: false }
    }
}

impl<R: BufRead> io::Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        /// Three bytes of UTF-8 for two of UTF-16 at most, and a character that was cut before.
        const ROOM_BYTES: usize = CHUNK_BYTES / 2 * 3 + 16;
        let Some(decoder) = &mut self.decoder else { return self.reader.read(buffer) };
        while self.taken >= self.ready.len() && !self.ended {
            let chunk = self.reader.fill_buf()?;
            self.ended = chunk.is_empty();
            self.ready.resize(ROOM_BYTES, 0);
            let (_, read, written, _) = decoder.decode_to_utf8(chunk, &mut self.ready, self.ended);
            self.reader.consume(read);
            self.ready.truncate(written);
            self.taken = 0;
        }
        let mut rest = self.ready.get(self.taken..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.taken += count;
        Ok(count)
    }
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(reader: R, limit_bytes: usize) -> Self {
        Self { reader, limit_bytes, number: 0, offset: 0, has_end: true }
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
            self.has_end = ended && consumed > 0;
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
    fn text_of_either_byte_order_is_the_same() {
        let text = "Kamera €😀\r\n".repeat(50_000);
        for little in [true, false] {
            let bytes: Vec<u8> = format!("\u{feff}{text}")
                .encode_utf16()
                .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
                .collect();
            let mut cursor = io::Cursor::new(&bytes);
            let mut input = Input { name: "x", size_bytes: bytes.len() as u64, bytes: &mut cursor };
            let mut read = String::new();
            as_text(&mut input).unwrap().read_to_string(&mut read).unwrap();
            assert!(read == text);
        }
    }

    #[test]
    fn text_is_the_same_whatever_it_passed_through() {
        let lines = "Kamera €\nx\n".repeat(50_000);
        let of = |text: &str| -> Vec<u8> {
            format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
        };
        for bytes in [
            lines.clone().into_bytes(),
            format!("\u{feff}{lines}").into_bytes(),
            lines.replace('\n', "\r").into_bytes(),
            of(&lines),
            of(&lines.replace('\n', "\r")),
        ] {
            let mut cursor = io::Cursor::new(&bytes);
            let mut input = Input { name: "x", size_bytes: bytes.len() as u64, bytes: &mut cursor };
            let mut read = String::new();
            as_text(&mut input).unwrap().read_to_string(&mut read).unwrap();
            assert!(read == lines);
            assert!(as_text_head(&bytes[..80]).starts_with("Kamera €\nx\nKamera".as_bytes()));
        }
        assert_eq!(*as_text_head(b"a\r\nb"), *b"a\r\nb");
    }

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
