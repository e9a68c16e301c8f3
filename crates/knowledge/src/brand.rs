//! Reads brand names as people write them.
//!
//! A name is compared normalised (without case, accents, blanks and punctuation). `Aritech (Carrier)` is
//! found as `Aritech`, `Siqura / TKH` as either. Only where nothing fits exactly is a spelling distance
//! allowed, and then one that no honest other brand is likely to be within.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::slip::slips;
use crate::text::{Word, normalised, words};
use crate::{Alias, Brand, BrandReading, Knowledge, Relation};

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

/// Another spelling of a name is a name that slips are looked for towards, when it is this long and this far from the
/// name itself: `Samsung` for `Samsung Techwin`, never `Hickvision`, which is a slip already.
const ALIAS_LETTERS_MIN: usize = 7;
const ALIAS_DISTANCE_MIN: usize = 3;

/// Names longer than this are not typed by hand; nothing is looked for near them.
const SLIP_LETTERS_MAX: usize = 32;

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
    /// What counts as a slip of the pen for it.
    slips: Slips,
}

/// Which slips of the pen are taken for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slips {
    /// A maker's own name, common enough that a slip is likelier than another brand.
    Own,
    /// The names of resellers are so many that only what no other name explains counts: letters that changed places or
    /// stand twice.
    Plain,
    /// A word of the language, or a spelling that is a slip already.
    None,
}

/// A reading, in positions.
#[derive(Debug, PartialEq)]
pub(crate) struct Found<'i> {
    /// Rows of the brand.
    pub(crate) rows: &'i [usize],
    /// The part of the text that was read.
    pub(crate) read: String,
    /// Where that part begins.
    pub(crate) start: usize,
    pub(crate) distance: usize,
}

/// A name that stands in a text letter by letter.
#[derive(Debug, Clone, PartialEq)]
pub struct NameAt<'k> {
    /// All rows of the brand.
    pub rows: Vec<&'k Brand>,
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// The name that a text is nearly.
#[derive(Debug, Clone, PartialEq)]
pub enum NearName<'k> {
    /// Nothing is near enough to be meant.
    None,
    /// One name, so many letters off.
    One(BrandReading<'k>),
    /// Several are as near, so that none is read.
    Several(Vec<&'k str>),
}

impl Knowledge {
    /// Brands that are named inside free text, in the order of the text. As in [`Knowledge::brands_in`], brands that are
    /// also a word of the language do not count.
    pub fn names_in(&self, text: &str) -> Vec<NameAt<'_>> {
        self.named(self.brand_index.each_in(text))
    }

    /// Brands that are named where a make is expected, in the order of the text. Brands that are also a word of the
    /// language count when all other words name nobody.
    pub fn names_in_make(&self, text: &str) -> Vec<NameAt<'_>> {
        self.named(self.brand_index.each_in_make(text))
    }

    /// The name that a text as a whole is nearly: slips of the pen, never another brand.
    pub fn near_name(&self, text: &str) -> NearName<'_> {
        let words = words(text, BRAND_WORDS_MAX + 1);
        if words.len() > BRAND_WORDS_MAX {
            return NearName::None;
        }
        match self.brand_index.nearest(&joined(&words)) {
            Nearest::None => NearName::None,
            Nearest::One(key, distance) => NearName::One(BrandReading {
                rows: self.brand_rows(&key.rows),
                read: span(text, &words),
                distance,
            }),
            Nearest::Several(keys) => {
                let first =
                    |key: &&Key| self.brand_rows(&key.rows).first().map(|row| row.plain_name());
                let mut names: Vec<&str> = keys.iter().filter_map(first).collect();
                names.sort_unstable();
                names.dedup();
                NearName::Several(names)
            }
        }
    }

    fn named(&self, found: Vec<Found<'_>>) -> Vec<NameAt<'_>> {
        let named = found.into_iter().map(|found| NameAt {
            rows: self.brand_rows(found.rows),
            start: found.start,
            end: found.start + found.read.len(),
        });
        named.collect()
    }
}

/// Whether a word beside a name, [`folded`](crate::folded), says only what sort of thing or company it is.
pub fn is_trade_word(word: &str) -> bool {
    FILLER.contains(&word)
}

/// All names of brands.
#[derive(Debug, Default)]
pub(crate) struct BrandIndex {
    keys: Vec<Key>,
    by_text: HashMap<String, usize>,
    /// Positions of the names that begin with a letter, ascending.
    by_letter: HashMap<char, Vec<usize>>,
}

/// What a text is nearly.
enum Nearest<'i> {
    None,
    One(&'i Key, usize),
    Several(Vec<&'i Key>),
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
        let mut other_spellings = BTreeSet::new();
        for (spelling, rows) in alias_rows {
            let text = normalised(spelling);
            if let Entry::Vacant(vacant) = keys.entry(text) {
                other_spellings.insert(vacant.key().clone());
                vacant.insert((spelling.into(), rows));
            }
        }
        let common: BTreeSet<&str> = common_words.collect();
        let is_own = |row: &usize| {
            brands.get(*row).is_some_and(|brand| brand.relation == Relation::OwnBrand)
        };
        let slips_of = |text: &str, rows: &[usize]| {
            let letters = text.chars().count();
            let is_own = rows.iter().any(is_own);
            if common.contains(text) || letters > SLIP_LETTERS_MAX {
                Slips::None
            } else if !other_spellings.contains(text) {
                if is_own { Slips::Own } else { Slips::Plain }
            } else {
                let mut names = rows.iter().filter_map(|row| brands.get(*row));
                let is_far = names.all(|brand| {
                    names_of(&brand.name)
                        .map(normalised)
                        .all(|name| strsim::osa_distance(&name, text) >= ALIAS_DISTANCE_MIN)
                });
                if is_own && is_far && letters >= ALIAS_LETTERS_MIN {
                    Slips::Own
                } else {
                    Slips::None
                }
            }
        };
        let keys = keys.into_iter().map(|(text, (spelling, rows))| Key {
            common: common.contains(text.as_str()),
            slips: slips_of(&text, &rows),
            words: words(&spelling, BRAND_WORDS_MAX).len(),
            text,
            spelling,
            rows,
        });
        let keys: Vec<Key> = keys.collect();
        let by_text = keys.iter().enumerate().map(|(n, key)| (key.text.clone(), n)).collect();
        let mut by_letter: HashMap<char, Vec<usize>> = HashMap::new();
        for (position, key) in keys.iter().enumerate() {
            if let Some(letter) = key.text.chars().next() {
                by_letter.entry(letter).or_default().push(position);
            }
        }
        Self { keys, by_text, by_letter }
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
        Some(found(key, text, part, distance))
    }

    /// Brands named inside prose, longest first.
    pub(crate) fn named_in(&self, text: &str) -> Vec<Found<'_>> {
        let mut named: Vec<Found<'_>> = Vec::new();
        for found in self.each_in(text) {
            if named.iter().all(|other| other.rows != found.rows) {
                named.push(found);
            }
        }
        named.sort_by_key(|found| std::cmp::Reverse(normalised(&found.read).len()));
        named
    }

    /// All names that count in prose, in the order of the text; of two that begin alike the longer.
    fn each_in(&self, text: &str) -> Vec<Found<'_>> {
        let words = words(text, TEXT_WORDS_MAX);
        each(text, &words, |start| {
            let counts = |key: &Key, part: &[Word<'_>]| key.counts_in_prose(text, part);
            self.longest_at(words.get(start..)?, counts)
        })
    }

    /// All names in a make, in its order.
    fn each_in_make(&self, text: &str) -> Vec<Found<'_>> {
        let words = words(text, MAKE_WORDS_MAX);
        if let Some(key) = self.exact(&joined(&words)) {
            return vec![found(key, text, &words, 0)];
        }
        each(text, &words, |start| self.named_at(&words, start))
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
            let (key, part) = self.named_at(words, start)?;
            Some((key, part, 0))
        })
    }

    /// The name in a make that begins at a word.
    fn named_at<'w, 't>(
        &self,
        words: &'w [Word<'t>],
        start: usize,
    ) -> Option<(&Key, &'w [Word<'t>])> {
        let (before, rest) = words.split_at_checked(start)?;
        let (key, part) = self.longest_at(rest, |key, part| {
            let is_telling = !key.common && key.text.chars().count() >= PROSE_LETTERS_MIN;
            let after = rest.get(part.len()..).unwrap_or_default();
            is_telling || (before.iter().all(is_filler) && after.iter().all(names_nobody))
        })?;
        // `HD` of `HD Dome` begins no brand.
        (!part.iter().all(is_filler)).then_some((key, part))
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
            let Nearest::One(key, distance) = self.nearest(&joined(part)) else { return None };
            Some((key, part, distance))
        })
    }

    /// The one brand within the spelling distance allowed. Any other name that is as near, a reseller's too, leaves it
    /// open which was meant.
    fn nearest(&self, text: &str) -> Nearest<'_> {
        let letters = text.chars().count();
        if letters > SLIP_LETTERS_MAX || self.by_text.contains_key(text) {
            return Nearest::None;
        }
        let near = |key: &'_ &Key| key.slips != Slips::None;
        let mut best: Vec<(&Key, usize)> = Vec::new();
        for key in self.beginning_like(text).filter(near) {
            let Some(distance) = slips(text, &key.text, key.slips == Slips::Own) else { continue };
            let least = best.first().map_or(usize::MAX, |(_, least)| *least);
            if distance < least {
                best.clear();
            }
            if distance <= least {
                best.push((key, distance));
            }
        }
        let Some((first, least)) = best.first().copied() else { return Nearest::None };
        let is_other = |key: &&Key| !key.rows.iter().any(|row| first.rows.contains(row));
        let is_as_near = |key: &&Key| {
            key.text.chars().count().abs_diff(letters) <= least
                && strsim::osa_distance(text, &key.text) <= least
        };
        let equals = best.iter().map(|(key, _)| *key).filter(is_other);
        let rivals = self.beginning_like(text).filter(is_other).filter(is_as_near);
        let others: Vec<&Key> = equals.chain(rivals).collect();
        if others.is_empty() {
            return Nearest::One(first, least);
        }
        Nearest::Several(std::iter::once(first).chain(others).collect())
    }

    /// The names that begin with the first or the second letter of a text.
    fn beginning_like(&self, text: &str) -> impl Iterator<Item = &Key> {
        let mut letters = text.chars();
        let first = letters.next();
        let second = letters.next().filter(|letter| Some(*letter) != first);
        let with = |letter: Option<char>| letter.and_then(|letter| self.by_letter.get(&letter));
        let positions = with(first).into_iter().chain(with(second)).flatten();
        positions.filter_map(|position| self.keys.get(*position))
    }
}

fn found<'i>(key: &'i Key, text: &str, part: &[Word<'_>], distance: usize) -> Found<'i> {
    let start = part.first().map_or(0, |word| word.start);
    Found { rows: &key.rows, read: span(text, part), start, distance }
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

/// What stands at each word in turn; what was found is passed over whole.
fn each<'i, 'w, 't: 'w>(
    text: &str,
    words: &[Word<'t>],
    at: impl Fn(usize) -> Option<(&'i Key, &'w [Word<'t>])>,
) -> Vec<Found<'i>> {
    let mut named = Vec::new();
    let mut start = 0;
    while start < words.len() {
        match at(start) {
            Some((key, part)) => {
                start += part.len();
                named.push(found(key, text, part, 0));
            }
            None => start += 1,
        }
    }
    named
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
    is_trade_word(&word.folded)
}

/// A word after a make that is no name: a company form, a kind of device, or a model number.
fn names_nobody(word: &Word<'_>) -> bool {
    is_filler(word) || word.folded.contains(|c: char| c.is_ascii_digit())
}
