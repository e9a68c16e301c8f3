//! Model numbers inside a cell, as people type them.

use knowledge::{Brand, Knowledge, ModelPattern, Specificity};

use super::lex::Gap;
use super::{ModelRead, Number, Respelling, Taken, Word, vocabulary};
use crate::company::are_related;
use crate::name::{is_model_like, is_stem, with_hyphen};

/// A number may be written in so many words: `DS 2CD 2143`.
const NUMBER_WORDS_MAX: usize = 3;

/// Letters that begin a number before a blank: `IPC hdw1431`.
const STEM_LETTERS_MAX: usize = 5;

/// Letters that begin a number and may hold a digit by mistake.
const STEM_LETTERS_MIN: usize = 2;

/// Fewer letters in each other's place are another beginning: `SD` and `DS` are two series.
const SWAPPED_LETTERS_MIN: usize = 3;

/// Letters that look like a digit.
const DIGIT_LIKE: &[char] = &['O', 'I', 'L'];

/// Numbers with more letters than this mistaken are another's.
const LOOK_ALIKES_MAX: usize = 2;

/// Reads the number of a part again by its brand, where no grammar fits it: letters in each other's place.
pub(super) fn by_brand<'k>(knowledge: &'k Knowledge, rows: &[&Brand], number: &mut Number<'k>) {
    for spelling in swapped_stems(&number.read.written) {
        let mut patterns = knowledge.models(&spelling);
        patterns.retain(|pattern| {
            let makers = || rows.iter().flat_map(|row| &row.makers);
            pattern.makers.iter().any(|maker| makers().any(|own| are_related(own, maker)))
        });
        if !patterns.is_empty() {
            let written = number.read.written.clone();
            *number = known(spelling, &written, 1, Respelling::LettersSwapped, patterns);
            return;
        }
    }
}

/// Takes the words that are model numbers.
pub(super) fn take<'k>(knowledge: &'k Knowledge, text: &str, words: &mut [Word<'_, 'k>]) {
    let mut at = 0;
    while at < words.len() {
        let longest = (1..=NUMBER_WORDS_MAX).rev().find_map(|length| {
            let part = words.get(at..at + length)?;
            let number = read(knowledge, text, part)?;
            Some((length, number))
        });
        let Some((length, number)) = longest else {
            at += 1;
            continue;
        };
        for (number_of_word, word) in words.iter_mut().skip(at).take(length).enumerate() {
            word.taken =
                if number_of_word == 0 { Taken::Model(number.clone()) } else { Taken::Joined };
        }
        at += length;
    }
}

/// The number that some words are; several words only where a grammar fits them together.
fn read<'k>(knowledge: &'k Knowledge, text: &str, part: &[Word<'_, 'k>]) -> Option<Number<'k>> {
    let is_open = part.iter().all(Word::is_unknown)
        && part.iter().skip(1).all(|word| word.token.gap == Gap::Blank);
    let (first, last) = part.first().zip(part.last()).filter(|_| is_open)?;
    let written = text.get(first.token.start..last.token.end())?;
    if part.len() > 1 {
        let is_stem = first.token.folded.chars().count() <= STEM_LETTERS_MAX
            && first.token.folded.chars().any(char::is_alphabetic);
        let may_begin = |word: &str| {
            matches!(
                vocabulary::sort(word),
                None | Some(vocabulary::Sort::Stem | vocabulary::Sort::Kind(_))
            )
        };
        let goes_on = part.iter().skip(1).all(|word| {
            word.token.folded.contains(|c: char| c.is_ascii_digit())
                || vocabulary::sort(&word.token.folded) == Some(vocabulary::Sort::Stem)
        });
        // What is a number alone takes no word before it: `dome P3245`.
        if !is_stem
            || !goes_on
            || !may_begin(&first.token.folded)
            || fits(knowledge, last.token.text)
            || fits(knowledge, first.token.text)
        {
            return None;
        }
        let joined: Vec<&str> = part.iter().map(|word| word.token.text).collect();
        let number = joined.join("-").to_uppercase();
        let patterns = distinct(knowledge, &number);
        return (!patterns.is_empty() && is_model_like(&number))
            .then(|| known(number, written, 0, Respelling::BlankClosed, patterns));
    }
    if !is_model_like(written) || vocabulary::is_measure(&first.token.folded) {
        return None;
    }
    let number = written.to_uppercase();
    let patterns = knowledge.models(&number);
    if !patterns.is_empty() {
        // An `O` between two digits is a zero, where the grammar allows either.
        let spelling = with_digits(&number, &['O']);
        let distance = letters_changed(&spelling, &number);
        if (1..=LOOK_ALIKES_MAX).contains(&distance)
            && ids(&knowledge.models(&spelling)) == ids(&patterns)
        {
            return Some(known(spelling, written, distance, Respelling::LookAlike, patterns));
        }
        // What the grammar forgave is shown as well.
        let hyphened = with_hyphen(&number).filter(|spelling| {
            !number.contains('-') && ids(&knowledge.models(spelling)) == ids(&patterns)
        });
        return Some(match hyphened {
            Some(spelling) => known(spelling, written, 0, Respelling::HyphenPutBack, patterns),
            None => known(number, written, 0, Respelling::AsWritten, patterns),
        });
    }
    if let Some(spelling) = with_hyphen(&number) {
        let patterns = knowledge.models(&spelling);
        if !patterns.is_empty() {
            return Some(known(spelling, written, 0, Respelling::HyphenPutBack, patterns));
        }
    }
    for (spelling, distance) in look_alikes(&number) {
        let patterns = distinct(knowledge, &spelling);
        if !patterns.is_empty() {
            return Some(known(spelling, written, distance, Respelling::LookAlike, patterns));
        }
    }
    let read = ModelRead {
        number: written.to_owned(),
        written: written.to_owned(),
        distance: 0,
        respelling: Respelling::AsWritten,
        grammar: None,
    };
    Some(Number { read, patterns: Vec::new() })
}

fn ids<'k>(patterns: &[&'k ModelPattern]) -> Vec<&'k str> {
    patterns.iter().map(|pattern| &*pattern.id).collect()
}

fn known<'k>(
    number: String,
    written: &str,
    distance: usize,
    respelling: Respelling,
    patterns: Vec<&'k ModelPattern>,
) -> Number<'k> {
    let grammar = patterns.first().map(|pattern| pattern.id.to_string());
    let read = ModelRead { number, written: written.to_owned(), distance, respelling, grammar };
    Number { read, patterns }
}

fn fits(knowledge: &Knowledge, text: &str) -> bool {
    is_model_like(text) && !knowledge.models(text).is_empty()
}

/// The grammars that are one maker's alone: what is respelt must not fit by chance.
fn distinct<'k>(knowledge: &'k Knowledge, number: &str) -> Vec<&'k ModelPattern> {
    let mut patterns = knowledge.models(number);
    patterns.retain(|pattern| pattern.specificity == Specificity::Distinct);
    patterns
}

/// Ways to read a number in which letters and digits that look alike were mistaken: `O` between digits is 0, `0` among the
/// letters that end at the first hyphen is O; likewise `I`, `L` and 1. Each with the letters changed. At a border of
/// letters and digits either may be meant, so that nothing is read there.
fn look_alikes(number: &str) -> Vec<(String, usize)> {
    let stem = number.find('-').unwrap_or(0);
    let is_stem = number.get(..stem).is_some_and(|stem| {
        stem.chars().filter(char::is_ascii_alphabetic).count() >= STEM_LETTERS_MIN
            && stem.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '0' | '1'))
    });
    let letters_back = |n: usize, letter: char| match letter {
        '0' if is_stem && n < stem => 'O',
        '1' if is_stem && n < stem => 'I',
        other => other,
    };
    let whole: String = number.char_indices().map(|(n, c)| letters_back(n, c)).collect();
    let both = with_digits(&whole, DIGIT_LIKE);
    let spellings = [with_digits(number, DIGIT_LIKE), whole, both];
    let mut ways: Vec<(String, usize)> = Vec::new();
    for spelling in spellings {
        let distance = letters_changed(&spelling, number);
        let is_new = ways.iter().all(|(known, _)| *known != spelling);
        if (1..=LOOK_ALIKES_MAX).contains(&distance) && is_new {
            ways.push((spelling, distance));
        }
    }
    ways
}

fn letters_changed(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).filter(|(a, b)| a != b).count()
}

/// The number with every one of `letters` between two digits as the digit that it looks like.
fn with_digits(number: &str, which: &[char]) -> String {
    let letters: Vec<char> = number.chars().collect();
    let is_digit = |position: Option<usize>| {
        position.and_then(|position| letters.get(position)).is_some_and(char::is_ascii_digit)
    };
    let change = |(n, letter): (usize, &char)| {
        let is_between = is_digit(n.checked_sub(1)) && is_digit(Some(n + 1));
        match letter {
            letter if !is_between || !which.contains(letter) => *letter,
            'O' => '0',
            _ => '1',
        }
    };
    letters.iter().enumerate().map(change).collect()
}

/// The number with two neighbours among the letters that begin it in each other's place: `DSC-930` as `DCS-930`. Only a
/// brand beside it can say that this was meant.
pub(crate) fn swapped_stems(number: &str) -> Vec<String> {
    let number = number.trim().to_uppercase();
    let letters: Vec<char> = number.chars().collect();
    let stem = letters.iter().take_while(|letter| letter.is_ascii_alphabetic()).count();
    let written: String = letters.iter().take(stem).collect();
    let may_be = (SWAPPED_LETTERS_MIN..=STEM_LETTERS_MAX).contains(&stem)
        && is_model_like(&number)
        && !is_stem(&written);
    if !may_be {
        return Vec::new();
    }
    let swapped = (1..stem).filter_map(|at| {
        let mut letters = letters.clone();
        let (left, right) = letters.split_at_mut_checked(at)?;
        let (one, other) = left.last_mut().zip(right.first_mut())?;
        std::mem::swap(one, other);
        Some(letters.into_iter().collect::<String>()).filter(|spelling| *spelling != number)
    });
    swapped.collect()
}

#[cfg(test)]
mod tests {
    use super::{look_alikes, swapped_stems};

    #[test]
    fn letters_and_digits_that_look_alike_are_exchanged_where_they_stand_out() {
        let ways = |number: &str| -> Vec<String> {
            look_alikes(number).into_iter().map(|(way, _)| way).collect()
        };
        assert!(ways("DS-2CD2O43").contains(&"DS-2CD2043".to_owned()));
        assert!(ways("1PC-HDW1000").contains(&"IPC-HDW1000".to_owned()));
        assert!(ways("XN0-6080R").contains(&"XNO-6080R".to_owned()));
        for number in ["DS-2CD2043", "GC13H", "PL621", "F18910W", "M105L", "A1-200"] {
            assert_eq!(ways(number), [""; 0], "{number}");
        }
    }

    #[test]
    fn letters_in_each_others_place_are_put_back() {
        assert!(swapped_stems("dsc-930L").contains(&"DCS-930L".to_owned()));
        assert_eq!(swapped_stems("DS-930"), [""; 0]);
        assert_eq!(swapped_stems("iDS-716HUHI"), [""; 0], "a beginning of its own");
        assert_eq!(swapped_stems("dome"), [""; 0]);
    }
}
