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
}
