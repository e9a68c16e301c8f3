//! Slips of the pen: how many letters lie between a word and a name, and whether they are likelier a slip than another
//! word.
//!
//! The distance is that of optimal string alignment: a letter too many, too few or changed, or two neighbours that
//! changed places, is one. How much is forgiven grows with the length of the name, for short names have honest
//! neighbours (`Canon` and `Canyon`, `Arecont` and `Arecon`).

/// One slip is allowed from this length on, and two from the second.
const ONE_SLIP_LETTERS_MIN: usize = 5;
const TWO_SLIPS_LETTERS_MIN: usize = 8;

/// From this length on the slip may be any; below it must look like one.
const ANY_SLIP_LETTERS_MIN: usize = 7;

/// From this length on the name's last letter may be wrong: before, what ends otherwise is another name.
const LAST_LETTER_LETTERS_MIN: usize = 8;

/// From this length on a neighbour on the keyboard may stand for a letter, and letters that sound alike for each other.
const NEIGHBOUR_LETTERS_MIN: usize = 6;

/// Endings that half the trade shares. Between two names with the same one only what stands before it tells.
const SHARED_ENDINGS: &[&str] = &["vision", "view", "cam", "tech"];

/// The rows of a keyboard, each shifted half a key against the one above; of all layouts in Latin script these
/// neighbours are most alike.
const KEYBOARD: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// One edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edit {
    /// Neighbours changed places.
    Swapped,
    /// A letter stands twice, or once instead of twice.
    Doubled,
    /// Another letter.
    Changed { typed: char, meant: char },
    /// A letter too many, between its neighbours.
    Added { typed: char, beside: [Option<char>; 2] },
    /// A letter too few.
    Missing { meant: char },
}

/// How many slips of the pen lead from `name` to `text`; `None` when that is more than a slip. Both are normalised. Where
/// not `any` slip is forgiven, only letters that changed places or stand twice are.
pub(crate) fn slips(text: &str, name: &str, any: bool) -> Option<usize> {
    let (typed, meant) = (text.chars().count(), name.chars().count());
    // Cheap questions first: this runs for many names.
    let may_be = meant >= ONE_SLIP_LETTERS_MIN
        && typed.abs_diff(meant) <= 2
        && begins_alike(text, name)
        && digits(text).eq(digits(name));
    let distance = may_be.then(|| strsim::osa_distance(text, name))?;
    let is_slip = match distance {
        0 => true,
        1 => is_one_slip(text, name, meant, any),
        2 => any && are_two_slips(text, name, typed, meant),
        _ => false,
    };
    is_slip.then_some(distance)
}

fn is_one_slip(text: &str, name: &str, meant: usize, any: bool) -> bool {
    let Some((edit, is_last)) = edit(text, name) else { return false };
    let is_any = meant >= ANY_SLIP_LETTERS_MIN;
    let is_plain = matches!(edit, Edit::Swapped | Edit::Doubled);
    if is_plain {
        // A reseller's short name has too many honest neighbours.
        return any || meant >= NEIGHBOUR_LETTERS_MIN;
    }
    if !any || stems(text, name, meant) < ONE_SLIP_LETTERS_MIN {
        return false;
    }
    match edit {
        _ if is_last => {
            meant >= LAST_LETTER_LETTERS_MIN
                || (meant >= NEIGHBOUR_LETTERS_MIN
                    && matches!(edit, Edit::Changed { typed, meant } if sound_alike(typed, meant)))
        }
        _ if is_any => true,
        Edit::Changed { typed, meant: letter } => {
            (is_vowel(typed) && is_vowel(letter))
                || (meant >= NEIGHBOUR_LETTERS_MIN && are_neighbours(typed, letter))
        }
        Edit::Added { typed, beside } => {
            is_vowel(typed)
                || beside.into_iter().flatten().any(|other| are_neighbours(typed, other))
        }
        Edit::Missing { meant: letter } => {
            meant >= NEIGHBOUR_LETTERS_MIN && (is_vowel(letter) || letter == 'h')
        }
        Edit::Swapped | Edit::Doubled => true,
    }
}

/// Two other letters in their place are another word: `Legrange` is not `Lechange`.
fn are_two_slips(text: &str, name: &str, typed: usize, meant: usize) -> bool {
    typed.min(meant) >= TWO_SLIPS_LETTERS_MIN
        && stems(text, name, meant) >= TWO_SLIPS_LETTERS_MIN
        && (typed != meant || has_same_letters(text, name))
}

/// The letters of `name` that tell it from others with the same ending.
fn stems(text: &str, name: &str, meant: usize) -> usize {
    let shared = SHARED_ENDINGS.iter().find(|end| text.ends_with(**end) && name.ends_with(**end));
    let ending = shared.map_or(0, |end| end.len());
    meant.min(text.chars().count()).saturating_sub(ending)
}

/// The one edit between two words, and whether it is at the end of `name`.
fn edit(text: &str, name: &str) -> Option<(Edit, bool)> {
    let typed: Vec<char> = text.chars().collect();
    let meant: Vec<char> = name.chars().collect();
    let at = typed.iter().zip(&meant).take_while(|(a, b)| a == b).count();
    let letter = |word: &[char], at: Option<usize>| at.and_then(|at| word.get(at)).copied();
    let (own, other) = (letter(&typed, Some(at)), letter(&meant, Some(at)));
    Some(if typed.len() == meant.len() {
        let (typed_letter, meant_letter) = (own?, other?);
        let is_swapped = letter(&typed, Some(at + 1)) == Some(meant_letter)
            && letter(&meant, Some(at + 1)) == Some(typed_letter)
            && typed.get(at + 2..) == meant.get(at + 2..);
        if is_swapped {
            (Edit::Swapped, false)
        } else {
            let edit = Edit::Changed { typed: typed_letter, meant: meant_letter };
            (edit, at + 1 == meant.len())
        }
    } else if typed.len() > meant.len() {
        let added = own?;
        let beside = [letter(&typed, at.checked_sub(1)), letter(&typed, Some(at + 1))];
        if beside.contains(&Some(added)) {
            (Edit::Doubled, false)
        } else {
            (Edit::Added { typed: added, beside }, at == meant.len())
        }
    } else {
        let missing = other?;
        let beside = [letter(&meant, at.checked_sub(1)), letter(&meant, Some(at + 1))];
        if beside.contains(&Some(missing)) {
            (Edit::Doubled, false)
        } else {
            (Edit::Missing { meant: missing }, at + 1 == meant.len())
        }
    })
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

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u')
}

fn sound_alike(one: char, other: char) -> bool {
    const ALIKE: [(char, char); 4] = [('c', 'k'), ('s', 'z'), ('i', 'y'), ('c', 'x')];
    ALIKE.contains(&(one, other)) || ALIKE.contains(&(other, one))
}

fn are_neighbours(one: char, other: char) -> bool {
    let place = |letter: char| {
        let rows = KEYBOARD.iter().zip(0_usize..);
        rows.flat_map(|(row, y)| row.chars().zip(0_usize..).map(move |(c, x)| (c, x, y)))
            .find_map(|(c, x, y)| (c == letter).then_some((x, y)))
    };
    let (Some((x1, y1)), Some((x2, y2))) = (place(one), place(other)) else { return false };
    let (upper, lower) = if y1 <= y2 { ((x1, y1), (x2, y2)) } else { ((x2, y2), (x1, y1)) };
    match lower.1 - upper.1 {
        0 => x1.abs_diff(x2) == 1,
        // Below `s` stand `z` and `x`.
        1 => lower.0 == upper.0 || lower.0 + 1 == upper.0,
        _ => false,
    }
}

fn has_same_letters(one: &str, other: &str) -> bool {
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    sorted(one) == sorted(other)
}

/// A digit is never a slip: `V360` is not `V380`.
fn digits(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(char::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_need_what_looks_like_a_slip() {
        for (text, name) in [
            ("dahau", "dahua"),
            ("adhua", "dahua"),
            ("duhua", "dahua"),
            ("dahuaa", "dahua"),
            ("boschh", "bosch"),
            ("eziviz", "ezviz"),
            ("hanwa", "hanwha"),
            ("hanwah", "hanwha"),
            ("vivotec", "vivotek"),
            ("hikvison", "hikvision"),
            ("hkivision", "hikvision"),
            ("hiikvission", "hikvision"),
        ] {
            assert!(slips(text, name, true).is_some(), "{text}");
        }
        for (text, name) in [
            ("dahao", "dahua"),
            ("dahu", "dahua"),
            ("camon", "canon"),
            ("canyon", "canon"),
            ("axes", "axis"),
            ("arecon", "arecont"),
            ("boss", "bosch"),
            ("hanwang", "hanwha"),
            ("foxcam", "foscam"),
            ("univision", "hikvision"),
            ("hinvision", "hikvision"),
            ("legrange", "lechange"),
            ("v360", "v380"),
            ("netis", "nedis"),
        ] {
            assert_eq!(slips(text, name, true), None, "{text}");
        }
    }

    #[test]
    fn of_a_reseller_only_plain_slips_count() {
        assert_eq!(slips("amcrset", "amcrest", false), Some(1));
        assert_eq!(slips("amcreest", "amcrest", false), Some(1));
        assert_eq!(slips("amcrast", "amcrest", false), None);
    }

    #[test]
    fn neighbours_on_the_keyboard() {
        assert!(are_neighbours('d', 'f') && are_neighbours('s', 'x') && are_neighbours('w', 's'));
        assert!(are_neighbours('e', 's') && !are_neighbours('q', 'p') && !are_neighbours('a', 'm'));
    }
}
