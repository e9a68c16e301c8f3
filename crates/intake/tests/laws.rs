//! What holds for any input: nothing panics, a cut-off input keeps its beginning, and the examples read alike
//! every time.

mod support;

use std::fmt::Write as _;
use std::fs;
use std::io::Cursor;
use std::path::Path;

use intake::{Input, Note, Options, formats, read};
use model::Observation;
use proptest::prelude::*;

use support::Memory;

fn example(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/townhall");
    fs::read(folder.join(name)).unwrap()
}

/// The observations, notes and counts of an input, one a line.
fn replay(bytes: &[u8]) -> String {
    let mut cursor = Cursor::new(bytes);
    let mut input = Input { name: "x", size_bytes: bytes.len() as u64, bytes: &mut cursor };
    let mut memory = Memory::default();
    let (kind, summary) = read(&mut input, &Options::default(), &mut memory).unwrap();
    let mut text = String::new();
    for Observation { place, at, until, subject, signals, .. } in &memory.observations {
        let time = at.map_or(String::new(), |at| format!(" {at}"));
        let until = until.map_or(String::new(), |until| format!(" to {until}"));
        let _ = writeln!(text, "{}{time}{until}", place.0);
        let _ = writeln!(text, "  {}", serde_json::to_string(subject).unwrap());
        // What a decoder derives from a message is pinned where the decoders are.
        for signal in signals.iter().filter(|signal| !signal.kind.as_str().starts_with("device.")) {
            let value = signal.as_text().unwrap_or("(bytes)");
            let short: String = value.chars().take(90).collect();
            let _ = writeln!(text, "  {} {:?} {short:?}", signal.kind, signal.port);
        }
    }
    for Note { severity, place, message, .. } in &memory.notes {
        let _ = writeln!(text, "{}: {place}: {message}", severity.as_str());
    }
    let _ = write!(text, "{} {summary:#?}", kind.as_str());
    text
}

#[test]
fn the_capture_of_the_example() {
    insta::assert_snapshot!(replay(&example("cctv-vlan.pcap")));
}

#[test]
fn the_scan_of_the_example() {
    insta::assert_snapshot!(replay(&example("office-scan.xml")));
}

#[test]
fn the_leases_of_the_example() {
    insta::assert_snapshot!(replay(&example("dhcpd.leases")));
}

/// A copy that broke off keeps what came before the break.
#[test]
fn a_cut_off_example_keeps_its_beginning() {
    for name in ["cctv-vlan.pcap", "office-scan.xml", "dhcpd.leases"] {
        let whole = example(name);
        let mut most = 0;
        for length in (0..whole.len()).step_by(97) {
            let bytes = &whole[..length];
            let mut cursor = Cursor::new(bytes);
            let mut input = Input { name, size_bytes: length as u64, bytes: &mut cursor };
            let mut memory = Memory::default();
            let outcome = read(&mut input, &Options::default(), &mut memory);
            let found = memory.observations.len();
            assert!(found >= most, "{name} cut at byte {length}: {found} after {most}");
            assert!(outcome.is_ok() || found == 0);
            most = found;
        }
        assert!(most >= 2, "{name}: {most}");
    }
}

/// Beginnings by which formats know their own, so that random bytes get past them.
const BEGINNINGS: &[&[u8]] = &[
    b"",
    &[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0],
    &[0xa1, 0xb2, 0x3c, 0x4d, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 113],
    &[
        0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 255, 255, 255,
        255, 255, 255, 255, 255, 28, 0, 0, 0, 1, 0, 0, 0, 20, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 20,
        0, 0, 0,
    ],
    b"<nmaprun><host><ports><port protocol=\"tcp\" portid=\"80\">",
    b"lease 10.0.0.1 {",
    b"# dhcpd.leases(5)\nia-na \"\\001\\000\\000\\000\" {",
    b"address,hwaddr,client_id,valid_lifetime,expire,subnet_id\n",
    b"{\"id\":1,\"signals\":[]}\n",
    b"1793697302 58:03:fb:00:00:01 10.0.0.1 * *\n",
    b"[{\"arguments\":{\"leases\":[{\"ip-address\":\"10.0.0.1\",\"cltt\":1",
    b"HTTP/1.1 401 Unauthorized\r\n",
    b"RTSP/1.0 200 OK\r\n",
    b"<?xml version=\"1.0\"?><ProbeMatch>",
];

fn survive(bytes: &[u8]) {
    for format in formats() {
        let mut cursor = Cursor::new(bytes);
        let mut input = Input { name: "x", size_bytes: bytes.len() as u64, bytes: &mut cursor };
        format.recognise(bytes, "x");
        let _ = format.read(&mut input, &Options::default(), &mut Memory::default());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_hurt(
        beginning in prop::sample::select(BEGINNINGS),
        bytes in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        survive(&[beginning, &bytes].concat());
    }

    /// Damage in a good file reaches deeper than noise does.
    #[test]
    fn no_damage_hurts(
        name in prop::sample::select(vec!["cctv-vlan.pcap", "office-scan.xml", "dhcpd.leases"]),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let mut bytes = example(name);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        survive(&bytes);
    }
}
