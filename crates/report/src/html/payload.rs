//! The devices as JSON inside the page, for its script: every text once, everything else by number.
//!
//! Field names are short because they stand ten thousand times in a file; the script's reader names them.

use std::collections::HashMap;

use model::{Answer, DeviceKind, Level, Ternary, ZoneClass};
use serde::Serialize;

use super::device::DeviceView;
use crate::figures::declared_conflict;
use crate::text::shown;
use crate::words::{
    answer_label, bits, force_label, has_maker, heaviest_first, kind_label, level_label,
    maker_name, weight_in_words, worst_first,
};
use crate::{DeviceLine, ReportData};

/// Index into one of the tables.
type At = u32;

#[derive(Serialize)]
struct Payload {
    kinds: Vec<(&'static str, &'static str)>,
    levels: Vec<(&'static str, &'static str)>,
    answers: Vec<(&'static str, &'static str)>,
    texts: Vec<String>,
    verdicts: Vec<VerdictRecord>,
    evidence: Vec<EvidenceRecord>,
    devices: Vec<DeviceRecord>,
}

#[derive(Serialize, PartialEq, Eq, Hash, Clone)]
struct VerdictRecord {
    policy: At,
    /// Index into `answers`.
    answer: usize,
    force: At,
    duty: At,
    because: Vec<At>,
    citation: At,
}

/// What the knowledge base says of a signal; the signal itself stands with the device.
#[derive(Serialize, PartialEq, Eq, Hash, Clone)]
struct EvidenceRecord {
    claim: At,
    bits: At,
    words: At,
    rank: u8,
    family: At,
    fingerprint: At,
    source: At,
}

#[derive(Serialize)]
struct DeviceRecord {
    /// Id.
    i: String,
    /// Label.
    n: At,
    /// Kind.
    k: usize,
    /// Name of the maker, or that there is none.
    m: At,
    /// Probability in hundredths of a percent, absent where no maker is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    p: Option<At>,
    /// Probability in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pw: Option<At>,
    /// Level.
    l: usize,
    /// Site.
    #[serde(skip_serializing_if = "Option::is_none")]
    s: Option<At>,
    /// Zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    z: Option<At>,
    /// First address.
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<At>,
    /// Marks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    f: Vec<&'static str>,
    /// What the evidence says, in a sentence.
    t: At,
    /// Facts: name, value.
    x: Vec<(At, At)>,
    /// Verdicts, worst first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    v: Vec<At>,
    /// Evidence: signal, record.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    e: Vec<(At, At)>,
    /// Declared against found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    d: Vec<(At, At, At)>,
    /// Conflicts: between what, one, other.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    c: Vec<(At, At, At)>,
    /// Sources: name, kind, places, hash.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    o: Vec<(At, At, At, At)>,
    /// Quirks: name, detail.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    q: Vec<(At, At)>,
    /// What to ask next: what, what it would teach, how.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    w: Vec<(At, At, At)>,
}

/// These devices as JSON that is safe to stand inside a `script` element.
pub(super) fn payload<'a>(
    data: &ReportData,
    devices: impl Iterator<Item = &'a DeviceLine>,
) -> Result<String, serde_json::Error> {
    let mut tables = Tables::default();
    let devices = devices.map(|device| tables.device(data, device)).collect();
    let payload = Payload {
        kinds: DeviceKind::ALL.map(|kind| (kind.as_str(), kind_label(kind))).into(),
        levels: LEVELS.map(|level| (level.as_str(), level_label(level))).into(),
        answers: Answer::ALL.map(|answer| (answer.as_str(), answer_label(answer))).into(),
        texts: tables.texts.values,
        verdicts: tables.verdicts.values,
        evidence: tables.evidence.values,
        devices,
    };
    Ok(safe_in_script(&serde_json::to_string(&payload)?))
}

const LEVELS: [Level; 5] =
    [Level::Confirmed, Level::Probable, Level::Possible, Level::Conflicting, Level::Unknown];

/// These characters stand in JSON inside strings alone, where an escape means the same.
fn safe_in_script(json: &str) -> String {
    let mut safe = String::with_capacity(json.len() + json.len() / 32);
    for character in json.chars() {
        match character {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            other => safe.push(other),
        }
    }
    safe
}

/// Values by number, in the order of their first use.
struct Interned<T> {
    values: Vec<T>,
    numbers: HashMap<T, At>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self { values: Vec::new(), numbers: HashMap::new() }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Interned<T> {
    fn number(&mut self, value: T) -> At {
        if let Some(number) = self.numbers.get(&value) {
            return *number;
        }
        // A page of four thousand million texts fits no browser; the bound is never met.
        let number = At::try_from(self.values.len()).unwrap_or(At::MAX);
        self.values.push(value.clone());
        self.numbers.insert(value, number);
        number
    }
}

#[derive(Default)]
struct Tables {
    texts: Interned<String>,
    verdicts: Interned<VerdictRecord>,
    evidence: Interned<EvidenceRecord>,
}

impl Tables {
    fn text(&mut self, text: &str) -> At {
        self.texts.number(shown(text))
    }

    fn device(&mut self, data: &ReportData, device: &DeviceLine) -> DeviceRecord {
        let view = DeviceView::of(data, device);
        let probability = has_maker(device).then_some(device.maker.probability);
        DeviceRecord {
            i: view.id.clone(),
            n: self.text(&view.label),
            k: position(&DeviceKind::ALL, device.kind),
            m: self.text(&maker_name(device)),
            p: probability.map(hundredths),
            pw: probability.map(|p| self.text(&crate::words::percent(p))),
            l: position(&LEVELS, device.level),
            s: data.site_name(device).map(|site| self.text(site)),
            z: device.zone.as_deref().map(|zone| self.text(zone)),
            a: device.addresses.first().map(|address| self.text(&address.to_string())),
            f: marks(data, device),
            t: self.text(&view.statement),
            x: view.facts.iter().map(|(name, value)| (self.text(name), self.text(value))).collect(),
            v: worst_first(device).into_iter().map(|verdict| self.verdict(verdict)).collect(),
            e: self.evidence(device),
            d: self.triples(&view.compared),
            c: self.triples(&view.conflicts),
            o: view
                .sources
                .iter()
                .map(|(name, kind, places, hash)| {
                    (self.text(name), self.text(kind), self.text(places), self.text(hash))
                })
                .collect(),
            q: view
                .quirks
                .iter()
                .map(|(name, detail)| (self.text(name), self.text(detail)))
                .collect(),
            w: view
                .next
                .iter()
                .map(|(ask, teaches, how)| (self.text(ask), self.text(teaches), self.text(how)))
                .collect(),
        }
    }

    fn triples(&mut self, rows: &[(&'static str, String, String)]) -> Vec<(At, At, At)> {
        rows.iter().map(|(a, b, c)| (self.text(a), self.text(b), self.text(c))).collect()
    }

    fn verdict(&mut self, verdict: &model::Verdict) -> At {
        let record = VerdictRecord {
            policy: self.text(verdict.policy.as_str()),
            answer: position(&Answer::ALL, verdict.answer),
            force: self.text(force_label(verdict.force)),
            duty: self.text(&verdict.duty),
            because: verdict.because.iter().map(|reason| self.text(reason)).collect(),
            citation: self.text(&verdict.citation),
        };
        self.verdicts.number(record)
    }

    fn evidence(&mut self, device: &DeviceLine) -> Vec<(At, At)> {
        heaviest_first(device)
            .into_iter()
            .map(|item| {
                let record = EvidenceRecord {
                    claim: self.text(&item.claim),
                    bits: self.text(&bits(item.weight_bits)),
                    words: self.text(weight_in_words(item, &device.evidence)),
                    rank: item.rank,
                    family: self.text(&item.family),
                    fingerprint: self.text(&item.fingerprint),
                    source: self.text(&item.source),
                };
                (self.text(&item.signal), self.evidence.number(record))
            })
            .collect()
    }
}

/// What the table marks a device with; the script filters by these words.
pub(super) fn marks(data: &ReportData, device: &DeviceLine) -> Vec<&'static str> {
    [
        (data.listed(&device.maker.id) == Ternary::Yes && has_maker(device), "listed"),
        (device.kind.is_surveillance() && data.zone_class(device) == Some(ZoneClass::Core), "core"),
        (declared_conflict(device), "declared-conflict"),
        (!device.conflicts.is_empty(), "conflict"),
        (device.rebranded, "rebranded"),
    ]
    .into_iter()
    .filter_map(|(is_so, mark)| is_so.then_some(mark))
    .collect()
}

fn position<T: PartialEq>(all: &[T], one: T) -> usize {
    all.iter().position(|value| *value == one).unwrap_or_default()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=10000 before"
)]
fn hundredths(probability: f64) -> At {
    (probability.clamp(0.0, 1.0) * 10_000.0).round() as At
}
