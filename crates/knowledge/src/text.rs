//! Small work on text that several modules share.

/// The line, counted from 1, that holds byte `offset`.
pub(crate) fn line_of(text: &str, offset: usize) -> u64 {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    before.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>() + 1
}

/// Lower case without accents: how names are compared.
pub(crate) fn fold(character: char) -> impl Iterator<Item = char> {
    character.to_lowercase().map(|lower| match lower {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ç' | 'č' | 'ć' => 'c',
        'è' | 'é' | 'ê' | 'ë' | 'ě' | 'ę' => 'e',
        'ì' | 'í' | 'î' | 'ï' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'š' | 'ś' => 's',
        'ù' | 'ú' | 'û' | 'ü' | 'ů' => 'u',
        'ý' => 'y',
        'ž' | 'ź' | 'ż' => 'z',
        other => other,
    })
}

/// A word of a text: letters and digits without a break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word<'t> {
    /// As written.
    pub(crate) text: &'t str,
    /// Folded.
    pub(crate) folded: String,
    /// Where it begins in the text.
    pub(crate) start: usize,
}

impl Word<'_> {
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The first `most` words of a text. A mark such as `(R)` or `(TM)` is no word.
pub(crate) fn words(text: &str, most: usize) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = text;
    while words.len() < most {
        let Some(skipped) = rest.find(char::is_alphanumeric) else { break };
        let (before, from_word) = rest.split_at(skipped);
        let length = from_word.find(|c: char| !c.is_alphanumeric()).unwrap_or(from_word.len());
        let (word, after) = from_word.split_at(length);
        let is_mark = before.ends_with('(')
            && after.starts_with(')')
            && ["r", "tm", "c"].iter().any(|mark| word.eq_ignore_ascii_case(mark));
        if !is_mark {
            let start = text.len() - from_word.len();
            let folded = word.chars().flat_map(fold).collect();
            words.push(Word { text: word, folded, start });
        }
        rest = after;
    }
    words
}

/// A name as it is compared: without case, accents, blanks, punctuation and marks.
pub fn normalised(name: &str) -> String {
    words(name, usize::MAX).into_iter().map(|word| word.folded).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_compared_without_what_people_vary() {
        for name in ["Hik-Vision", "HIKVISION(R)", "hik vision™", " HikVision® "] {
            assert_eq!(normalised(name), "hikvision", "{name}");
        }
        assert_eq!(normalised("Geutebrück"), "geutebruck");
        assert_eq!(normalised("大华"), "大华");
    }

    #[test]
    fn lines_are_counted_from_one() {
        assert_eq!(line_of("a\nb\nc", 0), 1);
        assert_eq!(line_of("a\nb\nc", 4), 3);
        assert_eq!(line_of("a", 99), 1);
    }

    proptest! {
        #[test]
        fn words_point_into_their_text(text in "\\PC{0,60}") {
            for word in words(&text, 99) {
                prop_assert_eq!(&text[word.start..word.end()], word.text);
            }
            let name = normalised(&text);
            prop_assert_eq!(normalised(&name), name);
        }
    }
}
