//! ARP (RFC 826) for IPv4 over Ethernet.

use std::net::Ipv4Addr;
use std::num::NonZeroUsize;

use model::MacAddr;

use crate::DecodeError;

/// Ethernet, IPv4, six and four octets.
const TYPES: [u8; 6] = [0, 1, 8, 0, 6, 4];
/// Up to the sender's addresses; the target's are not read.
const SENDER_BYTES: usize = 18;

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
/// [`DecodeError`] when the bytes are no ARP packet of IPv4 over Ethernet, or the sender is no single station.
pub fn decode(payload: &[u8]) -> Result<Claim, DecodeError> {
    let Some(packet) = payload.first_chunk::<SENDER_BYTES>() else {
        let needed = NonZeroUsize::new(SENDER_BYTES.saturating_sub(payload.len()));
        return Err(DecodeError::Incomplete { needed });
    };
    let [a, b, c, d, e, f, _, _, m0, m1, m2, m3, m4, m5, i0, i1, i2, i3] = *packet;
    if [a, b, c, d, e, f] != TYPES {
        return Err(DecodeError::Malformed { production: "ar$hrd", offset: 0 });
    }
    let mac = MacAddr::new([m0, m1, m2, m3, m4, m5]);
    if !mac.is_identity() {
        return Err(DecodeError::Malformed { production: "ar$sha", offset: 8 });
    }
    let address = Ipv4Addr::new(i0, i1, i2, i3);
    Ok(Claim { mac, address: Some(address).filter(|address| !address.is_unspecified()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAC: [u8; 6] = [0x58, 0x03, 0xfb, 0, 0, 1];

    fn packet(mac: [u8; 6], address: [u8; 4]) -> Vec<u8> {
        [&TYPES[..], &[0, 2], &mac, &address, &[0; 10]].concat()
    }

    #[test]
    fn an_answer_is_a_claim_and_a_probe_claims_no_address() {
        let claim = |address| decode(&packet(MAC, address)).map(|claim| (claim.mac, claim.address));
        let mac = MacAddr::new(MAC);
        assert_eq!(claim([10, 0, 0, 7]), Ok((mac, Some(Ipv4Addr::new(10, 0, 0, 7)))));
        assert_eq!(claim([0; 4]), Ok((mac, None)));
    }

    #[test]
    fn groups_and_cut_packets_are_refused() {
        assert!(decode(&packet([0xff; 6], [10, 0, 0, 7])).is_err());
        assert!(matches!(
            decode(&packet(MAC, [10, 0, 0, 7])[..17]),
            Err(DecodeError::Incomplete { .. })
        ));
    }
}
