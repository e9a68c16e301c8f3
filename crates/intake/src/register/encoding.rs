//! Text in whatever encoding, read as UTF-8.

use std::io::{BufReader, Read};

use encoding_rs::{UTF_16BE, UTF_16LE};

use crate::lines::{Decoded, LineEnds};

/// How the characters of a text file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-8; a line that is not is taken for Windows-1252, which is what old spreadsheets export.
    Bytes,
    /// UTF-16, least significant byte first.
    Utf16Le,
    /// UTF-16, most significant byte first.
    Utf16Be,
}

/// Zero bytes that make no binary file of a short text.
const ZEROS_FORGIVEN: usize = 4;

impl Encoding {
    /// By the byte order mark, or by where the zero bytes of Latin text stand. `None` for what is no text.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(&[0xff, 0xfe]) {
            return Some(Self::Utf16Le);
        }
        if head.starts_with(&[0xfe, 0xff]) {
            return Some(Self::Utf16Be);
        }
        let zeros_at =
            |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
        let (even, odd) = (zeros_at(0), zeros_at(1));
        let pairs = head.len() / 2;
        match (even, odd) {
            (0, 0) => Some(Self::Bytes),
            (_, odd) if odd * 10 > pairs * 6 && even * 10 < pairs => Some(Self::Utf16Le),
            (even, _) if even * 10 > pairs * 6 && odd * 10 < pairs => Some(Self::Utf16Be),
            // Fields of fixed length in somebody's database, or a device that calls itself so.
            (even, odd) if even + odd <= ZEROS_FORGIVEN.max(head.len() / 200) => Some(Self::Bytes),
            _ => None,
        }
    }

    /// The first bytes as text; what is cut off at their end is left out.
    pub(super) fn decode_head(self, head: &[u8]) -> String {
        match self {
            Self::Bytes => {
                let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
                match std::str::from_utf8(head) {
                    Ok(text) => text.to_owned(),
                    Err(error) if error.error_len().is_none() => {
                        let good = head.get(..error.valid_up_to()).unwrap_or_default();
                        String::from_utf8_lossy(good).into_owned()
                    }
                    Err(_) => {
                        encoding_rs::WINDOWS_1252.decode_without_bom_handling(head).0.into_owned()
                    }
                }
            }
            Self::Utf16Le => UTF_16LE.decode_with_bom_removal(head).0.into_owned(),
            Self::Utf16Be => UTF_16BE.decode_with_bom_removal(head).0.into_owned(),
        }
    }
}

/// Size of one read: large enough that calls do not matter, small enough to stay in a cache.
const CHUNK_BYTES: usize = 64 * 1024;

/// Reads `source`, which stands at its start, as UTF-8 (or as whatever eight-bit text it is) with `\n` at the end of
/// lines.
pub(super) fn as_text<'a>(
    source: impl Read + 'a,
    encoding: Encoding,
    has_mac_line_ends: bool,
) -> BufReader<LineEnds<Box<dyn Read + 'a>>> {
    let source: Box<dyn Read + 'a> = match encoding {
        Encoding::Bytes => Box::new(source),
        Encoding::Utf16Le => utf16(source, UTF_16LE),
        Encoding::Utf16Be => utf16(source, UTF_16BE),
    };
    BufReader::with_capacity(
        CHUNK_BYTES,
        LineEnds { reader: source, ends_with_cr: has_mac_line_ends },
    )
}

fn utf16<'a>(
    source: impl Read + 'a,
    encoding: &'static encoding_rs::Encoding,
) -> Box<dyn Read + 'a> {
    Box::new(Decoded::new(BufReader::with_capacity(CHUNK_BYTES, source), Some(encoding)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect()
    }

    fn text(bytes: &[u8]) -> String {
        let mut text = String::new();
        let encoding = Encoding::of(bytes).expect("text");
        as_text(bytes, encoding, false).read_to_string(&mut text).unwrap();
        text.trim_start_matches('\u{feff}').to_owned()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let long = "Modèle,Marque\r\nDS-1,€ 😀\r\n".repeat(10_000);
        assert_eq!(text(long.as_bytes()), long);
        for little in [true, false] {
            assert_eq!(text(&utf16(&format!("\u{feff}{long}"), little)), long);
            assert_eq!(text(&utf16(&long, little)), long);
        }
    }

    #[test]
    fn the_head_is_text_even_where_a_character_is_cut() {
        let head = "Modèle".as_bytes();
        assert_eq!(Encoding::Bytes.decode_head(&head[..4]), "Mod");
        assert_eq!(Encoding::Bytes.decode_head(b"Mod\xe8le"), "Modèle");
    }

    #[test]
    fn old_line_ends_are_made_new() {
        let mut text = String::new();
        as_text(&b"a\rb\r"[..], Encoding::Bytes, true).read_to_string(&mut text).unwrap();
        assert_eq!(text, "a\nb\n");
    }

    #[test]
    fn binary_is_no_text() {
        assert_eq!(Encoding::of(&[0, 0, 0, 0, 1, 2, 3, 0]), None);
        assert_eq!(Encoding::of(b"Make,Model\nHik\0,DS-1\n"), Some(Encoding::Bytes));
    }
}
