//! LLDP (IEEE 802.1AB) with the inventory of LLDP-MED (ANSI/TIA-1057) and the power element of IEEE 802.3: what a
//! device tells the switch port it is plugged into.
//!
//! ```text
//!  0               7 8              15 16
//! +---------------+-+----------------+----------------
//! | type (7 bits) | length (9 bits)  | value …
//! +---------------+-+----------------+----------------
//! ```
//!
//! Fact file `protocols.md` section 4.4.

use std::net::{Ipv4Addr, Ipv6Addr};

use model::{MacAddr, SignalKind};

use crate::message::lossy;
use crate::{DecodeError, Message};

/// The EtherType of its frames.
pub const ETHERTYPE: u16 = 0x88cc;

const PROTOCOL: &str = "lldp";
/// More elements than a frame of 1,500 octets that anybody sends has.
const ELEMENTS_MAX: usize = 256;

mod kind {
    pub(super) const END: u8 = 0;
    pub(super) const CHASSIS_ID: u8 = 1;
    pub(super) const PORT_ID: u8 = 2;
    pub(super) const SYSTEM_NAME: u8 = 5;
    pub(super) const SYSTEM_DESCRIPTION: u8 = 6;
    pub(super) const MANAGEMENT_ADDRESS: u8 = 8;
    pub(super) const ORGANISATION: u8 = 127;
}

const CHASSIS_MAC: u8 = 4;
const CHASSIS_NETWORK_ADDRESS: u8 = 5;
const PORT_MAC: u8 = 3;
const IEEE_802_3: [u8; 3] = [0x00, 0x12, 0x0f];
const POWER_VIA_MDI: u8 = 2;
const LLDP_MED: [u8; 3] = [0x00, 0x12, 0xbb];

/// Reads the payload of a frame.
///
/// # Errors
/// [`DecodeError`] when it does not begin with a chassis id.
pub fn decode(payload: &[u8]) -> Result<Message, DecodeError> {
    let mut message = Message::new(PROTOCOL);
    let mut rest = payload;
    let mut chassis_has_mac = false;
    for number in 0..ELEMENTS_MAX {
        let Some((kind, value, after)) = split(rest) else {
            if number == 0 {
                return Err(DecodeError::Malformed { production: "TLV", offset: 0 });
            }
            message.note_quirk("cut", "");
            break;
        };
        match (number, kind, value) {
            (0, kind::CHASSIS_ID, [subtype, id @ ..]) => {
                chassis_has_mac = read_chassis(*subtype, id, &mut message);
            }
            (0, ..) => return Err(DecodeError::Malformed { production: "chassis id", offset: 0 }),
            (_, kind::END, _) => break,
            // A switch has an address a port; a device with one interface has its own there.
            (_, kind::PORT_ID, [PORT_MAC, id @ ..]) if !chassis_has_mac => {
                claim_mac(id, &mut message)
            }
            (_, kind::SYSTEM_NAME, name) if !name.is_empty() => {
                let name = lossy(name);
                if !name.trim().is_empty() {
                    message.keys.hostname = Some(name.trim().into());
                }
            }
            (_, kind::SYSTEM_DESCRIPTION, text) => {
                message.say_value(SignalKind::LldpSysdescr, &lossy(text));
            }
            (_, kind::MANAGEMENT_ADDRESS, [length, address @ ..]) => {
                let end = usize::from(*length);
                claim_address(address.get(..end).unwrap_or_default(), &mut message);
            }
            (_, kind::ORGANISATION, value) => read_organisation(value, &mut message),
            _ => {}
        }
        rest = after;
    }
    Ok(message)
}

/// Type and value of the first element, and what follows.
fn split(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[high, low], rest) = bytes.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes([high & 1, low]));
    let (value, after) = rest.split_at_checked(length)?;
    Some((high >> 1, value, after))
}

fn read_chassis(subtype: u8, id: &[u8], message: &mut Message) -> bool {
    match subtype {
        CHASSIS_MAC => claim_mac(id, message),
        CHASSIS_NETWORK_ADDRESS => claim_address(id, message),
        _ => {}
    }
    !message.keys.macs.is_empty()
}

fn claim_mac(octets: &[u8], message: &mut Message) {
    if let Ok(octets) = <[u8; 6]>::try_from(octets) {
        message.claim_mac_address(MacAddr::new(octets));
    }
}

/// An address after its family (IANA: 1 is IPv4, 2 is IPv6).
fn claim_address(value: &[u8], message: &mut Message) {
    match value {
        [1, octets @ ..] => {
            if let Ok(octets) = <[u8; 4]>::try_from(octets) {
                message.claim_address(Ipv4Addr::from(octets));
            }
        }
        [2, octets @ ..] => {
            if let Ok(octets) = <[u8; 16]>::try_from(octets) {
                message.claim_interface(Ipv6Addr::from(octets).into());
            }
        }
        _ => {}
    }
}

fn read_organisation(value: &[u8], message: &mut Message) {
    let Some((&[a, b, c, subtype], rest)) = value.split_first_chunk::<4>() else { return };
    match ([a, b, c], subtype) {
        (IEEE_802_3, POWER_VIA_MDI) => read_power(rest, message),
        (LLDP_MED, 6 | 7) => message.claim_firmware(lossy(rest).trim()),
        (LLDP_MED, 8) => message.claim_serial(lossy(rest).trim()),
        (LLDP_MED, 9) => message.claim_brand_word(lossy(rest).trim()),
        (LLDP_MED, 10) => message.claim_model(lossy(rest).trim()),
        _ => {}
    }
}

/// Whether it draws power from the port, and of which class: `MDI support, pair, class` (IEEE 802.3 clause 79.3.2).
fn read_power(value: &[u8], message: &mut Message) {
    const IS_SOURCE: u8 = 1;
    let &[support, _, class, ..] = value else { return };
    let role = if support & IS_SOURCE == 0 { "pd" } else { "pse" };
    match class.checked_sub(1).filter(|class| *class <= 4) {
        Some(class) => message.say_protocol(&format!("power={role}-class{class}")),
        None => message.say_protocol(&format!("power={role}")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::values;

    fn element(kind: u8, value: &[u8]) -> Vec<u8> {
        let length = u8::try_from(value.len()).unwrap();
        [&[kind << 1, length], value].concat()
    }

    fn frame() -> Vec<u8> {
        [
            element(1, &[4, 0xb8, 0xa4, 0x4f, 0, 0, 1]),
            element(2, &[3, 0xb8, 0xa4, 0x4f, 0, 0, 1]),
            element(3, &[0, 120]),
            element(5, b"axis-b8a44f000001"),
            element(6, b"AXIS M0000 Network Camera"),
            element(8, &[5, 1, 10, 0, 0, 7, 2, 0, 0, 0, 1, 0]),
            element(127, &[0x00, 0x12, 0x0f, 2, 0x06, 1, 4]),
            element(127, b"\x00\x12\xbb\x0aM0000"),
            element(127, b"\x00\x12\xbb\x08B8A44F000001"),
            element(0, &[]),
            vec![0; 7],
        ]
        .concat()
    }

    #[test]
    fn a_camera_tells_its_switch_who_it_is() {
        let message = decode(&frame()).unwrap();
        assert_eq!(message.keys.hostname.as_deref(), Some("axis-b8a44f000001"));
        assert_eq!(message.keys.addresses, [std::net::IpAddr::from([10, 0, 0, 7])]);
        insta::assert_snapshot!(values(&message), @"
        mac=b8:a4:4f:00:00:01
        lldp.sysdescr=AXIS M0000 Network Camera
        device.protocol=lldp/power=pd-class3
        device.model=M0000
        device.serial=B8A44F000001
        ");
    }

    #[test]
    fn what_does_not_begin_with_a_chassis_id_is_refused() {
        assert!(decode(&[]).is_err());
        assert!(decode(&element(2, &[3, 1, 2])).is_err());
    }

    proptest! {
        #[test]
        fn a_cut_frame_says_the_start_of_what_the_whole_says(at in 0..60usize) {
            let whole = decode(&frame()).unwrap();
            if let Ok(cut) = decode(&frame()[..at]) {
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
