//! Findings of scanners, gathered by host: scanners write one line a port, in any order.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use model::{AddressClaim, Observation, Place, Signal, SignalKind, Subject, Timestamp};
use wire::{About, Keys, Message, Sender};

use crate::Options;
use crate::message::take_keys;
use crate::notebook::Notebook;

/// Hosts that are gathered at once. When they are more, all are given and gathering begins anew: nothing is lost,
/// a host may then have two observations.
const HOSTS_MAX: usize = 65_536;
/// Bytes of signals that are gathered at once.
const SIGNAL_BYTES_MAX: usize = 128 << 20;
/// Signals of one host that are kept; every port of a host open gives as many.
const SIGNALS_MAX: usize = 70_000;
/// Longest value that is kept of one field; titles, names and banners are shorter.
const VALUE_BYTES_MAX: usize = 16 << 10;
/// A client's port where the scanner does not say it.
const SOME_CLIENT_PORT: u16 = 50_000;

/// Whom a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    /// A host by its address.
    Address(IpAddr),
    /// A host that the scanner knows by name alone.
    Name(Box<str>),
}

impl Who {
    /// Reads an address, or takes the text for a name.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('[').trim_end_matches(']');
        match text.parse() {
            Ok(address) => Some(Self::Address(address)),
            Err(_) if text.is_empty() || text.len() > 253 || text.contains(char::is_whitespace) => {
                None
            }
            Err(_) => Some(Self::Name(text.to_ascii_lowercase().into())),
        }
    }
}

/// What one line says of a host.
#[derive(Debug, Default)]
pub(crate) struct Finding {
    pub(crate) at: Option<Timestamp>,
    pub(crate) keys: Keys,
    pub(crate) signals: Vec<Signal>,
}

impl Finding {
    pub(crate) fn new(at: Option<Timestamp>) -> Self {
        Self { at, ..Self::default() }
    }

    /// The host listens on a port.
    pub(crate) fn open(&mut self, port: u16, transport: &str) {
        self.signals.push(Signal::text(SignalKind::PortOpen, format!("{port}/{transport}")));
    }

    /// The host showed `value`; a blank says nothing.
    pub(crate) fn show(&mut self, kind: SignalKind, value: &str, port: Option<u16>) {
        let value = value.trim();
        if value.is_empty() || value.len() > VALUE_BYTES_MAX {
            return;
        }
        let mut signal = Signal::text(kind, value);
        signal.port = port;
        self.signals.extend(wire::sanitise(signal));
    }

    /// The host sent these bytes first; `false` where no decoder knows them.
    pub(crate) fn reply(&mut self, port: u16, transport: &str, bytes: &[u8]) -> bool {
        let message = if transport == "udp" {
            wire::datagram(port, SOME_CLIENT_PORT, bytes)
        } else {
            wire::stream_head(Sender::Server, port, bytes)
        };
        match message {
            Ok(message) if message.about == About::Sender => {
                self.message(message, port);
                true
            }
            _ => false,
        }
    }

    /// Departures from specifications are left out: scanners write messages anew, and the departure may be theirs.
    fn message(&mut self, message: Message, port: u16) {
        for mut signal in message.signals {
            if !matches!(signal.kind, SignalKind::PortOpen | SignalKind::Mac) {
                signal.port = Some(port);
            }
            if signal.kind != SignalKind::DeviceQuirk {
                self.signals.push(signal);
            }
        }
        let Keys { macs, serials, uuids, .. } = message.keys;
        self.keys.macs.extend(macs);
        self.keys.serials.extend(serials);
        self.keys.uuids.extend(uuids);
    }
}

/// An answer of HTTP put together from what a scanner took apart. Lengths and encodings are left out: the body
/// that scanners write is no longer in them.
pub(crate) fn http_answer<'a>(
    status: &str,
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    body: &str,
) -> Vec<u8> {
    const CHANGED: [&str; 3] = ["content-length", "content-encoding", "transfer-encoding"];
    let one_line = |text: &str| text.replace(['\r', '\n'], " ");
    let mut answer = format!("HTTP/1.1 {}\r\n", one_line(status));
    for (name, value) in headers {
        let name = name.replace('_', "-");
        if !CHANGED.iter().any(|changed| name.eq_ignore_ascii_case(changed)) {
            answer.push_str(&format!("{}: {}\r\n", one_line(&name), one_line(value)));
        }
    }
    answer.push_str("\r\n");
    answer.push_str(body);
    answer.into_bytes()
}

/// A distinguished name as `CN=a,O=b`: tools put a blank after the comma.
pub(crate) fn distinguished_name(text: &str) -> String {
    let is_attribute = |text: &str| {
        text.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        })
    };
    let mut name = String::with_capacity(text.len());
    for (index, part) in text.split(", ").enumerate() {
        match index {
            0 => {}
            _ if is_attribute(part) => name.push(','),
            _ => name.push_str(", "),
        }
        name.push_str(part);
    }
    name
}

#[derive(Default)]
struct Found {
    places: (u64, u64),
    span: Option<(Timestamp, Timestamp)>,
    keys: Keys,
    signals: Vec<Signal>,
    known: BTreeSet<Signal>,
}

/// Gathers findings.
pub(crate) struct Gatherer<'o> {
    options: &'o Options,
    unit: &'static str,
    hosts: BTreeMap<Who, Found>,
    bytes: usize,
    lost: u64,
}

impl<'o> Gatherer<'o> {
    /// For an input that is counted in `unit`.
    pub(crate) fn new(options: &'o Options, unit: &'static str) -> Self {
        Self { options, unit, hosts: BTreeMap::new(), bytes: 0, lost: 0 }
    }

    /// Takes what line `number` says of a host.
    pub(crate) fn take(
        &mut self,
        who: Who,
        number: u64,
        finding: Finding,
        notebook: &mut Notebook<'_>,
    ) {
        let is_full = self.hosts.len() >= HOSTS_MAX && !self.hosts.contains_key(&who);
        if is_full || self.bytes >= SIGNAL_BYTES_MAX {
            self.give(notebook);
        }
        let found = self
            .hosts
            .entry(who)
            .or_insert_with(|| Found { places: (number, number), ..Found::default() });
        found.places.1 = number;
        if let Some(at) = finding.at {
            let (from, until) = found.span.unwrap_or((at, at));
            found.span = Some((from.min(at), until.max(at)));
        }
        extend_new(&mut found.keys.macs, finding.keys.macs);
        extend_new(&mut found.keys.serials, finding.keys.serials);
        extend_new(&mut found.keys.uuids, finding.keys.uuids);
        found.keys.hostname = found.keys.hostname.take().or(finding.keys.hostname);
        for signal in finding.signals {
            if found.known.contains(&signal) {
                continue;
            }
            if found.signals.len() >= SIGNALS_MAX {
                self.lost += 1;
                continue;
            }
            self.bytes += 2 * signal.as_bytes().len();
            found.known.insert(signal.clone());
            found.signals.push(signal);
        }
    }

    /// Gives one observation a host, in the order in which they were first met.
    pub(crate) fn give(&mut self, notebook: &mut Notebook<'_>) {
        notebook.lost(
            &format!("signals of a host after the {SIGNALS_MAX}th"),
            std::mem::take(&mut self.lost),
        );
        self.bytes = 0;
        let mut hosts: Vec<(Who, Found)> = std::mem::take(&mut self.hosts).into_iter().collect();
        hosts.sort_by_key(|(_, found)| found.places.0);
        for (who, found) in hosts {
            notebook.observation(observation(who, found, self.unit, self.options));
        }
    }
}

/// Keys of one kind that are kept of one host.
const KEYS_MAX: usize = 64;

fn extend_new<T: PartialEq>(known: &mut Vec<T>, new: Vec<T>) {
    for item in new {
        if known.len() < KEYS_MAX && !known.contains(&item) {
            known.push(item);
        }
    }
}

fn observation(who: Who, found: Found, unit: &str, options: &Options) -> Observation {
    let Found { places: (first, last), span, keys, signals, .. } = found;
    let (from, until) = (span.map(|(from, _)| from), span.map(|(_, until)| until));
    let mut subject = Subject::default();
    match who {
        Who::Address(address) => subject.addresses.push(AddressClaim { address, from, until }),
        Who::Name(name) => subject.hostname = Some(name),
    }
    take_keys(keys, &mut subject);
    let place =
        if first == last { format!("{unit} {first}") } else { format!("{unit}s {first}-{last}") };
    Observation {
        place: Place(place.into()),
        at: from,
        until,
        vantage: options.vantage.clone(),
        subject,
        signals,
        declared: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::tests::Memory;

    #[test]
    fn more_hosts_than_are_gathered_at_once_are_all_given() {
        let mut memory = Memory::default();
        let mut notebook = Notebook::new("x", &mut memory);
        let options = Options::default();
        let mut gatherer = Gatherer::new(&options, "line");
        let count = u32::try_from(HOSTS_MAX).unwrap() + 10;
        for number in 0..count {
            let who = Who::Address(std::net::Ipv4Addr::from(0x0a00_0000 + number).into());
            gatherer.take(who, number.into(), Finding::default(), &mut notebook);
            assert!(gatherer.hosts.len() <= HOSTS_MAX);
        }
        gatherer.give(&mut notebook);
        assert_eq!(notebook.finish().observations, u64::from(count));
    }

    #[test]
    fn names_of_certificates_lose_the_blank_after_the_comma_and_no_other() {
        assert_eq!(
            distinguished_name("C=GB, O=Maker, Inc., CN=cam 1"),
            "C=GB,O=Maker, Inc.,CN=cam 1"
        );
    }
}
