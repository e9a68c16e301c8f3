//! The search of VStarcam, Wansview and many white labels: UDP 8600.
//!
//! Fact file `protocols.md` section 6.8. A search is `44 48 01 01`; a reply, little endian:
//!
//! ```text
//! 0x00 44 48 01 08   0x04 IPv4 text[16]   0x14 mask, gateway, DNS, DNS   0x54 MAC   0x5a u16 port
//! 0x5c UID[32]       0x7c name[32]        0xcc firmware
//! ```

use std::net::Ipv4Addr;

use crate::octets::{mac_at, text_at, u16_le_at};
use crate::{About, DecodeError, Message};

const PROTOCOL: &str = "vstarcam";
const SEARCH: &[u8] = &[0x44, 0x48, 1, 1];
const REPLY: &[u8] = &[0x44, 0x48, 1, 8];
/// Up to the firmware.
const REPLY_BYTES_MIN: usize = 0xcc;
const ADDRESS_BYTES: usize = 16;

/// Whether these bytes look like the search or a reply: the mark, and addresses written out behind it.
pub fn claims(bytes: &[u8]) -> bool {
    bytes == SEARCH
        || (bytes.starts_with(REPLY)
            && bytes.len() >= REPLY_BYTES_MIN
            && [4, 0x14].into_iter().all(|at| address_at(bytes, at).is_some()))
}

fn address_at(bytes: &[u8], at: usize) -> Option<Ipv4Addr> {
    text_at(bytes, at, ADDRESS_BYTES).parse().ok()
}

/// The search that tools send.
pub fn search() -> Vec<u8> {
    SEARCH.to_vec()
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
    if bytes == SEARCH {
        message.about = About::Nobody;
        return Ok(message);
    }
    if let Some(address) = address_at(bytes, 4) {
        message.claim_address(address);
    }
    if let Some(mac) = mac_at(bytes, 0x54) {
        message.claim_mac_address(mac);
    }
    if let Some(port) = u16_le_at(bytes, 0x5a) {
        message.say_tcp_port(&port.to_string());
    }
    message.claim_serial(&text_at(bytes, 0x5c, 32));
    message.claim_firmware(&text_at(bytes, 0xcc, 16));
    message.say_protocol("search-reply");
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{texts, values};

    #[test]
    fn a_reply_gives_the_device_and_not_the_users_name() {
        let mut bytes = vec![0; 0x130];
        let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
        put(0, REPLY);
        put(4, b"192.168.1.30");
        put(0x14, b"255.255.255.0");
        put(0x54, &[0x48, 2, 0x2a, 0, 0, 1, 81, 0]);
        put(0x5c, b"VSTB000001AAAAA");
        put(0x7c, b"vault");
        put(0xcc, b"48.0.0.1");
        let message = decode(&bytes).unwrap();
        assert!(!texts(&message).contains("vault"));
        insta::assert_snapshot!(values(&message), @"
        mac=48:02:2a:00:00:01
        port.open=81/tcp
        device.serial=VSTB000001AAAAA
        device.firmware=48.0.0.1
        device.protocol=vstarcam/search-reply
        ");
        assert_eq!(decode(SEARCH).unwrap().about, About::Nobody);
        assert!(!claims(&bytes[..0x50]) && !claims(b"DH\x01\x08"));
    }
}
