//! Who is who: what was seen of each host, and which addresses are a device's own.
//!
//! The hardware address of a frame is that of the last machine that sent it on. It is the device's own only on
//! its own link, so what is seen is gathered per pair of hardware and network address, and decided at the end,
//! when it is known which hardware addresses stand for many networks.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

use model::{AddressClaim, MacAddr, Observation, Place, Signal, SignalKind, Subject, Timestamp};
use wire::Keys;

use crate::Options;
use crate::notebook::Notebook;

/// Pairs of hardware and network address that are followed.
const HOSTS_MAX: usize = 65_536;
/// Signals of one kind that are kept of one host, where one is as good as many: answers differ in message
/// ids and nonces alone.
const ALIKE_MAX: usize = 16;
/// Signals of one kind that are kept of one host, where each tells something new.
const DISTINCT_MAX: usize = 256;
/// Bytes of signals kept over all hosts.
const SIGNAL_BYTES_MAX: usize = 256 << 20;
/// Keys of one kind that are kept of one host.
const KEYS_MAX: usize = 64;
/// Networks (/24, or /64 of IPv6) for which a hardware address may speak before it is a router's.
const NETWORKS_MAX: usize = 3;

/// When and where something was seen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// Number of the frame or line.
    pub(crate) frame: u64,
    pub(crate) micros: Option<i64>,
}

/// What an input is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Unit {
    /// Packets of a capture.
    #[default]
    Frame,
    /// Lines of a log.
    Line,
}

impl Unit {
    const fn name(self) -> &'static str {
        match self {
            Self::Frame => "frame",
            Self::Line => "line",
        }
    }
}

/// A pair of addresses that were seen together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct HostKey {
    pub(crate) mac: Option<MacAddr>,
    pub(crate) address: Option<IpAddr>,
}

/// How an address was seen with a hardware address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tie {
    /// The device said that the address is its own: ARP, neighbour discovery, a lease, a message.
    Own,
    /// It came as its sender sent it: no router counted its hops down.
    Direct,
    /// It came over a router.
    Routed,
    /// Nothing is known.
    Unclear,
}

#[derive(Debug, Default)]
struct Sighting {
    first: Option<Moment>,
    last_frame: u64,
    micros: Option<(i64, i64)>,
    is_own: bool,
    is_direct: bool,
    is_routed: bool,
    keys: Keys,
    signals: BTreeSet<Signal>,
    kinds: BTreeMap<SignalKind, usize>,
}

/// Whom an observation is about, in the end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Entity {
    Mac(MacAddr),
    Address(IpAddr),
    /// A key inside a message, where the message names neither address.
    Named(Box<str>),
}

/// The hosts of one capture or log.
#[derive(Default)]
pub(crate) struct Hosts {
    unit: Unit,
    seen: HashMap<HostKey, Sighting>,
    named: BTreeMap<Box<str>, Sighting>,
    gateways: BTreeSet<MacAddr>,
    signal_bytes: usize,
    lost_hosts: u64,
    lost_signals: u64,
}

impl Hosts {
    /// Hosts of an input that is counted in `unit`.
    pub(crate) fn counted_in(unit: Unit) -> Self {
        Self { unit, ..Self::default() }
    }

    /// A host sent something.
    pub(crate) fn see(&mut self, key: HostKey, tie: Tie, moment: Moment) {
        if let Some(sighting) = self.sighting(key) {
            sighting.see(moment);
            sighting.tie(tie);
        }
    }

    /// A host showed this of itself.
    pub(crate) fn credit(
        &mut self,
        key: HostKey,
        keys: Keys,
        signals: Vec<Signal>,
        moment: Moment,
    ) {
        let budget = SIGNAL_BYTES_MAX - self.signal_bytes.min(SIGNAL_BYTES_MAX);
        let (mut kept, mut lost) = (0, 0);
        if let Some(sighting) = self.sighting(key) {
            sighting.see(moment);
            if key.mac.is_some_and(|mac| keys.macs.contains(&mac)) {
                sighting.is_own = true;
            }
            sighting.take_keys(keys);
            (kept, lost) = sighting.take_signals(signals, budget);
        }
        self.signal_bytes += kept;
        self.lost_signals += lost;
    }

    /// A message about a device that is named by keys alone.
    pub(crate) fn credit_named(&mut self, keys: Keys, signals: Vec<Signal>, moment: Moment) {
        let Some(name) = keys.serials.first().or(keys.uuids.first()).cloned() else { return };
        if self.named.len() >= HOSTS_MAX && !self.named.contains_key(&name) {
            self.lost_hosts += 1;
            return;
        }
        let budget = SIGNAL_BYTES_MAX - self.signal_bytes.min(SIGNAL_BYTES_MAX);
        let sighting = self.named.entry(name).or_default();
        sighting.see(moment);
        sighting.take_keys(keys);
        let (kept, lost) = sighting.take_signals(signals, budget);
        self.signal_bytes += kept;
        self.lost_signals += lost;
    }

    /// A signal about a host that was seen before; nothing where it was not.
    pub(crate) fn add(&mut self, key: HostKey, signal: Signal) {
        let budget = SIGNAL_BYTES_MAX - self.signal_bytes.min(SIGNAL_BYTES_MAX);
        if let Some(sighting) = self.seen.get_mut(&key) {
            let (kept, lost) = sighting.take_signals(vec![signal], budget);
            self.signal_bytes += kept;
            self.lost_signals += lost;
        }
    }

    /// Packets between this network and the world outside go through this machine.
    pub(crate) fn gateway(&mut self, mac: MacAddr) {
        if self.gateways.len() < HOSTS_MAX {
            self.gateways.insert(mac);
        }
    }

    fn sighting(&mut self, key: HostKey) -> Option<&mut Sighting> {
        if key.mac.is_none() && key.address.is_none() {
            return None;
        }
        if self.seen.len() >= HOSTS_MAX && !self.seen.contains_key(&key) {
            self.lost_hosts += 1;
            return None;
        }
        Some(self.seen.entry(key).or_default())
    }

    /// Gives one observation a host, in the order in which they were first seen.
    pub(crate) fn finish(self, options: &Options, notebook: &mut Notebook<'_>) {
        let unit = self.unit.name();
        notebook.lost(&format!("{unit}s of hosts after the {HOSTS_MAX}th"), self.lost_hosts);
        notebook.lost("repeated or further signals of a host", self.lost_signals);
        let mut seen: Vec<(HostKey, Sighting)> = self.seen.into_iter().collect();
        seen.sort_unstable_by_key(|(key, _)| *key);
        let routers = Routers::of(&seen, self.gateways);
        let owners = owners(&seen, &routers);
        let mut entities: BTreeMap<Entity, Gathered> = BTreeMap::new();
        for (key, sighting) in seen {
            let entity = match (key.mac, key.address) {
                (Some(mac), None) => Entity::Mac(mac),
                (Some(mac), Some(address)) if routers.lets(mac, address, &sighting) => {
                    Entity::Mac(mac)
                }
                (mac, Some(address)) => {
                    // The router itself was seen too.
                    if let Some(mac) = mac {
                        entities.entry(Entity::Mac(mac)).or_default().sighting.span(&sighting);
                    }
                    match owners.get(&address) {
                        Some(&Some(owner)) => Entity::Mac(owner),
                        _ => Entity::Address(address),
                    }
                }
                (None, None) => continue,
            };
            entities.entry(entity).or_default().add(key.address, sighting);
        }
        for (name, sighting) in self.named {
            entities.entry(Entity::Named(name)).or_default().add(None, sighting);
        }
        let mut entities: Vec<(Entity, Gathered)> = entities.into_iter().collect();
        entities.sort_by_key(|(_, gathered)| gathered.sighting.first.map(|moment| moment.frame));
        for (entity, gathered) in entities {
            if let Some(observation) = gathered.observation(&entity, unit, options) {
                notebook.observation(observation);
            }
        }
    }
}

/// Hardware addresses that stand for other machines.
struct Routers {
    /// Those that packets to and from outside go through.
    gateways: BTreeSet<MacAddr>,
    /// Those that speak for several networks without having said that the addresses are their own.
    of_many_networks: BTreeSet<MacAddr>,
}

impl Routers {
    fn of(seen: &[(HostKey, Sighting)], gateways: BTreeSet<MacAddr>) -> Self {
        let mut networks: BTreeMap<MacAddr, BTreeSet<IpAddr>> = BTreeMap::new();
        for (key, sighting) in seen {
            if let (Some(mac), Some(address), false) = (key.mac, key.address, sighting.is_own) {
                networks.entry(mac).or_default().extend(network(address));
            }
        }
        networks.retain(|_, networks| networks.len() >= NETWORKS_MAX);
        Self { gateways, of_many_networks: networks.into_keys().collect() }
    }

    /// Whether an address may be taken for the own one of the machine that sent it.
    fn lets(&self, mac: MacAddr, address: IpAddr, sighting: &Sighting) -> bool {
        let came_over_router = sighting.is_routed && !sighting.is_direct;
        if sighting.is_own || network(address).is_none() {
            true
        } else if came_over_router || self.of_many_networks.contains(&mac) {
            false
        } else if self.gateways.contains(&mac) {
            // Its own address in this network; what it passes on has lost a hop.
            is_inside(address) && sighting.is_direct && !sighting.is_routed
        } else {
            true
        }
    }
}

/// The network of an address that a router could stand for; link-local addresses never cross one.
fn network(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            (!v4.is_link_local()).then(|| IpAddr::from([a, b, c, 0]))
        }
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            (!v6.is_unicast_link_local()).then(|| IpAddr::from([a, b, c, d, 0, 0, 0, 0]))
        }
    }
}

/// For each address the one machine that owns it; `None` where two claim it.
fn owners(seen: &[(HostKey, Sighting)], routers: &Routers) -> BTreeMap<IpAddr, Option<MacAddr>> {
    let mut owners = BTreeMap::new();
    for (key, sighting) in seen {
        if let (Some(mac), Some(address)) = (key.mac, key.address)
            && routers.lets(mac, address, sighting)
        {
            owners.entry(address).and_modify(|owner| *owner = None).or_insert(Some(mac));
        }
    }
    owners
}

impl Sighting {
    fn see(&mut self, Moment { frame, micros }: Moment) {
        self.first.get_or_insert(Moment { frame, micros });
        self.last_frame = self.last_frame.max(frame);
        if let Some(micros) = micros {
            let (first, last) = self.micros.unwrap_or((micros, micros));
            self.micros = Some((first.min(micros), last.max(micros)));
        }
    }

    fn tie(&mut self, tie: Tie) {
        match tie {
            Tie::Own => self.is_own = true,
            Tie::Direct => self.is_direct = true,
            Tie::Routed => self.is_routed = true,
            Tie::Unclear => {}
        }
    }

    fn take_keys(&mut self, keys: Keys) {
        let Keys { macs, addresses: _, serials, uuids, hostname } = keys;
        let macs = macs.into_iter().filter(|mac| mac.is_identity());
        extend_new(&mut self.keys.macs, macs);
        extend_new(&mut self.keys.serials, serials);
        extend_new(&mut self.keys.uuids, uuids);
        self.keys.hostname = self.keys.hostname.take().or(hostname);
    }

    /// Takes what is new within the limits; gives the bytes kept and the signals lost.
    fn take_signals(&mut self, signals: Vec<Signal>, mut budget: usize) -> (usize, u64) {
        let (mut kept, mut lost) = (0, 0);
        for signal in signals {
            if self.signals.contains(&signal) {
                continue;
            }
            let size = signal.as_bytes().len();
            let count = self.kinds.entry(signal.kind).or_default();
            if *count >= kind_limit(signal.kind) || size > budget {
                lost += 1;
                continue;
            }
            *count += 1;
            budget -= size;
            kept += size;
            self.signals.insert(signal);
        }
        (kept, lost)
    }

    /// Widens the span of frames and time by that of another sighting.
    fn span(&mut self, other: &Self) {
        if let Some(first) = other.first {
            let is_earlier = self.first.is_none_or(|own| first.frame < own.frame);
            if is_earlier {
                self.first = Some(first);
            }
        }
        self.last_frame = self.last_frame.max(other.last_frame);
        for micros in other.micros.into_iter().flat_map(|(first, last)| [first, last]) {
            let (first, last) = self.micros.unwrap_or((micros, micros));
            self.micros = Some((first.min(micros), last.max(micros)));
        }
    }
}

const fn kind_limit(kind: SignalKind) -> usize {
    match kind {
        SignalKind::DnsQuery
        | SignalKind::TlsSni
        | SignalKind::CloudContact
        | SignalKind::PortOpen
        | SignalKind::HttpPath
        | SignalKind::MdnsService => DISTINCT_MAX,
        _ => ALIKE_MAX,
    }
}

fn extend_new<T: PartialEq>(known: &mut Vec<T>, new: impl IntoIterator<Item = T>) {
    for item in new {
        if known.len() < KEYS_MAX && !known.contains(&item) {
            known.push(item);
        }
    }
}

/// All that was seen of one entity.
#[derive(Default)]
struct Gathered {
    sighting: Sighting,
    addresses: BTreeMap<IpAddr, Option<(i64, i64)>>,
}

impl Gathered {
    fn add(&mut self, address: Option<IpAddr>, sighting: Sighting) {
        self.sighting.span(&sighting);
        if let Some(address) = address {
            let span = self.addresses.entry(address).or_default();
            *span = match (*span, sighting.micros) {
                (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
                (one, other) => one.or(other),
            };
        }
        self.sighting.take_keys(sighting.keys);
        self.sighting.signals.extend(sighting.signals);
    }

    fn observation(self, entity: &Entity, unit: &str, options: &Options) -> Option<Observation> {
        let Self { sighting, addresses } = self;
        let Sighting { first, last_frame, micros, keys, mut signals, .. } = sighting;
        let own_mac = match entity {
            Entity::Mac(mac) => Some(*mac),
            Entity::Address(address) if !is_inside(*address) => {
                // A server on the Internet is no device of anybody's estate, unless it speaks as one.
                if !signals.iter().any(|signal| shows_device(signal.kind)) {
                    return None;
                }
                None
            }
            Entity::Address(_) | Entity::Named(_) => None,
        };
        let Keys { macs, serials, uuids, hostname, .. } = keys;
        let mut all_macs: Vec<MacAddr> = own_mac.into_iter().collect();
        extend_new(&mut all_macs, macs);
        signals.extend(all_macs.iter().map(|mac| Signal::text(SignalKind::Mac, mac.to_string())));
        let instant = |micros: i64| Timestamp::from_microsecond(micros).ok();
        let claims = addresses.into_iter().map(|(address, span)| AddressClaim {
            address,
            from: span.and_then(|(first, _)| instant(first)),
            until: span.and_then(|(_, last)| instant(last)),
        });
        let first_frame = first?.frame;
        let place = if first_frame == last_frame {
            format!("{unit} {first_frame}")
        } else {
            format!("{unit}s {first_frame}-{last_frame}")
        };
        Some(Observation {
            place: Place(place.into()),
            at: micros.and_then(|(first, _)| instant(first)),
            until: micros.and_then(|(_, last)| instant(last)),
            vantage: options.vantage.clone(),
            subject: Subject {
                macs: all_macs,
                addresses: claims.collect(),
                serials,
                uuids,
                local: None,
                hostname,
                attachment: None,
            },
            signals: signals.into_iter().collect(),
            declared: None,
        })
    }
}

/// Whether an address is of a network that people build for themselves: RFC 1918, RFC 6598, RFC 4193,
/// link-local.
pub(crate) fn is_inside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            v4.is_private() || v4.is_link_local() || (a == 100 && (64..128).contains(&b))
        }
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// Whether an address may be one machine's.
pub(crate) fn unicast(address: IpAddr) -> Option<IpAddr> {
    let is_one = match address {
        IpAddr::V4(v4) => {
            !(v4.is_unspecified()
                || v4.is_multicast()
                || v4.is_broadcast()
                || v4.octets()[0] >= 240)
                && v4.octets()[0] != 0
        }
        IpAddr::V6(v6) => !(v6.is_unspecified() || v6.is_multicast()),
    };
    is_one.then_some(address)
}

/// Kinds of signals that a device gives and a server on the Internet does not.
const fn shows_device(kind: SignalKind) -> bool {
    matches!(
        kind,
        SignalKind::SadpReply
            | SignalKind::DhipReply
            | SignalKind::DvripReply
            | SignalKind::OnvifProbeMatch
            | SignalKind::OnvifScopes
            | SignalKind::OnvifReply
            | SignalKind::OnvifManufacturer
            | SignalKind::OnvifModel
            | SignalKind::OnvifFirmware
            | SignalKind::OnvifSerial
            | SignalKind::SsdpResponse
            | SignalKind::UpnpDescription
            | SignalKind::RtspServer
            | SignalKind::RtspWwwAuthenticate
            | SignalKind::RtspSdp
            | SignalKind::SnmpSysdescr
            | SignalKind::SnmpSysobjectid
            | SignalKind::DhcpHostname
            | SignalKind::DhcpVendorClass
            | SignalKind::DeviceBrand
            | SignalKind::DeviceModel
            | SignalKind::DeviceFirmware
            | SignalKind::DeviceSerial
            | SignalKind::DeviceProtocol
    )
}
