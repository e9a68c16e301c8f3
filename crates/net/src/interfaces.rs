//! The networks that are attached to this machine.

use std::collections::BTreeMap;
use std::io;

use ipnet::IpNet;
use model::MacAddr;
use rustix::net::netdevice::name_to_index;

use crate::control::socket_address;
use crate::ports::{Family, stream};
use crate::sys::{Listed, listed};

/// Where `sockaddr_ll` says how long the hardware address is, and where it stands.
const MAC_LENGTH_AT: usize = 11;
const MAC_AT: usize = 12;

/// A network that is attached.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attached {
    /// The name of the interface.
    pub name: String,
    /// Its number.
    pub index: u32,
    /// Our address there, with the length of the network's prefix.
    pub net: IpNet,
    /// Our hardware address there; loopback and tunnels have none.
    pub mac: Option<MacAddr>,
    /// Whether it leads nowhere but to ourselves.
    pub is_loopback: bool,
}

/// The networks of all interfaces that are up, by number and address.
///
/// # Errors
/// What the system says where it does not list them.
pub fn interfaces() -> io::Result<Vec<Attached>> {
    let listed = listed()?;
    let macs: BTreeMap<&str, MacAddr> = listed
        .iter()
        .filter_map(|entry| Some((entry.name.as_str(), mac(&entry.address)?)))
        .collect();
    let socket = stream(Family::V4)?;
    let mut attached: Vec<Attached> = Vec::new();
    for entry in listed.iter().filter(|entry| has(entry, libc::IFF_UP)) {
        let Some(net) = net(entry) else { continue };
        // Addresses may be listed under a label (`eth0:1`).
        let name = entry.name.split(':').next().unwrap_or_default();
        attached.push(Attached {
            name: name.to_owned(),
            index: name_to_index(&socket, name)?,
            net,
            mac: macs.get(name).copied(),
            is_loopback: has(entry, libc::IFF_LOOPBACK),
        });
    }
    attached.sort_by_key(|network| (network.index, network.net));
    Ok(attached)
}

fn has(entry: &Listed, flag: libc::c_int) -> bool {
    entry.flags & flag.unsigned_abs() != 0
}

fn net(entry: &Listed) -> Option<IpNet> {
    let address = socket_address(&entry.address)?.ip();
    let mask = socket_address(&entry.mask)?.ip();
    IpNet::with_netmask(address, mask).ok()
}

/// The hardware address that stands in a `sockaddr_ll`.
fn mac(address: &[u8]) -> Option<MacAddr> {
    let family = i32::from(u16::from_ne_bytes(*address.first_chunk()?));
    let is_ethernet = family == libc::AF_PACKET && address.get(MAC_LENGTH_AT) == Some(&6);
    let octets: [u8; 6] = *address.get(MAC_AT..)?.first_chunk()?;
    (is_ethernet && octets != [0; 6]).then(|| MacAddr::new(octets))
}
