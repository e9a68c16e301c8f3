//! Free text to brand, model and kind: what a cell of a register says, part by part.
//!
//! A cell may speak of several devices (`4 Axis P3245 + 1 NVR`), of none (`not Hikvision`), or of one that is gone
//! (`replaced Hikvision with Axis`). Each part is read for itself, with how it was read and how many letters off; what was
//! not understood is kept. Nothing is guessed: a name that is as near to two brands is read as neither.

mod lex;
mod model_number;
mod sense;
mod vocabulary;

use std::ops::Range;

use knowledge::{Brand, Knowledge, ModelPattern, NameAt, NearName};
use model::DeviceKind;
use serde::Serialize;

use crate::name::is_corporate_word;
use lex::{Gap, Token};
pub(crate) use model_number::swapped_stems;
use vocabulary::{Link, PHRASE_WORDS_MAX, Sort};

/// Bytes of a cell that are read; a spreadsheet's cell holds 32 KiB.
const CELL_BYTES_MAX: usize = 32 * 1024;

/// Words that a name with a slip of the pen may be written in.
const NEAR_WORDS_MAX: usize = 3;

/// A listed spelling that is no further from the name is shown as so many letters off.
const LISTED_SLIP_MAX: usize = 2;

/// More devices than this are not counted in words.
const QUANTITY_MAX: u32 = 9_999;

/// Words not understood that are kept.
const REST_WORDS_MAX: usize = 100;

/// Which cell of a register a text stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// The make: brands that are words of the language count, and slips of the pen.
    Make,
    /// The model.
    Model,
    /// A description or a note.
    Text,
}

/// What a cell says.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FreeText {
    /// Each device or sort of device that it speaks of, in its order.
    pub items: Vec<Described>,
    /// The words that were not understood, in their order.
    pub rest: Vec<String>,
}

/// One device or sort of device, as described.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Described {
    /// How many, where that is said.
    pub quantity: Option<u32>,
    /// The brand.
    pub brand: Option<BrandRead>,
    /// Brands that what stands there is equally near to; none of them is read.
    pub between: Vec<String>,
    /// The model.
    pub model: Option<ModelRead>,
    /// The kind, by its word or by the grammar of the model.
    pub kind: Option<DeviceKind>,
    /// Whether it is said to be there at all.
    pub sense: Sense,
}

/// What a cell says of a device that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sense {
    /// It is there.
    Claimed,
    /// It may be.
    Doubted,
    /// It is not this one: `not Hikvision`.
    Denied,
    /// It was there: `replaced Hikvision`, `ex-Samsung`.
    Former,
    /// It is to come: `to be replaced with Axis`.
    Planned,
    /// Something like it is, or goes with it: `Hikvision compatible`, `bracket for Axis`.
    Likened,
}

impl Sense {
    /// Whether the device is said to be there, surely or not.
    pub const fn is_claim(self) -> bool {
        matches!(self, Self::Claimed | Self::Doubted)
    }

    /// For a reader, behind the name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Claimed => "is there",
            Self::Doubted => "in doubt",
            Self::Denied => "said not to be",
            Self::Former => "said to be gone",
            Self::Planned => "said to come",
            Self::Likened => "only compared with",
        }
    }
}

/// A brand that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BrandRead {
    /// As on the box.
    pub name: String,
    /// As it stands in the text.
    pub written: String,
    /// Letters off: 0 is exact but for case, blanks and punctuation, or another name altogether.
    pub distance: usize,
    /// How it was read.
    pub certainty: Certainty,
}

/// How a brand was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// It is the name.
    Name,
    /// It is another spelling that the knowledge base lists.
    OtherSpelling,
    /// It is a slip of the pen.
    Slip,
}

impl BrandRead {
    /// How it was read, where that needs saying: `` `dahau` read as Dahua, 1 letter off ``.
    pub fn note(&self) -> Option<String> {
        let Self { name, written, distance, certainty } = self;
        let off = match (certainty, distance) {
            (Certainty::Name, _) => return None,
            (Certainty::OtherSpelling, 0) => "another name of it".to_owned(),
            _ => letters_off(*distance),
        };
        Some(format!("`{written}` read as {name}, {off}"))
    }
}

/// A model number that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelRead {
    /// As the grammar has it, or as written where none fits.
    pub number: String,
    /// As it stands in the text.
    pub written: String,
    /// Letters off: hyphens and blanks are none.
    pub distance: usize,
    /// What was changed.
    pub respelling: Respelling,
    /// The grammar that fits, by its id; the first of several.
    pub grammar: Option<String>,
}

/// What was changed in a model number until a grammar fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Respelling {
    /// Nothing.
    AsWritten,
    /// `DS2CD2143` is `DS-2CD2143`.
    HyphenPutBack,
    /// `DS 2CD2143` is `DS-2CD2143`.
    BlankClosed,
    /// `DS-2CD2O43` is `DS-2CD2043`.
    LookAlike,
    /// `DSC-930L` beside D-Link is `DCS-930L`.
    LettersSwapped,
}

impl ModelRead {
    /// How it was read, where that needs saying.
    pub fn note(&self) -> Option<String> {
        let Self { number, written, distance, respelling, .. } = self;
        let how = match respelling {
            Respelling::AsWritten => return None,
            Respelling::HyphenPutBack => "hyphen put back".to_owned(),
            Respelling::BlankClosed => "blank closed".to_owned(),
            Respelling::LookAlike | Respelling::LettersSwapped => letters_off(*distance),
        };
        Some(format!("`{written}` read as {number}, {how}"))
    }
}

fn letters_off(distance: usize) -> String {
    format!("{distance} {} off", if distance == 1 { "letter" } else { "letters" })
}

/// Reads a cell of a register.
///
/// Blanks around it and case make no difference. Time is bounded: of a very long cell the first 32 KiB and 1,000 words are
/// read.
pub fn free_text(knowledge: &Knowledge, text: &str, cell: Cell) -> FreeText {
    let parsed = parse(knowledge, text, cell);
    let items = parsed.parts.into_iter().map(|part| part.described).collect();
    FreeText { items, rest: parsed.rest }
}

/// A cell, read.
#[derive(Debug, Default)]
pub(crate) struct Parsed<'k> {
    pub(crate) parts: Vec<Part<'k>>,
    pub(crate) rest: Vec<String>,
}

/// One part of it, with the knowledge behind it.
#[derive(Debug)]
pub(crate) struct Part<'k> {
    pub(crate) described: Described,
    /// Rows of the brand.
    pub(crate) rows: Vec<&'k Brand>,
    /// Grammars of the model.
    pub(crate) patterns: Vec<&'k ModelPattern>,
    /// The kind that a word names.
    pub(crate) kind: Option<DeviceKind>,
    /// Where it stands.
    pub(crate) range: Range<usize>,
}

/// What a word was taken for.
#[derive(Debug, Clone)]
enum Taken<'k> {
    Name(Name<'k>),
    Model(Number<'k>),
    Between(Vec<String>),
    Count(u32),
    Known(Sort),
    /// The word belongs to the one before it.
    Joined,
    Unknown,
}

#[derive(Debug, Clone)]
struct Name<'k> {
    rows: Vec<&'k Brand>,
    read: BrandRead,
}

#[derive(Debug, Clone)]
struct Number<'k> {
    read: ModelRead,
    patterns: Vec<&'k ModelPattern>,
}

/// A word and what it was taken for.
#[derive(Debug, Clone)]
struct Word<'t, 'k> {
    token: Token<'t>,
    taken: Taken<'k>,
}

impl Word<'_, '_> {
    fn is_unknown(&self) -> bool {
        matches!(self.taken, Taken::Unknown)
    }

    /// A word that a sense is said of.
    fn is_anchor(&self) -> bool {
        match &self.taken {
            Taken::Name(_) | Taken::Between(_) => true,
            Taken::Model(number) => !number.patterns.is_empty(),
            _ => false,
        }
    }

    fn is_name(&self) -> bool {
        matches!(self.taken, Taken::Name(_) | Taken::Between(_))
    }

    fn link(&self) -> Option<Link> {
        if let Taken::Known(Sort::Link(link)) = self.taken { Some(link) } else { None }
    }

    fn cue(&self) -> Option<vocabulary::Cue> {
        if let Taken::Known(Sort::Cue(cue)) = self.taken { Some(cue) } else { None }
    }
}

pub(crate) fn parse<'k>(knowledge: &'k Knowledge, text: &str, cell: Cell) -> Parsed<'k> {
    let head = text.get(..text.floor_char_boundary(CELL_BYTES_MAX)).unwrap_or(text);
    let names = exact_names(knowledge, head, cell);
    let ranges: Vec<Range<usize>> = names.iter().map(|(range, _)| range.clone()).collect();
    let mut words: Vec<Word<'_, 'k>> = lex::tokens(head, &ranges)
        .into_iter()
        .map(|token| {
            let name = token.name.and_then(|number| names.get(number));
            let taken = name.map_or(Taken::Unknown, |(_, name)| Taken::Name(name.clone()));
            Word { token, taken }
        })
        .collect();
    model_number::take(knowledge, head, &mut words);
    take_vocabulary(&mut words);
    take_counts(&mut words);
    take_near_names(knowledge, head, cell, &mut words);
    let senses = sense::senses(&words);
    let parts = parts(knowledge, head, &words, &senses);
    let unknown = words.iter().filter(|word| word.is_unknown());
    let rest = unknown.map(|word| word.token.text.to_owned()).take(REST_WORDS_MAX).collect();
    Parsed { parts, rest }
}

/// The names that stand in a text letter by letter, each with its place.
fn exact_names<'k>(
    knowledge: &'k Knowledge,
    text: &str,
    cell: Cell,
) -> Vec<(Range<usize>, Name<'k>)> {
    let name = |rows: Vec<&'k Brand>, range: Range<usize>| {
        let written = text.get(range.clone()).unwrap_or_default();
        let read = brand_read(&rows, written, 0)?;
        Some((range, Name { rows, read }))
    };
    let in_make = if cell == Cell::Make { knowledge.names_in_make(text) } else { Vec::new() };
    let is_whole = |found: &NameAt<'_>| {
        let named = text.get(found.start..found.end).unwrap_or_default();
        knowledge::folded(named) == knowledge::folded(text)
    };
    let in_prose = || Some(knowledge.names_in(text)).filter(|found| !found.is_empty());
    let found = match in_make.as_slice() {
        [whole] if is_whole(whole) => in_make,
        _ => in_prose().unwrap_or(in_make),
    };
    found.into_iter().filter_map(|found| name(found.rows, found.start..found.end)).collect()
}

fn brand_read(rows: &[&Brand], written: &str, distance: usize) -> Option<BrandRead> {
    let name = rows.first()?.plain_name().to_owned();
    let folded = knowledge::folded(written);
    let names = rows.iter().flat_map(|row| {
        let plain = row.plain_name();
        plain.split(" / ").chain([plain, &*row.name]).map(knowledge::folded)
    });
    // A listed spelling may be a slip itself, or another name altogether.
    let off = names.map(|name| strsim::osa_distance(&name, &folded)).min().unwrap_or_default();
    let (certainty, distance) = match (distance, off) {
        (0, 0) => (Certainty::Name, 0),
        (0, 1..=LISTED_SLIP_MAX) => (Certainty::OtherSpelling, off),
        (0, _) => (Certainty::OtherSpelling, 0),
        _ => (Certainty::Slip, distance),
    };
    Some(BrandRead { name, written: written.to_owned(), distance, certainty })
}

/// Words and phrases that are known; the longest phrase counts.
fn take_vocabulary(words: &mut [Word<'_, '_>]) {
    let mut at = 0;
    while at < words.len() {
        at += 1;
        let from = at - 1;
        for length in (1..=PHRASE_WORDS_MAX).rev() {
            let Some(part) = words.get_mut(from..from + length) else { continue };
            let is_one_phrase = part.iter().all(|word| word.is_unknown())
                && part.iter().skip(1).all(|word| word.token.gap == Gap::Blank);
            if !is_one_phrase {
                continue;
            }
            let folded: Vec<&str> = part.iter().map(|word| word.token.folded.as_str()).collect();
            let sort = vocabulary::sort(&folded.join(" ")).or_else(|| {
                let is_trade =
                    |word: &&str| knowledge::is_trade_word(word) || is_corporate_word(word);
                (length == 1 && folded.iter().all(is_trade)).then_some(Sort::Nobody)
            });
            let Some(sort) = sort else { continue };
            for (number, word) in part.iter_mut().enumerate() {
                word.taken = if number == 0 { Taken::Known(sort) } else { Taken::Joined };
            }
            at = from + length;
            break;
        }
    }
}

/// Numbers that count: `2x`, `x2`, `2 x`, `4 no.`, `qty 4`, and a number that begins a part and has a device behind it.
fn take_counts(words: &mut [Word<'_, '_>]) {
    for at in 0..words.len() {
        let Some(word) = words.get(at) else { return };
        let text = word.token.text.to_lowercase();
        let times: &[char] = &['x', '×'];
        let marked = text.strip_prefix(times).or_else(|| text.strip_suffix(times));
        let plain = marked.is_none();
        let digits = marked.unwrap_or(&text);
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let Some(count) =
            digits.parse().ok().filter(|count| is_number && (1..=QUANTITY_MAX).contains(count))
        else {
            continue;
        };
        if matches!(word.taken, Taken::Name(_) | Taken::Joined) {
            continue;
        }
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        let after = words.get(at + 1).filter(|after| after.token.gap == Gap::Blank);
        let is_first = before
            .is_none_or(|before| word.token.gap != Gap::Blank || before.link() == Some(Link::And));
        let is_counted = before.is_some_and(|b| matches!(&*b.token.folded, "qty" | "quantity"))
            || after.is_some_and(|after| vocabulary::is_counter(&after.token.folded))
            || (is_first && after.is_some_and(|after| begins_device(words, at + 1, after)));
        if !plain || is_counted {
            if let Some(word) = words.get_mut(at) {
                word.taken = Taken::Count(count);
            }
            // `no` of `4 no.` denies nothing.
            if let Some(after) = words.get_mut(at + 1)
                && vocabulary::is_counter(&after.token.folded)
                && after.token.gap == Gap::Blank
                && !matches!(after.taken, Taken::Name(_))
            {
                after.taken = Taken::Joined;
            }
        }
    }
}

/// Whether what follows a number is a device: a brand, or its kind behind words of the trade.
fn begins_device(words: &[Word<'_, '_>], at: usize, after: &Word<'_, '_>) -> bool {
    if after.is_anchor() {
        return true;
    }
    let rest = words.get(at..).unwrap_or_default().iter();
    let mut trade = rest.skip_while(|word| matches!(word.taken, Taken::Known(Sort::Nobody)));
    trade
        .next()
        .is_some_and(|word| word.is_anchor() || matches!(word.taken, Taken::Known(Sort::Kind(_))))
}

/// Names with a slip of the pen. Where a make is expected any part may be one; elsewhere the rest of the part must show
/// that it speaks of a device. All other words of the part must be known.
fn take_near_names<'k>(
    knowledge: &'k Knowledge,
    text: &str,
    cell: Cell,
    words: &mut [Word<'_, 'k>],
) {
    let mut start = 0;
    while start < words.len() {
        let length = clause_length(words.get(start..).unwrap_or_default());
        let Some(clause) = words.get_mut(start..start + length) else { return };
        start += length;
        if clause.iter().any(Word::is_name) {
            continue;
        }
        let is_device = |word: &Word<'_, '_>| match &word.taken {
            Taken::Model(_) => true,
            Taken::Known(sort) => matches!(sort, Sort::Kind(_) | Sort::Stem),
            _ => false,
        };
        if cell != Cell::Make && !clause.iter().any(is_device) {
            continue;
        }
        let unknown = clause.iter().filter(|word| word.is_unknown()).count();
        let Some(first) = clause.iter().position(Word::is_unknown) else { continue };
        let Some(run) = clause.get_mut(first..first + unknown) else { continue };
        let is_run = unknown <= NEAR_WORDS_MAX && run.iter().all(Word::is_unknown);
        let Some((from, to)) = run.first().zip(run.last()) else { continue };
        let Some(written) = text.get(from.token.start..to.token.end()).filter(|_| is_run) else {
            continue;
        };
        let taken = match knowledge.near_name(written) {
            NearName::None => continue,
            NearName::One(found) => {
                let Some(read) = brand_read(&found.rows, &found.read, found.distance) else {
                    continue;
                };
                Taken::Name(Name { rows: found.rows, read })
            }
            NearName::Several(names) => {
                Taken::Between(names.into_iter().map(str::to_owned).collect())
            }
        };
        for (number, word) in run.iter_mut().enumerate() {
            word.taken = if number == 0 { taken.clone() } else { Taken::Joined };
        }
    }
}

/// Words up to the next gap that is more than a blank, or the next joining word.
fn clause_length(words: &[Word<'_, '_>]) -> usize {
    let ends = |word: &Word<'_, '_>| word.token.gap != Gap::Blank || word.link().is_some();
    words.iter().skip(1).position(ends).map_or(words.len(), |at| at + 1)
}

/// The parts of a cell: one for each device or sort of device.
fn parts<'k>(
    knowledge: &'k Knowledge,
    text: &str,
    words: &[Word<'_, 'k>],
    senses: &[Sense],
) -> Vec<Part<'k>> {
    let mut parts: Vec<Draft<'k>> = Vec::new();
    for (start, end) in segments(words) {
        let segment = words.get(start..end).unwrap_or_default();
        let draft = Draft::new(segment, senses.get(start..end).unwrap_or_default());
        match parts.last_mut() {
            _ if draft.is_empty() => {}
            Some(last) if last.takes(&draft) => last.take(draft),
            _ => parts.push(draft),
        }
    }
    parts.into_iter().map(|draft| draft.finish(knowledge, text.len())).collect()
}

/// Where each part of a cell begins and ends, in words.
fn segments(words: &[Word<'_, '_>]) -> Vec<(usize, usize)> {
    let mut segments = Vec::new();
    let mut start = 0;
    for at in 1..words.len() {
        let Some(word) = words.get(at) else { break };
        let part = words.get(start..at).unwrap_or_default();
        let has_name = part.iter().any(Word::is_name);
        let has_anchor = part.iter().any(Word::is_anchor);
        let has_content = has_anchor
            || part
                .iter()
                .any(|word| matches!(word.taken, Taken::Known(Sort::Kind(_)) | Taken::Model(_)));
        let begins = (word.token.gap != Gap::Blank)
            || (word.is_name() && has_name)
            || (matches!(word.taken, Taken::Count(_)) && has_content)
            || (word.link().is_some() && has_content);
        if begins {
            // What introduces a name goes with it: `with 4` of `with 4 Axis`.
            let introduces = |word: &Word<'_, '_>| {
                matches!(
                    word.taken,
                    Taken::Count(_) | Taken::Known(Sort::Cue(_) | Sort::Link(_) | Sort::Bare)
                )
            };
            let back = if word.is_name() && word.token.gap == Gap::Blank {
                part.iter().rev().take_while(|word| introduces(word)).count()
            } else {
                0
            };
            let border = (at - back).max(start);
            if border > start {
                segments.push((start, border));
                start = border;
            }
        }
    }
    segments.push((start, words.len()));
    segments
}

/// A part in the making.
#[derive(Debug)]
struct Draft<'k> {
    quantity: Option<u32>,
    name: Option<Name<'k>>,
    between: Vec<String>,
    number: Option<Number<'k>>,
    kind: Option<DeviceKind>,
    /// The kind, where the word for it means nothing else.
    told_kind: Option<DeviceKind>,
    sense: Option<Sense>,
    /// Whether `and`, `+` or a stroke stands before it: another device.
    is_another: bool,
    range: Range<usize>,
}

impl<'k> Draft<'k> {
    fn new(words: &[Word<'_, 'k>], senses: &[Sense]) -> Self {
        let first = words.first();
        let mut draft = Self {
            quantity: None,
            name: None,
            between: Vec::new(),
            number: None,
            kind: None,
            told_kind: None,
            sense: None,
            is_another: first.is_some_and(|word| {
                matches!(word.token.gap, Gap::Hard | Gap::Stroke)
                    || matches!(word.link(), Some(Link::And | Link::Or))
            }),
            range: first.map_or(0, |word| word.token.start)
                ..words.last().map_or(0, |word| word.token.end()),
        };
        for (word, sense) in words.iter().zip(senses) {
            if word.is_anchor() && draft.sense.is_none() {
                draft.sense = Some(*sense);
            }
            match &word.taken {
                Taken::Name(name) if draft.name.is_none() => draft.name = Some(name.clone()),
                Taken::Between(names) => draft.between.clone_from(names),
                Taken::Model(number) => draft.take_number(number),
                Taken::Count(count) => draft.quantity = draft.quantity.or(Some(*count)),
                Taken::Known(Sort::Kind(kind)) => {
                    draft.kind = more_telling(draft.kind, *kind);
                    if !vocabulary::is_ambiguous(&word.token.folded) {
                        draft.told_kind = more_telling(draft.told_kind, *kind);
                    }
                }
                _ => {}
            }
        }
        draft
    }

    /// A number that a grammar knows comes before one that none does.
    fn take_number(&mut self, number: &Number<'k>) {
        if self
            .number
            .as_ref()
            .is_none_or(|own| own.patterns.is_empty() && !number.patterns.is_empty())
        {
            self.number = Some(number.clone());
        }
    }

    fn is_empty(&self) -> bool {
        self.quantity.is_none()
            && self.name.is_none()
            && self.between.is_empty()
            && self.number.is_none()
            && self.kind.is_none()
    }

    /// Whether `other` only says more of the same device.
    fn takes(&self, other: &Self) -> bool {
        let both = |a: bool, b: bool| a && b;
        let has_name = |draft: &Self| draft.name.is_some() || !draft.between.is_empty();
        let kinds_differ = self.kind.zip(other.kind).is_some_and(|(a, b)| a != b);
        let is_same_sense = match (self.sense, other.sense) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        !other.is_another
            && other.quantity.is_none()
            && is_same_sense
            && !kinds_differ
            && !both(has_name(self), has_name(other))
            && !both(self.number.is_some(), other.number.is_some())
    }

    fn take(&mut self, other: Self) {
        self.name = self.name.take().or(other.name);
        if self.between.is_empty() {
            self.between = other.between;
        }
        self.number = self.number.take().or(other.number);
        self.kind = self.kind.or(other.kind);
        self.told_kind = self.told_kind.or(other.told_kind);
        self.sense = self.sense.or(other.sense);
        self.range.end = other.range.end;
    }

    fn finish(mut self, knowledge: &'k Knowledge, end: usize) -> Part<'k> {
        if let (Some(name), Some(number)) = (&self.name, &mut self.number)
            && number.patterns.is_empty()
        {
            model_number::by_brand(knowledge, &name.rows, number);
        }
        let (model, patterns) = match self.number {
            Some(number) => (Some(number.read), number.patterns),
            None => (None, Vec::new()),
        };
        let (brand, rows) = match self.name {
            Some(name) => (Some(name.read), name.rows),
            None => (None, Vec::new()),
        };
        let described = Described {
            quantity: self.quantity,
            brand,
            between: self.between,
            model,
            kind: self.kind.or_else(|| patterns.first().map(|pattern| pattern.kind)),
            sense: self.sense.unwrap_or(Sense::Claimed),
        };
        let range = self.range.start.min(end)..self.range.end.min(end);
        Part { described, rows, patterns, kind: self.told_kind, range }
    }
}

/// `dome` says less than `recorder`, and a bracket for a camera is a bracket.
fn more_telling(own: Option<DeviceKind>, kind: DeviceKind) -> Option<DeviceKind> {
    Some(own.filter(|own| *own != DeviceKind::Camera).unwrap_or(kind))
}

#[cfg(test)]
mod tests;
