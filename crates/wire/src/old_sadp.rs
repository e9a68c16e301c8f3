//! The old form of SADP, the search of Hikvision: frames of EtherType 0x8033.
//!
//! Fact file `protocols.md` section 1.2, from a description: no published capture is known. Big endian, behind the
//! header of Ethernet:
//!
//! ```text
//!  0 0x21    1 1 answers, 2 asks    2 u16 origin    4 u32 counter    8 06 04    10 query    11 parameter    12 u16 sum
//! 14 MAC, IPv4 of the sender      24 MAC, IPv4 of the receiver      34 mask      38 IPv6 and zeros, or an answer
//! ```

use std::num::NonZeroUsize;

use crate::octets::{ipv4_at, mac_at};
use crate::{About, DecodeError, Message};

/// The EtherType of these frames.
pub const ETHER_TYPE: u16 = 0x8033;

const PROTOCOL: &str = "old-sadp";
const HEADER_BYTES: usize = 38;
const MARK: u8 = 0x21;
const ANSWERS: u8 = 1;
const ASKS: u8 = 2;
/// Octets of a hardware and of a network address.
const LENGTHS: [u8; 2] = [6, 4];

/// Reads what follows the EtherType in a frame.
///
/// # Errors
/// [`DecodeError`] when it is cut or none of this protocol.
pub fn decode(payload: &[u8]) -> Result<Message, DecodeError> {
    if payload.len() < HEADER_BYTES {
        let needed = NonZeroUsize::new(HEADER_BYTES - payload.len());
        return Err(DecodeError::Incomplete { needed });
    }
    if payload.first() != Some(&MARK) || payload.get(8..10) != Some(&LENGTHS) {
        return Err(DecodeError::Malformed { production: "marker", offset: 0 });
    }
    let mut message = Message::new(PROTOCOL);
    match payload.get(1) {
        Some(&ANSWERS) => {}
        Some(&ASKS) => {
            message.about = About::Nobody;
            return Ok(message);
        }
        _ => return Err(DecodeError::Malformed { production: "direction", offset: 1 }),
    }
    if let Some(mac) = mac_at(payload, 14) {
        message.claim_mac_address(mac);
    }
    if let Some(address) = ipv4_at(payload, 20) {
        message.claim_address(address);
    }
    message.say_protocol("reply");
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::values;

    fn payload(direction: u8) -> Vec<u8> {
        let head = [MARK, direction, 0, 1, 0, 0, 0, 1, 6, 4, 4, 0, 0, 0];
        let sender = [0x58, 3, 0xfb, 0, 0, 1, 192, 168, 1, 64];
        [&head[..], &sender, &[0xff; 6], &[0; 4], &[255, 255, 255, 0], &[0; 80]].concat()
    }

    #[test]
    fn an_answer_gives_the_address_and_a_question_nobody() {
        let message = decode(&payload(ANSWERS)).unwrap();
        assert_eq!(message.keys.addresses.len(), 1);
        insta::assert_snapshot!(values(&message), @"
        mac=58:03:fb:00:00:01
        device.protocol=old-sadp/reply
        ");
        assert_eq!(decode(&payload(ASKS)).unwrap().about, About::Nobody);
        assert!(decode(&payload(9)).is_err() && decode(&payload(ANSWERS)[..37]).is_err());
    }
}
