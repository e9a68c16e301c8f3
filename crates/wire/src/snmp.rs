//! SNMP versions 1 and 2c (RFC 1157, RFC 1901): what an agent answers or sends unasked.
//!
//! The community string stands in every message and is a secret: it is skipped, never read. Fact file
//! `protocols.md` section 5.6.

mod request;

use std::net::Ipv4Addr;

use model::{MacAddr, SignalKind};

use crate::ber::{self, Element};
use crate::message::lossy;
use crate::{About, DecodeError, Message};

pub use request::{Community, NoOid, Oid, get, get_bulk, get_next};

const PROTOCOL: &str = "snmp";
const IP_ADDRESS: u8 = 0x40;
/// More variables than fit a datagram that anybody sends.
const VARIABLES_MAX: usize = 256;

/// What a message is, by the tag of its PDU.
#[derive(Clone, Copy, PartialEq)]
enum Pdu {
    /// Get, GetNext, GetBulk, Set: a manager's.
    Request,
    /// Response, inform, trap of version 2: an agent's.
    Answer,
    /// The trap of version 1, whose fields are its own.
    FirstTrap,
}

/// Whether these bytes look like SNMP 1 or 2c: a sequence of version, community and a PDU.
pub fn claims(bytes: &[u8]) -> bool {
    open(bytes).is_some()
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when the outer structure is none of SNMP 1 or 2c.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    let (pdu, content) =
        open(bytes).ok_or(DecodeError::Malformed { production: "Message", offset: 0 })?;
    let mut message = Message::new(PROTOCOL);
    if pdu == Pdu::Request {
        message.about = About::Nobody;
        return Ok(message);
    }
    let mut fields = ber::elements(content);
    if pdu == Pdu::FirstTrap
        && let Some(Element { tag: ber::OBJECT_IDENTIFIER, content, .. }) = fields.next()
        && let Some(enterprise) = ber::object_identifier(content)
    {
        message.say(SignalKind::SnmpSysobjectid, enterprise);
    }
    let Some(variables) = fields.find(|field| field.tag == ber::SEQUENCE) else {
        return Err(DecodeError::Malformed { production: "VarBindList", offset: bytes.len() });
    };
    for variable in ber::elements(variables.content).take(VARIABLES_MAX) {
        let mut pair = ber::elements(variable.content);
        if let (Some(name), Some(value)) = (pair.next(), pair.next())
            && let Some(name) = ber::object_identifier(name.content)
        {
            read_variable(&name, value, &mut message);
        }
    }
    Ok(message)
}

/// The PDU and its content.
fn open(bytes: &[u8]) -> Option<(Pdu, &[u8])> {
    let message = ber::content_of(bytes, ber::SEQUENCE)?;
    let mut fields = ber::elements(message);
    let version = fields.next().filter(|version| version.tag == ber::INTEGER)?;
    if !matches!(version.content, [0 | 1]) {
        return None;
    }
    fields.next().filter(|community| community.tag == ber::OCTET_STRING)?;
    let pdu = fields.next()?;
    let kind = match pdu.tag {
        0xa0 | 0xa1 | 0xa3 | 0xa5 => Pdu::Request,
        0xa2 | 0xa6 | 0xa7 => Pdu::Answer,
        0xa4 => Pdu::FirstTrap,
        _ => return None,
    };
    Some((kind, pdu.content))
}

fn read_variable(name: &str, value: Element<'_>, message: &mut Message) {
    match value.tag {
        ber::OCTET_STRING => read_octets(name, value.content, message),
        ber::OBJECT_IDENTIFIER if name == "1.3.6.1.2.1.1.2.0" => {
            if let Some(identifier) = ber::object_identifier(value.content) {
                message.say(SignalKind::SnmpSysobjectid, identifier);
            }
        }
        IP_ADDRESS if name == "1.3.6.1.4.1.50001.1.1.0" => {
            if let Ok(octets) = <[u8; 4]>::try_from(value.content) {
                message.claim_address(Ipv4Addr::from(octets));
            }
        }
        _ => {}
    }
}

/// Reads one object of an agent whose value is octets: `name` is its number in dots, without one before it.
pub fn read_octets(name: &str, octets: &[u8], message: &mut Message) {
    if name.starts_with("1.3.6.1.2.1.2.2.1.6.") {
        if let Ok(octets) = <[u8; 6]>::try_from(octets) {
            message.claim_mac_address(MacAddr::new(octets));
        }
        return;
    }
    let text = lossy(octets);
    match name {
        "1.3.6.1.2.1.1.1.0" => {
            message.say_value(SignalKind::SnmpSysdescr, &text);
            expand_description(&text, message);
        }
        "1.3.6.1.2.1.1.5.0" if !text.trim().is_empty() => {
            message.keys.hostname = Some(text.trim().into());
        }
        // Hikvision cameras, their recorders, Dahua.
        "1.3.6.1.4.1.39165.1.1.0" | "1.3.6.1.4.1.1004849.2.1.2.6.0" => message.claim_model(&text),
        "1.3.6.1.4.1.39165.1.3.0" | "1.3.6.1.4.1.1004849.2.1.1.1.0" => {
            message.claim_firmware(&text)
        }
        "1.3.6.1.4.1.50001.1.3.0" | "1.3.6.1.4.1.1004849.2.1.2.4.0" => message.claim_serial(&text),
        "1.3.6.1.4.1.39165.1.6.0" => message.claim_brand(&text),
        _ => return,
    }
    if let Some(enterprise) = enterprise_of(name) {
        message.say_protocol(&format!("enterprise={enterprise}"));
    }
}

/// The number of the enterprise under whose tree a variable stands: it names who wrote the agent.
fn enterprise_of(name: &str) -> Option<&str> {
    name.strip_prefix("1.3.6.1.4.1.")?.split('.').next()
}

/// `; AXIS M0000; Network Camera; 10.0.0; <date>; <hardware>; 1;` names model and firmware; that of Dahua is the
/// model, `DH-NVR0000`. Other descriptions say it in their own ways, which fingerprints know.
pub fn expand_description(text: &str, message: &mut Message) {
    let is_model = |text: &str| {
        (text.starts_with("DH-") || text.starts_with("DHI-")) && !text.contains(char::is_whitespace)
    };
    if is_model(text.trim()) {
        message.claim_model(text);
    }
    let mut fields = text.trim().trim_start_matches(';').split(';').map(str::trim);
    if let Some(model) = fields.next().and_then(|model| model.strip_prefix("AXIS ")) {
        message.claim_brand("AXIS");
        message.claim_model(model);
        if let Some(firmware) = fields.nth(1) {
            message.claim_firmware(firmware);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{texts, values};

    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u8::try_from(content.len()).unwrap();
        [&[tag, 0x81, length], content].concat()
    }

    fn variable(name: &[u8], value: Vec<u8>) -> Vec<u8> {
        element(ber::SEQUENCE, &[element(ber::OBJECT_IDENTIFIER, name), value].concat())
    }

    fn message(pdu: u8, variables: &[Vec<u8>]) -> Vec<u8> {
        let list = element(ber::SEQUENCE, &variables.concat());
        let body = element(pdu, &[&[2, 1, 7, 2, 1, 0, 2, 1, 0], &list[..]].concat());
        element(ber::SEQUENCE, &[&[2, 1, 1][..], &element(4, b"hunter2"), &body].concat())
    }

    #[test]
    fn an_answer_describes_its_agent_and_keeps_the_community_to_itself() {
        let bytes = message(
            0xa2,
            &[
                variable(
                    &[0x2b, 6, 1, 2, 1, 1, 1, 0],
                    element(4, b"; AXIS M0000; Network Camera; 10.0.0; x; 1; 1;"),
                ),
                variable(
                    &[0x2b, 6, 1, 2, 1, 1, 2, 0],
                    element(6, &[0x2b, 6, 1, 4, 1, 0x82, 0x70, 1, 1]),
                ),
                variable(
                    &[0x2b, 6, 1, 2, 1, 2, 2, 1, 6, 2],
                    element(4, &[0xb8, 0xa4, 0x4f, 0, 0, 1]),
                ),
                variable(
                    &[0x2b, 6, 1, 4, 1, 0xbd, 0xaa, 0x31, 2, 1, 2, 4, 0],
                    element(4, b"0A00000PAZ00001"),
                ),
            ],
        );
        assert!(claims(&bytes));
        let message = decode(&bytes).unwrap();
        assert!(!texts(&message).contains("hunter2"));
        insta::assert_snapshot!(values(&message), @"
        snmp.sysdescr=; AXIS M0000; Network Camera; 10.0.0; x; 1; 1;
        device.brand=AXIS
        device.model=M0000
        device.firmware=10.0.0
        snmp.sysobjectid=1.3.6.1.4.1.368.1.1
        mac=b8:a4:4f:00:00:01
        device.serial=0A00000PAZ00001
        device.protocol=snmp/enterprise=1004849
        ");
    }

    #[test]
    fn descriptions_that_are_the_model() {
        let model = |text: &str| {
            let mut message = Message::new(PROTOCOL);
            expand_description(text, &mut message);
            values(&message)
        };
        assert_eq!(model("DH-NVR0000-8P "), "device.model=DH-NVR0000-8P\n");
        assert_eq!(model("DH-NVR0000 in the hall") + &model("Linux cam 4.9.0"), "");
    }

    #[test]
    fn a_request_is_about_nobody() {
        let message = decode(&message(0xa0, &[variable(&[0x2b, 6], vec![5, 0])])).unwrap();
        assert_eq!((message.about, message.signals.len()), (About::Nobody, 0));
    }
}
