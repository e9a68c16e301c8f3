use model::{EntityTest, Force, MakerId, Organisation, Site, Ternary, Verdict, Zone, ZoneClass};

use crate::DeviceLine;

/// How the figures came about.
#[derive(Debug, Clone, Default)]
pub struct RunView {
    /// Version of this program.
    pub program: String,
    /// Version of the knowledge base.
    pub knowledge: String,
    /// Version of the rule cards.
    pub policies: String,
    /// The day the rules were applied for.
    pub as_of: String,
    /// When it was computed, RFC 3339.
    pub made_at: String,
    /// The estate file that gave the context, where there was one.
    pub estate: Option<FileView>,
    /// Addresses that showed nothing but that they are in use; `None` when nobody counted.
    pub addresses_without_evidence: Option<u64>,
    /// Further versions and hashes by which this run can be repeated: what, value.
    pub versions: Vec<(String, String)>,
}

/// A file as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileView {
    /// Name it was read under.
    pub name: String,
    /// Hash of its bytes.
    pub sha256: String,
}

/// A remark on an input: severity, place, field, message, help.
pub type NoteView = (String, String, Option<String>, String, Option<String>);

/// One input.
#[derive(Debug, Clone, Default)]
pub struct SourceView {
    /// Name.
    pub name: String,
    /// `register`, `capture`, …
    pub kind: String,
    /// Format as recognised.
    pub format: String,
    /// Hash.
    pub sha256: String,
    /// Length.
    pub size_bytes: u64,
    /// When imported, RFC 3339.
    pub imported_at: String,
    /// Rows, packets, lines.
    pub records: u64,
    /// Observations.
    pub observations: u64,
    /// Earliest and latest time in it, RFC 3339.
    pub span: Option<(String, String)>,
    /// What was not understood, with counts.
    pub not_understood: Vec<(String, u64)>,
    /// What was dropped, with counts.
    pub lost: Vec<(String, u64)>,
    /// Remarks.
    pub notes: Vec<NoteView>,
    /// Remarks beyond the limit.
    pub notes_left_out: u64,
}

/// One rule card, for the methods part and the citations.
#[derive(Debug, Clone)]
pub struct PolicyView {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Force.
    pub force: Force,
    /// Instrument and clause.
    pub instrument: String,
    /// Duty.
    pub duty: String,
    /// Dates, in words.
    pub dates: String,
    /// Where to read it.
    pub citation: String,
    /// Notes.
    pub notes: String,
}

/// What is known of a maker that the report speaks of.
#[derive(Debug, Clone)]
pub struct MakerView {
    /// Id, as in [`DeviceLine::maker`].
    pub id: MakerId,
    /// Legal name.
    pub legal_name: String,
    /// Headquarters, ISO 3166-1.
    pub country: String,
    /// Parent or ultimate owner, in words.
    pub parent: String,
    /// Whether a law somewhere lists this maker.
    pub listed: Ternary,
    /// Which ones, in words; empty where none does.
    pub listed_by: String,
    /// Where this comes from.
    pub source: String,
}

/// All that a report says.
#[derive(Debug, Clone, Default)]
pub struct ReportData {
    /// Whose estate; `None` when nobody said.
    pub organisation: Option<Organisation>,
    /// The chosen entity test.
    pub entity_test: Option<EntityTest>,
    /// Context that is missing, in words: what and how to give it.
    pub missing_context: Vec<String>,
    /// How it came about.
    pub run: RunView,
    /// Inputs.
    pub sources: Vec<SourceView>,
    /// Inputs that were handed over and could not be read: name, and why.
    pub unread: Vec<(String, String)>,
    /// Rules that were asked.
    pub policies: Vec<PolicyView>,
    /// Makers that devices name; one that is absent counts as "listing not known".
    pub makers: Vec<MakerView>,
    /// Places, for their names.
    pub sites: Vec<Site>,
    /// Network segments, for their classes.
    pub zones: Vec<Zone>,
    /// Devices, in the order to be listed.
    pub devices: Vec<DeviceLine>,
}

impl ReportData {
    /// The answers of one rule over all devices.
    pub fn verdicts_of<'a>(&'a self, policy: &'a str) -> impl Iterator<Item = &'a Verdict> + 'a {
        self.devices
            .iter()
            .flat_map(|device| &device.verdicts)
            .filter(move |verdict| verdict.policy.as_str() == policy)
    }

    /// Whether a law somewhere lists this maker; unknown where the report holds no record of it.
    pub fn listed(&self, maker: &MakerId) -> Ternary {
        self.makers.iter().find(|view| view.id == *maker).map_or(Ternary::Unknown, |v| v.listed)
    }

    /// The class of the zone a device is in, where both are known.
    pub fn zone_class(&self, device: &DeviceLine) -> Option<ZoneClass> {
        let id = device.zone.as_deref()?;
        self.zones.iter().find(|zone| zone.id == id).map(|zone| zone.class)
    }

    /// The name of the site a device stands at: the estate's name, or the register's word.
    pub fn site_name<'a>(&'a self, device: &'a DeviceLine) -> Option<&'a str> {
        let id = device.site.as_deref()?;
        Some(self.sites.iter().find(|site| site.id == id).map_or(id, |site| &site.name))
    }
}
