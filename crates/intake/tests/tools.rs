//! What holds for the files of other people's tools: each is recognised by its content, a copy that broke off keeps
//! its beginning and invents nothing, and no damage hurts.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::io::Cursor;
use std::path::Path;

use intake::{Input, IntakeError, Options, Summary, formats, read};
use model::Observation;
use proptest::prelude::*;

use support::Memory;

/// The files, what they are recognised as, and how many devices they hold.
const FILES: &[(&str, &str, usize)] = &[
    ("zeek.log", "Zeek log", 4),
    ("zeek.json", "Zeek log (JSON)", 3),
    ("eve.json", "Suricata EVE", 4),
    ("masscan.json", "masscan JSON", 3),
    ("masscan.list", "masscan list", 3),
    ("masscan.grep", "greppable scan", 3),
    ("zgrab2.jsonl", "ZGrab2 results", 3),
    ("httpx.jsonl", "httpx results", 3),
    ("nuclei.jsonl", "nuclei results", 3),
    ("results.nessus", "Nessus results", 3),
    ("cameras.geojson", "GeoJSON", 3),
    ("cameras.osm", "OpenStreetMap XML", 3),
    ("windows.csv", "Windows DHCP leases (table)", 3),
    ("windows-audit.log", "Windows DHCP leases (table)", 3),
    ("windows-netsh.txt", "Windows DHCP leases (netsh)", 3),
    ("windows.xml", "Windows DHCP leases (XML)", 3),
];

fn file(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools");
    fs::read(folder.join(name)).unwrap()
}

fn replay(bytes: &[u8]) -> (Memory, Result<Summary, IntakeError>) {
    let mut cursor = Cursor::new(bytes);
    let mut input = Input { name: "x", size_bytes: bytes.len() as u64, bytes: &mut cursor };
    let mut memory = Memory::default();
    let outcome = read(&mut input, &Options::default(), &mut memory);
    (memory, outcome.map(|(_, summary)| summary))
}

/// What observations are about: addresses, hardware addresses, keys of the source.
fn subjects(memory: &Memory) -> BTreeSet<String> {
    let about = |observation: &Observation| {
        let subject = &observation.subject;
        let address = subject.addresses.first().map(|claim| claim.address.to_string());
        let mac = subject.macs.first().map(|mac| mac.to_string());
        address.or(mac).or_else(|| subject.local.as_deref().map(str::to_owned))
    };
    memory.observations.iter().filter_map(about).collect()
}

#[test]
fn each_is_recognised_and_read_without_a_remark() {
    for (name, format, devices) in FILES {
        let (memory, outcome) = replay(&file(name));
        let summary = outcome.unwrap();
        assert_eq!(summary.format, *format, "{name}");
        assert_eq!(memory.observations.len(), *devices, "{name}");
        let grave = memory.notes.iter().find(|note| note.help.is_some());
        assert!(grave.is_none(), "{name}: {grave:?}");
        assert!(summary.lost.is_empty(), "{name}: {:?}", summary.lost);
    }
}

#[test]
fn a_copy_that_broke_off_keeps_its_beginning_and_invents_nothing() {
    for (name, format, _) in FILES {
        let whole = file(name);
        let known = subjects(&replay(&whole).0);
        let mut most = 0;
        for length in (0..whole.len()).step_by(7) {
            let (memory, outcome) = replay(&whole[..length]);
            // So short a beginning may be anything.
            if !outcome.is_ok_and(|summary| summary.format == *format) {
                assert_eq!(most, 0, "{name} cut at byte {length}");
                continue;
            }
            let found = subjects(&memory);
            assert!(found.is_subset(&known), "{name} cut at byte {length}: {found:?}");
            assert!(found.len() >= most, "{name} cut at byte {length}: {found:?}");
            most = found.len();
        }
        assert!(most + 1 >= known.len(), "{name}: {most} of {}", known.len());
    }
}

fn survive(bytes: &[u8]) {
    for format in formats() {
        let mut cursor = Cursor::new(bytes);
        let mut input = Input { name: "x", size_bytes: bytes.len() as u64, bytes: &mut cursor };
        format.recognise(bytes, "x");
        let _ = format.read(&mut input, &Options::default(), &mut Memory::default());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_damage_hurts(
        (name, ..) in prop::sample::select(FILES),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        removed in any::<prop::sample::Index>(),
    ) {
        let mut bytes = file(name);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.remove(removed.index(bytes.len()));
        survive(&bytes);
    }

    /// Good lines between any bytes are read as if nothing had been there.
    #[test]
    fn noise_between_lines_costs_only_itself(
        noise in "[ -~]{1,60}",
        (name, format, devices) in prop::sample::select(vec![
            ("zeek.json", "Zeek log (JSON)", 3),
            ("eve.json", "Suricata EVE", 4),
            ("masscan.list", "masscan list", 3),
            ("httpx.jsonl", "httpx results", 3),
        ]),
    ) {
        let text = String::from_utf8(file(name)).unwrap();
        let noisy: String = text.lines().map(|line| format!("{line}\n#~ {noise}\n")).collect();
        let (memory, outcome) = replay(noisy.as_bytes());
        prop_assert_eq!(outcome.unwrap().format, format);
        prop_assert_eq!(memory.observations.len(), devices);
    }
}
