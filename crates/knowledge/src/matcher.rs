//! Which fingerprints of a kind fit a value.
//!
//! All required literals of a kind are searched at once; only fingerprints whose literal occurs have their
//! pattern run, and a pattern is compiled when it first runs.

use std::borrow::Cow;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use model::SignalKind;
use regex::{Regex, RegexBuilder};

use crate::Fingerprint;
use crate::literal::{has_folding_oddity, required_literals};

/// A compiled pattern may take this much memory; a hundred times what a banner pattern needs.
pub(crate) const PATTERN_BYTES_MAX: usize = 4 << 20;

/// Nesting of groups and classes in a pattern; what people write stays below ten.
pub(crate) const PATTERN_DEPTH_MAX: u32 = 50;

/// Longer values are matched by their head: what names a maker stands early, and a peer must not buy
/// unbounded work with one answer.
pub(crate) const VALUE_BYTES_MAX: usize = 256 << 10;

/// Parses a pattern the way [`compile`] will.
pub(crate) fn parse(pattern: &str) -> Result<regex_syntax::hir::Hir, String> {
    regex_syntax::ParserBuilder::new()
        .nest_limit(PATTERN_DEPTH_MAX)
        .build()
        .parse(&plain(pattern))
        .map_err(|error| match error {
            regex_syntax::Error::Parse(error) => error.kind().to_string(),
            regex_syntax::Error::Translate(error) => error.kind().to_string(),
            other => other.to_string(),
        })
}

/// The pattern with "any character" in its cheap spelling. Under `(?i)` the parser folds the case of every
/// character of `[\s\S]`, which takes 20 ms; `(?s:.)` says the same.
fn plain(pattern: &str) -> Cow<'_, str> {
    const ANY: &str = r"[\s\S]";
    // Behind a backslash the bracket is a character of its own.
    if pattern.contains(ANY) && !pattern.contains(r"\[\s\S]") {
        pattern.replace(ANY, "(?s:.)").into()
    } else {
        pattern.into()
    }
}

/// Compiles a pattern within the limits.
pub(crate) fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&plain(pattern))
        .size_limit(PATTERN_BYTES_MAX)
        .dfa_size_limit(PATTERN_BYTES_MAX)
        .nest_limit(PATTERN_DEPTH_MAX)
        .build()
}

/// The head of `value` that is matched.
pub(crate) fn head(value: &str) -> &str {
    value.get(..value.floor_char_boundary(VALUE_BYTES_MAX)).unwrap_or(value)
}

/// A pattern, compiled when it is first wanted.
#[derive(Debug)]
pub(crate) struct LazyRegex {
    pattern: Box<str>,
    regex: OnceLock<Option<Regex>>,
}

impl LazyRegex {
    pub(crate) fn new(pattern: &str) -> Self {
        Self { pattern: pattern.into(), regex: OnceLock::new() }
    }

    pub(crate) fn pattern(&self) -> &str {
        &self.pattern
    }

    /// `None` when the pattern does not compile within the limits; lint says so.
    pub(crate) fn get(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| compile(&self.pattern).ok()).as_ref()
    }
}

/// Patterns behind one search for all their literals. Numbers are positions in the list it was built from.
#[derive(Debug)]
pub(crate) struct PatternIndex {
    /// Finds the literals; `None` when there are none.
    literals: Option<AhoCorasick>,
    /// For each literal, the patterns that need it or a sibling of it.
    needed_by: Vec<Vec<usize>>,
    /// Patterns without a literal: always run.
    always: Vec<usize>,
    count: usize,
}

impl PatternIndex {
    pub(crate) fn new<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Self {
        let mut by_literal: std::collections::BTreeMap<Vec<u8>, Vec<usize>> = Default::default();
        let mut always = Vec::new();
        let mut count = 0;
        for (number, pattern) in patterns.into_iter().enumerate() {
            count = number + 1;
            match parse(pattern).ok().and_then(|hir| required_literals(&hir)) {
                Some(set) => {
                    for literal in set {
                        by_literal.entry(literal).or_default().push(number);
                    }
                }
                None => always.push(number),
            }
        }
        let (texts, needed_by): (Vec<_>, Vec<_>) = by_literal.into_iter().unzip();
        let literals = AhoCorasick::builder().ascii_case_insensitive(true).build(&texts);
        match literals {
            Ok(literals) => {
                let literals = (!texts.is_empty()).then_some(literals);
                Self { literals, needed_by, always, count }
            }
            // Only an automaton past the 32-bit limits fails; then every pattern runs.
            Err(_) => {
                Self { literals: None, needed_by: Vec::new(), always: (0..count).collect(), count }
            }
        }
    }

    /// The patterns that may match `text`, ascending. Allocates nothing when there is none.
    pub(crate) fn candidates(&self, text: &str) -> Vec<usize> {
        if has_folding_oddity(text) {
            return (0..self.count).collect();
        }
        let mut candidates = Vec::new();
        if let Some(literals) = &self.literals {
            for found in literals.find_overlapping_iter(text) {
                if let Some(patterns) = self.needed_by.get(found.pattern().as_usize()) {
                    candidates.extend_from_slice(patterns);
                }
            }
        }
        candidates.extend_from_slice(&self.always);
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }
}

/// The fingerprints of one kind.
#[derive(Debug, Default)]
struct Shelf {
    /// Positions in the list of all fingerprints, ascending.
    fingerprints: Vec<usize>,
    index: OnceLock<PatternIndex>,
}

/// Finds the fingerprints that fit. Refers to fingerprints by their position in one list.
#[derive(Debug, Default)]
pub(crate) struct Matcher {
    /// By [`SignalKind`] as a number.
    shelves: Vec<Shelf>,
    /// By position of the fingerprint.
    regexes: Vec<LazyRegex>,
}

impl Matcher {
    pub(crate) fn new(fingerprints: &[Fingerprint]) -> Self {
        let mut shelves = Vec::new();
        shelves.resize_with(SignalKind::ALL.len(), Shelf::default);
        for (position, fingerprint) in fingerprints.iter().enumerate() {
            if let Some(shelf) = shelves.get_mut(fingerprint.kind as usize) {
                shelf.fingerprints.push(position);
            }
        }
        let regexes = fingerprints.iter().map(|f| LazyRegex::new(&f.pattern)).collect();
        Self { shelves, regexes }
    }

    /// Calls `found` for each fingerprint that fits `value`, in order of position.
    pub(crate) fn each<'m>(
        &'m self,
        kind: SignalKind,
        value: &str,
        mut found: impl FnMut(usize, &'m Regex),
    ) {
        let Some(shelf) = self.shelves.get(kind as usize).filter(|s| !s.fingerprints.is_empty())
        else {
            return;
        };
        let position = |number: usize| shelf.fingerprints.get(number).copied();
        let regex = |position: usize| self.regexes.get(position);
        let index = shelf.index.get_or_init(|| {
            let patterns = shelf.fingerprints.iter().filter_map(|p| regex(*p));
            PatternIndex::new(patterns.map(LazyRegex::pattern))
        });
        for position in index.candidates(value).into_iter().filter_map(position) {
            if let Some(regex) = regex(position).and_then(LazyRegex::get)
                && regex.is_match(value)
            {
                found(position, regex);
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
