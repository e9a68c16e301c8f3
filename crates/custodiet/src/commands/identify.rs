//! `custodiet identify`: lines of signals in, lines of makers out.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write as _};

use attribute::{Attributor, Identified, IdentifyError, Next, read_line};
use model::Level;
use serde::Serialize;

use super::{firmware, shared};
use crate::args::{Format, IdentifyArguments};
use crate::exit::{Exit, Failure};
use crate::place;
use crate::say::say;

/// A line of signals holds a few kilobytes; one of this length is not ours.
const LINE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Lines that cannot be read are told one by one up to here: a file of another format has millions of them.
const BAD_LINES_SAID: u64 = 1_000;

/// Kinds that are not known are told once each, and so many.
const NOTES_MAX: usize = 50;

pub(crate) fn run(arguments: &IdentifyArguments) -> Result<Exit, Failure> {
    let priors = shared::priors(&arguments.priors)?;
    if !arguments.firmware.is_empty() {
        let format = arguments.format.unwrap_or(Format::Table);
        return firmware::run(&arguments.firmware, format, priors);
    }
    if arguments.format.is_some() {
        return Err(Failure::usage(
            "--format is for --firmware: lines of signals are answered with JSON lines",
        ));
    }
    let attributor = Attributor::new(place::knowledge()?, priors);
    let desk = Desk { attributor, says_next: arguments.next };
    match &arguments.file {
        None => identify(&desk, &mut io::stdin().lock(), "standard input"),
        Some(path) => {
            let name = path.display().to_string();
            let file = File::open(path).map_err(|source| {
                let message = format!("cannot read `{name}`");
                Failure::new(Exit::Input, anyhow::Error::new(source).context(message))
            })?;
            identify(&desk, &mut BufReader::with_capacity(256 * 1024, file), &name)
        }
    }
}

/// Who answers, and whether the answers say what to ask next.
struct Desk {
    attributor: Attributor<'static>,
    says_next: bool,
}

/// An answer, with what to ask next where that was wanted.
#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    identified: Identified,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Vec<Next>>,
}

impl Desk {
    fn answer(&self, line: &[u8], notes: &mut Vec<String>) -> Result<Answer, IdentifyError> {
        let (id, signals) = read_line(line, notes)?;
        let identified = Identified::new(id, self.attributor.attribute(&signals));
        let next = self.says_next.then(|| self.attributor.next_questions(&signals));
        Ok(Answer { identified, next })
    }
}

fn identify(desk: &Desk, input: &mut dyn BufRead, name: &str) -> Result<Exit, Failure> {
    let mut out = shared::stdout();
    let mut line = Vec::new();
    let mut notes = Notes::default();
    let mut of_line = Vec::new();
    let (mut number, mut good, mut bad, mut found) = (0u64, 0u64, 0u64, false);
    while let Some(whole) = next_line(input, &mut line).map_err(|source| {
        let message = format!("cannot read {name} after line {number}");
        Failure::new(Exit::Input, anyhow::Error::new(source).context(message))
    })? {
        number += 1;
        if line.iter().all(u8::is_ascii_whitespace) && whole {
            continue;
        }
        let identified = if whole {
            let answer = desk.answer(&line, &mut of_line).map_err(|error| error.to_string());
            notes.add(number, of_line.drain(..));
            answer
        } else {
            Err(format!("longer than {LINE_BYTES_MAX} bytes: not read"))
        };
        match identified {
            Ok(identified) => {
                good += 1;
                found |= identified.identified.level != Level::Unknown;
                shared::json_line(&identified, &mut out)?;
            }
            Err(problem) => {
                bad += 1;
                if bad <= BAD_LINES_SAID {
                    say!("custodiet: {name} line {number}: {problem}");
                }
            }
        }
    }
    out.flush()?;
    if bad > BAD_LINES_SAID {
        say!("custodiet: {name}: {} more lines could not be read", bad - BAD_LINES_SAID);
    }
    notes.tell(name);
    match (good, bad) {
        (0, 1..) => Err(Failure::input(format!("no line of {name} could be read"))),
        _ if found => Ok(Exit::Findings),
        _ => Ok(Exit::NothingFound),
    }
}

/// What was left out of lines that were read: the first line where it was, and how many there are.
#[derive(Default)]
struct Notes(BTreeMap<String, (u64, u64)>);

impl Notes {
    fn add(&mut self, line: u64, notes: impl Iterator<Item = String>) {
        for note in notes {
            if let Some((_, more)) = self.0.get_mut(&note) {
                *more += 1;
            } else if self.0.len() < NOTES_MAX {
                self.0.insert(note, (line, 0));
            }
        }
    }

    fn tell(&self, name: &str) {
        for (note, (line, more)) in &self.0 {
            match more {
                0 => say!("custodiet: {name} line {line}: {note}"),
                _ => say!("custodiet: {name} line {line} (and {more} more): {note}"),
            }
        }
    }
}

/// The next line without its end; `Some(false)` when it was too long and is cut; `None` at the end.
fn next_line(input: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    let mut any = false;
    let mut whole = true;
    loop {
        let buffer = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if buffer.is_empty() {
            return Ok(any.then_some(whole));
        }
        any = true;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
        if line.len() + part.len() <= LINE_BYTES_MAX {
            line.extend_from_slice(part);
        } else {
            whole = false;
        }
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            return Ok(Some(whole));
        }
    }
}
