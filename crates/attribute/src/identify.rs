use model::{Alternative, Attribution, Conflict, DeviceKind, EvidenceItem, Level, MakerFinding};
use serde::Serialize;

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
    let _ = (attributor, line, notes);
    Err(IdentifyError { column: 1, problem: "not built yet".into() })
}
