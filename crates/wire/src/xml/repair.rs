//! A well-formed copy of a document that is not.

use crate::DecodeError;

/// Deepest nesting that is followed; answers of cameras stay below 20.
const DEPTH_MAX: usize = 256;
/// Attributes of one element that are copied; devices write below 60.
const ATTRIBUTES_MAX: usize = 256;
/// Prefixes that are remembered at once.
const PREFIXES_MAX: usize = 1024;

/// What came of the repair.
pub(super) struct Repaired {
    /// The copy.
    pub(super) text: String,
    /// What was wrong: a stable name and what was met.
    pub(super) quirks: Vec<(&'static str, String)>,
}

/// Copies `text`, mending what a lenient reader would overlook. What ends early is closed without a quirk:
/// the cut is more often the capture's than the peer's.
///
/// # Errors
/// [`DecodeError::Malformed`] for a document type declaration, for no element at all and for more than
/// [`DEPTH_MAX`] levels.
pub(super) fn repair(text: &str) -> Result<Repaired, DecodeError> {
    let mut repair = Repair { source: text, ..Repair::default() };
    while repair.step()? {}
    repair.finish()
}

#[derive(Default)]
struct Repair<'a> {
    source: &'a str,
    /// Byte offset of what was not looked at yet.
    at: usize,
    copy: String,
    quirks: Vec<(&'static str, String)>,
    /// Open elements, outermost first.
    open: Vec<Open<'a>>,
    /// Prefixes in scope; each element remembers how many there were before it.
    prefixes: Vec<&'a str>,
    has_root: bool,
}

struct Open<'a> {
    name: &'a str,
    prefixes_before: usize,
}

impl<'a> Repair<'a> {
    fn note(&mut self, name: &'static str, detail: &str) {
        if !self.quirks.iter().any(|(known, _)| *known == name) {
            self.quirks.push((name, detail.to_owned()));
        }
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn is_after_root(&self) -> bool {
        self.has_root && self.open.is_empty()
    }

    /// Copies one piece; `false` at the end of the document.
    fn step(&mut self) -> Result<bool, DecodeError> {
        let rest = self.rest();
        let text = rest.get(..rest.find('<').unwrap_or(rest.len())).unwrap_or_default();
        if !text.is_empty() {
            self.characters(text);
            self.at += text.len();
            return Ok(true);
        }
        if rest.is_empty() {
            return Ok(false);
        }
        if let Some(inside) = rest.strip_prefix("<?") {
            if self.is_after_root() {
                self.note("two-documents", "a second XML declaration");
                return Ok(false);
            }
            self.at += length_to(inside, "?>") + 2;
        } else if let Some(inside) = rest.strip_prefix("<!--") {
            self.at += length_to(inside, "-->") + 4;
        } else if let Some(inside) = rest.strip_prefix("<![CDATA[") {
            let length = length_to(inside, "]]>");
            let characters = inside.get(..length).unwrap_or_default();
            self.escaped(characters.strip_suffix("]]>").unwrap_or(characters));
            self.at += length + 9;
        } else if rest.starts_with("<!") {
            return Err(self.malformed("document without a DTD"));
        } else if let Some(inside) = rest.strip_prefix("</") {
            let length = length_to(inside, ">");
            let name = inside.get(..length).unwrap_or_default().trim_end_matches('>').trim();
            self.close(name);
            self.at += length + 2;
        } else {
            return self.start_tag();
        }
        Ok(true)
    }

    fn malformed(&self, production: &'static str) -> DecodeError {
        DecodeError::Malformed { production, offset: self.at }
    }

    fn characters(&mut self, text: &str) {
        if !self.open.is_empty() {
            return self.mended(text);
        }
        let junk = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\0' | '\u{feff}'));
        if !self.has_root && !junk.is_empty() {
            self.note("leading-junk", junk);
        } else if self.has_root && !junk.is_empty() {
            self.note("trailing-junk", junk);
        } else if self.has_root && text.contains('\0') {
            self.note("trailing-nul", "NUL after the document");
        }
    }

    /// Copies text or an attribute value in which `&` may stand for itself.
    fn mended(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find(|c: char| c == '&' || c == '<' || c == '"' || !is_xml(c)) {
            let (before, special) = rest.split_at(at);
            self.copy.push_str(before);
            let length = match special.chars().next() {
                Some('&') => match reference_length(special) {
                    Some(length) => {
                        self.copy.push_str(special.get(..length).unwrap_or_default());
                        length
                    }
                    None => {
                        self.note("unescaped-ampersand", special);
                        self.copy.push_str("&amp;");
                        1
                    }
                },
                Some('<') => {
                    self.copy.push_str("&lt;");
                    1
                }
                Some('"') => {
                    self.copy.push_str("&quot;");
                    1
                }
                Some(control) => {
                    self.note("control-character", "a character that XML does not allow");
                    control.len_utf8()
                }
                None => return,
            };
            rest = special.get(length..).unwrap_or_default();
        }
        self.copy.push_str(rest);
    }

    /// Copies text in which nothing is markup.
    fn escaped(&mut self, text: &str) {
        for character in text.chars().filter(|c| is_xml(*c)) {
            match character {
                '&' => self.copy.push_str("&amp;"),
                '<' => self.copy.push_str("&lt;"),
                '>' => self.copy.push_str("&gt;"),
                other => self.copy.push(other),
            }
        }
    }

    fn close(&mut self, name: &'a str) {
        let Some(depth) = self.open.iter().rposition(|open| open.name == name) else {
            // A cut may end inside the name.
            if self.at + name.len() + 2 < self.source.len() {
                self.note("unbalanced", name);
            }
            return;
        };
        if depth + 1 < self.open.len() {
            self.note("unbalanced", name);
        }
        while self.open.len() > depth {
            self.close_innermost();
        }
    }

    fn close_innermost(&mut self) {
        if let Some(open) = self.open.pop() {
            self.copy.push_str("</");
            self.copy.push_str(open.name);
            self.copy.push('>');
            self.prefixes.truncate(open.prefixes_before);
        }
    }

    fn start_tag(&mut self) -> Result<bool, DecodeError> {
        let inside = self.rest().get(1..).unwrap_or_default();
        let name =
            inside.get(..inside.find(is_name_end).unwrap_or(inside.len())).unwrap_or_default();
        if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            if !self.open.is_empty() {
                self.note("unescaped-angle", inside);
                self.copy.push_str("&lt;");
            }
            self.at += 1;
            return Ok(true);
        }
        if self.is_after_root() {
            self.note("two-documents", name);
            return Ok(false);
        }
        let Some(tag) = Tag::read(name, inside) else {
            // Cut inside the tag: what is open so far is all there is.
            return Ok(false);
        };
        if self.open.len() >= DEPTH_MAX {
            return Err(self.malformed("nesting of at most 256 levels"));
        }
        self.at += 1 + tag.length;
        self.has_root = true;
        self.open_element(&tag);
        if tag.is_empty {
            self.close_innermost();
        }
        Ok(true)
    }

    fn open_element(&mut self, tag: &Tag<'a>) {
        let prefixes_before = self.prefixes.len();
        self.copy.push('<');
        self.copy.push_str(tag.name);
        let mut written: Vec<&str> = Vec::with_capacity(tag.attributes.len());
        for attribute in &tag.attributes {
            if written.contains(&attribute.name) {
                self.note("duplicate-attribute", attribute.name);
                continue;
            }
            if !attribute.is_quoted {
                self.note("unquoted-attribute", attribute.name);
            }
            written.push(attribute.name);
            if let Some(prefix) = attribute.name.strip_prefix("xmlns:")
                && self.prefixes.len() < PREFIXES_MAX
            {
                self.prefixes.push(prefix);
            }
            self.copy.push(' ');
            self.copy.push_str(attribute.name);
            self.copy.push_str("=\"");
            self.mended(attribute.value);
            self.copy.push('"');
        }
        for name in std::iter::once(tag.name).chain(written) {
            if self.prefixes.len() < PREFIXES_MAX {
                self.declare_prefix_of(name);
            }
        }
        self.copy.push('>');
        self.open.push(Open { name: tag.name, prefixes_before });
    }

    fn declare_prefix_of(&mut self, name: &'a str) {
        let Some((prefix, _)) = name.split_once(':') else { return };
        if matches!(prefix, "xml" | "xmlns") || self.prefixes.contains(&prefix) {
            return;
        }
        self.note("undeclared-prefix", prefix);
        self.prefixes.push(prefix);
        for part in [" xmlns:", prefix, "=\"undeclared:", prefix, "\""] {
            self.copy.push_str(part);
        }
    }

    fn finish(mut self) -> Result<Repaired, DecodeError> {
        if !self.has_root {
            return Err(self.malformed("XML document"));
        }
        while !self.open.is_empty() {
            self.close_innermost();
        }
        Ok(Repaired { text: self.copy, quirks: self.quirks })
    }
}

struct Tag<'a> {
    name: &'a str,
    attributes: Vec<Attribute<'a>>,
    is_empty: bool,
    /// Bytes from the name to the closing angle, both included.
    length: usize,
}

struct Attribute<'a> {
    name: &'a str,
    value: &'a str,
    is_quoted: bool,
}

impl<'a> Tag<'a> {
    /// Reads a tag from its name on; `None` when it does not end.
    fn read(name: &'a str, inside: &'a str) -> Option<Self> {
        let mut tag = Tag { name, attributes: Vec::new(), is_empty: false, length: 0 };
        let mut rest = inside.get(name.len()..)?;
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix('>') {
                tag.length = inside.len() - after.len();
                return Some(tag);
            }
            if let Some(after) = rest.strip_prefix('/') {
                tag.is_empty = after.starts_with('>');
                rest = after;
                continue;
            }
            let name_length = rest.find(|c| c == '=' || is_name_end(c))?;
            let (name, after) = rest.split_at_checked(name_length)?;
            if name.is_empty() {
                // A stray character, such as a second `=` or a lone quote.
                rest = rest.get(rest.chars().next()?.len_utf8()..)?;
                continue;
            }
            let (value, is_quoted, after) = attribute_value(name, after)?;
            if tag.attributes.len() < ATTRIBUTES_MAX {
                tag.attributes.push(Attribute { name, value, is_quoted });
            }
            rest = after;
        }
    }
}

/// The value after an attribute's name, whether it was quoted, and what follows.
fn attribute_value<'a>(name: &'a str, after: &'a str) -> Option<(&'a str, bool, &'a str)> {
    let Some(value) = after.trim_start().strip_prefix('=').map(str::trim_start) else {
        return Some((name, false, after));
    };
    for quote in ['"', '\''] {
        if let Some(inside) = value.strip_prefix(quote) {
            let (value, after) = inside.split_once(quote)?;
            return Some((value, true, after));
        }
    }
    let (value, after) = value.split_at(value.find(is_name_end)?);
    Some((value, false, after))
}

fn is_name_end(character: char) -> bool {
    character.is_whitespace() || matches!(character, '>' | '/' | '<' | '"' | '\'' | '\0')
}

/// Bytes up to and with `end`; all where it does not come.
fn length_to(text: &str, end: &str) -> usize {
    text.find(end).map_or(text.len(), |at| at + end.len())
}

const fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Length of the reference at the start of `text`, where it is one that needs no DTD.
fn reference_length(text: &str) -> Option<usize> {
    const LONGEST: usize = "&#x10ffff;".len();
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let is_known = matches!(name, "amp" | "lt" | "gt" | "quot" | "apos")
        || name.strip_prefix('#').is_some_and(|number| {
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            code.ok().and_then(char::from_u32).is_some_and(is_xml)
        });
    is_known.then_some(end + 1)
}
