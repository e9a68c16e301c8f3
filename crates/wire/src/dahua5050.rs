//! The old search of Dahua and the brands it builds for, UDP 5050.
//!
//! Fact file `protocols.md` section 2.2. A reply is a header of 32 bytes, a fixed block and two texts, little
//! endian:
//!
//! ```text
//! 0x00 0xb3     0x02 u16 length of text 2     0x04 u32 length of the block    0x10 2    0x14 u16 length of text 3
//! 0x28 type     0x38 IPv4 address, mask       0x5e u16 HTTP, HTTPS, TCP       0x78 text 2: MAC and type; text 3
//! ```

use crate::message::lossy;
use crate::octets::{ipv4_at, text_at, u16_le_at, u32_le_at};
use crate::{About, DecodeError, Message};

const PROTOCOL: &str = "dahua5050";
const HEADER_BYTES: usize = 0x20;
/// The fixed block behind the header.
const BLOCK_BYTES: usize = 0x58;
const VERSION_AT: usize = 0x10;
const VERSION: u8 = 2;
const TYPE_AT: usize = 0x28;
const TYPE_BYTES: usize = 16;
const ADDRESS_AT: usize = 0x38;
/// HTTP, HTTPS and the maker's own port.
const PORTS_AT: [usize; 3] = [0x5e, 0x60, 0x62];
const TEXTS_AT: usize = HEADER_BYTES + BLOCK_BYTES;
/// `00:11:22:33:44:55` stands first in the second text.
const MAC_CHARACTERS: usize = 17;

/// Whether these bytes look like a search or its reply: the mark, and lengths that fit.
pub fn claims(bytes: &[u8]) -> bool {
    is_request(bytes) || is_reply(bytes)
}

fn is_request(bytes: &[u8]) -> bool {
    matches!(bytes, [0xa3, 1, 0, 1, rest @ ..] if rest.len() == HEADER_BYTES - 4)
        && bytes.get(VERSION_AT) == Some(&VERSION)
        && bytes.get(17..).is_some_and(|rest| rest.iter().all(|byte| *byte == 0))
}

fn is_reply(bytes: &[u8]) -> bool {
    bytes.first() == Some(&0xb3)
        && u32_le_at(bytes, 4).and_then(|length| usize::try_from(length).ok()) == Some(BLOCK_BYTES)
        && bytes.get(0x10..0x14) == Some(&[2, 0, 0, 0])
        && bytes.len() >= TEXTS_AT
}

/// The search that tools send.
pub fn search() -> Vec<u8> {
    let mut bytes = vec![0xa3, 1, 0, 1];
    bytes.resize(VERSION_AT, 0);
    bytes.push(VERSION);
    bytes.resize(HEADER_BYTES, 0);
    bytes
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when the mark or the fixed block is missing.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    let mut message = Message::new(PROTOCOL);
    if is_request(bytes) {
        message.about = About::Nobody;
        return Ok(message);
    }
    if !is_reply(bytes) {
        return Err(DecodeError::Malformed { production: "reply", offset: 0 });
    }
    message.claim_model(&text_at(bytes, TYPE_AT, TYPE_BYTES));
    if let Some(address) = ipv4_at(bytes, ADDRESS_AT) {
        message.claim_address(address);
    }
    for at in PORTS_AT {
        if let Some(port) = u16_le_at(bytes, at) {
            message.say_tcp_port(&port.to_string());
        }
    }
    message.claim_mac(&text_at(bytes, TEXTS_AT, MAC_CHARACTERS));
    let second = u16_le_at(bytes, 2).map_or(0, usize::from);
    read_lines(&lossy(bytes.get(TEXTS_AT + second..).unwrap_or_default()), &mut message);
    message.say_protocol("search-reply");
    Ok(message)
}

/// `Name:Brand`, `Device:MODEL`, `SerialNo:…`, a line each.
fn read_lines(text: &str, message: &mut Message) {
    for (name, value) in text.lines().filter_map(|line| line.split_once(':')) {
        match name {
            "Name" => message.claim_brand(value),
            "Device" => message.claim_model(value),
            "SerialNo" => message.claim_serial(value),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::values;

    fn reply() -> Vec<u8> {
        let texts = "00:12:16:00:00:01IPC-X000Name:Brandless\r\nDevice:IPC-X0000\r\nSerialNo:0A00000PAA00001\r\n\r\n";
        let mut bytes = vec![0; TEXTS_AT];
        bytes[0] = 0xb3;
        bytes[2] = 25;
        bytes[4] = 0x58;
        bytes[0x10] = 2;
        bytes[0x28..0x30].copy_from_slice(b"IPC-X000");
        bytes[0x38..0x3c].copy_from_slice(&[192, 168, 1, 108]);
        bytes[0x5e..0x64].copy_from_slice(&[80, 0, 0xbb, 1, 0x91, 0x93]);
        bytes.extend_from_slice(texts.as_bytes());
        bytes
    }

    #[test]
    fn a_reply_gives_the_device() {
        let bytes = reply();
        assert!(claims(&bytes));
        let message = decode(&bytes).unwrap();
        assert_eq!(message.keys.addresses.len(), 1);
        insta::assert_snapshot!(values(&message), @"
        device.model=IPC-X000
        port.open=80/tcp
        port.open=443/tcp
        port.open=37777/tcp
        mac=00:12:16:00:00:01
        device.brand=Brandless
        device.model=IPC-X0000
        device.serial=0A00000PAA00001
        device.protocol=dahua5050/search-reply
        ");
    }

    #[test]
    fn a_search_is_about_nobody_and_other_bytes_are_not_claimed() {
        let mut question = vec![0; HEADER_BYTES];
        question[..4].copy_from_slice(&[0xa3, 1, 0, 1]);
        question[16] = 2;
        assert_eq!(decode(&question).unwrap().about, About::Nobody);
        assert!(!claims(&question[..31]));
        assert!(!claims(&[0xb3; 200]));
    }
}
