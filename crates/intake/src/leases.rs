//! Leases of DHCP servers: ISC `dhcpd.leases`, Kea (CSV memfile and JSON), dnsmasq, Windows.
//!
//! A lease is what a server saw: a device showed its hardware address, and often its name and vendor class. It
//! bounds in time how long an address was that device's. Old leases are history, not rubbish: their bounds
//! keep a re-used address from joining two devices.

mod dnsmasq;
mod isc;
mod kea;
mod windows;

use std::net::IpAddr;

use model::{AddressClaim, MacAddr, Observation, Place, Signal, SignalKind, Subject, Timestamp};

use crate::Options;
use crate::notebook::Notebook;

pub(crate) use dnsmasq::Dnsmasq;
pub(crate) use isc::IscLeases;
pub(crate) use kea::{KeaCsv, KeaJson};
pub(crate) use windows::{WindowsNetsh, WindowsTable, WindowsXml};

/// One lease, whatever server wrote it.
#[derive(Debug, Default)]
struct Lease {
    place: String,
    address: Option<IpAddr>,
    mac: Option<MacAddr>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    hostname: Option<String>,
    vendor_class: Option<String>,
}

impl Lease {
    /// Writes the lease down as an observation; one that nobody is known to have held is counted.
    fn give(self, options: &Options, notebook: &mut Notebook<'_>) {
        let Lease { place, address, mac, from, until, hostname, vendor_class } = self;
        let mac = mac.filter(|mac| mac.is_identity());
        let hostname = hostname.filter(|name| !name.is_empty());
        let Some(address) = address else { return };
        if mac.is_none() && hostname.is_none() {
            notebook.not_understood("lease without a hardware address", 1);
            return;
        }
        let signals = [
            mac.map(|mac| Signal::text(SignalKind::Mac, mac.to_string())),
            hostname.as_deref().map(|name| Signal::text(SignalKind::DhcpHostname, name)),
            vendor_class
                .filter(|class| !class.is_empty())
                .map(|class| Signal::text(SignalKind::DhcpVendorClass, class)),
        ];
        notebook.observation(Observation {
            place: Place(place.into()),
            at: from,
            // A lease ends later than anything was seen of its client.
            until: None,
            vantage: options.vantage.clone(),
            subject: Subject {
                macs: mac.into_iter().collect(),
                addresses: vec![AddressClaim { address, from, until }],
                hostname: hostname.map(Box::from),
                ..Subject::default()
            },
            signals: signals.into_iter().flatten().collect(),
            declared: None,
        });
    }
}

/// Seconds since 1970 as leases count; zero and the largest values mean "never".
fn instant(seconds: i64) -> Option<Timestamp> {
    const NEVER: i64 = u32::MAX as i64;
    if seconds <= 0 || seconds >= NEVER { None } else { Timestamp::from_second(seconds).ok() }
}

/// The hardware address inside a DHCP unique identifier that is made of one (RFC 8415 section 11.2 and 11.4).
fn mac_of_duid(duid: &[u8]) -> Option<MacAddr> {
    let (kind, rest) = duid.split_first_chunk::<2>()?;
    let (hardware, rest) = rest.split_first_chunk::<2>()?;
    let tail = match kind {
        [0, 1] => rest.get(4..)?,
        [0, 3] => rest,
        _ => return None,
    };
    const ETHERNET: [u8; 2] = [0, 1];
    if *hardware != ETHERNET {
        return None;
    }
    <[u8; 6]>::try_from(tail).ok().map(MacAddr::new)
}

/// Bytes written as hexadecimal pairs, with or without colons.
fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|character| *character != ':')
        .map(|character| character.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let (pairs, odd) = digits.as_chunks::<2>();
    odd.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_duid_made_of_an_ethernet_address_holds_one() {
        let mac = MacAddr::new([0x58, 0x03, 0xfb, 0, 0, 1]);
        let with_time = hex("00:01:00:01:11:22:33:44:58:03:fb:00:00:01").unwrap();
        let without = hex("000300015803fb000001").unwrap();
        let of_enterprise = hex("0002000015803fb000001f").unwrap();
        assert_eq!(mac_of_duid(&with_time), Some(mac));
        assert_eq!(mac_of_duid(&without), Some(mac));
        assert_eq!(mac_of_duid(&of_enterprise), None);
    }
}
