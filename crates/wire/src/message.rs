use std::net::IpAddr;

use model::{MacAddr, Quirk, Signal};

/// Whom a message speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum About {
    /// The host that sent it.
    #[default]
    Sender,
    /// Only the device that its keys name: a DHCP server's answer speaks of the client, an ARP reply that is
    /// relayed of the owner.
    Keys,
    /// No device: a tool's question, a query without a subject.
    Nobody,
}

/// Keys that stand inside a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keys {
    /// Hardware addresses the device claims.
    pub macs: Vec<MacAddr>,
    /// Addresses the device claims; they are often stale, link-local or of another interface.
    pub addresses: Vec<IpAddr>,
    /// Serial numbers as spelt.
    pub serials: Vec<Box<str>>,
    /// Endpoint UUIDs, lower case, without `urn:uuid:`.
    pub uuids: Vec<Box<str>>,
    /// Host name.
    pub hostname: Option<Box<str>>,
}

/// What one message says, sanitised.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// The protocol, as its module is named: `sadp`, `dhip`, `http`, …
    pub protocol: &'static str,
    /// Whom it speaks of.
    pub about: About,
    /// Keys found inside.
    pub keys: Keys,
    /// What it says: the kind that carries the whole message (`sadp.reply`, …) first, then what was read out of
    /// it, including the derived `device.*` kinds.
    pub signals: Vec<Signal>,
    /// Departures from the specification.
    pub quirks: Vec<Quirk>,
    /// Names and the addresses they stand for, as an answer of DNS gives them.
    pub names: Vec<(Box<str>, IpAddr)>,
}

impl Message {
    /// An empty message of `protocol`, about its sender.
    pub fn new(protocol: &'static str) -> Self {
        Self { protocol, ..Self::default() }
    }
}
