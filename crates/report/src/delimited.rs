//! CSV as RFC 4180 has it, safe to open in a spreadsheet.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use model::PolicyId;

use crate::text::{opens_formula, shortened};
use crate::words::worst;
use crate::{DeviceLine, ReportError};

/// The columns before those of the rules. They change only with a version and a changelog entry.
pub(crate) const COLUMNS: [&str; 31] = [
    "id",
    "kind",
    "maker_id",
    "maker",
    "probability",
    "level",
    "brand",
    "model",
    "firmware",
    "serial",
    "rebranded",
    "worst_verdict",
    "worst_policy",
    "worst_force",
    "because",
    "site",
    "zone",
    "addresses",
    "macs",
    "serials",
    "hostnames",
    "alternatives",
    "conflicts",
    "declared_make",
    "declared_model",
    "declared_site",
    "declared_location",
    "declared_installed",
    "sources",
    "first_seen",
    "last_seen",
];

/// Between several values in one cell. A cell is for people and filters; whoever wants lists takes JSONL.
const BETWEEN: &str = "; ";

/// Writes all devices as CSV: a header, then one row each, then nothing.
///
/// After the fixed columns comes one column per rule that any device was asked, headed
/// `verdict:<policy>`; an empty cell means that the rule was not asked of that device.
///
/// # Errors
///
/// When `out` refuses the bytes.
pub fn csv<'a, I>(devices: I, out: &mut dyn Write) -> Result<(), ReportError>
where
    I: IntoIterator<Item = &'a DeviceLine>,
    I::IntoIter: Clone,
{
    let devices = devices.into_iter();
    let policies: BTreeSet<PolicyId> =
        devices.clone().flat_map(|d| &d.verdicts).map(|v| v.policy.clone()).collect();
    let mut writer = CsvWriter::new(policies, out)?;
    devices.into_iter().try_for_each(|device| writer.write(device))?;
    writer.finish()
}

/// CSV of devices that come one at a time, for a caller that knows the rules beforehand.
pub struct CsvWriter<W: Write> {
    policies: Vec<PolicyId>,
    inner: ::csv::Writer<W>,
}

impl<W: Write> CsvWriter<W> {
    /// Writes the header: the fixed columns and one for each of `policies`.
    ///
    /// # Errors
    ///
    /// When `out` refuses the bytes.
    pub fn new(policies: impl IntoIterator<Item = PolicyId>, out: W) -> Result<Self, ReportError> {
        let policies: Vec<_> = policies.into_iter().collect();
        let mut inner =
            ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(out);
        let verdicts = policies.iter().map(|policy| format!("verdict:{policy}"));
        inner.write_record(COLUMNS.map(String::from).into_iter().chain(verdicts))?;
        Ok(Self { policies, inner })
    }

    /// Writes one device.
    ///
    /// # Errors
    ///
    /// When the destination refuses the bytes.
    pub fn write(&mut self, device: &DeviceLine) -> Result<(), ReportError> {
        let answers: BTreeMap<_, _> =
            device.verdicts.iter().map(|v| (&v.policy, v.answer.as_str())).collect();
        let answers = self
            .policies
            .iter()
            .map(|policy| answers.get(policy).copied().unwrap_or_default().to_owned());
        self.inner
            .write_record(cells(device).map(|cell| inert(&cell)).into_iter().chain(answers))?;
        Ok(())
    }

    /// Hands all bytes to the destination.
    ///
    /// # Errors
    ///
    /// When the destination refuses them.
    pub fn finish(mut self) -> Result<(), ReportError> {
        self.inner.flush()?;
        Ok(())
    }
}

/// What a spreadsheet takes of one cell, less the apostrophe; of a longer one some make two.
const UNITS_PER_CELL: usize = 32_766;

/// A cell for a spreadsheet: a leading apostrophe makes it take what begins like a formula for text, control characters
/// are made visible, and it is no longer than a spreadsheet's cell.
pub fn inert(cell: &str) -> String {
    let cell = shortened(cell, UNITS_PER_CELL);
    if opens_formula(&cell) { format!("'{cell}") } else { cell }
}

/// The values under [`COLUMNS`].
pub(crate) fn cells(device: &DeviceLine) -> [String; 31] {
    let worst = worst(device);
    let words = device.declared.as_ref().map(|declared| &declared.words);
    let said = |field: Option<&Box<str>>| field.map(ToString::to_string).unwrap_or_default();
    [
        device.id.clone(),
        device.kind.as_str().into(),
        device.maker.id.to_string(),
        device.maker.name.clone(),
        format!("{:.6}", device.maker.probability),
        device.level.as_str().into(),
        device.brand.clone().unwrap_or_default(),
        device.model.clone().unwrap_or_default(),
        device.firmware.clone().unwrap_or_default(),
        device.serial.clone().unwrap_or_default(),
        if device.rebranded { "yes" } else { "no" }.into(),
        worst.map(|verdict| verdict.answer.as_str().into()).unwrap_or_default(),
        worst.map(|verdict| verdict.policy.to_string()).unwrap_or_default(),
        worst.map(|verdict| verdict.force.as_str().into()).unwrap_or_default(),
        worst.map(|verdict| verdict.because.join(BETWEEN)).unwrap_or_default(),
        device.site.clone().unwrap_or_default(),
        device.zone.clone().unwrap_or_default(),
        joined(&device.addresses),
        joined(&device.macs),
        device.serials.join(BETWEEN),
        device.hostnames.join(BETWEEN),
        joined(device.alternatives.iter().map(|a| format!("{} {:.6}", a.id, a.probability))),
        joined(device.conflicts.iter().map(|c| format!("{} / {}", c.one, c.other))),
        said(words.and_then(|w| w.make.as_ref())),
        said(words.and_then(|w| w.model.as_ref())),
        said(words.and_then(|w| w.site.as_ref())),
        said(words.and_then(|w| w.location.as_ref())),
        words.and_then(|w| w.installed).map(|date| date.to_string()).unwrap_or_default(),
        joined(device.sources.iter().map(|source| &source.name)),
        device.first_seen.clone().unwrap_or_default(),
        device.last_seen.clone().unwrap_or_default(),
    ]
}

fn joined<T: ToString>(values: impl IntoIterator<Item = T>) -> String {
    values.into_iter().map(|value| value.to_string()).collect::<Vec<_>>().join(BETWEEN)
}
