//! One frame down to its transport, whatever link it was recorded on.

use std::net::IpAddr;

use etherparse::{
    ArpPacketSlice, EtherType, IpNumber, Ipv6ExtensionSlice, LaxLinkExtSlice, LaxNetSlice,
    LaxSlicedPacket, TcpSlice, TransportSlice, UdpSlice,
};
use model::MacAddr;

/// Link types of the tcpdump registry that are read.
mod linktype {
    pub(super) const NULL: i32 = 0;
    pub(super) const ETHERNET: i32 = 1;
    pub(super) const RAW: [i32; 5] = [12, 14, 101, 228, 229];
    pub(super) const PPP: i32 = 9;
    pub(super) const PPP_HDLC: i32 = 50;
    pub(super) const PPPOE: i32 = 51;
    pub(super) const CISCO_HDLC: i32 = 104;
    pub(super) const LOOP: i32 = 108;
    pub(super) const LINUX_SLL: i32 = 113;
    /// One octet in front of PPP says who sent it.
    pub(super) const PPP_WITH_DIRECTION: i32 = 204;
    pub(super) const LINUX_SLL2: i32 = 276;
}

/// Link types that people hand over and that are not read. Of frames of Wi-Fi not even the hardware addresses are:
/// beside encrypted data there is little that names a device.
const LINK_NAMES: &[(i32, &str)] = &[
    (10, "FDDI"),
    (105, "Wi-Fi frames"),
    (119, "Wi-Fi frames with a Prism header"),
    (127, "Wi-Fi frames with a radiotap header"),
    (163, "Wi-Fi frames with an AVS header"),
    (192, "Wi-Fi frames with a PPI header"),
    (187, "Bluetooth"),
    (201, "Bluetooth"),
    (189, "USB of Linux"),
    (220, "USB of Linux"),
    (249, "USB of Windows"),
    (195, "IEEE 802.15.4"),
    (230, "IEEE 802.15.4"),
    (227, "CAN bus"),
    (239, "messages of netfilter"),
    (253, "netlink"),
];
/// EtherTypes that are often met and name no device.
const ETHERTYPE_NAMES: &[(u16, &str)] = &[
    (ethertype::PPPOE_DISCOVERY, "PPPoE discovery"),
    (ethertype::PPPOE_SESSION, "PPPoE control"),
    (ethertype::MPLS, "MPLS"),
    (ethertype::MPLS_MULTICAST, "MPLS"),
    (0x8809, "slow protocols, such as LACP"),
    (0x888e, "802.1X"),
    (0x8892, "PROFINET"),
    (0x88e1, "HomePlug"),
    (0x88e5, "MACsec, encrypted"),
    (0x88f7, "PTP"),
    (0x8912, "HomePlug"),
    (0x893a, "IEEE 1905.1"),
    (0x9000, "loopback test"),
];

mod ethertype {
    pub(super) const MPLS: u16 = 0x8847;
    pub(super) const MPLS_MULTICAST: u16 = 0x8848;
    pub(super) const PPPOE_DISCOVERY: u16 = 0x8863;
    pub(super) const PPPOE_SESSION: u16 = 0x8864;
}

/// Labels of one packet; networks stack two or three.
const LABELS_MAX: usize = 8;

/// Below this the field after the addresses is a length and no type (IEEE 802.3).
const ETHERTYPE_MIN: u16 = 0x0600;

/// What a frame says of its ends.
#[derive(Debug)]
pub(super) struct Packet<'a> {
    /// Who sent it on this link, if that is one machine.
    pub(super) from: Option<MacAddr>,
    /// Whom it was sent to on this link, if that is one machine.
    pub(super) to: Option<MacAddr>,
    pub(super) net: Net<'a>,
}

#[derive(Debug)]
pub(super) enum Net<'a> {
    /// The sender of an ARP message says which addresses are its own.
    Arp {
        mac: Option<MacAddr>,
        address: Option<IpAddr>,
    },
    Ip(IpPacket<'a>),
    /// Another EtherType, and what follows it.
    Other {
        kind: u16,
        payload: &'a [u8],
    },
    /// A link type that is not read.
    UnknownLink(i32),
    /// Too short or too broken for its own headers.
    Broken,
}

#[derive(Debug)]
pub(super) struct IpPacket<'a> {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    /// TTL or hop limit.
    pub(super) hops_left: u8,
    pub(super) body: Body<'a>,
}

#[derive(Debug)]
pub(super) enum Body<'a> {
    Udp {
        from: u16,
        to: u16,
        payload: &'a [u8],
    },
    Tcp(TcpSlice<'a>),
    /// IPv6 neighbour discovery: never forwarded, so its source is on this link.
    Neighbour,
    /// ICMP and IGMP, which say nothing of who made a device.
    Control,
    /// A fragment after the first.
    Fragment,
    /// Another protocol.
    Other(u8),
    /// Cut off before its transport header ends.
    Cut,
}

/// Reads a frame of link type `link`.
pub(super) fn decode(link: i32, data: &[u8]) -> Packet<'_> {
    match link {
        linktype::ETHERNET => ethernet(data),
        linktype::LINUX_SLL => cooked(data),
        linktype::LINUX_SLL2 => cooked_v2(data),
        linktype::PPP | linktype::PPP_HDLC => point_to_point(data),
        linktype::PPP_WITH_DIRECTION => point_to_point(data.get(1..).unwrap_or_default()),
        linktype::PPPOE => Packet { from: None, to: None, net: pppoe(data).unwrap_or(Net::Broken) },
        linktype::CISCO_HDLC => cisco_hdlc(data),
        linktype::NULL | linktype::LOOP => without_link(data.get(4..).unwrap_or_default()),
        _ if linktype::RAW.contains(&link) => without_link(data),
        _ => Packet { from: None, to: None, net: Net::UnknownLink(link) },
    }
}

fn ethernet(data: &[u8]) -> Packet<'_> {
    let (to, from) = match data.first_chunk::<12>() {
        Some(&[a, b, c, d, e, f, g, h, i, j, k, l]) => {
            (machine([a, b, c, d, e, f]), machine([g, h, i, j, k, l]))
        }
        None => (None, None),
    };
    let net = match LaxSlicedPacket::from_ethernet(data) {
        Ok(sliced) => net(&sliced).unwrap_or_else(|| {
            let (kind, payload) = (ether_type(&sliced, data), payload(&sliced));
            within(kind, payload).unwrap_or(Net::Other { kind, payload })
        }),
        Err(_) => Net::Broken,
    };
    Packet { from, to, net }
}

/// The innermost type, after the VLAN tags.
fn ether_type(sliced: &LaxSlicedPacket<'_>, data: &[u8]) -> u16 {
    let inner = sliced.link_exts.iter().rev().find_map(vlan_type);
    let outer = || data.get(12..).and_then(|rest| rest.first_chunk::<2>()).copied();
    inner.unwrap_or_else(|| outer().map_or(0, u16::from_be_bytes))
}

/// The type behind a VLAN tag.
fn vlan_type(tag: &LaxLinkExtSlice<'_>) -> Option<u16> {
    match tag {
        LaxLinkExtSlice::Vlan(tag) => Some(tag.ether_type().0),
        LaxLinkExtSlice::Macsec(_) => None,
    }
}

/// What follows the innermost type.
fn payload<'a>(sliced: &LaxSlicedPacket<'a>) -> &'a [u8] {
    sliced.ether_payload().map_or(&[], |inner| inner.payload)
}

/// Linux cooked capture: type, hardware type, address length, address (8), protocol.
fn cooked(data: &[u8]) -> Packet<'_> {
    let Some((head, rest)) = data.split_first_chunk::<16>() else { return broken() };
    let &[_, _, _, _, _, length, a, b, c, d, e, f, _, _, high, low] = head;
    cooked_packet(length, [a, b, c, d, e, f], [high, low], rest)
}

/// Linux cooked capture version 2: protocol, reserved, interface, hardware type, packet type, address length,
/// address (8).
fn cooked_v2(data: &[u8]) -> Packet<'_> {
    let Some((head, rest)) = data.split_first_chunk::<20>() else { return broken() };
    let &[high, low, _, _, _, _, _, _, _, _, _, length, a, b, c, d, e, f, _, _] = head;
    cooked_packet(length, [a, b, c, d, e, f], [high, low], rest)
}

fn cooked_packet(length: u8, mac: [u8; 6], kind: [u8; 2], rest: &[u8]) -> Packet<'_> {
    let from = (length == 6).then(|| machine(mac)).flatten();
    Packet { from, to: None, net: of_type(u16::from_be_bytes(kind), rest) }
}

/// What stands behind an EtherType and perhaps the tags of a VLAN.
fn of_type(kind: u16, rest: &[u8]) -> Net<'_> {
    let sliced = LaxSlicedPacket::from_ether_type(EtherType(kind), rest);
    net(&sliced).unwrap_or_else(|| {
        let inner = sliced.link_exts.iter().rev().find_map(vlan_type);
        let (kind, payload) = inner.map_or((kind, rest), |inner| (inner, self::payload(&sliced)));
        within(kind, payload).unwrap_or(Net::Other { kind, payload })
    })
}

/// A packet of IP in a tunnel of the link: a session of PPPoE, labels of MPLS.
fn within(kind: u16, payload: &[u8]) -> Option<Net<'_>> {
    match kind {
        ethertype::PPPOE_SESSION => pppoe(payload),
        ethertype::MPLS | ethertype::MPLS_MULTICAST => labelled(payload),
        _ => None,
    }
}

/// PPPoE (RFC 2516 section 4): version and type, code, session, length; then PPP.
fn pppoe(data: &[u8]) -> Option<Net<'_>> {
    let ([0x11, 0, _, _, high, low], rest) = data.split_first_chunk::<6>()? else { return None };
    // What is longer was padded by Ethernet.
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    ppp(rest.get(..length).unwrap_or(rest))
}

/// PPP: address and control where they are not left out (RFC 1661 section 6.6), a protocol of one octet or two.
fn ppp(data: &[u8]) -> Option<Net<'_>> {
    let data = data.strip_prefix(&[0xff, 0x03]).unwrap_or(data);
    match data {
        [0x21 | 0x57, packet @ ..] | [0, 0x21 | 0x57, packet @ ..] => Some(ip(packet)),
        [0x02, 0x81 | 0x83, labels @ ..] => labelled(labels),
        _ => None,
    }
}

fn point_to_point(data: &[u8]) -> Packet<'_> {
    let is_understood = data.len() >= 2;
    let control = Net::Other { kind: ethertype::PPPOE_SESSION, payload: data };
    let other = if is_understood { control } else { Net::Broken };
    Packet { from: None, to: None, net: ppp(data).unwrap_or(other) }
}

/// Cisco's HDLC: address, control, EtherType.
fn cisco_hdlc(data: &[u8]) -> Packet<'_> {
    match data {
        [_, _, high, low, rest @ ..] => {
            Packet { from: None, to: None, net: of_type(u16::from_be_bytes([*high, *low]), rest) }
        }
        _ => broken(),
    }
}

/// Labels of MPLS up to the one that says it is the last (RFC 3032 section 2.1); what stands behind is IP by its
/// first four bits, or what only the routers know.
fn labelled(data: &[u8]) -> Option<Net<'_>> {
    let (labels, _) = data.as_chunks::<4>();
    let last = labels.iter().take(LABELS_MAX).position(|[_, _, bottom, _]| bottom & 1 == 1)?;
    let packet = data.get(4 * (last + 1)..)?;
    matches!(packet.first()? >> 4, 4 | 6).then(|| ip(packet))
}

fn without_link(data: &[u8]) -> Packet<'_> {
    Packet { from: None, to: None, net: ip(data) }
}

fn ip(data: &[u8]) -> Net<'_> {
    LaxSlicedPacket::from_ip(data).ok().and_then(|sliced| net(&sliced)).unwrap_or(Net::Broken)
}

const fn broken<'a>() -> Packet<'a> {
    Packet { from: None, to: None, net: Net::Broken }
}

fn net<'a>(sliced: &LaxSlicedPacket<'a>) -> Option<Net<'a>> {
    match sliced.net.as_ref()? {
        LaxNetSlice::Arp(arp) => Some(arp_sender(arp)),
        LaxNetSlice::Ipv4(ip) => {
            let header = ip.header();
            let fragment = header.fragments_offset().value();
            Some(Net::Ip(IpPacket {
                source: header.source_addr().into(),
                destination: header.destination_addr().into(),
                hops_left: header.ttl(),
                body: body(sliced, ip.payload().ip_number, ip.payload().payload, fragment),
            }))
        }
        LaxNetSlice::Ipv6(ip) => {
            let header = ip.header();
            let fragment =
                ip.extensions().clone().into_iter().find_map(|extension| match extension {
                    Ipv6ExtensionSlice::Fragment(fragment) => {
                        Some(fragment.fragment_offset().value())
                    }
                    _ => None,
                });
            let payload = ip.payload();
            Some(Net::Ip(IpPacket {
                source: header.source_addr().into(),
                destination: header.destination_addr().into(),
                hops_left: header.hop_limit(),
                body: body(sliced, payload.ip_number, payload.payload, fragment.unwrap_or(0)),
            }))
        }
    }
}

fn arp_sender<'a>(arp: &ArpPacketSlice<'a>) -> Net<'a> {
    match wire::arp::decode(arp.slice()) {
        Ok(claim) => {
            Net::Arp { mac: machine(claim.mac.octets()), address: claim.address.map(IpAddr::from) }
        }
        Err(_) => Net::Other { kind: EtherType::ARP.0, payload: arp.slice() },
    }
}

fn body<'a>(
    sliced: &LaxSlicedPacket<'a>,
    protocol: IpNumber,
    payload: &'a [u8],
    fragment: u16,
) -> Body<'a> {
    if fragment > 0 {
        return Body::Fragment;
    }
    match &sliced.transport {
        Some(TransportSlice::Udp(udp)) => datagram(udp),
        Some(TransportSlice::Tcp(tcp)) => Body::Tcp(tcp.clone()),
        Some(TransportSlice::Icmpv6(icmp)) if (133..=137).contains(&icmp.type_u8()) => {
            Body::Neighbour
        }
        Some(_) => Body::Control,
        // The slicer leaves the first fragment of a packet alone; its start is worth reading.
        None => match protocol {
            IpNumber::UDP => {
                UdpSlice::from_slice_lax(payload).map_or(Body::Cut, |udp| datagram(&udp))
            }
            IpNumber::TCP => TcpSlice::from_slice(payload).map_or(Body::Cut, Body::Tcp),
            IpNumber::ICMP | IpNumber::IPV6_ICMP | IpNumber::IGMP => Body::Control,
            other => Body::Other(other.0),
        },
    }
}

fn datagram<'a>(udp: &UdpSlice<'a>) -> Body<'a> {
    Body::Udp { from: udp.source_port(), to: udp.destination_port(), payload: udp.payload() }
}

/// An address that names one machine: no group, not zero, and not one that two routers share (VRRP, HSRP).
fn machine(octets: [u8; 6]) -> Option<MacAddr> {
    let is_shared = matches!(
        octets,
        [0, 0, 0x5e, 0, 1 | 2, _]
            | [0, 0, 0x0c, 0x07, 0xac, _]
            | [0, 0, 0x0c, 0x9f, 0xf0..=0xff, _]
    );
    Some(MacAddr::new(octets)).filter(|mac| mac.is_identity() && !is_shared)
}

/// The name under which a frame of this type is counted.
pub(super) fn ether_type_name(kind: u16) -> String {
    if kind < ETHERTYPE_MIN {
        return "802.3 frame".into();
    }
    match ETHERTYPE_NAMES.iter().find(|(known, _)| *known == kind) {
        Some((_, name)) => format!("ethertype/0x{kind:04x} ({name})"),
        None => format!("ethertype/0x{kind:04x}"),
    }
}

/// The name under which a frame of this link type is counted.
pub(super) fn link_name(link: i32) -> String {
    super::listener::named("linktype", link, LINK_NAMES)
}

#[cfg(test)]
mod tests {
    use etherparse::{PacketBuilder, VlanId};

    use super::*;

    const CAMERA: [u8; 6] = [0x58, 0x03, 0xfb, 0, 0, 1];
    const VIEWER: [u8; 6] = [0x58, 0x03, 0xfb, 0, 0, 2];

    fn summary(packet: &Packet<'_>) -> String {
        let Packet { from, to, net } = packet;
        let net = match net {
            Net::Ip(IpPacket { source, destination, hops_left, body }) => {
                let body = match body {
                    Body::Udp { from, to, payload } => format!("udp {from} {to} {payload:?}"),
                    Body::Tcp(tcp) => format!("tcp {} {:?}", tcp.source_port(), tcp.payload()),
                    other => format!("{other:?}"),
                };
                format!("{source} {destination} {hops_left} {body}")
            }
            other => format!("{other:?}"),
        };
        format!("{from:?} {to:?} {net}")
    }

    fn udp_over_ip() -> Vec<u8> {
        let mut bytes = Vec::new();
        let builder = PacketBuilder::ipv4([10, 0, 0, 1], [10, 0, 0, 2], 63).udp(3702, 50_000);
        builder.write(&mut bytes, &[1, 2, 3]).unwrap();
        bytes
    }

    #[test]
    fn the_same_packet_on_every_link() {
        let ip = udp_over_ip();
        let expected = "10.0.0.1 10.0.0.2 63 udp 3702 50000 [1, 2, 3]";
        let two_tags: Vec<u8> =
            [VIEWER.as_slice(), &CAMERA, &[0x88, 0xa8, 0, 7, 0x81, 0x00, 0, 30, 0x08, 0x00], &ip]
                .concat();
        let with_macs = format!("Some(58:03:fb:00:00:01) Some(58:03:fb:00:00:02) {expected}");
        assert_eq!(summary(&decode(1, &two_tags)), with_macs);
        let cooked = [&[0, 0, 0, 1, 0, 6], CAMERA.as_slice(), &[0, 0, 0x08, 0x00], &ip].concat();
        let cooked_v2 =
            [&[0x08, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6], CAMERA.as_slice(), &[0, 0], &ip].concat();
        let with_sender = format!("Some(58:03:fb:00:00:01) None {expected}");
        assert_eq!(summary(&decode(113, &cooked)), with_sender);
        assert_eq!(summary(&decode(276, &cooked_v2)), with_sender);
        let bare = format!("None None {expected}");
        assert_eq!(summary(&decode(101, &ip)), bare);
        assert_eq!(summary(&decode(0, &[&[2, 0, 0, 0], ip.as_slice()].concat())), bare);
    }

    /// Behind provider tags, labels, a session of PPPoE and PPP in all its spellings.
    #[test]
    fn the_same_packet_in_every_tunnel() {
        let ip = udp_over_ip();
        let expected = "10.0.0.1 10.0.0.2 63 udp 3702 50000 [1, 2, 3]";
        let bare = format!("None None {expected}");
        let with_macs = format!("Some(58:03:fb:00:00:01) Some(58:03:fb:00:00:02) {expected}");
        let with_sender = format!("Some(58:03:fb:00:00:01) None {expected}");
        let length = u16::try_from(ip.len() + 2).unwrap().to_be_bytes();
        let session = [&[0x11, 0, 0, 7][..], &length, &[0, 0x21], &ip, &[0; 9]].concat();
        let labels = [&[0, 1, 0, 64, 0, 2, 1, 64][..], &ip].concat();
        let ethernet = |tail: &[&[u8]]| [&[&VIEWER[..], &CAMERA], tail].concat().concat();
        for frame in [
            ethernet(&[&[0x88, 0x64], &session]),
            ethernet(&[&[0x81, 0, 0, 7, 0x88, 0x64], &session]),
            ethernet(&[&[0x88, 0xa8, 0, 7, 0x81, 0, 0, 8, 0x88, 0x64], &session]),
            ethernet(&[&[0x88, 0xa8, 0, 7, 0x88, 0xa8, 0, 8, 0x08, 0], &ip]),
            ethernet(&[&[0x91, 0, 0, 7, 0x81, 0, 0, 8, 0x08, 0], &ip]),
            ethernet(&[&[0x88, 0x47], &labels]),
            ethernet(&[&[0x81, 0, 0, 7, 0x88, 0x47], &labels]),
        ] {
            assert_eq!(summary(&decode(1, &frame)), with_macs, "{frame:x?}");
        }
        for tail in [[&[0x88, 0x64][..], &session], [&[0x81, 0, 0, 7, 0x08, 0][..], &ip]] {
            let cooked = [&[0, 0, 0, 1, 0, 6][..], &CAMERA, &[0, 0], tail[0], tail[1]].concat();
            assert_eq!(summary(&decode(113, &cooked)), with_sender);
        }
        for (link, head) in [
            (9, &[0xff, 3, 0, 0x21][..]),
            (9, &[0, 0x21]),
            (9, &[0x21]),
            (50, &[0xff, 3, 0, 0x21]),
            (204, &[1, 0xff, 3, 0, 0x21]),
            (104, &[0x0f, 0, 0x08, 0]),
            (108, &[0, 0, 0, 2]),
            (12, &[]),
            (14, &[]),
            (228, &[]),
        ] {
            let frame = [head, &ip].concat();
            assert_eq!(summary(&decode(link, &frame)), bare, "link type {link}");
        }
        assert_eq!(summary(&decode(51, &session)), bare);
    }

    #[test]
    fn tunnels_that_break_off_are_named() {
        let ethernet = |tail: &[u8]| [&VIEWER[..], &CAMERA, tail].concat();
        let kind = |frame: &[u8]| match decode(1, frame).net {
            Net::Other { kind, .. } => ether_type_name(kind),
            other => format!("{other:?}"),
        };
        assert_eq!(
            kind(&ethernet(&[0x88, 0x64, 0x11, 0, 0, 7, 0, 4, 0xc0, 0x21, 1, 1])),
            "ethertype/0x8864 (PPPoE control)"
        );
        assert_eq!(kind(&ethernet(&[0x88, 0x64, 0x11])), "ethertype/0x8864 (PPPoE control)");
        assert_eq!(kind(&ethernet(&[0x88, 0x47, 0, 0, 0, 0])), "ethertype/0x8847 (MPLS)");
        assert_eq!(kind(&ethernet(&[0x88, 0x63, 0x11])), "ethertype/0x8863 (PPPoE discovery)");
        assert_eq!(link_name(127), "linktype/127 (Wi-Fi frames with a radiotap header)");
        assert_eq!(link_name(999), "linktype/999");
        for link in [0, 1, 9, 50, 51, 104, 108, 113, 204, 276, 101] {
            for length in 0..24 {
                decode(link, &[0x11; 24][..length]);
            }
        }
    }

    #[test]
    fn a_truncated_frame_keeps_what_is_there() {
        let mut bytes = Vec::new();
        PacketBuilder::ethernet2(CAMERA, VIEWER)
            .single_vlan(VlanId::try_new(30).unwrap())
            .ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64)
            .udp(3702, 50_000)
            .write(&mut bytes, &[9; 100])
            .unwrap();
        let cut = summary(&decode(1, &bytes[..bytes.len() - 98]));
        assert!(cut.ends_with("64 udp 3702 50000 [9, 9]"), "{cut}");
    }

    #[test]
    fn fragments_after_the_first_have_no_ports() {
        let mut first = udp_over_ip();
        first[6] = 0x20;
        assert!(summary(&decode(101, &first)).ends_with("udp 3702 50000 [1, 2, 3]"));
        let mut second = udp_over_ip();
        second[7] = 1;
        assert!(summary(&decode(101, &second)).ends_with("Fragment"));
    }

    #[test]
    fn groups_and_shared_addresses_are_nobody() {
        assert_eq!(machine([0xff; 6]), None);
        assert_eq!(machine([0; 6]), None);
        assert_eq!(machine([0, 0, 0x5e, 0, 1, 7]), None);
        assert!(machine(CAMERA).is_some());
    }
}
