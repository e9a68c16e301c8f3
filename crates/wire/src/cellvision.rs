//! The search of D-Link cameras on boards of Cellvision: UDP 62976, broadcast.
//!
//! Fact file `protocols.md` section 6.16, and announcements of a DCS-935L. Both ways a header of 22 bytes, little
//! endian:
//!
//! ```text
//!  0 fd fd asks, ff ff announces     2 u16 sequence     4 u16 operation     6 MAC     12 IPv4
//! 16 u16 0    18 u16 1 or 2          20 u16 bytes behind the header
//! 22 name[64]   86 …[32]   118 version[32]   150 MAC   156 revision[64]   220 model[64]   284 IPv4, mask
//! ```

use crate::octets::{array_at, ipv4_at, is_netmask, mac_at, text_at, u16_le_at};
use crate::{DecodeError, Message};

const PROTOCOL: &str = "cellvision";
const HEADER_BYTES: usize = 22;
const ASKS: [u8; 2] = [0xfd; 2];
const ANNOUNCES: [u8; 2] = [0xff; 2];
const FIRMWARE_AT: usize = 118;
const MODEL_AT: usize = 220;
const ADDRESS_AT: usize = 284;
const MASK_AT: usize = 288;

/// Whether these bytes look like the search or an announcement: the header, and a length that is right.
pub fn claims(bytes: &[u8]) -> bool {
    let Some(behind) = bytes.len().checked_sub(HEADER_BYTES) else { return false };
    u16_le_at(bytes, 16) == Some(0)
        && matches!(u16_le_at(bytes, 18), Some(1 | 2))
        && u16_le_at(bytes, 20).map(usize::from) == Some(behind)
        && match array_at(bytes, 0) {
            Some(ASKS) => behind == 0 && bytes.get(6..12) == Some(&[0xff; 6]),
            Some(ANNOUNCES) => ipv4_at(bytes, MASK_AT).is_some_and(is_netmask),
            _ => false,
        }
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when it is neither search nor announcement.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if !claims(bytes) {
        return Err(DecodeError::Malformed { production: "header", offset: 0 });
    }
    let mut message = Message::new(PROTOCOL);
    if array_at(bytes, 0) == Some(ASKS) {
        // Cameras search for each other as tools do.
        message.say_protocol("search");
        return Ok(message);
    }
    for at in [6, 150] {
        if let Some(mac) = mac_at(bytes, at) {
            message.claim_mac_address(mac);
        }
    }
    if let Some(address) = ipv4_at(bytes, ADDRESS_AT) {
        message.claim_address(address);
    }
    message.claim_model(&text_at(bytes, MODEL_AT, 64));
    message.claim_firmware(&text_at(bytes, FIRMWARE_AT, 32));
    message.say_protocol("announce");
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{texts, values};

    #[test]
    fn an_announcement_gives_the_device_and_not_the_users_name() {
        let mut bytes = vec![0; 317];
        let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
        put(
            0,
            &[
                0xff, 0xff, 4, 0, 0xa0, 0, 0xb0, 0xc5, 0x54, 0, 0, 1, 10, 0, 0, 8, 0, 0, 2, 0,
                0x27, 1,
            ],
        );
        put(22, b"vault");
        put(118, b"1.00");
        put(220, b"DCS-000L");
        put(284, &[10, 0, 0, 8, 255, 255, 255, 0]);
        let message = decode(&bytes).unwrap();
        assert!(!texts(&message).contains("vault"));
        insta::assert_snapshot!(values(&message), @"
        mac=b0:c5:54:00:00:01
        device.model=DCS-000L
        device.firmware=1.00
        device.protocol=cellvision/announce
        ");
        assert!(!claims(&bytes[..316]));
    }

    #[test]
    fn a_search_is_a_mark_alone() {
        let search =
            [&[0xfd, 0xfd, 9, 0, 0xd1, 0][..], &[0xff; 6], &[0, 0, 0, 0, 0, 0, 1, 0, 0, 0]]
                .concat();
        insta::assert_snapshot!(values(&decode(&search).unwrap()), @"device.protocol=cellvision/search");
        assert!(!claims(&[0xfd; 22]));
    }
}
