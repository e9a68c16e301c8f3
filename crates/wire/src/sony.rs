//! The search of Sony cameras: UDP 2380, `02 "ENQ:allinfo" ff 03`, answered in `NAME:VALUE` pairs.
//!
//! Fact file `protocols.md` section 6.5.

use std::net::Ipv4Addr;

use crate::octets::text_of;
use crate::{About, DecodeError, Message};

const PROTOCOL: &str = "sony";
const START: u8 = 0x02;
const END: u8 = 0x03;
/// Ends each pair.
const SEPARATOR: u8 = 0xff;
/// A reply has about twenty pairs.
const PAIRS_MIN: usize = 4;

/// Whether these bytes look like the search or a reply: start, end, and pairs with the names that matter.
pub fn claims(bytes: &[u8]) -> bool {
    let Some(inside) = inside(bytes) else { return false };
    is_search(inside) || is_reply(inside)
}

fn inside(bytes: &[u8]) -> Option<&[u8]> {
    match bytes {
        [START, inside @ .., END] => Some(inside),
        _ => None,
    }
}

fn is_search(inside: &[u8]) -> bool {
    inside.starts_with(b"ENQ:") && inside.last() == Some(&SEPARATOR)
}

fn is_reply(inside: &[u8]) -> bool {
    let has = |name: &[u8]| pairs(inside).any(|pair| pair.starts_with(name));
    pairs(inside).count() >= PAIRS_MIN && has(b"MAC:") && has(b"MODEL:")
}

fn pairs(inside: &[u8]) -> impl Iterator<Item = &[u8]> {
    inside.split(|byte| *byte == SEPARATOR).filter(|pair| !pair.is_empty())
}

/// The search that tools send.
pub fn search() -> Vec<u8> {
    [&[START], &b"ENQ:allinfo"[..], &[SEPARATOR, END]].concat()
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when it is neither search nor reply.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    let inside = inside(bytes).filter(|inside| is_search(inside) || is_reply(inside));
    let inside = inside.ok_or(DecodeError::Malformed { production: "MODEL", offset: 0 })?;
    let mut message = Message::new(PROTOCOL);
    if is_search(inside) {
        message.about = About::Nobody;
        return Ok(message);
    }
    for pair in pairs(inside) {
        let text = text_of(pair);
        let Some((name, value)) = text.split_once(':') else { continue };
        match name {
            "MAC" => message.claim_mac(value),
            "MODEL" => message.claim_model(value),
            "SERIAL" => message.claim_serial(value),
            "SOFTVERSION" => message.claim_firmware(value),
            "WEBPORT" => message.say_tcp_port(value),
            "IPADR" => {
                if let Ok(address) = value.parse::<Ipv4Addr>() {
                    message.claim_address(address);
                }
            }
            _ => {}
        }
    }
    message.say_protocol("search-reply");
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::values;

    #[test]
    fn a_reply_gives_the_device_and_a_search_nobody() {
        let reply = b"\x02MAC:08-00-46-00-00-01\xffMODEL:SNC-X000\xffSERIAL:00000001\xffIPADR:192.168.0.100\xff\
            WEBPORT:80\xffSOFTVERSION:1.0.0\xff\x03";
        let message = decode(reply).unwrap();
        assert_eq!(message.keys.addresses.len(), 1);
        insta::assert_snapshot!(values(&message), @"
        mac=08:00:46:00:00:01
        device.model=SNC-X000
        device.serial=00000001
        port.open=80/tcp
        device.firmware=1.0.0
        device.protocol=sony/search-reply
        ");
        assert_eq!(decode(b"\x02ENQ:allinfo\xff\x03").unwrap().about, About::Nobody);
        assert!(!claims(b"\x02MAC:x\xff\x03") && !claims(&reply[1..]));
    }
}
