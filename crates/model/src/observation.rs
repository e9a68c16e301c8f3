use std::net::IpAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Date, MacAddr, Sha256, Signal, Timestamp};

/// What kind of input an observation came from. The text form is stable (`register`, `nmap`, …).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// An asset register: somebody's word, not a measurement.
    Register,
    /// A scan somebody ran (nmap and the like).
    Scan,
    /// DHCP leases.
    Leases,
    /// Recorded packets.
    Capture,
    /// Signals in our own JSONL form.
    Signals,
    /// One message of a device, saved as a file.
    Message,
    /// Tables of switches and routers: who was heard behind which port.
    Switch,
}

impl SourceKind {
    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Scan => "scan",
            Self::Leases => "leases",
            Self::Capture => "capture",
            Self::Signals => "signals",
            Self::Message => "message",
            Self::Switch => "switch",
        }
    }
}

/// The input an observation came from, shared by all its observations.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceRef {
    /// Hash of the original bytes.
    pub sha256: Sha256,
    /// What it was taken for.
    pub kind: SourceKind,
    /// The name it had when it was read; for people, never for identity.
    pub name: Arc<str>,
}

/// Where in its source an observation stands, so that a reader can find it: `sheet "CCTV" row 12`,
/// `host 10.0.0.5`, `frames 12-31`, `line 7`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Place(pub Box<str>);

/// An address and how far it can be trusted to have been this subject's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AddressClaim {
    /// The address.
    pub address: IpAddr,
    /// From when the subject held it, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Until when the subject held it, where known (a lease's end, a last packet).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// The address, MAC, serial or register row that an observation is about.
///
/// MACs, serials and UUIDs are strong keys: they join observations. Addresses are weak.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Subject {
    /// Hardware addresses of the device itself, never of a router in between.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub macs: Vec<MacAddr>,
    /// Network addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<AddressClaim>,
    /// Serial numbers as seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<Box<str>>,
    /// Endpoint UUIDs (ONVIF, UPnP), lower case, without `urn:uuid:`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uuids: Vec<Box<str>>,
    /// Key within the source alone: an asset tag, the `id` of a signals line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local: Option<Box<str>>,
    /// A host name; for people and weak evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<Box<str>>,
    /// The switch port behind which it was heard; for people, never for identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment: Option<Attachment>,
}

/// Where a switch heard a device.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Attachment {
    /// The switch's name, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub switch: Option<Box<str>>,
    /// Its port, as it spells it.
    pub port: Box<str>,
    /// The VLAN, as it spells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vlan: Option<Box<str>>,
    /// Many others were heard there too: the device is somewhere behind, not on the port itself.
    pub is_uplink: bool,
}

/// What a register or supplier says of a device. Stored apart from what the device shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Declared {
    /// Make, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub make: Option<Box<str>>,
    /// Model, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<Box<str>>,
    /// Free text (description, notes), as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Box<str>>,
    /// Kind of device, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Box<str>>,
    /// Firmware, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firmware: Option<Box<str>>,
    /// Site, as written: a name or a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<Box<str>>,
    /// Place within the site, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Box<str>>,
    /// Who owns it, as written (a landlord's name counts).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Box<str>>,
    /// What it is for, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Box<str>>,
    /// State of life, as written (`live`, `decommissioned`, …).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Box<str>>,
    /// Install date, only where it is unambiguous.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub installed: Option<Date>,
    /// The install date as written, where it could be read in two ways or not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub installed_unclear: Option<Box<str>>,
    /// How many devices the row stands for; absent means one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u32>,
}

/// What one source saw at one time. Never changed; everything else is computed from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// Where in the source.
    pub place: Place,
    /// When it was seen first, where the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// When it was seen last, where the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// The zone a sensor looked from, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vantage: Option<Box<str>>,
    /// What it is about.
    #[serde(default)]
    pub subject: Subject,
    /// What was seen, sanitised: a secret that a device broadcast is gone before this value exists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<Signal>,
    /// What a register says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<Box<Declared>>,
}
