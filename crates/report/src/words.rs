//! What values are called when people read them.

use std::cmp::Reverse;

use model::{
    Answer, ConflictKind, DeviceKind, EntityTier, EvidenceItem, Force, Level, OrganisationKind,
    Verdict, ZoneClass,
};

use crate::DeviceLine;
use crate::text::{plain, shortened};

/// The weight of evidence on the verbal scale that the forensic institutes of Europe use (ENFSI guideline
/// for evaluative reporting, 2015). `bits` is the binary logarithm of the likelihood ratio; a negative one
/// supports the alternative.
pub fn verbal(bits: f64) -> &'static str {
    let ratio = bits.abs().exp2();
    let (supports, speaks_against) = match ratio {
        r if r >= 1_000_000.0 => ("extremely strong support", "extremely strong support against"),
        r if r >= 10_000.0 => ("very strong support", "very strong support against"),
        r if r >= 1_000.0 => ("strong support", "strong support against"),
        r if r >= 100.0 => ("moderately strong support", "moderately strong support against"),
        r if r >= 10.0 => ("moderate support", "moderate support against"),
        r if r >= 2.0 => ("weak support", "weak support against"),
        _ => ("no support either way", "no support either way"),
    };
    if bits < 0.0 { speaks_against } else { supports }
}

/// The verbal scale as the methods part prints it: likelihood ratio, bits, words.
pub(crate) const SCALE: [(&str, &str, &str); 7] = [
    ("1 to 2", "under 1", "no support either way"),
    ("2 to 10", "1 to 3.3", "weak support"),
    ("10 to 100", "3.3 to 6.6", "moderate support"),
    ("100 to 1,000", "6.6 to 10.0", "moderately strong support"),
    ("1,000 to 10,000", "10.0 to 13.3", "strong support"),
    ("10,000 to 1,000,000", "13.3 to 19.9", "very strong support"),
    ("over 1,000,000", "over 19.9", "extremely strong support"),
];

/// The weight of one item in words. An item without weight whose family has spoken already is not counted
/// a second time, and says so.
pub(crate) fn weight_in_words(item: &EvidenceItem, all: &[EvidenceItem]) -> &'static str {
    let said_already = item.weight_bits == 0.0
        && all.iter().any(|other| other.family == item.family && other.weight_bits != 0.0);
    if said_already { "already counted in its family" } else { verbal(item.weight_bits) }
}

/// A weight in bits with its sign: `+12.3`, `−3.0`.
pub(crate) fn bits(weight: f64) -> String {
    if weight < 0.0 { format!("−{:.1}", weight.abs()) } else { format!("+{weight:.1}") }
}

/// A probability for people. Never rounded up to certainty nor down to impossibility.
pub fn percent(probability: f64) -> String {
    match probability {
        p if !p.is_finite() => "unknown".into(),
        p if p > 0.999 => ">99.9%".into(),
        p if p < 0.001 => "<0.1%".into(),
        p => format!("{:.1}%", p * 100.0),
    }
}

/// A whole number with thousands apart: `10,000`.
pub(crate) fn count(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().unwrap_or(u64::MAX).to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What a kind is called in a sentence.
pub const fn kind_label(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Camera => "Camera",
        DeviceKind::Recorder => "Recorder",
        DeviceKind::Encoder => "Encoder",
        DeviceKind::Intercom => "Intercom",
        DeviceKind::AccessControl => "Access control",
        DeviceKind::BodyWorn => "Body-worn camera",
        DeviceKind::OtherDevice => "Other device",
        DeviceKind::NotADevice => "Not a device",
        DeviceKind::Unknown => "Kind unknown",
    }
}

/// What a level is called.
pub const fn level_label(level: Level) -> &'static str {
    match level {
        Level::Confirmed => "Confirmed",
        Level::Probable => "Probable",
        Level::Possible => "Possible",
        Level::Conflicting => "Conflicting",
        Level::Unknown => "Unknown",
    }
}

/// What an answer is called.
pub const fn answer_label(answer: Answer) -> &'static str {
    match answer {
        Answer::Breach => "Breach",
        Answer::Candidate => "Candidate",
        Answer::NotEnoughEvidence => "Not enough evidence",
        Answer::Clear => "Clear",
        Answer::NotBound => "Not bound",
    }
}

/// What a force is called.
pub const fn force_label(force: Force) -> &'static str {
    match force {
        Force::Binding => "Binding law",
        Force::Instruction => "Instruction",
        Force::Advice => "Advice",
        Force::Voluntary => "Voluntary",
    }
}

pub(crate) const fn conflict_label(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::DeclaredMaker => "Declared maker against observed maker",
        ConflictKind::DeclaredModel => "Declared model against observed model",
        ConflictKind::ObservedMaker => "The device itself speaks for two makers",
        ConflictKind::Identity => "Identity",
        ConflictKind::DeclaredFact => "Two registers or rows disagree",
    }
}

pub(crate) const fn zone_label(class: ZoneClass) -> &'static str {
    match class {
        ZoneClass::Core => "core network",
        ZoneClass::Surveillance => "set apart for surveillance",
        ZoneClass::Guest => "guest network",
        ZoneClass::Management => "network management",
        ZoneClass::Internet => "outside",
    }
}

/// What a tier of the entity test takes in; each takes in those before it too.
pub(crate) const fn tier_label(tier: EntityTier) -> &'static str {
    match tier {
        EntityTier::Named => "makers listed by law somewhere",
        EntityTier::PrcParent => "makers with an ultimate parent in the PRC",
        EntityTier::PrcControlled => "makers controlled from the PRC, wherever registered",
        EntityTier::PrcOem => "brands built by makers of the PRC",
        EntityTier::PrcComponent => "devices with a chip or cloud service of the PRC",
        EntityTier::MadeInPrc => "devices assembled in the PRC by anybody",
    }
}

pub(crate) const fn organisation_label(kind: OrganisationKind) -> &'static str {
    match kind {
        OrganisationKind::CentralGovernment => "central government",
        OrganisationKind::LocalAuthority => "local authority",
        OrganisationKind::Police => "police",
        OrganisationKind::Defence => "defence",
        OrganisationKind::Health => "health",
        OrganisationKind::School => "school",
        OrganisationKind::University => "university",
        OrganisationKind::StateGovernment => "state government",
        OrganisationKind::GovernmentContractor => "government contractor",
        OrganisationKind::Company => "company",
        OrganisationKind::Other => "other",
    }
}

/// UTF-16 units of a device's name that a table or page shows: two names of 128 bytes each.
const LABEL_UNITS_MAX: usize = 256;

/// What a device is called: brand and model, else a name or address it had, else its id.
pub(crate) fn device_label(device: &DeviceLine) -> String {
    let named = [device.brand.as_deref(), device.model.as_deref()];
    let name = named.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let label = Some(name)
        .filter(|name| !name.trim().is_empty())
        .or_else(|| device.hostnames.first().cloned())
        .or_else(|| device.addresses.first().map(ToString::to_string))
        .unwrap_or_else(|| device.id.clone());
    shortened(&label, LABEL_UNITS_MAX)
}

/// Whom the evidence points to, or that it does not: "Unknown" is a name here.
pub(crate) fn maker_name(device: &DeviceLine) -> String {
    match device.level {
        Level::Conflicting => "Conflicting evidence".into(),
        Level::Unknown => "Not established".into(),
        _ if device.maker.id.is_unknown() => "Not established".into(),
        _ => plain(&device.maker.name).into_owned(),
    }
}

/// Whether the evidence points to one maker.
pub(crate) fn has_maker(device: &DeviceLine) -> bool {
    !device.maker.id.is_unknown()
        && matches!(device.level, Level::Confirmed | Level::Probable | Level::Possible)
}

/// The verdict that matters most: worst answer, then strongest force, then the rule's id.
pub(crate) fn worst(device: &DeviceLine) -> Option<&Verdict> {
    device.verdicts.iter().min_by_key(|verdict| (verdict.answer, verdict.force, &verdict.policy))
}

/// The verdicts, worst first.
pub(crate) fn worst_first(device: &DeviceLine) -> Vec<&Verdict> {
    let mut verdicts: Vec<_> = device.verdicts.iter().collect();
    verdicts.sort_by_key(|verdict| (verdict.answer, verdict.force, &verdict.policy));
    verdicts
}

/// The evidence, heaviest first whichever way it points; the order given settles ties.
pub(crate) fn heaviest_first(device: &DeviceLine) -> Vec<&EvidenceItem> {
    let mut items: Vec<_> = device.evidence.iter().collect();
    items.sort_by(|a, b| b.weight_bits.abs().total_cmp(&a.weight_bits.abs()));
    items
}

/// Where a device stands among those to be looked at first: surveillance equipment before the rest, then by
/// the worst verdict, then what conflicts, then what is best established.
pub(crate) fn urgency(device: &DeviceLine) -> impl Ord + use<> {
    let verdict =
        worst(device).map_or((Answer::NotBound, Force::Voluntary), |v| (v.answer, v.force));
    (
        !(device.kind.is_surveillance() || device.kind == DeviceKind::Unknown),
        verdict,
        Reverse(!device.conflicts.is_empty()),
        device.level,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verbal_scale_turns_where_the_guideline_turns() {
        let at = |ratio: f64| verbal(ratio.log2());
        assert_eq!(verbal(0.0), "no support either way");
        assert_eq!(at(1.9), "no support either way");
        assert_eq!(at(2.1), "weak support");
        assert_eq!(at(10.1), "moderate support");
        assert_eq!(at(101.0), "moderately strong support");
        assert_eq!(at(1_001.0), "strong support");
        assert_eq!(at(10_001.0), "very strong support");
        assert_eq!(at(1_000_001.0), "extremely strong support");
        assert_eq!(verbal(-5.0), "moderate support against");
        assert_eq!(verbal(f64::NAN), "no support either way");
    }

    #[test]
    fn nothing_is_rounded_to_certainty() {
        assert_eq!(percent(0.99999), ">99.9%");
        assert_eq!(percent(0.5), "50.0%");
        assert_eq!(percent(0.00001), "<0.1%");
        assert_eq!(percent(f64::NAN), "unknown");
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(
            [0u64, 999, 1_000, 1_234_567].map(count),
            ["0", "999", "1,000", "1,234,567"].map(String::from)
        );
    }
}
