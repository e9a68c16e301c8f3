//! A single message of a device, saved as a file: a discovery answer, a response head, an XML or JSON reply.
//!
//! It is recognised last, and only by a decoder that claims the bytes: a lone banner line names no protocol,
//! so nobody knows what it is.

use model::{AddressClaim, Observation, Place, Signal, SignalKind, SourceKind, Subject};
use wire::{About, Keys, Message, Sender};

use crate::notebook::Notebook;
use crate::{Format, Input, IntakeError, Options, Recognition, Sink, Summary};

/// The largest message: what no datagram, head or answer of a device exceeds.
const MESSAGE_BYTES_MAX: u64 = 1 << 20;

/// The format.
pub(crate) struct DeviceMessage;

impl Format for DeviceMessage {
    fn name(&self) -> &'static str {
        "device message"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Message
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        if decode(head).is_some() { Recognition::Sure } else { Recognition::No }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        use std::io::Read as _;
        let mut bytes = Vec::new();
        let taken = (&mut *input.bytes).take(MESSAGE_BYTES_MAX + 1).read_to_end(&mut bytes);
        taken.map_err(|source| IntakeError::Io { offset: bytes.len() as u64, source })?;
        let read_bytes = bytes.len() as u64;
        if read_bytes > MESSAGE_BYTES_MAX {
            return Err(IntakeError::Limit {
                what: "a device message".into(),
                limit: format!("{MESSAGE_BYTES_MAX} bytes"),
                help: "give one message in a file".into(),
            });
        }
        let message = decode(&bytes).ok_or(IntakeError::UnknownFormat)?;
        let name = format!("{} ({})", self.name(), message.protocol);
        let mut notebook = Notebook::new(&name, sink);
        notebook.record();
        let mut subject = Subject::default();
        take_keys(message.keys, &mut subject);
        notebook.observation(Observation {
            place: Place("whole file".into()),
            at: None,
            until: None,
            vantage: options.vantage.clone(),
            subject,
            signals: with_quirks(message.signals, &message.quirks),
            declared: None,
        });
        notebook.progress(read_bytes);
        Ok(notebook.finish())
    }
}

/// Adds what a message names itself by to a subject.
pub(crate) fn take_keys(keys: Keys, subject: &mut Subject) {
    let Keys { macs, addresses, serials, uuids, hostname } = keys;
    extend_new(&mut subject.macs, macs.into_iter().filter(|mac| mac.is_identity()));
    extend_new(&mut subject.serials, serials);
    extend_new(&mut subject.uuids, uuids);
    if subject.addresses.is_empty() {
        let claim = |address| AddressClaim { address, from: None, until: None };
        extend_new(&mut subject.addresses, addresses.into_iter().map(claim));
    }
    subject.hostname = subject.hostname.take().or(hostname);
}

fn extend_new<T: PartialEq>(known: &mut Vec<T>, new: impl IntoIterator<Item = T>) {
    for item in new {
        if !known.contains(&item) {
            known.push(item);
        }
    }
}

/// The signals of a message with its departures from specifications as signals of their own.
pub(crate) fn with_quirks(mut signals: Vec<Signal>, quirks: &[model::Quirk]) -> Vec<Signal> {
    let quirks = quirks.iter().map(|quirk| {
        let name = format!("{}/{}", quirk.protocol, quirk.name);
        Signal::text(SignalKind::DeviceQuirk, name)
    });
    extend_new(&mut signals, quirks);
    signals
}

/// What a decoder makes of the bytes, and only if it is about a device and says something of it.
fn decode(bytes: &[u8]) -> Option<Message> {
    let text = text(bytes);
    text.and_then(document)
        .or_else(|| text.and_then(session_description))
        .or_else(|| datagram(bytes))
        .or_else(|| head(bytes))
        .filter(says_something)
}

/// A session description (RFC 8866) begins with its version, and has an origin and a name.
fn session_description(text: &str) -> Option<Message> {
    let has = |start: &str| text.lines().any(|line| line.starts_with(start));
    if !(text.starts_with("v=0") && has("o=") && has("s=")) {
        return None;
    }
    let mut message = Message::new("rtsp");
    message.signals = wire::sanitise(Signal::text(SignalKind::RtspSdp, text));
    Some(message)
}

fn says_something(message: &Message) -> bool {
    let Keys { macs, serials, uuids, .. } = &message.keys;
    let is_silent =
        message.signals.is_empty() && macs.is_empty() && serials.is_empty() && uuids.is_empty();
    message.about != About::Nobody && !is_silent
}

/// Ports on which the discovery protocols of devices answer; the bytes decide, the port is asked in turn
/// because some protocols carry no mark of their own.
const DISCOVERY_PORTS: &[u16] = &[
    37_020, 37_810, 3_702, 1_900, 5_353, 34_569, 67, 161, 5_050, 10_000, 10_001, 1_757, 62_976,
    23_456, 3_956, 7_701, 10_670, 2_380, 32_108, 20_002, 8_600, 3_001, 5_060,
];

fn datagram(bytes: &[u8]) -> Option<Message> {
    let client = 50_000;
    DISCOVERY_PORTS
        .iter()
        .find_map(|&port| wire::datagram(port, client, bytes).ok().filter(says_something))
}

/// Heads that name their protocol in their first bytes. A banner without such a mark is not tried: any text
/// would do.
fn head(bytes: &[u8]) -> Option<Message> {
    let port = match bytes {
        [b'H', b'T', b'T', b'P', b'/', ..] => 80,
        [b'R', b'T', b'S', b'P', b'/', ..] => 554,
        [b'S', b'I', b'P', b'/', ..] => 5_060,
        [b'S', b'S', b'H', b'-', ..] => 22,
        [0x16, 3, ..] => 443,
        _ => return None,
    };
    wire::stream_head(Sender::Server, port, bytes).ok()
}

/// A reply of XML or JSON without the datagram or the head that carried it.
fn document(text: &str) -> Option<Message> {
    document_kinds(text).iter().find_map(|&kind| {
        wire::expand(&Signal::text(kind, text)).map(|message| with_document(message, kind, text))
    })
}

fn text(bytes: &[u8]) -> Option<&str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).ok().map(str::trim_start)
}

/// The decoder gives what stands inside; the document itself goes first, cleaned.
fn with_document(mut message: Message, kind: SignalKind, text: &str) -> Message {
    if says_something(&message) && !message.signals.iter().any(|signal| signal.kind == kind) {
        message.signals.splice(..0, wire::sanitise(Signal::text(kind, text)));
    }
    message
}

/// What a document may be, by the words of its grammar.
fn document_kinds(text: &str) -> &'static [SignalKind] {
    let has = |word: &str| text.contains(word);
    if text.starts_with('{') {
        if has("NetWork.NetCommon") {
            &[SignalKind::DvripReply]
        } else if has("deviceInfo") || has("client.notifyDevInfo") {
            &[SignalKind::DhipReply]
        } else {
            &[SignalKind::HttpBody]
        }
    } else if !text.starts_with('<') {
        &[]
    } else if has("Envelope") {
        if has("/discovery") {
            &[SignalKind::OnvifProbeMatch, SignalKind::OnvifReply]
        } else {
            &[SignalKind::OnvifReply]
        }
    } else if has("urn:schemas-upnp-org:device") {
        &[SignalKind::UpnpDescription]
    } else if has("<ProbeMatch") || has("<Hello") {
        &[SignalKind::SadpReply, SignalKind::OnvifProbeMatch]
    } else {
        &[SignalKind::HttpBody]
    }
}

#[cfg(test)]
mod tests {
    use testbed::messages;

    use super::*;
    use crate::notebook::tests::replay;

    const DEVICE: messages::Identity<'_> = messages::Identity {
        model: "DS-1",
        serial: "DS-120200101AAWR000000001",
        firmware: "V5.7.3build 220112",
        mac: model::MacAddr::new([0x58, 0x03, 0xfb, 0, 0, 1]),
        address: std::net::Ipv4Addr::new(10, 0, 0, 7),
    };

    fn protocol(bytes: &[u8]) -> Option<&'static str> {
        decode(bytes).map(|message| message.protocol)
    }

    #[test]
    fn a_decoder_that_claims_the_bytes_names_them() {
        let dhip = messages::dhip_reply(DEVICE, "IPC", "Private", 0);
        let head = messages::rtsp_response("401 Unauthorized", &[("Server", "Rtsp Server/3.0")]);
        let session = b"v=0\r\no=- 1 1 IN IP4 10.0.0.7\r\ns=Media Server\r\n";
        for (bytes, expected) in [
            (messages::sadp_reply(DEVICE, (1, 0), true), Some("sadp")),
            (dhip[32..].to_vec(), Some("dhip")),
            (dhip, Some("dhip")),
            (messages::dvrip_reply(DEVICE, 4), Some("dvrip")),
            (head, Some("rtsp")),
            (session.to_vec(), Some("rtsp")),
            (messages::dns_query("cloud.example.org"), Some("dns")),
            (b"App-webs/".to_vec(), None),
            (b"<html><title>x".to_vec(), None),
            (b"{\"a\": 1}".to_vec(), None),
        ] {
            assert_eq!(protocol(&bytes), expected, "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn a_message_is_one_observation_with_its_keys() {
        let text = replay(&messages::dvrip_reply(DEVICE, 4));
        assert!(text.contains(r#""macs":["58:03:fb:00:00:01"]"#), "{text}");
        assert!(text.ends_with("message (device message (dvrip)): 1 records, 1 observations; not understood {}; lost {}\n"), "{text}");
    }
}
