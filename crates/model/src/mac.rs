use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A 48-bit IEEE 802 address.
///
/// Text form is lower-case hex with colons (`58:03:fb:00:00:01`); parsing accepts colons, dashes, dots,
/// blanks or no separator at all, because registers hold every spelling.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MacAddr([u8; 6]);

/// The first three octets of an IEEE-assigned address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Oui(pub [u8; 3]);

/// The text is no 48-bit address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a MAC address: twelve hexadecimal digits are needed, such as 58:03:fb:00:00:01"
)]
pub struct InvalidMac(pub String);

impl MacAddr {
    /// The address with these octets, first on the wire first.
    pub const fn new(octets: [u8; 6]) -> Self {
        Self(octets)
    }

    /// The octets, first on the wire first.
    pub const fn octets(self) -> [u8; 6] {
        self.0
    }

    /// The IEEE-assigned prefix, or `None` when nobody assigned this address: a set U/L bit means
    /// "made up locally", a set I/G bit "a group", and neither names a maker.
    pub const fn oui(self) -> Option<Oui> {
        let [a, b, c, ..] = self.0;
        if a & 0b11 == 0 { Some(Oui([a, b, c])) } else { None }
    }

    /// Whether the I/G bit is set: a multicast or broadcast address belongs to no single device.
    pub const fn is_group(self) -> bool {
        self.0[0] & 1 == 1
    }

    /// Whether the U/L bit is set: the address was made up, by randomisation or by an administrator.
    pub const fn is_local(self) -> bool {
        self.0[0] & 2 == 2
    }

    /// Whether the address may identify one device: not a group, not all zeros.
    pub const fn is_identity(self) -> bool {
        let [a, b, c, d, e, f] = self.0;
        !self.is_group() && (a | b | c | d | e | f) != 0
    }

    /// The address as one number, most significant octet first; handy as a hash key.
    pub const fn to_u64(self) -> u64 {
        let [a, b, c, d, e, f] = self.0;
        u64::from_be_bytes([0, 0, a, b, c, d, e, f])
    }
}

impl FromStr for MacAddr {
    type Err = InvalidMac;

    fn from_str(text: &str) -> Result<Self, InvalidMac> {
        let invalid = || InvalidMac(text.chars().take(40).collect());
        let mut octets = [0u8; 6];
        let mut digits = 0usize;
        for character in text.trim().chars() {
            match character.to_digit(16) {
                Some(digit) => {
                    let slot = octets.get_mut(digits / 2).ok_or_else(invalid)?;
                    *slot = *slot << 4 | u8::try_from(digit).map_err(|_| invalid())?;
                    digits += 1;
                }
                None if matches!(character, ':' | '-' | '.' | ' ') && digits > 0 && digits < 12 => {
                }
                None => return Err(invalid()),
            }
        }
        if digits == 12 { Ok(Self(octets)) } else { Err(invalid()) }
    }
}

impl fmt::Display for MacAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut text = [b':'; 17];
        for (slot, octet) in text.chunks_mut(3).zip(self.0) {
            if let [high, low, ..] = slot {
                *high = HEX.get(usize::from(octet >> 4)).copied().unwrap_or(b'?');
                *low = HEX.get(usize::from(octet & 15)).copied().unwrap_or(b'?');
            }
        }
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for MacAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for MacAddr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MacAddr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_one_address() {
        let expected = MacAddr::new([0x58, 0x03, 0xfb, 0x00, 0x00, 0x01]);
        for text in [
            "58:03:FB:00:00:01",
            "58-03-fb-00-00-01",
            "5803.fb00.0001",
            "5803FB000001",
            "58 03 fb 00 00 01",
        ] {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
        assert_eq!(expected.to_string(), "58:03:fb:00:00:01");
        assert_eq!(expected.oui(), Some(Oui([0x58, 0x03, 0xfb])));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "58:03:fb:00:00",
            "58:03:fb:00:00:01:02",
            "1.23E+11",
            "58:03:fb:00:00:0g",
            ":5803fb000001",
        ] {
            assert!(text.parse::<MacAddr>().is_err(), "{text}");
        }
    }

    #[test]
    fn made_up_and_group_addresses_name_no_maker() {
        assert_eq!(MacAddr::new([0x02, 0, 0, 0, 0, 1]).oui(), None);
        assert_eq!(MacAddr::new([0x01, 0, 0x5e, 0, 0, 1]).oui(), None);
        assert!(!MacAddr::new([0; 6]).is_identity());
    }
}
