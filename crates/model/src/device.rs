use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::{DeviceId, MacAddr, MakerId, Quirk, SourceRef};

/// What sort of thing a device is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum DeviceKind {
    /// Camera of any shape.
    Camera,
    /// DVR, NVR, XVR or a server that records.
    Recorder,
    /// Video server, encoder, decoder.
    Encoder,
    /// Door station or intercom.
    Intercom,
    /// Reader, controller or face terminal.
    AccessControl,
    /// Body-worn camera.
    BodyWorn,
    /// A device, and not surveillance equipment.
    OtherDevice,
    /// Software, a placeholder, a row that is no device.
    NotADevice,
    /// No evidence.
    #[default]
    Unknown,
}

impl DeviceKind {
    /// Every kind, in the order of design section 5.
    pub const ALL: [Self; 9] = [
        Self::Camera,
        Self::Recorder,
        Self::Encoder,
        Self::Intercom,
        Self::AccessControl,
        Self::BodyWorn,
        Self::OtherDevice,
        Self::NotADevice,
        Self::Unknown,
    ];

    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Camera => "camera",
            Self::Recorder => "recorder",
            Self::Encoder => "encoder",
            Self::Intercom => "intercom",
            Self::AccessControl => "access-control",
            Self::BodyWorn => "body-worn",
            Self::OtherDevice => "other-device",
            Self::NotADevice => "not-a-device",
            Self::Unknown => "unknown",
        }
    }

    /// Whether rules about visual surveillance equipment speak of it.
    pub const fn is_surveillance(self) -> bool {
        matches!(
            self,
            Self::Camera
                | Self::Recorder
                | Self::Encoder
                | Self::Intercom
                | Self::AccessControl
                | Self::BodyWorn
        )
    }
}

/// How far the maker is established (design section 5).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Two or more independent items of ranks 1–3 and probability ≥ 0.995.
    Confirmed,
    /// Probability ≥ 0.9.
    Probable,
    /// Probability ≥ 0.5.
    Possible,
    /// Strong evidence for more than one maker.
    Conflicting,
    /// Too little evidence.
    #[default]
    Unknown,
}

impl Level {
    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Probable => "probable",
            Self::Possible => "possible",
            Self::Conflicting => "conflicting",
            Self::Unknown => "unknown",
        }
    }
}

/// The maker found, with its probability (0 to 1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MakerFinding {
    /// Who built it, or `unknown`.
    pub id: MakerId,
    /// Short name for people.
    pub name: String,
    /// Posterior probability.
    pub probability: f64,
}

/// Another maker that the evidence leaves open.
pub type Alternative = MakerFinding;

/// What a piece of evidence says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "about", content = "value", rename_all = "kebab-case")]
pub enum Claim {
    /// This maker built it.
    Maker(MakerId),
    /// One of these makers built it, which is not known.
    MakerOneOf(Vec<MakerId>),
    /// This brand is on the box.
    Brand(String),
    /// It is of this kind.
    Kind(DeviceKind),
    /// It runs this platform (firmware lineage).
    Platform(String),
    /// It holds this system-on-chip.
    Soc(String),
    /// It is this model.
    Model(String),
    /// It runs this firmware.
    Firmware(String),
}

impl std::fmt::Display for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Maker(id) => write!(f, "maker={id}"),
            Self::MakerOneOf(ids) => {
                f.write_str("maker=")?;
                ids.iter()
                    .enumerate()
                    .try_for_each(|(n, id)| write!(f, "{}{id}", if n == 0 { "" } else { "|" }))
            }
            Self::Brand(text) => write!(f, "brand={text}"),
            Self::Kind(kind) => write!(f, "kind={}", kind.as_str()),
            Self::Platform(text) => write!(f, "platform={text}"),
            Self::Soc(text) => write!(f, "soc={text}"),
            Self::Model(text) => write!(f, "model={text}"),
            Self::Firmware(text) => write!(f, "firmware={text}"),
        }
    }
}

/// One signal, what it says, how heavily, and who says that it says so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvidenceItem {
    /// `kind=value`, the value shortened to 200 characters.
    pub signal: String,
    /// What it says, as [`Claim`] displays.
    pub claim: String,
    /// Log-likelihood ratio in bits; negative speaks against. Zero when another item of the same family
    /// already said it.
    pub weight_bits: f64,
    /// Id of the fingerprint or table row.
    pub fingerprint: String,
    /// Where that knowledge comes from.
    pub source: String,
    /// Rank 1–6 of the evidence (fact file `protocols.md` 9.2); 1 is strongest.
    pub rank: u8,
    /// Items of one family are not independent.
    pub family: String,
}

/// What a conflict is between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConflictKind {
    /// A register or supplier says one maker, the device shows another.
    DeclaredMaker,
    /// Declared and observed models differ.
    DeclaredModel,
    /// Strong evidence of the device speaks for two makers.
    ObservedMaker,
    /// Two devices claim one identity, or one address two devices.
    Identity,
    /// Two registers or rows disagree on a fact such as site or install date.
    DeclaredFact,
}

/// A finding: two statements that cannot both be true. Never settled silently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Between what.
    pub kind: ConflictKind,
    /// One side, in words.
    pub one: String,
    /// The other side, in words.
    pub other: String,
}

/// Who made a device, by the evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attribution {
    /// What it is.
    pub kind: DeviceKind,
    /// Who built it.
    pub maker: MakerFinding,
    /// Who else may have, most probable first.
    pub alternatives: Vec<Alternative>,
    /// How far that is established.
    pub level: Level,
    /// On the box.
    pub brand: Option<String>,
    /// Model, as the device shows it; a declared one where it shows none.
    pub model: Option<String>,
    /// Firmware version.
    pub firmware: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// Brand and maker are different companies.
    pub rebranded: bool,
    /// Statements that cannot both be true.
    pub conflicts: Vec<Conflict>,
    /// What all this rests on, heaviest first.
    pub evidence: Vec<EvidenceItem>,
    /// Firmware lineage, where known.
    pub platform: Option<String>,
    /// System-on-chip, where known.
    pub soc: Option<String>,
    /// Departures from specifications that the device showed.
    pub quirks: Vec<Quirk>,
}

/// The maker that a register or supplier declares, as far as the words allow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredMaker {
    /// Make as written.
    pub make: Option<String>,
    /// Model as written.
    pub model: Option<String>,
    /// The brand it was read as.
    pub brand: Option<String>,
    /// The maker it was read as.
    pub maker: Option<MakerId>,
}

/// The site a device stands at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SiteRef(pub String);

/// The zone a device is connected to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ZoneRef(pub String);

/// A camera, recorder or something else, as resolved from observations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Device {
    /// Derived from the strongest key.
    pub id: DeviceId,
    /// Who made it.
    pub attribution: Attribution,
    /// Network addresses, newest evidence first.
    pub addresses: Vec<IpAddr>,
    /// Hardware addresses.
    pub macs: Vec<MacAddr>,
    /// Serial numbers.
    pub serials: Vec<String>,
    /// Host names.
    pub hostnames: Vec<String>,
    /// Where it stands.
    pub site: Option<SiteRef>,
    /// Which zone it is in.
    pub zone: Option<ZoneRef>,
    /// What registers say, merged; differences are conflicts of the attribution.
    pub declared: Option<crate::Declared>,
    /// The declared maker, read.
    pub declared_maker: Option<DeclaredMaker>,
    /// Inputs it was seen in.
    pub sources: Vec<SourceRef>,
    /// First and last time anything was seen of it, where any source says.
    pub seen: Option<(crate::Timestamp, crate::Timestamp)>,
}
