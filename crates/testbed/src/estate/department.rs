//! A whole estate with the truth about it: who stands where, and what a scan ought to find.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use ipnet::Ipv4Net;
use model::DeviceKind;

use super::behaviour::{Behaviour, Connections, Fragility, OtherPorts};
use super::decoys::{DECOYS, HONEYPOT, TARPIT};
use super::makers::{Product, products};
use super::network::{Network, Settings};
use super::unit::Unit;
use crate::chance::Chance;

/// What an estate is made of.
#[derive(Debug, Clone)]
pub struct Mix {
    /// Where it stands.
    pub range: Ipv4Net,
    /// Cameras, recorders and encoders.
    pub cameras: usize,
    /// Everything else.
    pub others: usize,
    /// Of the cameras, the share that answers its maker's search when that comes by unicast.
    pub unicast: f64,
    /// The share whose programs take three to eight seconds to answer.
    pub slow: f64,
    /// The share that does not survive rough treatment.
    pub fragile: f64,
    /// What they do not survive, in turn.
    pub fragilities: Vec<Fragility>,
    /// Of the cameras, the share that writes a stale address into its messages.
    pub stale: f64,
    /// Of the cameras, the share that has one of the habits of [`super::Manners`].
    pub odd: f64,
    /// Of the cameras, the share behind a filter that drops what goes to closed ports.
    pub filtered: f64,
}

impl Default for Mix {
    /// The department that the benchmark scans: a /16 with 3,000 cameras and 5,000 other devices.
    fn default() -> Self {
        Self {
            range: Ipv4Net::new_assert(Ipv4Addr::new(10, 20, 0, 0), 16),
            cameras: 3_000,
            others: 5_000,
            unicast: 0.85,
            slow: 0.05,
            fragile: 0.02,
            fragilities: vec![
                Fragility::PacketsPerSecond(FRAGILE_PACKETS),
                Fragility::SecondConnection,
                Fragility::MalformedPacket,
                Fragility::UnknownPath,
            ],
            stale: 0.03,
            odd: 0.06,
            filtered: 0.2,
        }
    }
}

/// Half above what a gentle scan sends to a host within a second: its own system may acknowledge at a bad moment.
const FRAGILE_PACKETS: usize = 15;
/// A slow program takes at least and at most so long.
const SLOW: (Duration, Duration) = (Duration::from_secs(3), Duration::from_secs(8));

/// One device, and the truth about it.
#[derive(Debug, Clone, Copy)]
pub struct Resident {
    /// What can be bought.
    pub product: &'static Product,
    /// The box.
    pub unit: Unit,
    /// Whether its programs are slow.
    pub is_slow: bool,
    /// What it does not survive.
    pub fragility: Option<Fragility>,
    oddity: Option<Oddity>,
    is_filtered: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Oddity {
    AnswersTwice,
    RefusesSecond,
    UnauthorisedWhenCrowded,
    BreaksOff,
    BareLineFeeds,
}

const ODDITIES: [Oddity; 5] = [
    Oddity::AnswersTwice,
    Oddity::RefusesSecond,
    Oddity::UnauthorisedWhenCrowded,
    Oddity::BreaksOff,
    Oddity::BareLineFeeds,
];

impl Resident {
    /// What it is.
    pub fn kind(&self) -> DeviceKind {
        self.product.kind
    }

    /// Who built it: an id of the knowledge base.
    pub fn maker(&self) -> &'static str {
        self.product.maker
    }

    /// The word on the box.
    pub fn brand(&self) -> &'static str {
        self.product.brand
    }

    /// Whether every port of it is open.
    pub fn is_tarpit(&self) -> bool {
        self.product.name == TARPIT
    }

    /// Whether it claims to be what it is not.
    pub fn is_honeypot(&self) -> bool {
        self.product.name == HONEYPOT
    }

    /// Whether it is surveillance equipment, and ought to be found.
    pub fn is_camera(&self) -> bool {
        self.product.kind != DeviceKind::OtherDevice
    }

    /// What it does.
    pub fn behaviour(&self) -> Behaviour {
        let mut behaviour = (self.product.behaviour)(&self.unit);
        behaviour.fragility = self.fragility;
        if self.is_filtered {
            behaviour.other_ports = OtherPorts::Filtered;
            behaviour.says_unreachable = false;
        }
        let manners = &mut behaviour.manners;
        if self.is_slow {
            manners.thinks = SLOW;
        }
        match self.oddity {
            None => {}
            Some(Oddity::AnswersTwice) => manners.answers_twice = true,
            Some(Oddity::RefusesSecond) => manners.connections = Connections::RefusedAbove(1),
            Some(Oddity::UnauthorisedWhenCrowded) => {
                manners.connections = Connections::UnauthorisedAbove(1);
            }
            Some(Oddity::BreaksOff) => manners.breaks_off = true,
            Some(Oddity::BareLineFeeds) => manners.bare_line_feeds = true,
        }
        behaviour
    }
}

/// An estate.
#[derive(Debug, Clone)]
pub struct Department {
    /// Where it stands.
    pub range: Ipv4Net,
    /// Who stands where.
    pub residents: BTreeMap<IpAddr, Resident>,
}

impl Department {
    /// The network with everybody in it.
    pub fn network(&self, seed: u64, settings: Settings) -> Network {
        let mut network = Network::new(seed, settings);
        for (address, resident) in &self.residents {
            network.place(*address, resident.behaviour());
        }
        network
    }

    /// Cameras, recorders and encoders.
    pub fn cameras(&self) -> impl Iterator<Item = (IpAddr, &Resident)> {
        let residents = self.residents.iter().map(|(address, resident)| (*address, resident));
        residents.filter(|(_, resident)| resident.is_camera())
    }
}

/// An estate of this mix; the same seed gives the same.
///
/// # Panics
/// When the range has not room for twice as many devices.
pub fn department(seed: u64, mix: &Mix) -> Department {
    let mut chance = Chance::new(seed);
    let count = mix.cameras + mix.others;
    let mut bought = dealt(&mut chance, mix.cameras, &products().collect::<Vec<_>>());
    bought.extend(dealt(&mut chance, mix.others, &DECOYS.iter().collect::<Vec<_>>()));
    chance.shuffle(&mut bought);
    let addresses = addresses(&mut chance, mix.range, count);
    let mut fragile = 0;
    let mut residents = BTreeMap::new();
    for (place, (product, address)) in bought.into_iter().zip(addresses).enumerate() {
        let number =
            u32::try_from(place + 1).expect("an estate has fewer devices than IPv4 addresses");
        let mut resident =
            resident(&mut chance, mix, Unit::new(number, address, product.oui), product);
        if chance.happens(mix.fragile) && !mix.fragilities.is_empty() {
            resident.fragility = mix.fragilities.get(fragile % mix.fragilities.len()).copied();
            fragile += 1;
        }
        residents.insert(IpAddr::V4(address), resident);
    }
    Department { range: mix.range, residents }
}

fn resident(chance: &mut Chance, mix: &Mix, mut unit: Unit, product: &'static Product) -> Resident {
    let is_camera = product.kind != DeviceKind::OtherDevice;
    unit.answers_unicast = !is_camera || chance.happens(mix.unicast);
    if is_camera && chance.happens(mix.stale) {
        // The factory's address, or the one of before it was moved.
        let [_, _, c, d] = unit.address.octets();
        unit.shown = if unit.number.is_multiple_of(2) {
            Ipv4Addr::new(192, 168, 1, 64)
        } else {
            Ipv4Addr::new(169, 254, c, d)
        };
    }
    let oddity = (is_camera && chance.happens(mix.odd))
        .then(|| ODDITIES[usize::try_from(chance.below(ODDITIES.len() as u64)).unwrap_or(0)]);
    let is_slow = chance.happens(mix.slow);
    let is_filtered = is_camera && chance.happens(mix.filtered);
    Resident { product, unit, is_slow, fragility: None, oddity, is_filtered }
}

/// So many of these: each once where there is room, the rest by how often they are met.
fn dealt(
    chance: &mut Chance,
    count: usize,
    products: &[&'static Product],
) -> Vec<&'static Product> {
    let mut dealt: Vec<&'static Product> = products.iter().copied().take(count).collect();
    let total: u64 = products.iter().map(|product| share(product)).sum();
    while dealt.len() < count && total > 0 {
        let mut place = chance.below(total);
        let next = products.iter().find(|product| {
            let is_here = place < share(product);
            place = place.saturating_sub(share(product));
            is_here
        });
        dealt.extend(next);
    }
    dealt
}

/// How often a product is met, in about the proportions of a large body's estate (our estimate, not a count).
fn share(product: &Product) -> u64 {
    match (product.maker, product.name) {
        ("hikvision", _) => 8,
        ("dahua", _) => 6,
        ("axis" | "hanwha" | "bosch", _) => 6,
        ("uniview" | "vivotek" | "avigilon" | "ipro", _) => 4,
        (_, "windows-computer") => 40,
        (_, "voip-phone") => 20,
        (_, "laser-printer" | "office-printer" | "silent-computer" | "linux-server") => 8,
        // One of each, dealt before, is enough.
        (_, TARPIT | HONEYPOT) => 0,
        _ => 2,
    }
}

/// So many addresses of hosts in a range, each once.
fn addresses(chance: &mut Chance, range: Ipv4Net, count: usize) -> Vec<Ipv4Addr> {
    let hosts = (1u64 << (32 - range.prefix_len())).saturating_sub(2);
    assert!(count as u64 * 2 <= hosts, "{range} has not room for {count} devices");
    let first = u64::from(u32::from(range.network())) + 1;
    let mut taken = BTreeSet::new();
    let mut addresses = Vec::with_capacity(count);
    while addresses.len() < count {
        let place = first + chance.below(hosts);
        if taken.insert(place) {
            addresses.push(Ipv4Addr::from(u32::try_from(place).expect("inside a range of IPv4")));
        }
    }
    addresses
}
