//! One box: what differs between two devices of the same product.

use std::net::Ipv4Addr;

use model::MacAddr;

/// One box. Everything in it is made up; serial numbers are the unit's number, padded with zeros to the grammar
/// of the maker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// Its number, which no other unit of an estate has.
    pub number: u32,
    /// Where it answers.
    pub address: Ipv4Addr,
    /// The address that it writes into its messages: its own, or one that is stale or of another interface.
    pub shown: Ipv4Addr,
    /// Its hardware address.
    pub mac: MacAddr,
    /// Whether it answers the searches of its maker's tool when they come by unicast. That all models do is
    /// reported, not proven (fact file `protocols.md`, section 1.1 and section 6).
    pub answers_unicast: bool,
}

impl Unit {
    /// A unit of a maker whose hardware addresses begin with `oui`, which answers unicast searches and knows its address.
    pub fn new(number: u32, address: Ipv4Addr, oui: [u8; 3]) -> Self {
        let [_, a, b, c] = number.to_be_bytes();
        let [x, y, z] = oui;
        let mac = MacAddr::new([x, y, z, a, b, c]);
        Self { number, address, shown: address, mac, answers_unicast: true }
    }

    /// The hardware address as twelve hexadecimal digits.
    pub(crate) fn bare_mac(&self) -> String {
        self.mac.to_string().replace(':', "")
    }

    /// The hardware address as twelve hexadecimal digits in capitals.
    pub(crate) fn capital_mac(&self) -> String {
        self.bare_mac().to_uppercase()
    }

    /// A UUID whose tail is the hardware address.
    pub(crate) fn uuid(&self, start: &str) -> String {
        format!("{start}-{}", self.bare_mac())
    }
}
