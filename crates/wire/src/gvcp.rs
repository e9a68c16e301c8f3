//! GVCP, the control protocol of GigE Vision: industrial cameras, UDP 3956.
//!
//! Fact file `protocols.md` section 6.16. A search is `42 flags 00 02 00 00` and an id; a reply, big endian:
//!
//! ```text
//! 0x00 0    0x02 u16 3    0x04 u16 248    0x12 MAC    0x2c IPv4    0x3c mask
//! 0x50 maker[32]   0x70 model[32]   0x90 version[32]   0xb0 about[48]   0xe0 serial[16]   0xf0 user's name[16]
//! ```

use std::num::NonZeroU16;

use crate::octets::{array_at, ipv4_at, mac_at, text_at};
use crate::{About, DecodeError, Message};

const PROTOCOL: &str = "gvcp";
const SEARCH_BYTES: usize = 8;
/// Flag of a search.
const ANSWER_WANTED: u8 = 1;
const REPLY_BYTES: usize = 256;
/// Status 0, discovery acknowledged, 248 bytes behind the header.
const REPLY_START: [u8; 6] = [0, 0, 0, 3, 0, 0xf8];

/// Whether these bytes look like the search or a reply.
pub fn claims(bytes: &[u8]) -> bool {
    is_search(bytes) || (bytes.len() == REPLY_BYTES && array_at(bytes, 0) == Some(REPLY_START))
}

fn is_search(bytes: &[u8]) -> bool {
    matches!(bytes, [0x42, _, 0, 2, 0, 0, ..]) && bytes.len() == SEARCH_BYTES
}

/// The search that tools send; devices answer with the same id.
pub fn discovery(id: NonZeroU16) -> Vec<u8> {
    [&[0x42, ANSWER_WANTED, 0, 2, 0, 0], &id.get().to_be_bytes()[..]].concat()
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when it is neither search nor reply.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if !claims(bytes) {
        return Err(DecodeError::Malformed { production: "DISCOVERY_ACK", offset: 0 });
    }
    let mut message = Message::new(PROTOCOL);
    if is_search(bytes) {
        message.about = About::Nobody;
        return Ok(message);
    }
    if let Some(mac) = mac_at(bytes, 0x12) {
        message.claim_mac_address(mac);
    }
    if let Some(address) = ipv4_at(bytes, 0x2c) {
        message.claim_address(address);
    }
    message.claim_brand_word(&text_at(bytes, 0x50, 32));
    message.claim_model(&text_at(bytes, 0x70, 32));
    message.claim_firmware(&text_at(bytes, 0x90, 32));
    message.claim_serial(&text_at(bytes, 0xe0, 16));
    message.say_protocol("discovery-ack");
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::values;

    #[test]
    fn a_reply_gives_the_device_and_a_search_nobody() {
        let mut bytes = vec![0; REPLY_BYTES];
        bytes[..6].copy_from_slice(&REPLY_START);
        bytes[0x12..0x18].copy_from_slice(&[0, 0x30, 0x53, 0, 0, 1]);
        bytes[0x2c..0x30].copy_from_slice(&[169, 254, 1, 1]);
        bytes[0x50..0x59].copy_from_slice(b"Brandless");
        bytes[0x70..0x77].copy_from_slice(b"acX0000");
        bytes[0xe0..0xe8].copy_from_slice(b"00000001");
        let message = decode(&bytes).unwrap();
        assert_eq!(message.keys.addresses.len(), 1);
        insta::assert_snapshot!(values(&message), @"
        mac=00:30:53:00:00:01
        device.brand=Brandless
        device.model=acX0000
        device.serial=00000001
        device.protocol=gvcp/discovery-ack
        ");
        assert_eq!(decode(&[0x42, 1, 0, 2, 0, 0, 0, 1]).unwrap().about, About::Nobody);
        assert!(!claims(&bytes[..255]) && !claims(&[0x42, 1, 0, 2, 0, 4, 0, 1]));
    }
}
