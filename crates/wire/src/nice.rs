//! The search of NICE encoders and recorders: UDP 2007.
//!
//! Fact file `protocols.md` section 6.16. Both ways `NICE` stands first:
//!
//! ```text
//! search  4 u16 id   6 01 08 00 00 00 00   12 u16 port to answer to
//! reply   4 u16 id   10 MAC   16 IPv4, mask, gateway   0x4a name
//! ```

use crate::octets::{ipv4_at, is_netmask, mac_at};
use crate::{About, DecodeError, Message};

const PROTOCOL: &str = "nice";
const MAGIC: &[u8] = b"NICE";
const SEARCH_BYTES: usize = 14;
/// Behind the id of a search.
const ASKS: [u8; 6] = [1, 8, 0, 0, 0, 0];
/// Up to the name.
const REPLY_BYTES_MIN: usize = 0x4a;

/// Whether these bytes look like the search or a reply: behind the magic a netmask stands in its place.
pub fn claims(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC) && (is_search(bytes) || is_reply(bytes))
}

fn is_search(bytes: &[u8]) -> bool {
    bytes.len() == SEARCH_BYTES && bytes.get(6..12) == Some(&ASKS)
}

fn is_reply(bytes: &[u8]) -> bool {
    bytes.len() >= REPLY_BYTES_MIN && ipv4_at(bytes, 20).is_some_and(is_netmask)
}

/// The search that tools send; devices answer to `reply_port` with the same id.
pub fn search(id: u16, reply_port: u16) -> Vec<u8> {
    [MAGIC, &id.to_be_bytes(), &ASKS, &reply_port.to_be_bytes()].concat()
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when it is neither search nor reply.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if !claims(bytes) {
        return Err(DecodeError::Malformed { production: "NICE", offset: 0 });
    }
    let mut message = Message::new(PROTOCOL);
    if is_search(bytes) {
        message.about = About::Nobody;
        return Ok(message);
    }
    if let Some(mac) = mac_at(bytes, 10) {
        message.claim_mac_address(mac);
    }
    if let Some(address) = ipv4_at(bytes, 16) {
        message.claim_address(address);
    }
    message.say_protocol("search-reply");
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::values;

    #[test]
    fn a_reply_gives_the_address_and_a_search_nobody() {
        let mut bytes = vec![0; 0x60];
        bytes[..4].copy_from_slice(MAGIC);
        bytes[10..24].copy_from_slice(&[0, 8, 0x43, 0, 0, 1, 10, 0, 0, 7, 255, 255, 255, 0]);
        let message = decode(&bytes).unwrap();
        assert_eq!(message.keys.addresses.len(), 1);
        insta::assert_snapshot!(values(&message), @"
        mac=00:08:43:00:00:01
        device.protocol=nice/search-reply
        ");
        assert_eq!(decode(b"NICE\0\x01\x01\x08\0\0\0\0\x27\x10").unwrap().about, About::Nobody);
        assert!(!claims(&[b'N'; 80]) && !claims(b"NICE to meet you, says the text of another protocol, and goes on for a long while."));
    }
}
