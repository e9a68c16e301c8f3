//! JSON as devices write it: read as a stream of members, so that what stands before a cut or a mistake is
//! still had. Depth is limited by the parser; nothing is built.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// A value that holds no others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Scalar<'a> {
    /// A string, without its escapes.
    Text(&'a str),
    /// A number without a fraction.
    Integer(i64),
    /// `true` or `false`.
    Flag(bool),
}

impl Scalar<'_> {
    /// The string, or nothing.
    pub(crate) fn text(&self) -> &str {
        if let Self::Text(text) = self { text } else { "" }
    }

    /// The number, whether it is written as a number or as a string.
    pub(crate) fn number(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Flag(_) => None,
        }
    }

    /// The number, where it can be a port.
    pub(crate) fn port(&self) -> Option<u16> {
        self.number().and_then(|number| u16::try_from(number).ok()).filter(|port| *port != 0)
    }
}

/// Calls `visit` with the name of the object around it, the name and the value of every member that is no
/// object or array, in order. Gives whether the text was one whole document.
pub(crate) fn walk(text: &str, visit: &mut dyn FnMut(&str, &str, Scalar<'_>)) -> bool {
    let mut parser = serde_json::Deserializer::from_str(text.trim_end_matches('\0'));
    let members = Members { parent: "", key: "", visit };
    members.deserialize(&mut parser).is_ok() && parser.end().is_ok()
}

struct Members<'a> {
    parent: &'a str,
    key: &'a str,
    visit: &'a mut dyn FnMut(&str, &str, Scalar<'_>),
}

impl<'de> DeserializeSeed<'de> for Members<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        (self.visit)(self.parent, self.key, Scalar::Flag(value));
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        (self.visit)(self.parent, self.key, Scalar::Integer(value));
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        if let Ok(value) = i64::try_from(value) {
            (self.visit)(self.parent, self.key, Scalar::Integer(value));
        }
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        (self.visit)(self.parent, self.key, Scalar::Text(value));
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Self { parent, key, visit } = self;
        while items.next_element_seed(Members { parent, key, visit: &mut *visit })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self { key: parent, visit, .. } = self;
        while let Some(Name(key)) = members.next_key()? {
            members.next_value_seed(Members { parent, key: &key, visit: &mut *visit })?;
        }
        Ok(())
    }
}

/// The name of a member, borrowed where it holds no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(NameVisitor)
    }
}

/// Words in the name of a member whose value is nobody's business.
const SECRET_WORDS: [&str; 6] = ["passw", "pwd", "salt", "secret", "token", "verif"];

/// The text without the values of members whose names speak of passwords and the like; `true`, `false` and
/// `null` stay. Works on text that is cut or no JSON at all.
pub(crate) fn without_secrets(text: &str) -> Cow<'_, str> {
    if !SECRET_WORDS.iter().any(|word| crate::flat::contains_word(text, word)) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('"') {
        let string = string_token(rest, open);
        let after = open + string.len();
        let Some(value_at) = value_offset(rest, after) else {
            clean.push_str(rest.get(..after).unwrap_or_default());
            rest = rest.get(after..).unwrap_or_default();
            continue;
        };
        let value = value_token(rest, value_at);
        let is_secret = SECRET_WORDS.iter().any(|word| crate::flat::contains_word(string, word))
            && !matches!(value, "true" | "false" | "null" | "" | "{" | "[");
        // The name and what stands before its value; the value itself is looked at next if it is kept.
        clean.push_str(rest.get(..value_at).unwrap_or_default());
        rest = rest.get(value_at..).unwrap_or_default();
        if is_secret {
            clean.push_str("\"\"");
            rest = rest.get(value.len()..).unwrap_or_default();
        } else if value.starts_with('"') {
            clean.push_str(value);
            rest = rest.get(value.len()..).unwrap_or_default();
        }
    }
    clean.push_str(rest);
    Cow::Owned(clean)
}

/// The string token that opens at `open`, with its quotes; to the end where it is cut.
fn string_token(text: &str, open: usize) -> &str {
    let from_open = text.get(open..).unwrap_or_default();
    let mut is_escaped = false;
    for (at, byte) in from_open.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return from_open.get(..=at).unwrap_or(from_open),
            _ => {}
        }
    }
    from_open
}

/// Where the value stands, if the string before `at` was a member's name.
fn value_offset(text: &str, at: usize) -> Option<usize> {
    let from_colon = text.get(at..)?.trim_start().strip_prefix(':')?;
    Some(text.len() - from_colon.trim_start().len())
}

/// The value at `at`: a string, or what reaches to the next separator. An opening bracket stands for itself.
fn value_token(text: &str, at: usize) -> &str {
    let from_value = text.get(at..).unwrap_or_default();
    match from_value.chars().next() {
        Some('"') => string_token(text, at),
        Some('{' | '[') => from_value.get(..1).unwrap_or_default(),
        _ => from_value.split([',', '}', ']']).next().unwrap_or_default().trim_end(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(text: &str) -> (Vec<String>, bool) {
        let mut found = Vec::new();
        let is_whole = walk(text, &mut |parent, key, value| {
            found.push(format!("{parent}.{key}={value:?}"));
        });
        (found, is_whole)
    }

    #[test]
    fn members_before_a_cut_are_had() {
        let whole = r#"{"a":"x\/y","b":{"c":80,"d":null,"e":[true,{"f":-1}]}}"#;
        let (found, is_whole) = members(whole);
        assert!(is_whole);
        let expected =
            [r#".a=Text("x/y")"#, "b.c=Integer(80)", "b.e=Flag(true)", "e.f=Integer(-1)"];
        assert_eq!(found, expected);
        assert_eq!(
            members(&whole[..whole.find("80").unwrap()]),
            (expected[..1].iter().map(|s| (*s).into()).collect(), false)
        );
    }

    #[test]
    fn depth_is_limited() {
        assert!(!members(&"[".repeat(100_000)).1);
        assert!(!members(&r#"{"a":"#.repeat(100_000)).1);
    }

    #[test]
    fn secrets_are_dropped_from_cut_text_too() {
        let clean = |text: &str| without_secrets(text).into_owned();
        assert_eq!(clean(r#"{"PassWord" : "a\"b", "x":1}"#), r#"{"PassWord" : "", "x":1}"#);
        assert_eq!(clean(r#"{"pwd":888888,"x":"pwd"}"#), r#"{"pwd":"","x":"pwd"}"#);
        assert_eq!(clean(r#"{"x":"y","Salt":"c0ff"#), r#"{"x":"y","Salt":"""#);
        assert_eq!(clean(r#"{"PasswordReset":true}"#), r#"{"PasswordReset":true}"#);
        assert_eq!(clean(r#"{"passwords":["a"]}"#), r#"{"passwords":["a"]}"#);
    }
}
