//! SSDP answers, NOTIFY and M-SEARCH (UPnP Device Architecture 1.1, section 1).

use std::net::SocketAddr;

use model::SignalKind;

use crate::head::Head;
use crate::text::{find_ignoring_case, host, strip_prefix_ignoring_case};
use crate::{About, DecodeError, Message, mask};

/// Whether these bytes look like SSDP.
pub fn claims(bytes: &[u8]) -> bool {
    let is_answer = || {
        bytes.starts_with(b"HTTP/1.")
            && (find_ignoring_case(bytes, b"\nusn:").is_some()
                || find_ignoring_case(bytes, b"\nst:").is_some())
    };
    bytes.starts_with(b"NOTIFY ") || bytes.starts_with(b"M-SEARCH ") || is_answer()
}

/// What a search looks for. Each device answers to its own kinds alone, and to the first two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// One answer a device.
    RootDevice,
    /// An answer for each thing that a device is: to be asked once at most.
    All,
    /// What Hikvision's and TVT's families and their rebrands call themselves (fact file `protocols.md` 4.1).
    EmbeddedNetDevice,
}

/// A search. `to` is where it goes: the device itself, or the group 239.255.255.250:1900 (UPnP Device Architecture 1.1,
/// sections 1.3.2 and 1.3.3). Only the group needs `MX`, and old devices miss it elsewhere too; with 1 nobody waits long.
pub fn search(to: SocketAddr, target: Target) -> Vec<u8> {
    let target = match target {
        Target::RootDevice => "upnp:rootdevice",
        Target::All => "ssdp:all",
        Target::EmbeddedNetDevice => "urn:schemas-upnp-org:device:EmbeddedNetDevice:1",
    };
    format!(
        "M-SEARCH * HTTP/1.1\r\nHOST: {}:{}\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: {target}\r\n\r\n",
        host(to.ip()),
        to.port()
    )
    .into_bytes()
}

/// Reads one message. A search is about nobody and keeps nothing.
///
/// # Errors
/// [`DecodeError`] when the start line is none of SSDP.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    let mut message = Message::new("ssdp");
    let head = Head::read(bytes);
    if head.start.starts_with("M-SEARCH ") {
        message.about = About::Nobody;
        return Ok(message);
    }
    if !head.start.starts_with("NOTIFY ") && !head.start.starts_with("HTTP/1.") {
        return Err(DecodeError::Malformed { production: "SSDP start line", offset: 0 });
    }
    let text = String::from_utf8_lossy(bytes);
    message.say_whole(SignalKind::SsdpResponse, &mask::secrets(&text));
    read(&head, &mut message);
    Ok(message.in_order())
}

/// Reads an answer that stood in a signal as text, perhaps cut, into `message`.
pub fn expand(text: &str, message: &mut Message) {
    read(&Head::read(text.as_bytes()), message);
}

fn read(head: &Head<'_>, message: &mut Message) {
    if head.has_bare_line_feeds {
        message.note_quirk("bare-line-feeds", "lines end without a carriage return");
    }
    if let Some(location) = head.value("location") {
        message.claim_url(&location);
    }
    if let Some(name) = head.value("usn") {
        read_unique_name(&name, message);
    }
    let is_farewell = head.value("nts").is_some_and(|nts| nts == "ssdp:byebye");
    message.say_protocol(match (head.start.starts_with("NOTIFY"), is_farewell) {
        (true, true) => "byebye",
        (true, false) => "notify",
        (false, _) => "response",
    });
}

/// The unique service name: `uuid:…::type`.
fn read_unique_name(name: &str, message: &mut Message) {
    let device = name.split_once("::").map_or(name, |(device, _)| device);
    claim_device_name(device, message);
}

/// What a UPnP device calls itself: a UUID, or a form of its maker that holds the hardware address or the serial
/// number (fact file `protocols.md` 4.1).
pub(crate) fn claim_device_name(name: &str, message: &mut Message) {
    let Some(uuid) = strip_prefix_ignoring_case(name.trim(), "uuid:") else { return };
    // A name shared by every unit of a model would join them all.
    if uuid.bytes().filter(u8::is_ascii_digit).count() < 4 {
        return;
    }
    message.claim_uuid(uuid);
    // Axis and Edimax: the address behind a fixed word. D-Link (Alpha): the address and the device's number.
    let mac = strip_prefix_ignoring_case(uuid, "upnp-BasicDevice-1_0-")
        .or_else(|| uuid.strip_suffix("-0").filter(|bare| bare.len() == 12));
    message.claim_mac(mac.unwrap_or_default());
    // Dahua and its rebrands: the serial number behind the version of the device type.
    if let Some(serial) = strip_prefix_ignoring_case(uuid, "device_3_0-") {
        message.claim_serial(serial);
    }
}

#[cfg(test)]
mod tests {
    use model::Signal;

    use super::*;

    fn notify(usn: &str) -> Message {
        let text = format!(
            "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nLOCATION: http://10.0.0.7:49152/d.xml\r\n\
             SERVER: Linux, UPnP/1.0, Example/1\r\nNT: upnp:rootdevice\r\nNTS: ssdp:alive\r\nUSN: {usn}\r\n\r\n"
        );
        assert!(claims(text.as_bytes()));
        decode(text.as_bytes()).unwrap()
    }

    fn values(message: &Message, kind: SignalKind) -> Vec<&str> {
        message.signals.iter().filter(|s| s.kind == kind).filter_map(Signal::as_text).collect()
    }

    #[test]
    fn a_notify_gives_location_and_identity() {
        let message = notify("uuid:Upnp-BasicDevice-1_0-00408C000001::upnp:rootdevice");
        assert_eq!(message.signals[0].kind, SignalKind::SsdpResponse);
        assert_eq!(values(&message, SignalKind::Mac), ["00:40:8c:00:00:01"]);
        assert_eq!(values(&message, SignalKind::PortOpen), ["49152/tcp"]);
        assert_eq!(values(&message, SignalKind::DeviceProtocol), ["ssdp/notify"]);
        assert_eq!(message.keys.addresses.len(), 1);
        let dahua = notify("uuid:device_3_0-AAA000000000A1::urn:schemas-upnp-org:device:3.0");
        assert_eq!(*dahua.keys.serials, ["AAA000000000A1".into()]);
        assert_eq!(notify("uuid:00075f000001-0::x").keys.macs.len(), 1);
        assert_eq!(notify("uuid:00000000-0000-4000-8000-00075f000001").keys.macs.len(), 0);
        assert!(notify("uuid:RootDevice").keys.uuids.is_empty());
    }

    #[test]
    fn answers_are_told_from_http_and_searches_keep_nothing() {
        let answer = b"HTTP/1.1 200 OK\nST: upnp:rootdevice\nUSN: uuid:00000001-0000-0000-0000-000000000000\n\n";
        assert!(claims(answer));
        assert!(!claims(b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n"));
        let message = decode(answer).unwrap();
        assert_eq!(values(&message, SignalKind::DeviceQuirk), ["ssdp/bare-line-feeds"]);
        let search = decode(b"M-SEARCH * HTTP/1.1\r\nST: ssdp:all\r\n\r\n").unwrap();
        assert_eq!((search.about, search.signals.len()), (About::Nobody, 0));
    }
}
