use model::{EntityTest, Force, Organisation, Verdict};

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
}

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
    /// Remarks: severity, place, field, message, help.
    pub notes: Vec<(String, String, Option<String>, String, Option<String>)>,
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
    /// Rules that were asked.
    pub policies: Vec<PolicyView>,
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
}
