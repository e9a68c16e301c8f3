//! The literals that a pattern cannot match without.

use regex_syntax::hir::{Class, Hir, HirKind};

/// A literal below this many bytes occurs nearly everywhere and rules out nearly nothing.
pub(crate) const LITERAL_BYTES_MIN: usize = 3;

/// More alternatives than this cost more in the automaton than they save.
const ALTERNATIVES_MAX: usize = 128;

/// Whatever the pattern matches holds at least one of the literals returned, compared without ASCII case.
///
/// The best set is the one whose shortest literal is longest. `None` when no set has only literals of
/// [`LITERAL_BYTES_MIN`] bytes and more.
///
/// Under `(?i)` the letters `k` and `s` also match U+212A and U+017F: the caller must not rely on the
/// literals for text that holds one of the two ([`has_folding_oddity`]).
pub(crate) fn required_literals(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    let mut set = Summary::of(hir).into_required()?;
    set.sort();
    set.dedup();
    (shortest(&set) >= LITERAL_BYTES_MIN).then_some(set)
}

/// Whether `text` holds one of the two characters that Unicode folds to an ASCII letter.
pub(crate) fn has_folding_oddity(text: &str) -> bool {
    !text.is_ascii() && text.contains(['\u{17f}', '\u{212a}'])
}

/// What is known of every text that a part of a pattern matches.
struct Summary {
    /// The part matches this text alone (in lower case).
    exact: Option<Vec<u8>>,
    /// The text holds one of these.
    required: Option<Vec<Vec<u8>>>,
}

impl Summary {
    const NOTHING: Self = Self { exact: None, required: None };

    fn exactly(mut text: Vec<u8>) -> Self {
        text.make_ascii_lowercase();
        Self { exact: Some(text), required: None }
    }

    fn of(hir: &Hir) -> Self {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Self::exactly(Vec::new()),
            HirKind::Literal(literal) => Self::exactly(literal.0.to_vec()),
            HirKind::Class(class) => one_letter(class).map_or(Self::NOTHING, |letter| {
                let mut buffer = [0; 4];
                Self::exactly(letter.encode_utf8(&mut buffer).as_bytes().to_vec())
            }),
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Repetition(repetition) if repetition.min == 0 => Self::NOTHING,
            HirKind::Repetition(repetition) => {
                Self { exact: None, required: Self::of(&repetition.sub).into_required() }
            }
            HirKind::Concat(parts) => Self::concat(parts),
            HirKind::Alternation(parts) => {
                let sets: Option<Vec<_>> =
                    parts.iter().map(|part| Self::of(part).into_required()).collect();
                let set = sets.map(|sets| sets.concat());
                Self { exact: None, required: set.filter(|set| set.len() <= ALTERNATIVES_MAX) }
            }
        }
    }

    fn concat(parts: &[Hir]) -> Self {
        let mut best: Option<Vec<Vec<u8>>> = None;
        let mut run = Vec::new();
        let mut whole = true;
        for part in parts {
            let Self { exact, required } = Self::of(part);
            if let Some(text) = exact {
                run.extend(text);
            } else {
                whole = false;
                best = better(best, Some(vec![std::mem::take(&mut run)]));
                best = better(best, required);
            }
        }
        if whole {
            return Self { exact: Some(run), required: None };
        }
        Self { exact: None, required: better(best, Some(vec![run])) }
    }

    fn into_required(self) -> Option<Vec<Vec<u8>>> {
        self.exact.map(|text| vec![text]).or(self.required)
    }
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

/// The letter, in lower case, when the class holds nothing but its two cases.
fn one_letter(class: &Class) -> Option<char> {
    let mut letter = None;
    let mut admit = |character: char| {
        let lower = match character {
            '\u{17f}' => 's',
            '\u{212a}' => 'k',
            other => other.to_ascii_lowercase(),
        };
        *letter.get_or_insert(lower) == lower
    };
    let one = match class {
        // Four: a letter has at most three forms, and a range of more is no letter.
        Class::Unicode(class) => class
            .iter()
            .all(|range| range.len() < 4 && (range.start()..=range.end()).all(&mut admit)),
        Class::Bytes(class) => class.iter().all(|range| {
            range.len() < 4
                && (range.start()..=range.end())
                    .all(|byte| byte.is_ascii() && admit(char::from(byte)))
        }),
    };
    letter.filter(|_| one)
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
        assert_eq!(literals("^(?:dome|Bullet)-x?"), some(&["bullet", "dome"]));
        assert_eq!(literals("^(?:dome|[0-9]+)$"), None);
        assert_eq!(literals("^(?:dome|)$"), None);
    }

    #[test]
    fn short_and_optional_literals_do_not_count() {
        assert_eq!(literals("^ab"), None);
        assert_eq!(literals("(?:abcdef)?[0-9]"), None);
        assert_eq!(literals("[ab]cd"), None);
    }
}
