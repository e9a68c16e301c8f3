//! What nmap concluded, as text of the signal kinds `nmap.service` and `nmap.os`.
//!
//! One line: what was found, then ` | key=value` for each thing that nmap says of it, in a fixed order, empty ones left
//! out. A bar, a line end or another control character in a value becomes a blank, so that the line can be taken apart again.
//! `docs/reference/signals.md` describes the form.

use quick_xml::events::BytesStart;

use crate::xml::attribute;

/// Characters of one value that are kept; nmap's own texts stay far below.
const VALUE_CHARS_MAX: usize = 256;
/// CPE names of one service or system that are kept; nmap writes up to three.
const CPES_MAX: usize = 8;
/// Guesses of an operating system that are kept: those that nmap itself holds equally good.
const SYSTEMS_MAX: usize = 4;
/// How sure nmap is of what it has probed, when it is sure (`conf`).
const CONFIDENCE_MAX: u8 = 10;

/// What service detection made of the answers of one port.
#[derive(Debug, Default)]
pub(super) struct Service {
    name: String,
    fields: Vec<(&'static str, String)>,
    cpes: Cpes,
    confidence: u8,
}

impl Service {
    /// `None` where nmap looked the port up in its table, which says nothing of the device.
    pub(super) fn read(tag: &BytesStart<'_>) -> Option<Self> {
        if attribute(tag, "method") == "table" {
            return None;
        }
        let name = attribute(tag, "name");
        let tunnel = attribute(tag, "tunnel");
        let named = [
            ("product", "product"),
            ("version", "version"),
            ("info", "extrainfo"),
            ("device", "devicetype"),
            ("os", "ostype"),
            ("host", "hostname"),
        ];
        Some(Self {
            name: if tunnel.is_empty() { name } else { format!("{tunnel}/{name}") },
            fields: named.into_iter().map(|(key, said)| (key, attribute(tag, said))).collect(),
            cpes: Cpes::default(),
            confidence: attribute(tag, "conf").parse().unwrap_or(CONFIDENCE_MAX),
        })
    }

    /// Its CPE names.
    pub(super) fn cpes(&mut self) -> &mut Cpes {
        &mut self.cpes
    }

    /// The signal's text; `None` where nmap says no more than the protocol.
    pub(super) fn line(self) -> Option<String> {
        let is_said = |key: &str| self.fields.iter().any(|(k, text)| *k == key && !text.is_empty());
        if !(is_said("product")
            || is_said("device")
            || is_said("os")
            || !self.cpes.text().is_empty())
        {
            return None;
        }
        let mut line = Line::new(&self.name);
        self.fields.iter().for_each(|(key, text)| line.add(key, text));
        line.add("cpe", &self.cpes.text());
        if self.confidence < CONFIDENCE_MAX {
            line.add("conf", &self.confidence.to_string());
        }
        Some(line.0)
    }
}

/// The operating systems that nmap holds possible: the best, and those equally good.
#[derive(Debug, Default)]
pub(super) struct Systems {
    kept: Vec<System>,
    /// Whether what stands below the newest `<osmatch>` belongs to the last one kept.
    is_newest_kept: bool,
}

#[derive(Debug)]
struct System {
    name: String,
    accuracy: u8,
    fields: Vec<(&'static str, String)>,
    cpes: Cpes,
}

impl Systems {
    /// An `<osmatch>`. They come best first: a worse one is no longer what nmap would answer.
    pub(super) fn found(&mut self, tag: &BytesStart<'_>) {
        let accuracy = attribute(tag, "accuracy").parse().unwrap_or(0);
        let best = self.kept.first().map_or(0, |system| system.accuracy);
        let name = attribute(tag, "name");
        self.is_newest_kept = accuracy >= best && !name.is_empty() && self.kept.len() < SYSTEMS_MAX;
        if self.is_newest_kept {
            self.kept.push(System { name, accuracy, fields: Vec::new(), cpes: Cpes::default() });
        }
    }

    /// An `<osclass>` of the newest `<osmatch>`; the first is the best.
    pub(super) fn class(&mut self, tag: &BytesStart<'_>) {
        if let Some(system) = self.newest().filter(|system| system.fields.is_empty()) {
            let named =
                [("type", "type"), ("vendor", "vendor"), ("family", "osfamily"), ("gen", "osgen")];
            system.fields =
                named.into_iter().map(|(key, said)| (key, attribute(tag, said))).collect();
        }
    }

    /// The CPE names of the newest, where it is kept.
    pub(super) fn cpes(&mut self) -> Option<&mut Cpes> {
        self.newest().map(|system| &mut system.cpes)
    }

    /// The signals' texts.
    pub(super) fn lines(self) -> impl Iterator<Item = String> {
        self.kept.into_iter().map(|system| {
            let mut line = Line::new(&system.name);
            system.fields.iter().for_each(|(key, text)| line.add(key, text));
            line.add("cpe", &system.cpes.text());
            line.add("accuracy", &system.accuracy.to_string());
            line.0
        })
    }

    fn newest(&mut self) -> Option<&mut System> {
        self.kept.last_mut().filter(|_| self.is_newest_kept)
    }
}

/// The names that `<cpe>` elements hold.
#[derive(Debug, Default)]
pub(super) struct Cpes(Vec<String>);

impl Cpes {
    /// An element begins; answers whether there is room for its name.
    pub(super) fn begin(&mut self) -> bool {
        let has_room = self.0.len() < CPES_MAX;
        if has_room {
            self.0.push(String::new());
        }
        has_room
    }

    /// A piece of the name that began last.
    pub(super) fn go_on(&mut self, text: &str) {
        if let Some(last) = self.0.last_mut()
            && last.len() + text.len() <= VALUE_CHARS_MAX
        {
            last.push_str(text);
        }
    }

    fn text(&self) -> String {
        let said: Vec<&str> =
            self.0.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
        said.join(" ")
    }
}

/// A line in the making.
struct Line(String);

impl Line {
    fn new(head: &str) -> Self {
        Self(clean(head))
    }

    fn add(&mut self, key: &str, value: &str) {
        let value = clean(value);
        if !value.is_empty() {
            self.0.extend([" | ", key, "=", &value]);
        }
    }
}

/// One line without bars, of a length that a reader has use for.
fn clean(text: &str) -> String {
    let blank = |c: char| if c.is_control() || c == '|' { ' ' } else { c };
    let text: String = text.chars().take(VALUE_CHARS_MAX).map(blank).collect();
    text.trim().to_owned()
}
