//! `custodiet identify`: one line of signals in, one verdict out (design section 5).

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{
    Alternative, Attribution, Conflict, DeviceKind, EvidenceItem, Level, MakerFinding, Signal,
    SignalKind, SignalValue,
};
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize};

use crate::Attributor;

/// One line of `custodiet identify` (design section 5); others build on this form.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Identified {
    /// As given; a JSON value, usually a string.
    pub id: serde_json::Value,
    /// What it is.
    pub kind: DeviceKind,
    /// Who built it.
    pub maker: MakerFinding,
    /// Who else may have.
    pub alternatives: Vec<Alternative>,
    /// How far established.
    pub level: Level,
    /// On the box.
    pub brand: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Firmware.
    pub firmware: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// Brand and maker differ.
    pub rebranded: bool,
    /// Statements that cannot both be true.
    pub conflicts: Vec<Conflict>,
    /// What it rests on.
    pub evidence: Vec<EvidenceItem>,
}

impl Identified {
    /// The public form of an attribution.
    pub fn new(id: serde_json::Value, attribution: Attribution) -> Self {
        let Attribution {
            kind,
            maker,
            alternatives,
            level,
            brand,
            model,
            firmware,
            serial,
            rebranded,
            conflicts,
            evidence,
            ..
        } = attribution;
        Self {
            id,
            kind,
            maker,
            alternatives,
            level,
            brand,
            model,
            firmware,
            serial,
            rebranded,
            conflicts,
            evidence,
        }
    }
}

/// A line that is no `{"id", "signals"}` object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {problem}")]
pub struct IdentifyError {
    /// Where in the line, counted from 1.
    pub column: usize,
    /// What is wrong.
    pub problem: String,
}

/// Reads one line `{"id": …, "signals": [{"kind","value"},…]}` and says what its signals show. A signal of an
/// unknown kind is ignored; its name is appended to `notes`.
///
/// # Errors
/// [`IdentifyError`] when the line is no such object.
pub fn identify_line(
    attributor: &Attributor<'_>,
    line: &[u8],
    notes: &mut Vec<String>,
) -> Result<Identified, IdentifyError> {
    let (id, signals) = read_line(line, notes)?;
    Ok(Identified::new(id, attributor.attribute(&signals)))
}

/// The id and the signals of one line; as [`identify_line`].
///
/// # Errors
/// [`IdentifyError`] when the line is no such object.
pub fn read_line(
    line: &[u8],
    notes: &mut Vec<String>,
) -> Result<(serde_json::Value, Vec<Signal>), IdentifyError> {
    // Bytes outside UTF-8 stand in values only where a tool copied them raw; they become U+FFFD.
    let text = String::from_utf8_lossy(line);
    if matches!(text, Cow::Owned(_)) {
        notes.push("bytes that are no UTF-8 are read as U+FFFD".into());
    }
    let form: LineForm<'_> =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
            IdentifyError { column: error.column().max(1), problem: without_place(&error) }
        })?;
    let mut signals = Vec::with_capacity(form.signals.len().min(SIGNALS_MAX));
    for signal in form.signals.into_iter().take(SIGNALS_MAX) {
        match signal.read() {
            Ok(signal) => signals.push(signal),
            Err(note) => notes.push(note),
        }
    }
    Ok((form.id, signals))
}

/// More signals than this are no device: a full port scan gives hundreds.
const SIGNALS_MAX: usize = 4_096;

/// The line as it is written, lenient in all but its shape.
#[derive(Deserialize)]
struct LineForm<'a> {
    #[serde(default)]
    id: serde_json::Value,
    #[serde(borrow)]
    signals: Vec<SignalForm<'a>>,
}

#[derive(Deserialize)]
struct SignalForm<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    value: ValueForm<'a>,
    #[serde(borrow, default)]
    encoding: Option<Cow<'a, str>>,
    #[serde(default)]
    port: Option<u16>,
}

/// A value: text, or a number or truth value that a tool did not quote.
#[derive(Default)]
struct ValueForm<'a>(Cow<'a, str>);

impl SignalForm<'_> {
    /// The signal, or why it is left out.
    fn read(self) -> Result<Signal, String> {
        let kind: SignalKind =
            self.kind.parse().map_err(|unknown| format!("{unknown}: ignored"))?;
        let value = match self.encoding.as_deref() {
            None => SignalValue::Text(self.value.0.into()),
            Some("base64") => {
                let bytes = STANDARD.decode(self.value.0.as_bytes());
                let bytes =
                    bytes.map_err(|error| format!("value of `{kind}` is no base64: {error}"))?;
                SignalValue::Bytes(bytes.into())
            }
            Some(other) => return Err(format!("encoding `{other}` of `{kind}` is not known")),
        };
        Ok(Signal { kind, value, port: self.port })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for ValueForm<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = ValueForm<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(ValueForm(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(ValueForm(Cow::Owned(text.to_owned())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(ValueForm(Cow::Owned(number.to_string())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(ValueForm(Cow::Owned(number.to_string())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(ValueForm(Cow::Owned(number.to_string())))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(ValueForm(Cow::Owned(truth.to_string())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(ValueForm::default())
    }
}

/// What is wrong, without the place that the error carries apart.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.as_str(), |(problem, _)| problem).to_owned()
}

#[cfg(test)]
mod tests;
