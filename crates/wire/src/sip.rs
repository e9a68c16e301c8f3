//! SIP heads (RFC 3261), and what GB/T 28181 devices add: their registration and their XML bodies.
//!
//! A device that registers sends requests, so a request speaks of its sender as an answer does. Names and
//! credentials of accounts are not kept.

use std::net::IpAddr;

use model::SignalKind;
use roxmltree::Node;

use crate::head::Head;
use crate::text::split_port;
use crate::{DecodeError, Message, xml};

/// Methods that devices use.
const METHODS: [&str; 10] = [
    "REGISTER",
    "MESSAGE",
    "INVITE",
    "OPTIONS",
    "NOTIFY",
    "SUBSCRIBE",
    "ACK",
    "BYE",
    "INFO",
    "CANCEL",
];
/// Digits of a GB/T 28181 device id.
const GB28181_ID_DIGITS: usize = 20;

/// Whether these bytes look like SIP.
pub fn claims(bytes: &[u8]) -> bool {
    bytes.starts_with(b"SIP/2.0 ") || method_of(bytes).is_some()
}

/// The method of a request: `REGISTER sip:… SIP/2.0`.
fn method_of(bytes: &[u8]) -> Option<&'static str> {
    let line = bytes.split(|byte| *byte == b'\n').next()?.trim_ascii_end();
    let method = METHODS.iter().find(|method| {
        line.strip_prefix(method.as_bytes()).is_some_and(|rest| rest.starts_with(b" sip"))
    })?;
    line.ends_with(b" SIP/2.0").then_some(method)
}

/// Reads one message.
///
/// # Errors
/// [`DecodeError`] when the start line is none of SIP.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if !claims(bytes) {
        return Err(DecodeError::Malformed { production: "SIP start line", offset: 0 });
    }
    let mut message = Message::new("sip");
    let head = Head::read(bytes);
    for (name, kind) in
        [("server", SignalKind::SipServer), ("user-agent", SignalKind::SipUserAgent)]
    {
        if let Some(value) = head.value(name) {
            message.say_value(kind, &value);
        }
    }
    if let Some(method) = method_of(bytes) {
        if let Some(address) = head.value("contact").and_then(|contact| host_of(&contact)) {
            message.claim_address(address);
        }
        if head.value("from").is_some_and(|from| is_gb28181(&from)) {
            message.say_protocol_of("gb28181", &method.to_ascii_lowercase());
        }
        read_body(head.body, &mut message);
    }
    Ok(message.in_order())
}

/// The address in `<sip:user@host:port>`.
fn host_of(contact: &str) -> Option<IpAddr> {
    let (_, after) = contact.split_once('@')?;
    let end = after.find(['>', ';', ' ']).unwrap_or(after.len());
    split_port(after.get(..end)?).0.parse().ok()
}

/// Whether the user of a `From` is a device id of GB/T 28181.
fn is_gb28181(from: &str) -> bool {
    let user = from.split_once("sip:").and_then(|(_, after)| after.split(['@', '>']).next());
    user.is_some_and(|user| {
        user.len() == GB28181_ID_DIGITS && user.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// A device that is asked for `DeviceInfo` answers with a `Response` of its own accord.
fn read_body(body: &[u8], message: &mut Message) {
    if body.trim_ascii_start().first() != Some(&b'<') {
        return;
    }
    // A body that cannot be read takes nothing from the head.
    let _ = xml::read(body, message, |document, message| {
        read_answer(document.root_element(), message);
    });
}

fn read_answer(root: Node<'_, '_>, message: &mut Message) {
    let is_answer = root.tag_name().name() == "Response"
        && xml::child_text(root, "CmdType") == Some("DeviceInfo");
    if is_answer {
        let value = |name| xml::child_text(root, name).unwrap_or_default();
        message.claim_brand(value("Manufacturer"));
        message.claim_model(value("Model"));
        message.claim_firmware(value("Firmware"));
        message.say_protocol_of("gb28181", "device-info");
    }
}

#[cfg(test)]
mod tests {
    use model::Signal;
    use proptest::prelude::*;

    use super::*;

    fn values(message: &Message, kind: SignalKind) -> Vec<&str> {
        message.signals.iter().filter(|s| s.kind == kind).filter_map(Signal::as_text).collect()
    }

    fn request(method: &str, body: &str) -> Vec<u8> {
        format!(
            "{method} sip:34020000002000000001@3402000000 SIP/2.0\r\n\
             From: <sip:34020000001320000001@3402000000>;tag=1\r\nUser-Agent: IP Camera\r\n\
             Contact: <sip:34020000001320000001@10.0.0.4:5060>\r\n\
             Authorization: Digest username=\"joe\", response=\"0011\"\r\n\r\n{body}"
        )
        .into_bytes()
    }

    #[test]
    fn a_registration_names_the_device() {
        let message = decode(&request("REGISTER", "")).unwrap();
        assert_eq!(values(&message, SignalKind::SipUserAgent), ["IP Camera"]);
        assert_eq!(values(&message, SignalKind::DeviceProtocol), ["gb28181/register"]);
        assert_eq!(message.keys.addresses.len(), 1);
        assert!(!format!("{message:?}").contains("0011"));
    }

    #[test]
    fn a_device_information_in_gb2312_is_read() {
        let body = "<?xml version=\"1.0\" encoding=\"GB2312\"?><Response><CmdType>DeviceInfo</CmdType>\
            <Manufacturer>Example</Manufacturer><Model>DC-100</Model><Firmware>V1.2</Firmware></Response>";
        let message = decode(&request("MESSAGE", body)).unwrap();
        assert_eq!(values(&message, SignalKind::DeviceModel), ["DC-100"]);
        assert_eq!(
            values(&message, SignalKind::DeviceProtocol),
            ["gb28181/message", "gb28181/device-info"]
        );
        assert_eq!(values(&message, SignalKind::DeviceQuirk), ["xml/gb2312"]);
    }

    #[test]
    fn answers_name_their_server() {
        let message = decode(b"SIP/2.0 200 OK\r\nServer: Example PBX\r\n\r\n").unwrap();
        assert_eq!(values(&message, SignalKind::SipServer), ["Example PBX"]);
        assert!(!claims(b"OPTIONS rtsp://x RTSP/1.0\r\n\r\n"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>) {
            let _ = decode(&bytes);
            let _ = decode(&[&request("MESSAGE", "<")[..], &bytes].concat());
        }
    }
}
