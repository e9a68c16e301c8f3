//! Comparing the words of registers with those of the estate file.

/// Lower-case letters and digits alone: how names are compared.
pub(crate) fn squash(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether the words of `phrase` stand in `text` one after the other, without case and punctuation.
pub(crate) fn holds_phrase(text: &str, phrase: &str) -> bool {
    let text = words(text);
    let phrase = words(phrase);
    !phrase.is_empty() && text.windows(phrase.len()).any(|window| window == phrase)
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’')
        .map(squash)
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_found_as_whole_words() {
        assert!(holds_phrase(
            "2nd floor - Emergency Control Room (east)",
            "emergency control room"
        ));
        assert!(!holds_phrase("Control room annex", "emergency control room"));
        assert!(!holds_phrase("Insecurity", "security"));
        assert!(!holds_phrase("anything", " - "));
        assert!(holds_phrase("the landlord's", "landlords"));
    }
}
