use std::borrow::Cow;

use model::{Signal, SignalKind, SignalValue};

use crate::message::shortened;
use crate::{About, DecodeError, Message, Refusal, mask};
use crate::{
    baichuan, beacon, bosch, cellvision, dahua_p2p, dahua5050, foscam, gvcp, hanwha, ipro, nice,
    pppp, sony, tplink, tutk, tvt, ubiquiti, vivotek, vstarcam,
};
use crate::{
    banner, dhcp, dhip, dns, dvrip, http, http_api, onvif, rtsp, sadp, sip, snmp, ssdp, tls,
    topsee, upnp, wsd,
};
use crate::{cdp, lldp, nbns, old_sadp, quic};

/// Which end of a TCP connection the bytes come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// The end that opened the connection.
    Client,
    /// The end that listens; in a capture that begins late, the end with the known port.
    Server,
}

/// One decoder, registered. A new protocol is one module and one line in [`DATAGRAMS`] or [`STREAMS`], and in
/// [`TEXTS`] if its messages are kept as text.
struct Decoder {
    /// The protocol, as its module is named.
    protocol: &'static str,
    /// Ports on which it is tried first.
    ports: &'static [u16],
    /// A cheap look at the content.
    claims: fn(&[u8]) -> bool,
    /// The decoder itself.
    decode: fn(&[u8]) -> Result<Message, DecodeError>,
}

/// Decoders of whole UDP payloads. Off their ports they are asked in this order, most telling mark first.
static DATAGRAMS: &[Decoder] = &[
    Decoder { protocol: "sadp", ports: &[37020], claims: sadp::claims, decode: sadp::decode },
    Decoder { protocol: "dhip", ports: &[37810], claims: dhip::claims, decode: dhip::decode },
    Decoder { protocol: "dvrip", ports: &[34569], claims: dvrip::claims, decode: dvrip::decode },
    Decoder { protocol: "topsee", ports: &[3001], claims: topsee::claims, decode: topsee::decode },
    Decoder {
        protocol: "dahua5050",
        ports: &[5050],
        claims: dahua5050::claims,
        decode: dahua5050::decode,
    },
    Decoder {
        protocol: "dahua-p2p",
        ports: &[8800, 8802],
        claims: dahua_p2p::claims,
        decode: dahua_p2p::decode,
    },
    Decoder { protocol: "tvt", ports: &[23456], claims: tvt::claims, decode: tvt::decode },
    Decoder {
        protocol: "hanwha",
        ports: &[7701, 7711],
        claims: hanwha::claims,
        decode: hanwha::decode,
    },
    Decoder {
        protocol: "bosch",
        ports: &[1757, 1758],
        claims: bosch::claims,
        decode: bosch::decode,
    },
    Decoder {
        protocol: "ipro",
        ports: &[10669, 10670],
        claims: ipro::claims,
        decode: ipro::decode,
    },
    Decoder { protocol: "sony", ports: &[2380], claims: sony::claims, decode: sony::decode },
    Decoder {
        protocol: "vivotek",
        ports: &[10000],
        claims: vivotek::claims,
        decode: vivotek::decode,
    },
    Decoder { protocol: "foscam", ports: &[10000], claims: foscam::claims, decode: foscam::decode },
    Decoder {
        protocol: "vstarcam",
        ports: &[8600],
        claims: vstarcam::claims,
        decode: vstarcam::decode,
    },
    Decoder {
        protocol: "ubiquiti",
        ports: &[10001],
        claims: ubiquiti::claims,
        decode: ubiquiti::decode,
    },
    Decoder { protocol: "tplink", ports: &[20002], claims: tplink::claims, decode: tplink::decode },
    Decoder {
        protocol: "kasa",
        ports: &[9999],
        claims: tplink::kasa_claims,
        decode: tplink::kasa_decode,
    },
    Decoder {
        protocol: "baichuan",
        ports: &[2000, 2015, 2018],
        claims: baichuan::datagram_claims,
        decode: baichuan::datagram_decode,
    },
    Decoder { protocol: "gvcp", ports: &[3956], claims: gvcp::claims, decode: gvcp::decode },
    Decoder { protocol: "nice", ports: &[2007], claims: nice::claims, decode: nice::decode },
    Decoder {
        protocol: "cellvision",
        ports: &[62976],
        claims: cellvision::claims,
        decode: cellvision::decode,
    },
    Decoder {
        protocol: "beacon",
        ports: &[3600, 8088, 10008, 10009],
        claims: beacon::claims,
        decode: beacon::decode,
    },
    Decoder {
        protocol: "pppp",
        ports: &[32100, 32108],
        claims: pppp::claims,
        decode: pppp::decode,
    },
    Decoder { protocol: "tutk", ports: &[], claims: tutk::claims, decode: tutk::decode },
    Decoder { protocol: "ws-discovery", ports: &[3702], claims: wsd::claims, decode: wsd::decode },
    Decoder { protocol: "ssdp", ports: &[1900], claims: ssdp::claims, decode: ssdp::decode },
    Decoder { protocol: "dhcp", ports: &[67, 68], claims: dhcp::claims, decode: dhcp::decode },
    Decoder { protocol: "sip", ports: &[5060], claims: sip::claims, decode: sip::decode },
    Decoder { protocol: "snmp", ports: &[161, 162], claims: snmp::claims, decode: snmp::decode },
    Decoder { protocol: "nbns", ports: &[137], claims: nbns::claims, decode: nbns::decode },
    Decoder { protocol: "dns", ports: &[53, 5353], claims: dns::claims, decode: dns::decode },
    Decoder {
        protocol: "llmnr",
        ports: &[5355],
        claims: nbns::claims_llmnr,
        decode: nbns::decode_llmnr,
    },
    Decoder { protocol: "quic", ports: &[443], claims: quic::claims, decode: quic::decode },
];

/// Decoders of the start of one direction of a TCP connection.
static STREAMS: &[Decoder] = &[
    Decoder { protocol: "tls", ports: &[443, 8443], claims: tls::claims, decode: tls::decode },
    Decoder { protocol: "rtsp", ports: &[554], claims: rtsp::claims, decode: rtsp::decode },
    Decoder { protocol: "http", ports: &[80, 8080], claims: http::claims, decode: http::decode },
    Decoder { protocol: "sip", ports: &[5060], claims: sip::claims, decode: sip::decode },
    Decoder { protocol: "dvrip", ports: &[34567], claims: dvrip::claims, decode: dvrip::decode },
    Decoder { protocol: "dhip", ports: &[37777], claims: dhip::claims, decode: dhip::decode },
    Decoder {
        protocol: "baichuan",
        ports: &[9000],
        claims: baichuan::claims,
        decode: baichuan::decode,
    },
    Decoder {
        protocol: "topsee",
        ports: &[8091],
        claims: topsee::frame_claims,
        decode: topsee::frame_decode,
    },
    Decoder {
        protocol: "kasa",
        ports: &[9999],
        claims: tplink::kasa_claims,
        decode: tplink::kasa_decode,
    },
    Decoder { protocol: "ws-discovery", ports: &[], claims: wsd::claims, decode: wsd::decode },
    Decoder { protocol: "upnp", ports: &[], claims: upnp::claims, decode: upnp::decode },
    Decoder { protocol: "onvif", ports: &[], claims: onvif::claims, decode: onvif::decode },
    Decoder { protocol: "http", ports: &[], claims: http_api::claims, decode: http_api::decode },
];

/// Decoders of what a server says first, asked where no other knows the bytes.
static BANNERS: &[Decoder] = &[Decoder {
    protocol: "banner",
    ports: &[21, 22, 23],
    claims: banner::claims,
    decode: banner::decode,
}];

/// Ports on which any printable greeting is a telnet banner.
const TELNET_PORTS: [u16; 2] = [23, 2323];

/// A signal kind whose text holds more than itself.
struct Text {
    kind: SignalKind,
    /// The protocol, as its module is named.
    protocol: &'static str,
    /// Reads it into the derived kinds and keys.
    read: fn(&str, &mut Message),
    /// Drops secrets.
    clean: fn(&str) -> Cow<'_, str>,
}

const fn text(kind: SignalKind, protocol: &'static str, read: fn(&str, &mut Message)) -> Text {
    Text { kind, protocol, read, clean: mask::secrets }
}

static TEXTS: &[Text] = &[
    Text { clean: sadp::sanitised, ..text(SignalKind::SadpReply, "sadp", sadp::expand) },
    text(SignalKind::DhipReply, "dhip", dhip::expand),
    text(SignalKind::DvripReply, "dvrip", dvrip::expand),
    text(SignalKind::OnvifProbeMatch, "ws-discovery", wsd::expand),
    text(SignalKind::OnvifScopes, "ws-discovery", wsd::expand_scopes),
    text(SignalKind::OnvifReply, "onvif", onvif::expand),
    text(SignalKind::OnvifManufacturer, "onvif", onvif::expand_manufacturer),
    text(SignalKind::OnvifModel, "onvif", onvif::expand_model),
    text(SignalKind::OnvifFirmware, "onvif", onvif::expand_firmware),
    text(SignalKind::OnvifSerial, "onvif", onvif::expand_serial),
    text(SignalKind::SsdpResponse, "ssdp", ssdp::expand),
    text(SignalKind::UpnpDescription, "upnp", upnp::expand),
    text(SignalKind::HttpWwwAuthenticate, "http", http::expand_challenge),
    text(SignalKind::HttpBody, "http", http::expand_body),
    text(SignalKind::HttpTitle, "http", http::expand_title),
    text(SignalKind::RtspWwwAuthenticate, "rtsp", rtsp::expand_challenge),
    text(SignalKind::RtspSdp, "rtsp", rtsp::expand_description),
    text(SignalKind::MdnsService, "mdns", dns::expand_service),
    text(SignalKind::DhcpVendorClass, "dhcp", dhcp::expand_vendor_class),
    text(SignalKind::SnmpSysdescr, "snmp", snmp::expand_description),
    text(SignalKind::TlsSubject, "tls", tls::expand_subject),
    text(SignalKind::FtpBanner, "banner", banner::expand_ftp),
    text(SignalKind::TelnetBanner, "banner", banner::expand_telnet),
];

/// How much of a TCP direction is looked at: heads of real devices end well before.
const STREAM_HEAD_BYTES_MAX: usize = 16 * 1024;

/// Reads a UDP payload. `from` and `to` are the ports it went between; the content decides, the ports only
/// choose what is tried first.
///
/// # Errors
/// [`Refusal`] when no decoder claims it or the one that does cannot read it.
pub fn datagram(from: u16, to: u16, payload: &[u8]) -> Result<Message, Refusal> {
    first_reading(DATAGRAMS, |ports| ports.contains(&from) || ports.contains(&to), payload)
}

/// Reads what follows the EtherType in a frame without a network layer; below 0x0600 that is a length (IEEE 802.3)
/// and the protocol stands after it.
///
/// # Errors
/// [`Refusal`] when nobody knows the type or the decoder that does cannot read it.
pub fn frame(ether_type: u16, payload: &[u8]) -> Result<Message, Refusal> {
    const LENGTH_MAX: u16 = 0x05dc;
    let (protocol, read) = match (ether_type, payload.strip_prefix(&cdp::SNAP)) {
        (lldp::ETHERTYPE, _) => ("lldp", lldp::decode(payload)),
        (old_sadp::ETHER_TYPE, _) => ("old-sadp", old_sadp::decode(payload)),
        (..=LENGTH_MAX, Some(message)) => ("cdp", cdp::decode(message)),
        _ => return Err(Refusal::UnknownProtocol),
    };
    read.map(cleaned).map_err(|source| Refusal::Undecodable { protocol, source })
}

/// Reads the start of one direction of a TCP connection (at most the first 16 KiB are looked at).
/// `server_port` is the listening end's port.
///
/// # Errors
/// [`Refusal`] when no decoder claims it or the one that does cannot read it.
pub fn stream_head(sender: Sender, server_port: u16, bytes: &[u8]) -> Result<Message, Refusal> {
    let head = bytes.get(..STREAM_HEAD_BYTES_MAX).unwrap_or(bytes);
    let is_home = |ports: &[u16]| ports.contains(&server_port);
    let read = first_reading(STREAMS, is_home, head);
    if sender == Sender::Client || read != Err(Refusal::UnknownProtocol) {
        return read;
    }
    let greeting = first_reading(BANNERS, is_home, head);
    let is_telnet = TELNET_PORTS.contains(&server_port) && banner::claims_at_home(head);
    match greeting {
        Err(Refusal::UnknownProtocol) if is_telnet => banner::decode(head)
            .map(cleaned)
            .map_err(|source| Refusal::Undecodable { protocol: "banner", source }),
        greeting => greeting,
    }
}

/// What stands inside one signal: raw replies are decoded, XML and JSON of devices are read into the derived
/// `device.*` kinds and keys. `None` for a kind that holds nothing more, such as `http.server`.
pub fn expand(signal: &Signal) -> Option<Message> {
    match signal.kind {
        SignalKind::UdpReply | SignalKind::TcpReply => raw_reply(signal).ok(),
        kind => {
            let text = TEXTS.iter().find(|text| text.kind == kind)?;
            let mut message = Message::new(text.protocol);
            // Cleaned before it is read: what a broken text makes of a secret would be a model or a name.
            (text.read)(&(text.clean)(&String::from_utf8_lossy(signal.as_bytes())), &mut message);
            (message.about != About::Nobody && message.says_anything()).then_some(message)
        }
    }
}

/// The signal as it may be stored: without the secrets that some devices broadcast. A raw reply that a decoder
/// reads becomes the signals it reads; one that claims to be of a known protocol and cannot be read is dropped.
pub fn sanitise(signal: Signal) -> Vec<Signal> {
    if matches!(signal.kind, SignalKind::UdpReply | SignalKind::TcpReply) {
        return match raw_reply(&signal) {
            Ok(message) => message.signals,
            Err(Refusal::UnknownProtocol) => vec![masked(signal, mask::secrets)],
            Err(Refusal::Undecodable { .. }) => Vec::new(),
        };
    }
    match TEXTS.iter().find(|text| text.kind == signal.kind) {
        Some(text) => vec![masked(signal, text.clean)],
        None => vec![masked(signal, mask::secrets)],
    }
}

/// The signal as it is where it holds no secret, as cleaned text where it does.
fn masked(signal: Signal, clean: fn(&str) -> Cow<'_, str>) -> Signal {
    let cleaned = match clean(&String::from_utf8_lossy(signal.as_bytes())) {
        Cow::Borrowed(_) => None,
        Cow::Owned(text) => Some(SignalValue::Text(text.into())),
    };
    match cleaned {
        None => signal,
        Some(value) => Signal { value, ..signal },
    }
}

fn raw_reply(signal: &Signal) -> Result<Message, Refusal> {
    let port = signal.port.unwrap_or(0);
    if signal.kind == SignalKind::UdpReply {
        datagram(port, 0, signal.as_bytes())
    } else {
        stream_head(Sender::Server, port, signal.as_bytes())
    }
}

/// What a decoder read, fit to be stored: decoders drop the secrets of their grammar, and damage carries those of
/// another into a value that should hold none.
fn cleaned(mut message: Message) -> Message {
    message.signals = message.signals.into_iter().flat_map(sanitise).collect();
    let is_clean = |text: &str| matches!(mask::secrets(text), Cow::Borrowed(_));
    message.keys.serials.retain(|serial| is_clean(serial));
    message.keys.uuids.retain(|uuid| is_clean(uuid));
    message.keys.hostname = message.keys.hostname.filter(|name| is_clean(name));
    message.names.retain(|(name, _)| is_clean(name));
    for quirk in &mut message.quirks {
        if !is_clean(&quirk.detail) {
            let masked = mask::secrets(&quirk.detail);
            // A mask may be longer than what it hides.
            quirk.detail = shortened(&masked, quirk.detail.len()).to_owned();
        }
    }
    message
}

/// The reading of the first decoder that claims the bytes and can read them; those at home on the port are
/// asked before the others.
fn first_reading(
    decoders: &'static [Decoder],
    is_home: impl Fn(&[u16]) -> bool,
    bytes: &[u8],
) -> Result<Message, Refusal> {
    let mut refusal = Refusal::UnknownProtocol;
    for at_home in [true, false] {
        for decoder in decoders.iter().filter(|decoder| is_home(decoder.ports) == at_home) {
            if !(decoder.claims)(bytes) {
                continue;
            }
            match (decoder.decode)(bytes) {
                Ok(message) => return Ok(cleaned(message)),
                Err(source) if refusal == Refusal::UnknownProtocol => {
                    refusal = Refusal::Undecodable { protocol: decoder.protocol, source };
                }
                Err(_) => {}
            }
        }
    }
    Err(refusal)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Found by fuzzing: what broke a message apart carried a secret into a field that should hold none.
    #[test]
    fn a_secret_in_a_field_of_another_kind_is_cleaned_too() {
        let greeting = b"220 AXIS M0000 { \"SessionID\" : \"hunter2\" } ready\r\n";
        let message = stream_head(Sender::Server, 21, greeting).unwrap();
        assert!(!format!("{message:?}").contains("hunter2"), "{message:?}");
        let greeting = b"welcome, see rtsp://admin:hunter2@10.0.0.7/ login: ";
        let message = stream_head(Sender::Server, 23, greeting).unwrap();
        assert!(!format!("{message:?}").contains("hunter2"), "{message:?}");
        let greeting = format!("220 {} rtsp://admin:hunter2@10.0.0.7/\r\n", "x".repeat(488));
        let message = stream_head(Sender::Server, 21, greeting.as_bytes()).unwrap();
        assert!(!format!("{message:?}").contains("hunter2"), "{message:?}");
        let nested = "<s:Envelope><d:ProbeMatches><d:ProbeMatch><d:Types>x<wsse:Password>hunter2</wsse:Password></d:Types>\
                      </d:ProbeMatch></d:ProbeMatches></s:Envelope><!-- http://schemas.xmlsoap.org/ws/2005/04/discovery -->";
        let message = datagram(3702, 0, nested.as_bytes());
        assert!(!format!("{message:?}").contains("hunter2"), "{message:?}");
        let class =
            Signal::text(SignalKind::DhcpVendorClass, "AXIS,M0000><Password>hunter2</Password>");
        let message = expand(&class);
        assert!(!format!("{message:?}").contains("hunter2"), "{message:?}");
        let server = Signal::text(SignalKind::HttpServer, "x rtsp://admin:hunter2@10.0.0.7/");
        assert_eq!(
            sanitise(server),
            [Signal::text(SignalKind::HttpServer, "x rtsp://***@10.0.0.7/")]
        );
    }
}
