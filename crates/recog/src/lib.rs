//! Reads Recog's fingerprint files and makes knowledge of ours of them, of a lower rank.
//!
//! Recog is a collection of regular expressions over banners, headers and titles, kept as XML. [`import`] takes what
//! concerns surveillance equipment or rules it out, translates the patterns from Ruby's syntax, runs every example, and
//! writes records in the form of `kb/fingerprints/*.toml`: an addition to a knowledge base. What cannot be taken is counted
//! with its reason and place. Nothing here opens a file.
//!
//! The records stay another project's words: rank 6, small weights, the family of the banner they read, ids that begin with
//! `recog.`, and a source that names file and line.

#![deny(clippy::disallowed_methods)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod document;
mod meaning;
mod record;
mod target;
mod translate;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use knowledge::{Fingerprint, Knowledge, LintFinding, LintRule, Texts};
use regex::Regex;
use sha2::{Digest as _, Sha256};

use document::{Entry, Example};
use meaning::{Meaning, Meaningless};
use record::{Asserts, Record, WrittenExample};
use target::Target;
use translate::{Untranslatable, translate};

/// A file of fingerprints larger than this is something else: the largest has half a mebibyte.
pub const FILE_BYTES_MAX: usize = 16 << 20;
/// A text that an example keeps in a file of its own.
pub const EXAMPLE_BYTES_MAX: usize = 64 << 10;

/// Patterns are refused above this by the knowledge base.
const PATTERN_CHARS_MAX: usize = 2_000;
/// A compiled pattern may take this much memory; a banner's takes a tenth.
const PATTERN_BYTES_MAX: usize = 1 << 20;
/// After so many patterns of one file that are larger the file is no list of banners, and the rest is not compiled.
const LARGE_PATTERNS_MAX: usize = 100;
/// Nesting of groups and classes, as in the knowledge base.
const PATTERN_DEPTH_MAX: u32 = 50;
/// Examples of one fingerprint that are written; all are run.
const EXAMPLES_WRITTEN_MAX: usize = 3;
/// A longer example is run and not written where a shorter one is there.
const EXAMPLE_WRITTEN_BYTES_MAX: usize = 2_000;
/// A text that has nothing to do with any device: a pattern that fits it fits anything.
const UNRELATED: &str = "quis custodiet ipsos custodes";
/// Characters of a description or a value that are shown.
const SHOWN_CHARS_MAX: usize = 120;

/// A fingerprint file.
#[derive(Debug)]
pub struct Source<'s> {
    /// Its name, such as `http_servers.xml`.
    pub name: &'s str,
    /// What it holds.
    pub bytes: &'s [u8],
    /// Texts of examples that stand in files of their own, by file name.
    pub examples: &'s BTreeMap<String, Vec<u8>>,
}

/// What an import made.
#[derive(Debug, Default)]
pub struct Import {
    /// File name below the folder of the addition, and its content.
    pub files: Vec<(String, String)>,
    /// Fingerprints by file that were read and taken.
    pub counts: Vec<Count>,
    /// What was left out, in the order of files and lines.
    pub left_out: Vec<LeftOut>,
    /// Files, or parts of files, that cannot be read.
    pub problems: Vec<Problem>,
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The file.
    pub file: String,
    /// Its fingerprints.
    pub read: usize,
    /// Those that became records.
    pub taken: usize,
}

/// A fingerprint that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: u64,
    /// What Recog calls it.
    pub description: String,
    /// Why.
    pub reason: Reason,
    /// More on that; may be empty.
    pub detail: String,
}

/// A file that cannot be read, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{file}` line {line}: {problem}")]
pub struct Problem {
    /// The file.
    pub file: String,
    /// The line, counted from 1; 0 when the file as a whole is meant.
    pub line: u64,
    /// What is wrong.
    pub problem: String,
}

/// Why a fingerprint was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The text it reads is no signal here.
    NoSignal,
    /// It names no kind of device, and no vendor that is known here.
    NotConcerned,
    /// Its pattern looks around.
    LookAround,
    /// Its pattern refers back.
    BackReference,
    /// Its pattern forbids trying again.
    Atomic,
    /// Its pattern holds something else that has no equal, or speaks of what is never kept.
    OtherSyntax,
    /// Its pattern is too large, or none at all.
    TooLarge,
    /// Its pattern requires no text, so that it would run on everything, or fits anything.
    TooBroad,
    /// It has no example, so that nothing shows that the translation is right.
    NoExample,
    /// An example of its own does not fit, or gives other values.
    ExampleFails,
    /// An attribute cannot be read, or values refer to each other in a circle.
    Broken,
    /// The same pattern stands in the file before.
    Twice,
}

impl Reason {
    /// Every reason, in the order of a report.
    pub const ALL: [Self; 12] = [
        Self::NoSignal,
        Self::NotConcerned,
        Self::LookAround,
        Self::BackReference,
        Self::Atomic,
        Self::OtherSyntax,
        Self::TooLarge,
        Self::TooBroad,
        Self::NoExample,
        Self::ExampleFails,
        Self::Broken,
        Self::Twice,
    ];

    /// The reason in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoSignal => "reads what is no signal here",
            Self::NotConcerned => "names no kind of device and no vendor that is known here",
            Self::LookAround => "looks around",
            Self::BackReference => "refers back to a group",
            Self::Atomic => "forbids trying again",
            Self::OtherSyntax => "holds what has no equal here",
            Self::TooLarge => "is too large, or no pattern",
            Self::TooBroad => "fits anything, or requires no text",
            Self::NoExample => "has no example",
            Self::ExampleFails => "does not fit its own example after translation",
            Self::Broken => "cannot be read",
            Self::Twice => "stands there twice",
        }
    }
}

/// Makes an addition to `knowledge` of Recog's files.
pub fn import(knowledge: &Knowledge, sources: &[Source<'_>]) -> Import {
    let mut import = Import::default();
    for source in sources {
        import.source(knowledge, source);
    }
    import
}

impl Import {
    /// How many fingerprints were left out for each reason that occurs.
    pub fn reasons(&self) -> BTreeMap<Reason, usize> {
        let mut counts = BTreeMap::new();
        for left in &self.left_out {
            *counts.entry(left.reason).or_default() += 1;
        }
        counts
    }

    fn source(&mut self, knowledge: &Knowledge, source: &Source<'_>) {
        let problem =
            |line: u64, problem: String| Problem { file: source.name.to_owned(), line, problem };
        if source.bytes.len() > FILE_BYTES_MAX {
            let text = format!("more than {} MiB is no list of fingerprints", FILE_BYTES_MAX >> 20);
            return self.problems.push(problem(0, text));
        }
        let text = text_of(source.bytes);
        let database = document::read(&text);
        self.problems.extend(database.problems.into_iter().map(|(line, text)| problem(line, text)));
        if database.fingerprints.is_empty() {
            return;
        }
        let stem = source.name.strip_suffix(".xml").unwrap_or(source.name);
        let mut reading = Reading {
            knowledge,
            source,
            stem: slug(stem),
            target: Target::of(&database.matches, stem),
            matches: if database.matches.is_empty() { stem } else { &database.matches },
            ids: BTreeSet::new(),
            large: 0,
        };
        let mut found: Vec<Found<'_>> = Vec::new();
        let read = database.fingerprints.len();
        for entry in &database.fingerprints {
            match reading.entry(entry) {
                Ok(taken) => found.push(taken),
                Err((reason, detail)) => self.leave_out(source, entry, reason, detail),
            }
        }
        let records = with_counter_examples(found);
        let records = self.linted(source, records);
        self.counts.push(Count { file: source.name.to_owned(), read, taken: records.len() });
        if !records.is_empty() {
            self.files.push((file_name(&reading.stem), written(&records)));
        }
        self.left_out.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    }

    fn leave_out(&mut self, source: &Source<'_>, entry: &Entry, reason: Reason, detail: String) {
        self.left_out.push(LeftOut {
            file: source.name.to_owned(),
            line: entry.line,
            description: shown(&entry.description),
            reason,
            detail: shown(&detail),
        });
    }

    /// The records that the knowledge base's own rules accept.
    fn linted<'e>(
        &mut self,
        source: &Source<'_>,
        found: Vec<(Record, &'e Entry)>,
    ) -> Vec<(Record, &'e Entry)> {
        if findings(found.iter().map(|(record, _)| record)).is_empty() {
            return found;
        }
        let mut kept = Vec::new();
        for (record, entry) in found {
            match findings(std::iter::once(&record)).into_iter().next() {
                None => kept.push((record, entry)),
                Some(LintFinding { rule, problem, .. }) => {
                    self.leave_out(source, entry, reason_of(rule), problem);
                }
            }
        }
        kept
    }
}

/// What the knowledge base's own rules hold against records. Their makers are those of the knowledge base they are made for.
fn findings<'r>(records: impl Iterator<Item = &'r Record>) -> Vec<LintFinding> {
    let mut text = String::new();
    records.for_each(|record| record.write(&mut text));
    let mut found =
        Knowledge::lint_texts(&Texts { files: vec![("fingerprints/recog.toml", text.as_str())] });
    found.retain(|finding| !matches!(finding.rule, LintRule::MakerKnown));
    found
}

const fn reason_of(rule: LintRule) -> Reason {
    match rule {
        LintRule::NeedsLiteral | LintRule::CounterExampleFails => Reason::TooBroad,
        LintRule::ExampleMatches | LintRule::HasExamples => Reason::ExampleFails,
        _ => Reason::TooLarge,
    }
}

/// What is asked of a file's fingerprints.
struct Reading<'r> {
    knowledge: &'r Knowledge,
    source: &'r Source<'r>,
    stem: String,
    target: Option<Target>,
    matches: &'r str,
    ids: BTreeSet<String>,
    /// Patterns that were too large.
    large: usize,
}

/// A fingerprint that is taken, before its counter-example is chosen.
struct Found<'e> {
    record: Record,
    regex: Regex,
    entry: &'e Entry,
}

type Refusal = (Reason, String);

impl Reading<'_> {
    fn entry<'e>(&mut self, entry: &'e Entry) -> Result<Found<'e>, Refusal> {
        let why = |reason: Reason| (reason, String::new());
        if let Some(problem) = &entry.problem {
            return Err((Reason::Broken, problem.clone()));
        }
        let Some(target) = self.target else {
            return Err((Reason::NoSignal, self.matches.to_owned()));
        };
        let meaning = Meaning::of(&entry.params, self.knowledge).map_err(|error| match error {
            Meaningless::NotConcerned => why(Reason::NotConcerned),
            Meaningless::Circle => {
                (Reason::Broken, "values refer to each other in a circle".into())
            }
        })?;
        let pattern = pattern_of(entry, target, &meaning)?;
        if self.large > LARGE_PATTERNS_MAX {
            let detail = format!("after {LARGE_PATTERNS_MAX} patterns that are too large");
            return Err((Reason::TooLarge, detail));
        }
        let regex = compiled(&pattern).inspect_err(|_| self.large += 1)?;
        if regex.is_match(UNRELATED) || regex.is_match("") {
            return Err(why(Reason::TooBroad));
        }
        let examples = self.examples(entry, target, &meaning, &regex)?;
        let id = self.id(entry).ok_or_else(|| why(Reason::Twice))?;
        let Meaning { kind, brand, maker, .. } = meaning;
        let asserts = Asserts { kind, brand, maker };
        if asserts.is_empty() {
            return Err(why(Reason::NotConcerned));
        }
        let description = shown(&entry.description);
        let source = format!("Recog, {} line {}: {description}", self.source.name, entry.line);
        let record = Record {
            id,
            kind: target.kind,
            pattern,
            asserts,
            description,
            source,
            examples,
            non_example: (UNRELATED.into(), "has nothing to do with it".into()),
        };
        Ok(Found { record, regex, entry })
    }

    /// An id that stays where other fingerprints come and go; `None` where the pattern stands in the file already.
    fn id(&mut self, entry: &Entry) -> Option<String> {
        let mut hash = Sha256::new();
        hash.update(format!("{}:{}", entry.flags, entry.pattern));
        let mut id = format!("{}{}.", Fingerprint::IMPORTED, self.stem);
        for octet in hash.finalize().iter().take(5) {
            let _ = write!(id, "{octet:02x}");
        }
        self.ids.insert(id.clone()).then_some(id)
    }

    /// Runs every example, and gives those that are written.
    fn examples(
        &self,
        entry: &Entry,
        target: Target,
        meaning: &Meaning,
        regex: &Regex,
    ) -> Result<Vec<WrittenExample>, Refusal> {
        let mut fitting = Vec::new();
        for example in &entry.examples {
            let text = self.text(example)?;
            let value = (target.value)(&text);
            // A signal is read without the blanks around it.
            let value = value.trim();
            let Some(caught) = regex.captures(value) else {
                return Err((Reason::ExampleFails, format!("`{}` does not fit", shown(value))));
            };
            let mut captures = Vec::new();
            for (group, param) in &meaning.names {
                let found = caught.name(group).map(|found| found.as_str());
                let expected = example.expected.iter().find(|(name, _)| name == param);
                if let Some((_, expected)) = expected
                    && found.unwrap_or_default().trim() != expected.trim()
                {
                    let found = shown(found.unwrap_or_default());
                    let detail = format!("`{param}` is `{found}`, not `{}`", shown(expected));
                    return Err((Reason::ExampleFails, detail));
                }
                captures.extend(found.map(|found| ((*group).to_owned(), found.to_owned())));
            }
            fitting.push((value.to_owned(), captures));
        }
        if fitting.is_empty() {
            return Err((Reason::NoExample, String::new()));
        }
        let is_short = |(text, _): &&(String, _)| text.len() <= EXAMPLE_WRITTEN_BYTES_MAX;
        let mut written: Vec<_> =
            fitting.iter().filter(is_short).take(EXAMPLES_WRITTEN_MAX).cloned().collect();
        if written.is_empty() {
            written.extend(fitting.into_iter().min_by_key(|(text, _)| text.len()));
        }
        Ok(written)
    }

    fn text<'e>(&self, example: &'e Example) -> Result<Cow<'e, str>, Refusal> {
        if !example.file.is_empty() {
            let bytes = self.source.examples.get(&example.file);
            let bytes = bytes.filter(|bytes| bytes.len() <= EXAMPLE_BYTES_MAX);
            return bytes.map(|bytes| text_of(bytes).into_owned().into()).ok_or_else(|| {
                let file = shown(&example.file);
                (Reason::Broken, format!("the file `{file}` of an example is missing or too long"))
            });
        }
        match example.encoding.as_str() {
            "" => Ok(Cow::Borrowed(&example.text)),
            "base64" => {
                let packed: String =
                    example.text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
                let bytes = STANDARD
                    .decode(packed)
                    .map_err(|_| (Reason::Broken, "an example is no base64".to_owned()))?;
                Ok(text_of(&bytes).into_owned().into())
            }
            other => Err((Reason::Broken, format!("encoding `{}` is not known", shown(other)))),
        }
    }
}

fn pattern_of(entry: &Entry, target: Target, meaning: &Meaning) -> Result<String, Refusal> {
    if entry.pattern.chars().count() > PATTERN_CHARS_MAX {
        let detail = format!("more than {PATTERN_CHARS_MAX} characters");
        return Err((Reason::TooLarge, detail));
    }
    let shaped = target.shaped(&entry.pattern).ok_or_else(|| {
        (Reason::OtherSyntax, "speaks of the value of a cookie, which is never kept".to_owned())
    })?;
    let group = |number: usize| meaning.groups.get(&number).copied();
    translate(&shaped, &entry.flags, target.anchors, group).map_err(|error| {
        let reason = match error {
            Untranslatable::LookAround => Reason::LookAround,
            Untranslatable::BackReference => Reason::BackReference,
            Untranslatable::Atomic => Reason::Atomic,
            Untranslatable::Other(_) | Untranslatable::Flag(_) => Reason::OtherSyntax,
        };
        (reason, error.to_string())
    })
}

fn compiled(pattern: &str) -> Result<Regex, Refusal> {
    regex::RegexBuilder::new(pattern)
        .size_limit(PATTERN_BYTES_MAX)
        .dfa_size_limit(PATTERN_BYTES_MAX)
        .nest_limit(PATTERN_DEPTH_MAX)
        .build()
        .map_err(|error| {
            let last = error.to_string().lines().last().unwrap_or_default().trim().to_owned();
            (Reason::TooLarge, last)
        })
}

/// Gives each record an example of another one of its file that it does not fit.
fn with_counter_examples(found: Vec<Found<'_>>) -> Vec<(Record, &Entry)> {
    let others: Vec<(String, String)> = found
        .iter()
        .filter_map(|found| {
            let (input, _) = found.record.examples.first()?;
            Some((input.clone(), found.record.description.clone()))
        })
        .collect();
    let count = others.len();
    found
        .into_iter()
        .enumerate()
        .map(|(at, Found { mut record, regex, entry })| {
            // The neighbours look most alike.
            let nearby = others.iter().cycle().skip(at + 1).take(count.saturating_sub(1));
            if let Some((input, description)) =
                nearby.take(EXAMPLES_LOOKED_AT).find(|(input, _)| !regex.is_match(input))
            {
                record.non_example = (input.clone(), format!("Recog calls it: {description}"));
            }
            (record, entry)
        })
        .collect()
}

/// Neighbours that are looked at for a counter-example.
const EXAMPLES_LOOKED_AT: usize = 20;

fn written(records: &[(Record, &Entry)]) -> String {
    let mut text = String::from(
        "# Made of Recog's fingerprints by `custodiet kb import-recog`: another project's conclusions, of the lowest rank.\n\
         # Not edited by hand: import again instead.\n",
    );
    records.iter().for_each(|(record, _)| record.write(&mut text));
    text
}

fn file_name(stem: &str) -> String {
    format!("fingerprints/recog-{stem}.toml")
}

/// Lower-case letters, digits and dashes.
fn slug(text: &str) -> String {
    let letters = text.chars().map(|c| match c.to_ascii_lowercase() {
        c if c.is_ascii_alphanumeric() => c,
        _ => '-',
    });
    letters.take(SHOWN_CHARS_MAX).collect()
}

/// Bytes as text: what is no UTF-8 becomes one character a byte, so that patterns can name it.
fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text.trim_start_matches('\u{feff}')),
        Err(_) => Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()),
    }
}

/// One line without control characters, of a length that a reader has use for.
fn shown(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    text.chars().filter(|c| !c.is_control()).take(SHOWN_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests;
