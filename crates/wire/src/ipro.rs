//! The search of i-PRO (Panasonic) cameras: UDP 10670, answered to 10669 or 10670.
//!
//! Fact file `protocols.md` section 6.4. Big endian; behind the header come records of type, length and value
//! until a type of all ones:
//!
//! ```text
//!  0 00 01    2 u16 bytes behind byte 52    4 u16 0x0d asks, 0x0e answers    6 MAC    53 records
//! ```

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::octets::{array_at, ipv4_at, mac_at, text_of, u16_be_at};
use crate::{About, DecodeError, Message};

const PROTOCOL: &str = "ipro";
const HEADER_BYTES: usize = 52;
const RECORDS_AT: usize = 53;
const ASKS: u16 = 0x0d;
const ANSWERS: u16 = 0x0e;
/// Ends the records.
const END: u16 = 0xffff;

/// Whether these bytes look like the search or a reply: the mark, and a length that is right.
pub fn claims(bytes: &[u8]) -> bool {
    let Some(behind) = bytes.len().checked_sub(HEADER_BYTES) else { return false };
    bytes.starts_with(&[0, 1])
        && match u16_be_at(bytes, 4) {
            Some(ASKS) => behind == 0,
            Some(ANSWERS) => behind > 4 && u16_be_at(bytes, 2).map(usize::from) == Some(behind),
            _ => false,
        }
}

/// The search that tools send to `destination`, or to everybody: 255.255.255.255. Devices answer to port 10669, some to
/// 10670.
pub fn search(destination: Ipv4Addr) -> Vec<u8> {
    const START: &[u8] = &[0, 1, 0, 0, 0, 0x0d, 0, 0, 0, 0, 0, 0];
    // The same in every request; what it means is not published.
    const REST: &[u8] = &[
        0x00, 0x01, 0x20, 0x11, 0x1e, 0x11, 0x23, 0x1f, 0x1e, 0x19, 0x13, 0x00, 0x00, 0x02, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0,
    ];
    [START, &[0xff; 6], &destination.octets(), REST].concat()
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
    if u16_be_at(bytes, 4) == Some(ASKS) {
        message.about = About::Nobody;
        return Ok(message);
    }
    if let Some(mac) = mac_at(bytes, 6) {
        message.claim_mac_address(mac);
    }
    let mut rest = bytes.get(RECORDS_AT..).unwrap_or_default();
    while let Some((kind, value, next)) = record(rest) {
        read_record(&mut message, kind, value);
        rest = next;
    }
    message.say_protocol("search-reply");
    Ok(message)
}

/// The type and value of the first record, and what follows it.
fn record(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let kind = u16_be_at(bytes, 0).filter(|kind| *kind != END)?;
    let (value, next) = bytes.get(4..)?.split_at_checked(usize::from(u16_be_at(bytes, 2)?))?;
    Some((kind, value, next))
}

/// The name that a user gave the camera (0xa7) is not kept.
fn read_record(message: &mut Message, kind: u16, value: &[u8]) {
    match kind {
        0x20 => {
            if let Some(address) = ipv4_at(value, 0) {
                message.claim_address(address);
            }
        }
        0x40 => {
            if let Some(octets) = array_at::<16>(value, 0) {
                message.claim_interface(Ipv6Addr::from(octets).into());
            }
        }
        0x25 => {
            if let Some(port) = u16_be_at(value, 0) {
                message.say_tcp_port(&port.to_string());
            }
        }
        0xa8 => message.claim_model(&text_of(value)),
        0xa9 => message.claim_firmware(&text_of(value)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{texts, values};

    fn reply() -> Vec<u8> {
        let mut bytes = vec![0; RECORDS_AT];
        bytes[1] = 1;
        bytes[5] = 0x0e;
        bytes[6..12].copy_from_slice(&[0, 0x80, 0x45, 0, 0, 1]);
        for (kind, value) in [
            (0x20u16, &[192, 168, 0, 10][..]),
            (0x25, &[0, 80]),
            (0xa7, b"vault\0"),
            (0xa8, b"WV-X0000\0\0"),
            (0xa9, b"1.00"),
        ] {
            bytes.extend_from_slice(&kind.to_be_bytes());
            bytes.extend_from_slice(&u16::try_from(value.len()).unwrap().to_be_bytes());
            bytes.extend_from_slice(value);
        }
        bytes.extend_from_slice(&[0xff, 0xff, 0, 0]);
        bytes[3] = u8::try_from(bytes.len() - HEADER_BYTES).unwrap();
        bytes
    }

    #[test]
    fn a_reply_gives_the_device_and_not_the_users_name() {
        let message = decode(&reply()).unwrap();
        assert!(!texts(&message).contains("vault"));
        insta::assert_snapshot!(values(&message), @"
        mac=00:80:45:00:00:01
        port.open=80/tcp
        device.model=WV-X0000
        device.firmware=1.00
        device.protocol=ipro/search-reply
        ");
    }

    #[test]
    fn a_search_is_about_nobody_and_a_wrong_length_no_reply() {
        let mut search = vec![0; HEADER_BYTES];
        search[1] = 1;
        search[5] = 0x0d;
        assert_eq!(decode(&search).unwrap().about, About::Nobody);
        let mut wrong = reply();
        wrong.pop();
        assert!(!claims(&wrong));
    }
}
