//! DVRIP, the search and control protocol of Xiongmai and hundreds of brands on its boards: a header and JSON,
//! UDP 34569 and TCP 34567.
//!
//! Fact file `protocols.md` section 6.9. The header, little endian:
//!
//! ```text
//!  0 0xff    1 0 or 1 (0 from a tool)    4 u32 session    8 u32 sequence    14 u16 message    16 u32 bytes behind it
//! ```

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroUsize;

use model::SignalKind;

use crate::json::{self, Scalar};
use crate::message::lossy;
use crate::{About, DecodeError, Message, mask};

const PROTOCOL: &str = "dvrip";
const HEADER_BYTES: usize = 20;
/// The answer to a search; the search itself is one less. Even numbers ask, odd ones answer.
const SEARCH_REPLY: u16 = 1531;
/// Message numbers that the protocol uses; anything else behind 0xff is another protocol.
const MESSAGE_NUMBERS: std::ops::RangeInclusive<u16> = 1000..=3999;
/// More than one message of the start of a conversation holds.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// Whether these bytes look like DVRIP: its header with a message number and a length that occur.
pub fn claims(bytes: &[u8]) -> bool {
    Header::read(bytes).is_ok_and(|header| header.length <= BODY_BYTES_MAX)
}

/// The search that tools send: message 1530 without a body. Tools send it as sequence 0; devices answer to port 34569.
pub fn search(sequence: u32) -> Vec<u8> {
    let number = (SEARCH_REPLY - 1).to_le_bytes();
    [&[0xff, 0, 0, 0, 0, 0, 0, 0], &sequence.to_le_bytes()[..], &[0, 0], &number, &[0; 4]].concat()
}

/// Reads one message.
///
/// # Errors
/// [`DecodeError`] when the header is none or cut, or an answer holds no JSON.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    let header = Header::read(bytes)?;
    let mut message = Message::new(PROTOCOL);
    if header.number % 2 == 0 {
        message.about = About::Nobody;
        return Ok(message);
    }
    if header.length > BODY_BYTES_MAX {
        return Err(DecodeError::TooLong { length: header.length, limit: BODY_BYTES_MAX });
    }
    let behind = bytes.get(HEADER_BYTES..).unwrap_or_default();
    let body = behind.get(..header.length).unwrap_or(behind);
    let text = lossy(body);
    if !text.trim_start().starts_with('{') {
        return Err(DecodeError::Malformed {
            production: "NetWork.NetCommon",
            offset: HEADER_BYTES,
        });
    }
    message.say_whole(SignalKind::DvripReply, &mask::secrets(text.trim_end()));
    if header.number != SEARCH_REPLY {
        message.say_protocol(&format!("reply={}", header.number));
    }
    // On a stream the next message may follow.
    let next = behind.get(header.length..);
    if !next.is_some_and(|next| next.is_empty() || next.first() == Some(&0xff)) {
        message.note_quirk(
            "length-mismatch",
            &format!("{} announced, {} sent", header.length, behind.len()),
        );
    }
    expand(&text, &mut message);
    Ok(message)
}

/// Reads a reply that stood in a signal as text, perhaps cut, into `message`.
pub fn expand(text: &str, message: &mut Message) {
    let text = text.find('{').and_then(|start| text.get(start..)).unwrap_or_default();
    let mut is_search_reply = false;
    json::walk(text, &mut |parent, key, value| match (parent, key) {
        ("", "Ret") => {
            if let Some(code) = value.number() {
                message.say_protocol(&format!("ret={code}"));
            }
        }
        ("NetWork.NetCommon", _) => {
            is_search_reply = true;
            read_member(message, key, value);
        }
        _ => {}
    });
    if is_search_reply {
        message.say_protocol("search-reply");
    }
}

fn read_member(message: &mut Message, key: &str, value: Scalar<'_>) {
    match key {
        "MAC" => message.claim_mac(value.text()),
        "SN" => message.claim_serial(value.text()),
        "HostIP" => claim_address(message, value.text()),
        "HostName" if !value.text().is_empty() => {
            message.keys.hostname = Some(value.text().into());
        }
        "HttpPort" | "TCPPort" | "SSLPort" => say_port(message, value, "tcp"),
        "UDPPort" => say_port(message, value, "udp"),
        "ChannelNum" => say_number(message, "channels", value),
        "DeviceType" => say_number(message, "device-type", value),
        "Version" | "SoftWareVersion" => message.say(SignalKind::DeviceFirmware, value.text()),
        "OtherFunction" => {
            // "D=2000-01-01 00:00:00 V=0123456789abcde": the clock, then the version.
            if let Some((_, version)) = value.text().split_once("V=") {
                message.say(SignalKind::DeviceFirmware, version);
            }
        }
        _ => {}
    }
}

/// Addresses are hexadecimal text of a little-endian word: `0x6401A8C0` is 192.168.1.100.
fn claim_address(message: &mut Message, text: &str) {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    match digits.map(|digits| u32::from_str_radix(digits, 16)) {
        Some(Ok(word)) => message.claim_address(Ipv4Addr::from(word.to_le_bytes())),
        Some(Err(_)) => {}
        None => {
            if let Ok(address) = text.parse::<IpAddr>() {
                message.claim_address(address);
            }
        }
    }
}

fn say_port(message: &mut Message, value: Scalar<'_>, transport: &str) {
    if let Some(port) = value.port() {
        message.say(SignalKind::PortOpen, format!("{port}/{transport}"));
    }
}

fn say_number(message: &mut Message, key: &str, value: Scalar<'_>) {
    if let Some(number) = value.number() {
        message.say_protocol(&format!("{key}={number}"));
    }
}

struct Header {
    number: u16,
    length: usize,
}

impl Header {
    fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let malformed = DecodeError::Malformed { production: "header", offset: 0 };
        if !matches!(bytes, [0xff, 0 | 1, 0, 0, ..]) {
            return Err(malformed);
        }
        let Some(header) = bytes.first_chunk::<HEADER_BYTES>() else {
            return Err(DecodeError::Incomplete {
                needed: NonZeroUsize::new(HEADER_BYTES.saturating_sub(bytes.len())),
            });
        };
        let [.., a, b, c, d, e, f] = *header;
        let number = u16::from_le_bytes([a, b]);
        let length = usize::try_from(u32::from_le_bytes([c, d, e, f])).unwrap_or(usize::MAX);
        if MESSAGE_NUMBERS.contains(&number) { Ok(Self { number, length }) } else { Err(malformed) }
    }
}

#[cfg(test)]
mod tests {
    use model::Signal;

    use super::*;
    use crate::testing::{texts, values};

    const JSON: &str = concat!(
        r#"{ "NetWork.NetCommon" : { "ChannelNum" : 4, "DeviceType" : 1, "GateWay" : "0x0101A8C0", "#,
        r#""HostIP" : "0x6401A8C0", "HostName" : "LocalHost", "HttpPort" : 80, "MAC" : "00:12:31:00:00:01", "#,
        r#""OtherFunction" : "D=2000-01-01 00:00:00 V=000000000000abc", "SN" : "000000000000abcd", "#,
        r#""SSLPort" : 8443, "TCPPort" : 34567, "UDPPort" : 34568 }, "Ret" : 100, "SessionID" : "0x00000000" }"#
    );

    fn framed(number: u16, body: &str) -> Vec<u8> {
        let length = u32::try_from(body.len()).unwrap();
        [&[0xff, 1][..], &[0; 12], &number.to_le_bytes(), &length.to_le_bytes(), body.as_bytes()]
            .concat()
    }

    #[test]
    fn a_search_reply_gives_keys_and_marks() {
        let bytes = framed(SEARCH_REPLY, &format!("{JSON}\n"));
        assert!(claims(&bytes));
        let message = decode(&bytes).unwrap();
        let whole = JSON.replace("0x00000000", "***");
        assert_eq!(message.signals[0], Signal::text(SignalKind::DvripReply, whole));
        assert_eq!(message.keys.addresses, [IpAddr::from([192, 168, 1, 100])]);
        assert_eq!(message.keys.hostname.as_deref(), Some("LocalHost"));
        insta::assert_snapshot!(values(&message), @"
        device.protocol=dvrip/channels=4
        device.protocol=dvrip/device-type=1
        port.open=80/tcp
        mac=00:12:31:00:00:01
        device.firmware=000000000000abc
        device.serial=000000000000abcd
        port.open=8443/tcp
        port.open=34567/tcp
        port.open=34568/udp
        device.protocol=dvrip/ret=100
        device.protocol=dvrip/search-reply
        ");
    }

    #[test]
    fn what_a_tool_sends_is_about_nobody() {
        for bytes in [framed(1530, ""), framed(1000, r#"{ "PassWord" : "hunter2" }"#)] {
            let message = decode(&bytes).unwrap();
            assert_eq!((message.about, message.signals), (About::Nobody, vec![]));
        }
    }

    #[test]
    fn a_refused_login_keeps_its_code() {
        let message =
            decode(&framed(1001, r#"{ "Ret" : 203, "SessionID" : "0x00000001" }"#)).unwrap();
        assert!(texts(&message).contains("dvrip/ret=203"));
    }

    #[test]
    fn telnet_negotiation_is_not_claimed() {
        assert!(!claims(b"\xff\xfd\x01\xff\xfd\x1f\xff\xfb\x01\xff\xfb\x03\r\nlogin: "));
        assert!(matches!(decode(&[0xff, 1, 0, 0]), Err(DecodeError::Incomplete { .. })));
    }
}
