//! Frame after frame to the decoders, and what they say to the hosts.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use etherparse::TcpSlice;
use model::{MacAddr, Signal, SignalKind, Timestamp};
use wire::{About, Keys, Message, Refusal};

use super::flows::{
    Connections, Endpoint, Exchanges, FirstFlight, Interest, Look, News, Turn, service_port,
};
use super::frames::Frame;
use super::hosts::{HostKey, Hosts, Moment, Tie, is_inside, unicast};
use super::link::{self, Body, IpPacket, Net};
use crate::Options;
use crate::message::with_quirks;
use crate::notebook::Notebook;

/// Names learnt from DNS answers, by who asked and what address they stand for.
const NAMES_MAX: usize = 65_536;
/// Notes about messages that a decoder claims and cannot read.
const UNREADABLE_NOTES_MAX: usize = 20;
/// Ports that are named in the summary; the rest is added up.
const PORTS_NAMED_MAX: usize = 100;
/// What usually runs on ports that many captures have, for people: the port is what was seen, the name is a guess.
const UDP_NAMES: &[(u16, &str)] = &[
    (53, "DNS"),
    (123, "NTP"),
    (443, "QUIC"),
    (500, "IKE"),
    (514, "syslog"),
    (1_194, "OpenVPN"),
    (1_812, "RADIUS"),
    (2_152, "GTP"),
    (3_478, "STUN"),
    (4_500, "IPsec"),
    (4_789, "VXLAN"),
    (5_246, "CAPWAP"),
    (5_247, "CAPWAP"),
    (17_500, "Dropbox"),
    (51_820, "WireGuard"),
];
const TCP_NAMES: &[(u16, &str)] = &[
    (22, "SSH"),
    (25, "SMTP"),
    (80, "HTTP"),
    (389, "LDAP"),
    (443, "TLS"),
    (445, "SMB"),
    (554, "RTSP"),
    (1_883, "MQTT"),
    (3_389, "RDP"),
    (8_883, "MQTT"),
];
const PROTOCOL_NAMES: &[(u8, &str)] = &[
    (4, "IP in IP"),
    (41, "IPv6 in IP"),
    (47, "GRE"),
    (50, "ESP, encrypted"),
    (51, "AH"),
    (88, "EIGRP"),
    (89, "OSPF"),
    (103, "PIM"),
    (112, "VRRP"),
    (115, "L2TP"),
    (132, "SCTP"),
];
/// Where senders start to count hops down.
const FIRST_HOPS: [u8; 4] = [32, 64, 128, 255];
/// More hops than any private network has.
const HOPS_MAX: u8 = 16;

/// What was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Unknown {
    Udp(Option<u16>),
    Tcp(u16),
    Protocol(u8),
    EtherType(u16),
    Link(i32),
    Broken,
}

/// Listens to a capture.
#[derive(Default)]
pub(super) struct Listener {
    connections: Connections,
    exchanges: Exchanges,
    ears: Ears,
}

/// The part that hears what the tables of flows tell.
#[derive(Default)]
struct Ears {
    hosts: Hosts,
    names: HashMap<(IpAddr, IpAddr), Box<str>>,
    unknown: BTreeMap<Unknown, u64>,
    fragments: u64,
    lost_names: u64,
    untimed: u64,
    span: Option<(i64, i64)>,
    unreadable: Vec<String>,
    unreadable_count: usize,
}

impl Listener {
    pub(super) fn frame(&mut self, frame: &Frame<'_>, notebook: &mut Notebook<'_>) {
        let moment = Moment { frame: frame.number, micros: frame.micros };
        self.ears.clock(frame.micros);
        let packet = link::decode(frame.link, frame.data);
        let (from, to) = (packet.from, packet.to);
        match packet.net {
            Net::Arp { mac, address } => {
                let key = HostKey { mac: mac.or(from), address: address.and_then(unicast) };
                self.ears.hosts.see(key, Tie::Own, moment);
            }
            Net::Ip(ip) => self.ip(from, to, &ip, moment),
            Net::Other { kind, payload } => {
                let sender = HostKey { mac: from, address: None };
                self.ears.hosts.see(sender, Tie::Unclear, moment);
                self.ears.link_message(kind, payload, sender, moment);
            }
            Net::UnknownLink(link) => {
                if self.ears.count(Unknown::Link(link), 1) {
                    notebook.warning(
                        format!("frame {}", frame.number),
                        format!("{} is not read", link::link_name(link)),
                        "record on a wired port (Ethernet), where the traffic is not encrypted",
                    );
                }
            }
            Net::Broken => drop(self.ears.count(Unknown::Broken, 1)),
        }
        for note in self.ears.unreadable.drain(..) {
            notebook.info(format!("frame {}", frame.number), note);
        }
    }

    fn ip(
        &mut self,
        from: Option<MacAddr>,
        to: Option<MacAddr>,
        ip: &IpPacket<'_>,
        moment: Moment,
    ) {
        let source = unicast(ip.source);
        let sender = HostKey { mac: from, address: source };
        let tie = match ip.body {
            Body::Neighbour if ip.hops_left == 255 => Tie::Own,
            _ => tie(ip),
        };
        self.ears.hosts.see(sender, tie, moment);
        match &ip.body {
            Body::Udp { from: port, to: to_port, payload } => {
                let ends = [
                    Endpoint { address: ip.source, port: *port },
                    Endpoint { address: ip.destination, port: *to_port },
                ];
                self.datagram(sender, to, ends, payload, moment);
            }
            Body::Tcp(tcp) => self.segment(sender, to, ip, tcp, moment),
            Body::Fragment => self.ears.fragments += 1,
            Body::Other(protocol) => drop(self.ears.count(Unknown::Protocol(*protocol), 1)),
            Body::Cut => drop(self.ears.count(Unknown::Broken, 1)),
            Body::Neighbour | Body::Control => {}
        }
    }

    fn datagram(
        &mut self,
        sender: HostKey,
        to_mac: Option<MacAddr>,
        [from, to]: [Endpoint; 2],
        payload: &[u8],
        moment: Moment,
    ) {
        let advice = self.exchanges.datagram(from, to, payload);
        if advice.is_new {
            self.ears.new_flow(sender, to_mac, to.address);
        }
        let service = || Unknown::Udp(service_port(from.port, to.port));
        match advice.look {
            Look::Repeated => {}
            Look::Opaque => drop(self.ears.count(service(), 1)),
            Look::Encrypted => {
                if self.exchanges.outcome(from, to, true, advice.is_answer) {
                    self.ears.answers_datagrams(sender, from.port);
                }
            }
            Look::Inside if wire::quic::claims(payload) => {
                match self.exchanges.first_flight(from, to, payload) {
                    FirstFlight::Says(message) => {
                        self.ears.message(*message, sender, to.address, moment);
                    }
                    FirstFlight::Waits | FirstFlight::Known => {}
                    FirstFlight::Refused => {
                        self.exchanges.outcome(from, to, false, advice.is_answer);
                        self.ears.count(service(), 1);
                    }
                }
            }
            Look::Inside => {
                let outcome = wire::datagram(from.port, to.port, payload);
                let is_first_answer =
                    self.exchanges.outcome(from, to, outcome.is_ok(), advice.is_answer);
                match outcome {
                    Ok(message) => {
                        if is_first_answer && message.about == About::Sender {
                            self.ears.answers_datagrams(sender, from.port);
                        }
                        self.ears.message(message, sender, to.address, moment);
                    }
                    Err(refusal) => self.ears.refused(service(), &refusal),
                }
            }
        }
    }

    fn segment(
        &mut self,
        sender: HostKey,
        to_mac: Option<MacAddr>,
        ip: &IpPacket<'_>,
        tcp: &TcpSlice<'_>,
        moment: Moment,
    ) {
        let from = Endpoint { address: ip.source, port: tcp.source_port() };
        let to = Endpoint { address: ip.destination, port: tcp.destination_port() };
        let Self { connections, ears, .. } = self;
        let is_new = connections
            .segment((from, to), (sender, moment), tcp, &mut |news| ears.connection_news(news));
        if is_new {
            ears.new_flow(sender, to_mac, to.address);
        }
    }

    /// Writes down what the capture held.
    pub(super) fn finish(self, options: &Options, notebook: &mut Notebook<'_>) {
        let Self { mut connections, mut ears, .. } = self;
        connections.finish(&mut |news| ears.connection_news(news));
        notebook.lost("TCP connections given up for the limit of the table", connections.given_up);
        notebook.lost("TCP turns with holes in the capture", connections.holes);
        ears.finish(options, notebook);
    }
}

/// Protocols in which each turn begins a message; in others only the first words of a side are its own, and
/// later ones may be what somebody typed.
const TURN_BY_TURN: [&str; 2] = ["http", "rtsp"];

impl Ears {
    fn clock(&mut self, micros: Option<i64>) {
        match (micros, self.span) {
            (None, _) => self.untimed += 1,
            (Some(micros), None) => self.span = Some((micros, micros)),
            (Some(micros), Some((first, last))) => {
                self.span = Some((first.min(micros), last.max(micros)));
            }
        }
    }

    fn answers_datagrams(&mut self, host: HostKey, port: u16) {
        self.hosts.add(host, Signal::text(SignalKind::PortOpen, format!("{port}/udp")));
    }

    /// What stands in a frame without a network layer.
    fn link_message(&mut self, kind: u16, payload: &[u8], sender: HostKey, moment: Moment) {
        match wire::frame(kind, payload) {
            Ok(message) => {
                if message.about == About::Sender {
                    for address in message.keys.addresses.iter().copied().filter_map(unicast) {
                        let own = HostKey { mac: sender.mac, address: Some(address) };
                        self.hosts.see(own, Tie::Own, moment);
                    }
                }
                self.message(message, sender, IpAddr::V4(Ipv4Addr::BROADCAST), moment);
            }
            Err(refusal) => self.refused(Unknown::EtherType(kind), &refusal),
        }
    }

    /// Counts what was not understood; `true` the first time.
    fn count(&mut self, what: Unknown, count: u64) -> bool {
        let sum = self.unknown.entry(what).or_default();
        *sum += count;
        *sum == count
    }

    fn refused(&mut self, what: Unknown, refusal: &Refusal) {
        self.count(what, 1);
        if let Refusal::Undecodable { protocol, source } = refusal
            && self.unreadable_count < UNREADABLE_NOTES_MAX
        {
            self.unreadable_count += 1;
            self.unreadable.push(format!("not readable as {protocol}: {source}"));
        }
    }

    /// Two machines speak for the first time: who stands between them, and by which name was it asked for?
    fn new_flow(&mut self, sender: HostKey, to_mac: Option<MacAddr>, to: IpAddr) {
        let (Some(from), Some(to)) = (sender.address, unicast(to)) else { return };
        let gateway = match (is_inside(from), is_inside(to)) {
            (true, false) => to_mac,
            (false, true) => sender.mac,
            _ => None,
        };
        if let Some(mac) = gateway {
            self.hosts.gateway(mac);
        }
        let receiver = HostKey { mac: to_mac, address: Some(to) };
        for (client, server) in [(sender, to), (receiver, from)] {
            let Some(address) = client.address.filter(|_| !is_inside(server)) else { continue };
            if let Some(name) = self.names.get(&(address, server)) {
                self.hosts.add(client, Signal::text(SignalKind::CloudContact, name.clone()));
            }
        }
    }

    fn connection_news(&mut self, news: News<'_>) -> Interest {
        match news {
            News::Answered { host, port } => {
                self.hosts.add(host, Signal::text(SignalKind::PortOpen, format!("{port}/tcp")));
                Interest::NextTurn
            }
            News::Turn(turn) => self.turn(&turn),
        }
    }

    fn turn(&mut self, turn: &Turn<'_>) -> Interest {
        match wire::stream_head(turn.sender, turn.server_port, turn.bytes) {
            Ok(message) if turn.is_first || TURN_BY_TURN.contains(&message.protocol) => {
                let goes_on = TURN_BY_TURN.contains(&message.protocol);
                self.message(message, turn.host, turn.to.address, turn.moment);
                if goes_on { Interest::NextTurn } else { Interest::Enough }
            }
            Ok(_) => Interest::Enough,
            Err(refusal) if turn.is_first => {
                self.refused(Unknown::Tcp(turn.server_port), &refusal);
                Interest::Enough
            }
            // The body of an earlier message.
            Err(_) => Interest::NextTurn,
        }
    }

    fn message(&mut self, message: Message, sender: HostKey, to: IpAddr, moment: Moment) {
        let Message { protocol, about, keys, signals, quirks, names } = message;
        self.learn_names(names, to);
        let signals = with_quirks(signals, &quirks);
        // A relay passes on what a DHCP client said, under its own hardware address.
        let is_relayed = protocol == "dhcp"
            && !keys.macs.is_empty()
            && sender.mac.is_some_and(|mac| !keys.macs.contains(&mac));
        match about {
            About::Nobody => {}
            About::Sender if !is_relayed => self.hosts.credit(sender, keys, signals, moment),
            About::Sender | About::Keys => self.credit_keys(protocol, keys, signals, moment),
        }
    }

    /// A message about the device that its keys name.
    fn credit_keys(
        &mut self,
        protocol: &'static str,
        keys: Keys,
        signals: Vec<Signal>,
        moment: Moment,
    ) {
        let subject = HostKey {
            mac: keys.macs.iter().copied().find(|mac| mac.is_identity()),
            address: keys.addresses.iter().copied().find_map(unicast),
        };
        if subject.mac.is_none() && subject.address.is_none() {
            self.hosts.credit_named(keys, signals, moment);
            return;
        }
        if protocol == "dhcp" || protocol == "arp" {
            self.hosts.see(subject, Tie::Own, moment);
        }
        self.hosts.credit(subject, keys, signals, moment);
    }

    /// Keeps what a DNS answer says for the machine that gets it.
    fn learn_names(&mut self, names: Vec<(Box<str>, IpAddr)>, to: IpAddr) {
        let Some(client) = unicast(to) else { return };
        for (name, address) in names {
            if is_inside(address) {
                continue;
            }
            if self.names.len() >= NAMES_MAX && !self.names.contains_key(&(client, address)) {
                self.lost_names += 1;
            } else {
                self.names.insert((client, address), name);
            }
        }
    }

    fn finish(self, options: &Options, notebook: &mut Notebook<'_>) {
        let instant = |micros: i64| Timestamp::from_microsecond(micros).ok();
        notebook.seen(self.span.and_then(|(first, _)| instant(first)));
        notebook.seen(self.span.and_then(|(_, last)| instant(last)));
        if self.untimed > 0 {
            notebook.info(
                "whole file",
                format!("{} frames have no time, or one that no calendar holds", self.untimed),
            );
        }
        notebook.lost("fragments of IP packets after the first", self.fragments);
        notebook.lost("names of DNS answers over the limit", self.lost_names);
        let mut unknown: Vec<(Unknown, u64)> = self.unknown.into_iter().collect();
        unknown.sort_by_key(|&(what, count)| (std::cmp::Reverse(count), what));
        for (index, (what, count)) in unknown.into_iter().enumerate() {
            notebook.not_understood(&what.name(index < PORTS_NAMED_MAX), count);
        }
        self.hosts.finish(options, notebook);
    }
}

impl Unknown {
    /// The name it is counted under; rare ports have one name together.
    fn name(self, in_full: bool) -> String {
        match self {
            Self::Udp(Some(port)) if in_full => named("udp", port, UDP_NAMES),
            Self::Udp(Some(_)) => "udp/other".into(),
            Self::Udp(None) => "udp/dynamic".into(),
            Self::Tcp(port) if in_full => named("tcp", port, TCP_NAMES),
            Self::Tcp(_) => "tcp/other".into(),
            Self::Protocol(protocol) => named("ip-protocol", protocol, PROTOCOL_NAMES),
            Self::EtherType(kind) => link::ether_type_name(kind),
            Self::Link(link) => link::link_name(link),
            Self::Broken => "broken frame".into(),
        }
    }
}

/// `udp/123 (NTP)`: a number with the name people know it by.
pub(super) fn named<N: Copy + PartialEq + fmt::Display>(
    what: &str,
    number: N,
    names: &[(N, &str)],
) -> String {
    match names.iter().find(|(known, _)| *known == number) {
        Some((_, name)) => format!("{what}/{number} ({name})"),
        None => format!("{what}/{number}"),
    }
}

/// How a packet ties its source to the hardware address that sent it: a router counts hops down from where
/// senders start.
fn tie(ip: &IpPacket<'_>) -> Tie {
    if unicast(ip.destination).is_none() {
        return Tie::Unclear;
    }
    match FIRST_HOPS.iter().find(|&&first| ip.hops_left <= first) {
        Some(first) if *first == ip.hops_left => Tie::Direct,
        Some(first) if first - ip.hops_left <= HOPS_MAX => Tie::Routed,
        _ => Tie::Unclear,
    }
}
