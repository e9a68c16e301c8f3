//! Reads brand names as people write them.
//!
//! A name is compared normalised (without case, accents, blanks and punctuation). `Aritech (Carrier)` is
//! found as `Aritech`, `Siqura / TKH` as either. Only where nothing fits exactly is a spelling distance
//! allowed, and then one that no honest other brand is likely to be within.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::text::{Word, normalised, words};
use crate::{Alias, Brand, Relation};

/// Words of a make that are looked at; what follows is a sentence.
const MAKE_WORDS_MAX: usize = 12;

/// Words of free text that are looked at: a page of notes.
const TEXT_WORDS_MAX: usize = 1_000;

/// Words that one brand may be written in (`A.R.T Surveillance`).
const BRAND_WORDS_MAX: usize = 6;

/// Shorter names are initials or words of a language: they count only where a make is expected.
const PROSE_LETTERS_MIN: usize = 3;

/// Names of this length or shorter must stand in capitals, or as on the box, to count in prose.
const PROSE_CAPITALS_UP_TO: usize = 3;

/// A name written in more words than on the box (`hik vision`) must be this long: `pro line` is no brand.
const SPLIT_LETTERS_MIN: usize = 8;

/// One slip of the pen is allowed from this length on, and two from the second.
const ONE_SLIP_LETTERS_MIN: usize = 5;
const TWO_SLIPS_LETTERS_MIN: usize = 8;

/// In a shorter name another consonant makes another name: `Netis` is not `Nedis`.
const CONSONANT_SLIP_LETTERS_MIN: usize = 7;

/// Endings that half the trade shares. Between two names with the same one only what stands before it tells.
const SHARED_ENDINGS: &[&str] = &["vision", "view", "cam", "tech"];

/// Words that companies and their products carry beside the name; they name nobody.
const FILLER: &[&str] = &[
    "analogue",
    "alarm",
    "bullet",
    "cam",
    "camera",
    "cameras",
    "cams",
    "cctv",
    "cn",
    "co",
    "communication",
    "communications",
    "company",
    "corp",
    "corporation",
    "digital",
    "dome",
    "doorbell",
    "dvr",
    "electronic",
    "electronics",
    "encoder",
    "eu",
    "fixed",
    "global",
    "gmbh",
    "group",
    "guangzhou",
    "hangzhou",
    "hd",
    "home",
    "hybrid",
    "inc",
    "incorporated",
    "indoor",
    "innovation",
    "international",
    "intercom",
    "ip",
    "ipc",
    "kg",
    "labs",
    "limited",
    "llc",
    "ltd",
    "mini",
    "model",
    "network",
    "networks",
    "nv",
    "nvr",
    "outdoor",
    "plc",
    "poe",
    "products",
    "ptz",
    "pvt",
    "recorder",
    "sa",
    "sarl",
    "security",
    "series",
    "shenzhen",
    "smart",
    "solution",
    "solutions",
    "spa",
    "srl",
    "surveillance",
    "system",
    "systems",
    "tech",
    "technologies",
    "technology",
    "telecommunications",
    "the",
    "turret",
    "uk",
    "unit",
    "usa",
    "video",
    "wifi",
    "wireless",
    "xvr",
    "zhejiang",
];

/// A name that is looked for.
#[derive(Debug)]
struct Key {
    /// Normalised.
    text: String,
    /// As on the box, or as the alias spells it.
    spelling: Box<str>,
    /// In how many words it is spelt.
    words: usize,
    /// Positions of the brand's rows, ascending.
    rows: Vec<usize>,
    /// Also a word of the language, so that it says nothing in prose.
    common: bool,
    /// A maker's own name, common enough that a slip of the pen is likelier than another brand. The names of
    /// resellers are not.
    own: bool,
}

/// A reading, in positions.
#[derive(Debug, PartialEq)]
pub(crate) struct Found<'i> {
    /// Rows of the brand.
    pub(crate) rows: &'i [usize],
    /// The part of the text that was read.
    pub(crate) read: String,
    pub(crate) distance: usize,
}

/// All names of brands.
#[derive(Debug, Default)]
pub(crate) struct BrandIndex {
    keys: Vec<Key>,
    by_text: HashMap<String, usize>,
}

impl BrandIndex {
    pub(crate) fn new<'w>(
        brands: &[Brand],
        aliases: &[Alias],
        common_words: impl Iterator<Item = &'w str>,
    ) -> Self {
        let mut keys: BTreeMap<String, (Box<str>, Vec<usize>)> = BTreeMap::new();
        let mut add = |spelling: &str, row: usize| {
            let text = normalised(spelling);
            if !text.is_empty() {
                let (_, rows) = keys.entry(text).or_insert_with(|| (spelling.into(), Vec::new()));
                if !rows.contains(&row) {
                    rows.push(row);
                }
            }
        };
        for (row, brand) in brands.iter().enumerate() {
            names_of(&brand.name).for_each(|name| add(name, row));
        }
        let mut alias_rows = Vec::new();
        for alias in aliases {
            let target = names_of(&alias.brand).find_map(|name| keys.get(&normalised(name)));
            if let Some((_, rows)) = target {
                alias_rows.push((&*alias.spelling, rows.clone()));
            }
        }
        for (spelling, rows) in alias_rows {
            keys.entry(normalised(spelling)).or_insert_with(|| (spelling.into(), rows));
        }
        let common: BTreeSet<&str> = common_words.collect();
        let own = brands.iter().filter(|brand| brand.relation == Relation::OwnBrand);
        let own: BTreeSet<String> = own.flat_map(|b| names_of(&b.name)).map(normalised).collect();
        let keys = keys.into_iter().map(|(text, (spelling, rows))| Key {
            common: common.contains(text.as_str()),
            own: own.contains(text.as_str()),
            words: words(&spelling, BRAND_WORDS_MAX).len(),
            text,
            spelling,
            rows,
        });
        let keys: Vec<Key> = keys.collect();
        let by_text = keys.iter().enumerate().map(|(n, key)| (key.text.clone(), n)).collect();
        Self { keys, by_text }
    }

    /// The rows of the brand of this name.
    pub(crate) fn rows(&self, name: &str) -> &[usize] {
        let named = |name: &str| self.exact(&normalised(name));
        let key = named(name).or_else(|| names_of(name).find_map(named));
        key.map_or(&[], |key| &key.rows)
    }

    /// Whether `word`, normalised, is a name that is looked for.
    pub(crate) fn knows(&self, word: &str) -> bool {
        self.by_text.contains_key(word)
    }

    /// Reads a make.
    pub(crate) fn read_make(&self, text: &str) -> Option<Found<'_>> {
        let words = words(text, MAKE_WORDS_MAX);
        let whole = self.exact(&joined(&words)).map(|key| (key, words.as_slice(), 0));
        let (key, part, distance) =
            whole.or_else(|| self.named_within(&words)).or_else(|| self.nearly_named(&words))?;
        Some(Found { rows: &key.rows, read: span(text, part), distance })
    }

    /// Brands named inside prose, longest first.
    pub(crate) fn named_in(&self, text: &str) -> Vec<Found<'_>> {
        let words = words(text, TEXT_WORDS_MAX);
        let mut found: Vec<(usize, Found<'_>)> = Vec::new();
        let mut start = 0;
        while let Some(rest) = words.get(start..).filter(|rest| !rest.is_empty()) {
            let named = self.longest_at(rest, |key, part| key.counts_in_prose(text, part));
            if let Some((key, part)) = named {
                start += part.len();
                if found.iter().all(|(_, other)| other.rows != key.rows) {
                    let read = span(text, part);
                    found.push((key.text.len(), Found { rows: &key.rows, read, distance: 0 }));
                }
            } else {
                start += 1;
            }
        }
        found.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
        found.into_iter().map(|(_, found)| found).collect()
    }

    fn exact(&self, text: &str) -> Option<&Key> {
        self.by_text.get(text).and_then(|position| self.keys.get(*position))
    }

    /// The longest name that `words` begin with.
    fn longest_at<'w, 't>(
        &self,
        words: &'w [Word<'t>],
        accept: impl Fn(&Key, &[Word<'_>]) -> bool,
    ) -> Option<(&Key, &'w [Word<'t>])> {
        (1..=words.len().min(BRAND_WORDS_MAX)).rev().find_map(|length| {
            let part = words.get(..length)?;
            let key = self.exact(&joined(part))?;
            let is_split = part.len() > key.words && key.text.len() < SPLIT_LETTERS_MIN;
            (!is_split && accept(key, part)).then_some((key, part))
        })
    }

    /// The first name in a make that says more than the name.
    fn named_within<'w, 't>(&self, words: &'w [Word<'t>]) -> Option<(&Key, &'w [Word<'t>], usize)> {
        (0..words.len()).find_map(|start| {
            let (before, rest) = words.split_at_checked(start)?;
            let (key, part) = self.longest_at(rest, |key, part| {
                let is_telling = !key.common && key.text.chars().count() >= PROSE_LETTERS_MIN;
                let after = rest.get(part.len()..).unwrap_or_default();
                is_telling || (before.iter().all(is_filler) && after.iter().all(names_nobody))
            })?;
            // `HD` of `HD Dome` begins no brand.
            (!part.iter().all(is_filler)).then_some((key, part, 0))
        })
    }

    /// A name with a slip of the pen, when all other words name nobody.
    fn nearly_named<'w, 't>(&self, words: &'w [Word<'t>]) -> Option<(&Key, &'w [Word<'t>], usize)> {
        let start = words.iter().position(|word| !is_filler(word))?;
        let rest = words.get(start..)?;
        (1..=rest.len().min(BRAND_WORDS_MAX)).rev().find_map(|length| {
            let (part, after) = rest.split_at_checked(length)?;
            if !after.iter().all(names_nobody) {
                return None;
            }
            let (key, distance) = self.nearest(&joined(part))?;
            Some((key, part, distance))
        })
    }

    /// The one brand within the spelling distance allowed.
    fn nearest(&self, text: &str) -> Option<(&Key, usize)> {
        let mut best: Option<(&Key, usize)> = None;
        let mut is_tie = false;
        for key in self.keys.iter().filter(|key| key.own && !key.common) {
            match (slips(text, &key.text), best) {
                (None, _) => {}
                (Some(distance), Some((_, least))) if distance > least => {}
                (Some(distance), Some((other, least))) if distance == least => {
                    is_tie |= other.rows != key.rows;
                }
                (Some(distance), _) => (best, is_tie) = (Some((key, distance)), false),
            }
        }
        best.filter(|_| !is_tie)
    }
}

impl Key {
    fn counts_in_prose(&self, text: &str, part: &[Word<'_>]) -> bool {
        let letters = self.text.chars().count();
        if self.common || letters < PROSE_LETTERS_MIN {
            return false;
        }
        let written = span(text, part);
        letters > PROSE_CAPITALS_UP_TO
            || written == *self.spelling
            || written.chars().all(|c| !c.is_lowercase())
    }
}

/// The names a cell of `brands.csv` gives: what stands outside brackets, as a whole and in its parts.
fn names_of(cell: &str) -> impl Iterator<Item = &str> {
    let outside = cell.split('(').next().unwrap_or(cell).trim();
    let parts = outside.split(" / ").map(str::trim).filter(|part| !part.is_empty());
    parts.chain(outside.contains(" / ").then_some(outside))
}

fn joined(words: &[Word<'_>]) -> String {
    words.iter().map(|word| word.folded.as_str()).collect()
}

/// The text from the first to the last of `part`.
fn span(text: &str, part: &[Word<'_>]) -> String {
    let ends = part.first().zip(part.last());
    ends.and_then(|(first, last)| text.get(first.start..last.end())).unwrap_or_default().into()
}

fn is_filler(word: &Word<'_>) -> bool {
    FILLER.contains(&word.folded.as_str())
}

/// A word after a make that is no name: a company form, a kind of device, or a model number.
fn names_nobody(word: &Word<'_>) -> bool {
    is_filler(word) || word.folded.contains(|c: char| c.is_ascii_digit())
}

/// How many slips of the pen lead from `name` to `text`; `None` when that is more than a slip.
fn slips(text: &str, name: &str) -> Option<usize> {
    let shared = SHARED_ENDINGS.iter().find(|end| text.ends_with(**end) && name.ends_with(**end));
    let stem = |text: &str| text.chars().count() - shared.map_or(0, |end| end.len());
    let (typed, meant) = (stem(text), stem(name));
    let is_stutter =
        name.chars().count() >= ONE_SLIP_LETTERS_MIN && undoubled(text).eq(undoubled(name));
    let allowed = slips_allowed(typed.min(meant)).max(usize::from(is_stutter));
    let may_be = typed.abs_diff(meant) <= allowed
        && allowed > 0
        && begins_alike(text, name)
        && digits(text).eq(digits(name));
    // Cheap questions first: this runs for every name.
    let distance = may_be.then(|| strsim::osa_distance(text, name))?;
    let is_slip = match distance {
        0 => true,
        1 => typed != meant || meant >= CONSONANT_SLIP_LETTERS_MIN || differs_in_vowels(text, name),
        // Two other letters in their place are another word: `Legrange` is not `Lechange`.
        _ => distance <= allowed && (typed != meant || has_same_letters(text, name)),
    };
    (distance <= allowed && is_slip).then_some(distance)
}

const fn slips_allowed(letters: usize) -> usize {
    match letters {
        TWO_SLIPS_LETTERS_MIN.. => 2,
        ONE_SLIP_LETTERS_MIN.. => 1,
        _ => 0,
    }
}

/// The first letters are equal, or the first two stand in each other's place.
fn begins_alike(one: &str, other: &str) -> bool {
    let two = |text: &str| {
        let mut characters = text.chars();
        (characters.next(), characters.next())
    };
    let ((a, b), (c, d)) = (two(one), two(other));
    a == c || (a == d && b == c)
}

/// Letters that differ are vowels, or two that changed places.
fn differs_in_vowels(one: &str, other: &str) -> bool {
    let is_vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let mut differing = one.chars().zip(other.chars()).filter(|(a, b)| a != b);
    has_same_letters(one, other) || differing.all(|(a, b)| is_vowel(a) && is_vowel(b))
}

fn has_same_letters(one: &str, other: &str) -> bool {
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    sorted(one) == sorted(other)
}

/// Each letter once where it stands twice: `Hiikvision` as `Hikvision`.
fn undoubled(text: &str) -> impl Iterator<Item = char> {
    let mut last = None;
    text.chars().filter(move |letter| last.replace(*letter) != Some(*letter))
}

/// A digit is never a slip: `V360` is not `V380`.
fn digits(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(char::is_ascii_digit)
}
