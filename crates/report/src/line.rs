use model::{
    Alternative, Conflict, DeviceKind, EvidenceItem, Level, MacAddr, MakerFinding, Quirk, Verdict,
};
use serde::Serialize;
use std::borrow::Cow;
use std::net::IpAddr;

/// An input a device was seen in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceLine {
    /// Name it was read under.
    pub name: String,
    /// `register`, `capture`, …
    pub kind: &'static str,
    /// Hash of its bytes.
    pub sha256: String,
    /// Where in it: `sheet "CCTV" row 12`.
    pub places: Vec<String>,
}

/// What registers say of a device.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeclaredLine {
    /// The words, as merged.
    #[serde(flatten)]
    pub words: model::Declared,
    /// The brand they were read as.
    pub brand: Option<String>,
    /// The maker they were read as.
    pub maker: Option<model::MakerId>,
}

/// A question worth asking of a device, in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AskView {
    /// What to ask; the same words for thousands of devices.
    pub ask: Cow<'static, str>,
    /// What the answer would bring.
    pub teaches: String,
    /// How to get it.
    pub how: Cow<'static, str>,
}

/// One device as `audit --format jsonl` writes it (design section 13). Others build on this form.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeviceLine {
    /// The device.
    pub id: String,
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
    /// Network addresses.
    pub addresses: Vec<IpAddr>,
    /// Hardware addresses.
    pub macs: Vec<MacAddr>,
    /// Serial numbers.
    pub serials: Vec<String>,
    /// Host names.
    pub hostnames: Vec<String>,
    /// Site id, or the register's word.
    pub site: Option<String>,
    /// Zone id.
    pub zone: Option<String>,
    /// What registers say.
    pub declared: Option<DeclaredLine>,
    /// Where it was seen.
    pub sources: Vec<SourceLine>,
    /// What the rules say.
    pub verdicts: Vec<Verdict>,
    /// What to ask next; for the page alone, and only of devices that it shows in full.
    #[serde(skip)]
    pub next: Vec<AskView>,
    /// Departures from specifications that it showed.
    pub quirks: Vec<Quirk>,
    /// First seen, RFC 3339.
    pub first_seen: Option<String>,
    /// Last seen, RFC 3339.
    pub last_seen: Option<String>,
}
