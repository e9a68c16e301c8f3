//! The Cisco Discovery Protocol, versions 1 and 2, which cameras and telephones speak too so that a switch gives them
//! power and a voice VLAN.
//!
//! ```text
//! +---------+-----+----------+ +------+--------------------+--------
//! | version | TTL | checksum | | type | length with header | value …
//! +---------+-----+----------+ +------+--------------------+--------
//!      1       1       2           2            2
//! ```
//!
//! Fact file `protocols.md` section 4.4.

use std::net::{Ipv4Addr, Ipv6Addr};

use model::SignalKind;

use crate::message::lossy;
use crate::note::mac_in;
use crate::{DecodeError, Message};

/// What stands before a message in its frame: LLC, Cisco's number and the protocol's (IEEE 802 SNAP).
pub const SNAP: [u8; 8] = [0xaa, 0xaa, 0x03, 0x00, 0x00, 0x0c, 0x20, 0x00];

const PROTOCOL: &str = "cdp";
const HEADER_BYTES: usize = 4;
/// More elements than a message that anybody sends has.
const ELEMENTS_MAX: usize = 256;
/// Addresses of one element that are read.
const ADDRESSES_MAX: usize = 16;

/// Reads a message, after [`SNAP`].
///
/// # Errors
/// [`DecodeError`] when the version is another or no element can be read.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    let malformed = |production, offset| DecodeError::Malformed { production, offset };
    let Some((&[version, ..], mut rest)) = bytes.split_first_chunk::<HEADER_BYTES>() else {
        return Err(DecodeError::Incomplete { needed: None });
    };
    if !matches!(version, 1 | 2) {
        return Err(malformed("version", 0));
    }
    let mut message = Message::new(PROTOCOL);
    let mut count = 0;
    while !rest.is_empty() && count < ELEMENTS_MAX {
        let Some((kind, value, after)) = split(rest) else {
            if count == 0 {
                return Err(malformed("TLV", HEADER_BYTES));
            }
            message.note_quirk("cut", "");
            break;
        };
        read(kind, value, &mut message);
        rest = after;
        count += 1;
    }
    if count == 0 {
        return Err(malformed("TLV", HEADER_BYTES));
    }
    Ok(message)
}

fn split(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (&[a, b, c, d], rest) = bytes.split_first_chunk::<4>()?;
    let length = usize::from(u16::from_be_bytes([c, d])).checked_sub(4)?;
    let (value, after) = rest.split_at_checked(length)?;
    Some((u16::from_be_bytes([a, b]), value, after))
}

fn read(kind: u16, value: &[u8], message: &mut Message) {
    match kind {
        0x0001 => read_device_id(&lossy(value), message),
        0x0002 | 0x0016 => read_addresses(value, message),
        0x0005 => message.say_value(SignalKind::LldpSysdescr, &lossy(value)),
        0x0006 => {
            // Many systems name only themselves here: `Linux`.
            let platform = lossy(value);
            if platform.bytes().any(|byte| byte.is_ascii_digit()) {
                message.claim_model(&platform);
            }
        }
        0x0010 => {
            if let Ok(milliwatts) = <[u8; 2]>::try_from(value) {
                let milliwatts = u16::from_be_bytes(milliwatts);
                message.say_protocol(&format!("power={milliwatts}mW"));
            }
        }
        _ => {}
    }
}

/// A name, or a hardware address, as small devices write it: `SEP5803FB000001`.
fn read_device_id(id: &str, message: &mut Message) {
    let id = id.trim();
    let bare = id.strip_prefix("SEP").unwrap_or(id);
    match mac_in(bare) {
        Some(mac) => message.claim_mac_address(mac),
        None if !id.is_empty() => message.keys.hostname = Some(id.into()),
        None => {}
    }
}

/// `count (4)`, then for each `protocol type, length, protocol, address length (2), address`.
fn read_addresses(value: &[u8], message: &mut Message) {
    let Some((count, mut rest)) = value.split_first_chunk::<4>() else { return };
    let count = usize::try_from(u32::from_be_bytes(*count)).unwrap_or(ADDRESSES_MAX);
    for _ in 0..count.min(ADDRESSES_MAX) {
        let Some((address, after)) = address(rest) else { return };
        if let Ok(octets) = <[u8; 4]>::try_from(address) {
            message.claim_address(Ipv4Addr::from(octets));
        } else if let Ok(octets) = <[u8; 16]>::try_from(address) {
            message.claim_interface(Ipv6Addr::from(octets).into());
        }
        rest = after;
    }
}

fn address(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[_, length], rest) = bytes.split_first_chunk::<2>()?;
    let rest = rest.get(usize::from(length)..)?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::values;

    fn element(kind: u16, value: &[u8]) -> Vec<u8> {
        let length = u16::try_from(value.len() + 4).unwrap();
        [&kind.to_be_bytes()[..], &length.to_be_bytes(), value].concat()
    }

    fn message() -> Vec<u8> {
        [
            vec![2, 180, 0, 0],
            element(1, b"cam-1"),
            element(2, &[0, 0, 0, 1, 1, 1, 0xcc, 0, 4, 10, 0, 0, 7]),
            element(3, b"eth0"),
            element(5, b"Camera X 1.0"),
            element(6, b"Model 1"),
            element(0x10, &[0x19, 0x64]),
        ]
        .concat()
    }

    #[test]
    fn a_device_tells_its_switch_who_it_is() {
        let read = decode(&message()).unwrap();
        assert_eq!(read.keys.hostname.as_deref(), Some("cam-1"));
        assert_eq!(read.keys.addresses, [std::net::IpAddr::from([10, 0, 0, 7])]);
        insta::assert_snapshot!(values(&read), @"
        lldp.sysdescr=Camera X 1.0
        device.model=Model 1
        device.protocol=cdp/power=6500mW
        ");
        let telephone = [vec![1, 180, 0, 0], element(1, b"SEP5803FB000001")].concat();
        assert_eq!(decode(&telephone).unwrap().keys.macs.len(), 1);
    }

    #[test]
    fn another_version_is_refused() {
        assert!(decode(&[3, 180, 0, 0, 0, 1, 0, 5, b'a']).is_err());
        assert!(decode(&[2, 180, 0, 0]).is_err());
        assert!(decode(&[2, 180]).is_err());
    }

    proptest! {
        #[test]
        fn a_cut_message_says_the_start_of_what_the_whole_says(at in 0..60usize) {
            let whole = decode(&message()).unwrap();
            if let Ok(cut) = decode(&message()[..at.min(message().len())]) {
                let said: Vec<_> =
                    cut.signals.iter().filter(|s| s.kind != SignalKind::DeviceQuirk).collect();
                prop_assert!(whole.signals.iter().take(said.len()).eq(said));
            }
        }

        #[test]
        fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
        }
    }
}
