//! What to act on first, gathered from verdicts and conflicts; nothing is judged here.

use std::collections::BTreeMap;

use model::{Answer, ConflictKind, ZoneClass};

use super::device::anchor;
use crate::text::shown;
use crate::words::{count, device_label, maker_name, urgency, worst};
use crate::{DeviceLine, ReportData};

/// Rows shown of each group; the device table holds the rest.
const ROWS_PER_GROUP: usize = 12;
/// Open questions shown.
const QUESTIONS: usize = 15;

pub(super) struct Group {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) lead: String,
    pub(super) rows: Vec<Row>,
    pub(super) more: usize,
    /// The filter of the device table that shows all of them: field and value.
    pub(super) filter: (&'static str, &'static str),
}

pub(super) struct Row {
    pub(super) anchor: String,
    pub(super) label: String,
    pub(super) maker: String,
    pub(super) place: String,
    pub(super) what: Vec<String>,
}

/// A fact that is missing, and how many devices wait for it.
pub(super) struct Question {
    pub(super) text: String,
    pub(super) devices: usize,
}

/// Devices in the order in which they deserve a look.
pub(super) fn by_urgency(data: &ReportData) -> Vec<&DeviceLine> {
    let mut devices: Vec<_> = data.devices.iter().collect();
    devices.sort_by_cached_key(|device| urgency(device));
    devices
}

/// The groups that have anything in them.
pub(super) fn groups(data: &ReportData, ordered: &[&DeviceLine]) -> Vec<Group> {
    let judged = |answer| {
        move |device: &DeviceLine| -> Vec<String> {
            worst(device)
                .filter(|verdict| verdict.answer == answer)
                .map(|verdict| {
                    let reasons = verdict.because.join("; ");
                    vec![format!("{} ({}): {}", verdict.policy, verdict.force.as_str(), reasons)]
                })
                .unwrap_or_default()
        }
    };
    let conflicts = |declared: bool| {
        move |device: &DeviceLine| -> Vec<String> {
            device
                .conflicts
                .iter()
                .filter(|c| (c.kind == ConflictKind::DeclaredMaker) == declared)
                .map(|c| format!("{} – but – {}", c.one, c.other))
                .collect()
        }
    };
    let in_core = |device: &DeviceLine| -> Vec<String> {
        let core =
            device.kind.is_surveillance() && data.zone_class(device) == Some(ZoneClass::Core);
        core.then(|| format!("in zone {}", device.zone.as_deref().unwrap_or_default()))
            .into_iter()
            .collect()
    };
    [
        group(data, ordered, "breach", "Duties not met", ("answer", "breach"), judged(Answer::Breach), |n| {
            format!("For {n} the worst verdict is breach: a duty is not met. How strongly it binds stands with each.")
        }),
        group(data, ordered, "candidate", "Candidates for removal or isolation", ("answer", "candidate"), judged(Answer::Candidate), |n| {
            format!("For {n} a rule asks to consider removal, or its duty would bite under a condition named here.")
        }),
        group(data, ordered, "core", "Surveillance equipment on a core network", ("mark", "core"), in_core, |n| {
            format!("For {n} an address lies in a zone that the estate file classes as core.")
        }),
        group(data, ordered, "declared", "Declared one maker, observed another", ("mark", "declared-conflict"), conflicts(true), |n| {
            format!("For {n} the register and the device disagree on the maker. Neither is taken as settled.")
        }),
        group(data, ordered, "conflict", "Other contradictions", ("mark", "conflict"), conflicts(false), |n| {
            format!("For {n} two statements cannot both be true.")
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn group(
    data: &ReportData,
    ordered: &[&DeviceLine],
    id: &'static str,
    title: &'static str,
    filter: (&'static str, &'static str),
    what: impl Fn(&DeviceLine) -> Vec<String>,
    lead: impl Fn(String) -> String,
) -> Option<Group> {
    let mut rows = Vec::new();
    let mut total = 0usize;
    for device in ordered {
        let said = what(device);
        if said.is_empty() {
            continue;
        }
        total += 1;
        if rows.len() < ROWS_PER_GROUP {
            rows.push(row(data, device, &said));
        }
    }
    let more = total - rows.len();
    let devices = if total == 1 { "1 device".into() } else { format!("{} devices", count(total)) };
    (total > 0).then(|| Group { id, title, lead: lead(devices), rows, more, filter })
}

fn row(data: &ReportData, device: &DeviceLine, what: &[String]) -> Row {
    let place = [
        data.site_name(device),
        device.declared.as_ref().and_then(|d| d.words.location.as_deref()),
    ];
    Row {
        anchor: anchor(&device.id),
        label: device_label(device),
        maker: maker_name(device),
        place: shown(&place.into_iter().flatten().collect::<Vec<_>>().join(", ")),
        what: what.iter().map(|text| shown(text)).collect(),
    }
}

/// What would settle the verdicts that lack evidence, most wanted first.
pub(super) fn questions(data: &ReportData) -> Vec<Question> {
    let mut waiting: BTreeMap<&str, usize> = BTreeMap::new();
    for device in &data.devices {
        let mut reasons: Vec<_> = device
            .verdicts
            .iter()
            .filter(|verdict| verdict.answer == Answer::NotEnoughEvidence)
            .flat_map(|verdict| &verdict.because)
            .map(String::as_str)
            .collect();
        reasons.sort_unstable();
        reasons.dedup();
        reasons.into_iter().for_each(|reason| *waiting.entry(reason).or_default() += 1);
    }
    let mut questions: Vec<_> = waiting
        .into_iter()
        .map(|(text, devices)| Question { text: shown(text), devices })
        .collect();
    questions.sort_by_key(|question| std::cmp::Reverse(question.devices));
    questions.truncate(QUESTIONS);
    questions
}
