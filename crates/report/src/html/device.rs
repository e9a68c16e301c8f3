//! One device as its page shows it: the same values for the printed appendix and for the script.

use model::{Level, Ternary};

use super::page::moment;
use crate::text::{plain, shown};
use crate::words::{
    bits, conflict_label, device_label, force_label, has_maker, heaviest_first, kind_label,
    level_label, maker_name, percent, weight_in_words, worst_first, zone_label,
};
use crate::{DeviceLine, ReportData};

pub(super) struct DeviceView {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) statement: String,
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) verdicts: Vec<VerdictView>,
    pub(super) evidence: Vec<EvidenceView>,
    pub(super) compared: Vec<(&'static str, String, String)>,
    pub(super) conflicts: Vec<(&'static str, String, String)>,
    pub(super) sources: Vec<(String, String, String, String)>,
    pub(super) quirks: Vec<(String, String)>,
    /// What to ask, what it would teach, how to get the answer.
    pub(super) next: Vec<(String, String, String)>,
}

pub(super) struct VerdictView {
    pub(super) policy: String,
    pub(super) answer: &'static str,
    pub(super) label: &'static str,
    pub(super) force: &'static str,
    pub(super) duty: String,
    pub(super) because: Vec<String>,
    pub(super) citation: Vec<Piece>,
}

pub(super) struct EvidenceView {
    pub(super) signal: String,
    pub(super) claim: String,
    pub(super) bits: String,
    pub(super) words: &'static str,
    pub(super) rank: u8,
    pub(super) family: String,
    pub(super) fingerprint: String,
    pub(super) source: String,
}

/// A piece of text, a link where it is an address of the web.
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) is_link: bool,
}

/// Text cut at its web addresses. Nothing but `http` and `https` becomes a link.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let text = shown(text);
    text.split_inclusive([' ', ';', ','])
        .flat_map(|word| {
            let link = word.trim_end_matches([' ', ';', ',', ')', '.']);
            let is_link = link.starts_with("https://") || link.starts_with("http://");
            let (link, rest) = if is_link { word.split_at(link.len()) } else { ("", word) };
            [Piece { text: link.into(), is_link }, Piece { text: rest.into(), is_link: false }]
        })
        .filter(|piece| !piece.text.is_empty())
        .collect()
}

/// The place on the page for a device: what stands after `#`.
pub(super) fn anchor(id: &str) -> String {
    use std::fmt::Write as _;
    let mut anchor = String::from("device=");
    for octet in id.bytes() {
        match octet {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b':' => {
                anchor.push(char::from(octet));
            }
            // Writing into a string cannot fail.
            other => drop(write!(anchor, "%{other:02X}")),
        }
    }
    anchor
}

impl DeviceView {
    pub(super) fn of(data: &ReportData, device: &DeviceLine) -> Self {
        Self {
            id: own(&device.id),
            label: device_label(device),
            statement: statement(data, device),
            facts: facts(data, device),
            verdicts: worst_first(device).into_iter().map(VerdictView::of).collect(),
            evidence: heaviest_first(device)
                .into_iter()
                .map(|item| EvidenceView {
                    signal: own(&item.signal),
                    claim: own(&item.claim),
                    bits: bits(item.weight_bits),
                    words: weight_in_words(item, &device.evidence),
                    rank: item.rank,
                    family: own(&item.family),
                    fingerprint: own(&item.fingerprint),
                    source: own(&item.source),
                })
                .collect(),
            compared: compared(data, device),
            conflicts: device
                .conflicts
                .iter()
                .map(|c| (conflict_label(c.kind), own(&c.one), own(&c.other)))
                .collect(),
            sources: device
                .sources
                .iter()
                .map(|s| (own(&s.name), s.kind.into(), own(&s.places.join("; ")), own(&s.sha256)))
                .collect(),
            quirks: device
                .quirks
                .iter()
                .map(|q| (own(&format!("{}/{}", q.protocol, q.name)), own(&q.detail)))
                .collect(),
            next: device
                .next
                .iter()
                .map(|next| (own(&next.ask), own(&next.teaches), own(&next.how)))
                .collect(),
        }
    }
}

impl VerdictView {
    fn of(verdict: &model::Verdict) -> Self {
        Self {
            policy: verdict.policy.to_string(),
            answer: verdict.answer.as_str(),
            label: crate::words::answer_label(verdict.answer),
            force: force_label(verdict.force),
            duty: own(&verdict.duty),
            because: verdict.because.iter().map(|reason| own(reason)).collect(),
            citation: pieces(&verdict.citation),
        }
    }
}

fn own(text: &str) -> String {
    shown(text)
}

/// Who made it, in one or two sentences that claim no more than the evidence.
fn statement(data: &ReportData, device: &DeviceLine) -> String {
    let mut text = match device.level {
        _ if has_maker(device) => format!(
            "Evidence consistent with {}: {}, probability {}.",
            maker_name(device),
            level_label(device.level).to_lowercase(),
            percent(device.maker.probability)
        ),
        Level::Conflicting => {
            "The evidence speaks strongly for more than one maker; none is named.".into()
        }
        _ => "The evidence is too little to name a maker. Unknown is not the same as harmless."
            .into(),
    };
    let open: Vec<_> = (device.level == Level::Conflicting)
        .then_some(&device.maker)
        .into_iter()
        .chain(&device.alternatives)
        .filter(|finding| !finding.id.is_unknown())
        .map(|finding| format!("{} ({})", plain(&finding.name), percent(finding.probability)))
        .collect();
    if !open.is_empty() {
        text += &format!(" The evidence leaves open: {}.", open.join(", "));
    }
    if has_maker(device)
        && let Some(maker) = data.makers.iter().find(|maker| maker.id == device.maker.id)
        && maker.listed == Ternary::Yes
    {
        text += &format!(" This maker is listed: {}.", plain(&maker.listed_by));
    }
    if device.rebranded {
        text += " The brand on the box is not the maker.";
    }
    text
}

fn facts(data: &ReportData, device: &DeviceLine) -> Vec<(&'static str, String)> {
    let zone = device.zone.as_ref().map(|zone| match data.zone_class(device) {
        Some(class) => format!("{zone} ({})", zone_label(class)),
        None => format!("{zone} (class not known)"),
    });
    [
        ("Device id", Some(device.id.clone())),
        ("Kind", Some(kind_label(device.kind).into())),
        ("Brand", device.brand.clone()),
        ("Model", device.model.clone()),
        ("Firmware", device.firmware.clone()),
        ("Addresses", joined(&device.addresses)),
        ("MAC addresses", joined(&device.macs)),
        ("Serial numbers", joined(&device.serials).or_else(|| device.serial.clone())),
        ("Host names", joined(&device.hostnames)),
        ("Site", Some(data.site_name(device).unwrap_or("not known").into())),
        ("Zone", Some(zone.unwrap_or_else(|| "not known".into()))),
        ("First seen", device.first_seen.as_deref().map(moment)),
        ("Last seen", device.last_seen.as_deref().map(moment)),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, own(&value?))))
    .collect()
}

/// What registers say beside what was found; agreement is for the reader and the conflicts to state.
fn compared(data: &ReportData, device: &DeviceLine) -> Vec<(&'static str, String, String)> {
    let Some(declared) = &device.declared else { return Vec::new() };
    let words = &declared.words;
    let maker = has_maker(device).then(|| maker_name(device));
    let read_as = match (&declared.brand, &declared.maker) {
        (Some(brand), Some(maker)) => Some(format!("brand {brand}, maker {maker}")),
        (Some(brand), None) => Some(format!("brand {brand}")),
        (None, Some(maker)) => Some(format!("maker {maker}")),
        (None, None) => None,
    };
    let installed = words.installed.map(|date| date.to_string()).or_else(|| {
        words.installed_unclear.as_ref().map(|text| format!("{text} (not a clear date)"))
    });
    let said = |text: &Option<Box<str>>| text.as_ref().map(ToString::to_string);
    [
        ("Make or brand", said(&words.make), device.brand.clone()),
        ("Maker", read_as, maker),
        ("Model", said(&words.model), device.model.clone()),
        ("Kind", said(&words.kind), Some(kind_label(device.kind).into())),
        ("Firmware", said(&words.firmware), device.firmware.clone()),
        ("Site", said(&words.site), data.site_name(device).map(String::from)),
        ("Location", said(&words.location), None),
        ("Owner", said(&words.owner), None),
        ("Purpose", said(&words.purpose), None),
        ("Status", said(&words.status), None),
        ("Installed", installed, None),
        ("Quantity", words.quantity.map(|number| number.to_string()), None),
        ("Description", said(&words.text), None),
    ]
    .into_iter()
    .filter(|(_, declared, _)| declared.is_some())
    .map(|(what, declared, found)| {
        let shown = |text: Option<String>| own(text.as_deref().unwrap_or("–"));
        (what, shown(declared), shown(found))
    })
    .collect()
}

fn joined<T: ToString>(values: &[T]) -> Option<String> {
    let text: Vec<_> = values.iter().map(ToString::to_string).collect();
    (!text.is_empty()).then(|| text.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_become_links() {
        let links = |text: &str| {
            pieces(text).into_iter().filter(|p| p.is_link).map(|p| p.text).collect::<Vec<_>>()
        };
        assert_eq!(links("HCWS386; see https://example.org/a, 2022."), ["https://example.org/a"]);
        assert_eq!(links("javascript:alert(1) data:text/html,x"), Vec::<String>::new());
        let whole: String = pieces("a (https://x.org/b).").into_iter().map(|p| p.text).collect();
        assert_eq!(whole, "a (https://x.org/b).");
    }

    #[test]
    fn an_anchor_holds_nothing_that_could_leave_its_attribute() {
        assert_eq!(anchor("mac-58:03:fb:00:00:01"), "device=mac-58:03:fb:00:00:01");
        assert_eq!(anchor("\"><b>é"), "device=%22%3E%3Cb%3E%C3%A9");
    }
}
