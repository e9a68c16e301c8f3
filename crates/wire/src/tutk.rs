//! TUTK (ThroughTek Kalay), in the firmware of many makers: UDP on any port.
//!
//! Fact file `protocols.md` section 7.3. Little endian:
//!
//! ```text
//!  0 04 02   2 version, 0a   4 u16 bytes behind byte 16   8 type: 28 04 ping, 08 04 data   10 12 00 camera, 21 00 client
//! ```

use crate::octets::{array_at, u16_le_at};
use crate::{About, DecodeError, Message};

const PROTOCOL: &str = "tutk";
const HEADER_BYTES: usize = 16;
const MARK: [u8; 2] = [0x04, 0x02];
/// Follows the version.
const FAMILY: u8 = 0x0a;
const PING: [u8; 2] = [0x28, 0x04];
const DATA: [u8; 2] = [0x08, 0x04];
const FROM_CAMERA: [u8; 2] = [0x12, 0];
const FROM_CLIENT: [u8; 2] = [0x21, 0];

/// Whether these bytes look like a datagram of this protocol in clear: mark, type, direction, and a length that is
/// right.
pub fn claims(bytes: &[u8]) -> bool {
    let behind = bytes.len().checked_sub(HEADER_BYTES);
    array_at(bytes, 0) == Some(MARK)
        && bytes.get(3) == Some(&FAMILY)
        && behind.is_some_and(|behind| u16_le_at(bytes, 4).map(usize::from) == Some(behind))
        && matches!(array_at(bytes, 8), Some(PING | DATA))
        && matches!(array_at(bytes, 10), Some(FROM_CAMERA | FROM_CLIENT))
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when it is none of this protocol.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if !claims(bytes) {
        return Err(DecodeError::Malformed { production: "header", offset: 0 });
    }
    let mut message = Message::new(PROTOCOL);
    if array_at(bytes, 10) == Some(FROM_CLIENT) {
        message.about = About::Nobody;
    } else if array_at(bytes, 8) == Some(PING) {
        message.say_protocol("ping");
    } else {
        message.say_protocol("data");
    }
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::values;

    fn framed(kind: [u8; 2], direction: [u8; 2]) -> Vec<u8> {
        let version = [0x19, FAMILY, 8, 0, 0, 0];
        [&MARK[..], &version, &kind, &direction, &[0; 4], &[0x55; 8]].concat()
    }

    #[test]
    fn a_camera_is_told_from_its_client() {
        let ping = framed(PING, FROM_CAMERA);
        insta::assert_snapshot!(values(&decode(&ping).unwrap()), @"device.protocol=tutk/ping");
        assert_eq!(decode(&framed(PING, FROM_CLIENT)).unwrap().about, About::Nobody);
        assert!(!claims(&ping[..23]) && !claims(&framed([0; 2], FROM_CAMERA)));
    }
}
