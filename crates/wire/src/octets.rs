//! Fields at fixed places, as the makers' binary search protocols lay them out.

use std::borrow::Cow;
use std::net::Ipv4Addr;

use model::MacAddr;

use crate::text::header_text;

/// `N` octets from `at` on.
pub(crate) fn array_at<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk::<N>().copied()
}

/// A hardware address.
pub(crate) fn mac_at(bytes: &[u8], at: usize) -> Option<MacAddr> {
    array_at(bytes, at).map(MacAddr::new)
}

/// An IPv4 address in the order of the network.
pub(crate) fn ipv4_at(bytes: &[u8], at: usize) -> Option<Ipv4Addr> {
    array_at::<4>(bytes, at).map(Ipv4Addr::from)
}

pub(crate) fn u16_be_at(bytes: &[u8], at: usize) -> Option<u16> {
    array_at(bytes, at).map(u16::from_be_bytes)
}

pub(crate) fn u16_le_at(bytes: &[u8], at: usize) -> Option<u16> {
    array_at(bytes, at).map(u16::from_le_bytes)
}

pub(crate) fn u32_be_at(bytes: &[u8], at: usize) -> Option<u32> {
    array_at(bytes, at).map(u32::from_be_bytes)
}

pub(crate) fn u32_le_at(bytes: &[u8], at: usize) -> Option<u32> {
    array_at(bytes, at).map(u32::from_le_bytes)
}

/// Text of a field of `length` octets, up to its first NUL; empty where the message ends before it.
pub(crate) fn text_at(bytes: &[u8], at: usize, length: usize) -> Cow<'_, str> {
    let rest = bytes.get(at..).unwrap_or_default();
    text_of(rest.get(..length).unwrap_or(rest))
}

/// Text of a field up to its first NUL. What holds control characters is no text and gives nothing.
pub(crate) fn text_of(field: &[u8]) -> Cow<'_, str> {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    let text = field.get(..end).unwrap_or(field).trim_ascii();
    if text.iter().any(u8::is_ascii_control) { Cow::Borrowed("") } else { header_text(text) }
}

/// Whether `mask` is a netmask of a network with hosts: ones, then zeros.
pub(crate) fn is_netmask(mask: Ipv4Addr) -> bool {
    let bits = mask.to_bits();
    bits.leading_ones() >= 8 && bits.count_ones() == bits.leading_ones() && bits.count_zeros() >= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_end_at_a_nul_and_hold_no_controls() {
        assert_eq!(text_at(b"xxMODEL\0junk", 2, 8), "MODEL");
        assert_eq!(text_at(b"xxMODEL", 2, 80), "MODEL");
        assert_eq!(text_at(b"xx\x01\x02", 2, 2), "");
        assert_eq!(text_at(b"x", 2, 2), "");
        assert_eq!(mac_at(&[0; 5], 0), None);
    }

    #[test]
    fn netmasks_are_ones_before_zeros() {
        let is = |a, b, c, d| is_netmask(Ipv4Addr::new(a, b, c, d));
        assert!(is(255, 0, 0, 0) && is(255, 255, 254, 0));
        assert!(!is(0, 0, 0, 0) && !is(255, 0, 255, 0) && !is(255, 255, 255, 255));
    }
}
