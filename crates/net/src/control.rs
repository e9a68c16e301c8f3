//! What the system writes beside a message: addresses and errors, read from their bytes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use scan::Event;

/// `cmsghdr`: a length, a level and a type.
const HEADER_BYTES: usize = size_of::<libc::cmsghdr>();
/// `sock_extended_err`; behind it stands the address of who said it.
const ERROR_BYTES: usize = 16;

/// A socket address of IPv4 or IPv6.
pub(crate) fn socket_address(bytes: &[u8]) -> Option<SocketAddr> {
    let (family, rest) = bytes.split_first_chunk()?;
    let (port, rest) = rest.split_first_chunk()?;
    let port = u16::from_be_bytes(*port);
    match u16::from_ne_bytes(*family).into() {
        libc::AF_INET => {
            let address: [u8; 4] = *rest.first_chunk()?;
            Some(SocketAddr::new(Ipv4Addr::from(address).into(), port))
        }
        libc::AF_INET6 => {
            let (flow, rest) = rest.split_first_chunk()?;
            let (address, rest) = rest.split_first_chunk::<16>()?;
            let scope = u32::from_ne_bytes(*rest.first_chunk()?);
            let flow = u32::from_ne_bytes(*flow);
            Some(SocketAddrV6::new(Ipv6Addr::from(*address), port, flow, scope).into())
        }
        _ => None,
    }
}

/// Why a datagram, or the first packet of a connection, did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Complaint {
    origin: u8,
    kind: u8,
    code: u8,
    /// Who says so: the host itself, a router on the way, or our own system.
    offender: Option<IpAddr>,
}

/// What a complaint says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The host says that nothing listens there.
    NothingListens,
    /// Somebody on the way says that it does not go on.
    NoWay,
    /// Of no concern: packets too big, and the like, which the system settles itself.
    Nothing,
}

impl Complaint {
    /// The first complaint that stands in control messages.
    pub(crate) fn find(mut control: &[u8]) -> Option<Self> {
        loop {
            let (length, rest) = control.split_first_chunk()?;
            let (level, rest) = rest.split_first_chunk()?;
            let (kind, _) = rest.split_first_chunk()?;
            let length = usize::from_ne_bytes(*length);
            let body = control.get(HEADER_BYTES..length)?;
            let names = (i32::from_ne_bytes(*level), i32::from_ne_bytes(*kind));
            if matches!(
                names,
                (libc::SOL_IP, libc::IP_RECVERR) | (libc::SOL_IPV6, libc::IPV6_RECVERR)
            ) {
                return Self::read(body);
            }
            control = control.get(length.next_multiple_of(size_of::<usize>())..)?;
        }
    }

    fn read(body: &[u8]) -> Option<Self> {
        let [_, _, _, _, origin, kind, code, ..] = *body.first_chunk::<ERROR_BYTES>()?;
        let offender = body.get(ERROR_BYTES..).and_then(socket_address);
        Some(Self { origin, kind, code, offender: offender.map(|from| from.ip()) })
    }

    /// What it says of a packet that was sent to an address.
    ///
    /// A filter on the way may write "port unreachable" as well as the host; only from the host's own address it says that
    /// a host is there.
    pub(crate) fn meaning(self, to: IpAddr) -> Meaning {
        let is_refusal = match (self.origin, self.kind, self.code) {
            // Port or protocol unreachable: RFC 792, RFC 4443 section 3.1.
            (libc::SO_EE_ORIGIN_ICMP, 3, 2 | 3) | (libc::SO_EE_ORIGIN_ICMP6, 1, 4) => true,
            // "Fragmentation needed" is for the system.
            (libc::SO_EE_ORIGIN_ICMP, 3, 4) => return Meaning::Nothing,
            // Other unreachables, and packets that went round in circles.
            (libc::SO_EE_ORIGIN_ICMP, 3 | 11, _) | (libc::SO_EE_ORIGIN_ICMP6, 1 | 3, _) => false,
            _ => return Meaning::Nothing,
        };
        if is_refusal && self.offender == Some(to) {
            Meaning::NothingListens
        } else {
            Meaning::NoWay
        }
    }
}

impl Meaning {
    /// As an event about a datagram.
    pub(crate) fn of_datagram(self, to: SocketAddr) -> Option<Event<'static>> {
        match self {
            Self::NothingListens => Some(Event::PortUnreachable { to }),
            Self::NoWay => Some(Event::Unreachable { to: to.ip() }),
            Self::Nothing => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn family(number: i32) -> [u8; 2] {
        u16::try_from(number).unwrap().to_ne_bytes()
    }

    fn name(address: [u8; 4], port: u16) -> Vec<u8> {
        let mut bytes = family(libc::AF_INET).to_vec();
        bytes.extend(port.to_be_bytes());
        bytes.extend(address);
        bytes.extend([0; 8]);
        bytes
    }

    fn message(level: i32, kind: i32, body: &[u8]) -> Vec<u8> {
        let mut bytes = (HEADER_BYTES + body.len()).to_ne_bytes().to_vec();
        bytes.extend(level.to_ne_bytes());
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(body);
        bytes.resize(bytes.len().next_multiple_of(size_of::<usize>()), 0);
        bytes
    }

    fn icmp(kind: u8, code: u8, offender: [u8; 4]) -> Vec<u8> {
        let mut body = vec![111, 0, 0, 0, libc::SO_EE_ORIGIN_ICMP, kind, code, 0];
        body.extend([0; 8]);
        body.extend(name(offender, 0));
        message(libc::SOL_IP, libc::IP_RECVERR, &body)
    }

    #[test]
    fn who_refuses_decides_what_a_refusal_says() {
        let host = [10, 0, 0, 7];
        let says = |control: &[u8]| Complaint::find(control).unwrap().meaning(host.into());
        assert_eq!(says(&icmp(3, 3, host)), Meaning::NothingListens);
        assert_eq!(says(&icmp(3, 3, [10, 0, 0, 1])), Meaning::NoWay);
        assert_eq!(says(&icmp(3, 1, [10, 0, 0, 1])), Meaning::NoWay);
        assert_eq!(says(&icmp(3, 4, [10, 0, 0, 1])), Meaning::Nothing);
    }

    #[test]
    fn a_complaint_is_found_behind_other_messages_and_never_in_half_of_one() {
        let mut control = message(libc::SOL_SOCKET, 29, &[0; 13]);
        control.extend(icmp(3, 1, [10, 0, 0, 1]));
        assert!(Complaint::find(&control).is_some());
        for length in 0..control.len() {
            let part = Complaint::find(&control[..length]);
            assert!(part.is_none_or(|part| part.offender.is_none()), "{length}");
        }
    }

    #[test]
    fn addresses_of_both_families_are_read() {
        assert_eq!(socket_address(&name([10, 0, 0, 7], 37020)), "10.0.0.7:37020".parse().ok());
        let mut six = family(libc::AF_INET6).to_vec();
        six.extend(3702_u16.to_be_bytes());
        six.extend([0; 4]);
        six.extend([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
        six.extend(2_u32.to_ne_bytes());
        assert_eq!(socket_address(&six), "[fe80::7%2]:3702".parse().ok());
        assert_eq!(socket_address(&six[..27]), None);
        assert_eq!(socket_address(&[1, 0, 0, 0]), None);
    }
}
