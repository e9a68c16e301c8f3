//! Nouns that two or more stages share.
//!
//! The crate holds values and the checks that make a wrong value impossible. It performs no I/O, reads
//! no clock and decides nothing: no matching, no inference, no rule. Read [`Observation`] first, then
//! [`Device`], then [`Verdict`].

mod device;
mod estate;
mod id;
mod mac;
mod observation;
mod quirk;
mod signal;
mod verdict;

pub use device::{
    Alternative, Attribution, Claim, Conflict, ConflictKind, DeclaredMaker, Device, DeviceKind,
    EvidenceItem, Level, MakerFinding, SiteRef, ZoneRef,
};
pub use estate::{
    EntityTest, EntityTier, Estate, Extent, Jurisdiction, Organisation, OrganisationKind,
    SensitiveTests, Site, Ternary, Zone, ZoneClass,
};
pub use id::{DeviceId, InvalidId, MakerId, PolicyId, Sha256};
pub use mac::{InvalidMac, MacAddr, Oui};
pub use observation::{
    AddressClaim, Attachment, Declared, Observation, Place, SourceKind, SourceRef, Subject,
};
pub use quirk::Quirk;
pub use signal::{Signal, SignalKind, SignalValue, UnknownKind};
pub use verdict::{Answer, Force, Verdict};

/// An instant in UTC; stored as microseconds since the Unix epoch.
pub type Timestamp = jiff::Timestamp;
/// A civil date without a zone: install dates, rule dates, `--as-of`.
pub type Date = jiff::civil::Date;
