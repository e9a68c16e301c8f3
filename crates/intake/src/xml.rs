//! XML of any size, event by event: what the readers of XML formats share.
//!
//! Entities of a DTD are never expanded: only the five of XML itself and character references are.

use std::io::{self, BufRead, Read};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use crate::IntakeError;
use crate::lines::as_text_head;

/// The largest tag or run of text; nmap's own fingerprints and the longest outputs of scripts are some kilobytes.
pub(crate) const EVENT_BYTES_MAX: usize = 4 << 20;
/// How deep elements may nest; nmap writes scripts' tables some six deep.
pub(crate) const DEPTH_MAX: usize = 64;
/// How often a reader says how far it is.
const PROGRESS_BYTES: u64 = 1 << 20;

/// Ends an event that is larger than any honest one: the reader below would buffer it whole.
pub(crate) struct Bounded<R> {
    reader: R,
    left: usize,
    offset: u64,
}

impl<R: BufRead> Bounded<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, left: 0, offset: 0 }
    }

    /// Makes room for one more event.
    pub(crate) fn next_event(&mut self) {
        self.left = EVENT_BYTES_MAX;
    }

    /// How many bytes are behind the reader.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let chunk = self.fill_buf()?;
        let length = chunk.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), chunk.get(..length)) {
            to.copy_from_slice(from);
        }
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other(TooLarge));
        }
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount);
        self.offset += amount as u64;
        self.reader.consume(amount);
    }
}

#[derive(Debug, thiserror::Error)]
#[error("a tag or text of more than {EVENT_BYTES_MAX} bytes")]
pub(crate) struct TooLarge;

/// What makes something of the elements of a document.
pub(crate) trait Handler {
    /// An element begins at `offset`; those around it are in `path`, the outermost first.
    fn open(&mut self, tag: &BytesStart<'_>, path: &[Box<str>], offset: u64);
    /// Text stands in the innermost element of `path`; it may come in pieces.
    fn text(&mut self, text: &str, path: &[Box<str>]);
    /// The element ends that was the innermost of `path`.
    fn close(&mut self, name: &str, path: &[Box<str>]);
    /// The reader is so far; `false` stops it.
    fn go_on(&mut self, offset: u64, is_news: bool) -> bool;
}

/// Why a document could not be read to its end.
#[derive(Debug)]
pub(crate) struct Break {
    pub(crate) offset: u64,
    pub(crate) problem: String,
}

impl Break {
    /// Another document stands in the same file: it is passed over.
    pub(crate) fn foreign(tag: &BytesStart<'_>, offset: u64) -> Self {
        let name: String = tag.local_name().into_inner().chars().take(40).collect();
        Self { offset, problem: format!("`{name}` is another kind of document: passed over") }
    }

    /// Text stands behind the end of the document.
    pub(crate) fn text(offset: u64) -> Self {
        let problem = "text behind the end of the document is passed over".to_owned();
        Self { offset, problem }
    }
}

/// Leads `handler` through a document whose outermost element is `root`. A break keeps what came before it.
///
/// # Errors
/// [`IntakeError::Io`] when the bytes cannot be had.
pub(crate) fn walk(
    reader: impl BufRead,
    root: &str,
    handler: &mut impl Handler,
) -> Result<Option<Break>, IntakeError> {
    let mut reader = Reader::from_reader(Bounded::new(reader));
    reader.config_mut().allow_unmatched_ends = true;
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    let mut path: Vec<Box<str>> = Vec::new();
    let mut ended = false;
    let mut foreign: Option<Break> = None;
    let mut last_progress = 0;
    loop {
        buffer.clear();
        reader.get_mut().next_event();
        let offset = reader.buffer_position();
        let broken = |problem: &str| {
            Ok(Some(Break { offset, problem: format!("cannot be read on: {problem}") }))
        };
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => {
                if path.len() == DEPTH_MAX {
                    return broken("elements nest too deep");
                }
                if path.is_empty() && tag.local_name().into_inner() != root {
                    foreign.get_or_insert_with(|| Break::foreign(&tag, offset));
                }
                handler.open(&tag, &path, offset);
                path.push(tag.local_name().into_inner().into());
            }
            Ok(Event::Empty(tag)) => {
                handler.open(&tag, &path, offset);
                handler.close(tag.local_name().into_inner(), &path);
            }
            Ok(Event::End(_)) => {
                if let Some(name) = path.pop() {
                    ended |= path.is_empty() && *name == *root;
                    handler.close(&name, &path);
                }
            }
            Ok(Event::Text(text)) => {
                let text = text.xml10_content();
                if ended && path.is_empty() && !text.trim().is_empty() {
                    foreign.get_or_insert_with(|| Break::text(offset));
                }
                handler.text(&text, &path);
            }
            Ok(Event::CData(text)) => handler.text(&text.xml10_content(), &path),
            Ok(Event::GeneralRef(reference)) => handler.text(&reference_text(&reference), &path),
            Ok(Event::Eof) if ended => {
                handler.go_on(offset, true);
                return Ok(foreign);
            }
            Ok(Event::Eof) => return broken("the file ends before its content does"),
            Ok(_) => {}
            Err(quick_xml::Error::Io(source))
                if !source.get_ref().is_some_and(|inner| inner.is::<TooLarge>()) =>
            {
                let source = io::Error::new(source.kind(), source.to_string());
                return Err(IntakeError::Io { offset: reader.get_ref().offset(), source });
            }
            Err(error) => return broken(&error.to_string()),
        }
        let is_news = offset.saturating_sub(last_progress) > PROGRESS_BYTES;
        if is_news {
            last_progress = offset;
        }
        if !handler.go_on(offset, is_news) {
            return Ok(None);
        }
    }
}

/// What a reference stands for: a character, or one of the five entities of XML; nothing for any other.
pub(crate) fn reference_text(reference: &BytesRef<'_>) -> String {
    match reference.resolve_char_ref().ok().flatten() {
        Some(character) => character.to_string(),
        None => {
            quick_xml::escape::resolve_predefined_entity(reference).unwrap_or_default().to_owned()
        }
    }
}

/// An attribute's value; one that names an unknown entity is taken as written, one that is absent is empty.
pub(crate) fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    tag.attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.into_inner() == name)
        .map(|attribute| match attribute.normalized_value(XmlVersion::Implicit1_0) {
            Ok(value) => value.into_owned(),
            Err(_) => attribute.value.into_owned(),
        })
        .unwrap_or_default()
}

/// Whether the head of an input is XML whose outermost element begins with `root`.
pub(crate) fn has_root(head: &[u8], root: &str) -> bool {
    let head = as_text_head(head);
    let head = head.trim_ascii_start();
    let tag = format!("<{root}");
    head.starts_with(b"<") && head.windows(tag.len()).any(|window| window == tag.as_bytes())
}
