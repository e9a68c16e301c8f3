//! What the text protocols add to a [`Message`] beside what all decoders share.

use std::net::IpAddr;

use model::{MacAddr, Quirk, SignalKind};

use crate::message::shortened;
use crate::text::Authority;
use crate::{Message, mask};

/// Longest text of a whole message that is kept; the rest of an answer only repeats its grammar.
const WHOLE_BYTES_MAX: usize = 16 * 1024;
/// Longest start of a web page or of an interface's answer that is kept.
const BODY_BYTES_MAX: usize = 4 * 1024;
/// Longest single value that is kept: header lines and model names end well before.
const VALUE_BYTES_MAX: usize = 512;
/// Words for kinds of devices, for software and for places, in names that are no brand.
const GENERIC_WORDS: &[&str] = &[
    "ipc",
    "ip",
    "ipcam",
    "ipcamera",
    "camera",
    "cam",
    "network",
    "nvt",
    "nvr",
    "dvr",
    "hvr",
    "xvr",
    "onvif",
    "icamera",
    "video",
    "device",
    "dome",
    "bullet",
    "hd",
    "h264",
    "std",
    "bo",
    "encoder",
    "server",
    "transmitter",
    "speed",
    "ptz",
    "webcam",
    "netcam",
    "door",
    "entrance",
    "front",
    "back",
    "rear",
    "office",
    "gate",
    "parking",
    "lobby",
    "hall",
    "main",
    "reception",
    "corridor",
    "outdoor",
    "indoor",
];
/// Longest detail of a quirk that is kept.
const QUIRK_DETAIL_BYTES_MAX: usize = 80;
/// Words that firmware shows where it was built without a model or version of its own.
const PLACEHOLDERS: &[&str] =
    &["model", "hardware", "camera", "none", "null", "unknown", "undefined", "n/a", "-"];

impl Message {
    /// Adds the signal that carries the whole message; the start of it where it is long. `text` is sanitised.
    pub(crate) fn say_whole(&mut self, kind: SignalKind, text: &str) {
        let bytes_max = if kind == SignalKind::HttpBody { BODY_BYTES_MAX } else { WHOLE_BYTES_MAX };
        self.say_start(kind, text, bytes_max);
    }

    /// As [`Self::say_whole`], keeping no more than `bytes_max`.
    pub(crate) fn say_start(&mut self, kind: SignalKind, text: &str, bytes_max: usize) {
        self.say(kind, shortened(text.trim(), bytes_max));
    }

    /// Adds a signal of one value, shortened; cleaned before, since a secret whose end is cut off is not known for
    /// one.
    pub(crate) fn say_value(&mut self, kind: SignalKind, value: &str) {
        let value = value.trim();
        if value.len() > VALUE_BYTES_MAX {
            self.say(kind, shortened(&mask::secrets(value), VALUE_BYTES_MAX));
        } else {
            self.say(kind, value);
        }
    }

    /// The device shows this brand word. One that only names a kind of device, a place or software is none:
    /// white labels write `IPCAM`, users write `Front Door`.
    pub(crate) fn claim_brand_word(&mut self, brand: &str) {
        if !is_generic(brand) {
            self.claim_brand(shortened(brand.trim(), VALUE_BYTES_MAX));
        }
    }

    /// The device shows this model; a placeholder is none.
    pub(crate) fn claim_model(&mut self, model: &str) {
        if !is_placeholder(model) {
            self.say_value(SignalKind::DeviceModel, model);
        }
    }

    /// The device shows this firmware version; a placeholder is none.
    pub(crate) fn claim_firmware(&mut self, firmware: &str) {
        if !is_placeholder(firmware) {
            self.say_value(SignalKind::DeviceFirmware, firmware);
        }
    }

    /// The device answers at this URL: its address is a key, its port is open. A link-local IPv6 address made
    /// from a hardware address gives that too.
    pub(crate) fn claim_url(&mut self, url: &str) {
        let Some(authority) = Authority::of_url(url) else { return };
        let address = authority.address();
        if let Some(address) = address {
            self.claim_interface(address);
        }
        if let Some(port) = authority.port.filter(|port| *port != 0) {
            self.say(SignalKind::PortOpen, format!("{port}/tcp"));
        }
    }

    /// The device has this network address, and the hardware address in it where it holds one.
    pub(crate) fn claim_interface(&mut self, address: IpAddr) {
        self.claim_address(address);
        if let Some(mac) = mac_of_link_local(address) {
            self.claim_mac_address(mac);
        }
    }

    /// Keeps a departure from another layer's specification than the message's own, such as `xml`.
    pub(crate) fn note_quirk_of(
        &mut self,
        protocol: &'static str,
        name: &'static str,
        detail: &str,
    ) {
        if self.quirks.iter().any(|quirk| quirk.protocol == protocol && quirk.name == name) {
            return;
        }
        self.quirks.push(Quirk::new(protocol, name, shortened(detail, QUIRK_DETAIL_BYTES_MAX)));
        self.say(SignalKind::DeviceQuirk, format!("{protocol}/{name}"));
    }

    /// The device was heard speaking `what` of a protocol that another one carried.
    pub(crate) fn say_protocol_of(&mut self, protocol: &str, what: &str) {
        self.say(SignalKind::DeviceProtocol, format!("{protocol}/{what}"));
    }

    /// Brings the signals into order: the whole message, what was read, what was derived.
    pub(crate) fn in_order(mut self) -> Self {
        self.signals.sort_by_key(|signal| place(signal.kind));
        self
    }
}

/// Where a kind stands within a message.
const fn place(kind: SignalKind) -> u8 {
    match kind {
        SignalKind::OnvifProbeMatch
        | SignalKind::OnvifReply
        | SignalKind::SsdpResponse
        | SignalKind::UpnpDescription
        | SignalKind::RtspSdp
        | SignalKind::HttpBody => 0,
        SignalKind::DeviceBrand
        | SignalKind::DeviceModel
        | SignalKind::DeviceFirmware
        | SignalKind::DeviceSerial
        | SignalKind::DeviceUuid
        | SignalKind::Mac
        | SignalKind::CloudContact => 2,
        SignalKind::PortOpen | SignalKind::DeviceProtocol | SignalKind::DeviceQuirk => 3,
        _ => 1,
    }
}

/// Whether all words of `brand` are generic.
fn is_generic(brand: &str) -> bool {
    let mut words = brand.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.all(|word| GENERIC_WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// Whether a value only stands in for one.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    value.is_empty() || PLACEHOLDERS.iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// The hardware address in a link-local address of the modified EUI-64 form (RFC 4291 appendix A).
fn mac_of_link_local(address: IpAddr) -> Option<MacAddr> {
    let IpAddr::V6(v6) = address else { return None };
    match v6.octets() {
        [0xfe, 0x80, 0, 0, 0, 0, 0, 0, a, b, c, 0xff, 0xfe, d, e, f] => {
            Some(MacAddr::new([a ^ 2, b, c, d, e, f])).filter(|mac| mac.oui().is_some())
        }
        _ => None,
    }
}

/// The hardware address that `text` is, where it is written as one: twelve hexadecimal digits, with or without
/// separators, and nothing else.
pub(crate) fn mac_in(text: &str) -> Option<MacAddr> {
    text.trim().parse().ok()
}
