//! JSON that a terminal may be shown: what would steer one stands escaped, so nothing is lost.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use crate::text::steers;
use crate::{DeviceLine, ReportError};

/// Writes one device as one line of JSON: the form others build on (design section 13).
///
/// # Errors
///
/// When `out` refuses the bytes.
pub fn jsonl(line: &DeviceLine, out: &mut dyn Write) -> Result<(), ReportError> {
    json(line, &mut *out).map_err(|error| match error.io_error_kind() {
        Some(_) => ReportError::Write(error.into()),
        None => ReportError::Json(error),
    })?;
    out.write_all(b"\n")?;
    Ok(())
}

/// Writes a value as JSON in one line without its end. Besides what JSON demands, controls beyond ASCII and characters
/// that turn the reading direction or hide are escaped: parsed, they are what they were.
///
/// # Errors
///
/// When `out` refuses the bytes, or the value is none that JSON has.
pub fn json<T: Serialize + ?Sized>(value: &T, out: impl Write) -> serde_json::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Inert(CompactFormatter)))
}

/// As [`json`], over many lines for people.
///
/// # Errors
///
/// As those of [`json`].
pub fn json_pretty<T: Serialize + ?Sized>(value: &T, out: impl Write) -> serde_json::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Inert(PrettyFormatter::new())))
}

/// Lays out as another does, and escapes more.
struct Inert<F>(F);

impl<F: Formatter> Formatter for Inert<F> {
    fn write_string_fragment<W>(&mut self, out: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        let mut rest = fragment;
        // Below DEL the serialiser has escaped what it must, and nothing there steers.
        while let Some(at) =
            rest.bytes().any(|byte| byte >= 0x7f).then(|| rest.find(steers)).flatten()
        {
            let (before, from) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            let mut characters = from.chars();
            if let Some(character) = characters.next() {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
            }
            rest = characters.as_str();
        }
        out.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\u{1b}[31m\u{7f}\u{9b}\u{202e}\u{200b}\u{e0041}\u{2028}é\"\\";

    #[test]
    fn what_steers_is_escaped_and_comes_back() {
        let mut out = Vec::new();
        json(&HOSTILE, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, r#""a\u001b[31m\u007f\u009b\u202e\u200b\udb40\udc41\u2028é\"\\""#);
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), HOSTILE);
    }

    #[test]
    fn the_rest_is_laid_out_as_ever() {
        let value = serde_json::json!({"a": [1, "x", {"b": null}], "c": {}, "d": []});
        let (mut compact, mut pretty) = (Vec::new(), Vec::new());
        json(&value, &mut compact).unwrap();
        json_pretty(&value, &mut pretty).unwrap();
        assert_eq!(compact, serde_json::to_vec(&value).unwrap());
        assert_eq!(pretty, serde_json::to_vec_pretty(&value).unwrap());
    }
}
