//! Real evidence of real devices: the labelled corpora and samples beside this project, read where they are.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use intake::{Input, IntakeError, Options, Summary, read};
use model::{MacAddr, Observation, SignalKind, SourceKind};

use support::Memory;

fn take_in(name: &str, bytes: &[u8]) -> (Memory, Result<(SourceKind, Summary), IntakeError>) {
    let mut cursor = Cursor::new(bytes);
    let mut input = Input { name, size_bytes: bytes.len() as u64, bytes: &mut cursor };
    let mut memory = Memory::default();
    let outcome = read(&mut input, &Options::default(), &mut memory);
    (memory, outcome)
}

/// A folder of the evidence, or `None` with a word about it.
fn shared(folder: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(folder);
    if root.exists() {
        return Some(root);
    }
    eprintln!("skipped: ../shared is not here");
    None
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// Every camera capture gives an observation that carries the camera's hardware address, and no public server
/// is taken for a device on the way.
#[test]
fn a_camera_is_found_in_every_capture_of_one() {
    let Some(root) = shared("corpora/pcap") else { return };
    let index = fs::read_to_string(root.join("index.csv")).unwrap();
    let (mut found, mut telling) = (0, 0);
    let mut missed = Vec::new();
    for (file, mac) in positives(&index) {
        let bytes = fs::read(root.join("..").join(&file)).unwrap();
        let (memory, outcome) = take_in(&file, &bytes);
        outcome.unwrap_or_else(|error| panic!("{file}: {error}"));
        let cameras: Vec<&Observation> = memory
            .observations
            .iter()
            .filter(|observation| observation.subject.macs.contains(&mac))
            .collect();
        match cameras.as_slice() {
            [] => missed.push(file),
            [camera] => {
                found += 1;
                telling += u32::from(camera.signals.iter().any(|s| s.kind != SignalKind::Mac));
            }
            many => panic!("{file}: {} observations of one camera", many.len()),
        }
    }
    eprintln!("{found} cameras found, {telling} said more than their address, missed {missed:?}");
    assert!(found >= 67, "{found} found, missed {missed:?}");
    assert!(telling >= 60, "{telling} said more than their address");
}

/// File and camera address of the labelled captures. Fields before the two are plain.
fn positives(index: &str) -> Vec<(String, MacAddr)> {
    let rows = index.lines().skip(1).filter_map(|line| {
        let fields: Vec<&str> = line.split(',').collect();
        let (file, true_maker, mac) = (fields.first()?, fields.get(4)?, fields.get(5)?);
        let is_camera = file.contains("/positive/") && !true_maker.is_empty();
        let file = file.strip_prefix("pcap/").map(|rest| format!("pcap/{rest}"))?;
        is_camera.then(|| mac.parse().ok().map(|mac| (file, mac))).flatten()
    });
    rows.collect()
}

/// Every capture is read to its end.
#[test]
fn every_capture_is_read() {
    let Some(root) = shared("corpora/pcap") else { return };
    let files = files_under(&root);
    let captures = files.iter().filter(|path| path.extension().is_some_and(|e| e != "csv"));
    let mut read = 0;
    let mut unknown: BTreeMap<String, u64> = BTreeMap::new();
    for path in captures {
        let bytes = fs::read(path).unwrap();
        let (memory, outcome) = take_in("x", &bytes);
        let (kind, summary) = outcome.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(kind, SourceKind::Capture, "{}", path.display());
        assert_eq!(summary.observations, memory.observations.len() as u64);
        assert!(summary.observations <= summary.records.max(1) * 2, "{}", path.display());
        for (name, count) in summary.not_understood {
            *unknown.entry(name).or_default() += count;
        }
        read += 1;
    }
    let mut unknown: Vec<_> = unknown.into_iter().collect();
    unknown.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    unknown.truncate(40);
    eprintln!("{read} captures read; not understood most often: {unknown:?}");
    assert!(read >= 2_075, "{read} captures read");
}

/// Every sample goes through; a message that a decoder knows gives one observation, and a file that nobody
/// knows gives an error.
#[test]
fn every_sample_is_read_or_refused() {
    let Some(root) = shared("samples") else { return };
    let mut kinds: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for path in files_under(&root) {
        let bytes = fs::read(&path).unwrap();
        let (memory, outcome) = take_in("x", &bytes);
        let folder =
            path.parent().and_then(Path::file_name).unwrap().to_string_lossy().into_owned();
        let counts = kinds.entry(folder).or_default();
        match outcome {
            Ok((SourceKind::Message, _)) => {
                assert_eq!(memory.observations.len(), 1, "{}", path.display());
                counts.0 += 1;
            }
            Ok((kind, _)) => eprintln!("{} read as {}", path.display(), kind.as_str()),
            Err(error) => {
                assert!(!error.to_string().is_empty());
                counts.1 += 1;
            }
        }
    }
    let read: u32 = kinds.values().map(|(read, _)| read).sum();
    eprintln!("{read} messages read: {kinds:?}");
    assert!(read >= 80, "{read} messages read");
    for folder in ["sadp", "wsdiscovery", "ssdp", "rtsp", "dhip"] {
        assert!(kinds[folder].0 > 0, "{folder}: {:?}", kinds[folder]);
    }
}

#[test]
fn leases_of_real_servers() {
    let Some(root) = shared("corpora/network/dhcp_leases") else { return };
    let mut lines = Vec::new();
    for path in files_under(&root) {
        let (memory, outcome) = take_in("x", &fs::read(&path).unwrap());
        let (kind, summary) = outcome.unwrap();
        assert_eq!(kind, SourceKind::Leases);
        let macs: usize = memory.observations.iter().map(|o| o.subject.macs.len()).sum();
        assert!(memory.notes.is_empty(), "{}: {:?}", path.display(), memory.notes);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        lines.push(format!("{name}: {} leases, {macs} addresses", summary.records));
    }
    insta::assert_snapshot!(lines.join("\n"), @r"
backup.leases: 2 leases, 1 addresses
debian7.leases: 6 leases, 5 addresses
dhcpd6-4.2.4.leases: 1 leases, 1 addresses
dhcpd6-4.3.3.leases: 2 leases, 2 addresses
options.leases: 1 leases, 1 addresses
pfsense.leases: 2 leases, 2 addresses
");
}
