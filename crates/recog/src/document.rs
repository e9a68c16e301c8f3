//! The XML of a fingerprint file, as a stream.
//!
//! Entities of a DTD are never expanded: only the five of XML itself and character references are. What stands before a
//! break is kept.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

/// How deep elements may nest: a fingerprint's parts stand three deep.
const DEPTH_MAX: usize = 16;
/// Fingerprints of one file that are read; the largest file has some two thousand.
const FINGERPRINTS_MAX: usize = 10_000;
/// Examples and parameters of one fingerprint that are read.
const PARTS_MAX: usize = 256;
/// Bytes of one description or example.
const TEXT_BYTES_MAX: usize = 256 << 10;

/// A file of fingerprints.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Database {
    /// What its patterns are matched against, as the file calls it.
    pub(crate) matches: String,
    pub(crate) fingerprints: Vec<Entry>,
    /// What could not be read, with its line.
    pub(crate) problems: Vec<(u64, String)>,
}

/// One fingerprint as written.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Entry {
    pub(crate) line: u64,
    pub(crate) pattern: String,
    pub(crate) flags: String,
    pub(crate) description: String,
    pub(crate) examples: Vec<Example>,
    pub(crate) params: Vec<Param>,
    /// An attribute that cannot be read, or a part past the limits.
    pub(crate) problem: Option<String>,
}

/// A text that the pattern fits, and what it gives.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Example {
    pub(crate) text: String,
    /// The file that holds the text.
    pub(crate) file: String,
    pub(crate) encoding: String,
    /// Parameters expected, by name.
    pub(crate) expected: Vec<(String, String)>,
}

/// A value that the fingerprint gives.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Param {
    /// The group that holds it; 0 means `value`.
    pub(crate) pos: usize,
    pub(crate) name: String,
    pub(crate) value: String,
}

/// Reads a file.
pub(crate) fn read(text: &str) -> Database {
    let mut reading = Reading {
        lines: Lines { text, offset: 0, line: 1 },
        path: Vec::new(),
        found: Database::default(),
    };
    reading.run();
    reading.found
}

struct Reading<'t> {
    lines: Lines<'t>,
    path: Vec<Element>,
    found: Database,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Root,
    Fingerprint,
    Description,
    Example,
    Other,
}

impl Reading<'_> {
    fn run(&mut self) {
        let mut reader = Reader::from_str(self.lines.text);
        loop {
            let offset = reader.buffer_position();
            match reader.read_event() {
                Ok(Event::Start(tag)) => {
                    let element = self.open(&tag, offset);
                    self.path.push(element);
                    if self.path.len() > DEPTH_MAX {
                        return self.stop(offset, "elements nest too deep");
                    }
                }
                Ok(Event::Empty(tag)) => {
                    self.open(&tag, offset);
                }
                Ok(Event::End(_)) => {
                    self.path.pop();
                }
                Ok(Event::Text(text)) => self.text(&text.xml10_content()),
                Ok(Event::CData(text)) => self.text(&text.xml10_content()),
                Ok(Event::GeneralRef(reference)) => match character(&reference) {
                    Some(text) => self.text(&text),
                    None => self.spoil("an entity that is not defined"),
                },
                Ok(Event::Eof) => {
                    if !self.path.is_empty() {
                        self.found
                            .fingerprints
                            .pop_if(|_| self.path.contains(&Element::Fingerprint));
                        self.stop(offset, "the file ends before its outermost element does");
                    }
                    return;
                }
                Ok(_) => {}
                Err(error) => {
                    self.found.fingerprints.pop_if(|_| self.path.contains(&Element::Fingerprint));
                    return self.stop(offset, &error.to_string());
                }
            }
            if self.found.fingerprints.len() > FINGERPRINTS_MAX {
                self.found.fingerprints.truncate(FINGERPRINTS_MAX);
                let problem = format!("more than {FINGERPRINTS_MAX} fingerprints");
                return self.stop(offset, &problem);
            }
        }
    }

    /// What comes behind is not read.
    fn stop(&mut self, offset: u64, problem: &str) {
        let line = self.lines.at(offset);
        self.found.problems.push((line, format!("cannot be read on: {problem}")));
    }

    /// The newest fingerprint cannot be taken.
    fn spoil(&mut self, problem: &str) {
        if let Some(entry) = self.found.fingerprints.last_mut() {
            entry.problem.get_or_insert_with(|| problem.to_owned());
        }
    }

    fn open(&mut self, tag: &BytesStart<'_>, offset: u64) -> Element {
        let name = tag.local_name().into_inner();
        match (name, self.path.last()) {
            ("fingerprints", None) => {
                self.found.matches = attribute(tag, "matches").unwrap_or_default();
                Element::Root
            }
            (_, None) => {
                let line = self.lines.at(offset);
                let name: String = name.chars().take(40).collect();
                let problem = format!("`{name}` is no list of fingerprints: passed over");
                self.found.problems.push((line, problem));
                Element::Other
            }
            ("fingerprint", Some(Element::Root)) => {
                self.fingerprint(tag, offset);
                Element::Fingerprint
            }
            ("description", Some(Element::Fingerprint)) => Element::Description,
            ("example", Some(Element::Fingerprint)) => {
                self.example(tag);
                Element::Example
            }
            ("param", Some(Element::Fingerprint)) => {
                self.param(tag);
                Element::Other
            }
            _ => Element::Other,
        }
    }

    fn fingerprint(&mut self, tag: &BytesStart<'_>, offset: u64) {
        let mut entry = Entry { line: self.lines.at(offset), ..Entry::default() };
        match (attribute(tag, "pattern"), attribute(tag, "flags")) {
            (Ok(pattern), Ok(flags)) => (entry.pattern, entry.flags) = (pattern, flags),
            (Err(problem), _) | (_, Err(problem)) => entry.problem = Some(problem),
        }
        self.found.fingerprints.push(entry);
    }

    fn example(&mut self, tag: &BytesStart<'_>) {
        let mut example = Example::default();
        for (name, value) in attributes(tag) {
            match name.as_str() {
                "_filename" => example.file = value,
                "_encoding" => example.encoding = value,
                name if name.starts_with('_') => {}
                _ => example.expected.push((name, value)),
            }
        }
        self.part(|entry| &mut entry.examples, example);
    }

    fn param(&mut self, tag: &BytesStart<'_>) {
        let text = |name: &str| attribute(tag, name).unwrap_or_default();
        let Ok(pos) = text("pos").trim().parse() else {
            return self.spoil("a parameter whose place is no number");
        };
        let param = Param { pos, name: text("name"), value: text("value") };
        self.part(|entry| &mut entry.params, param);
    }

    fn part<T>(&mut self, list: impl Fn(&mut Entry) -> &mut Vec<T>, part: T) {
        let Some(entry) = self.found.fingerprints.last_mut() else { return };
        if list(entry).len() < PARTS_MAX {
            list(entry).push(part);
        } else {
            self.spoil("more examples or parameters than are read");
        }
    }

    fn text(&mut self, text: &str) {
        let Some(entry) = self.found.fingerprints.last_mut() else { return };
        let place = match self.path.last() {
            Some(Element::Description) => &mut entry.description,
            Some(Element::Example) => match entry.examples.last_mut() {
                Some(example) => &mut example.text,
                None => return,
            },
            _ => return,
        };
        if place.len() + text.len() <= TEXT_BYTES_MAX {
            place.push_str(text);
        } else {
            self.spoil("a text that is longer than any banner");
        }
    }
}

/// Lines of a text, asked for in order.
struct Lines<'t> {
    text: &'t str,
    offset: usize,
    line: u64,
}

impl Lines<'_> {
    fn at(&mut self, offset: u64) -> u64 {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(self.text.len());
        let passed = self.text.as_bytes().get(self.offset..offset).unwrap_or_default();
        self.line += passed.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        self.offset = self.offset.max(offset);
        self.line
    }
}

fn character(reference: &BytesRef<'_>) -> Option<String> {
    match reference.resolve_char_ref().ok()? {
        Some(character) => Some(character.to_string()),
        None => quick_xml::escape::resolve_predefined_entity(reference).map(str::to_owned),
    }
}

/// An attribute's value; empty where there is none.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<String, String> {
    let mut attributes = tag.attributes();
    let mut found = attributes.with_checks(false).flatten();
    match found.find(|attribute| attribute.key.into_inner() == name) {
        None => Ok(String::new()),
        Some(attribute) => match attribute.normalized_value(XmlVersion::Implicit1_0) {
            Ok(value) => Ok(value.into_owned()),
            Err(_) => Err(format!("`{name}` holds an entity that is not defined")),
        },
    }
}

/// All attributes that can be read.
fn attributes(tag: &BytesStart<'_>) -> Vec<(String, String)> {
    let mut attributes = tag.attributes();
    let found = attributes.with_checks(false).flatten().take(PARTS_MAX);
    found
        .filter_map(|attribute| {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
            Some((attribute.key.into_inner().to_owned(), value.into_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "<?xml version=\"1.0\"?>\n<fingerprints matches=\"x.y\">\n  <!-- a note -->\n  \
        <fingerprint pattern=\"^A &quot;(\\d+)&quot; &lt;b&gt;$\" flags=\"REG_ICASE\">\n    <description>Acme &amp; Co</description>\n    \
        <example hw.version=\"1\" _encoding=\"base64\">QQ==</example>\n    <example _filename=\"a.bin\"/>\n    \
        <example><![CDATA[<x>]]>&#10;y</example>\n    <param pos=\"1\" name=\"hw.version\"/>\n    <param pos=\"0\" name=\"hw.vendor\" value=\"Acme\"/>\n  \
        </fingerprint>\n";

    #[test]
    fn a_file_is_read_with_its_lines() {
        let found = read(&format!("{FILE}</fingerprints>"));
        assert_eq!((found.matches.as_str(), found.problems), ("x.y", vec![]));
        let [entry] = found.fingerprints.as_slice() else { panic!("{:?}", found.fingerprints) };
        assert_eq!(entry.line, 4);
        assert_eq!(entry.pattern, "^A \"(\\d+)\" <b>$");
        assert_eq!(entry.description, "Acme & Co");
        assert_eq!(entry.examples[0].expected, [("hw.version".to_owned(), "1".to_owned())]);
        assert_eq!(entry.examples[1].file, "a.bin");
        assert_eq!(entry.examples[2].text, "<x>\ny");
        assert_eq!(entry.params[1].value, "Acme");
    }

    #[test]
    fn what_stands_before_a_break_is_kept() {
        let cut = read(&format!("{FILE}  <fingerprint pattern=\"^B"));
        assert_eq!(cut.fingerprints.len(), 1);
        assert_eq!(cut.problems[0].0, 12);
        let cut_inside = read(&format!("{FILE}  <fingerprint pattern=\"^B$\"><description>"));
        assert_eq!(cut_inside.fingerprints.len(), 1, "the last one is not complete");
        let deep = read(&format!("{FILE}{}", "<x>".repeat(100_000)));
        assert!(deep.problems[0].1.contains("nest too deep"));
        let foreign = read("<nmaprun/>");
        assert!(foreign.problems[0].1.contains("`nmaprun` is no list"));
        assert_eq!(read("").problems, []);
    }

    #[test]
    fn a_bomb_of_entities_is_never_expanded() {
        let bomb = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>\n<fingerprints>\
            <fingerprint pattern=\"&b;\"/><fingerprint pattern=\"^C$\"><example>&b;</example></fingerprint></fingerprints>";
        let found = read(bomb);
        assert_eq!(found.fingerprints.len(), 2);
        assert!(found.fingerprints.iter().all(|entry| entry.problem.is_some()), "{found:?}");
    }
}
