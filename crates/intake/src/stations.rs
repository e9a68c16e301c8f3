//! Devices that switches and routers know, by hardware address: behind which port, with which address.
//!
//! The tables of one switch, or of all switches of a site in one file, speak of the same device in many rows. A
//! device is behind the port on which the fewest others were learnt: on uplinks a switch learns everybody.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use model::{AddressClaim, Attachment, MacAddr, Observation, Place, Signal, SignalKind, Subject};

use crate::Options;
use crate::notebook::Notebook;

/// Devices that are kept of one input: more than the tables of any one network hold.
const STATIONS_MAX: usize = 1 << 20;
/// Ports and addresses that are kept of one device: a router answers for many.
const SEEN_MAX: usize = 64;
/// Rows that the place of one observation names.
const PLACES_MAX: usize = 16;
/// Hardware addresses behind a port from which it is an uplink: unmanaged switches for cameras have up to 16
/// ports.
const UPLINK_MACS_MIN: usize = 17;

/// What one row says of a device.
#[derive(Debug, Clone, Default)]
pub(crate) struct Station {
    pub(crate) place: String,
    pub(crate) mac: Option<MacAddr>,
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) name: Option<String>,
    pub(crate) switch: Option<String>,
    pub(crate) port: Option<String>,
    pub(crate) vlan: Option<String>,
    /// The port is an interface that routes: the device is somewhere in its network.
    pub(crate) is_routed: bool,
    pub(crate) description: Option<String>,
    pub(crate) platform: Option<String>,
    pub(crate) make: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) firmware: Option<String>,
    pub(crate) serial: Option<String>,
}

/// A port of a switch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Port {
    switch: Option<String>,
    name: String,
}

/// Where and how a device was seen.
#[derive(Debug)]
struct Sight {
    port: Option<Port>,
    is_routed: bool,
    vlan: Option<String>,
    place: String,
}

#[derive(Debug, Default)]
struct Known {
    sights: Vec<Sight>,
    subject: Subject,
    signals: Vec<Signal>,
}

/// By hardware address, or by name or address where none was shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Mac(MacAddr),
    Named(Option<String>, Option<IpAddr>),
}

/// The devices of one input.
#[derive(Debug, Default)]
pub(crate) struct Stations {
    known: BTreeMap<Key, Known>,
    learnt: BTreeMap<Port, BTreeSet<MacAddr>>,
    lost: u64,
}

impl Stations {
    /// Takes a row.
    pub(crate) fn see(&mut self, station: Station) {
        let key = match station.mac {
            Some(mac) => Key::Mac(mac),
            None => Key::Named(station.name.clone(), station.addresses.first().copied()),
        };
        if self.known.len() >= STATIONS_MAX && !self.known.contains_key(&key) {
            self.lost += 1;
            return;
        }
        let port = station.port.clone().map(|name| Port { switch: station.switch.clone(), name });
        if let (Some(port), Some(mac), false) = (&port, station.mac, station.is_routed) {
            match self.learnt.get_mut(port) {
                Some(macs) => drop(macs.insert(mac)),
                None => drop(self.learnt.insert(port.clone(), BTreeSet::from([mac]))),
            }
        }
        self.known.entry(key).or_default().take(station, port);
    }

    /// Writes an observation a device.
    pub(crate) fn finish(self, options: &Options, notebook: &mut Notebook<'_>) {
        let Self { known, learnt, lost } = self;
        notebook.lost("devices over the limit of the table", lost);
        for (port, macs) in learnt.iter().filter(|(_, macs)| macs.len() >= UPLINK_MACS_MIN) {
            notebook.info(
                port.to_string(),
                format!(
                    "{} hardware addresses are learnt here: an uplink, or a switch that is not managed; \
                     the devices are behind it",
                    macs.len()
                ),
            );
        }
        let crowd = |port: &Port| learnt.get(port).map_or(0, BTreeSet::len);
        for known in known.into_values() {
            if notebook.is_stopped() {
                return;
            }
            notebook.observation(known.observation(&crowd, options));
        }
    }
}

impl Known {
    fn take(&mut self, station: Station, port: Option<Port>) {
        let Station { place, mac, addresses, name, vlan, is_routed, .. } = station;
        let subject = &mut self.subject;
        if let Some(mac) = mac
            && subject.macs.is_empty()
        {
            subject.macs.push(mac);
            self.signals.push(Signal::text(SignalKind::Mac, mac.to_string()));
        }
        for address in addresses {
            let is_new = subject.addresses.iter().all(|claim| claim.address != address);
            if is_new && subject.addresses.len() < SEEN_MAX {
                subject.addresses.push(AddressClaim { address, from: None, until: None });
            }
        }
        if subject.hostname.is_none() {
            subject.hostname = name.map(Box::from);
        }
        if let Some(serial) = station.serial.as_deref().filter(|serial| is_serial(serial))
            && subject.serials.is_empty()
        {
            subject.serials.push(serial.into());
        }
        for (kind, value) in [
            (SignalKind::LldpSysdescr, station.description),
            // A platform is a model where it is not only the name of a system.
            (SignalKind::DeviceModel, station.platform.filter(|text| has_digit(text))),
            (SignalKind::DeviceBrand, station.make),
            (SignalKind::DeviceModel, station.model),
            (SignalKind::DeviceFirmware, station.firmware),
            (SignalKind::DeviceSerial, station.serial.filter(|serial| is_serial(serial))),
        ] {
            let Some(value) = value.filter(|value| !is_unknown(value)) else { continue };
            let signal = Signal::text(kind, value);
            if !self.signals.contains(&signal) && self.signals.len() < SEEN_MAX {
                self.signals.push(signal);
            }
        }
        if self.sights.len() < SEEN_MAX {
            self.sights.push(Sight { port, is_routed, vlan, place });
        }
    }

    fn observation(self, crowd: &dyn Fn(&Port) -> usize, options: &Options) -> Observation {
        let Self { sights, mut subject, signals } = self;
        let nearest = sights
            .iter()
            .enumerate()
            .filter_map(|(index, sight)| Some((index, sight, sight.port.as_ref()?)))
            .min_by_key(|(index, sight, port)| {
                (sight.is_routed, crowd(port), sight.vlan.is_none(), *index)
            });
        let mut place = String::new();
        if let Some((_, sight, port)) = nearest {
            place = format!("{port} ");
            if let Some(vlan) = &sight.vlan {
                place.push_str(&format!("vlan {vlan} "));
            }
            subject.attachment = Some(Attachment {
                switch: port.switch.as_deref().map(Box::from),
                port: port.name.as_str().into(),
                vlan: sight.vlan.as_deref().map(Box::from),
                is_uplink: sight.is_routed || crowd(port) >= UPLINK_MACS_MIN,
            });
        }
        let first = nearest.map_or(0, |(index, ..)| index);
        let others = sights.iter().enumerate().filter(|(index, _)| *index != first);
        let all = sights.get(first).into_iter().chain(others.map(|(_, sight)| sight));
        let places: Vec<&str> = all.map(|sight| &*sight.place).take(PLACES_MAX).collect();
        place.push_str(&places.join(", "));
        Observation {
            place: Place(place.into()),
            at: None,
            until: None,
            vantage: options.vantage.clone(),
            subject,
            signals,
            declared: None,
        }
    }
}

impl std::fmt::Display for Port {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.switch {
            Some(switch) => write!(f, "switch {switch} port {}", self.name),
            None => write!(f, "port {}", self.name),
        }
    }
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// What firmware writes where it knows nothing.
fn is_unknown(text: &str) -> bool {
    ["", "NA", "N/A", "unknown", "--"].iter().any(|word| text.trim().eq_ignore_ascii_case(word))
}

/// Whether a serial number may tell one device from others.
fn is_serial(text: &str) -> bool {
    let mut characters = text.chars().filter(char::is_ascii_alphanumeric);
    let first = characters.next();
    text.len() >= 5 && has_digit(text) && !characters.all(|character| Some(character) == first)
}
