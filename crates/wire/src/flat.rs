//! Markup as makers' own discovery protocols write it: one level of elements or attributes, no namespaces,
//! often cut, repeated or not well-formed. Looked at without building a tree and without recursion.

use std::borrow::Cow;

/// The leaf elements `<Name>value</Name>` of `text`, in order. A last element without its end is left out:
/// its value may be cut.
pub(crate) fn leaves(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (_, from_name) = rest.split_once('<')?;
            let tag_end = from_name.bytes().position(|byte| matches!(byte, b'<' | b'>'))?;
            rest = from_name.get(tag_end..)?;
            let Some(from_value) = rest.strip_prefix('>') else { continue };
            let name = element_name(from_name);
            let (value, from_end) = from_value.split_once('<')?;
            let is_leaf = !name.is_empty()
                && from_end.strip_prefix('/').is_some_and(|end| {
                    end.strip_prefix(name).is_some_and(|end| end.trim_start().starts_with('>'))
                });
            if is_leaf {
                rest = from_end;
                return Some((name, value.trim()));
            }
        }
    })
}

/// The attributes `Name="value"` of `text`, in order, whatever element they stand in.
pub(crate) fn attributes(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (before, from_value) = rest.split_once('=')?;
            rest = from_value;
            let name = before.trim_end().rsplit(|c: char| !is_name(c)).next().unwrap_or_default();
            let value = from_value.trim_start();
            let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
                continue;
            };
            let (value, after) = value.get(1..)?.split_once(quote)?;
            rest = after;
            if !name.is_empty() {
                return Some((name, value.trim()));
            }
        }
    })
}

/// The name of the first element, and what follows the name.
pub(crate) fn root(text: &str) -> Option<(&str, &str)> {
    let mut rest = text.trim_start_matches(['\u{feff}', '\0']).trim_start();
    while rest.starts_with("<?") || rest.starts_with("<!--") {
        rest = rest.split_once('>')?.1.trim_start();
    }
    let from_name = rest.strip_prefix('<')?;
    let name = element_name(from_name);
    (!name.is_empty()).then(|| (name, from_name.get(name.len()..).unwrap_or_default()))
}

/// The text with the five entities of XML resolved; any other ampersand stays as it stands.
pub(crate) fn unescape(value: &str) -> Cow<'_, str> {
    const ENTITIES: [(&str, &str); 5] =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    if !value.contains('&') {
        return Cow::Borrowed(value);
    }
    Cow::Owned(
        ENTITIES.iter().fold(value.to_owned(), |text, (entity, plain)| text.replace(entity, plain)),
    )
}

/// The text without the values of those leaf elements that `is_secret` names; an element that the text cuts
/// short loses what is left of it.
pub(crate) fn without_leaves(text: &str, is_secret: impl Fn(&str, &str) -> bool) -> Cow<'_, str> {
    let mut clean: Option<String> = None;
    let mut kept_until = 0;
    let mut at = 0;
    while let Some(open) = find(text, at, '<') {
        let Some(value_start) = find(text, open, '>').map(|close| close + 1) else { break };
        let tag = text.get(open..value_start).unwrap_or_default();
        let name = element_name(tag.rsplit('<').next().unwrap_or_default());
        let value_end = find(text, value_start, '<').unwrap_or(text.len());
        let value = text.get(value_start..value_end).unwrap_or_default();
        if !name.is_empty() && !value.trim().is_empty() && is_secret(name, value.trim()) {
            let clean = clean.get_or_insert_default();
            clean.push_str(text.get(kept_until..value_start).unwrap_or_default());
            kept_until = value_end;
        }
        at = value_end;
    }
    match clean {
        None => Cow::Borrowed(text),
        Some(mut clean) => {
            clean.push_str(text.get(kept_until..).unwrap_or_default());
            Cow::Owned(clean)
        }
    }
}

/// Whether `text` contains `word`, which is in lower case, in whatever case.
pub(crate) fn contains_word(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

fn find(text: &str, from: usize, what: char) -> Option<usize> {
    text.get(from..)?.find(what).map(|offset| from + offset)
}

fn element_name(tag: &str) -> &str {
    tag.split(|c: char| !is_name(c)).next().unwrap_or_default()
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_are_found_in_cut_and_broken_markup() {
        let text = "<?xml?>\r\n<A><B>1</B>\n<C x='y'> 2 </C><D><E>3</D><F>4</F><G>cu";
        let found: Vec<_> = leaves(text).collect();
        assert_eq!(found, [("B", "1"), ("C", "2"), ("F", "4")]);
    }

    #[test]
    fn attributes_are_found_whatever_their_element() {
        let text = "<A\nB=\"1\" C = '2'\n/><D>x=y</D><E F=\"3\" G=\"cu";
        assert_eq!(attributes(text).collect::<Vec<_>>(), [("B", "1"), ("C", "2"), ("F", "3")]);
    }

    #[test]
    fn a_secret_is_dropped_even_when_its_end_is_cut() {
        let is_secret = |name: &str, _: &str| name == "S";
        assert_eq!(without_leaves("<A><S>x</S><B>1</B></A>", is_secret), "<A><S></S><B>1</B></A>");
        assert_eq!(without_leaves("<A><B>1</B><S>xx", is_secret), "<A><B>1</B><S>");
        assert_eq!(without_leaves("<<A<S>xx</S>", is_secret), "<<A<S></S>");
        assert!(matches!(without_leaves("<A>1</A>", is_secret), Cow::Borrowed(_)));
    }
}
