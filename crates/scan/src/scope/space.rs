//! Which parts of the address space may be asked at all.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// RFC 1918, RFC 6598 (inside of carriers and large campuses), loopback, link-local. Nothing else of IPv4 is ever asked.
const PRIVATE_V4: [Ipv4Net; 6] = [
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 168, 0, 0], 16),
];

/// Unique local (RFC 4193), link-local, loopback.
const PRIVATE_V6: [Ipv6Net; 3] = [
    v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7),
    v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10),
    v6([0, 0, 0, 0, 0, 0, 0, 1], 128),
];

const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// Parts of [`GLOBAL_V6`] that are no organisation's: protocols (Teredo and others), documentation twice, 6to4.
const NOBODYS_V6: [Ipv6Net; 4] = [
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
];

/// What a registry gives to a provider or a large organisation; a listed network of fewer bits is somebody else's too.
pub(super) const GLOBAL_PREFIX_MIN: u8 = 32;

const MULTICAST_V4: Ipv4Net = v4([224, 0, 0, 0], 4);
const THIS_V4: Ipv4Net = v4([0, 0, 0, 0], 8);
const MULTICAST_V6: Ipv6Net = v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8);
const IPV4_IN_V6: Ipv6Net = v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96);

const fn v4([a, b, c, d]: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6([a, b, c, d, e, f, g, h]: [u16; 8], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), prefix)
}

/// What kind of address one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// Inside of an organisation.
    Private,
    /// IPv6 that is routed everywhere: the organisation's own, or not.
    Global,
    /// Of the whole world, of nobody, or of no known use.
    Public,
    /// Of a group.
    Multicast,
    /// `255.255.255.255`
    Broadcast,
    /// `0.0.0.0/8` and `::`: no host's.
    Unspecified,
}

impl Space {
    pub(super) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(Ipv4Addr::BROADCAST) => Self::Broadcast,
            IpAddr::V4(address) if THIS_V4.contains(&address) => Self::Unspecified,
            IpAddr::V4(address) if address.is_multicast() => Self::Multicast,
            IpAddr::V4(address) if PRIVATE_V4.iter().any(|net| net.contains(&address)) => {
                Self::Private
            }
            IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Self::Unspecified,
            IpAddr::V6(address) if address.is_multicast() => Self::Multicast,
            IpAddr::V6(address) if PRIVATE_V6.iter().any(|net| net.contains(&address)) => {
                Self::Private
            }
            IpAddr::V6(address)
                if GLOBAL_V6.contains(&address)
                    && !NOBODYS_V6.iter().any(|net| net.contains(&address)) =>
            {
                Self::Global
            }
            _ => Self::Public,
        }
    }
}

/// Why a network may not stand in a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unlistable {
    #[error(
        "holds public addresses, which are never asked, whatever a scope says: write private \
         networks (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 169.254.0.0/16, \
         127.0.0.0/8, or parts of them)"
    )]
    PublicV4,
    #[error(
        "holds multicast addresses, which name groups, not hosts: write the networks of the hosts"
    )]
    Multicast,
    #[error(
        "holds addresses that no host can have (0.0.0.0/8, ::): write the networks of the hosts"
    )]
    Unspecified,
    #[error("is IPv4 written as IPv6: write it as IPv4")]
    MappedV4,
    #[error(
        "is broader than an organisation's own part of the public IPv6 space: write prefixes of at \
         least {GLOBAL_PREFIX_MIN} bits"
    )]
    Broad,
    #[error(
        "holds IPv6 addresses that are no organisation's own (documentation, translation to IPv4, \
         protocols, or not given out): write the networks of the hosts"
    )]
    NobodysV6,
}

/// May a network stand in a scope file?
pub(super) fn listable(network: IpNet) -> Result<Space, Unlistable> {
    match network {
        IpNet::V4(network) => listable_v4(network),
        IpNet::V6(network) => listable_v6(network),
    }
}

fn listable_v4(network: Ipv4Net) -> Result<Space, Unlistable> {
    if PRIVATE_V4.iter().any(|private| private.contains(&network)) {
        Ok(Space::Private)
    } else if MULTICAST_V4.contains(&network) {
        Err(Unlistable::Multicast)
    } else if THIS_V4.contains(&network) {
        Err(Unlistable::Unspecified)
    } else {
        Err(Unlistable::PublicV4)
    }
}

fn listable_v6(network: Ipv6Net) -> Result<Space, Unlistable> {
    if PRIVATE_V6.iter().any(|private| private.contains(&network)) {
        Ok(Space::Private)
    } else if MULTICAST_V6.contains(&network) {
        Err(Unlistable::Multicast)
    } else if IPV4_IN_V6.contains(&network) {
        Err(Unlistable::MappedV4)
    } else if network.addr().is_unspecified() && network.prefix_len() == 128 {
        Err(Unlistable::Unspecified)
    } else if NOBODYS_V6.iter().any(|nobodys| nobodys.contains(&network))
        || !overlap(&GLOBAL_V6, &network)
    {
        Err(Unlistable::NobodysV6)
    } else if network.prefix_len() < GLOBAL_PREFIX_MIN {
        Err(Unlistable::Broad)
    } else {
        Ok(Space::Global)
    }
}

fn overlap(one: &Ipv6Net, two: &Ipv6Net) -> bool {
    one.contains(two) || two.contains(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_of_addresses() {
        for (address, space) in [
            ("10.255.255.255", Space::Private),
            ("11.0.0.0", Space::Public),
            ("172.15.255.255", Space::Public),
            ("172.16.0.0", Space::Private),
            ("172.32.0.0", Space::Public),
            ("100.127.255.255", Space::Private),
            ("100.128.0.0", Space::Public),
            ("127.0.0.1", Space::Private),
            ("169.254.1.1", Space::Private),
            ("192.0.2.1", Space::Public),
            ("192.168.0.1", Space::Private),
            ("198.18.0.1", Space::Public),
            ("203.0.113.1", Space::Public),
            ("0.1.2.3", Space::Unspecified),
            ("224.0.0.1", Space::Multicast),
            ("239.255.255.250", Space::Multicast),
            ("240.0.0.1", Space::Public),
            ("255.255.255.255", Space::Broadcast),
            ("::", Space::Unspecified),
            ("::1", Space::Private),
            ("::2", Space::Public),
            ("::ffff:10.0.0.1", Space::Private),
            ("::ffff:8.8.8.8", Space::Public),
            ("64:ff9b::808:808", Space::Public),
            ("fd12::1", Space::Private),
            ("fe80::1", Space::Private),
            ("fec0::1", Space::Public),
            ("ff02::1", Space::Multicast),
            ("2a00:1234::1", Space::Global),
            ("2001:db8::1", Space::Public),
            ("2001::1", Space::Public),
            ("2001:67c::1", Space::Global),
            ("2002:808:808::1", Space::Public),
        ] {
            assert_eq!(Space::of(address.parse().unwrap()), space, "{address}");
        }
    }

    /// Were it not so, a scope could hold an address that its own kind forbids.
    #[test]
    fn a_listable_network_begins_and_ends_in_its_space() {
        let mut listed = 0;
        // Other bits make a network that comes, or came, with other bits.
        let aligned = |(bits, prefix): &(u16, u8)| bits.trailing_zeros() >= 16 - u32::from(*prefix);
        let all = (0..=u16::MAX).flat_map(|bits| (0..=16).map(move |prefix| (bits, prefix)));
        for (bits, prefix) in all.filter(aligned) {
            let networks = [
                (IpAddr::V4(Ipv4Addr::from_bits(u32::from(bits) << 16)), prefix),
                (IpAddr::V6(Ipv6Addr::new(bits, 0, 0, 0, 0, 0, 0, 0)), prefix),
                (IpAddr::V6(Ipv6Addr::new(0x2001, bits, 0, 0, 0, 0, 0, 0)), 16 + prefix),
                (IpAddr::V6(Ipv6Addr::new(0x3fff, bits, 0, 0, 0, 0, 0, 0)), 16 + prefix),
            ];
            for (address, prefix) in networks {
                let network = IpNet::new(address, prefix).unwrap();
                if let Ok(space) = listable(network) {
                    listed += 1;
                    assert_eq!(Space::of(network.network()), space, "{network}");
                    assert_eq!(Space::of(network.broadcast()), space, "{network}");
                }
            }
        }
        assert!(listed > 1_000, "{listed}");
    }
}
