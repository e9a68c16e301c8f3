//! MHED, the search of TVT and the brands it builds for: UDP 23456, multicast.
//!
//! Fact file `protocols.md` section 6.10. Devices announce themselves every two seconds, little endian:
//!
//! ```text
//!   0 "MHED"   4 u16 version   8 u32 command (1 search, 2 announce)     12 name[20]     32 MAC     38 u16 SDK port
//!  40 IPv4, mask, gateway     52 u32 version     56 u32 date     60 u16 HTTP, RTSP      64 u8 type
//! 140 serial[16]   156 firmware[16]   180 and 196 model[16]    212 brand code[16]      228 channels
//! ```

use crate::octets::{array_at, ipv4_at, mac_at, text_at, u16_le_at, u32_le_at};
use crate::{About, DecodeError, Message};

const PROTOCOL: &str = "tvt";
const MAGIC: &[u8] = b"MHED";
/// Up to the brand code.
const ANNOUNCE_BYTES_MIN: usize = 228;
const SEARCH: u32 = 1;
const ANNOUNCE: u32 = 2;
const SEARCH_BYTES: usize = 140;
/// Of a search.
const VERSION: u16 = 9;
/// Where older firmware has the command instead of the version.
const OLD_ANNOUNCE: u16 = 7;
const TEXT_BYTES: usize = 16;
const MODELS_AT: [usize; 2] = [180, 196];
/// SDK, HTTP, RTSP.
const PORTS_AT: [usize; 3] = [38, 60, 62];

/// Whether these bytes look like a message of this protocol: its magic before a version or command that occurs.
pub fn claims(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC) && bytes.len() >= 12 && matches!(u16_le_at(bytes, 4), Some(7..=16))
}

/// The search that tools send; devices answer to port 23456 and announce themselves unasked. Command 3 sets the
/// network of a device, so it cannot be written.
pub fn search() -> Vec<u8> {
    let mut bytes = [MAGIC, &VERSION.to_le_bytes(), &[1, 0], &SEARCH.to_le_bytes()].concat();
    bytes.resize(SEARCH_BYTES, 0);
    bytes
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when it is none of this protocol or an announcement is cut.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if !claims(bytes) {
        return Err(DecodeError::Malformed { production: "MHED", offset: 0 });
    }
    let mut message = Message::new(PROTOCOL);
    let is_old = u16_le_at(bytes, 4) == Some(OLD_ANNOUNCE);
    if !is_old && u32_le_at(bytes, 8) != Some(ANNOUNCE) {
        message.about = About::Nobody;
        return Ok(message);
    }
    if bytes.len() < ANNOUNCE_BYTES_MIN {
        let needed = std::num::NonZeroUsize::new(ANNOUNCE_BYTES_MIN - bytes.len());
        return Err(DecodeError::Incomplete { needed });
    }
    read_announcement(bytes, &mut message);
    message.say_protocol("announce");
    Ok(message)
}

fn read_announcement(bytes: &[u8], message: &mut Message) {
    if let Some(mac) = mac_at(bytes, 32) {
        message.claim_mac_address(mac);
    }
    if let Some(address) = ipv4_at(bytes, 40) {
        message.claim_address(address);
    }
    for port in PORTS_AT.iter().filter_map(|at| u16_le_at(bytes, *at)) {
        message.say_tcp_port(&port.to_string());
    }
    message.claim_serial(&text_at(bytes, 140, TEXT_BYTES));
    message.claim_firmware(&text_at(bytes, 156, TEXT_BYTES));
    for at in MODELS_AT {
        message.claim_model(&text_at(bytes, at, TEXT_BYTES));
    }
    message.claim_brand_word(&text_at(bytes, 212, TEXT_BYTES));
    let kind = match array_at(bytes, 64) {
        Some([0]) => "dvr",
        Some([1]) => "dvs",
        Some([2]) => "ipc",
        Some([3]) => "nvr",
        Some([4]) => "decoder",
        _ => return,
    };
    message.say_protocol(&format!("type={kind}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::values;

    fn announcement() -> Vec<u8> {
        let mut bytes = vec![0; 240];
        let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
        put(0, b"MHED\x08\0\x01\0\x02");
        put(12, b"front door");
        put(32, &[0, 0x18, 0xae, 0, 0, 1, 0x94, 0x17, 192, 168, 1, 88, 255, 255, 255, 0]);
        put(60, &[80, 0, 0x2a, 2, 2]);
        put(140, b"N000000000001");
        put(156, b"1.0-0000000");
        put(196, b"TD-X000");
        put(212, b"BRANDLESS");
        bytes
    }

    #[test]
    fn an_announcement_gives_the_device_and_not_the_users_name() {
        let message = decode(&announcement()).unwrap();
        assert_eq!(message.keys.addresses.len(), 1);
        insta::assert_snapshot!(values(&message), @"
        mac=00:18:ae:00:00:01
        port.open=6036/tcp
        port.open=80/tcp
        port.open=554/tcp
        device.serial=N000000000001
        device.firmware=1.0-0000000
        device.model=TD-X000
        device.brand=BRANDLESS
        device.protocol=tvt/type=ipc
        device.protocol=tvt/announce
        ");
    }

    #[test]
    fn a_search_is_about_nobody_and_a_cut_announcement_is_told() {
        let mut search = announcement();
        search[8] = 1;
        assert_eq!(decode(&search[..140]).unwrap().about, About::Nobody);
        assert!(matches!(decode(&announcement()[..100]), Err(DecodeError::Incomplete { .. })));
        assert!(!claims(b"MHED is a word"));
    }
}
