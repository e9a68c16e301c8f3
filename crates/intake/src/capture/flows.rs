//! TCP connections and UDP exchanges: who opened them, and the heads of what each side said.
//!
//! Both tables are bounded. A table has two halves by age; when the young half is full, the old one is given
//! up and the young one takes its place, so that what still speaks stays.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::net::IpAddr;

use etherparse::TcpSlice;
use wire::quic::Flight;
use wire::{Message, Sender};

use super::hosts::{HostKey, Moment};

/// Connections that are followed at once.
const FLOWS_MAX: usize = 65_536;
/// How much of one turn is kept: what the decoders look at.
const HEAD_BYTES_MAX: usize = 16 << 10;
/// Turns of one side that are read: a browser asks a camera for a few dozen things on one connection.
const TURNS_MAX: u32 = 32;
/// Segments that wait for an earlier one; more means that the capture lost it.
const WAITING_MAX: usize = 32;
/// Bytes of heads kept over all connections.
const HELD_BYTES_MAX: usize = 128 << 20;
/// First flights of QUIC that are gathered at once; each holds 32 KiB at most.
const FLIGHTS_MAX: usize = 2_048;
/// Datagrams in a row that no decoder claims, before an exchange is counted and no longer looked into.
const REFUSED_MAX: u8 = 24;
/// Datagrams of an exchange whose repetition is noticed.
const REMEMBERED: usize = 8;
/// Ports from here on are handed out for a while and name no service (RFC 6335).
pub(super) const DYNAMIC_PORTS: u16 = 49_152;
/// Linux hands out ports from here on.
const LINUX_DYNAMIC_PORTS: u16 = 32_768;

/// One end of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Endpoint {
    pub(super) address: IpAddr,
    pub(super) port: u16,
}

/// Both ends, the lower first: both directions have one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Ends(Endpoint, Endpoint);

/// Which end sent something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Lower,
    Upper,
}

impl Ends {
    fn new(from: Endpoint, to: Endpoint) -> (Self, Side) {
        if from <= to { (Self(from, to), Side::Lower) } else { (Self(to, from), Side::Upper) }
    }

    const fn end(&self, side: Side) -> Endpoint {
        match side {
            Side::Lower => self.0,
            Side::Upper => self.1,
        }
    }
}

impl Side {
    const fn other(self) -> Self {
        match self {
            Self::Lower => Self::Upper,
            Self::Upper => Self::Lower,
        }
    }
}

/// A table in two halves by age.
struct Aged<V> {
    young: HashMap<Ends, V>,
    old: HashMap<Ends, V>,
}

impl<V> Default for Aged<V> {
    fn default() -> Self {
        Self { young: HashMap::new(), old: HashMap::new() }
    }
}

impl<V> Aged<V> {
    /// The value of `ends`, and whether it is new.
    fn entry(&mut self, ends: Ends, new: impl FnOnce() -> V) -> (&mut V, bool) {
        let Self { young, old } = self;
        let kept = if young.contains_key(&ends) { None } else { old.remove(&ends) };
        let mut is_new = false;
        let value = young.entry(ends).or_insert_with(|| {
            kept.unwrap_or_else(|| {
                is_new = true;
                new()
            })
        });
        (value, is_new)
    }

    fn is_full(&self, limit: usize) -> bool {
        self.young.len() >= limit / 2
    }

    fn remove(&mut self, ends: Ends) {
        self.young.remove(&ends);
        self.old.remove(&ends);
    }

    /// Gives up the older half, in the order of its keys.
    fn age(&mut self) -> Vec<(Ends, V)> {
        let mut gone: Vec<_> =
            std::mem::replace(&mut self.old, std::mem::take(&mut self.young)).into_iter().collect();
        gone.sort_unstable_by_key(|(ends, _)| *ends);
        gone
    }
}

/// What a decoder thinks of the rest of a direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interest {
    /// Each turn begins a message: read the next too.
    NextTurn,
    /// It is understood, or will never be.
    Enough,
}

/// What one side said before the other answered.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    /// Who said it.
    pub(super) host: HostKey,
    /// When its last part was sent.
    pub(super) moment: Moment,
    pub(super) to: Endpoint,
    pub(super) sender: Sender,
    pub(super) server_port: u16,
    /// The first turn of this side.
    pub(super) is_first: bool,
    /// At most [`HEAD_BYTES_MAX`].
    pub(super) bytes: &'a [u8],
}

/// What the table tells while it follows a connection.
pub(super) enum News<'a> {
    /// A server answered at this port.
    Answered { host: HostKey, port: u16 },
    /// A turn is over.
    Turn(Turn<'a>),
}

#[derive(Default)]
struct Connection {
    server: Option<Side>,
    /// Whether the server was seen to be one, by the handshake.
    handshake: bool,
    answered: bool,
    over: bool,
    lower: Direction,
    upper: Direction,
}

#[derive(Default)]
struct Direction {
    sender: Option<(HostKey, Moment)>,
    next: Option<u32>,
    head: Vec<u8>,
    waiting: Vec<(u32, Vec<u8>)>,
    turns: u32,
    /// The rest of this turn is not read.
    passing: bool,
    /// Nothing more is read.
    closed: bool,
}

/// The TCP connections of a capture.
#[derive(Default)]
pub(super) struct Connections {
    table: Aged<Connection>,
    held_bytes: usize,
    /// Connections given up before they ended.
    pub(super) given_up: u64,
    /// Turns that the capture has holes in.
    pub(super) holes: u64,
}

impl Connections {
    /// Takes one segment; `true` when it is the first of its connection.
    pub(super) fn segment(
        &mut self,
        (from, to): (Endpoint, Endpoint),
        (host, moment): (HostKey, Moment),
        tcp: &TcpSlice<'_>,
        hear: &mut dyn FnMut(News<'_>) -> Interest,
    ) -> bool {
        if self.table.is_full(FLOWS_MAX) || self.held_bytes > HELD_BYTES_MAX {
            self.age(hear);
        }
        let (ends, side) = Ends::new(from, to);
        let (connection, is_new) = self.table.entry(ends, Connection::default);
        let mut reading = Reading {
            ends,
            connection,
            held_bytes: &mut self.held_bytes,
            holes: &mut self.holes,
            hear,
        };
        reading.direction(side).sender = Some((host, moment));
        reading.segment(side, tcp);
        is_new
    }

    /// Reads what is left of every connection.
    pub(super) fn finish(&mut self, hear: &mut dyn FnMut(News<'_>) -> Interest) {
        let given_up = self.given_up;
        self.age(hear);
        self.age(hear);
        self.given_up = given_up;
    }

    fn age(&mut self, hear: &mut dyn FnMut(News<'_>) -> Interest) {
        for (ends, mut connection) in self.table.age() {
            self.given_up += u64::from(!connection.over);
            let mut reading = Reading {
                ends,
                connection: &mut connection,
                held_bytes: &mut self.held_bytes,
                holes: &mut self.holes,
                hear,
            };
            reading.end_turn(Side::Lower);
            reading.end_turn(Side::Upper);
        }
    }
}

/// One connection while a segment of it is at hand.
struct Reading<'r, 'h> {
    ends: Ends,
    connection: &'r mut Connection,
    held_bytes: &'r mut usize,
    holes: &'r mut u64,
    hear: &'h mut dyn FnMut(News<'_>) -> Interest,
}

impl Reading<'_, '_> {
    fn segment(&mut self, side: Side, tcp: &TcpSlice<'_>) {
        let sequence = tcp.sequence_number();
        if tcp.syn() {
            self.handshake(side, sequence, tcp.ack());
            return;
        }
        let payload = tcp.payload();
        // One byte of an old sequence number is a keep-alive (RFC 9293 section 3.8.4): the reassembly drops it.
        if !payload.is_empty() {
            self.payload(side, sequence, payload);
        }
        if tcp.fin() || tcp.rst() {
            self.end_turn(side);
            if tcp.rst() {
                self.end_turn(side.other());
            }
            self.connection.over = true;
        }
    }

    fn handshake(&mut self, side: Side, sequence: u32, is_answer: bool) {
        let is_new_connection = !is_answer
            && self.connection.handshake
            && self.direction(side).next != Some(sequence.wrapping_add(1));
        if is_new_connection && (self.connection.over || self.direction(side).turns > 0) {
            self.end_turn(Side::Lower);
            self.end_turn(Side::Upper);
            let sender = self.direction(side).sender;
            *self.connection = Connection::default();
            self.direction(side).sender = sender;
        }
        self.connection.server = Some(if is_answer { side } else { side.other() });
        self.connection.handshake = true;
        self.direction(side).next = Some(sequence.wrapping_add(1));
        if is_answer {
            self.answered(side);
        }
    }

    fn answered(&mut self, server: Side) {
        if !self.connection.answered
            && let Some((host, _)) = self.direction(server).sender
        {
            self.connection.answered = true;
            (self.hear)(News::Answered { host, port: self.ends.end(server).port });
        }
    }

    fn payload(&mut self, side: Side, sequence: u32, payload: &[u8]) {
        if self.direction(side).has(sequence, payload) {
            return;
        }
        let server = *self.connection.server.get_or_insert_with(|| guess_server(&self.ends));
        let is_service = self.connection.handshake || self.ends.end(server).port < DYNAMIC_PORTS;
        if side == server && is_service {
            self.answered(server);
        }
        if !self.direction(side.other()).is_idle() {
            self.end_turn(side.other());
        }
        let direction = self.direction(side);
        if direction.closed || direction.passing {
            return;
        }
        let next = *direction.next.get_or_insert(sequence);
        let ahead = sequence.wrapping_sub(next).cast_signed();
        if ahead <= 0 {
            let known = usize::try_from(ahead.unsigned_abs()).unwrap_or(usize::MAX);
            if let Some(new) = payload.get(known..).filter(|new| !new.is_empty()) {
                self.append(side, new);
                self.append_waiting(side);
            }
        } else {
            self.wait(side, sequence, payload);
        }
        if self.direction(side).head.len() >= HEAD_BYTES_MAX {
            self.decide(side);
            self.direction(side).passing = true;
        }
    }

    fn append(&mut self, side: Side, new: &[u8]) {
        let direction = self.direction(side);
        let room = HEAD_BYTES_MAX - direction.head.len().min(HEAD_BYTES_MAX);
        let piece = new.get(..room).unwrap_or(new);
        direction.head.extend_from_slice(piece);
        let length = u32::try_from(new.len()).unwrap_or(u32::MAX);
        direction.next = direction.next.map(|next| next.wrapping_add(length));
        *self.held_bytes += piece.len();
    }

    /// Appends the segments that came early and fit now.
    fn append_waiting(&mut self, side: Side) {
        loop {
            let direction = self.direction(side);
            let Some(next) = direction.next else { return };
            let fits =
                |(sequence, _): &(u32, Vec<u8>)| sequence.wrapping_sub(next).cast_signed() <= 0;
            let Some(index) = direction.waiting.iter().position(fits) else { return };
            let (sequence, payload) = direction.waiting.swap_remove(index);
            *self.held_bytes = self.held_bytes.saturating_sub(payload.len());
            let known = usize::try_from(next.wrapping_sub(sequence)).unwrap_or(usize::MAX);
            if let Some(new) = payload.get(known..).filter(|new| !new.is_empty()) {
                self.append(side, new);
            }
        }
    }

    /// Keeps a segment that came early. When too many wait, the capture has a hole: what stands before it is
    /// read, what comes after it begins in the middle of something.
    fn wait(&mut self, side: Side, sequence: u32, payload: &[u8]) {
        let direction = self.direction(side);
        let held: usize = direction.waiting.iter().map(|(_, payload)| payload.len()).sum();
        if direction.waiting.len() < WAITING_MAX && held + payload.len() <= 2 * HEAD_BYTES_MAX {
            direction.waiting.push((sequence, payload.to_vec()));
            *self.held_bytes += payload.len();
        } else {
            *self.holes += 1;
            self.decide(side);
            self.direction(side).passing = true;
        }
    }

    /// The other side speaks, or nobody will: this turn is over.
    fn end_turn(&mut self, side: Side) {
        self.decide(side);
        let direction = self.direction(side);
        if direction.passing {
            // Where the next turn begins is not known, so the next segment is taken for its start.
            direction.passing = false;
            direction.next = None;
        }
    }

    /// Shows the head of this turn to the decoders and forgets it.
    fn decide(&mut self, side: Side) {
        let direction = self.direction(side);
        let head = std::mem::take(&mut direction.head);
        let waiting = std::mem::take(&mut direction.waiting);
        let held = head.len() + waiting.iter().map(|(_, payload)| payload.len()).sum::<usize>();
        let is_first = direction.turns == 0;
        let sender = direction.sender;
        *self.held_bytes = self.held_bytes.saturating_sub(held);
        let Some((host, moment)) = sender.filter(|_| !head.is_empty()) else { return };
        let server = self.connection.server.unwrap_or_else(|| guess_server(&self.ends));
        let interest = (self.hear)(News::Turn(Turn {
            host,
            moment,
            to: self.ends.end(side.other()),
            sender: if side == server { Sender::Server } else { Sender::Client },
            server_port: self.ends.end(server).port,
            is_first,
            bytes: &head,
        }));
        let direction = self.direction(side);
        direction.turns += 1;
        direction.closed = interest == Interest::Enough || direction.turns == TURNS_MAX;
    }

    const fn direction(&mut self, side: Side) -> &mut Direction {
        match side {
            Side::Lower => &mut self.connection.lower,
            Side::Upper => &mut self.connection.upper,
        }
    }
}

impl Direction {
    /// Sent again: it was read before, and nobody's turn is over by it.
    fn has(&self, sequence: u32, payload: &[u8]) -> bool {
        let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
        let ahead = |next| sequence.wrapping_add(length).wrapping_sub(next).cast_signed();
        self.next.is_some_and(|next| ahead(next) <= 0)
    }

    /// Nothing to end: the common case of a long answer.
    const fn is_idle(&self) -> bool {
        self.head.is_empty() && self.waiting.is_empty() && !self.passing
    }
}

/// Ports on which cameras, recorders and servers listen above the low ones.
const KNOWN_PORTS: &[u16] = &[
    8_000, 8_080, 8_081, 8_443, 8_554, 8_899, 9_000, 9_010, 9_020, 10_554, 34_567, 35_000, 37_777,
    37_778, 49_152,
];

/// The end that listens, where nobody saw who opened the connection: the known port, else the lower one.
fn guess_server(ends: &Ends) -> Side {
    let is_known = |port: u16| port < 1_024 || KNOWN_PORTS.contains(&port);
    match (is_known(ends.0.port), is_known(ends.1.port)) {
        (true, false) => Side::Lower,
        (false, true) => Side::Upper,
        _ if ends.0.port <= ends.1.port => Side::Lower,
        _ => Side::Upper,
    }
}

/// The port that names the service of an exchange; `None` where both are handed out for a while.
pub(super) fn service_port(one: u16, other: u16) -> Option<u16> {
    let (low, high) = (one.min(other), one.max(other));
    match (KNOWN_PORTS.contains(&low), KNOWN_PORTS.contains(&high)) {
        (false, true) if low >= 1_024 => Some(high),
        _ => (low < LINUX_DYNAMIC_PORTS || high >= DYNAMIC_PORTS && low < DYNAMIC_PORTS)
            .then_some(low),
    }
}

#[derive(Default)]
struct Exchange {
    opener: Option<Side>,
    refused: u8,
    answered: bool,
    /// A client's first flight of QUIC was read: what follows is encrypted.
    is_quic: bool,
    remembered: [u64; REMEMBERED],
    turn: usize,
}

/// What to do with a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Advice {
    /// The first of its exchange.
    pub(super) is_new: bool,
    /// It goes back to the end that spoke first.
    pub(super) is_answer: bool,
    pub(super) look: Look,
}

/// Whether a datagram is worth a decoder's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Inside,
    /// The same bytes were read before.
    Repeated,
    /// A media stream, by all signs.
    Opaque,
    /// What began it was understood, and nobody can read what follows.
    Encrypted,
}

/// What a datagram that looks like a client's first of QUIC brings.
#[derive(Debug)]
pub(super) enum FirstFlight {
    /// It says this so far.
    Says(Box<Message>),
    /// Its hello is not all there yet.
    Waits,
    /// Another end sent it, or it tells nothing new.
    Known,
    /// Nobody's, or a server's whose client was not seen.
    Refused,
}

/// The UDP exchanges of a capture.
#[derive(Default)]
pub(super) struct Exchanges {
    table: Aged<Exchange>,
    flights: Aged<Flight>,
}

impl Exchanges {
    pub(super) fn datagram(&mut self, from: Endpoint, to: Endpoint, payload: &[u8]) -> Advice {
        if self.table.is_full(FLOWS_MAX) {
            self.table.age();
        }
        let (ends, side) = Ends::new(from, to);
        let (exchange, is_new) = self.table.entry(ends, Exchange::default);
        let is_answer = *exchange.opener.get_or_insert(side) != side;
        let look = if exchange.is_quic && !wire::quic::claims(payload) {
            Look::Encrypted
        } else if exchange.refused >= REFUSED_MAX {
            Look::Opaque
        } else {
            let mut hasher = DefaultHasher::new();
            (from.address, payload).hash(&mut hasher);
            exchange.look(hasher.finish() | 1)
        };
        Advice { is_new, is_answer, look }
    }

    /// Takes a datagram that may be part of a client's first flight of QUIC.
    pub(super) fn first_flight(
        &mut self,
        from: Endpoint,
        to: Endpoint,
        payload: &[u8],
    ) -> FirstFlight {
        if self.flights.is_full(FLIGHTS_MAX) {
            self.flights.age();
        }
        let (ends, _) = Ends::new(from, to);
        let (flight, is_new) = self.flights.entry(ends, Flight::default);
        let outcome = flight.datagram(payload);
        if flight.is_whole() || is_new && outcome.is_err() {
            self.flights.remove(ends);
        }
        let (exchange, _) = self.table.entry(ends, Exchange::default);
        match outcome {
            Err(_) if exchange.is_quic => FirstFlight::Known,
            Err(_) => FirstFlight::Refused,
            Ok(said) => {
                exchange.is_quic = true;
                said.map_or(FirstFlight::Waits, |said| FirstFlight::Says(Box::new(said)))
            }
        }
    }

    /// Says how a decoder liked a datagram of this exchange. `true` when an understood answer is its first.
    pub(super) fn outcome(
        &mut self,
        from: Endpoint,
        to: Endpoint,
        understood: bool,
        is_answer: bool,
    ) -> bool {
        let (ends, _) = Ends::new(from, to);
        let (exchange, _) = self.table.entry(ends, Exchange::default);
        exchange.refused = if understood { 0 } else { exchange.refused.saturating_add(1) };
        let is_first_answer = understood && is_answer && !exchange.answered;
        exchange.answered |= is_first_answer;
        is_first_answer
    }
}

impl Exchange {
    fn look(&mut self, mark: u64) -> Look {
        if self.remembered.contains(&mark) {
            return Look::Repeated;
        }
        if let Some(slot) = self.remembered.get_mut(self.turn % REMEMBERED) {
            *slot = mark;
        }
        self.turn += 1;
        Look::Inside
    }
}

#[cfg(test)]
mod tests {
    use etherparse::PacketBuilder;

    use super::*;

    const CLIENT: Endpoint =
        Endpoint { address: IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 9)), port: 50_000 };
    const SERVER: Endpoint =
        Endpoint { address: IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1)), port: 80 };

    const MOMENT: Moment = Moment { frame: 1, micros: None };

    fn host(end: Endpoint) -> HostKey {
        HostKey { mac: None, address: Some(end.address) }
    }

    /// Plays segments `(from the client?, flags, sequence number, payload)` and lists what is heard.
    fn play(segments: &[(bool, &str, u32, &str)]) -> Vec<String> {
        let mut heard = Vec::new();
        let mut hear = |news: News<'_>| {
            match news {
                News::Answered { port, .. } => heard.push(format!("answered {port}")),
                News::Turn(Turn { sender, server_port, is_first, bytes, .. }) => {
                    heard.push(format!(
                        "{sender:?} {server_port} {is_first} {}",
                        String::from_utf8_lossy(bytes).chars().take(20).collect::<String>()
                    ))
                }
            }
            Interest::NextTurn
        };
        let mut connections = Connections::default();
        for &(from_client, flags, sequence, payload) in segments {
            let (from, to) = if from_client { (CLIENT, SERVER) } else { (SERVER, CLIENT) };
            let mut builder =
                PacketBuilder::ipv4([0; 4], [0; 4], 64).tcp(from.port, to.port, sequence, 1_000);
            for flag in flags.chars() {
                builder = match flag {
                    's' => builder.syn(),
                    'f' => builder.fin(),
                    _ => builder.ack(1),
                };
            }
            let mut bytes = Vec::new();
            builder.write(&mut bytes, payload.as_bytes()).unwrap();
            let tcp = TcpSlice::from_slice(&bytes[20..]).unwrap();
            connections.segment((from, to), (host(from), MOMENT), &tcp, &mut hear);
        }
        connections.finish(&mut hear);
        heard
    }

    #[test]
    fn turns_in_order_whatever_the_order_of_segments() {
        let heard = play(&[
            (true, "s", 99, ""),
            (false, "sa", u32::MAX, ""),
            (true, "a", 100, "GET "),
            (true, "a", 100, "GET "),
            (true, "a", 105, "HTTP"),
            (true, "a", 102, "T /"),
            (false, "a", 0, "HTTP/1.1 401"),
            (true, "a", 109, "again"),
            (false, "af", 12, "200"),
        ]);
        assert_eq!(
            heard,
            [
                "answered 80",
                "Client 80 true GET /HTTP",
                "Server 80 true HTTP/1.1 401",
                "Client 80 false again",
                "Server 80 false 200"
            ]
        );
    }

    #[test]
    fn what_is_sent_again_ends_nobodys_turn() {
        let heard = play(&[
            (true, "s", 99, ""),
            (false, "sa", 9, ""),
            (true, "a", 100, "GET /"),
            (false, "a", 10, "HTTP/1.1 "),
            (true, "a", 100, "GET /"),
            (true, "a", 104, "/"),
            (false, "a", 10, "HTTP/1.1 200 OK"),
            (false, "a", 22, " OK, really"),
            (false, "af", 33, ""),
        ]);
        let expected =
            ["answered 80", "Client 80 true GET /", "Server 80 true HTTP/1.1 200 OK, rea"];
        assert_eq!(heard, expected);
    }

    #[test]
    fn a_capture_that_begins_late_finds_the_server_by_its_port() {
        let heard = play(&[(false, "a", 7, "answer"), (true, "a", 7, "question")]);
        assert_eq!(heard, ["answered 80", "Server 80 true answer", "Client 80 true question"]);
    }

    #[test]
    fn video_is_passed_over_and_the_next_turn_read() {
        let chunk = "v".repeat(1_400);
        let mut segments = vec![(true, "a", 0, "PLAY")];
        segments.extend((0..100).map(|n| (false, "a", n * 1_400, chunk.as_str())));
        segments.extend([(true, "a", 4, "TEARDOWN"), (false, "a", 500_000, "bye")]);
        let heard = play(&segments);
        assert_eq!(
            heard[1..],
            [
                "Client 80 true PLAY",
                "Server 80 true vvvvvvvvvvvvvvvvvvvv",
                "Client 80 false TEARDOWN",
                "Server 80 false bye"
            ]
        );
    }

    #[test]
    fn the_table_is_bounded_and_says_what_it_gave_up() {
        let mut connections = Connections::default();
        let mut bytes = Vec::new();
        PacketBuilder::ipv4([0; 4], [0; 4], 64)
            .tcp(1, 2, 3, 4)
            .ack(1)
            .write(&mut bytes, b"x")
            .unwrap();
        let tcp = TcpSlice::from_slice(&bytes[20..]).unwrap();
        let mut turns = 0u32;
        for n in 0..200_000u32 {
            let from = Endpoint { address: IpAddr::from(n.to_be_bytes()), port: 50_000 };
            connections.segment((from, SERVER), (host(from), MOMENT), &tcp, &mut |_| {
                turns += 1;
                Interest::Enough
            });
        }
        assert!(connections.table.young.len() + connections.table.old.len() <= FLOWS_MAX);
        assert!(connections.given_up > 100_000 && u64::from(turns) == connections.given_up);
    }

    #[test]
    fn media_is_no_longer_looked_into_and_repetition_is_noticed() {
        let mut exchanges = Exchanges::default();
        for n in 0..REFUSED_MAX {
            assert_eq!(exchanges.datagram(CLIENT, SERVER, &[n]).look, Look::Inside);
            assert_eq!(exchanges.datagram(CLIENT, SERVER, &[n]).look, Look::Repeated);
            exchanges.outcome(CLIENT, SERVER, false, false);
        }
        assert_eq!(exchanges.datagram(CLIENT, SERVER, &[99]).look, Look::Opaque);
    }
}
