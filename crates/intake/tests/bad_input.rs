//! What holds for damaged and foreign inputs of every format: nothing panics, what is whole is kept and is right, and
//! what is not is told in a bounded number of notes.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use intake::{Input, IntakeError, Note, Options, ReadSeek, Summary, formats, read};
use model::Observation;

use support::Memory;

/// Notes of one input; the rest is counted.
const NOTES_MAX: usize = 1_000;
/// Registers: any text with separators is one, and any row a device.
const REGISTERS: [&str; 6] = ["csv", "semicolons", "utf16", "register-json", "xlsx", "ods"];
/// Formats of bytes that are no text.
const BINARY: [&str; 5] = ["xlsx", "ods", "pcap", "pcapng", "utf16"];
/// Seeds that are packed: what is inside them is judged by itself, and `packed/tests.rs` damages the packing.
const PACKED: [&str; 2] = ["gzip", "zstd"];
/// What people paste, often without the end of its last line: that line is read, and told to be open.
const PASTED: [&str; 2] = ["switch", "snmp-walk"];
/// One message and nothing else.
const MESSAGES: [&str; 2] = ["head", "message"];

/// What was read of an input.
struct Outcome {
    result: Result<Summary, IntakeError>,
    facts: BTreeSet<String>,
    notes: Vec<Note>,
}

impl Outcome {
    fn of(bytes: &[u8]) -> Self {
        Self::from(&mut Cursor::new(bytes), bytes.len() as u64)
    }

    fn from(bytes: &mut dyn ReadSeek, size_bytes: u64) -> Self {
        let mut memory = Memory::default();
        let mut input = Input { name: "x", size_bytes, bytes };
        let result = read(&mut input, &Options::default(), &mut memory).map(|(_, summary)| summary);
        let Memory { observations, notes } = memory;
        assert!(notes.len() <= NOTES_MAX, "{} notes", notes.len());
        Self { result, facts: observations.iter().flat_map(facts).collect(), notes }
    }

    fn format(&self) -> &str {
        self.result.as_ref().map_or("", |summary| &summary.format)
    }

    /// Whether anything says that not all was read.
    fn says_something(&self) -> bool {
        let is_counted =
            |summary: &Summary| !summary.not_understood.is_empty() || !summary.lost.is_empty();
        !self.notes.is_empty() || self.result.as_ref().map_or(true, is_counted)
    }

    fn told(&self) -> String {
        let notes = self.notes.iter().map(|note| format!("{}: {}", note.place, note.message));
        format!("{:?} {:?}", self.result, notes.collect::<Vec<_>>())
    }
}

/// What an observation says, each with every key of the device of which it says it.
fn facts(observation: &Observation) -> Vec<String> {
    let Observation { subject, signals, .. } = observation;
    let addresses = subject.addresses.iter().map(|claim| claim.address.to_string());
    let keys: Vec<String> = addresses
        .chain(subject.macs.iter().map(ToString::to_string))
        .chain(subject.serials.iter().map(ToString::to_string))
        .chain(subject.uuids.iter().map(|uuid| format!("{uuid:?}")))
        .chain(subject.hostname.iter().map(ToString::to_string))
        .collect();
    let values = signals.iter().map(|signal| {
        let value = String::from_utf8_lossy(signal.as_bytes());
        format!("{} {:?} {value}", signal.kind.as_str(), signal.port)
    });
    // A walk that is cut may not reach the names of its ports.
    let ports = subject.attachment.iter().map(|attachment| format!("port {}", attachment.port));
    let ports = ports.filter(|port| !port.contains("ifIndex"));
    let said: Vec<String> = keys.iter().cloned().chain(values).chain(ports).collect();
    let who = if keys.is_empty() { vec![String::new()] } else { keys };
    who.iter().flat_map(|key| said.iter().map(move |fact| format!("{key}: {fact}"))).collect()
}

/// The seed of every format, by name.
fn seeds() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/intake_any");
    let mut seeds: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .expect("seeds")
        .map(|entry| entry.expect("entry").path())
        .map(|path| {
            let name = path.file_name().expect("name").to_string_lossy().into_owned();
            (name, fs::read(path).expect("seed"))
        })
        .filter(|(name, _)| !name.starts_with("found-"))
        .filter(|(name, _)| !PACKED.iter().any(|packing| name.contains(packing)))
        .collect();
    seeds.sort();
    assert!(seeds.len() >= formats().len(), "{} seeds", seeds.len());
    seeds
}

/// The seeds whose lines are text, and that are more than one message.
fn texts() -> Vec<(String, Vec<u8>)> {
    seeds()
        .into_iter()
        .filter(|(name, _)| ![&BINARY[..], &MESSAGES].concat().contains(&name.as_str()))
        .collect()
}

/// Those of them that are no registers.
fn records() -> Vec<(String, Vec<u8>)> {
    texts().into_iter().filter(|(name, _)| !is_register(name)).collect()
}

/// All that is wrong, so that one run shows it.
#[derive(Default)]
struct Wrongs(Vec<String>);

impl Wrongs {
    fn unless(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.0.push(what().chars().take(220).collect());
        }
    }

    fn assert_none(self) {
        let some = self.0.iter().map(String::as_str).step_by(self.0.len() / 20 + 1);
        let some: Vec<&str> = some.collect();
        assert!(some.is_empty(), "{} are wrong, such as:\n{}", self.0.len(), some.join("\n"));
    }
}

fn is_register(name: &str) -> bool {
    REGISTERS.contains(&name)
}

fn invented<'f>(part: &'f BTreeSet<String>, whole: &'f BTreeSet<String>) -> Vec<&'f String> {
    part.difference(whole).collect()
}

#[test]
fn what_is_left_of_a_cut_input_is_right() {
    let mut wrongs = Wrongs::default();
    for (name, bytes) in seeds() {
        let is_judged = !is_register(&name) && !MESSAGES.contains(&&*name);
        let whole = Outcome::of(&bytes);
        let mut most = 0;
        // A few hundred cuts of each: archives are unpacked each time.
        let step = bytes.len() / 300 + 1;
        for length in (0..bytes.len()).step_by(step) {
            let part = Outcome::of(&bytes[..length]);
            if is_judged && part.format() == whole.format() {
                let invented = invented(&part.facts, &whole.facts);
                // A value of several lines may end with any of them.
                let is_line = bytes[..length].ends_with(b"\n");
                let may_be_cut = PASTED.contains(&&*name) && (is_line || part.says_something());
                wrongs.unless(invented.is_empty() || may_be_cut, || {
                    format!("{name} cut at byte {length}: {invented:?}")
                });
                wrongs.unless(part.facts.len() >= most || part.says_something(), || {
                    format!("{name} cut at byte {length}: {} facts of {most}", part.facts.len())
                });
                most = most.max(part.facts.len());
            }
        }
    }
    wrongs.assert_none();
}

#[test]
fn a_line_that_is_missing_makes_no_other_device() {
    let mut wrongs = Wrongs::default();
    // In what people paste, lines refer to lines of other tables.
    for (name, bytes) in records().into_iter().filter(|(name, _)| !PASTED.contains(&&**name)) {
        let whole = Outcome::of(&bytes);
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        for dropped in 0..lines.len() {
            let mut rest = lines.clone();
            rest.remove(dropped);
            let part = Outcome::of(&rest.concat());
            if part.format() == whole.format() {
                let invented = invented(&part.facts, &whole.facts);
                wrongs.unless(invented.is_empty(), || {
                    format!("{name} without line {}: {invented:?}", dropped + 1)
                });
            }
        }
    }
    wrongs.assert_none();
}

#[test]
fn of_two_inputs_in_one_file_one_is_read_and_the_other_told() {
    let records = records();
    let mut wrongs = Wrongs::default();
    for (one, first) in &records {
        let first_alone = Outcome::of(first);
        for (two, second) in &records {
            let second_alone = Outcome::of(second);
            let both = Outcome::of(&[first, b"\n".as_slice(), second].concat());
            let has_first = first_alone.facts.is_subset(&both.facts);
            let has_second = second_alone.facts.is_subset(&both.facts);
            wrongs.unless(has_first || has_second, || {
                format!("{one} before {two}: {} {:?}", both.told(), both.facts)
            });
            wrongs.unless(has_first && has_second || both.says_something(), || {
                format!("{one} before {two}: nothing said of {}", both.told())
            });
            let mut lines = Vec::new();
            let mut of_second = second.split_inclusive(|byte| *byte == b'\n');
            for line in first.split_inclusive(|byte| *byte == b'\n') {
                lines.extend_from_slice(line);
                lines.extend_from_slice(of_second.next().unwrap_or_default());
            }
            Outcome::of(&lines);
        }
    }
    wrongs.assert_none();
}

/// What a text passes through on its way changes none of it.
#[test]
fn marks_encodings_and_ends_of_lines_change_nothing() {
    let mut wrongs = Wrongs::default();
    for (name, bytes) in records() {
        let whole = Outcome::of(&bytes);
        let text = String::from_utf8(bytes).expect("text");
        let wide = |text: &str, is_little: bool| -> Vec<u8> {
            let units = format!("\u{feff}{text}");
            units
                .encode_utf16()
                .flat_map(|unit| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() })
                .collect()
        };
        let crlf = text.replace("\r\n", "\n").replace('\n', "\r\n");
        for (how, bytes) in [
            ("CRLF", crlf.clone().into_bytes()),
            ("CR alone", crlf.replace("\r\n", "\r").into_bytes()),
            ("mark", format!("\u{feff}{text}").into_bytes()),
            ("UTF-16, little", wide(&text, true)),
            ("UTF-16, big", wide(&crlf, false)),
        ] {
            let read = Outcome::of(&bytes);
            wrongs.unless(read.facts == whole.facts, || format!("{name}, {how}: {}", read.told()));
        }
        // What a crash leaves behind: a file longer than what was written.
        let zeros = Outcome::of(&[text.as_bytes(), &[0; 5_000]].concat());
        wrongs.unless(whole.facts.is_subset(&zeros.facts), || {
            format!("{name} and zeros: {}", zeros.told())
        });
    }
    wrongs.assert_none();
}

/// An input that is made while it is read: what stands around, and a byte so often between.
struct Long {
    before: Vec<u8>,
    byte: u8,
    count: u64,
    after: Vec<u8>,
    at: u64,
}

impl Long {
    fn size(&self) -> u64 {
        self.before.len() as u64 + self.count + self.after.len() as u64
    }
}

impl Read for Long {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let start = self.before.len() as u64;
        let end = start + self.count;
        // What does not fit the machine is farther than any text here is long.
        let near = |distance: u64| usize::try_from(distance).unwrap_or(usize::MAX);
        let count = if self.at < start {
            (&self.before[near(self.at)..]).read(buffer)?
        } else if self.at < end {
            let count = buffer.len().min(near(end - self.at));
            buffer[..count].fill(self.byte);
            count
        } else {
            let at = near(self.at - end).min(self.after.len());
            (&self.after[at..]).read(buffer)?
        };
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Long {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let size = self.size();
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => size.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// A line of a hundred megabytes costs that line alone; in formats without lines it may be a blank or a text.
#[test]
fn a_very_long_line_costs_itself() {
    const MAY_HOLD_IT: [&str; 4] = ["nmap", "nessus", "osm", "windows-xml"];
    let mut wrongs = Wrongs::default();
    for (name, bytes) in records() {
        let whole = Outcome::of(&bytes);
        let (before, after) = ([&*bytes, b"\n"].concat(), [b"\n", &*bytes].concat());
        let mut long = Long { before, byte: b'x', count: 100 << 20, after, at: 0 };
        let size = long.size();
        let read = Outcome::from(&mut long, size);
        // This one is read as one tree, and refused before.
        let is_refused =
            name == "kea-json" && matches!(read.result, Err(IntakeError::Limit { .. }));
        wrongs.unless(is_refused || whole.facts.is_subset(&read.facts), || {
            format!("{name}: {}", read.told())
        });
        wrongs.unless(MAY_HOLD_IT.contains(&&*name) || read.says_something(), || {
            format!("{name}: nothing said of {}", read.told())
        });
    }
    wrongs.assert_none();
}

#[test]
fn brackets_without_end_are_read_past() {
    let mut wrongs = Wrongs::default();
    for open in ["[", "{\"a\":", "<a>", "lease 10.0.0.1 { ", "a(", "\"", "[{\"ip\":"] {
        let deep = open.repeat(1_000_000).into_bytes();
        let alone = Outcome::of(&deep);
        wrongs.unless(alone.facts.is_empty(), || format!("{open}: {:?}", alone.facts));
        for (name, bytes) in records() {
            let whole = Outcome::of(&bytes);
            let some = deep.get(..20_000).unwrap_or(&deep);
            let read = Outcome::of(&[&bytes, b"\n".as_slice(), some].concat());
            wrongs.unless(whole.facts.is_subset(&read.facts), || {
                format!("{name} before {open}: {}", read.told())
            });
        }
    }
    wrongs.assert_none();
}

/// Entities of a DTD are not expanded and not fetched.
#[test]
fn entities_of_a_document_are_not_expanded() {
    let mut bomb = String::from("<!DOCTYPE x [<!ENTITY e0 \"hunter2\">\n");
    for level in 1..30 {
        let ten = format!("&e{};", level - 1).repeat(10);
        bomb.push_str(&format!("<!ENTITY e{level} \"{ten}\">\n"));
    }
    bomb.push_str("<!ENTITY file SYSTEM \"file:///etc/passwd\">]>\n");
    let mut wrongs = Wrongs::default();
    let mut documents = 0;
    for (name, bytes) in records() {
        let text = String::from_utf8(bytes).expect("text");
        let Some((_, body)) = text.split_once("?>") else { continue };
        documents += 1;
        // Into every text and every attribute.
        let laden = body.replace("=\"", "=\"&e29;&file;").replace("</", "&e29;&file;</");
        for body in [body, &laden] {
            let read = Outcome::of(format!("<?xml version=\"1.0\"?>\n{bomb}{body}").as_bytes());
            let all = format!("{:?} {}", read.facts, read.told());
            let is_expanded = ["hunter2", "root:", "/bin/"].iter().any(|word| all.contains(word));
            wrongs.unless(!is_expanded, || format!("{name}: {all}"));
        }
        let whole = Outcome::of(text.as_bytes());
        let read = Outcome::of(format!("<?xml version=\"1.0\"?>\n{bomb}{body}").as_bytes());
        wrongs.unless(read.facts == whole.facts, || format!("{name}: {}", read.told()));
    }
    assert!(documents >= 4, "{documents}");
    wrongs.assert_none();
}

#[test]
fn inputs_with_nothing_in_them_are_no_evidence() {
    let nothing: [&[u8]; 7] =
        [b"", b"\n", b" \r\n\r\n", b"\xef\xbb\xbf", b"\xff\xfe", &[0; 70_000], b"\x1a"];
    for bytes in nothing {
        let read = Outcome::of(bytes);
        assert!(read.facts.is_empty(), "{}", read.told());
    }
}
