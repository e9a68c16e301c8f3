//! Heads of text protocols: a start line, header lines, a blank line, a body. HTTP, RTSP, SIP and SSDP share this
//! form; devices break it in the same ways, so one tolerant reader serves all four.

use std::borrow::Cow;

use crate::text::header_text;

/// Header lines that are looked at; devices send below 30.
const HEADERS_MAX: usize = 100;
/// Longest head; what has no blank line until then has no body either.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// A head and what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head<'a> {
    /// The start line without its end.
    pub(crate) start: Cow<'a, str>,
    headers: Vec<(&'a [u8], Cow<'a, [u8]>)>,
    /// All after the blank line; empty when there is none.
    pub(crate) body: &'a [u8],
    /// Whether the blank line was there.
    pub(crate) is_complete: bool,
    /// Some line ended with a line feed alone.
    pub(crate) has_bare_line_feeds: bool,
    /// Some line was no header.
    pub(crate) has_stray_lines: bool,
}

impl<'a> Head<'a> {
    /// Reads a head. Never fails: what is no header line is passed over.
    pub(crate) fn read(bytes: &'a [u8]) -> Self {
        let mut lines = Lines { rest: bytes, consumed: 0, has_bare_line_feeds: false };
        let mut head = Head {
            start: header_text(lines.next().unwrap_or_default()),
            headers: Vec::with_capacity(16),
            body: &[],
            is_complete: false,
            has_bare_line_feeds: false,
            has_stray_lines: false,
        };
        while let Some(line) = lines.next() {
            if line.is_empty() {
                head.is_complete = true;
                head.body = lines.rest;
                break;
            }
            head.header_line(line);
        }
        head.has_bare_line_feeds = lines.has_bare_line_feeds;
        head
    }

    fn header_line(&mut self, line: &'a [u8]) {
        if line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            // A folded line continues the one before (obsolete in RFC 9112, alive in cameras).
            if let Some((_, value)) = self.headers.last_mut() {
                let value = value.to_mut();
                value.push(b' ');
                value.extend_from_slice(line.trim_ascii());
            }
            return;
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            self.has_stray_lines = true;
            return;
        };
        if let (Some(name), Some(value)) = (line.get(..colon), line.get(colon + 1..))
            && self.headers.len() < HEADERS_MAX
        {
            self.headers.push((name.trim_ascii(), Cow::Borrowed(value)));
        }
    }

    /// Values of the headers with this name, whatever its case, as they stand after the colon.
    pub(crate) fn raw_values<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s [u8]> {
        self.headers
            .iter()
            .filter(move |(found, _)| found.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| &**value)
    }

    /// Values of the headers with this name, without the blanks around them.
    pub(crate) fn values<'s>(&'s self, name: &'s str) -> impl Iterator<Item = Cow<'s, str>> {
        self.raw_values(name).map(|value| header_text(value.trim_ascii()))
    }

    /// The first value of a header that is not empty.
    pub(crate) fn value<'s>(&'s self, name: &'s str) -> Option<Cow<'s, str>> {
        self.values(name).find(|value| !value.is_empty())
    }

    /// Whether a header stands there in exactly this spelling.
    pub(crate) fn is_spelt(&self, name: &str) -> bool {
        self.headers.iter().any(|(found, _)| *found == name.as_bytes())
    }

    /// The length that the head gives its body, where it is a number.
    pub(crate) fn content_length(&self) -> Option<usize> {
        self.value("content-length")?.parse().ok()
    }
}

struct Lines<'a> {
    rest: &'a [u8],
    consumed: usize,
    has_bare_line_feeds: bool,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() || self.consumed > HEAD_BYTES_MAX {
            return None;
        }
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let (line, rest) = self.rest.split_at_checked(end.unwrap_or(self.rest.len()))?;
        self.consumed += line.len() + 1;
        self.rest = rest.get(1..).unwrap_or_default();
        self.has_bare_line_feeds |= end.is_some() && line.last() != Some(&b'\r');
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_as_they_come() {
        let head = Head::read(b"HTTP/1.0 200 OK\nSERVER : a\n b\r\nnonsense\nserver:\xe9\n\nbody");
        assert_eq!(head.start, "HTTP/1.0 200 OK");
        assert_eq!(head.values("Server").collect::<Vec<_>>(), ["a b", "é"]);
        assert!(head.has_bare_line_feeds && head.has_stray_lines && head.is_complete);
        assert_eq!(head.body, b"body");
        let cut = Head::read(b"HTTP/1.1 200 OK\r\nServer: x");
        assert_eq!((cut.value("server").as_deref(), cut.is_complete), (Some("x"), false));
    }
}
