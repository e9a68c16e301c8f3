//! The network between a scanner and an estate: virtual time, loss, delay, and every packet counted.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use scan::{Act, ConnectionId, Event, LocalPort, Moment};

use super::behaviour::{Behaviour, Echo, Fragility, ReplyPort};
use super::host::{Crash, Door, Host, Speech, replace};
use super::question;
use super::tally::{Packet, Rate, Tally};
use crate::chance::Chance;

/// What the network is like.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The share of packets that are lost, each way and each for itself. Pure acknowledgements and the packets that
    /// end a connection are not.
    pub loss: f64,
    /// How long a packet takes one way, at least and at most; each host has its own time between these.
    pub latency: (Duration, Duration),
    /// So much longer a packet may take than the host's own time.
    pub jitter: Duration,
    /// How our system ends a connection that the other side has not ended.
    pub farewell: Farewell,
    /// Fixed ports of ours on which we hear from the beginning. One that a datagram leaves is heard from then on.
    pub heard_ports: Vec<u16>,
    /// The network that we are attached to: what goes to a group or to all reaches its hosts, and no others.
    pub attached: Option<IpNet>,
    /// Networks to which a router has no way, and says so.
    pub unrouted: Vec<IpNet>,
    /// How often within a second it says so.
    pub unreachable_per_second: usize,
}

impl Default for Settings {
    /// No loss, and a building's delays.
    fn default() -> Self {
        Self {
            loss: 0.0,
            latency: (Duration::from_micros(300), Duration::from_millis(5)),
            jitter: Duration::from_micros(500),
            farewell: Farewell::Orderly,
            heard_ports: Vec::new(),
            attached: None,
            unrouted: Vec::new(),
            unreachable_per_second: 1,
        }
    }
}

/// How a connection is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Farewell {
    /// FIN, and the acknowledgement of the other side's: two packets.
    Orderly,
    /// RST: one packet.
    Abrupt,
}

/// [`scan::Event`] with bytes of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnedEvent {
    /// A datagram came.
    Datagram {
        /// Who sent it.
        from: SocketAddr,
        /// The port of ours that it came to.
        to: LocalPort,
        /// Its bytes.
        bytes: Arc<[u8]>,
    },
    /// Nothing listens where a datagram went.
    PortUnreachable {
        /// Where that was.
        to: SocketAddr,
    },
    /// An address cannot be reached.
    Unreachable {
        /// The address.
        to: IpAddr,
    },
    /// A connection is open.
    Opened(ConnectionId),
    /// A connection was refused.
    Refused(ConnectionId),
    /// A connection cannot be made.
    Failed(ConnectionId),
    /// Bytes came.
    Data {
        /// On which connection.
        id: ConnectionId,
        /// The bytes.
        bytes: Arc<[u8]>,
    },
    /// The other side has ended the connection.
    Ended(ConnectionId),
    /// The other side has broken it off.
    Reset(ConnectionId),
}

impl OwnedEvent {
    /// The event as the engine takes it.
    pub fn as_event(&self) -> Event<'_> {
        match self {
            Self::Datagram { from, to, bytes } => Event::Datagram { from: *from, to: *to, bytes },
            Self::PortUnreachable { to } => Event::PortUnreachable { to: *to },
            Self::Unreachable { to } => Event::Unreachable { to: *to },
            Self::Opened(id) => Event::Opened(*id),
            Self::Refused(id) => Event::Refused(*id),
            Self::Failed(id) => Event::Failed(*id),
            Self::Data { id, bytes } => Event::Data { id: *id, bytes },
            Self::Ended(id) => Event::Ended(*id),
            Self::Reset(id) => Event::Reset(*id),
        }
    }
}

/// The network. Nothing happens in it but by [`Network::act`] and [`Network::next_event_until`].
#[derive(Debug)]
pub struct Network {
    settings: Settings,
    chance: Chance,
    hosts: BTreeMap<IpAddr, Host>,
    tallies: BTreeMap<IpAddr, Tally>,
    clients: BTreeMap<ConnectionId, Client>,
    heard_ports: BTreeSet<u16>,
    queue: BinaryHeap<Reverse<Entry>>,
    entries: u64,
    now: Moment,
    rate: Rate,
    unreachable: Rate,
}

/// Our end of a connection.
#[derive(Debug)]
struct Client {
    to: SocketAddr,
    state: ClientState,
    /// A write is on its way; those behind it wait.
    is_writing: bool,
    waiting: VecDeque<Arc<[u8]>>,
    /// When the last that the other side has sent is here.
    heard_until: Moment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClientState {
    Opening,
    Open,
    Ended,
}

/// Something that happens at a time; what was planned first happens first.
#[derive(Debug)]
struct Entry {
    at: Moment,
    number: u64,
    job: Job,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

/// What happens. Names in `…Arrives` are of packets that come to a host, those in `…Comes` of packets that come to us.
#[derive(Debug)]
enum Job {
    DatagramArrives { to: SocketAddr, from: LocalPort, bytes: Arc<[u8]>, is_group: bool },
    DatagramComes { host: IpAddr, from: SocketAddr, to: LocalPort, bytes: Arc<[u8]> },
    Comes(OwnedEvent),
    NoRouteComes(ConnectionId),
    OpenAgain { id: ConnectionId, attempt: u32 },
    SynArrives { id: ConnectionId, to: SocketAddr },
    SynAckComes { id: ConnectionId, host: IpAddr },
    RefusalComes(ConnectionId),
    HandshakeArrives { id: ConnectionId, host: IpAddr },
    Transmit { id: ConnectionId, bytes: Arc<[u8]>, segments: usize, attempt: u32 },
    DataArrives { id: ConnectionId, host: IpAddr, bytes: Arc<[u8]>, attempt: u32 },
    SegmentComes { id: ConnectionId, host: IpAddr, bytes: Arc<[u8]>, is_acknowledged: bool },
    GoesOn { id: ConnectionId, host: IpAddr },
    EndComes { id: ConnectionId, host: IpAddr },
    BreakComes(ConnectionId),
    FinArrives { id: ConnectionId, host: IpAddr },
    FinComes(IpAddr),
    ResetArrives { id: ConnectionId, host: IpAddr },
}

/// Bytes of data in one segment: an Ethernet frame less IPv4, TCP and time stamps.
const SEGMENT_BYTES: usize = 1448;
/// A first repetition comes after this, the next after twice the time (RFC 6298; Linux begins at a fifth of a second).
const REPEAT_AFTER: Duration = Duration::from_millis(200);
/// A SYN is repeated after a second, then twice the time, so often (Linux, `tcp_syn_retries`).
const SYN_REPEATS: u32 = 6;
/// The answer to a SYN is repeated after a second, too.
const SYN_ACK_AGAIN: Duration = Duration::from_secs(1);
/// Data is repeated so often here; Linux goes on for a quarter of an hour.
const DATA_REPEATS: u32 = 8;
/// An answer that leaves within this time carries the acknowledgement with it.
const DELAYED_ACK: Duration = Duration::from_millis(40);
/// A program takes at least and at most so long to answer, in microseconds.
const THINKING_US: (u64, u64) = (200, 2_000);

impl Network {
    /// An empty network.
    pub fn new(seed: u64, settings: Settings) -> Self {
        let heard_ports = settings.heard_ports.iter().copied().collect();
        Self {
            settings,
            chance: Chance::new(seed),
            hosts: BTreeMap::new(),
            tallies: BTreeMap::new(),
            clients: BTreeMap::new(),
            heard_ports,
            queue: BinaryHeap::new(),
            entries: 0,
            now: Moment::ZERO,
            rate: Rate::default(),
            unreachable: Rate::default(),
        }
    }

    /// Puts a device at an address.
    pub fn place(&mut self, address: IpAddr, behaviour: Behaviour) {
        let (least, most) = self.settings.latency;
        let latency = least + self.up_to(most.saturating_sub(least));
        self.hosts.insert(address, Host::new(behaviour, latency));
    }

    /// Does what the engine asks.
    ///
    /// # Panics
    /// When a [`ConnectionId`] is used for a second connection.
    pub fn act(&mut self, now: Moment, act: Act) {
        match act {
            Act::Send(datagram) => {
                self.send(now, datagram.to(), datagram.from(), datagram.payload());
            }
            Act::Open { id, permit, port } => {
                self.open(now, id, SocketAddr::new(permit.address(), port));
            }
            Act::Write { id, bytes } => self.write(now, id, bytes),
            Act::Close { id } => self.close(now, id),
            Act::Wait(_) | Act::Done => {}
        }
    }

    /// The next event. Nobody acts before it comes; else use [`Self::next_event_until`].
    pub fn next_event(&mut self) -> Option<(Moment, OwnedEvent)> {
        self.next_event_until(Moment::MAX)
    }

    /// The next event that comes at `limit` or before. Where there is none, the time of the network is `limit`.
    pub fn next_event_until(&mut self, limit: Moment) -> Option<(Moment, OwnedEvent)> {
        while self.queue.peek().is_some_and(|Reverse(entry)| entry.at <= limit) {
            let Reverse(entry) = self.queue.pop()?;
            self.now = entry.at;
            if let Some(event) = self.happen(entry.job) {
                return Some((self.now, event));
            }
        }
        if limit != Moment::MAX {
            self.now = self.now.max(limit);
        }
        None
    }

    /// The time that it is in this network.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// What was counted for an address; nothing where nothing went.
    pub fn tally(&self, address: IpAddr) -> Tally {
        self.tallies.get(&address).cloned().unwrap_or_default()
    }

    /// What was counted, address by address.
    pub fn tallies(&self) -> impl Iterator<Item = (IpAddr, &Tally)> {
        self.tallies.iter().map(|(address, tally)| (*address, tally))
    }

    /// The most packets that left within any one second.
    pub fn per_second_most(&self) -> usize {
        self.rate.most
    }

    /// What became of a device that did not survive; `None` for one that did.
    pub fn crash(&self, address: IpAddr) -> Option<Crash> {
        self.hosts.get(&address)?.crash
    }

    /// Devices that did not survive.
    pub fn crashes(&self) -> impl Iterator<Item = (IpAddr, Crash)> {
        self.hosts.iter().filter_map(|(address, host)| Some((*address, host.crash?)))
    }

    /// Sends a datagram.
    pub fn send(&mut self, now: Moment, to: SocketAddr, from: LocalPort, bytes: &[u8]) {
        self.now = self.now.max(now);
        if let LocalPort::Fixed(port) = from {
            self.heard_ports.insert(port);
        }
        self.count(to.ip(), Packet::Datagram(bytes.len()));
        let bytes: Arc<[u8]> = bytes.into();
        let is_group = self.is_group(to.ip());
        for host in self.receivers(to.ip()) {
            if let Some(at) = self.delivery(host) {
                let (to, bytes) = (SocketAddr::new(host, to.port()), Arc::clone(&bytes));
                self.plan(at, Job::DatagramArrives { to, from, bytes, is_group });
            }
        }
        if self.has_no_route(to.ip()) && self.router_says_so() {
            let event = OwnedEvent::Unreachable { to: to.ip() };
            self.comes(to.ip(), Job::Comes(event));
        }
    }

    /// Opens a connection.
    ///
    /// # Panics
    /// When `id` was used before and is still open.
    pub fn open(&mut self, now: Moment, id: ConnectionId, to: SocketAddr) {
        self.now = self.now.max(now);
        let client = Client {
            to,
            state: ClientState::Opening,
            is_writing: false,
            waiting: VecDeque::new(),
            heard_until: Moment::ZERO,
        };
        let before = self.clients.insert(id, client);
        assert!(before.is_none(), "connection {} is open already", id.0);
        let tally = self.tallies.entry(to.ip()).or_default();
        tally.open += 1;
        tally.open_most = tally.open_most.max(tally.open);
        self.open_again(id, 0);
    }

    /// Writes to a connection that is open.
    pub fn write(&mut self, now: Moment, id: ConnectionId, bytes: Arc<[u8]>) {
        self.now = self.now.max(now);
        let Some(client) = self.clients.get_mut(&id) else { return };
        if client.state == ClientState::Opening || bytes.is_empty() {
            return;
        }
        if client.is_writing {
            client.waiting.push_back(bytes);
        } else {
            client.is_writing = true;
            let segments = bytes.len().div_ceil(SEGMENT_BYTES);
            self.transmit(id, bytes, segments, 0);
        }
    }

    /// Ends a connection or gives it up.
    pub fn close(&mut self, now: Moment, id: ConnectionId) {
        self.now = self.now.max(now);
        let Some(client) = self.forget(id) else { return };
        let host = client.to.ip();
        let (packet, job) = match (client.state, self.settings.farewell) {
            (ClientState::Opening, _) => {
                // A host whose answer was lost repeats it, and our system breaks off what it does not know.
                if self.hosts.get(&host).is_some_and(|host| host.connections.contains_key(&id)) {
                    self.count(host, Packet::Reset);
                    self.plan(self.now + SYN_ACK_AGAIN, Job::ResetArrives { id, host });
                }
                return;
            }
            (ClientState::Open, Farewell::Abrupt) => {
                (Packet::Reset, Job::ResetArrives { id, host })
            }
            (ClientState::Open | ClientState::Ended, _) => {
                (Packet::Fin, Job::FinArrives { id, host })
            }
        };
        self.count(host, packet);
        let at = self.in_order(host);
        self.plan(at, job);
    }

    fn happen(&mut self, job: Job) -> Option<OwnedEvent> {
        match job {
            Job::DatagramArrives { to, from, bytes, is_group } => {
                self.datagram_arrives(to, from, &bytes, is_group);
            }
            Job::DatagramComes { host, from, to, bytes } => {
                return self.datagram_comes(host, from, to, bytes);
            }
            Job::Comes(event) => return Some(event),
            Job::NoRouteComes(id) => return self.fails(id),
            Job::OpenAgain { id, attempt } => return self.open_again(id, attempt),
            Job::SynArrives { id, to } => self.syn_arrives(id, to),
            Job::SynAckComes { id, host } => return self.syn_ack_comes(id, host),
            Job::RefusalComes(id) => {
                let is_opening = self.state(id) == Some(ClientState::Opening);
                return is_opening
                    .then(|| self.forget(id))
                    .flatten()
                    .map(|_| OwnedEvent::Refused(id));
            }
            Job::HandshakeArrives { id, host } => {
                let speech = self.living(host).and_then(|host| host.greets(id));
                self.says(id, host, speech.into_iter().collect());
            }
            Job::Transmit { id, bytes, segments, attempt } => {
                self.transmit(id, bytes, segments, attempt);
            }
            Job::DataArrives { id, host, bytes, attempt } => {
                self.data_arrives(id, host, &bytes, attempt);
            }
            Job::SegmentComes { id, host, bytes, is_acknowledged } => {
                return self.segment_comes(id, host, bytes, is_acknowledged);
            }
            Job::GoesOn { id, host } => {
                let speech = self.living(host).and_then(|host| host.goes_on(id));
                self.says(id, host, speech.into_iter().collect());
            }
            Job::EndComes { id, host } => return self.end_comes(id, host),
            Job::BreakComes(id) => return self.forget(id).map(|_| OwnedEvent::Reset(id)),
            Job::FinArrives { id, host } => self.fin_arrives(id, host),
            Job::FinComes(host) => self.acknowledges(host),
            Job::ResetArrives { id, host } => {
                if let Some(host) = self.bearing(host, 1) {
                    host.connections.remove(&id);
                }
            }
        }
        None
    }
}

/// Datagrams.
impl Network {
    fn datagram_arrives(&mut self, to: SocketAddr, from: LocalPort, bytes: &[u8], is_group: bool) {
        let now = self.now;
        let Some(host) = self.bearing(to.ip(), 1) else { return };
        let listens = host.behaviour.datagrams.iter().any(|answer| answer.to.port() == to.port());
        let asked = question::read(to.port(), bytes);
        if listens && asked.is_err() {
            host.suffers(now, Fragility::MalformedPacket);
        }
        if !listens && !is_group && host.says_unreachable(now) {
            self.answer(to.ip(), Packet::Icmp);
            self.comes_if_not_lost(to.ip(), Job::Comes(OwnedEvent::PortUnreachable { to }));
        }
        let Ok(asked) = asked else { return };
        let Some(host) = self.living(to.ip()) else { return };
        let manners = host.behaviour.manners;
        let repeats = 1 + u32::from(manners.answers_twice);
        let answers: Vec<(Arc<[u8]>, ReplyPort, u32)> = host
            .behaviour
            .datagrams
            .iter()
            .filter(|answer| answer.to == asked && (is_group || !answer.needs_group))
            .map(|answer| {
                let bytes = echoed(&answer.bytes, answer.echo, bytes);
                (bytes.into(), answer.reply, answer.times * repeats)
            })
            .collect();
        let source = manners.answers_from.map_or(to.ip(), IpAddr::V4);
        let source = SocketAddr::new(source, to.port());
        let delay = self.thinking(manners.thinks);
        for (bytes, reply, times) in answers {
            let to_port = match reply {
                ReplyPort::Sender => from,
                ReplyPort::Fixed(port) => LocalPort::Fixed(port),
            };
            for _ in 0..times {
                self.answer(to.ip(), Packet::Datagram(bytes.len()));
                if let Some(at) = self.arrival(to.ip()) {
                    let bytes = Arc::clone(&bytes);
                    let job =
                        Job::DatagramComes { host: to.ip(), from: source, to: to_port, bytes };
                    self.plan(at + delay, job);
                }
            }
        }
    }

    /// On a port of ours where nobody listens, our system says so.
    fn datagram_comes(
        &mut self,
        host: IpAddr,
        from: SocketAddr,
        to: LocalPort,
        bytes: Arc<[u8]>,
    ) -> Option<OwnedEvent> {
        if let LocalPort::Fixed(port) = to
            && !self.heard_ports.contains(&port)
        {
            self.count(host, Packet::Icmp);
            self.bearing(host, 1);
            return None;
        }
        Some(OwnedEvent::Datagram { from, to, bytes })
    }

    /// The hosts that a datagram to this address goes to.
    fn receivers(&self, to: IpAddr) -> Vec<IpAddr> {
        match self.settings.attached.filter(|_| self.is_group(to)) {
            Some(attached) => {
                self.hosts.keys().copied().filter(|host| attached.contains(host)).collect()
            }
            None => self.hosts.contains_key(&to).then_some(to).into_iter().collect(),
        }
    }

    fn is_group(&self, address: IpAddr) -> bool {
        let is_all = match (address, self.settings.attached) {
            (IpAddr::V4(address), _) if address.is_broadcast() => true,
            (IpAddr::V4(address), Some(IpNet::V4(attached))) => address == attached.broadcast(),
            _ => false,
        };
        is_all || address.is_multicast()
    }

    fn has_no_route(&self, to: IpAddr) -> bool {
        self.settings.unrouted.iter().any(|network| network.contains(&to))
    }

    fn router_says_so(&mut self) -> bool {
        // What it does not say is not counted.
        let said = self.unreachable.within(self.now);
        let may = said < self.settings.unreachable_per_second;
        if may {
            self.unreachable.count(self.now);
        }
        may
    }
}

/// Connections, until they are open.
impl Network {
    /// Sends a SYN, for the first time or again; gives up after the last.
    fn open_again(&mut self, id: ConnectionId, attempt: u32) -> Option<OwnedEvent> {
        let to = self.clients.get(&id).filter(|client| client.state == ClientState::Opening)?.to;
        if attempt > SYN_REPEATS {
            return self.fails(id);
        }
        self.count(to.ip(), Packet::Syn);
        self.plan(
            self.now + Duration::from_secs(1 << attempt),
            Job::OpenAgain { id, attempt: attempt + 1 },
        );
        if self.hosts.contains_key(&to.ip()) {
            if let Some(at) = self.delivery(to.ip()) {
                self.plan(at, Job::SynArrives { id, to });
            }
        } else if self.has_no_route(to.ip()) && self.router_says_so() {
            self.comes(to.ip(), Job::NoRouteComes(id));
        }
        None
    }

    fn fails(&mut self, id: ConnectionId) -> Option<OwnedEvent> {
        if self.state(id) != Some(ClientState::Opening) {
            return None;
        }
        self.forget(id).map(|_| OwnedEvent::Failed(id))
    }

    fn syn_arrives(&mut self, id: ConnectionId, to: SocketAddr) {
        let now = self.now;
        let Some(host) = self.bearing(to.ip(), 1) else { return };
        match host.knock(now, id, to.port()) {
            Door::Ignores => {}
            Door::Opens => {
                self.answer(to.ip(), Packet::Syn);
                self.comes_if_not_lost(to.ip(), Job::SynAckComes { id, host: to.ip() });
            }
            Door::Refuses => {
                self.answer(to.ip(), Packet::Reset);
                self.comes_if_not_lost(to.ip(), Job::RefusalComes(id));
            }
        }
    }

    fn syn_ack_comes(&mut self, id: ConnectionId, host: IpAddr) -> Option<OwnedEvent> {
        let Some(client) = self.clients.get_mut(&id) else {
            self.breaks_off(id, host);
            return None;
        };
        let was_opening = client.state == ClientState::Opening;
        client.state = if was_opening { ClientState::Open } else { client.state };
        self.acknowledges(host);
        if !was_opening {
            return None;
        }
        let at = self.in_order(host);
        self.plan(at, Job::HandshakeArrives { id, host });
        Some(OwnedEvent::Opened(id))
    }
}

/// Connections that are open.
impl Network {
    /// Sends so many segments of a write; those that are lost are sent again.
    fn transmit(&mut self, id: ConnectionId, bytes: Arc<[u8]>, segments: usize, attempt: u32) {
        let Some(client) = self.clients.get(&id).filter(|_| attempt <= DATA_REPEATS) else {
            return;
        };
        let host = client.to.ip();
        let length = bytes.len().min(SEGMENT_BYTES);
        let mut lost = 0;
        for _ in 0..segments {
            self.count(host, Packet::Segment(length));
            lost += usize::from(self.is_lost());
        }
        if lost > 0 {
            let at = self.now + REPEAT_AFTER * (1 << attempt);
            self.plan(at, Job::Transmit { id, bytes, segments: lost, attempt: attempt + 1 });
        } else {
            let at = self.in_order(host);
            self.plan(at, Job::DataArrives { id, host, bytes, attempt });
        }
    }

    fn data_arrives(&mut self, id: ConnectionId, host: IpAddr, bytes: &Arc<[u8]>, attempt: u32) {
        let now = self.now;
        let segments = bytes.len().div_ceil(SEGMENT_BYTES);
        let Some(living) = self.bearing(host, segments) else {
            // A dead host acknowledges nothing, so our system goes on.
            let at = self.now + REPEAT_AFTER * (1 << attempt);
            let bytes = Arc::clone(bytes);
            return self.plan(at, Job::Transmit { id, bytes, segments, attempt: attempt + 1 });
        };
        if !living.connections.contains_key(&id) {
            self.answer(host, Packet::Reset);
            return self.comes(host, Job::BreakComes(id));
        }
        let speeches = living.hears(now, id, bytes);
        let (_, thinks_most) = living.behaviour.manners.thinks;
        if living.crash.is_some() {
            return;
        }
        if speeches.is_empty() || thinks_most > DELAYED_ACK {
            self.answer(host, Packet::Ack);
        }
        self.says(id, host, speeches);
        self.write_next(id);
    }

    fn write_next(&mut self, id: ConnectionId) {
        let Some(client) = self.clients.get_mut(&id) else { return };
        match client.waiting.pop_front() {
            Some(bytes) => {
                let segments = bytes.len().div_ceil(SEGMENT_BYTES);
                self.transmit(id, bytes, segments, 0);
            }
            None => client.is_writing = false,
        }
    }

    /// A host speaks on a connection.
    fn says(&mut self, id: ConnectionId, host: IpAddr, speeches: Vec<Speech>) {
        let Some(manners) = self.living(host).map(|host| host.behaviour.manners) else { return };
        for speech in speeches {
            match speech {
                Speech::Says { bytes, ends } => {
                    let delay = self.thinking(manners.thinks);
                    let last = self.sends(id, host, &bytes, delay);
                    if ends {
                        self.living(host).map(|host| host.connections.remove(&id));
                        self.answer(host, Packet::Fin);
                        self.plan(last, Job::EndComes { id, host });
                    }
                }
                Speech::BreaksOff => {
                    self.living(host).map(|host| host.connections.remove(&id));
                    self.answer(host, Packet::Reset);
                    self.comes(host, Job::BreakComes(id));
                }
                Speech::GoesOn { bytes, again } => {
                    self.sends(id, host, &bytes, Duration::ZERO);
                    self.plan(self.now + again, Job::GoesOn { id, host });
                }
            }
        }
    }

    /// Sends bytes to us in segments, in order, those that are lost again. Says when the last is here.
    fn sends(&mut self, id: ConnectionId, host: IpAddr, bytes: &[u8], delay: Duration) -> Moment {
        let mut last = self.clients.get(&id).map_or(self.now, |client| client.heard_until);
        let count = bytes.len().div_ceil(SEGMENT_BYTES);
        for (place, segment) in bytes.chunks(SEGMENT_BYTES).enumerate() {
            self.answer(host, Packet::Segment(segment.len()));
            let mut at = self.now + delay + self.travel(host);
            for attempt in 0..DATA_REPEATS {
                if !self.is_lost() {
                    break;
                }
                self.answer(host, Packet::Segment(segment.len()));
                at += REPEAT_AFTER * (1 << attempt);
            }
            last = last.max(at);
            let is_acknowledged = place % 2 == 1 || place + 1 == count;
            let bytes = segment.into();
            self.plan(last, Job::SegmentComes { id, host, bytes, is_acknowledged });
        }
        if let Some(client) = self.clients.get_mut(&id) {
            client.heard_until = last;
        }
        last.max(self.now)
    }

    fn segment_comes(
        &mut self,
        id: ConnectionId,
        host: IpAddr,
        bytes: Arc<[u8]>,
        is_acknowledged: bool,
    ) -> Option<OwnedEvent> {
        if !self.clients.contains_key(&id) {
            self.breaks_off(id, host);
            return None;
        }
        if is_acknowledged {
            self.acknowledges(host);
        }
        Some(OwnedEvent::Data { id, bytes })
    }

    fn end_comes(&mut self, id: ConnectionId, host: IpAddr) -> Option<OwnedEvent> {
        let Some(client) = self.clients.get_mut(&id) else {
            self.breaks_off(id, host);
            return None;
        };
        client.state = ClientState::Ended;
        self.acknowledges(host);
        Some(OwnedEvent::Ended(id))
    }

    fn fin_arrives(&mut self, id: ConnectionId, host: IpAddr) {
        let Some(living) = self.bearing(host, 1) else { return };
        if living.connections.remove(&id).is_some() {
            self.answer(host, Packet::Fin);
            self.comes(host, Job::FinComes(host));
        } else {
            self.answer(host, Packet::Ack);
        }
    }

    /// Our system acknowledges something.
    fn acknowledges(&mut self, host: IpAddr) {
        self.count(host, Packet::Ack);
        self.bearing(host, 1);
    }

    /// Our system knows nothing of a connection.
    fn breaks_off(&mut self, id: ConnectionId, host: IpAddr) {
        self.count(host, Packet::Reset);
        if let Some(host) = self.bearing(host, 1) {
            host.connections.remove(&id);
        }
    }
}

/// Time, chance and counting.
impl Network {
    fn plan(&mut self, at: Moment, job: Job) {
        self.entries += 1;
        self.queue.push(Reverse(Entry { at, number: self.entries, job }));
    }

    /// Something comes to us from there.
    fn comes(&mut self, host: IpAddr, job: Job) {
        let at = self.now + self.travel(host);
        self.plan(at, job);
    }

    fn comes_if_not_lost(&mut self, host: IpAddr, job: Job) {
        if let Some(at) = self.arrival(host) {
            self.plan(at, job);
        }
    }

    /// When a packet that a host sends is here, unless it is lost.
    fn arrival(&mut self, host: IpAddr) -> Option<Moment> {
        let travel = self.travel(host);
        (!self.is_lost()).then_some(self.now + travel)
    }

    /// When a packet that we send is at the host, unless it is lost.
    fn delivery(&mut self, host: IpAddr) -> Option<Moment> {
        (!self.is_lost()).then(|| self.in_order(host))
    }

    /// When a packet that we send is at the host: never before one that we sent earlier.
    fn in_order(&mut self, host: IpAddr) -> Moment {
        let at = self.now + self.travel(host);
        match self.hosts.get_mut(&host) {
            Some(host) => {
                host.reached = host.reached.max(at);
                host.reached
            }
            None => at,
        }
    }

    fn is_lost(&mut self) -> bool {
        self.chance.happens(self.settings.loss)
    }

    fn travel(&mut self, host: IpAddr) -> Duration {
        let own = self.hosts.get(&host).map_or(self.settings.latency.0, |host| host.latency);
        own + self.up_to(self.settings.jitter)
    }

    fn thinking(&mut self, (least, most): (Duration, Duration)) -> Duration {
        let (quickest, slowest) = THINKING_US;
        let micros = quickest + self.chance.below(slowest - quickest);
        Duration::from_micros(micros) + least + self.up_to(most.saturating_sub(least))
    }

    fn up_to(&mut self, most: Duration) -> Duration {
        let micros = u64::try_from(most.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(self.chance.below(micros))
    }

    fn count(&mut self, to: IpAddr, packet: Packet) {
        let tally = self.tallies.entry(to).or_default();
        tally.sent.add(packet);
        tally.rate.count(self.now);
        self.rate.count(self.now);
    }

    fn answer(&mut self, from: IpAddr, packet: Packet) {
        self.tallies.entry(from).or_default().answered.add(packet);
    }

    fn living(&mut self, address: IpAddr) -> Option<&mut Host> {
        self.hosts.get_mut(&address).filter(|host| host.crash.is_none())
    }

    /// The host, if it survives that so many packets arrive now.
    fn bearing(&mut self, address: IpAddr, packets: usize) -> Option<&mut Host> {
        let now = self.now;
        let host = self.hosts.get_mut(&address)?;
        let lives = (0..packets).all(|_| host.bears_packet(now));
        lives.then_some(host)
    }

    fn state(&self, id: ConnectionId) -> Option<ClientState> {
        Some(self.clients.get(&id)?.state)
    }

    fn forget(&mut self, id: ConnectionId) -> Option<Client> {
        let client = self.clients.remove(&id)?;
        let tally = self.tallies.entry(client.to.ip()).or_default();
        tally.open = tally.open.saturating_sub(1);
        Some(client)
    }
}

/// The answer with what it repeats of the question.
fn echoed(answer: &[u8], echo: Echo, question: &[u8]) -> Vec<u8> {
    let mut bytes = answer.to_vec();
    match echo {
        Echo::Nothing => {}
        Echo::Element(name, place) => {
            let text = String::from_utf8_lossy(question);
            if let Some(value) = question::element(&text, name) {
                replace(&mut bytes, place.as_bytes(), value.as_bytes());
            }
        }
        Echo::Bytes(start, end) => {
            if let (Some(place), Some(value)) =
                (bytes.get_mut(start..end), question.get(start..end))
            {
                place.copy_from_slice(value);
            }
        }
    }
    bytes
}
