//! A record in the form of `kb/fingerprints/*.toml`.

use std::fmt::Write as _;

use model::{DeviceKind, MakerId, SignalKind};

/// A text that fits, and what the named groups catch in it.
pub(crate) type WrittenExample = (String, Vec<(String, String)>);

/// What is written of one fingerprint.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) kind: SignalKind,
    pub(crate) pattern: String,
    pub(crate) asserts: Asserts,
    pub(crate) description: String,
    pub(crate) source: String,
    pub(crate) examples: Vec<WrittenExample>,
    pub(crate) non_example: (String, String),
}

/// What it concludes.
#[derive(Debug, Default)]
pub(crate) struct Asserts {
    pub(crate) kind: Option<(DeviceKind, f64)>,
    pub(crate) brand: Option<(String, f64)>,
    pub(crate) maker: Option<(MakerId, f64)>,
}

/// Words are the weakest rank, and these are another project's.
const RANK: u8 = 6;

impl Record {
    pub(crate) fn write(&self, out: &mut String) {
        let Self { id, kind, pattern, asserts, description, source, examples, non_example } = self;
        let mut line = |key: &str, value: &str| {
            let _ = writeln!(out, "{key} = {value}");
        };
        line("\n[[fingerprint]]\nid", &quoted(id));
        line("kind", &quoted(kind.as_str()));
        line("pattern", &quoted(pattern));
        line("rank", &RANK.to_string());
        line("asserts", &asserts.written());
        line("because", &quoted(&format!("Recog calls it: {description}")));
        line("source", &format!("{{ what = {}, confidence = \"unverified\" }}", quoted(source)));
        let examples: Vec<String> = examples
            .iter()
            .map(|(input, captures)| {
                let captures: Vec<String> = captures
                    .iter()
                    .map(|(name, value)| format!("{name} = {}", quoted(value)))
                    .collect();
                let captures = match captures.as_slice() {
                    [] => String::new(),
                    some => format!(", captures = {{ {} }}", some.join(", ")),
                };
                format!("{{ input = {}{captures} }}", quoted(input))
            })
            .collect();
        line("example", &format!("[{}]", examples.join(", ")));
        let (input, because) = non_example;
        let text = format!("[{{ input = {}, because = {} }}]", quoted(input), quoted(because));
        line("non_example", &text);
    }
}

impl Asserts {
    pub(crate) fn is_empty(&self) -> bool {
        self.kind.is_none() && self.brand.is_none() && self.maker.is_none()
    }

    fn written(&self) -> String {
        let claim = |claim: &str, value: &str, bits: f64| {
            let value = quoted(value);
            format!("{{ claim = \"{claim}\", value = {value}, weight_bits = {bits:.1} }}")
        };
        let maker = self.maker.as_ref().map(|(maker, bits)| claim("maker", maker.as_str(), *bits));
        let brand = self.brand.as_ref().map(|(brand, bits)| claim("brand", brand, *bits));
        let kind = self.kind.map(|(kind, bits)| claim("kind", kind.as_str(), bits));
        let all: Vec<String> = maker.into_iter().chain(brand).chain(kind).collect();
        format!("[{}]", all.join(", "))
    }
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_can_be_quoted() {
        assert_eq!(quoted("a\"b\\c\n\u{1}\u{7f}é"), "\"a\\\"b\\\\c\\n\\u0001\\u007Fé\"");
    }
}
