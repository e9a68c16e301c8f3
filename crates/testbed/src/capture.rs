//! A recorded capture, written frame by frame in the classic pcap format (microseconds, little endian).

use std::net::Ipv4Addr;

use etherparse::PacketBuilder;
use model::{MacAddr, Timestamp};

/// Link type "Ethernet" of the pcap header.
const LINKTYPE_ETHERNET: u32 = 1;
/// What a receiver may keep of one frame.
const SNAPLEN_BYTES: u32 = 65_535;
/// Where every multicast and broadcast frame of this testbed goes on the link.
const BROADCAST: [u8; 6] = [0xff; 6];

/// One end of a conversation.
#[derive(Debug, Clone, Copy)]
pub struct Host {
    /// Hardware address.
    pub mac: MacAddr,
    /// Network address.
    pub address: Ipv4Addr,
}

/// A capture that grows frame by frame, one second apart unless told otherwise.
pub struct Capture {
    bytes: Vec<u8>,
    now: Timestamp,
}

/// How the segments of an answer arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// One after the other.
    AsSent,
    /// The last one first.
    LastFirst,
    /// All, and then all once more.
    Repeated,
}

impl Capture {
    /// An empty capture whose first frame is seen at `start`.
    pub fn new(start: Timestamp) -> Self {
        let mut bytes = Vec::new();
        bytes.extend(0xa1b2_c3d4u32.to_le_bytes());
        bytes.extend(2u16.to_le_bytes());
        bytes.extend(4u16.to_le_bytes());
        bytes.extend([0; 8]);
        bytes.extend(SNAPLEN_BYTES.to_le_bytes());
        bytes.extend(LINKTYPE_ETHERNET.to_le_bytes());
        Self { bytes, now: start }
    }

    /// The file's bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// A UDP datagram from one host to another.
    pub fn udp(&mut self, from: Host, to: Host, ports: (u16, u16), payload: &[u8]) {
        let builder = PacketBuilder::ethernet2(from.mac.octets(), to.mac.octets())
            .ipv4(from.address.octets(), to.address.octets(), 64)
            .udp(ports.0, ports.1);
        let mut frame = Vec::with_capacity(builder.size(payload.len()));
        builder.write(&mut frame, payload).expect("a Vec takes what it is given");
        self.frame(&frame);
    }

    /// A UDP datagram to a multicast or broadcast address.
    pub fn udp_to_all(&mut self, from: Host, to: Ipv4Addr, ports: (u16, u16), payload: &[u8]) {
        self.udp(from, Host { mac: MacAddr::new(BROADCAST), address: to }, ports, payload);
    }

    /// A short TCP conversation: handshake, one request, one answer, close.
    pub fn tcp(
        &mut self,
        client: Host,
        server: Host,
        ports: (u16, u16),
        request: &[u8],
        answer: &[u8],
    ) {
        self.tcp_in_pieces(client, server, ports, request, &[answer], Order::AsSent);
    }

    /// As [`Self::tcp`], with an answer of several segments.
    pub fn tcp_in_pieces(
        &mut self,
        client: Host,
        server: Host,
        ports: (u16, u16),
        request: &[u8],
        answer: &[&[u8]],
        order: Order,
    ) {
        let back = (ports.1, ports.0);
        let mut sequence = 5_001;
        let mut pieces = Vec::new();
        for piece in answer {
            pieces.push(segment(server, client, back, sequence, piece, ""));
            sequence += u32::try_from(piece.len()).expect("answers of the testbed are short");
        }
        match order {
            Order::AsSent => {}
            Order::LastFirst => pieces.reverse(),
            Order::Repeated => pieces = pieces.iter().chain(&pieces).cloned().collect(),
        }
        self.frame(&segment(client, server, ports, 1_000, &[], "syn"));
        self.frame(&segment(server, client, back, 5_000, &[], "syn-ack"));
        self.frame(&segment(client, server, ports, 1_001, request, ""));
        pieces.iter().for_each(|piece| self.frame(piece));
        self.frame(&segment(server, client, back, sequence, &[], "fin"));
    }

    /// An ARP answer: `host` says which hardware address holds its network address (RFC 826).
    pub fn arp_reply(&mut self, host: Host, to: Host) {
        let mut frame = Vec::new();
        frame.extend(to.mac.octets());
        frame.extend(host.mac.octets());
        frame.extend([0x08, 0x06, 0x00, 0x01, 0x08, 0x00, 6, 4, 0x00, 0x02]);
        frame.extend(host.mac.octets());
        frame.extend(host.address.octets());
        frame.extend(to.mac.octets());
        frame.extend(to.address.octets());
        self.frame(&frame);
    }

    /// A DHCP request of a client that has no address yet (RFC 2131), with options 12, 55 and 60.
    pub fn dhcp_request(
        &mut self,
        client: Host,
        hostname: &str,
        vendor_class: Option<&str>,
        parameters: &[u8],
    ) {
        let mut payload = vec![1, 1, 6, 0];
        payload.extend(0x1234_5678u32.to_be_bytes());
        payload.extend([0; 20]);
        payload.extend(client.mac.octets());
        payload.extend([0; 202]);
        payload.extend([99, 130, 83, 99, 53, 1, 3]);
        let mut option = |code: u8, value: &[u8]| {
            payload.push(code);
            payload.push(u8::try_from(value.len()).expect("options of the testbed are short"));
            payload.extend(value);
        };
        option(50, &client.address.octets());
        option(12, hostname.as_bytes());
        if let Some(class) = vendor_class {
            option(60, class.as_bytes());
        }
        option(55, parameters);
        payload.push(255);
        let nobody = Host { mac: client.mac, address: Ipv4Addr::UNSPECIFIED };
        self.udp_to_all(nobody, Ipv4Addr::BROADCAST, (68, 67), &payload);
    }

    fn frame(&mut self, frame: &[u8]) {
        let micros = self.now.as_microsecond();
        let seconds = u32::try_from(micros.div_euclid(1_000_000))
            .expect("captures of the testbed are of this century");
        let fraction = u32::try_from(micros.rem_euclid(1_000_000)).unwrap_or(0);
        let length = u32::try_from(frame.len()).expect("frames are short");
        self.bytes.extend(seconds.to_le_bytes());
        self.bytes.extend(fraction.to_le_bytes());
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend(frame);
        self.now += jiff::SignedDuration::from_millis(137);
    }
}

/// A frame with one TCP segment.
fn segment(
    from: Host,
    to: Host,
    ports: (u16, u16),
    sequence: u32,
    payload: &[u8],
    flags: &str,
) -> Vec<u8> {
    let builder = PacketBuilder::ethernet2(from.mac.octets(), to.mac.octets())
        .ipv4(from.address.octets(), to.address.octets(), 64)
        .tcp(ports.0, ports.1, sequence, 8_192);
    let builder = match flags {
        "syn" => builder.syn(),
        "syn-ack" => builder.syn().ack(1_001),
        "fin" => builder.fin().ack(5_001),
        _ => builder.psh().ack(1_001),
    };
    let mut frame = Vec::with_capacity(builder.size(payload.len()));
    builder.write(&mut frame, payload).expect("a Vec takes what it is given");
    frame
}
