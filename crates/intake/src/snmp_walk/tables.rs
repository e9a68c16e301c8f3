//! The tables of bridges and routers: who is behind which port, with which address.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use model::MacAddr;

use super::object::{Object, Value};
use crate::notebook::Notebook;
use crate::stations::{Station, Stations};

/// Rows of one table that are kept: more than any bridge learns.
const ROWS_MAX: usize = 1 << 20;
/// Status "self" of a forwarding entry: the bridge's own address.
const SELF: u32 = 4;

mod oid {
    pub(super) const IF_DESCR: &str = "1.3.6.1.2.1.2.2.1.2.";
    pub(super) const IF_NAME: &str = "1.3.6.1.2.1.31.1.1.1.1.";
    pub(super) const BASE_PORT_IF_INDEX: &str = "1.3.6.1.2.1.17.1.4.1.2.";
    pub(super) const FDB_PORT: &str = "1.3.6.1.2.1.17.4.3.1.2.";
    pub(super) const FDB_STATUS: &str = "1.3.6.1.2.1.17.4.3.1.3.";
    pub(super) const VLAN_FDB_PORT: &str = "1.3.6.1.2.1.17.7.1.2.2.1.2.";
    pub(super) const VLAN_FDB_STATUS: &str = "1.3.6.1.2.1.17.7.1.2.2.1.3.";
    pub(super) const AT: &str = "1.3.6.1.2.1.3.1.1.2.";
    pub(super) const NET_TO_MEDIA: &str = "1.3.6.1.2.1.4.22.1.2.";
    pub(super) const NET_TO_PHYSICAL: &str = "1.3.6.1.2.1.4.35.1.4.";
    pub(super) const LLDP_LOCAL_PORT: &str = "1.0.8802.1.1.2.1.3.7.1.3.";
    pub(super) const LLDP_REMOTE: &str = "1.0.8802.1.1.2.1.4.1.1.";
    pub(super) const LLDP_REMOTE_ADDRESS: &str = "1.0.8802.1.1.2.1.4.2.1.";
    pub(super) const LLDP_MED_INVENTORY: &str = "1.0.8802.1.1.2.1.5.4795.1.3.3.1.";
    pub(super) const CDP_CACHE: &str = "1.3.6.1.4.1.9.9.23.1.2.1.1.";
}

/// An entry of a forwarding table: VLAN database (0 where there is one alone) and hardware address.
type Forwarded = (u32, MacAddr);

#[derive(Debug, Clone, Copy, Default)]
struct Forwarding {
    line: u64,
    port: Option<u32>,
    is_self: bool,
}

#[derive(Debug, Clone, Copy)]
struct Resolved {
    line: u64,
    interface: u32,
    mac: MacAddr,
}

#[derive(Debug, Default)]
struct Neighbour {
    line: u64,
    mac: Option<MacAddr>,
    port_mac: Option<MacAddr>,
    addresses: Vec<IpAddr>,
    name: Option<String>,
    description: Option<String>,
    platform: Option<String>,
    make: Option<String>,
    model: Option<String>,
    firmware: Option<String>,
    serial: Option<String>,
}

/// The tables of one agent.
#[derive(Debug, Default)]
pub(super) struct Tables {
    interfaces: BTreeMap<u32, String>,
    bridge_ports: BTreeMap<u32, u32>,
    lldp_ports: BTreeMap<u32, String>,
    forwarding: BTreeMap<Forwarded, Forwarding>,
    resolved: BTreeMap<(IpAddr, u32), Resolved>,
    /// By local port and index.
    lldp: BTreeMap<(u32, u32), Neighbour>,
    /// By interface and index.
    cdp: BTreeMap<(u32, u32), Neighbour>,
    lost: u64,
}

impl Tables {
    /// Takes an object of a table; `false` where it is of none.
    pub(super) fn take(&mut self, line: u64, object: &Object) -> bool {
        let Object { name, value, .. } = object;
        let index = |start: &str| name.strip_prefix(start).map(arcs);
        if let Some(index) = index(oid::IF_NAME) {
            if let ([interface], name) = (index.as_slice(), value.text())
                && !name.is_empty()
                && self.interfaces.len() < ROWS_MAX
            {
                self.interfaces.insert(*interface, name);
            }
        } else if let Some(index) = index(oid::IF_DESCR) {
            if let ([interface], name) = (index.as_slice(), value.text())
                && self.interfaces.len() < ROWS_MAX
            {
                self.interfaces.entry(*interface).or_insert(name);
            }
        } else if let Some(index) = index(oid::BASE_PORT_IF_INDEX) {
            if let ([port], Some(interface)) = (index.as_slice(), value.number())
                && self.bridge_ports.len() < ROWS_MAX
            {
                self.bridge_ports.insert(*port, interface);
            }
        } else if let Some(index) = index(oid::FDB_PORT).or_else(|| index(oid::VLAN_FDB_PORT)) {
            if let Some(entry) = self.forwarding(&index) {
                entry.line = line;
                entry.port = value.number().filter(|port| *port != 0);
            }
        } else if let Some(index) = index(oid::FDB_STATUS).or_else(|| index(oid::VLAN_FDB_STATUS)) {
            if let Some(entry) = self.forwarding(&index) {
                entry.is_self = value.number() == Some(SELF);
            }
        } else if let Some(index) = index(oid::NET_TO_MEDIA) {
            if let [interface, a, b, c, d] = index.as_slice() {
                self.resolved(line, *interface, v4(&[*a, *b, *c, *d]), value);
            }
        } else if let Some(index) = index(oid::AT) {
            if let [interface, _, a, b, c, d] = index.as_slice() {
                self.resolved(line, *interface, v4(&[*a, *b, *c, *d]), value);
            }
        } else if let Some(index) = index(oid::NET_TO_PHYSICAL) {
            if let [interface, _, _, address @ ..] = index.as_slice() {
                self.resolved(line, *interface, v4(address).or_else(|| v6(address)), value);
            }
        } else if let Some(index) = index(oid::LLDP_LOCAL_PORT) {
            if let [port] = index.as_slice()
                && self.lldp_ports.len() < ROWS_MAX
            {
                self.lldp_ports.insert(*port, value.text());
            }
        } else if let Some(index) = index(oid::LLDP_REMOTE) {
            if let [column, _, port, number] = index.as_slice()
                && let Some(neighbour) = row(&mut self.lldp, (*port, *number), line, &mut self.lost)
            {
                neighbour.take_lldp(*column, value);
            }
        } else if let Some(index) = index(oid::LLDP_MED_INVENTORY) {
            if let [column, _, port, number] = index.as_slice()
                && let Some(neighbour) = row(&mut self.lldp, (*port, *number), line, &mut self.lost)
            {
                neighbour.take_inventory(*column, value);
            }
        } else if let Some(index) = index(oid::LLDP_REMOTE_ADDRESS) {
            if let [_, _, port, number, _, _, address @ ..] = index.as_slice()
                && let Some(address) = v4(address).or_else(|| v6(address))
                && let Some(neighbour) = row(&mut self.lldp, (*port, *number), line, &mut self.lost)
                && !neighbour.addresses.contains(&address)
            {
                neighbour.addresses.push(address);
            }
        } else if let Some(index) = index(oid::CDP_CACHE) {
            if let [column, interface, number] = index.as_slice()
                && let Some(neighbour) =
                    row(&mut self.cdp, (*interface, *number), line, &mut self.lost)
            {
                neighbour.take_cdp(*column, value);
            }
        } else {
            return false;
        }
        true
    }

    /// The forwarding entry of an index: six octets of a hardware address, a VLAN database before them or not.
    fn forwarding(&mut self, index: &[u32]) -> Option<&mut Forwarding> {
        let (database, octets) = match index {
            [_, _, _, _, _, _] => (0, index),
            [database, rest @ ..] => (*database, rest),
            [] => return None,
        };
        let octets: Vec<u8> =
            octets.iter().map(|arc| u8::try_from(*arc).ok()).collect::<Option<_>>()?;
        let mac = MacAddr::new(octets.try_into().ok()?);
        if !mac.is_identity() {
            return None;
        }
        let key = (database, mac);
        if self.forwarding.len() >= ROWS_MAX && !self.forwarding.contains_key(&key) {
            self.lost += 1;
            return None;
        }
        Some(self.forwarding.entry(key).or_default())
    }

    fn resolved(&mut self, line: u64, interface: u32, address: Option<IpAddr>, value: &Value) {
        let (Some(address), Some(mac)) = (address, value.mac()) else { return };
        if self.resolved.len() >= ROWS_MAX {
            self.lost += 1;
            return;
        }
        self.resolved.entry((address, interface)).or_insert(Resolved { line, interface, mac });
    }

    /// Gives every row as a station.
    pub(super) fn finish(
        self,
        switch: Option<&str>,
        stations: &mut Stations,
        notebook: &mut Notebook<'_>,
    ) {
        notebook.lost("rows over the limit of a table", self.lost);
        let switch = || switch.map(str::to_owned);
        let named = |interface: u32| match self.interfaces.get(&interface) {
            Some(name) if !name.is_empty() => name.clone(),
            _ => format!("ifIndex {interface}"),
        };
        for ((database, mac), entry) in &self.forwarding {
            let Some(bridge_port) = entry.port.filter(|_| !entry.is_self) else { continue };
            let interface = self.bridge_ports.get(&bridge_port).copied();
            let place = match interface {
                Some(interface) => format!("bridge port {bridge_port} ifIndex {interface}"),
                None => format!("bridge port {bridge_port}"),
            };
            stations.see(Station {
                place: format!("{place} line {}", entry.line),
                mac: Some(*mac),
                switch: switch(),
                port: Some(interface.map_or_else(|| format!("bridge port {bridge_port}"), named)),
                vlan: Some(database.to_string()).filter(|_| *database != 0),
                ..Station::default()
            });
        }
        for ((address, _), Resolved { line, interface, mac }) in &self.resolved {
            stations.see(Station {
                place: format!("ifIndex {interface} line {line}"),
                mac: Some(*mac),
                addresses: vec![*address],
                switch: switch(),
                port: Some(named(*interface)),
                is_routed: true,
                ..Station::default()
            });
        }
        let lldp = self.lldp.into_iter().map(|((port, _), neighbour)| {
            let name = self.lldp_ports.get(&port).filter(|name| !name.is_empty()).cloned();
            (name.unwrap_or_else(|| named(port)), neighbour)
        });
        let cdp =
            self.cdp.into_iter().map(|((interface, _), neighbour)| (named(interface), neighbour));
        for (port, neighbour) in lldp.chain(cdp) {
            stations.see(neighbour.station(switch(), port));
        }
    }
}

/// The row of a neighbour, within the limit.
fn row<'t>(
    table: &'t mut BTreeMap<(u32, u32), Neighbour>,
    key: (u32, u32),
    line: u64,
    lost: &mut u64,
) -> Option<&'t mut Neighbour> {
    if table.len() >= ROWS_MAX && !table.contains_key(&key) {
        *lost += 1;
        return None;
    }
    Some(table.entry(key).or_insert_with(|| Neighbour { line, ..Neighbour::default() }))
}

impl Neighbour {
    /// Columns of `lldpRemTable` (IEEE 802.1AB).
    fn take_lldp(&mut self, column: u32, value: &Value) {
        match column {
            5 => {
                self.mac = value.mac();
                // A network address with its family before it.
                if let Value::Octets(octets) = value
                    && let [1, rest @ ..] = octets.as_slice()
                    && let Ok(octets) = <[u8; 4]>::try_from(rest)
                {
                    self.addresses.push(Ipv4Addr::from(octets).into());
                }
            }
            7 => self.port_mac = value.mac(),
            9 => self.name = said(value),
            10 => self.description = said(value),
            _ => {}
        }
    }

    /// Columns of `lldpXMedRemInventoryTable` (ANSI/TIA-1057).
    fn take_inventory(&mut self, column: u32, value: &Value) {
        match column {
            2 => self.firmware = said(value).or(self.firmware.take()),
            3 => self.firmware = self.firmware.take().or(said(value)),
            4 => self.serial = said(value),
            5 => self.make = said(value),
            6 => self.model = said(value),
            _ => {}
        }
    }

    /// Columns of `cdpCacheTable`.
    fn take_cdp(&mut self, column: u32, value: &Value) {
        match column {
            4 => self.addresses.extend(value.address().map(IpAddr::from)),
            5 => self.description = said(value),
            6 => {
                self.mac = value.mac();
                self.name = said(value).filter(|_| self.mac.is_none());
            }
            8 => self.platform = said(value),
            _ => {}
        }
    }

    fn station(self, switch: Option<String>, port: String) -> Station {
        let Self { line, mac, port_mac, addresses, name, description, platform, .. } = self;
        let addresses = addresses.into_iter().filter(|address| !address.is_unspecified());
        Station {
            place: format!("line {line}"),
            mac: mac.or(port_mac),
            addresses: addresses.collect(),
            name,
            switch,
            port: Some(port),
            description,
            platform,
            make: self.make,
            model: self.model,
            firmware: self.firmware,
            serial: self.serial,
            ..Station::default()
        }
    }
}

fn said(value: &Value) -> Option<String> {
    Some(value.text()).filter(|text| !text.is_empty())
}

/// The numbers of an index; none where it is none.
fn arcs(index: &str) -> Vec<u32> {
    index.split('.').map(|arc| arc.parse().ok()).collect::<Option<_>>().unwrap_or_default()
}

fn v4(arcs: &[u32]) -> Option<IpAddr> {
    let octets: Vec<u8> = arcs.iter().map(|arc| u8::try_from(*arc).ok()).collect::<Option<_>>()?;
    let address = Ipv4Addr::from(<[u8; 4]>::try_from(octets).ok()?);
    (!address.is_unspecified()).then_some(address.into())
}

fn v6(arcs: &[u32]) -> Option<IpAddr> {
    let octets: Vec<u8> = arcs.iter().map(|arc| u8::try_from(*arc).ok()).collect::<Option<_>>()?;
    Some(Ipv6Addr::from(<[u8; 16]>::try_from(octets).ok()?).into())
}
