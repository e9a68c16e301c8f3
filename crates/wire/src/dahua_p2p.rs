//! What Dahua cameras and the brands it builds for say to their maker's cloud: HTTP-like text in UDP 8800 and 8802.
//!
//! Fact file `protocols.md` section 7.1. The serial number of the unit stands in clear in the path; the digest
//! beside it is not kept. Applications ask the same cloud for a camera: those speak of nobody here.

use crate::message::lossy;
use crate::{About, DecodeError, Message};

const PROTOCOL: &str = "dahua-p2p";
/// The request line and the few headers that are looked at.
const HEAD_BYTES_MAX: usize = 2 * 1024;
/// Requests of the protocol; `GET` alone is anybody's.
const STARTS: [&[u8]; 3] = [b"DHGET /", b"DHPOST /", b"GET /heartbeat/device/"];
/// The mark and the header of a tunnel through the cloud.
const TUNNEL: &[u8] = b"PTCP";
const TUNNEL_HEADER_BYTES: usize = 24;
/// What the cloud challenges devices with.
const CLOUD_CHALLENGE: &str = "WSSE realm=\"huashi\"";

/// Whether these bytes look like a message to or from that cloud.
pub fn claims(bytes: &[u8]) -> bool {
    STARTS.iter().any(|start| bytes.starts_with(start))
        || is_tunnel(bytes)
        || (bytes.starts_with(b"HTTP/1.1 401") && head(bytes).contains(CLOUD_CHALLENGE))
}

fn is_tunnel(bytes: &[u8]) -> bool {
    bytes.starts_with(TUNNEL) && bytes.len() >= TUNNEL_HEADER_BYTES
}

fn head(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    lossy(bytes.get(..HEAD_BYTES_MAX).unwrap_or(bytes))
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when it is none of this protocol.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if !claims(bytes) {
        return Err(DecodeError::Malformed { production: "DHGET", offset: 0 });
    }
    let mut message = Message::new(PROTOCOL);
    let head = head(bytes);
    match spoken_by_device(&head) {
        Some((what, serial)) if !is_tunnel(bytes) => {
            message.claim_serial(serial);
            message.say_protocol(what);
        }
        _ => message.about = About::Nobody,
    }
    Ok(message)
}

/// What a device says of itself, and its serial number. A path that applications use too is a device's where
/// the name of the caller is the serial number in the path.
fn spoken_by_device(head: &str) -> Option<(&'static str, &str)> {
    let path = head.split_ascii_whitespace().nth(1)?;
    if let Some(serial) = path.strip_prefix("/setup/device/") {
        return Some(("setup", serial)).filter(|(_, serial)| is_serial(serial));
    }
    if let Some(serial) = path.strip_prefix("/heartbeat/device/") {
        return Some(("heartbeat", serial)).filter(|(_, serial)| is_serial(serial));
    }
    let serial = path.strip_prefix("/online/p2psrv/")?;
    let (_, after) = head.split_once("UsernameToken Username=\"")?;
    let (caller, _) = after.split_once('"')?;
    (is_serial(serial) && caller == serial).then_some(("online", serial))
}

fn is_serial(text: &str) -> bool {
    (10..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{texts, values};

    fn online(caller: &str) -> String {
        format!(
            "DHGET /online/p2psrv/0A00000PAA00001 HTTP/1.1\r\nCSeq: 1\r\n\
             X-WSSE: UsernameToken Username=\"{caller}\", PasswordDigest=\"hunter2\"\r\n\r\n"
        )
    }

    #[test]
    fn a_device_names_its_serial_number_and_no_digest() {
        let message = decode(online("0A00000PAA00001").as_bytes()).unwrap();
        assert!(!texts(&message).contains("hunter2"));
        insta::assert_snapshot!(values(&message), @"
        device.serial=0A00000PAA00001
        device.protocol=dahua-p2p/online
        ");
        let heartbeat = decode(b"GET /heartbeat/device/0A00000PAA00001 HTTP/1.1\r\n\r\n").unwrap();
        insta::assert_snapshot!(values(&heartbeat), @"
        device.serial=0A00000PAA00001
        device.protocol=dahua-p2p/heartbeat
        ");
    }

    #[test]
    fn applications_and_the_cloud_speak_of_nobody() {
        let challenge =
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: WSSE realm=\"huashi\"\r\n\r\n";
        for text in [&online("P2PClient"), "DHGET /probe/p2psrv HTTP/1.1\r\n\r\n", challenge] {
            assert!(claims(text.as_bytes()), "{text}");
            let message = decode(text.as_bytes()).unwrap();
            assert_eq!((message.about, message.signals.len()), (About::Nobody, 0), "{text}");
        }
        assert!(!claims(b"GET /heartbeat HTTP/1.1\r\n\r\n"));
        assert!(!claims(b"HTTP/1.1 401 Unauthorized\r\n\r\n"));
    }
}
