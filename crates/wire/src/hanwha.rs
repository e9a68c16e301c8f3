//! The search of Hanwha Vision (Samsung Techwin, Wisenet): UDP 7701, answered to 7711.
//!
//! Fact file `protocols.md` section 6.2. Both ways 0x106 bytes; a reply holds texts at fixed places:
//!
//! ```text
//! 0x00 0x0b (1 asks)    0x13 MAC[18]    0x25 IPv4[16]    0x35 mask[16]    0x6d model[10]    0x85 URL[39]
//! ```

use model::MacAddr;

use crate::octets::text_at;
use crate::{About, DecodeError, Message};

const PROTOCOL: &str = "hanwha";
const MESSAGE_BYTES: usize = 0x106;
const ASKS: u8 = 0x01;
const ANSWERS: u8 = 0x0b;

/// Whether these bytes look like the search or a reply: the length, and the address where it stands.
pub fn claims(bytes: &[u8]) -> bool {
    bytes.len() >= MESSAGE_BYTES
        && match bytes.split_first() {
            Some((&ASKS, rest)) => {
                bytes.len() == MESSAGE_BYTES && rest.iter().all(|byte| *byte == 0)
            }
            Some((&ANSWERS, _)) => text_at(bytes, 0x13, 18).parse::<MacAddr>().is_ok(),
            _ => false,
        }
}

/// The search that tools send; devices answer to port 7711.
pub fn search() -> Vec<u8> {
    let mut bytes = vec![ASKS];
    bytes.resize(MESSAGE_BYTES, 0);
    bytes
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when it is neither search nor reply.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if !claims(bytes) {
        return Err(DecodeError::Malformed { production: "reply", offset: 0 });
    }
    let mut message = Message::new(PROTOCOL);
    if bytes.first() == Some(&ASKS) {
        message.about = About::Nobody;
        return Ok(message);
    }
    message.claim_mac(&text_at(bytes, 0x13, 18));
    if let Ok(address) = text_at(bytes, 0x25, 16).parse::<std::net::Ipv4Addr>() {
        message.claim_address(address);
    }
    message.claim_model(&text_at(bytes, 0x6d, 0x85 - 0x6d));
    message.claim_url(&text_at(bytes, 0x85, 39));
    message.say_protocol("search-reply");
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::values;

    #[test]
    fn a_reply_gives_the_device_and_a_search_nobody() {
        let mut bytes = vec![0; MESSAGE_BYTES];
        bytes[0] = ANSWERS;
        assert!(!claims(&bytes), "no hardware address");
        for (at, text) in [
            (0x13, "00:09:18:00:00:01"),
            (0x25, "192.168.1.100"),
            (0x6d, "XNX-0000"),
            (0x85, "http://192.168.1.100/index.htm"),
        ] {
            bytes[at..at + text.len()].copy_from_slice(text.as_bytes());
        }
        let message = decode(&bytes).unwrap();
        assert_eq!(message.keys.addresses.len(), 1);
        insta::assert_snapshot!(values(&message), @"
        mac=00:09:18:00:00:01
        device.model=XNX-0000
        port.open=80/tcp
        device.protocol=hanwha/search-reply
        ");
        let mut search = vec![0; MESSAGE_BYTES];
        search[0] = ASKS;
        assert_eq!(decode(&search).unwrap().about, About::Nobody);
    }
}
