//! Walks of SNMP agents as text: what the device says of itself, and whom it knows.
//!
//! Net-SNMP writes `.1.3.6.1.2.1.1.1.0 = STRING: …` or `SNMPv2-MIB::sysDescr.0 = STRING: …`, recorders of agents
//! `1.3.6.1.2.1.1.1.0|4|…`. The walked device is an observation of its own. Bridges and routers also list others:
//! the forwarding table (RFC 4188, RFC 4363), ARP and neighbour caches (RFC 4293), LLDP and CDP neighbours; each
//! of those devices is an observation with the port behind which it was heard.

mod object;
mod tables;

use model::{Observation, Place, Signal, SignalKind, SourceKind, Subject};
use wire::Message;

use self::object::{Object, object};
use self::tables::Tables;
use crate::lines::{Lines, as_text, as_text_head};
use crate::message::{take_keys, with_quirks};
use crate::notebook::Notebook;
use crate::stations::Stations;
use crate::{Format, Input, IntakeError, Options, Recognition, Sink, Summary};

/// The longest line: a table of bits for thousands of ports in hexadecimal.
const LINE_BYTES_MAX: usize = 64 << 10;
/// Lines of a value that goes on, such as a description of several lines.
const VALUE_LINES_MAX: usize = 16;
/// Lines of the head that are asked whether they are objects.
const HEAD_LINES_MAX: usize = 200;
/// Hardware addresses of the device's own interfaces that are kept.
const OWN_MACS_MAX: usize = 64;
/// How often the caller hears how far the reader is.
const PROGRESS_LINES: u64 = 16_384;
const SYS_OBJECT_ID: &str = "1.3.6.1.2.1.1.2.0";

/// The format.
pub(crate) struct SnmpWalk;

impl Format for SnmpWalk {
    fn name(&self) -> &'static str {
        "SNMP walk"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Message
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        let head = as_text_head(head);
        let text = String::from_utf8_lossy(&head);
        let said = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let (mut lines, mut objects) = (0, 0);
        for line in said.filter(|line| !line.starts_with('#')).take(HEAD_LINES_MAX) {
            lines += 1;
            objects += usize::from(object(line).is_some());
            if lines == 1 && objects == 0 {
                return Recognition::No;
            }
        }
        // Descriptions and hexadecimal values go on in lines of their own.
        if objects > 0 && objects * 3 >= lines { Recognition::Sure } else { Recognition::No }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        let mut notebook = Notebook::new(self.name(), sink);
        let mut lines = Lines::new(as_text(input)?, LINE_BYTES_MAX);
        let mut walk = Walk::default();
        let mut line = Vec::new();
        let outcome = loop {
            match lines.next(&mut line) {
                Ok(Some(_)) => {}
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
            if !lines.has_end {
                notebook.may_be_cut(format!("line {}", lines.number));
            }
            let text = String::from_utf8_lossy(&line);
            walk.line(&text, lines.number, &mut notebook);
            if lines.number.is_multiple_of(PROGRESS_LINES) {
                notebook.progress(lines.offset);
            }
            if notebook.is_stopped() {
                return Ok(notebook.finish());
            }
        };
        notebook.progress(lines.offset);
        walk.finish(options, &mut notebook);
        outcome.map(|()| notebook.finish())
    }
}

/// The walk that is being read.
struct Walk {
    own: Message,
    first_line: u64,
    tables: Tables,
    pending: Option<(u64, Object, usize)>,
}

impl Default for Walk {
    fn default() -> Self {
        Self { own: Message::new("snmp"), first_line: 1, tables: Tables::default(), pending: None }
    }
}

impl Walk {
    fn line(&mut self, text: &str, number: u64, notebook: &mut Notebook<'_>) {
        if let Some(object) = object(text) {
            notebook.record();
            self.settle();
            self.pending = Some((number, object, 0));
        } else if let Some((_, object, lines)) = &mut self.pending
            && *lines < VALUE_LINES_MAX
            && !object.is_recorded
        {
            *lines += 1;
            object.go_on(text);
        } else if !text.trim().is_empty() && !text.starts_with('#') {
            notebook.not_understood("line that is no object", 1);
        }
    }

    /// An object is whole when the next begins.
    fn settle(&mut self) {
        let Some((line, object, _)) = self.pending.take() else { return };
        let Object { name, value, .. } = &object;
        if name == SYS_OBJECT_ID {
            let identifier = value.text();
            let identifier = identifier.trim_start_matches('.');
            let identifier = object::numeric(identifier).unwrap_or_else(|| identifier.to_owned());
            if !identifier.is_empty() {
                self.own.signals.push(Signal::text(SignalKind::SnmpSysobjectid, identifier));
            }
            self.first_line = line;
        } else if !self.tables.take(line, &object) {
            let is_own_interface = name.starts_with(object::IF_PHYS_ADDRESS);
            let octets = match value.mac().filter(|_| is_own_interface) {
                Some(mac) => mac.octets().to_vec(),
                None => value.octets(),
            };
            if !is_own_interface || self.own.keys.macs.len() < OWN_MACS_MAX {
                wire::snmp::read_octets(name, &octets, &mut self.own);
            }
        }
    }

    fn finish(mut self, options: &Options, notebook: &mut Notebook<'_>) {
        self.settle();
        let Self { own, first_line, tables, .. } = self;
        let name = own.keys.hostname.clone();
        let mut subject = Subject::default();
        let is_described = !own.signals.is_empty() || own.keys.hostname.is_some();
        take_keys(own.keys, &mut subject);
        if is_described {
            notebook.observation(Observation {
                place: Place(format!("line {first_line}").into()),
                at: None,
                until: None,
                vantage: options.vantage.clone(),
                subject,
                signals: with_quirks(own.signals, &own.quirks),
                declared: None,
            });
        }
        let mut stations = Stations::default();
        tables.finish(name.as_deref(), &mut stations, notebook);
        stations.finish(options, notebook);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::notebook::tests::replay;

    const RECORDED: &str = "\
1.0.8802.1.1.2.1.4.1.1.4.0.7.1|2|4
1.0.8802.1.1.2.1.4.1.1.5.0.7.1|4x|5803fb000003
1.0.8802.1.1.2.1.4.1.1.9.0.7.1|4|cam-3
1.0.8802.1.1.2.1.4.1.1.10.0.7.1|4|Camera X 1.0
1.0.8802.1.1.2.1.4.2.1.3.0.7.1.1.4.10.0.0.3|2|2
1.3.6.1.2.1.1.1.0|4|Switch S
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99.1
1.3.6.1.2.1.1.5.0|4|sw1
1.3.6.1.2.1.2.2.1.2.7|4|GigabitEthernet0/7
1.3.6.1.2.1.4.22.1.2.30.10.0.0.1|4x|5803fb000001
1.3.6.1.2.1.17.1.4.1.2.5|2|7
1.3.6.1.2.1.17.7.1.2.2.1.2.30.88.3.251.0.0.1|2|5
1.3.6.1.2.1.17.7.1.2.2.1.3.30.88.3.251.0.0.1|2|3
1.3.6.1.2.1.31.1.1.1.1.7|4|Gi0/7
1.3.6.1.4.1.9.9.23.1.2.1.1.4.7.1|4x|0a000004
1.3.6.1.4.1.9.9.23.1.2.1.1.6.7.1|4|cam-4
1.3.6.1.4.1.9.9.23.1.2.1.1.8.7.1|4|Model 4
";

    #[test]
    fn a_walk_tells_of_the_agent_and_of_whom_it_knows() {
        insta::assert_snapshot!(replay(RECORDED.as_bytes()), @r#"
{"place":"line 7","subject":{"hostname":"sw1"},"signals":[{"kind":"snmp.sysdescr","value":"Switch S"},{"kind":"snmp.sysobjectid","value":"1.3.6.1.4.1.99.1"}]}
{"place":"switch sw1 port Gi0/7 vlan 30 bridge port 5 ifIndex 7 line 12, ifIndex 30 line 10","subject":{"macs":["58:03:fb:00:00:01"],"addresses":[{"address":"10.0.0.1"}],"attachment":{"switch":"sw1","port":"Gi0/7","vlan":"30","is_uplink":false}},"signals":[{"kind":"mac","value":"58:03:fb:00:00:01"}]}
{"place":"switch sw1 port Gi0/7 line 1","subject":{"macs":["58:03:fb:00:00:03"],"addresses":[{"address":"10.0.0.3"}],"hostname":"cam-3","attachment":{"switch":"sw1","port":"Gi0/7","is_uplink":false}},"signals":[{"kind":"mac","value":"58:03:fb:00:00:03"},{"kind":"lldp.sysdescr","value":"Camera X 1.0"}]}
{"place":"switch sw1 port Gi0/7 line 15","subject":{"addresses":[{"address":"10.0.0.4"}],"hostname":"cam-4","attachment":{"switch":"sw1","port":"Gi0/7","is_uplink":false}},"signals":[{"kind":"device.model","value":"Model 4"}]}
message (SNMP walk): 17 records, 4 observations; not understood {}; lost {}
"#);
    }

    #[test]
    fn every_tool_writes_the_same_objects() {
        let walks = [
            "1.3.6.1.2.1.1.1.0|4|Camera X\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99.1\n1.3.6.1.2.1.2.2.1.6.2|4x|5803fb000001\n",
            ".1.3.6.1.2.1.1.1.0 = STRING: \"Camera X\"\n.1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.99.1\n.1.3.6.1.2.1.2.2.1.6.2 = Hex-STRING: 58 03 FB 00 00 01 \n",
            "SNMPv2-MIB::sysDescr.0 = STRING: Camera X\nSNMPv2-MIB::sysObjectID.0 = OID: SNMPv2-SMI::enterprises.99.1\nIF-MIB::ifPhysAddress.2 = STRING: 58:3:fb:0:0:1\n",
        ];
        let read: Vec<String> = walks.iter().map(|walk| replay(walk.as_bytes())).collect();
        assert!(read[0].contains(r#""macs":["58:03:fb:00:00:01"]"#), "{}", read[0]);
        assert!(
            read[0].contains(r#""snmp.sysobjectid","value":"1.3.6.1.4.1.99.1""#),
            "{}",
            read[0]
        );
        assert_eq!(read[0], read[1]);
        assert_eq!(read[0], read[2]);
        assert!(replay(b"name = value: x\na|b|c\n").starts_with("not a known format"));
    }

    proptest! {
        #[test]
        fn any_cut_and_any_damage_is_read(at in 0..RECORDED.len(), byte in any::<u8>()) {
            let mut bytes = RECORDED.as_bytes().to_vec();
            bytes[at] = byte;
            let _ = replay(&bytes);
            let _ = replay(&bytes[..at]);
        }
    }
}
