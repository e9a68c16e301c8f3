//! Which grammars of model numbers fit a text.

use std::sync::OnceLock;

use crate::literal::required_literals;
use crate::matcher::{LazyRegex, PatternIndex, parse};
use crate::{ModelPattern, Specificity};

/// No model number is longer; a register's note in the wrong column is.
const MODEL_CHARS_MAX: usize = 120;

/// A pattern may be read without its dashes when this many letters and digits of it are fixed.
const FIXED_WITHOUT_DASHES_MIN: usize = 4;

/// A dash may be missing after so many letters at the beginning (`DS2CD2143`).
const FIRST_LETTERS_MIN: usize = 2;
const FIRST_LETTERS_MAX: usize = 6;

/// Grammars behind one search for all their literals.
#[derive(Debug, Default)]
pub(crate) struct ModelIndex {
    /// As in the table, and without regard to case.
    strict: Vec<LazyRegex>,
    /// As in the table, where the grammar is one maker's alone.
    distinct: Vec<Option<Box<str>>>,
    index: OnceLock<PatternIndex>,
    /// With dashes that may be missing, and the position of the grammar.
    lenient: OnceLock<Vec<(usize, LazyRegex)>>,
}

impl ModelIndex {
    pub(crate) fn new(patterns: &[ModelPattern]) -> Self {
        let distinct = |pattern: &ModelPattern| {
            (pattern.specificity == Specificity::Distinct).then(|| pattern.pattern.clone())
        };
        Self {
            strict: patterns.iter().map(|pattern| any_case(&pattern.pattern)).collect(),
            distinct: patterns.iter().map(distinct).collect(),
            ..Self::default()
        }
    }

    /// Positions of the grammars that fit, ascending.
    pub(crate) fn fitting(&self, model: &str) -> Vec<usize> {
        let model = collapsed(model);
        if model.is_empty() || model.chars().count() > MODEL_CHARS_MAX {
            return Vec::new();
        }
        let spellings = [
            Some(model.clone()),
            model.contains(['_', ' ']).then(|| model.replace(['_', ' '], "-")),
            model.contains(' ').then(|| model.replace(' ', "")),
            with_first_dash(&model),
        ];
        let strict = spellings.into_iter().flatten().map(|text| self.fitting_exactly(&text));
        let mut found = strict.skip_while(Vec::is_empty);
        found.next().unwrap_or_else(|| self.fitting_without_dashes(&model))
    }

    fn fitting_exactly(&self, text: &str) -> Vec<usize> {
        let index = self
            .index
            .get_or_init(|| PatternIndex::new(self.strict.iter().map(LazyRegex::pattern)));
        let fits = |position: &usize| {
            let regex = self.strict.get(*position).and_then(LazyRegex::get);
            regex.is_some_and(|regex| regex.is_match(text))
        };
        index.candidates(text).into_iter().filter(fits).collect()
    }

    fn fitting_without_dashes(&self, model: &str) -> Vec<usize> {
        let squeezed: String = model.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect();
        let fits = |regex: &LazyRegex| regex.get().is_some_and(|regex| regex.is_match(&squeezed));
        let lenient = self.lenient.get_or_init(|| self.lenient_patterns());
        lenient.iter().filter(|(_, regex)| fits(regex)).map(|(position, _)| *position).collect()
    }

    fn lenient_patterns(&self) -> Vec<(usize, LazyRegex)> {
        let numbered = self.distinct.iter().enumerate();
        numbered
            .filter_map(|(position, pattern)| Some((position, pattern.as_deref()?)))
            .filter(|(_, pattern)| is_telling_without_dashes(pattern))
            .map(|(position, pattern)| (position, any_case(&with_optional_dashes(pattern))))
            .collect()
    }
}

fn any_case(pattern: &str) -> LazyRegex {
    LazyRegex::new(&format!("(?i:{pattern})"))
}

/// One blank for each run of blanks, none around.
fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `DS2CD2143` as `DS-2CD2143`: a dash where the letters at the beginning end.
fn with_first_dash(model: &str) -> Option<String> {
    let border = model.find(|c: char| !c.is_ascii_alphabetic())?;
    let (letters, rest) = model.split_at_checked(border)?;
    let is_border = (FIRST_LETTERS_MIN..=FIRST_LETTERS_MAX).contains(&border)
        && rest.starts_with(|c: char| c.is_ascii_digit());
    is_border.then(|| format!("{letters}-{rest}"))
}

/// The pattern with every dash that stands for itself made optional.
fn with_optional_dashes(pattern: &str) -> String {
    let mut lenient = String::with_capacity(pattern.len() + 8);
    let mut characters = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(character) = characters.next() {
        lenient.push(character);
        match character {
            '\\' => lenient.extend(characters.next()),
            '[' => in_class = true,
            ']' => in_class = false,
            '-' if !in_class && !matches!(characters.peek(), Some('?' | '*' | '{')) => {
                lenient.push('?');
            }
            _ => {}
        }
    }
    lenient
}

/// Whether a match still means something when the dashes are gone: each way to match must have a dash to
/// lose and enough other characters fixed beside it.
fn is_telling_without_dashes(pattern: &str) -> bool {
    let literals = parse(pattern).ok().and_then(|hir| required_literals(&hir));
    literals.is_some_and(|literals| {
        literals.iter().all(|literal| {
            let fixed = literal.iter().filter(|byte| byte.is_ascii_alphanumeric()).count();
            literal.contains(&b'-') && fixed >= FIXED_WITHOUT_DASHES_MIN
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dashes_that_stand_for_themselves_become_optional() {
        assert_eq!(with_optional_dashes(r"^DS-2CD[0-9-]-?X\-Y-"), r"^DS-?2CD[0-9-]-?X\-Y-?");
    }

    #[test]
    fn little_that_is_fixed_needs_its_dashes() {
        assert!(is_telling_without_dashes("^TV-IP3"));
        assert!(!is_telling_without_dashes("^TC-A"));
        assert!(!is_telling_without_dashes("^(TV-IP3|AB)"));
    }

    #[test]
    fn a_missing_first_dash_is_put_back() {
        assert_eq!(with_first_dash("DS2CD2143").as_deref(), Some("DS-2CD2143"));
        assert_eq!(with_first_dash("IPC-HFW1"), None);
        assert_eq!(with_first_dash("É1"), None);
    }
}
