//! Walks of real bridges and routers beside this project: every camera that they know is found, with its port.

mod support;

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use intake::{Input, Options, read};
use model::{MacAddr, Observation};

use support::Memory;

fn corpus() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/snmp");
    if root.exists() {
        return Some(root);
    }
    eprintln!("skipped: ../shared is not here");
    None
}

/// What bzip2 makes of a file; `None` where the program is not here.
fn unpacked(path: &Path) -> Option<Vec<u8>> {
    let output = Command::new("bzip2").arg("-dc").arg(path).stderr(Stdio::null()).output();
    let output = output.ok()?;
    assert!(output.status.success(), "{}", path.display());
    Some(output.stdout)
}

fn observations(name: &str, bytes: &[u8]) -> BTreeMap<MacAddr, Observation> {
    let mut cursor = Cursor::new(bytes);
    let mut input = Input { name, size_bytes: bytes.len() as u64, bytes: &mut cursor };
    let mut memory = Memory::default();
    read(&mut input, &Options::default(), &mut memory)
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let known = memory.observations.into_iter().filter(|one| one.subject.attachment.is_some());
    known.filter_map(|one| Some((*one.subject.macs.first()?, one))).collect()
}

#[test]
fn every_camera_of_every_table_is_found_with_its_port() {
    let Some(root) = corpus() else { return };
    let mut truth = csv::Reader::from_path(root.join("estate_truth.csv")).unwrap();
    let mut walks: BTreeMap<String, BTreeMap<MacAddr, Observation>> = BTreeMap::new();
    let mut missed = Vec::new();
    let mut total = 0;
    for row in truth.records() {
        let row = row.unwrap();
        let column = |index: usize| row.get(index).unwrap();
        let walk = column(0).to_owned();
        if !walks.contains_key(&walk) {
            let path = root.join("snmpsim_walks").join(format!("{walk}.snmprec.bz2"));
            let Some(bytes) = unpacked(&path) else {
                eprintln!("skipped: bzip2 is not here");
                return;
            };
            walks.insert(walk.clone(), observations(&walk, &bytes));
        }
        total += 1;
        let mac: MacAddr = column(3).parse().unwrap();
        let Some(found) = walks.get(&walk).and_then(|walk| walk.get(&mac)) else {
            missed.push(format!("{row:?}"));
            continue;
        };
        let words = format!("{} ", found.place.0.replace(',', " "));
        let says = |name: &str, value: &str| {
            value.is_empty() || words.contains(&format!("{name} {value} "))
        };
        let address = column(4);
        let has_address = address.is_empty()
            || found.subject.addresses.iter().any(|claim| claim.address.to_string() == address);
        if !(has_address && says("bridge port", column(5)) && says("ifIndex", column(6))) {
            missed.push(format!("{row:?}: {}", found.place.0));
        }
    }
    eprintln!("{} of {total} rows found", total - missed.len());
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
