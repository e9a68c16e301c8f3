//! ARP (RFC 826) for IPv4 over Ethernet.

use std::net::Ipv4Addr;

use model::MacAddr;

use crate::DecodeError;

/// Who says that it holds which address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Hardware address of the sender.
    pub mac: MacAddr,
    /// Its network address; `None` in a probe for a free address (RFC 5227).
    pub address: Option<Ipv4Addr>,
}

/// Reads the payload of an ARP frame.
///
/// # Errors
/// [`DecodeError`] when the bytes are no ARP packet of IPv4 over Ethernet.
pub fn decode(payload: &[u8]) -> Result<Claim, DecodeError> {
    let _ = payload;
    Err(DecodeError::Malformed { production: "packet", offset: 0 })
}
