//! What switches and routers print: forwarding tables, ARP, neighbour discovery, LLDP and CDP neighbours.
//!
//! A switch saw the hardware address in the device's own frames and knows the port behind which it is, so its
//! tables find devices that no scan reaches. The outputs differ by maker and release in alignment and in words,
//! not in kind: tables under labels (`table`), blocks of `label: value` lines (`block`) and rows that
//! explain themselves (`sentence`), in any order and with prompts between (`reader`). One vocabulary serves
//! all makers, so a platform nobody has shown us is read as far as it uses the common words.

mod block;
mod entry;
mod reader;
mod sentence;
mod table;
mod vocabulary;

use model::SourceKind;

pub use entry::{Entry, Field};

use self::reader::Reader;
use crate::lines::{Line, Lines, as_text, as_text_head};
use crate::notebook::Notebook;
use crate::stations::{Station, Stations};
use crate::{Format, Input, IntakeError, Options, Recognition, Sink, Summary};

/// The longest line: tables on wide terminals stay far below.
const LINE_BYTES_MAX: usize = 16 << 10;

/// The format.
pub(crate) struct SwitchTables;

impl Format for SwitchTables {
    fn name(&self) -> &'static str {
        "switch tables"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Switch
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        let head = as_text_head(head);
        // A crash leaves zeros behind what was written.
        let end = head.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let head = head.get(..end).unwrap_or_default();
        let is_text = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | 0x08 | 0x1b | 0x20..);
        if !head.iter().all(is_text) || head.starts_with(b"<?xml") || head.starts_with(b"{") {
            return Recognition::No;
        }
        let text = String::from_utf8_lossy(head);
        if entries(&text).iter().any(reader::is_telling) {
            Recognition::Sure
        } else {
            Recognition::No
        }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        let mut notebook = Notebook::new(self.name(), sink);
        let mut lines = Lines::new(as_text(input)?, LINE_BYTES_MAX);
        let mut reader = Reader::default();
        let mut stations = Stations::default();
        let mut line = Vec::new();
        let outcome = loop {
            let state = match lines.next(&mut line) {
                Ok(Some(state)) => state,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            };
            if state == Line::TooLong {
                notebook.warning(
                    format!("line {}", lines.number),
                    "longer than any table of a switch: read as far as it fits",
                    "the other lines are kept",
                );
            }
            if !lines.has_end {
                notebook.may_be_cut(format!("line {}", lines.number));
            }
            let text = String::from_utf8_lossy(&line);
            reader.line(&text, &mut |entry| take(&entry, &mut stations, &mut notebook));
            if notebook.is_stopped() {
                return Ok(notebook.finish());
            }
        };
        reader.finish(&mut |entry| take(&entry, &mut stations, &mut notebook));
        if reader.lines_not_understood > 0 {
            notebook.not_understood("line of no table or block", reader.lines_not_understood);
        }
        notebook.progress(lines.offset);
        stations.finish(options, &mut notebook);
        outcome.map(|()| notebook.finish())
    }
}

/// All rows and blocks of a text.
pub fn entries(text: &str) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut reader = Reader::default();
    for line in text.lines() {
        reader.line(line, &mut |entry| found.push(entry));
    }
    reader.finish(&mut |entry| found.push(entry));
    found
}

fn take(entry: &Entry, stations: &mut Stations, notebook: &mut Notebook<'_>) {
    notebook.record();
    match station(entry) {
        Some(station) => stations.see(station),
        None => notebook.not_understood("row without a device of its own", 1),
    }
}

/// What an entry says of a device; `None` where it names none.
fn station(entry: &Entry) -> Option<Station> {
    let mac = entry.mac();
    let addresses = entry.addresses();
    // A name of the neighbour; CDP of small devices gives a hardware address for one.
    let name = entry.get(Field::Name).filter(|name| entry::mac(name).is_none());
    let mac = mac.or_else(|| entry.get(Field::Name).and_then(entry::mac));
    let is_group = entry
        .get(Field::Mac)
        .is_some_and(|text| text.parse().is_ok_and(|mac: model::MacAddr| !mac.is_identity()));
    if is_group || (mac.is_none() && addresses.is_empty() && name.is_none()) {
        return None;
    }
    // An address whose owner was not found out is nobody's.
    if mac.is_none() && name.is_none() && entry.get(Field::Chassis).is_none() {
        return None;
    }
    let owned = |field| entry.get(field).map(str::to_owned);
    Some(Station {
        place: format!("line {}", entry.line),
        mac,
        addresses,
        name: name.map(str::to_owned),
        switch: entry.get(Field::Switch).or(entry.switch.as_deref()).map(str::to_owned),
        port: entry.port().map(str::to_owned),
        is_routed: is_routed(entry),
        vlan: entry.get(Field::Vlan).and_then(vlan),
        description: owned(Field::Description),
        platform: owned(Field::Platform),
        make: owned(Field::Make),
        model: owned(Field::Model),
        firmware: owned(Field::Firmware),
        serial: owned(Field::Serial),
    })
}

/// A VLAN by its number; `30/-` is one without a second tag.
fn vlan(text: &str) -> Option<String> {
    let number = text.strip_suffix("/-").unwrap_or(text);
    number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.to_owned())
}

/// Whether an entry knows the device by an interface that routes, and no port: `Vlan30` of an ARP list.
fn is_routed(entry: &Entry) -> bool {
    let is_virtual = |port: &str| {
        port.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("vl"))
            || port.starts_with("irb")
    };
    entry.get(Field::Address).is_some()
        && entry.get(Field::Chassis).is_none()
        && entry.port().is_none_or(is_virtual)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::notebook::tests::replay;

    const SESSION: &str = "\
sw1#show mac address-table
          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
 All    0100.0ccc.cccc    STATIC      CPU
  30    5803.fb00.0001    DYNAMIC     Gi1/0/7
  30    b8a4.4f00.0002    DYNAMIC     Gi1/0/8
Total Mac Addresses for this criterion: 3
sw1#show ip arp
Protocol  Address          Age (min)  Hardware Addr   Type   Interface
Internet  10.0.0.7               5   5803.fb00.0001  ARPA   Vlan30
Internet  10.0.0.9               0   Incomplete      ARPA
sw1#show lldp neighbors detail
------------------------------------------------
Local Intf: Gi1/0/8
Chassis id: b8a4.4f00.0002
Port id: b8a4.4f00.0002
Port Description: eth0
System Name: axis-b8a44f000002

System Description:
AXIS M0000 Network Camera, 10.0.0

Time remaining: 110 seconds
Management Addresses:
    IP: 10.0.0.8
Vlan ID: 30
    Serial number: B8A44F000002
    Manufacturer: AXIS
    Model: M0000
sw1#
";

    #[test]
    fn a_session_of_several_commands_is_one_observation_a_device() {
        insta::assert_snapshot!(replay(SESSION.as_bytes()), @r#"
{"place":"switch sw1 port Gi1/0/7 vlan 30 line 8, line 13","subject":{"macs":["58:03:fb:00:00:01"],"addresses":[{"address":"10.0.0.7"}],"attachment":{"switch":"sw1","port":"Gi1/0/7","vlan":"30","is_uplink":false}},"signals":[{"kind":"mac","value":"58:03:fb:00:00:01"}]}
{"place":"switch sw1 port Gi1/0/8 vlan 30 line 9, line 17","subject":{"macs":["b8:a4:4f:00:00:02"],"addresses":[{"address":"10.0.0.8"}],"serials":["B8A44F000002"],"hostname":"axis-b8a44f000002","attachment":{"switch":"sw1","port":"Gi1/0/8","vlan":"30","is_uplink":false}},"signals":[{"kind":"mac","value":"b8:a4:4f:00:00:02"},{"kind":"lldp.sysdescr","value":"AXIS M0000 Network Camera, 10.0.0"},{"kind":"device.brand","value":"AXIS"},{"kind":"device.model","value":"M0000"},{"kind":"device.serial","value":"B8A44F000002"}]}
switch (switch tables): 6 records, 2 observations; not understood {"line of no table or block": 2, "row without a device of its own": 2}; lost {}
"#);
    }

    proptest! {
        #[test]
        fn no_text_panics(words in prop::collection::vec(word(), 0..60)) {
            let text = words.concat();
            for entry in super::entries(&text) {
                prop_assert!(entry.values.iter().all(|(_, value)| !value.trim().is_empty()));
            }
            let _ = replay(text.as_bytes());
        }

        #[test]
        fn a_cut_session_keeps_what_was_before_the_cut(at in 0..SESSION.len()) {
            let all = super::entries(SESSION);
            let mut kept = super::entries(SESSION.get(..at).unwrap_or(""));
            kept.pop();
            prop_assert!(all.starts_with(&kept));
        }
    }

    /// Pieces that the outputs of switches are made of.
    fn word() -> impl Strategy<Value = String> {
        prop_oneof![
            prop::sample::select(vec![
                "\n",
                "\n\n",
                "  ",
                " ",
                "mac address",
                "Port",
                "VLAN",
                "Chassis id:",
                "Local Intf: Gi1",
                "System Name - not advertised",
                "System Description:",
                "---- ----",
                "-----+---",
                "5803.fb00.0001",
                "10.0.0.1",
                "sw1#show arp",
                "Device ID:",
                "IP Address",
                "Interface",
                "mac-address=5803fb000001",
                " 0 address=",
                "x=\"",
                "Local port1:",
                "Gi1 has 1 neighbor(s):",
                "Chassis a, Port b:",
                "é",
                "|",
                ":",
                "=",
                "dev eth0 lladdr",
                "STALE",
            ])
            .prop_map(str::to_owned),
            "\\PC{0,12}",
        ]
    }

    #[test]
    fn an_uplink_is_noted_and_the_edge_port_preferred() {
        let mut text = String::from("<sw1>display mac-address\nMAC Address    VLAN  Port\n");
        for station in 0..40 {
            text.push_str(&format!("5803-fb00-00{station:02x} 1     XGE0/0/1\n"));
        }
        text.push_str(
            "<sw2>display mac-address\nMAC Address    VLAN  Port\n5803-fb00-0003 1     GE0/0/3\n",
        );
        let read = replay(text.as_bytes());
        assert!(
            read.contains(r#""place":"switch sw2 port GE0/0/3 vlan 1 line 45, line 6""#),
            "{read}"
        );
        assert!(read.contains("info switch sw1 port XGE0/0/1: 40 hardware addresses"), "{read}");
    }
}
