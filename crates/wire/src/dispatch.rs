use model::{Signal, SignalKind};

use crate::{DecodeError, Message, Refusal};
use crate::{
    banner, dhcp, dhip, dns, dvrip, http, onvif, rtsp, sadp, sip, snmp, ssdp, tls, topsee, upnp,
    wsd,
};

/// Which end of a TCP connection the bytes come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// The end that opened the connection.
    Client,
    /// The end that listens; in a capture that begins late, the end with the known port.
    Server,
}

/// One decoder, registered. A new protocol is one module and one line in [`DATAGRAMS`], [`STREAMS`] or
/// [`TEXTS`].
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
    Decoder { protocol: "wsd", ports: &[3702], claims: wsd::claims, decode: wsd::decode },
    Decoder { protocol: "ssdp", ports: &[1900], claims: ssdp::claims, decode: ssdp::decode },
    Decoder { protocol: "dhcp", ports: &[67, 68], claims: dhcp::claims, decode: dhcp::decode },
    Decoder { protocol: "sip", ports: &[5060], claims: sip::claims, decode: sip::decode },
    Decoder { protocol: "snmp", ports: &[161, 162], claims: snmp::claims, decode: snmp::decode },
    Decoder { protocol: "dns", ports: &[53, 5353], claims: dns::claims, decode: dns::decode },
];

/// Decoders of the start of one direction of a TCP connection.
static STREAMS: &[Decoder] = &[
    Decoder { protocol: "tls", ports: &[443, 8443], claims: tls::claims, decode: tls::decode },
    Decoder { protocol: "rtsp", ports: &[554], claims: rtsp::claims, decode: rtsp::decode },
    Decoder { protocol: "http", ports: &[80, 8080], claims: http::claims, decode: http::decode },
    Decoder { protocol: "sip", ports: &[5060], claims: sip::claims, decode: sip::decode },
    Decoder { protocol: "dvrip", ports: &[34567], claims: dvrip::claims, decode: dvrip::decode },
    Decoder { protocol: "dhip", ports: &[37777], claims: dhip::claims, decode: dhip::decode },
    Decoder { protocol: "wsd", ports: &[], claims: wsd::claims, decode: wsd::decode },
    Decoder { protocol: "upnp", ports: &[], claims: upnp::claims, decode: upnp::decode },
    Decoder { protocol: "onvif", ports: &[], claims: onvif::claims, decode: onvif::decode },
    Decoder {
        protocol: "banner",
        ports: &[21, 22, 23],
        claims: banner::claims,
        decode: banner::decode,
    },
];

/// Signal kinds whose text has a structure, and who reads it.
static TEXTS: &[(SignalKind, &str, fn(&str, &mut Message))] = &[
    (SignalKind::SadpReply, "sadp", sadp::expand),
    (SignalKind::DhipReply, "dhip", dhip::expand),
    (SignalKind::DvripReply, "dvrip", dvrip::expand),
    (SignalKind::OnvifProbeMatch, "wsd", wsd::expand),
    (SignalKind::OnvifReply, "onvif", onvif::expand),
    (SignalKind::SsdpResponse, "ssdp", ssdp::expand),
    (SignalKind::UpnpDescription, "upnp", upnp::expand),
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

/// Reads the start of one direction of a TCP connection (at most the first 16 KiB are looked at).
/// `server_port` is the listening end's port.
///
/// # Errors
/// [`Refusal`] when no decoder claims it or the one that does cannot read it.
pub fn stream_head(sender: Sender, server_port: u16, bytes: &[u8]) -> Result<Message, Refusal> {
    let _ = sender;
    let head = bytes.get(..STREAM_HEAD_BYTES_MAX).unwrap_or(bytes);
    first_reading(STREAMS, |ports| ports.contains(&server_port), head)
}

/// What stands inside one signal: raw replies are decoded, XML and JSON of devices are read into the derived
/// `device.*` kinds and keys. `None` for a kind that holds nothing more, such as `http.server`.
pub fn expand(signal: &Signal) -> Option<Message> {
    match signal.kind {
        SignalKind::UdpReply => {
            let port = signal.port.unwrap_or(0);
            datagram(port, 0, signal.as_bytes()).ok()
        }
        SignalKind::TcpReply => {
            let port = signal.port.unwrap_or(0);
            stream_head(Sender::Server, port, signal.as_bytes()).ok()
        }
        kind => {
            let (_, protocol, read) = TEXTS.iter().find(|(of, ..)| *of == kind)?;
            let mut message = Message::new(protocol);
            read(&String::from_utf8_lossy(signal.as_bytes()), &mut message);
            Some(message)
        }
    }
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
                Ok(message) => return Ok(message),
                Err(source) if refusal == Refusal::UnknownProtocol => {
                    refusal = Refusal::Undecodable { protocol: decoder.protocol, source };
                }
                Err(_) => {}
            }
        }
    }
    Err(refusal)
}
