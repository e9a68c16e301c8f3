//! What SNMP tools write: a walk as text, one object a line. Net-SNMP writes `.1.3.6.1.2.1.1.1.0 = STRING: …` or
//! `SNMPv2-MIB::sysDescr.0 = STRING: …`, recorders of agents `1.3.6.1.2.1.1.1.0|4|…`.

use model::{MacAddr, Signal, SignalKind};
use wire::Message;

/// Lines that are looked at: the system group comes first in every walk.
const LINES_MAX: usize = 4_096;
/// Hardware addresses of interfaces that are kept.
const MACS_MAX: usize = 64;
const SYS_DESCR: &str = "1.3.6.1.2.1.1.1.0";
const SYS_OBJECT_ID: &str = "1.3.6.1.2.1.1.2.0";
const IF_PHYS_ADDRESS: &str = "1.3.6.1.2.1.2.2.1.6.";

/// Reads a walk; `None` where the text names no system group.
pub(super) fn decode(text: &str) -> Option<Message> {
    let mut message = Message::new("snmp");
    for line in text.lines().take(LINES_MAX) {
        let Some((object, value)) = object(line) else { continue };
        if object == SYS_DESCR && !value.is_empty() {
            message.signals.push(Signal::text(SignalKind::SnmpSysdescr, value));
        } else if object == SYS_OBJECT_ID && !value.is_empty() {
            let dotted = numeric(value).unwrap_or_else(|| value.to_owned());
            message.signals.push(Signal::text(SignalKind::SnmpSysobjectid, dotted));
        } else if object.starts_with(IF_PHYS_ADDRESS)
            && message.keys.macs.len() < MACS_MAX
            && let Ok(mac) = value.parse::<MacAddr>()
            && mac.is_identity()
            && !message.keys.macs.contains(&mac)
        {
            message.keys.macs.push(mac);
        }
    }
    (!message.signals.is_empty()).then_some(message)
}

/// The object of a line in numbers, and its value without its type.
fn object(line: &str) -> Option<(String, &str)> {
    if let Some((object, rest)) = line.split_once('|') {
        let (_, value) = rest.split_once('|')?;
        return Some((numeric(object.trim())?, value.trim()));
    }
    let (object, value) = line.split_once(" = ")?;
    let value = value.split_once(": ").map_or(value, |(_, value)| value).trim();
    Some((numeric(object.trim())?, value.trim_matches('"')))
}

/// `.1.3.6`, `iso.3.6` and the names of the system group as numbers.
fn numeric(object: &str) -> Option<String> {
    let object = object.trim_start_matches('.');
    for (name, number) in
        [("SNMPv2-MIB::sysDescr.0", SYS_DESCR), ("SNMPv2-MIB::sysObjectID.0", SYS_OBJECT_ID)]
    {
        if object == name {
            return Some(number.to_owned());
        }
    }
    let rest = |prefix, start| Some(format!("{start}{}", object.strip_prefix(prefix)?));
    let number = rest("iso.", "1.")
        .or_else(|| rest("SNMPv2-SMI::enterprises.", "1.3.6.1.4.1."))
        .or_else(|| rest("IF-MIB::ifPhysAddress.", IF_PHYS_ADDRESS))
        .unwrap_or_else(|| object.to_owned());
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    is_number.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_writes_the_same_objects() {
        let walks = [
            "1.3.6.1.2.1.1.1.0|4|Camera X\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99.1\n1.3.6.1.2.1.2.2.1.6.2|4x|5803fb000001\n",
            ".1.3.6.1.2.1.1.1.0 = STRING: \"Camera X\"\n.1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.99.1\n.1.3.6.1.2.1.2.2.1.6.2 = Hex-STRING: 58 03 FB 00 00 01 \n",
            "SNMPv2-MIB::sysDescr.0 = STRING: Camera X\nSNMPv2-MIB::sysObjectID.0 = OID: SNMPv2-SMI::enterprises.99.1\nIF-MIB::ifPhysAddress.2 = STRING: 58:3:fb:0:0:1\n",
        ];
        for walk in &walks {
            let message = decode(walk).unwrap();
            let values: Vec<_> = message.signals.iter().filter_map(Signal::as_text).collect();
            assert_eq!(values, ["Camera X", "1.3.6.1.4.1.99.1"], "{walk}");
        }
        for walk in &walks[..2] {
            assert_eq!(decode(walk).unwrap().keys.macs.len(), 1, "{walk}");
        }
        assert_eq!(decode("name = value: x\na|b|c\n"), None);
    }
}
