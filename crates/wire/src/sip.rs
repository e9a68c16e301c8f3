//! SIP heads (RFC 3261), and what GB/T 28181 devices add: their registration and their XML bodies.
//!
//! A device that registers sends requests, so a request speaks of its sender as an answer does. Names and
//! credentials of accounts are not kept.

use std::net::IpAddr;

use model::SignalKind;
use roxmltree::Node;

use crate::head::Head;
use crate::message::lossy;
use crate::text::split_port;
use crate::{DecodeError, Message, flat, xml};

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
/// A root element stands within the first bytes, behind a declaration at most.
const ROOT_WITHIN_BYTES: usize = 256;

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
        let root = body_root(head.body);
        if is_of_device(method, root) {
            // The last hop stands first; a device speaks to its platform without one between.
            if let Some(address) = head.value("via").and_then(|via| sent_by(&via)) {
                message.claim_address(address);
            }
            let from = head.value("from").unwrap_or_default();
            if let Some(kind) = gb28181_type(&from) {
                message.say_protocol_of("gb28181", &method.to_ascii_lowercase());
                message.say_protocol_of("gb28181", &format!("type={kind}"));
            }
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

/// The address in `SIP/2.0/UDP host:port;branch=…`.
fn sent_by(via: &str) -> Option<IpAddr> {
    let (_, after) = via.trim().split_once(' ')?;
    let end = after.find([';', ',']).unwrap_or(after.len());
    split_port(after.get(..end)?.trim()).0.parse().ok()
}

/// The type in the device id of GB/T 28181 that is the user of a `From`, digits 11 to 13: 132 is a camera, 118 a
/// recorder, 200 a platform.
fn gb28181_type(from: &str) -> Option<&str> {
    let user = from.split_once("sip:").and_then(|(_, after)| after.split(['@', '>']).next())?;
    let is_id = user.len() == GB28181_ID_DIGITS && user.bytes().all(|byte| byte.is_ascii_digit());
    if is_id { user.get(10..13) } else { None }
}

/// The root element of an XML body.
fn body_root(body: &[u8]) -> Option<Root> {
    let head = lossy(body.get(..ROOT_WITHIN_BYTES).unwrap_or(body));
    match flat::root(&head)?.0 {
        "Notify" | "Response" => Some(Root::Told),
        "Query" | "Control" => Some(Root::Asked),
        _ => None,
    }
}

/// What a MANSCDP body is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Root {
    /// By a device.
    Told,
    /// By a platform.
    Asked,
}

/// Whether a device of GB/T 28181 sends such a request. Platforms invite, subscribe and ask, under ids of the same
/// form.
fn is_of_device(method: &str, root: Option<Root>) -> bool {
    match method {
        "REGISTER" | "NOTIFY" => true,
        "MESSAGE" => root == Some(Root::Told),
        _ => false,
    }
}

/// A device that is asked for `DeviceInfo` answers with a `Response` of its own accord, and one that is asked for its
/// `Catalog` lists its channels: a camera one, itself.
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
    if root.tag_name().name() != "Response" {
        return;
    }
    match xml::child_text(root, "CmdType") {
        Some("DeviceInfo") => {
            claim_device(root, message);
            message.say_protocol_of("gb28181", "device-info");
        }
        Some("Catalog") => {
            let is_item = |node: &Node<'_, '_>| node.tag_name().name() == "Item";
            let mut items = root.descendants().filter(is_item);
            if let (Some(item), None) = (items.next(), items.next()) {
                claim_device(item, message);
            }
            message.say_protocol_of("gb28181", "catalog");
        }
        _ => {}
    }
}

fn claim_device(node: Node<'_, '_>, message: &mut Message) {
    let value = |name| xml::child_text(node, name).unwrap_or_default();
    message.claim_brand(value("Manufacturer"));
    message.claim_model(value("Model"));
    message.claim_firmware(value("Firmware"));
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
        assert_eq!(
            values(&message, SignalKind::DeviceProtocol),
            ["gb28181/register", "gb28181/type=132"]
        );
        assert_eq!(message.keys.addresses.len(), 1);
        assert!(!format!("{message:?}").contains("0011"));
    }

    #[test]
    fn a_device_that_names_no_contact_is_where_it_sends_from() {
        let via = |method: &str, via: &str| {
            let text = String::from_utf8(request(method, "<Notify/>")).unwrap();
            let text = text.replace("Contact: <sip:34020000001320000001@10.0.0.4:5060>", via);
            decode(text.as_bytes()).unwrap().keys.addresses
        };
        assert_eq!(
            via("MESSAGE", "Via: SIP/2.0/UDP 10.0.0.5:60719;rport;branch=z9hG4bK1"),
            [IpAddr::from([10, 0, 0, 5])]
        );
        assert!(via("INVITE", "Via: SIP/2.0/UDP 10.0.0.5:60719;rport").is_empty());
        assert!(via("MESSAGE", "Via: SIP/2.0/UDP cam.example.org").is_empty());
    }

    #[test]
    fn a_device_information_in_gb2312_is_read() {
        let body = "<?xml version=\"1.0\" encoding=\"GB2312\"?><Response><CmdType>DeviceInfo</CmdType>\
            <Manufacturer>Example</Manufacturer><Model>DC-100</Model><Firmware>V1.2</Firmware></Response>";
        let message = decode(&request("MESSAGE", body)).unwrap();
        assert_eq!(values(&message, SignalKind::DeviceModel), ["DC-100"]);
        assert_eq!(
            values(&message, SignalKind::DeviceProtocol),
            ["gb28181/message", "gb28181/type=132", "gb28181/device-info"]
        );
        assert_eq!(values(&message, SignalKind::DeviceQuirk), ["xml/gb2312"]);
    }

    #[test]
    fn a_catalogue_of_one_channel_is_the_device_itself() {
        let item = "<Item><DeviceID>34020000001320000001</DeviceID><Manufacturer>Example</Manufacturer>\
            <Model>DC-100</Model></Item>";
        let catalogue = |items: &str| {
            let body = format!(
                "<Response><CmdType>Catalog</CmdType><DeviceList>{items}</DeviceList></Response>"
            );
            decode(&request("MESSAGE", &body)).unwrap()
        };
        assert_eq!(values(&catalogue(item), SignalKind::DeviceModel), ["DC-100"]);
        let of_recorder = catalogue(&item.repeat(2));
        assert_eq!(values(&of_recorder, SignalKind::DeviceModel), [""; 0]);
        assert!(values(&of_recorder, SignalKind::DeviceProtocol).contains(&"gb28181/catalog"));
    }

    #[test]
    fn what_a_platform_asks_is_no_devices() {
        let query = "<?xml version=\"1.0\"?><Query><CmdType>Catalog</CmdType></Query>";
        for (method, body) in [("INVITE", ""), ("SUBSCRIBE", query), ("MESSAGE", query)] {
            let message = decode(&request(method, body)).unwrap();
            assert_eq!(values(&message, SignalKind::DeviceProtocol), [""; 0], "{method}");
        }
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
