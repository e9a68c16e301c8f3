//! The search of Vivotek cameras: UDP 10000, which Foscam uses too and marks otherwise.
//!
//! Fact file `protocols.md` section 6.6. A byte of the session, `4a 5d 8f 1c`, then records of type (u8), length
//! (u8) and value; type 4 has one byte of value and no length.

use crate::octets::{ipv4_at, mac_at, text_of, u16_le_at};
use crate::{About, DecodeError, Message};

const PROTOCOL: &str = "vivotek";
const MAGIC: [u8; 4] = [0x4a, 0x5d, 0x8f, 0x1c];
const HEADER_BYTES: usize = 5;

const LONG_NAME: u8 = 1;
const MAC: u8 = 2;
const ADDRESS: u8 = 3;
const WITHOUT_LENGTH: u8 = 4;
const HTTP_PORT: u8 = 6;
const MODEL: u8 = 9;

/// Whether these bytes look like the search or a reply: the magic behind a byte of any value.
pub fn claims(bytes: &[u8]) -> bool {
    bytes.get(1..HEADER_BYTES) == Some(&MAGIC)
}

/// The search that tools send; devices answer with the same session.
pub fn search(session: u8) -> Vec<u8> {
    [&[session], &MAGIC[..]].concat()
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when it is neither search nor reply.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if !claims(bytes) {
        return Err(DecodeError::Malformed { production: "magic", offset: 1 });
    }
    let mut message = Message::new(PROTOCOL);
    let mut rest = bytes.get(HEADER_BYTES..).unwrap_or_default();
    while let Some((kind, value, next)) = record(rest) {
        read(&mut message, kind, value);
        rest = next;
    }
    if message.keys.macs.is_empty() {
        return Ok(Message { about: About::Nobody, ..Message::new(PROTOCOL) });
    }
    message.say_protocol("search-reply");
    Ok(message)
}

fn record(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&kind, rest) = bytes.split_first()?;
    let (length, rest) = match rest.split_first()? {
        _ if kind == WITHOUT_LENGTH => (1, rest),
        (&length, rest) => (usize::from(length), rest),
    };
    let (value, next) = rest.split_at_checked(length)?;
    Some((kind, value, next))
}

fn read(message: &mut Message, kind: u8, value: &[u8]) {
    match kind {
        MAC => {
            if let Some(mac) = mac_at(value, 0).filter(|_| value.len() == 6) {
                message.claim_mac_address(mac);
            }
        }
        ADDRESS => {
            if let Some(address) = ipv4_at(value, 0).filter(|_| value.len() == 4) {
                message.claim_address(address);
            }
        }
        HTTP_PORT => {
            if let Some(port) = u16_le_at(value, 0) {
                message.say_tcp_port(&port.to_string());
            }
        }
        MODEL => message.claim_model(&text_of(value)),
        // The product's name, until a user writes another.
        LONG_NAME if text_of(value).starts_with("VIVOTEK") => message.claim_brand("VIVOTEK"),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::values;

    #[test]
    fn a_reply_gives_the_device_and_a_search_nobody() {
        let reply = b"\x02\x4a\x5d\x8f\x1c\x02\x06\0\x02\xd1\0\0\x01\x03\x04\xc0\xa8\0\x63\x04\x1b\x06\x02\x50\0\x08\x02en\
            \x09\x06IP0000\x0a\x01\0";
        let message = decode(reply).unwrap();
        assert_eq!(message.keys.addresses.len(), 1);
        insta::assert_snapshot!(values(&message), @"
        mac=00:02:d1:00:00:01
        port.open=80/tcp
        device.model=IP0000
        device.protocol=vivotek/search-reply
        ");
        assert_eq!(decode(&reply[..5]).unwrap().about, About::Nobody);
        assert!(!claims(b"MO_I\x01"));
    }
}
