//! What the corpora say of their files is among what is decoded from them.

use std::collections::BTreeSet;

use model::{MacAddr, SignalKind as K};
use wire::Message;

use crate::corpus::{CORPORA, Sample, shared, values};

/// A column of an index, and the kinds that show it.
const COLUMNS: &[(&str, &str, &[K])] = &[
    ("samples", "model", &[K::DeviceModel]),
    ("discovery_packets", "model", &[K::DeviceModel]),
    ("discovery_packets", "mac", &[K::Mac]),
    ("onvif", "manufacturer_field", &[K::DeviceBrand]),
    ("onvif", "model", &[K::DeviceModel]),
    ("onvif", "firmware", &[K::DeviceFirmware]),
    ("onvif", "serial", &[K::DeviceSerial]),
    ("onvif", "mac", &[K::Mac]),
    ("rtsp", "server", &[K::RtspServer]),
    ("rtsp", "realm", &[K::RtspWwwAuthenticate]),
    ("rtsp", "sdp_s", &[K::RtspSdp]),
    ("rtsp", "sdp_tool", &[K::RtspSdp]),
    ("http_api", "model", &[K::DeviceModel]),
    ("http_api", "firmware", &[K::DeviceFirmware]),
    ("http_api", "mac", &[K::Mac]),
];

/// Files whose bytes hold what their label says, in a place that is not decoded, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("dhcp/dlink-2.bin", "model", "the host name, which may be anybody's"),
    ("mdns/dlink-2.bin", "model", "the name of a service, which is free text"),
    ("easyonvif-ENP1A14-IR_25X", "manufacturer_field", "`ONVIF` is no brand"),
    ("easyonvif-SUNBA", "model", "the index has the brand there"),
    ("onvifgo-REOLINK_Reolink_TrackMix_WiFi_v3.0.0.5428_2509171974", "serial", "the address"),
    ("isapi-DS-2CD2146G2-ISU.json", "mac", "its publisher made it a group address"),
    ("isapi-DS-2CD2T46G2-ISU.json", "mac", "its publisher made it a group address"),
    ("us-CyberPower.bin", "model", "a power supply"),
    ("us-Eaton.bin", "mac", "a power supply"),
    ("us-Eaton.bin", "model", "a power supply"),
    ("us-Foscam.bin", "model", "the name that users give"),
    ("us-Vstarcam.bin", "model", "the name that users give"),
    ("us-SSDP.bin", "model", "the software of a server"),
    ("us-GoogleCast.bin", "mac", "of the network it is in"),
];

#[test]
fn what_a_label_says_is_decoded() {
    let Some(shared) = shared() else { return };
    let mut missing = BTreeSet::new();
    let mut checked = 0;
    for (corpus, read) in CORPORA {
        for sample in read(&shared) {
            for (_, column, kinds) in COLUMNS.iter().filter(|(of, ..)| *of == corpus) {
                let Some(expected) = expected(&sample, column) else { continue };
                if !stands_in(&sample.text, column, &expected) {
                    continue;
                }
                checked += 1;
                if !shows(&sample, kinds, &expected) {
                    missing.insert((sample.file.clone(), *column));
                }
            }
        }
    }
    assert!(checked > 400, "{checked} labels checked");
    let excused: BTreeSet<_> =
        EXCEPTIONS.iter().map(|(file, column, _)| ((*file).to_owned(), *column)).collect();
    let surplus: Vec<_> = missing.difference(&excused).collect();
    let repaired: Vec<_> = excused.difference(&missing).collect();
    assert!(surplus.is_empty(), "not decoded: {surplus:#?}");
    assert!(repaired.is_empty(), "no exception any more: {repaired:#?}");
}

/// What the label says, unless it says that nobody knows.
fn expected(sample: &Sample, column: &str) -> Option<String> {
    let value = sample.label.get(column)?;
    if value.is_empty() || value.starts_with('(') {
        return None;
    }
    Some(match column {
        // Folders of one publisher carry the firmware behind the model.
        "model" => {
            let firmware = sample.label.get("firmware").map_or("", String::as_str);
            value.strip_suffix(&format!("_{firmware}")).unwrap_or(value).to_owned()
        }
        "mac" => value.split(',').next()?.trim().parse::<MacAddr>().ok()?.to_string(),
        _ => value.clone(),
    })
}

fn shows(sample: &Sample, kinds: &[K], expected: &str) -> bool {
    let plain = |text: &str| text.replace(['_', '/', '-'], " ").to_lowercase();
    let shows = |message: &Message| {
        let mut found = kinds.iter().flat_map(|kind| values(message, *kind));
        found.any(|found| plain(found).contains(&plain(expected)))
    };
    sample.parts.iter().filter_map(|(_, part)| part.as_ref().ok()).any(shows)
}

/// Whether the file holds the value at all: many labels come from where the file was found.
fn stands_in(text: &str, column: &str, expected: &str) -> bool {
    let expected = expected.to_lowercase();
    match column {
        "mac" => ["-", "", ":"].iter().any(|mark| text.contains(&expected.replace(':', mark))),
        _ => text.contains(&expected),
    }
}
