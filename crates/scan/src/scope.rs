//! Permission as a value: who allowed which addresses, when, and how much may be sent.

mod file;
mod limits;
mod space;
mod window;

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use model::Timestamp;
use serde::{Serialize, Serializer};

pub use file::ScopeError;
pub use limits::Limits;
pub use window::ZoneFinder;

use crate::Addresses;
use crate::addresses::{Range, Ranges, number};
use space::Space;
use window::Windows;

/// Leave to send to one address, once. Only [`Scope::permit`] gives it; it cannot be made, copied or read from a file.
///
/// ```compile_fail,E0451
/// // Nobody makes one for himself.
/// let permit = scan::Permit { address: [10, 0, 0, 1].into() };
/// ```
///
/// ```compile_fail,E0599
/// // Nobody makes two of one.
/// fn twice(permit: scan::Permit) -> (scan::Permit, scan::Permit) {
///     (permit.clone(), permit)
/// }
/// ```
///
/// ```compile_fail,E0382
/// // What is spent is spent.
/// fn twice(permit: scan::Permit) -> (scan::Permit, scan::Permit) {
///     (permit, permit)
/// }
/// ```
///
/// ```compile_fail,E0277
/// // No file holds one.
/// let permit: scan::Permit = toml::from_str("address = '10.0.0.1'").unwrap();
/// ```
///
/// A scope gives it, for an address within, at a time within:
///
/// ```
/// let scope = scan::Scope::attached(&["192.168.7.20/24".parse()?]);
/// let now = "2026-01-05T12:00:00Z".parse()?;
/// let permit = scope.permit([192, 168, 7, 64].into(), now)?;
/// assert_eq!(permit.address().to_string(), "192.168.7.64");
/// assert!(scope.permit([192, 168, 8, 64].into(), now).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub struct Permit {
    address: IpAddr,
}

impl Permit {
    /// The address it is for. One that was asked for as IPv4 in IPv6 (`::ffff:10.0.0.1`) is IPv4 here.
    pub fn address(&self) -> IpAddr {
        self.address
    }
}

/// Leave to put one question to all hosts of an attached segment at once: a datagram to a group, to the broadcast address of the
/// segment or to that of all segments. Only [`Scope::permit_segment`] gives it; like a [`Permit`] it cannot be copied.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub struct SegmentPermit {
    segment: IpNet,
}

impl SegmentPermit {
    /// The network of the segment: the datagram leaves by the interface that is attached to it, and passes no router.
    pub fn segment(&self) -> IpNet {
        self.segment
    }
}

/// Why an address or a segment may not be asked, or not now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// It lies outside every range of the scope.
    #[error("{0} lies outside the scope")]
    Outside(IpAddr),
    /// The scope leaves it out.
    #[error("{0} is excluded by the scope")]
    Excluded(IpAddr),
    /// It belongs to the world, or to nobody; no scope can hold it.
    #[error("{0} is a public address, and these are never asked")]
    Public(IpAddr),
    /// It names a group; no scope can hold it.
    #[error("{0} names a group of hosts, not a host")]
    Multicast(IpAddr),
    /// It reaches all hosts of a network that is attached or listed.
    #[error("{address} is the broadcast address of {network}")]
    Broadcast {
        /// The last address of the network.
        address: IpAddr,
        /// The network.
        network: IpNet,
    },
    /// It names a network that is attached or listed, not a host.
    #[error("{address} is the address of the network {network} itself")]
    NetworkAddress {
        /// The first address of the network.
        address: IpAddr,
        /// The network.
        network: IpNet,
    },
    /// No host can have it (`0.0.0.0/8`, `::`).
    #[error("{0} is no host's address")]
    Unspecified(IpAddr),
    /// A segment may be asked at once only where it is attached to this machine.
    #[error("{0} is not attached to this machine")]
    NotAttached(IpNet),
    /// A question to the segment would reach hosts that no range holds.
    #[error(
        "not all of {0} lies in the scope, and a question to the segment would reach all of it"
    )]
    SegmentOutside(IpNet),
    /// A question to the segment would reach hosts that are left out.
    #[error("a part of {0} is excluded by the scope, and a question to the segment would reach it")]
    SegmentExcluded(IpNet),
    /// The scope is not yet in force.
    #[error("the scope is in force from {from}")]
    NotYet {
        /// The first moment at which it permits anything.
        from: Timestamp,
    },
    /// The scope has a time window, and this moment lies outside.
    #[error("the time window of the scope is closed{}", until(*opens))]
    Closed {
        /// When it opens next, if it does before the scope ends.
        opens: Option<Timestamp>,
    },
    /// The scope is no longer in force.
    #[error("the scope ended at {since}")]
    Expired {
        /// The first moment at which it no longer permitted anything.
        since: Timestamp,
    },
}

fn until(opens: Option<Timestamp>) -> String {
    opens.map_or(", and does not open again".to_owned(), |opens| format!(" until {opens}"))
}

/// Who allowed what, when, and how much of it.
#[derive(Debug, Clone)]
pub struct Scope {
    source: Source,
    networks: Vec<IpNet>,
    excluded: Vec<IpNet>,
    /// Networks of our own interfaces: they are not in the scope for that, but their edges are known.
    attached: Vec<IpNet>,
    listed: Ranges,
    left_out: Ranges,
    /// What is listed and not left out and the address of a host: the answer to nearly all questions.
    permitted: Ranges,
    hours: Hours,
    limits: Limits,
}

/// Where a scope comes from.
#[derive(Debug, Clone)]
enum Source {
    File { owner: String, authority: String, contact: Option<String> },
    Attached,
}

#[derive(Debug, Clone, Default)]
struct Hours {
    not_before: Option<Timestamp>,
    /// The first moment that is too late.
    ends: Option<Timestamp>,
    /// As written, and as meant.
    windows: Option<(String, Windows)>,
}

/// Targets, sorted by what a scope says of them, whatever the hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sifted {
    /// May be asked.
    pub permitted: Addresses,
    /// Listed by the scope and then left out.
    pub excluded: Addresses,
    /// All others: outside, public, or no address of a host.
    pub refused: Addresses,
}

impl Scope {
    /// Reads a scope file. IANA time zones are looked up by `zones`; `&|_| None` leaves UTC and offsets.
    ///
    /// # Errors
    /// [`ScopeError`] names line, column, key and what to write. Which file it is, is known to the caller.
    pub fn parse(text: &str, zones: ZoneFinder<'_>) -> Result<Self, ScopeError> {
        file::parse(text, zones)
    }

    /// Where there is no scope file: the private networks of our own interfaces, each given with its prefix.
    ///
    /// Networks that hold public addresses are left out, global IPv6 too: only a scope file may name that.
    pub fn attached(interfaces: &[IpNet]) -> Self {
        let private = |network: &IpNet| space::listable(*network) == Ok(Space::Private);
        let networks = interfaces.iter().map(IpNet::trunc).filter(private).collect();
        Self::new(Source::Attached, networks, Vec::new(), Hours::default(), Limits::default())
            .beside(interfaces)
    }

    fn new(
        source: Source,
        networks: Vec<IpNet>,
        excluded: Vec<IpNet>,
        hours: Hours,
        limits: Limits,
    ) -> Self {
        let listed = Ranges::of_networks(&networks);
        let left_out = Ranges::of_networks(&excluded);
        let hosts =
            Ranges::new(networks.iter().filter(|net| !has_edges(net)).flat_map(edges).collect());
        let edges =
            Ranges::new(networks.iter().filter(|net| has_edges(net)).flat_map(edges).collect());
        let permitted = listed.difference(&left_out).difference(&edges.difference(&hosts));
        Self {
            source,
            networks,
            excluded,
            attached: Vec::new(),
            listed,
            left_out,
            permitted,
            hours,
            limits,
        }
    }

    /// The same, knowing the networks of our own interfaces, each given with its prefix.
    ///
    /// The first and last address of each of them are not asked, even where the scope lists a wider network around
    /// them; and the segments that lie in the scope may be asked as a whole ([`Scope::permit_segment`]).
    #[must_use]
    pub fn beside(mut self, interfaces: &[IpNet]) -> Self {
        self.attached = interfaces.iter().map(IpNet::trunc).collect();
        let wide = self.attached.iter().filter(|network| has_edges(network));
        let edges = Ranges::new(wide.flat_map(edges).collect());
        self.permitted = self.permitted.difference(&edges);
        self
    }

    /// Leave to send to an address, once, now. Ask just before sending.
    ///
    /// # Errors
    /// [`Denied`]: what speaks against the address; if nothing does, what speaks against the time.
    pub fn permit(&self, address: IpAddr, now: Timestamp) -> Result<Permit, Denied> {
        let address = address.to_canonical();
        if !self.permitted.contains(number(address)) {
            return Err(self.against(address));
        }
        self.hours.check(now)?;
        Ok(Permit { address })
    }

    /// Leave to put one question to a whole segment, now.
    ///
    /// # Errors
    /// [`Denied`]: the network is not attached, a part of it is not in the scope or left out (who hears the question
    /// cannot be chosen), or the time is wrong.
    pub fn permit_segment(&self, segment: IpNet, now: Timestamp) -> Result<SegmentPermit, Denied> {
        let segment = segment.trunc();
        if !self.attached.contains(&segment) {
            return Err(Denied::NotAttached(segment));
        }
        if !Range::of_network(segment).all(|range| self.listed.cover(range)) {
            return Err(Denied::SegmentOutside(segment));
        }
        if Range::of_network(segment).any(|range| self.left_out.overlap(range)) {
            return Err(Denied::SegmentExcluded(segment));
        }
        self.hours.check(now)?;
        Ok(SegmentPermit { segment })
    }

    /// What of these targets may be asked in the hours of the scope, and what never.
    pub fn sift(&self, targets: &Addresses) -> Sifted {
        let excluded = targets.within(&self.listed).within(&self.left_out);
        let refused = targets.without(&self.permitted).difference(&excluded);
        Sifted { permitted: targets.within(&self.permitted), excluded, refused }
    }

    /// The first moment from `now` on at which its time window is open, if there is one before it ends.
    pub fn opens(&self, now: Timestamp) -> Option<Timestamp> {
        self.hours.opens(now)
    }

    /// How much may be sent.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Whose networks they are; nobody is named where there is no scope file.
    pub fn owner(&self) -> Option<&str> {
        match &self.source {
            Source::File { owner, .. } => Some(owner),
            Source::Attached => None,
        }
    }

    /// What allows the scan: a ticket, a letter, a resolution.
    pub fn authority(&self) -> Option<&str> {
        match &self.source {
            Source::File { authority, .. } => Some(authority),
            Source::Attached => None,
        }
    }

    /// Who is to be called when a device behaves oddly.
    pub fn contact(&self) -> Option<&str> {
        match &self.source {
            Source::File { contact, .. } => contact.as_deref(),
            Source::Attached => None,
        }
    }

    /// The networks it lists, as they stand there.
    pub fn networks(&self) -> &[IpNet] {
        &self.networks
    }

    /// What it leaves out, as it stands there.
    pub fn excluded(&self) -> &[IpNet] {
        &self.excluded
    }

    /// What speaks against an address that is not permitted.
    fn against(&self, address: IpAddr) -> Denied {
        let number = number(address);
        match Space::of(address) {
            Space::Public => Denied::Public(address),
            Space::Multicast => Denied::Multicast(address),
            Space::Broadcast => Denied::Broadcast { address, network: address.into() },
            Space::Unspecified => Denied::Unspecified(address),
            Space::Private | Space::Global if !self.listed.contains(number) => {
                Denied::Outside(address)
            }
            Space::Private | Space::Global if self.left_out.contains(number) => {
                Denied::Excluded(address)
            }
            Space::Private | Space::Global => self.edge(address),
        }
    }

    /// Of which network an address is the first or the last.
    fn edge(&self, address: IpAddr) -> Denied {
        let mut networks = self.attached.iter().chain(&self.networks).filter(|net| has_edges(net));
        let edge = networks.find_map(|network| match address {
            _ if address == network.broadcast() => {
                Some(Denied::Broadcast { address, network: *network })
            }
            _ if address == network.network() => {
                Some(Denied::NetworkAddress { address, network: *network })
            }
            _ => None,
        });
        edge.unwrap_or(Denied::Outside(address))
    }
}

/// Has a network an address of its own and one of all its hosts? Not where it is one host or the two ends of a link
/// (RFC 3021), and not in IPv6, where nobody listens to either.
fn has_edges(network: &IpNet) -> bool {
    matches!(network, IpNet::V4(network) if network.prefix_len() <= 30)
}

fn edges(network: &IpNet) -> [Range; 2] {
    [Range::one(network.network()), Range::one(network.broadcast())]
}

impl Hours {
    fn check(&self, now: Timestamp) -> Result<(), Denied> {
        if let Some(since) = self.ends.filter(|ends| *ends <= now) {
            return Err(Denied::Expired { since });
        }
        if let Some(not_before) = self.not_before.filter(|from| now < *from) {
            return Err(Denied::NotYet { from: self.opens(not_before).unwrap_or(not_before) });
        }
        match &self.windows {
            Some((_, windows)) if !windows.is_open(now) => {
                Err(Denied::Closed { opens: self.opens(now) })
            }
            _ => Ok(()),
        }
    }

    fn opens(&self, now: Timestamp) -> Option<Timestamp> {
        let from = self.not_before.map_or(now, |not_before| not_before.max(now));
        let opens = match &self.windows {
            Some((_, windows)) => windows.opens(from)?,
            None => from,
        };
        Some(opens).filter(|opens| self.ends.is_none_or(|ends| *opens < ends))
    }
}

// --- for the record ---------------------------------------------------------------------------------------

/// A scope as the record of a run keeps it. The lists are counted, not copied: the record also holds the hash of the file.
#[derive(Serialize)]
struct Record<'s> {
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authority: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<&'s str>,
    ranges: usize,
    excluded: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    window: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<Timestamp>,
    /// The first moment that is too late.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends: Option<Timestamp>,
    limits: Limits,
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Record {
            source: match self.source {
                Source::File { .. } => "scope-file",
                Source::Attached => "attached-networks",
            },
            owner: self.owner(),
            authority: self.authority(),
            contact: self.contact(),
            ranges: self.networks.len(),
            excluded: self.excluded.len(),
            window: self.hours.windows.as_ref().map(|(text, _)| text.as_str()),
            not_before: self.hours.not_before,
            ends: self.hours.ends,
            limits: self.limits,
        }
        .serialize(serializer)
    }
}

/// One line for people: under whose authority, and for what.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Source::File { owner, authority, contact: _ } => {
                write!(f, "{owner}, authority: {authority}")?;
            }
            Source::Attached => f.write_str("no scope file: private networks that are attached")?,
        }
        write!(f, "; {}", counted(self.networks.len(), "range"))?;
        if !self.excluded.is_empty() {
            write!(f, ", {}", counted(self.excluded.len(), "exclusion"))?;
        }
        if let Some((window, _)) = &self.hours.windows {
            write!(f, "; {window}")?;
        }
        if let Some(from) = self.hours.not_before {
            write!(f, "; from {from}")?;
        }
        if let Some(ends) = self.hours.ends {
            write!(f, "; until {ends}")?;
        }
        write!(f, "; at most {} packets/s", self.limits.packets_per_second())
    }
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests;
