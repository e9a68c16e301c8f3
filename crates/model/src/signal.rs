use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! signal_kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What a signal is about. The names are a stable public vocabulary (design section 5).
        ///
        /// The `device.*` kinds are derived: a decoder found the value inside another signal. They are
        /// accepted on input too.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum SignalKind { $($(#[$doc])* $variant,)* }

        impl SignalKind {
            /// Every kind, in the order of the vocabulary.
            pub const ALL: &'static [SignalKind] = &[$(SignalKind::$variant,)*];

            /// The public name.
            pub const fn as_str(self) -> &'static str {
                match self { $(SignalKind::$variant => $name,)* }
            }
        }

        impl FromStr for SignalKind {
            type Err = UnknownKind;

            fn from_str(text: &str) -> Result<Self, UnknownKind> {
                match text {
                    $($name => Ok(SignalKind::$variant),)*
                    _ => Err(UnknownKind(text.chars().take(60).collect())),
                }
            }
        }
    };
}

signal_kinds! {
    /// A hardware address the device itself showed.
    Mac = "mac",
    /// DHCP option 60.
    DhcpVendorClass = "dhcp.vendor-class",
    /// DHCP option 12.
    DhcpHostname = "dhcp.hostname",
    /// DHCP option 55 as decimal numbers joined by commas.
    DhcpParams = "dhcp.params",
    /// LLDP system description.
    LldpSysdescr = "lldp.sysdescr",
    /// SNMP `sysDescr.0`.
    SnmpSysdescr = "snmp.sysdescr",
    /// SNMP `sysObjectID.0` in dotted form.
    SnmpSysobjectid = "snmp.sysobjectid",
    /// A DNS-SD service: `instance type` with its TXT strings, or just the type.
    MdnsService = "mdns.service",
    /// HTTP `Server`.
    HttpServer = "http.server",
    /// HTML title.
    HttpTitle = "http.title",
    /// HTTP `WWW-Authenticate`.
    HttpWwwAuthenticate = "http.www-authenticate",
    /// Name (never the value) of a cookie.
    HttpCookie = "http.cookie",
    /// Start of an HTTP body.
    HttpBody = "http.body",
    /// Favicon hash as Shodan computes it, signed decimal.
    HttpFaviconMmh3 = "http.favicon-mmh3",
    /// Favicon MD5, hex.
    HttpFaviconMd5 = "http.favicon-md5",
    /// A path that answered as a product does: `"/ISAPI/System/deviceInfo 401"`.
    HttpPath = "http.path",
    /// RTSP `Server`.
    RtspServer = "rtsp.server",
    /// RTSP `WWW-Authenticate`.
    RtspWwwAuthenticate = "rtsp.www-authenticate",
    /// A session description.
    RtspSdp = "rtsp.sdp",
    /// SIP `Server`.
    SipServer = "sip.server",
    /// SIP `User-Agent`.
    SipUserAgent = "sip.user-agent",
    /// SSH identification line.
    SshBanner = "ssh.banner",
    /// What telnet said before any input.
    TelnetBanner = "telnet.banner",
    /// What FTP said before any input.
    FtpBanner = "ftp.banner",
    /// Certificate subject.
    TlsSubject = "tls.subject",
    /// Certificate issuer.
    TlsIssuer = "tls.issuer",
    /// Server name a client asked for.
    TlsSni = "tls.sni",
    /// How a client asks for TLS: the JA4 fingerprint of its ClientHello, over TCP (`t…`) or QUIC (`q…`).
    TlsJa4 = "tls.ja4",
    /// A name the device asked DNS for.
    DnsQuery = "dns.query",
    /// A name or address outside that the device talked to.
    CloudContact = "cloud.contact",
    /// `"<port>/tcp"` or `"<port>/udp"`.
    PortOpen = "port.open",
    /// Container format of a firmware file.
    FirmwareContainer = "firmware.container",
    /// SADP XML as received.
    SadpReply = "sadp.reply",
    /// DHIP JSON as received.
    DhipReply = "dhip.reply",
    /// DVRIP JSON as received.
    DvripReply = "dvrip.reply",
    /// WS-Discovery `ProbeMatch` or `Hello` XML as received.
    OnvifProbeMatch = "onvif.probe-match",
    /// ONVIF scopes, blank separated.
    OnvifScopes = "onvif.scopes",
    /// An ONVIF SOAP answer as received.
    OnvifReply = "onvif.reply",
    /// `GetDeviceInformation` manufacturer: a brand claim.
    OnvifManufacturer = "onvif.manufacturer",
    /// `GetDeviceInformation` model.
    OnvifModel = "onvif.model",
    /// `GetDeviceInformation` firmware.
    OnvifFirmware = "onvif.firmware",
    /// `GetDeviceInformation` serial.
    OnvifSerial = "onvif.serial",
    /// An SSDP answer or NOTIFY as received.
    SsdpResponse = "ssdp.response",
    /// A UPnP description document.
    UpnpDescription = "upnp.description",
    /// A datagram as received; decoded into the other kinds.
    UdpReply = "udp.reply",
    /// The head of a TCP answer as received; decoded into the other kinds.
    TcpReply = "tcp.reply",
    /// What nmap's service detection made of an answer: its words, not the device's.
    NmapService = "nmap.service",
    /// What nmap's OS detection made of a TCP/IP stack: its words, not the device's.
    NmapOs = "nmap.os",
    /// Make as a register says it.
    RegisterMake = "register.make",
    /// Model as a register says it.
    RegisterModel = "register.model",
    /// Free text of a register.
    RegisterText = "register.text",
    /// Serial as a register says it.
    RegisterSerial = "register.serial",
    /// Derived: a brand word the device itself shows, whatever protocol carried it.
    DeviceBrand = "device.brand",
    /// Derived: a model the device itself shows.
    DeviceModel = "device.model",
    /// Derived: a firmware version the device itself shows.
    DeviceFirmware = "device.firmware",
    /// Derived: a serial number the device itself shows.
    DeviceSerial = "device.serial",
    /// Derived: an endpoint UUID (ONVIF, UPnP).
    DeviceUuid = "device.uuid",
    /// Derived: a departure from a specification, `protocol/name`.
    DeviceQuirk = "device.quirk",
    /// Derived: a message of a maker's own protocol that a decoder recognised, `protocol/message`.
    DeviceProtocol = "device.protocol",
}

impl fmt::Display for SignalKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for SignalKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for SignalKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A kind this version does not know: to be ignored with a note, never an error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("signal kind `{0}` is not known to this version")]
pub struct UnknownKind(pub String);

/// The value of a signal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignalValue {
    /// Text as seen, decoded to UTF-8.
    Text(Box<str>),
    /// Bytes as seen; base64 in JSON.
    Bytes(Box<[u8]>),
}

/// One typed piece of what was seen.
///
/// JSON: `{"kind": K, "value": text}`; bytes carry `"encoding": "base64"`; raw replies carry `"port": N`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signal {
    /// What it is about.
    pub kind: SignalKind,
    /// What was seen.
    pub value: SignalValue,
    /// The device's port it came from, where that matters.
    pub port: Option<u16>,
}

impl Signal {
    /// A text signal without a port.
    pub fn text(kind: SignalKind, value: impl Into<Box<str>>) -> Self {
        Self { kind, value: SignalValue::Text(value.into()), port: None }
    }

    /// A signal of raw bytes.
    pub fn bytes(kind: SignalKind, value: impl Into<Box<[u8]>>) -> Self {
        Self { kind, value: SignalValue::Bytes(value.into()), port: None }
    }

    /// The same signal, seen on the device's `port`.
    #[must_use]
    pub fn at_port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// The value as text; `None` for bytes.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            SignalValue::Text(text) => Some(text),
            SignalValue::Bytes(_) => None,
        }
    }

    /// The value as bytes: text gives its UTF-8.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.value {
            SignalValue::Text(text) => text.as_bytes(),
            SignalValue::Bytes(bytes) => bytes,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct SignalForm<'a> {
    #[serde(borrow)]
    kind: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    value: std::borrow::Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    encoding: Option<std::borrow::Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
}

impl Serialize for Signal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = self.kind.as_str().into();
        let form = match &self.value {
            SignalValue::Text(text) => {
                SignalForm { kind, value: (&**text).into(), encoding: None, port: self.port }
            }
            SignalValue::Bytes(bytes) => SignalForm {
                kind,
                value: STANDARD.encode(bytes).into(),
                encoding: Some("base64".into()),
                port: self.port,
            },
        };
        form.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Signal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let form = SignalForm::deserialize(deserializer)?;
        let value = match form.encoding.as_deref() {
            None => SignalValue::Text(form.value.into()),
            Some("base64") => SignalValue::Bytes(
                STANDARD.decode(form.value.as_bytes()).map_err(D::Error::custom)?.into(),
            ),
            Some(other) => {
                return Err(D::Error::custom(format!(
                    "encoding `{other}` is not known: leave it out or use `base64`"
                )));
            }
        };
        Ok(Self { kind: form.kind.parse().map_err(D::Error::custom)?, value, port: form.port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_spelt_one_way() {
        for kind in SignalKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
        assert_eq!("http.colour".parse::<SignalKind>(), Err(UnknownKind("http.colour".into())));
    }

    #[test]
    fn the_reference_names_every_kind() {
        let page = include_str!("../../../docs/reference/signals.md");
        for kind in SignalKind::ALL {
            assert!(page.contains(&format!("\n| `{kind}` |")), "{kind}");
        }
    }

    #[test]
    fn bytes_and_ports_survive_json() {
        let signal = Signal::bytes(SignalKind::UdpReply, vec![0u8, 255]).at_port(37810);
        let json = serde_json::to_string(&signal).unwrap();
        assert_eq!(json, r#"{"kind":"udp.reply","value":"AP8=","encoding":"base64","port":37810}"#);
        assert_eq!(serde_json::from_str::<Signal>(&json).unwrap(), signal);
    }
}
