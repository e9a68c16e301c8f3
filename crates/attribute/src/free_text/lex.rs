//! Cuts a cell into words, with what stands between them.

use std::ops::Range;

/// Words of a cell that are looked at: a page of notes.
const WORDS_MAX: usize = 1_000;

/// Words whose point ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "no", "nos", "nr", "num", "ext", "int", "qty", "st", "approx", "incl", "excl", "inc", "ltd",
    "co", "ca",
];

/// What stands between a word and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// A blank, or nothing.
    Blank,
    /// A comma, a colon, a bar, a line's end.
    Soft,
    /// A bracket opens.
    Open,
    /// A stroke: one or the other, or both.
    Stroke,
    /// A plus, the end of a sentence, an arrow: another thing begins.
    Hard,
}

/// A word, as far as the next blank or mark that no model number holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
    pub(super) folded: String,
    pub(super) gap: Gap,
    /// Position in the list of names, where it is one.
    pub(super) name: Option<usize>,
}

impl Token<'_> {
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The words of a cell; `names` are the places of names in it, in order, each of which becomes one word.
pub(super) fn tokens<'t>(text: &'t str, names: &[Range<usize>]) -> Vec<Token<'t>> {
    let mut lexer = Lexer { text, tokens: Vec::new(), gap: Gap::Blank };
    let mut from = 0;
    for (number, name) in names.iter().enumerate() {
        lexer.words(from..name.start);
        lexer.push(name.clone(), Some(number));
        from = name.end;
    }
    lexer.words(from..text.len());
    lexer.tokens
}

struct Lexer<'t> {
    text: &'t str,
    tokens: Vec<Token<'t>>,
    gap: Gap,
}

impl Lexer<'_> {
    fn words(&mut self, range: Range<usize>) {
        let part = self.text.get(range.clone()).unwrap_or_default();
        let mut start = None;
        let mut characters = part.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            if self.tokens.len() >= WORDS_MAX {
                return;
            }
            let at = range.start + at;
            let next = characters.peek().map(|(_, next)| *next);
            if self.is_of_word(character, start.unwrap_or(at), at, next) {
                start = start.or(Some(at));
                continue;
            }
            if let Some(start) = start.take() {
                self.push(start..at, None);
            }
            self.see(character, at, next);
        }
        if let Some(start) = start {
            self.push(start..range.end, None);
        }
    }

    /// Whether a character belongs to the word that began at `start`: `/` and `.` and `+` do inside a number.
    fn is_of_word(&self, character: char, start: usize, at: usize, next: Option<char>) -> bool {
        let before = self.text.get(start..at).unwrap_or_default();
        let is_inside = !before.is_empty() && next.is_some_and(char::is_alphanumeric);
        let is_number = || before.contains(|c: char| c.is_ascii_digit());
        match character {
            '/' => is_inside && is_number(),
            '-' | '_' | '.' | '\'' | '’' => is_inside,
            '+' => !before.is_empty() && !is_inside && is_number(),
            '×' => true,
            _ => character.is_alphanumeric(),
        }
    }

    fn see(&mut self, character: char, at: usize, next: Option<char>) {
        let is_at_end = next.is_none_or(char::is_whitespace);
        let gap = match character {
            ',' | ':' | '|' | '\t' | '\n' | '\r' | ';' | ')' | ']' => Gap::Soft,
            '(' | '[' => Gap::Open,
            '/' => Gap::Stroke,
            '+' | '&' | '>' | '→' => Gap::Hard,
            '.' if is_at_end && !self.is_abbreviated() => Gap::Hard,
            '-' if is_at_end && self.text.get(..at).is_some_and(|t| t.ends_with(' ')) => Gap::Soft,
            '?' => return self.push(at..at + 1, None),
            _ => return,
        };
        if self.gap == Gap::Blank {
            self.gap = gap;
        }
    }

    /// `no.`, `ext.`: the point ends no sentence.
    fn is_abbreviated(&self) -> bool {
        let last = self.tokens.last().and_then(|word| word.text.split_whitespace().next_back());
        last.is_some_and(|word| ABBREVIATIONS.contains(&word.to_lowercase().as_str()))
    }

    fn push(&mut self, range: Range<usize>, name: Option<usize>) {
        let text = self.text.get(range.clone()).unwrap_or_default();
        let folded = if text == "?" { "?".to_owned() } else { knowledge::folded(text) };
        if folded.is_empty() || self.tokens.len() >= WORDS_MAX {
            return;
        }
        let gap = std::mem::replace(&mut self.gap, Gap::Blank);
        self.tokens.push(Token { text, start: range.start, folded, gap, name });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<(String, Gap)> {
        tokens(text, &[]).into_iter().map(|token| (token.text.to_owned(), token.gap)).collect()
    }

    #[test]
    fn a_number_keeps_its_marks_and_other_things_are_told_apart() {
        let word = |text: &str, gap| (text.to_owned(), gap);
        assert_eq!(
            words("4x DS-2CD2143/P, Hik/Dahua (dome) + NVR. End?"),
            [
                word("4x", Gap::Blank),
                word("DS-2CD2143/P", Gap::Blank),
                word("Hik", Gap::Soft),
                word("Dahua", Gap::Stroke),
                word("dome", Gap::Open),
                word("NVR", Gap::Soft),
                word("End", Gap::Hard),
                word("?", Gap::Blank),
            ]
        );
    }

    #[test]
    fn a_name_is_one_word() {
        let text = "old KT and C-1 dome";
        let found = tokens(text, std::slice::from_ref(&(4..12)));
        let texts: Vec<&str> = found.iter().map(|token| token.text).collect();
        assert_eq!(texts, ["old", "KT and C", "1", "dome"]);
        assert_eq!(found[1].name, Some(0));
    }
}
