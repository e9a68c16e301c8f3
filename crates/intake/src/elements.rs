//! The objects of a JSON array, one after the other, from an input of any size.
//!
//! Brackets and strings are followed and nothing else: commas that are missing or too many harm nobody, and what
//! is inside an object is its reader's to judge.

use std::io::{self, BufRead};

use crate::IntakeError;
use crate::notebook::Notebook;

/// How deep arrays may nest around the objects that are looked for; nobody writes more than two.
const AROUND_MAX: usize = 8;

/// What became of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    /// It is in the buffer.
    Whole,
    /// It is longer than the limit: the buffer holds its start.
    TooLong,
    /// The input, or another object, begins before it ends.
    Cut,
}

/// Which objects are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// Those that stand in no other: a line, or an element of an array.
    Outermost,
    /// Those in an array of the outermost object.
    Inside,
}

/// Reads object after object; one over the limit costs no memory.
pub(crate) struct Elements<R> {
    reader: R,
    level: Level,
    limit_bytes: usize,
    /// The brackets around the object that is looked for, the outermost first.
    around: Vec<u8>,
    /// Brackets that are open inside the object, or beyond what is followed.
    depth: u64,
    in_string: bool,
    escaped: bool,
    collecting: bool,
    starts_line: bool,
    /// How many bytes stand outside the outermost brackets that no JSON has there.
    pub(crate) stray_bytes: u64,
    /// How many bytes are behind the reader.
    pub(crate) offset: u64,
}

impl<R: BufRead> Elements<R> {
    /// Tells of what stood between the objects.
    pub(crate) fn finish(&self, notebook: &mut Notebook<'_>) {
        if self.stray_bytes > 0 {
            notebook.warning(
                "whole file",
                format!("{} bytes stand outside of all objects", self.stray_bytes),
                "the objects are kept; give other data in a file of its own",
            );
        }
        notebook.progress(self.offset);
    }

    pub(crate) fn new(reader: R, level: Level, limit_bytes: usize) -> Self {
        Self {
            reader,
            level,
            limit_bytes,
            around: Vec::new(),
            depth: 0,
            in_string: false,
            escaped: false,
            collecting: false,
            starts_line: true,
            stray_bytes: 0,
            offset: 0,
        }
    }

    /// Fills `element` with the next object; `None` at the end.
    pub(crate) fn next(&mut self, element: &mut Vec<u8>) -> Result<Option<Element>, IntakeError> {
        element.clear();
        if self.collecting {
            // Another object began before the last had ended; its bracket is taken.
            element.push(b'{');
        }
        let mut is_too_long = false;
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(source) => return Err(IntakeError::Io { offset: self.offset, source }),
            };
            if chunk.is_empty() {
                let was_collecting = std::mem::take(&mut self.collecting);
                return Ok(was_collecting.then_some(Element::Cut));
            }
            let mut state = Follow {
                level: self.level,
                around: &mut self.around,
                depth: &mut self.depth,
                in_string: &mut self.in_string,
                escaped: &mut self.escaped,
                collecting: &mut self.collecting,
                starts_line: &mut self.starts_line,
                stray_bytes: &mut self.stray_bytes,
            };
            let mut used = 0;
            let mut news = None;
            for &byte in chunk {
                used += 1;
                let step = state.step(byte);
                if *state.collecting || step == Step::Ended {
                    if element.len() < self.limit_bytes {
                        element.push(byte);
                    } else {
                        is_too_long = true;
                    }
                }
                match step {
                    Step::On => {}
                    Step::Ended if is_too_long => news = Some(Element::TooLong),
                    Step::Ended => news = Some(Element::Whole),
                    Step::BeganAnew => {
                        element.pop();
                        news = Some(if is_too_long { Element::TooLong } else { Element::Cut });
                    }
                }
                if news.is_some() {
                    break;
                }
            }
            self.reader.consume(used);
            self.offset += used as u64;
            if news.is_some() {
                return Ok(news);
            }
        }
    }
}

#[derive(PartialEq, Eq)]
enum Step {
    On,
    /// The byte ends the object.
    Ended,
    /// The byte begins another object although this one has not ended.
    BeganAnew,
}

/// The state while a chunk is borrowed from the reader.
struct Follow<'a> {
    level: Level,
    around: &'a mut Vec<u8>,
    depth: &'a mut u64,
    in_string: &'a mut bool,
    escaped: &'a mut bool,
    collecting: &'a mut bool,
    starts_line: &'a mut bool,
    stray_bytes: &'a mut u64,
}

impl Follow<'_> {
    fn step(&mut self, byte: u8) -> Step {
        let starts_line = std::mem::replace(self.starts_line, byte == b'\n');
        if *self.in_string {
            match byte {
                // No string of JSON holds a line end: the quote was never closed.
                b'\n' => *self.in_string = false,
                _ if *self.escaped => *self.escaped = false,
                b'\\' => *self.escaped = true,
                b'"' => *self.in_string = false,
                _ => {}
            }
            return Step::On;
        }
        *self.escaped = false;
        match byte {
            b'"' => *self.in_string = true,
            // Writers indent what is inside: an object at the start of a line follows one that broke off.
            b'{' if *self.collecting && starts_line && self.level == Level::Outermost => {
                *self.depth = 1;
                return Step::BeganAnew;
            }
            b'{' | b'[' => self.open(byte),
            b'}' | b']' => return self.close(),
            b',' | 0x1e => {}
            _ if byte.is_ascii_whitespace() => {}
            _ if *self.depth == 0 && self.is_between() => *self.stray_bytes += 1,
            _ => {}
        }
        Step::On
    }

    fn open(&mut self, bracket: u8) {
        if *self.depth > 0 {
            *self.depth += 1;
        } else if bracket == b'{' && self.is_wanted_here() {
            *self.collecting = true;
            *self.depth = 1;
        } else if self.around.len() < AROUND_MAX {
            self.around.push(bracket);
        } else {
            *self.depth = 1;
        }
    }

    fn close(&mut self) -> Step {
        if *self.depth == 0 {
            self.around.pop();
            return Step::On;
        }
        *self.depth -= 1;
        if *self.depth == 0 && std::mem::take(self.collecting) { Step::Ended } else { Step::On }
    }

    /// Whether only objects may stand here.
    fn is_between(&self) -> bool {
        self.around.iter().all(|bracket| *bracket == b'[')
    }

    fn is_wanted_here(&self) -> bool {
        match self.level {
            Level::Outermost => self.is_between(),
            Level::Inside => *self.around == [b'{', b'['],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    /// The objects, each with what became of it, read in pieces of `size` bytes.
    fn objects(text: &str, level: Level, size: usize) -> Vec<String> {
        let reader = BufReader::with_capacity(size, text.as_bytes());
        let mut elements = Elements::new(reader, level, 20);
        let mut element = Vec::new();
        let mut found = Vec::new();
        while let Some(state) = elements.next(&mut element).unwrap() {
            let text = String::from_utf8_lossy(&element);
            found.push(format!("{state:?} {text}"));
        }
        found
    }

    #[test]
    fn any_split_of_the_bytes_gives_the_same_objects() {
        let text = "[\n{\"a\":\"}\\\"]\"},\n,{\"b\":[{}]}\n,\n{\"c\": \"open\n{\"d\":1}\n{\"e\":\"aaaaaaaaaaaaaaaaaaaa\"}\n{\"f\":2},]{\"g";
        for size in 1..text.len() {
            assert_eq!(
                objects(text, Level::Outermost, size),
                [
                    "Whole {\"a\":\"}\\\"]\"}",
                    "Whole {\"b\":[{}]}",
                    "Cut {\"c\": \"open\n",
                    "Whole {\"d\":1}",
                    "TooLong {\"e\":\"aaaaaaaaaaaaaa",
                    "Whole {\"f\":2}",
                    "Cut {\"g",
                ]
            );
        }
    }

    #[test]
    fn objects_in_an_array_of_the_outermost() {
        let text = "{\"type\":\"x\",\"crs\":{\"p\":[{}]},\"features\":[{\"a\":{}},{\"b\":1}]}";
        assert_eq!(objects(text, Level::Inside, 7), ["Whole {\"a\":{}}", "Whole {\"b\":1}"]);
    }
}
