//! What one row or block of an output says, as text, before anything is made of it.

use std::net::IpAddr;

use model::MacAddr;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Hardware address of the device.
    Mac,
    /// Network address of the device.
    Address,
    /// VLAN on the switch.
    Vlan,
    /// The switch's own port.
    Port,
    /// A port of the device itself, where an output describes the device that prints it.
    OwnPort,
    /// Name, then address, of the switch, where a row and not the prompt says them.
    Switch,
    /// The interface of the switch that routes: a VLAN interface, or a port.
    Interface,
    /// Name the device gives itself.
    Name,
    /// Chassis id of a neighbour (LLDP).
    Chassis,
    /// The neighbour's own port.
    RemotePort,
    /// How the neighbour describes its own port.
    RemotePortName,
    /// System description (LLDP) or version (CDP).
    Description,
    /// Platform (CDP).
    Platform,
    /// Manufacturer (LLDP-MED inventory).
    Make,
    /// Model (LLDP-MED inventory).
    Model,
    /// Firmware or software revision (LLDP-MED inventory).
    Firmware,
    /// Serial number (LLDP-MED inventory).
    Serial,
    /// How the switch knows it: `dynamic`, `static`, ….
    Kind,
}

/// One row of a table, or one block about a neighbour.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// Line on which it begins, counted from 1.
    pub line: u64,
    /// The switch's name, where a prompt shows it.
    pub switch: Option<Box<str>>,
    /// What it says, in the order of the text.
    pub values: Vec<(Field, String)>,
}

impl Entry {
    /// The first value of a field.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.all(field).next()
    }

    /// All values of a field.
    pub fn all(&self, field: Field) -> impl Iterator<Item = &str> {
        self.values.iter().filter(move |(known, _)| *known == field).map(|(_, value)| &**value)
    }

    /// The port of the switch: a physical one rather than an interface that routes.
    pub fn port(&self) -> Option<&str> {
        self.get(Field::Port).or_else(|| self.get(Field::Interface)).filter(|port| *port != "-")
    }

    /// The hardware address, where it is one of a single device.
    pub fn mac(&self) -> Option<MacAddr> {
        self.all(Field::Mac)
            .chain(self.all(Field::Chassis))
            .chain(self.all(Field::RemotePort))
            .find_map(mac)
    }

    /// The network addresses that can be read.
    pub fn addresses(&self) -> Vec<IpAddr> {
        let mut found = Vec::new();
        for address in self.all(Field::Address).chain(self.all(Field::Chassis)).filter_map(address)
        {
            if !found.contains(&address) {
                found.push(address);
            }
        }
        found
    }

    /// Adds a value; what stands for nothing is left out.
    pub(super) fn put(&mut self, field: Field, value: &str) {
        let value = cleaned(value);
        let is_zero = value.chars().all(|c| matches!(c, '0' | '.' | ':' | '-'));
        let is_nothing = value.is_empty() || field == Field::Mac && is_zero;
        if !is_nothing {
            self.values.push((field, value.to_owned()));
        }
    }
}

/// Words that stand for no value.
const NOTHING: [&str; 7] =
    ["-", "--", "(null)", "not advertised", "- not advertised", "[not advertised]", "none"];

/// A value without the marks around it; empty where it only stands for one.
pub(super) fn cleaned(value: &str) -> &str {
    let value = value.trim();
    let value = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
    let value = value.trim();
    if NOTHING.iter().any(|word| value.eq_ignore_ascii_case(word)) { "" } else { value }
}

/// A hardware address of one device; a DHCP client identifier of Ethernet (RFC 2132 section 9.14) holds one.
pub(super) fn mac(text: &str) -> Option<MacAddr> {
    if !is_mac_shaped(text) && text.split_whitespace().count() != 6 {
        return None;
    }
    let of_client = || {
        let digits: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        digits.strip_prefix("01").filter(|rest| rest.len() == 12)?.parse().ok()
    };
    text.parse().ok().or_else(of_client).filter(|mac: &MacAddr| mac.is_identity())
}

/// An address of one machine, without the zone that may follow it.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    let bare = text.split(['%', '/']).next()?.trim();
    let address: IpAddr = bare.parse().ok()?;
    let is_broadcast = matches!(address, IpAddr::V4(v4) if v4.is_broadcast());
    let is_nobodys = address.is_unspecified() || address.is_loopback() || address.is_multicast();
    (!is_broadcast && !is_nobodys).then_some(address)
}

/// Whether a word is written as hardware addresses are: twelve characters in equal groups, digits or the letters
/// that hide them; fourteen in a DHCP client identifier.
pub(super) fn is_mac_shaped(word: &str) -> bool {
    let mut groups = word.split(['.', ':', '-']);
    let Some(first) = groups.next().map(str::len) else { return false };
    let mut count = first;
    let mut is_even = true;
    let mut last = first;
    for group in groups {
        is_even &= last == first;
        last = group.len();
        count += last;
    }
    let is_alphanumeric = word.chars().all(|c| c.is_ascii_alphanumeric() || ".:-".contains(c));
    let is_grouped = matches!(first, 2 | 4 | 6) && is_even;
    let is_bare = first == 12 && word.chars().all(|c| c.is_ascii_hexdigit());
    is_alphanumeric
        && match count {
            12 => (is_grouped && last == first) || is_bare,
            14 => is_grouped && word.chars().all(|c| c.is_ascii_hexdigit() || ".:-".contains(c)),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_as_a_hardware_address_is_told_from_names() {
        for word in ["58:03:fb:00:00:01", "5803.fb00.0001", "5803fb-000001", "5803FB000001"] {
            assert!(is_mac_shaped(word), "{word}");
            assert!(mac(word).is_some(), "{word}");
        }
        assert_eq!(mac("0158.03fb.0000.01"), mac("58:03:fb:00:00:01"));
        for word in
            ["N3K-C3172PQ-XL", "10.248.159.182", "SEP5803FB000001", "", "Gi1/0/1", "2026-11-25"]
        {
            assert!(!is_mac_shaped(word), "{word}");
        }
        assert_eq!(mac("ffff.ffff.ffff"), None);
    }
}
