//! Making foreign text inert.

use std::borrow::Cow;

/// `text` without anything that steers a terminal, a spreadsheet or the reading direction.
///
/// Control characters become their visible pictures (`␊` for a line feed), so nothing is lost from sight;
/// characters that would reverse or hide the text around them become `�`.
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.chars().any(|c| visible(c) != c) {
        Cow::Owned(text.chars().map(visible).collect())
    } else {
        Cow::Borrowed(text)
    }
}

fn visible(character: char) -> char {
    match character {
        '\0'..='\u{1f}' => {
            char::from_u32(0x2400 + u32::from(character)).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => char::REPLACEMENT_CHARACTER,
        other => other,
    }
}

/// Whether a spreadsheet could take this text for a formula.
///
/// Beside `= + - @` the full-width forms count: some programs fold them. The characters after a leading
/// blank count too, because some programs trim.
pub(crate) fn opens_formula(text: &str) -> bool {
    text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n', '␉', '␍', '␊'])
}

/// The first `limit` UTF-16 units of `text`, which is how Excel counts; a cut is marked.
pub(crate) fn cut_utf16(text: &str, limit: usize) -> Cow<'_, str> {
    // Every UTF-8 byte count is at least the UTF-16 count: short text needs no counting.
    if text.len() <= limit || text.encode_utf16().count() <= limit {
        return Cow::Borrowed(text);
    }
    let mut left = limit.saturating_sub(CUT.encode_utf16().count());
    let kept: String = text
        .chars()
        .take_while(|c| {
            let fits = c.len_utf16() <= left;
            left = left.saturating_sub(c.len_utf16());
            fits
        })
        .collect();
    Cow::Owned(kept + CUT)
}

const CUT: &str = " […cut]";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steering_characters_become_visible() {
        assert_eq!(plain("\u{1b}[31mred\r\n\0"), "␛[31mred␍␊␀");
        assert_eq!(plain("gpj.\u{202e}exe"), "gpj.\u{fffd}exe");
        assert!(matches!(plain("Kamera Süd №3"), Cow::Borrowed(_)));
    }

    #[test]
    fn formula_openers_are_met_in_every_disguise() {
        for text in ["=1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "＝1", "␊=1"] {
            assert!(opens_formula(text), "{text}");
        }
        for text in ["1-2", "a=b", "", "10.0.0.1"] {
            assert!(!opens_formula(text), "{text}");
        }
    }

    #[test]
    fn a_cut_is_marked_and_counts_as_excel_does() {
        assert_eq!(cut_utf16("abcdefghij", 9), "ab […cut]");
        assert_eq!(cut_utf16("abcdefghi", 9), "abcdefghi");
        assert_eq!(cut_utf16(&"😀".repeat(6), 11), "😀😀 […cut]");
    }
}
