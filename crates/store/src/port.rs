use std::collections::BTreeMap;

use model::{
    Answer, Conflict, DeviceId, DeviceKind, Level, MakerId, Observation, PolicyId, Sha256,
    SourceKind, SourceRef, Timestamp, Verdict,
};
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::registers::{Edition, GoneRow, MappingId, MappingRecord, NewMapping, RegisterLike};

/// Row of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(pub i64);

/// Row of an observation; ids grow in the order of import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ObservationId(pub i64);

/// Row of a verdict class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClassId(pub i64);

/// An observation as it is stored, not yet decoded: decoding is the caller's to spread over its threads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawObservation {
    /// Its row.
    pub id: ObservationId,
    /// The input it came from.
    pub source: SourceId,
    /// JSON of [`Observation`].
    pub body: String,
}

impl RawObservation {
    /// The observation.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] when the stored text is no observation.
    pub fn decode(&self) -> Result<Observation, StoreError> {
        serde_json::from_str(&self.body).map_err(|source| StoreError::Unreadable {
            what: "observation",
            id: self.id.0,
            source,
        })
    }
}

/// An input about to be imported.
#[derive(Debug, Clone)]
pub struct NewImport {
    /// Hash, kind and name.
    pub source: SourceRef,
    /// Empty, or the hash of the mapping it is read with: the same bytes read differently are another source,
    /// which supersedes the former one. Empty accepts whatever reading is held already.
    pub interpretation: String,
    /// Length of the original bytes.
    pub size_bytes: u64,
    /// Now, as the caller knows it.
    pub imported_at: Timestamp,
}

/// Whether an import began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportStart {
    /// Go on: append, then finish.
    New(SourceId),
    /// The same bytes were read in the same way before: nothing to do.
    AlreadyHeld(SourceId),
}

/// A remark of a reader about its input, kept for the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredNote {
    /// `info`, `warning` or `error`.
    pub severity: String,
    /// Where in the input.
    pub place: String,
    /// Which field or column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What happened.
    pub message: String,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// What an import read, and what it could not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportSummary {
    /// The reader's name for the format (`nmap XML`, `pcapng`, …).
    pub format: String,
    /// Rows, packets, lines.
    pub records: u64,
    /// Observations made of them.
    pub observations: u64,
    /// What was not understood, by name, with counts.
    pub not_understood: BTreeMap<String, u64>,
    /// What was dropped for a limit, by reason, with counts.
    pub lost: BTreeMap<String, u64>,
    /// Earliest time in the input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Timestamp>,
    /// Latest time in the input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Timestamp>,
    /// Remarks, up to a limit.
    pub notes: Vec<StoredNote>,
    /// Remarks beyond the limit.
    pub notes_left_out: u64,
    /// Of a register: digest of its titles and delimiter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<String>,
    /// Of a register: its name without what tells one copy of a file from another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<String>,
}

/// An input that is held.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRecord {
    /// Its row.
    pub id: SourceId,
    /// Hash, kind and name.
    pub source: SourceRef,
    /// Length of the original bytes.
    pub size_bytes: u64,
    /// When it was imported.
    pub imported_at: Timestamp,
    /// What was read.
    pub summary: ImportSummary,
    /// Whether a later import read the same bytes in another way; its observations are then left out.
    pub superseded: bool,
}

/// Stored in place of an answer for a device that no rule was asked about.
pub const WORST_NONE: u8 = 5;

/// One resolved device: what lists and filters need. The evidence is computed from its observations.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceRow {
    /// Its id.
    pub id: DeviceId,
    /// What it is.
    pub kind: DeviceKind,
    /// Who made it.
    pub maker: MakerId,
    /// For people.
    pub maker_name: String,
    /// Posterior probability of the maker.
    pub probability: f64,
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
    /// Newest address.
    pub address: Option<String>,
    /// First hardware address.
    pub mac: Option<String>,
    /// Site id, or the register's word.
    pub site: Option<String>,
    /// Zone id.
    pub zone: Option<String>,
    /// Worst answer of all rules; `None` if no rule was asked.
    pub worst: Option<Answer>,
    /// Brand and maker differ.
    pub rebranded: bool,
    /// How many conflicts.
    pub conflicts: u32,
    /// Conflicts found while resolving; they cannot be computed from this device's observations alone.
    pub identity_conflicts: Vec<Conflict>,
    /// Its verdict class.
    pub class: ClassId,
    /// What it rests on, in ascending order.
    pub observations: Vec<ObservationId>,
}

/// How a list is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortKey {
    /// As resolved: by first observation.
    #[default]
    Seen,
    /// By id.
    Id,
    /// By maker id.
    Maker,
    /// By brand.
    Brand,
    /// By model.
    Model,
    /// By site.
    Site,
    /// By kind.
    Kind,
    /// Worst answer first.
    Verdict,
}

/// Which devices. Every filter that is set must hold.
#[derive(Debug, Clone, Default)]
pub struct DeviceQuery {
    /// Of these kinds.
    pub kinds: Vec<DeviceKind>,
    /// By these makers.
    pub makers: Vec<MakerId>,
    /// Of these brands, as written, ignoring case.
    pub brands: Vec<String>,
    /// At these levels.
    pub levels: Vec<Level>,
    /// At these sites.
    pub sites: Vec<String>,
    /// In these zones.
    pub zones: Vec<String>,
    /// With one of these as the worst answer, or, with `policy`, as that rule's answer.
    pub answers: Vec<Answer>,
    /// Only this rule's answers count.
    pub policy: Option<PolicyId>,
    /// Only rebrands.
    pub rebranded: bool,
    /// Only devices with a conflict.
    pub conflicting: bool,
    /// Exactly this id, address, MAC or serial.
    pub key: Option<String>,
    /// Only cameras, recorders and the like.
    pub surveillance: bool,
    /// Order.
    pub sort: SortKey,
    /// Reverse order.
    pub descending: bool,
    /// At most so many; `None` for all.
    pub limit: Option<u32>,
    /// Leave out the first so many.
    pub offset: u32,
}

/// An answer to a [`DeviceQuery`].
#[derive(Debug, Clone, PartialEq)]
pub struct DevicePage {
    /// The rows asked for.
    pub rows: Vec<DeviceRow>,
    /// How many devices match in all.
    pub matching: u64,
    /// How many devices there are.
    pub total: u64,
}

/// How many pieces of surveillance equipment there are, by what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// By maker name, most first.
    pub makers: Vec<(String, u64)>,
    /// By worst answer, worst first; `None` where no rule was asked.
    pub answers: Vec<(Option<Answer>, u64)>,
}

/// The port. One back-end today, SQLite; a second must pass the same conformance suite.
///
/// An import is one transaction: `start_import`, any number of `append`, then `finish_import` or
/// `abandon_import`. Results are one transaction likewise: `start_results`, `put_class`, `put_devices`,
/// `finish_results` or `abandon_results`.
pub trait Store: Send {
    /// Begins an import.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while another process imports.
    fn start_import(&mut self, import: &NewImport) -> Result<ImportStart, StoreError>;

    /// Appends observations to the import that was started.
    fn append(&mut self, source: SourceId, observations: &[Observation]) -> Result<(), StoreError>;

    /// Ends the import: from here on its observations count.
    fn finish_import(
        &mut self,
        source: SourceId,
        kind: SourceKind,
        summary: &ImportSummary,
    ) -> Result<(), StoreError>;

    /// Forgets the import that was started, as if it had never been.
    fn abandon_import(&mut self) -> Result<(), StoreError>;

    /// All inputs, in the order of import.
    fn sources(&self) -> Result<Vec<SourceRecord>, StoreError>;

    /// The next observations that count, in the order of import, after this id; at most `limit`. Those of an older
    /// edition count only where they are [`gone`](Store::gone) from the newer one.
    fn observation_page(
        &self,
        after: ObservationId,
        limit: u32,
    ) -> Result<Vec<RawObservation>, StoreError>;

    /// The observations with these ids, not yet decoded; one that is not there is left out.
    fn raw_observations(&self, ids: &[ObservationId]) -> Result<Vec<RawObservation>, StoreError>;

    /// The observations with these ids; one that is not there is left out.
    fn observations(
        &self,
        ids: &[ObservationId],
    ) -> Result<Vec<(ObservationId, SourceId, Observation)>, StoreError> {
        let raw = self.raw_observations(ids)?;
        raw.iter().map(|raw| Ok((raw.id, raw.source, raw.decode()?))).collect()
    }

    /// The next observations of one source, whether they count or not, after this id; at most `limit`.
    fn source_page(
        &self,
        source: SourceId,
        after: ObservationId,
        limit: u32,
    ) -> Result<Vec<RawObservation>, StoreError>;

    /// Remembers how registers of a shape are read, in place of what was remembered for it.
    fn remember_mapping(&mut self, mapping: &NewMapping) -> Result<MappingId, StoreError>;

    /// All mappings that are remembered.
    fn mappings(&self) -> Result<Vec<MappingRecord>, StoreError>;

    /// Forgets a mapping; whether there was one.
    fn forget_mapping(&mut self, id: MappingId) -> Result<bool, StoreError>;

    /// Lets a register take the place of another: from here on the older one's observations do not count, but for
    /// those in [`gone`](Store::gone). Within an import or outside one.
    fn replace_source(&mut self, edition: &Edition) -> Result<(), StoreError>;

    /// Lets a register count again that another had taken the place of; whether it was so.
    fn restore_source(&mut self, older: SourceId) -> Result<bool, StoreError>;

    /// Records keys of devices of a register, by which [`registers_like`](Store::registers_like) finds it.
    fn put_register_keys(&mut self, source: SourceId, keys: &[i64]) -> Result<(), StoreError>;

    /// Registers that count and are like this one: first at most `same_max` of its shape or series with recorded keys
    /// in common, the most first; then the newest, at most `same_max` of both its shape and its series, and
    /// `either_max` of each of them alone.
    fn registers_like(
        &self,
        like: &RegisterLike<'_>,
        same_max: u32,
        either_max: u32,
    ) -> Result<Vec<SourceRecord>, StoreError>;

    /// All sources of these bytes, in the order of import, whether they count or not.
    fn readings(&self, sha256: Sha256) -> Result<Vec<SourceId>, StoreError>;

    /// The register that took the place of this one, if one did.
    fn edition_after(&self, older: SourceId) -> Result<Option<Edition>, StoreError>;

    /// Which register took the place of which, by the older one.
    fn editions(&self) -> Result<Vec<Edition>, StoreError>;

    /// Says which rows of an older edition no edition has, up to and with `upto`, in place of what was said before.
    fn settle_gone(
        &mut self,
        older: SourceId,
        upto: SourceId,
        gone: &[GoneRow],
    ) -> Result<(), StoreError>;

    /// Rows of older editions that no newer one has, by observation.
    fn gone(&self) -> Result<Vec<GoneRow>, StoreError>;

    /// Begins to replace all results.
    fn start_results(&mut self) -> Result<(), StoreError>;

    /// Stores a verdict class.
    fn put_class(
        &mut self,
        class: ClassId,
        facts: &str,
        verdicts: &[Verdict],
    ) -> Result<(), StoreError>;

    /// Stores devices, in the order they shall be listed.
    fn put_devices(&mut self, devices: &[DeviceRow]) -> Result<(), StoreError>;

    /// Ends the replacement; `run` is JSON that the caller understands.
    fn finish_results(&mut self, run: &str) -> Result<(), StoreError>;

    /// Keeps the former results.
    fn abandon_results(&mut self) -> Result<(), StoreError>;

    /// The newest run, as it was given.
    fn run(&self) -> Result<Option<String>, StoreError>;

    /// Devices that match.
    fn devices(&self, query: &DeviceQuery) -> Result<DevicePage, StoreError>;

    /// A class's facts (JSON) and verdicts.
    fn class(&self, class: ClassId) -> Result<Option<(String, Vec<Verdict>)>, StoreError>;

    /// How many devices fall under each value of maker name and of worst answer, among surveillance equipment.
    fn counts(&self) -> Result<Counts, StoreError>;
}
