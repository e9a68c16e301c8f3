//! The literals that a pattern cannot match without.

use regex_syntax::hir::{Class, ClassBytesRange, ClassUnicodeRange, Hir, HirKind, Repetition};

/// A literal below this many bytes occurs nearly everywhere and rules out nearly nothing.
pub(crate) const LITERAL_BYTES_MIN: usize = 3;

/// The beginning of a longer literal rules out as much, and costs the automaton less.
const LITERAL_BYTES_MAX: usize = 64;

/// More alternatives than this cost more in the automaton than they save.
const ALTERNATIVES_MAX: usize = 128;

/// A part of a pattern that matches more texts than this is not written out.
const EXACT_MAX: usize = 32;

/// A class of more characters, counted with their cases, is not written out. Three letters under `(?i)` are
/// at most nine.
const CLASS_MAX: usize = 9;

/// Whatever the pattern matches holds at least one of the literals returned, compared without ASCII case.
///
/// The best set is the one whose shortest literal is longest. `None` when no set has only literals of
/// [`LITERAL_BYTES_MIN`] bytes and more.
///
/// Under `(?i)` the letters `k` and `s` also match U+212A and U+017F: the caller must not rely on the
/// literals for text that holds one of the two ([`has_folding_oddity`]).
pub(crate) fn required_literals(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    let mut set = Summary::of(hir).into_required()?;
    set.iter_mut().for_each(|literal| literal.truncate(LITERAL_BYTES_MAX));
    set.sort();
    set.dedup();
    (shortest(&set) >= LITERAL_BYTES_MIN).then_some(set)
}

/// Whether `text` holds one of the two characters that Unicode folds to an ASCII letter.
pub(crate) fn has_folding_oddity(text: &str) -> bool {
    !text.is_ascii() && text.contains(['\u{17f}', '\u{212a}'])
}

/// What is known of every text that a part of a pattern matches; all in lower case.
struct Summary {
    /// The part matches these texts alone.
    exact: Option<Vec<Vec<u8>>>,
    /// The text holds one of these.
    required: Option<Vec<Vec<u8>>>,
}

impl Summary {
    const NOTHING: Self = Self { exact: None, required: None };

    fn exactly(mut texts: Vec<Vec<u8>>) -> Self {
        texts.iter_mut().for_each(|text| text.make_ascii_lowercase());
        Self { exact: Some(texts), required: None }
    }

    fn of(hir: &Hir) -> Self {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Self::exactly(vec![Vec::new()]),
            HirKind::Literal(literal) => Self::exactly(vec![literal.0.to_vec()]),
            HirKind::Class(class) => few_letters(class).map_or(Self::NOTHING, Self::exactly),
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Repetition(repetition) => Self::repeated(repetition),
            HirKind::Concat(parts) => Self::concat(parts),
            HirKind::Alternation(parts) => Self::one_of(parts.iter().map(Self::of).collect()),
        }
    }

    fn repeated(repetition: &Repetition) -> Self {
        let part = Self::of(&repetition.sub);
        match (repetition.min, repetition.max, part.exact) {
            (0, Some(1), Some(exact)) if exact.len() < EXACT_MAX => {
                Self::exactly([exact, vec![Vec::new()]].concat())
            }
            (0, _, _) => Self::NOTHING,
            (_, _, exact) => Self { exact: None, required: exact.or(part.required) },
        }
    }

    fn one_of(parts: Vec<Self>) -> Self {
        if parts.iter().all(|part| part.exact.is_some()) {
            let exact: Vec<_> = parts.into_iter().filter_map(|part| part.exact).flatten().collect();
            return if exact.len() <= EXACT_MAX {
                Self::exactly(exact)
            } else {
                Self { exact: None, required: Some(exact) }.within_limits()
            };
        }
        let sets: Option<Vec<_>> = parts.into_iter().map(Self::into_required).collect();
        Self { exact: None, required: sets.map(|sets| sets.concat()) }.within_limits()
    }

    fn concat(parts: &[Hir]) -> Self {
        let mut best: Option<Vec<Vec<u8>>> = None;
        let mut run = vec![Vec::new()];
        let mut is_whole = true;
        for part in parts {
            let Self { exact, required } = Self::of(part);
            let joined = exact.as_ref().and_then(|texts| product(&run, texts));
            if let Some(joined) = joined {
                run = joined;
                continue;
            }
            is_whole = false;
            best = better(best, Some(std::mem::replace(&mut run, vec![Vec::new()])));
            match exact {
                Some(texts) => run = texts,
                None => best = better(best, required),
            }
        }
        if is_whole {
            return Self { exact: Some(run), required: None };
        }
        Self { exact: None, required: better(best, Some(run)) }
    }

    fn within_limits(self) -> Self {
        Self { required: self.required.filter(|set| set.len() <= ALTERNATIVES_MAX), ..self }
    }

    fn into_required(self) -> Option<Vec<Vec<u8>>> {
        self.exact.or(self.required)
    }
}

/// Every text of `one` with every text of `other` after it; `None` when these are too many.
fn product(one: &[Vec<u8>], other: &[Vec<u8>]) -> Option<Vec<Vec<u8>>> {
    (one.len() * other.len() <= EXACT_MAX)
        .then(|| one.iter().flat_map(|a| other.iter().map(|b| [&**a, &**b].concat())).collect())
}

fn shortest(set: &[Vec<u8>]) -> usize {
    set.iter().map(Vec::len).min().unwrap_or(0)
}

fn better(one: Option<Vec<Vec<u8>>>, other: Option<Vec<Vec<u8>>>) -> Option<Vec<Vec<u8>>> {
    match (one, other) {
        (Some(one), Some(other)) => {
            let rank = |set: &Vec<Vec<u8>>| (shortest(set), std::cmp::Reverse(set.len()));
            Some(if rank(&other) > rank(&one) { other } else { one })
        }
        (one, other) => one.or(other),
    }
}

/// The characters of a small class, in lower case.
fn few_letters(class: &Class) -> Option<Vec<Vec<u8>>> {
    let folded = |character: char| match character {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        other => other.to_ascii_lowercase(),
    };
    let mut letters: Vec<char> = match class {
        Class::Unicode(class) => {
            let size: usize = class.iter().map(ClassUnicodeRange::len).sum();
            let all = class.iter().flat_map(|range| range.start()..=range.end());
            (size <= CLASS_MAX).then(|| all.map(folded).collect())?
        }
        Class::Bytes(class) => {
            let size: usize = class.iter().map(ClassBytesRange::len).sum();
            let all = class.iter().flat_map(|range| range.start()..=range.end());
            let is_small = size <= CLASS_MAX && class.is_ascii();
            is_small.then(|| all.map(|byte| folded(char::from(byte))).collect())?
        }
    };
    letters.sort_unstable();
    letters.dedup();
    let encoded = letters.into_iter().map(|letter| letter.to_string().into_bytes());
    Some(encoded.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literals(pattern: &str) -> Option<Vec<String>> {
        let set = required_literals(&regex_syntax::parse(pattern).unwrap())?;
        Some(set.into_iter().map(|text| String::from_utf8(text).unwrap()).collect())
    }

    fn some(texts: &[&str]) -> Option<Vec<String>> {
        Some(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn the_longest_run_that_cannot_be_missing_is_taken() {
        assert_eq!(literals(r"^ExampleDome RTSP/(?<version>\d+)$"), some(&["exampledome rtsp/"]));
        assert_eq!(literals(r"(?i)^mask[0-9]+disks"), some(&["disks"]));
        assert_eq!(literals(r"a(bcd)?ef\d+ghij"), some(&["ghij"]));
        assert_eq!(literals(r"(?:abc)+x"), some(&["abc"]));
    }

    #[test]
    fn an_alternation_needs_a_literal_in_every_branch() {
        assert_eq!(literals("^(?:dome|Bullet)-x*"), some(&["bullet-", "dome-"]));
        assert_eq!(literals("^(?:dome|[0-9]+)$"), None);
        assert_eq!(literals("^(?:dome|)$"), None);
    }

    #[test]
    fn short_and_optional_literals_do_not_count() {
        assert_eq!(literals("^ab"), None);
        assert_eq!(literals("(?:abcdef)?[0-9]"), None);
        assert_eq!(literals("[a-z]cd"), None);
    }

    #[test]
    fn small_choices_are_written_out() {
        assert_eq!(literals("[ab]cd"), some(&["acd", "bcd"]));
        assert_eq!(
            literals("(?i)^2N[- ]?(?:IP|Verso)"),
            some(&["2n ip", "2n verso", "2n-ip", "2n-verso", "2nip", "2nverso"])
        );
        assert_eq!(literals("ab(?:c|d)?e"), some(&["abce", "abde", "abe"]));
        // Sixty-four ways to begin are too many: the first thirty-two are kept.
        let many = "(?:a|b)(?:c|d)(?:e|f)(?:g|h)(?:i|j)(?:k|l)mno";
        let kept = literals(many).unwrap();
        assert_eq!((kept.len(), &*kept[0]), (32, "acegi"));
    }
}
