//! DHCP for IPv4 (RFC 2131, RFC 2132): what a client says of itself, and which address a server gave it.
//!
//! Options are walked one by one, so that one that is malformed costs nothing but itself.

use std::net::Ipv4Addr;
use std::num::NonZeroUsize;

use model::{MacAddr, SignalKind};

use crate::message::lossy;
use crate::{About, DecodeError, Message};

const PROTOCOL: &str = "dhcp";
/// The fixed part: operation to boot file name.
const FIXED_BYTES: usize = 236;
const COOKIE: [u8; 4] = [99, 130, 83, 99];
/// Longest host name that is a serial number (fact file `protocols.md` section 2.1: 15 characters; brands write
/// up to 20).
const SERIAL_CHARACTERS: std::ops::RangeInclusive<usize> = 13..=20;
/// The parameter list of the Dahua family (section 4.3), which asks without a vendor class.
const DAHUA_PARAMETERS: [u8; 9] = [1, 3, 4, 5, 6, 12, 15, 28, 42];

/// Whether these bytes look like DHCP: Ethernet hardware and the magic cookie.
pub fn claims(bytes: &[u8]) -> bool {
    matches!(bytes, [1 | 2, 1, 6, ..]) && bytes.get(FIXED_BYTES..FIXED_BYTES + 4) == Some(&COOKIE)
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when the fixed part or the cookie is missing.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    let Some(options) = bytes.get(FIXED_BYTES + COOKIE.len()..) else {
        let needed = NonZeroUsize::new(FIXED_BYTES + COOKIE.len() - bytes.len());
        return Err(DecodeError::Incomplete { needed });
    };
    if !claims(bytes) {
        return Err(DecodeError::Malformed { production: "magic cookie", offset: FIXED_BYTES });
    }
    let is_reply = bytes.first() == Some(&2);
    let mut message = Message::new(PROTOCOL);
    read_fixed(bytes, is_reply, &mut message);
    // What a server writes into its options is about itself and the network.
    if !is_reply {
        read_client(options, &mut message);
    }
    let is_relayed = bytes.get(24..28).is_some_and(|relay| relay != [0; 4]);
    message.about = match (is_reply || is_relayed, message.keys.macs.is_empty()) {
        (false, _) => About::Sender,
        (true, false) => About::Keys,
        (true, true) => About::Nobody,
    };
    Ok(message)
}

fn read_fixed(bytes: &[u8], is_reply: bool, message: &mut Message) {
    let address = |at: usize| {
        let octets: Option<[u8; 4]> = bytes.get(at..at + 4).and_then(|field| field.try_into().ok());
        octets.map(Ipv4Addr::from)
    };
    let hardware: Option<[u8; 6]> = bytes.get(28..34).and_then(|field| field.try_into().ok());
    if let Some(mac) = hardware.map(MacAddr::new).filter(|mac| mac.is_identity()) {
        message.keys.macs.push(mac);
        if !is_reply {
            message.say(SignalKind::Mac, mac.to_string());
        }
    }
    for claimed in [address(12), address(16).filter(|_| is_reply)].into_iter().flatten() {
        message.claim_address(claimed);
    }
}

/// What the client says of itself.
fn read_client(options: &[u8], message: &mut Message) {
    let option =
        |code: u8| Options(options).find(|(other, _)| *other == code).map(|(_, value)| value);
    if let Some(requested) = option(50).and_then(|value| <[u8; 4]>::try_from(value).ok()) {
        message.claim_address(Ipv4Addr::from(requested));
    }
    // Option 61: type 1 is the hardware address again; behind a relay or a bridge it is the client's own.
    if let Some([1, octets @ ..]) = option(61)
        && let Ok(octets) = <[u8; 6]>::try_from(octets)
    {
        message.claim_mac_address(MacAddr::new(octets));
    }
    let parameters = option(55).unwrap_or_default();
    if let Some(class) = option(60) {
        let class = lossy(class);
        message.say(SignalKind::DhcpVendorClass, &class);
        expand_vendor_class(&class, message);
    }
    if let Some(name) = option(12) {
        let name = lossy(name);
        message.say(SignalKind::DhcpHostname, &name);
        let name = name.trim();
        message.keys.hostname = (!name.is_empty()).then(|| name.into());
        if parameters == DAHUA_PARAMETERS && option(60).is_none() && is_serial(name) {
            message.claim_serial(name);
        }
    }
    let numbers: Vec<String> = parameters.iter().map(u8::to_string).collect();
    message.say(SignalKind::DhcpParams, numbers.join(","));
}

/// `AXIS,<type>,<model>,<firmware>` names model and firmware; other classes name a program at most.
pub fn expand_vendor_class(class: &str, message: &mut Message) {
    let fields: Vec<&str> = class.trim().split(',').collect();
    if let ["AXIS", _, model, firmware, ..] = *fields {
        message.claim_brand("AXIS");
        message.claim_model(model);
        message.claim_firmware(firmware);
    }
}

fn is_serial(name: &str) -> bool {
    SERIAL_CHARACTERS.contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && name.bytes().any(|byte| byte.is_ascii_digit())
}

/// The options in order, up to the end mark or the first that is cut.
struct Options<'a>(&'a [u8]);

impl<'a> Iterator for Options<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.0 {
                [0, rest @ ..] => self.0 = rest,
                [255, ..] | [] => return None,
                [code, length, rest @ ..] => {
                    let (value, rest) = rest.split_at_checked(usize::from(*length))?;
                    self.0 = rest;
                    return Some((*code, value));
                }
                _ => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;
    use crate::testing::values;

    const MAC: [u8; 6] = [0x9c, 0x8e, 0xcd, 0, 0, 1];

    fn datagram(operation: u8, yours: [u8; 4], options: &[(u8, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![operation, 1, 6, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0];
        bytes.extend(yours);
        bytes.extend([0; 8]);
        bytes.extend(MAC);
        bytes.resize(FIXED_BYTES, 0);
        bytes.extend(COOKIE);
        for (code, value) in options {
            bytes.extend([*code, u8::try_from(value.len()).unwrap()]);
            bytes.extend(*value);
        }
        bytes.push(255);
        bytes
    }

    #[test]
    fn a_client_of_the_dahua_family_gives_its_serial_as_host_name() {
        let options: &[(u8, &[u8])] = &[
            (53, &[3]),
            (12, b"0A00000PAG00001"),
            (50, &[192, 168, 1, 108]),
            (55, &DAHUA_PARAMETERS),
            (61, &[1, 0x9c, 0x8e, 0xcd, 0, 0, 1]),
        ];
        let bytes = datagram(1, [0; 4], options);
        assert!(claims(&bytes));
        let message = decode(&bytes).unwrap();
        assert_eq!(message.about, About::Sender);
        assert_eq!(message.keys.addresses, [IpAddr::from([192, 168, 1, 108])]);
        assert_eq!(message.keys.macs, [MacAddr::new(MAC)]);
        insta::assert_snapshot!(values(&message), @"
        mac=9c:8e:cd:00:00:01
        dhcp.hostname=0A00000PAG00001
        device.serial=0A00000PAG00001
        dhcp.params=1,3,4,5,6,12,15,28,42
        ");
    }

    #[test]
    fn the_vendor_class_of_axis_names_model_and_firmware() {
        let options: &[(u8, &[u8])] = &[
            (0, &[]),
            (60, b"AXIS,Network Camera,M0000,10.0.0"),
            (12, b"axis-accc8e000001"),
            (55, &[1, 3]),
        ];
        let message = decode(&datagram(1, [0; 4], &options[1..])).unwrap();
        insta::assert_snapshot!(values(&message), @"
        mac=9c:8e:cd:00:00:01
        dhcp.vendor-class=AXIS,Network Camera,M0000,10.0.0
        device.brand=AXIS
        device.model=M0000
        device.firmware=10.0.0
        dhcp.hostname=axis-accc8e000001
        dhcp.params=1,3
        ");
    }

    #[test]
    fn a_servers_answer_is_about_the_client() {
        let bytes =
            datagram(2, [192, 168, 1, 50], &[(53, &[5]), (12, b"router"), (54, &[192, 168, 1, 1])]);
        let message = decode(&bytes).unwrap();
        assert_eq!(message.about, About::Keys);
        assert_eq!(message.keys.macs, [MacAddr::new(MAC)]);
        assert_eq!(message.keys.addresses, [IpAddr::from([192, 168, 1, 50])]);
        assert_eq!((message.keys.hostname, message.signals.len()), (None, 0));
    }

    #[test]
    fn what_a_relay_passes_on_is_about_the_client() {
        let mut bytes = datagram(1, [0; 4], &[(12, b"cam")]);
        bytes[24..28].copy_from_slice(&[10, 0, 0, 1]);
        let message = decode(&bytes).unwrap();
        assert_eq!(
            (message.about, &message.keys.macs[..]),
            (About::Keys, &[MacAddr::new(MAC)][..])
        );
    }

    #[test]
    fn a_cut_option_costs_nothing_but_itself() {
        let mut bytes = datagram(1, [0; 4], &[(60, b"udhcp 0.0.0"), (12, b"cam")]);
        bytes.truncate(bytes.len() - 2);
        assert_eq!(
            values(&decode(&bytes).unwrap()),
            "mac=9c:8e:cd:00:00:01\ndhcp.vendor-class=udhcp 0.0.0\n"
        );
    }
}
