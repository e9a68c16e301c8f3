//! Making foreign text inert.

use std::borrow::Cow;

/// `text` without anything that steers a terminal, a spreadsheet or the reading direction.
///
/// Control characters become their visible pictures (`␊` for a line feed), so nothing is lost from sight;
/// characters that would reverse, hide or forge the text around them become `�`, a soft hyphen a hyphen.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(steers) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        let joins = is_joiner(character) && joined(before) && joined(rest.clone().next());
        shown.push(if joins { character } else { visible(character) });
        before = Some(character);
    }
    if shown == text { Cow::Borrowed(text) } else { Cow::Owned(shown) }
}

/// What joins or parts the letters of some scripts, and the parts of an emoji.
fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

/// Whether a joiner beside this character has something to join: no letter of ASCII needs one.
fn joined(character: Option<char>) -> bool {
    character.is_some_and(|c| !c.is_ascii() && !is_joiner(c) && visible(c) == c)
}

/// Whether a character moves a cursor, changes colours, turns the reading direction or hides itself: one that no text
/// shows as it is, and no JSON holds unescaped.
pub fn steers(character: char) -> bool {
    visible(character) != character
}

fn visible(character: char) -> char {
    match character {
        '\0'..='\u{1f}' => {
            char::from_u32(0x2400 + u32::from(character)).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        '\u{7f}' => '\u{2421}',
        '\u{ad}' => '-',
        // The second set of controls, marks of direction, joiners, fillers and separators without width, lines and
        // paragraphs of their own, annotations, tags.
        '\u{80}'..='\u{9f}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => char::REPLACEMENT_CHARACTER,
        other => other,
    }
}

/// UTF-16 units of a text that a page shows: the longest reason and citation are a tenth of it, and whoever wants all of a
/// longer one takes JSONL.
const SHOWN_UNITS_MAX: usize = 4_000;

/// `text` for a page: [`plain`], and cut where nobody reads on.
pub(crate) fn shown(text: &str) -> String {
    shortened(text, SHOWN_UNITS_MAX)
}

/// `text` made [`plain`], at most `limit` UTF-16 units of it; a cut is marked.
pub fn shortened(text: &str, limit: usize) -> String {
    // Cut before it is looked at: a text of many megabytes is not copied for its beginning.
    cut_utf16(&plain(&cut_utf16(text, limit)), limit).into_owned()
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
    if text.len() <= limit || text.encode_utf16().nth(limit).is_none() {
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
        assert_eq!(
            plain("\u{9b}31m\u{61c}\u{e0041}\u{200b}"),
            "\u{fffd}31m\u{fffd}\u{fffd}\u{fffd}"
        );
        assert!(matches!(plain("Kamera Süd №3"), Cow::Borrowed(_)));
        assert!(matches!(plain("Camera 3"), Cow::Borrowed(_)));
    }

    #[test]
    fn joiners_stay_where_they_join() {
        for text in ["می\u{200c}خواهم", "👩\u{200d}🔧"] {
            assert_eq!(plain(text), text);
        }
        assert_eq!(plain("DS\u{200d}-2CD"), "DS\u{fffd}-2CD");
        assert_eq!(plain("é\u{200d}\u{200d}é"), "é\u{fffd}\u{fffd}é");
        assert_eq!(plain("Über\u{ad}wachung"), "Über-wachung");
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
