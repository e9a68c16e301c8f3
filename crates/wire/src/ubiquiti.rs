//! The search of Ubiquiti devices, cameras among them: UDP 10001.
//!
//! Fact file `protocols.md` section 6.14. Version, command and u16 length, then records of type (u8), length (u16
//! big endian) and value. Routers and access points answer as cameras do, so the model has to tell them apart.

use crate::octets::{ipv4_at, mac_at, text_of, u16_be_at};
use crate::{About, DecodeError, Message};

const PROTOCOL: &str = "ubiquiti";
const HEADER_BYTES: usize = 4;
/// Questions of version 1 and 2.
const SEARCHES: [[u8; 4]; 2] = [[1, 0, 0, 0], [2, 8, 0, 0]];

const MAC: u8 = 0x01;
const MAC_AND_ADDRESS: u8 = 0x02;
const FIRMWARE: u8 = 0x03;
const HOST_NAME: u8 = 0x0b;
const SHORT_MODEL: u8 = 0x0c;
const SERIAL_MAC: u8 = 0x13;
const MODELS: [u8; 2] = [0x14, 0x15];
/// Longest model that is kept as a mark.
const MODEL_BYTES_MAX: usize = 64;

/// Whether these bytes look like the search or a reply: records that fill the announced length exactly, one of
/// them a hardware address.
pub fn claims(bytes: &[u8]) -> bool {
    is_search(bytes) || records_of_reply(bytes).is_some()
}

fn is_search(bytes: &[u8]) -> bool {
    SEARCHES.iter().any(|search| bytes == search)
}

fn records_of_reply(bytes: &[u8]) -> Option<&[u8]> {
    let (header, records) = bytes.split_at_checked(HEADER_BYTES)?;
    let is_headed = matches!(header, [1 | 2, ..])
        && u16_be_at(header, 2).map(usize::from) == Some(records.len());
    let mut rest = records;
    let mut has_mac = false;
    while let Some((kind, value, next)) = record(rest) {
        has_mac |= mac_of(kind, value).is_some();
        rest = next;
    }
    (is_headed && rest.is_empty() && has_mac).then_some(records)
}

fn record(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (value, next) = bytes.get(3..)?.split_at_checked(usize::from(u16_be_at(bytes, 1)?))?;
    Some((*bytes.first()?, value, next))
}

fn mac_of(kind: u8, value: &[u8]) -> Option<model::MacAddr> {
    let is_one = matches!((kind, value.len()), (MAC | SERIAL_MAC, 6) | (MAC_AND_ADDRESS, 10));
    mac_at(value, 0).filter(|mac| is_one && mac.is_identity())
}

/// How the search is spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// What all devices know.
    One,
    /// What some newer ones may know.
    Two,
}

/// The search that tools send.
pub fn search(version: Version) -> Vec<u8> {
    let [one, two] = SEARCHES;
    match version {
        Version::One => one.to_vec(),
        Version::Two => two.to_vec(),
    }
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when it is neither search nor reply.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    let mut message = Message::new(PROTOCOL);
    if is_search(bytes) {
        message.about = About::Nobody;
        return Ok(message);
    }
    let mut rest =
        records_of_reply(bytes).ok_or(DecodeError::Malformed { production: "reply", offset: 0 })?;
    while let Some((kind, value, next)) = record(rest) {
        read(&mut message, kind, value);
        rest = next;
    }
    message.say_protocol("search-reply");
    Ok(message)
}

fn read(message: &mut Message, kind: u8, value: &[u8]) {
    if let Some(mac) = mac_of(kind, value) {
        message.claim_mac_address(mac);
    }
    match kind {
        MAC_AND_ADDRESS => {
            if let Some(address) = ipv4_at(value, 6) {
                message.claim_address(address);
            }
        }
        FIRMWARE => message.claim_firmware(&text_of(value)),
        HOST_NAME => {
            let name = text_of(value);
            message.keys.hostname = Some(&*name).filter(|name| !name.is_empty()).map(Into::into);
        }
        SHORT_MODEL => {
            let model = text_of(value.get(..MODEL_BYTES_MAX).unwrap_or(value));
            message.claim_model(&model);
            if !model.is_empty() {
                message.say_protocol(&format!("model={model}"));
            }
        }
        _ if MODELS.contains(&kind) => message.claim_model(&text_of(value)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::values;

    #[test]
    fn a_reply_gives_the_device_and_a_search_nobody() {
        let reply = b"\x02\x06\0\x2c\x02\0\x0a\x24\xa4\x3c\0\0\x01\xc0\xa8\x01\x14\x0c\0\x06UVC G0\x03\0\x06v0.0.1\x0b\0\x07camera1";
        let mut reply = reply.to_vec();
        reply[3] = u8::try_from(reply.len() - HEADER_BYTES).unwrap();
        let message = decode(&reply).unwrap();
        assert_eq!(message.keys.hostname.as_deref(), Some("camera1"));
        insta::assert_snapshot!(values(&message), @"
        mac=24:a4:3c:00:00:01
        device.model=UVC G0
        device.protocol=ubiquiti/model=UVC G0
        device.firmware=v0.0.1
        device.protocol=ubiquiti/search-reply
        ");
        assert_eq!(decode(&[1, 0, 0, 0]).unwrap().about, About::Nobody);
        reply.push(0);
        assert!(!claims(&reply) && !claims(&[1, 0, 0, 3, 0x0b, 0, 0]));
    }
}
