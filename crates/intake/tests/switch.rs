//! Outputs of switches and routers of many makers beside this project, against what is known to stand in them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use intake::switch::{Entry, Field, entries};
use model::MacAddr;

/// The kinds of outputs that tell of devices. All outputs of these must be reproduced.
const KINDS: [&str; 4] = ["arp", "dhcp", "lldp_cdp", "mac"];

fn corpus() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/network");
    if root.exists() {
        return Some(root);
    }
    eprintln!("skipped: ../shared is not here");
    None
}

/// A record of the expectation: one or more texts a key.
type Record = BTreeMap<String, Vec<String>>;

/// Reads the one shape of YAML that the expectations have: a list of mappings from words to texts or lists of them.
fn records(yaml: &str) -> Vec<Record> {
    let mut found: Vec<Record> = Vec::new();
    let mut key = String::new();
    let mut lines = yaml.lines().skip_while(|line| !line.starts_with("parsed_sample")).skip(1);
    while let Some(line) = lines.next() {
        let mut line = line.to_owned();
        while line.matches('"').count() % 2 == 1 {
            let Some(next) = lines.next() else { break };
            let next = next.trim_start();
            line = match line.strip_suffix('\\') {
                Some(start) => format!("{start}{}", next.strip_prefix('\\').unwrap_or(next)),
                None => format!("{line} {next}"),
            };
        }
        let indent = line.len() - line.trim_start().len();
        let body = line.trim();
        let body = match body.strip_prefix("- ") {
            Some(rest) if indent <= 2 => {
                found.push(Record::new());
                rest
            }
            _ => body,
        };
        let Some(record) = found.last_mut() else { continue };
        if let Some(item) = body.strip_prefix("- ") {
            record.entry(key.clone()).or_default().push(scalar(item));
        } else if let Some((name, value)) = body.split_once(':') {
            key = name.trim().to_owned();
            let values = record.entry(key.clone()).or_default();
            if !value.trim().is_empty() {
                values.push(scalar(value));
            }
        }
    }
    found
}

fn scalar(text: &str) -> String {
    let text = text.trim();
    let bare = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let bare = bare.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(bare);
    if bare == "[]" { String::new() } else { bare.replace("\\\"", "\"").replace("\\n", "\n") }
}

/// The fields in which a value of the expectation may stand; none for what is no evidence of a device.
fn fields(kind: &str, key: &str) -> &'static [Field] {
    use Field as F;
    match (kind, key) {
        (_, "mac" | "mac_address" | "destination_address" | "hardware_address") => {
            &[F::Mac, F::RemotePort, F::Chassis]
        }
        (_, "ip_address" | "ipv6_address" | "ipv4_address" | "mgmt_address" | "management_ip") => {
            &[F::Address]
        }
        ("arp" | "dhcp" | "lldp_cdp", "address" | "host") => &[F::Address, F::Name],
        (_, "vlan_id" | "vid") => &[F::Vlan],
        (
            _,
            "interface" | "port" | "ports" | "destination_port" | "port_id" | "fsp" | "circuit"
            | "physical_interface" | "physical_port" | "local_interface",
        ) => &[F::Port, F::Interface, F::OwnPort],
        (_, "ap_name") => &[F::Name],
        (_, "ap_ip") => &[F::Address],
        (_, "neighbor_ip") => &[F::Switch],
        (_, "neighbor_port") => &[F::Port],
        (_, "neighbor_name") => &[F::Name, F::Switch],
        (_, "neighbor" | "identity" | "system_name_data" | "host_name") => &[F::Name],
        (_, "chassis_id" | "chassis_data") => &[F::Chassis, F::Name],
        (_, "neighbor_interface" | "neighbor_port_id" | "interface_name") => {
            &[F::RemotePort, F::RemotePortName, F::Mac]
        }
        (_, "neighbor_description" | "system_description" | "system_desc_data") => {
            &[F::Description, F::RemotePortName]
        }
        (_, "neighbor_interface_description" | "neighbor_port_description") => &[F::RemotePortName],
        (_, "platform") => &[F::Platform, F::Model],
        (_, "manufacturer" | "manufacturer_name") => &[F::Make],
        (_, "serial" | "serial_number") => &[F::Serial],
        _ => &[],
    }
}

/// A text as it is compared: without what stands for nothing and without differences of space.
fn plain(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.trim_end_matches([',', '.', ' ']).to_lowercase();
    let text = text.trim_matches(['(', ')', '<', '>', '"']);
    match text {
        "0000.0000.0000" | "00:00:00:00:00:00" => String::new(),
        "-" | "--" | "none" | "null" | "na" | "not advertised" | "[not advertised]"
        | "- not advertised" | "not advertise" => String::new(),
        text => text.to_owned(),
    }
}

/// What of a record does not stand in the entry.
fn missing(kind: &str, record: &Record, entry: &Entry) -> Option<String> {
    for (key, values) in record {
        let fields = fields(kind, key);
        let is_text = fields.contains(&Field::Description);
        let is_list = values.len() > 1;
        let values = if is_text { vec![values.join(" ")] } else { values.clone() };
        for value in values.iter().map(|value| plain(value)).filter(|value| !value.is_empty()) {
            let mut known = fields.iter().flat_map(|&field| entry.all(field)).map(plain);
            if !fields.is_empty()
                && !known.any(|known| {
                    let is_listed = known.split([' ', ',']).any(|item| item == value);
                    known == value || is_text && known.starts_with(&value) || is_list && is_listed
                })
            {
                return Some(format!("{key}: `{value}` in {:?}", entry.values));
            }
        }
    }
    None
}

/// Whether a text is no address of a group, and not the zeros that stand for none: those are nobody's.
fn is_one(text: &str) -> bool {
    text.parse().map_or(true, |mac: MacAddr| mac.is_identity())
}

/// What a command lists, where its kind is too wide: neighbours in routing protocols are no devices on a port.
fn narrow<'k>(kind: &'k str, command: &str) -> &'k str {
    const ROUTING: [&str; 7] = ["ospf", "bgp", "eigrp", "isis", "pim", "bfd", "mpls"];
    let is_routing = ROUTING.iter().any(|word| command.contains(word));
    if kind == "lldp_cdp" && is_routing { "routing" } else { kind }
}

/// Why an output is not reproduced, or `None` where it is.
fn difference(kind: &str, raw: &str, expected: &[Record]) -> Option<String> {
    let mut found = entries(raw);
    found.retain(|entry| kind != "mac" || entry.all(Field::Mac).all(is_one));
    let names_device = |record: &Record| {
        let mut said = record.iter().filter(|(key, _)| !fields(kind, key).is_empty());
        said.any(|(key, values)| {
            let names = [Field::Mac, Field::Address, Field::Name, Field::Chassis];
            let is_name = fields(kind, key).iter().any(|field| names.contains(field));
            let is_mcast = values.iter().any(|text| text.contains("Mcast"));
            is_name && !is_mcast && values.iter().any(|value| !plain(value).is_empty())
        })
    };
    let is_ones = |record: &Record| {
        let macs = record.iter().filter(|(key, _)| fields(kind, key).contains(&Field::Mac));
        kind != "mac" || macs.flat_map(|(_, values)| values).all(|mac| is_one(mac))
    };
    let expected: Vec<&Record> =
        expected.iter().filter(|record| names_device(record) && is_ones(record)).collect();
    let first = expected.iter().zip(&found).enumerate().find_map(|(index, (record, entry))| {
        Some(format!("record {}: {}", index + 1, missing(kind, record, entry)?))
    });
    if first.is_none() && found.len() != expected.len() {
        let next = found.get(expected.len()).map(|entry| format!(" {entry:?}"));
        return Some(format!(
            "{} entries for {} records{}",
            found.len(),
            expected.len(),
            next.unwrap_or_default()
        ));
    }
    first
}

#[test]
fn outputs_of_every_platform_say_what_they_say() {
    let Some(root) = corpus() else { return };
    let index = fs::read_to_string(root.join("ntc_index.csv")).unwrap();
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut others = 0;
    for line in index.lines().skip(1) {
        let columns: Vec<&str> = line.split(',').collect();
        let [id, platform, command, kind, _] = columns.as_slice() else { panic!("{line}") };
        let raw = root.join("ntc").join(platform).join(command).join(format!("{id}.raw"));
        let Ok(bytes) = fs::read(&raw) else { panic!("{}", raw.display()) };
        let expected = records(&fs::read_to_string(raw.with_extension("yml")).unwrap());
        let kind = &narrow(kind, command);
        // Routes, rules and the like name no device behind a port.
        if !KINDS.contains(kind) {
            others += 1;
            continue;
        }
        let (reproduced, total) = counts.entry(kind).or_default();
        *total += 1;
        match difference(kind, &String::from_utf8_lossy(&bytes), &expected) {
            None => *reproduced += 1,
            Some(why) => {
                eprintln!("{id} ({kind}): {}", why.chars().take(400).collect::<String>());
            }
        }
    }
    eprintln!("{others} outputs are no evidence of devices");
    for (kind, (reproduced, total)) in &counts {
        eprintln!("{kind}: {reproduced} of {total}");
    }
    for kind in KINDS {
        let (reproduced, total) = counts.get(kind).copied().unwrap_or_default();
        assert!(total > 0 && reproduced == total, "{kind}: {reproduced} of {total}");
    }
}
