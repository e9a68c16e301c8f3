//! The search of Foscam cameras and the clones of its boards: UDP 10000, which Vivotek uses too and marks otherwise.
//!
//! Fact file `protocols.md` section 6.7. A header of 23 bytes, then the body; where the flag is set the body is
//! masked with the key in front of it:
//!
//! ```text
//! 0x00 "MO_I"   0x04 u16 0 asks, 1 answers   0x06 flag   0x07 key[8]   0x0f body size
//! 0x17 serial[13]   0x24 name[21]   0x39 IPv4, mask, gateway, DNS   0x49 type   0x4d firmware   0x51 web   0x55 port
//! ```

use std::borrow::Cow;

use model::SignalKind;

use crate::note::mac_in;
use crate::octets::{array_at, ipv4_at, text_at, u16_be_at, u16_le_at};
use crate::{About, DecodeError, Message};

const PROTOCOL: &str = "foscam";
const MAGIC: &[u8] = b"MO_I";
const HEADER_BYTES: usize = 23;
/// Up to the port.
const REPLY_BYTES_MIN: usize = 0x57;
const ASKS: u16 = 0;
const ANSWERS: u16 = 1;
const BODY_SIZE_AT: usize = 0x0f;
const KEY: std::ops::Range<usize> = 7..15;

/// Whether these bytes look like the search or a reply: the magic and a type that occurs.
pub fn claims(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
        && bytes.len() >= HEADER_BYTES
        && matches!(u16_le_at(bytes, 4), Some(ASKS | ANSWERS))
}

/// The search that tools send, in clear.
pub fn search() -> Vec<u8> {
    const BODY_BYTES: u8 = 4;
    const BODY: &[u8; BODY_BYTES as usize] = &[0, 0, 0, 1];
    let mut bytes = MAGIC.to_vec();
    bytes.resize(BODY_SIZE_AT, 0);
    bytes.push(BODY_BYTES);
    bytes.resize(HEADER_BYTES, 0);
    bytes.extend_from_slice(BODY);
    bytes
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when it is neither search nor reply, or a reply is cut.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if !claims(bytes) {
        return Err(DecodeError::Malformed { production: "MO_I", offset: 0 });
    }
    let mut message = Message::new(PROTOCOL);
    if u16_le_at(bytes, 4) == Some(ASKS) {
        message.about = About::Nobody;
        return Ok(message);
    }
    if bytes.len() < REPLY_BYTES_MIN {
        let needed = std::num::NonZeroUsize::new(REPLY_BYTES_MIN - bytes.len());
        return Err(DecodeError::Incomplete { needed });
    }
    read(&unmasked(bytes), &mut message);
    message.say_protocol("search-reply");
    Ok(message)
}

/// The datagram with its body in clear.
fn unmasked(bytes: &[u8]) -> Cow<'_, [u8]> {
    let key = match (bytes.get(6), bytes.get(KEY)) {
        (Some(1), Some(key)) => key,
        _ => return Cow::Borrowed(bytes),
    };
    let mut clear = bytes.to_vec();
    let body = clear.get_mut(HEADER_BYTES..).unwrap_or_default();
    for (byte, mask) in body.iter_mut().zip(key.iter().cycle()) {
        *byte ^= mask;
    }
    Cow::Owned(clear)
}

/// The name is the user's and is not kept.
fn read(bytes: &[u8], message: &mut Message) {
    let serial = text_at(bytes, 0x17, 13);
    message.claim_serial(&serial);
    // On most boards the serial number is the hardware address without separators.
    if let Some(mac) = mac_in(&serial).filter(|mac| mac.oui().is_some()) {
        message.claim_mac_address(mac);
    }
    if let Some(address) = ipv4_at(bytes, 0x39) {
        message.claim_address(address);
    }
    if let Some([a, b, c, d]) = array_at(bytes, 0x4d).filter(|version| *version != [0; 4]) {
        message.say(SignalKind::DeviceFirmware, format!("{a}.{b}.{c}.{d}"));
    }
    if let Some(port) = u16_be_at(bytes, 0x55) {
        message.say_tcp_port(&port.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{texts, values};

    fn reply(key: Option<&[u8; 8]>) -> Vec<u8> {
        let mut bytes = vec![0; REPLY_BYTES_MIN];
        bytes[..4].copy_from_slice(MAGIC);
        bytes[4] = 1;
        bytes[15] = 0x40;
        bytes[0x17..0x23].copy_from_slice(b"00626E000001");
        bytes[0x24..0x29].copy_from_slice(b"vault");
        bytes[0x39..0x3d].copy_from_slice(&[192, 168, 1, 20]);
        bytes[0x4d..0x51].copy_from_slice(&[11, 22, 2, 10]);
        bytes[0x56] = 88;
        if let Some(key) = key {
            bytes[6] = 1;
            bytes[KEY].copy_from_slice(key);
            for (index, byte) in bytes[HEADER_BYTES..].iter_mut().enumerate() {
                *byte ^= key[index % 8];
            }
        }
        bytes
    }

    #[test]
    fn a_reply_says_the_same_masked_and_in_clear() {
        let message = decode(&reply(None)).unwrap();
        assert_eq!(decode(&reply(Some(b"_MASKED_"))).unwrap(), message);
        assert_eq!(message.keys.addresses.len(), 1);
        assert!(!texts(&message).contains("vault"));
        insta::assert_snapshot!(values(&message), @"
        device.serial=00626E000001
        mac=00:62:6e:00:00:01
        device.firmware=11.22.2.10
        port.open=88/tcp
        device.protocol=foscam/search-reply
        ");
    }

    #[test]
    fn a_search_is_about_nobody_and_a_cut_reply_is_told() {
        let mut search = reply(None);
        search[4] = 0;
        assert_eq!(decode(&search[..27]).unwrap().about, About::Nobody);
        assert!(matches!(decode(&reply(None)[..60]), Err(DecodeError::Incomplete { .. })));
        assert!(!claims(b"MO_V\0\0") && !claims(b"MO_I\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"));
    }
}
