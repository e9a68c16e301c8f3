use std::net::IpAddr;

use model::{MacAddr, Quirk, Signal, SignalKind};

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
    /// The protocol's public name: `sadp`, `dhip`, `http`, `mdns`, `ws-discovery`, …; `wsd` goes by `ws-discovery`.
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

/// Why a serial number that a device shows identifies nothing: firmware writes these when it knows none.
const PLACEHOLDER_SERIALS: &[&str] = &[
    "N/A",
    "NA",
    "NONE",
    "NULL",
    "UNKNOWN",
    "DEFAULT",
    "SERIAL",
    "SERIALNUMBER",
    "123456789",
    "1234567890",
    "0123456789",
    "12345678",
];
/// Brand words that say nothing: Dahua's own units carry them as rebrands do.
const MEANINGLESS_BRANDS: &[&str] =
    &["private", "general", "n/a", "none", "unknown", "null", "oem"];
/// A serial number shorter than this may repeat by chance.
const SERIAL_CHARACTERS_MIN: usize = 4;

impl Message {
    /// An empty message of `protocol`, about its sender.
    pub fn new(protocol: &'static str) -> Self {
        Self { protocol, ..Self::default() }
    }

    /// Whether anything was read into it.
    pub(crate) fn says_anything(&self) -> bool {
        !self.signals.is_empty() || !self.quirks.is_empty() || self.keys != Keys::default()
    }

    /// Adds a text signal; a blank value says nothing and is left out, a repeated one too.
    pub(crate) fn say(&mut self, kind: SignalKind, value: impl AsRef<str>) {
        let value = value.as_ref().trim();
        let is_known =
            || self.signals.iter().any(|old| old.kind == kind && old.as_text() == Some(value));
        if !value.is_empty() && !is_known() {
            self.signals.push(Signal::text(kind, value));
        }
    }

    /// The device claims this hardware address: a key and a `mac` signal. Zeros, groups and what is no
    /// address at all are neither.
    pub(crate) fn claim_mac(&mut self, text: &str) {
        if let Ok(mac) = text.parse() {
            self.claim_mac_address(mac);
        }
    }

    /// As [`Self::claim_mac`], for an address that came as octets.
    pub(crate) fn claim_mac_address(&mut self, mac: MacAddr) {
        if mac.is_identity() && !self.keys.macs.contains(&mac) {
            self.keys.macs.push(mac);
            self.say(SignalKind::Mac, mac.to_string());
        }
    }

    /// The device claims this network address. Unspecified, loopback and group addresses are no keys.
    pub(crate) fn claim_address(&mut self, address: impl Into<IpAddr>) {
        let address = address.into();
        let is_broadcast = matches!(address, IpAddr::V4(v4) if v4.is_broadcast());
        let is_nobodys = address.is_unspecified() || address.is_loopback();
        if !is_broadcast
            && !is_nobodys
            && !address.is_multicast()
            && !self.keys.addresses.contains(&address)
        {
            self.keys.addresses.push(address);
        }
    }

    /// The device claims this serial number: a key, kept as spelt, and `device.serial`. Placeholders are
    /// neither.
    pub(crate) fn claim_serial(&mut self, serial: &str) {
        let serial = serial.trim();
        if !is_placeholder_serial(serial) && !self.keys.serials.iter().any(|old| **old == *serial) {
            self.keys.serials.push(serial.into());
            self.say(SignalKind::DeviceSerial, serial);
        }
    }

    /// The device shows this brand word: a claim, never proof. Words that every rebrand carries are left out.
    pub(crate) fn claim_brand(&mut self, brand: &str) {
        let brand = brand.trim();
        if !MEANINGLESS_BRANDS.iter().any(|word| brand.eq_ignore_ascii_case(word)) {
            self.say(SignalKind::DeviceBrand, brand);
        }
    }

    /// The device claims this endpoint UUID: a key in lower case without prefix, and `device.uuid`.
    pub(crate) fn claim_uuid(&mut self, uuid: &str) {
        let bare = uuid.trim().trim_start_matches("urn:").trim_start_matches("uuid:");
        let bare = bare.to_ascii_lowercase();
        if !bare.is_empty() && !self.keys.uuids.iter().any(|old| **old == *bare) {
            self.say(SignalKind::DeviceUuid, &bare);
            self.keys.uuids.push(bare.into());
        }
    }

    /// Keeps a departure from the specification, once, with its `device.quirk` signal. `detail` must hold no
    /// secret.
    pub(crate) fn note_quirk(&mut self, name: &'static str, detail: &str) {
        self.note_quirk_of(self.protocol, name, detail);
    }

    /// The device listens on this TCP port, as its message says.
    pub(crate) fn say_tcp_port(&mut self, port: &str) {
        if let Some(port) = port.trim().parse::<u16>().ok().filter(|port| *port != 0) {
            self.say(SignalKind::PortOpen, format!("{port}/tcp"));
        }
    }

    /// The device was heard speaking `protocol/what`.
    pub(crate) fn say_protocol(&mut self, what: &str) {
        self.say(SignalKind::DeviceProtocol, format!("{}/{what}", self.protocol));
    }
}

/// Whether a serial number identifies nothing.
pub(crate) fn is_placeholder_serial(serial: &str) -> bool {
    let mut characters = serial.chars().filter(|c| c.is_alphanumeric());
    let Some(first) = characters.next() else { return true };
    serial.chars().filter(|c| c.is_alphanumeric()).count() < SERIAL_CHARACTERS_MIN
        || characters.all(|c| c == first)
        || PLACEHOLDER_SERIALS.iter().any(|word| serial.eq_ignore_ascii_case(word))
}

/// At most the first `bytes_max` bytes of `text`, cut between characters.
pub(crate) fn shortened(text: &str, bytes_max: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes_max)).unwrap_or(text)
}

/// Bytes of a device as text: what is no UTF-8 becomes the replacement character, NULs at the end go.
pub(crate) fn lossy(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    String::from_utf8_lossy(bytes.get(..end).unwrap_or(bytes))
}
