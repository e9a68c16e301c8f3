//! Packets between the scanner and one address, counted as a kernel would send them.

use std::collections::VecDeque;
use std::time::Duration;

use scan::Moment;

/// What is counted of one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Packets {
    /// UDP datagrams.
    pub datagrams: u32,
    /// Packets of ICMP.
    pub icmp: u32,
    /// Segments that open a connection: SYN, SYN and ACK.
    pub syns: u32,
    /// Segments that only acknowledge.
    pub acks: u32,
    /// Segments that carry data, repeated ones too.
    pub segments: u32,
    /// Segments that end a connection in order.
    pub fins: u32,
    /// Segments that break one off or refuse it.
    pub resets: u32,
    /// Bytes of all of them, with their IP headers.
    pub bytes: u64,
}

impl Packets {
    /// All packets.
    pub fn count(&self) -> u32 {
        let Self { datagrams, icmp, syns, acks, segments, fins, resets, .. } = self;
        datagrams + icmp + syns + acks + segments + fins + resets
    }

    pub(crate) fn add(&mut self, packet: Packet) {
        let (place, bytes) = match packet {
            Packet::Datagram(length) => (&mut self.datagrams, DATAGRAM_HEADERS + length),
            Packet::Icmp => (&mut self.icmp, ICMP_BYTES),
            Packet::Syn => (&mut self.syns, SYN_BYTES),
            Packet::Ack => (&mut self.acks, SEGMENT_HEADERS),
            Packet::Segment(length) => (&mut self.segments, SEGMENT_HEADERS + length),
            Packet::Fin => (&mut self.fins, SEGMENT_HEADERS),
            Packet::Reset => (&mut self.resets, SEGMENT_HEADERS),
        };
        *place += 1;
        self.bytes += bytes as u64;
    }
}

/// IPv4 without options, and UDP.
const DATAGRAM_HEADERS: usize = 20 + 8;
/// IPv4 without options, and TCP with time stamps.
const SEGMENT_HEADERS: usize = 20 + 32;
/// The options of a SYN take twenty bytes.
const SYN_BYTES: usize = 20 + 40;
/// The header, and 28 bytes of the packet it speaks of.
const ICMP_BYTES: usize = 20 + 8 + 28;

/// One packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packet {
    Datagram(usize),
    Icmp,
    Syn,
    Ack,
    Segment(usize),
    Fin,
    Reset,
}

/// The greatest number of events within one second.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rate {
    recent: VecDeque<Moment>,
    pub(crate) most: usize,
}

impl Rate {
    /// How many there were in the second before now.
    pub(crate) fn within(&mut self, now: Moment) -> usize {
        const SECOND: Duration = Duration::from_secs(1);
        while self.recent.front().is_some_and(|first| *first + SECOND <= now) {
            self.recent.pop_front();
        }
        self.recent.len()
    }

    /// Counts one more, and says how many there were in the second that ends with it.
    pub(crate) fn count(&mut self, now: Moment) -> usize {
        self.within(now);
        self.recent.push_back(now);
        self.most = self.most.max(self.recent.len());
        self.recent.len()
    }
}

/// Everything between the scanner and one address.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// From the scanner, whether it arrived or not.
    pub sent: Packets,
    /// From the address, whether it arrived or not.
    pub answered: Packets,
    /// Connections that are open at the scanner, or being opened.
    pub open: usize,
    /// Most of them at one time.
    pub open_most: usize,
    pub(crate) rate: Rate,
}

impl Tally {
    /// The most packets that left for this address within any one second.
    pub fn per_second_most(&self) -> usize {
        self.rate.most
    }
}
