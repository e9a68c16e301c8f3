//! DHIP, the search protocol of Dahua and the brands it builds for: a header and JSON, UDP 37810.
//!
//! Fact file `protocols.md` section 2.1. The header, little endian:
//!
//! ```text
//!  0 u32 0x20, its length     8 u32 session       16 u32 bytes here     24 u32 bytes in all
//!  4 "DHIP"                  12 u32 request       20 u32 index          28 u32 reserved
//! ```

use std::net::IpAddr;

use model::{Signal, SignalKind};

use crate::json::{self, Scalar};
use crate::message::lossy;
use crate::{About, DecodeError, Message, mask};

const PROTOCOL: &str = "dhip";
const HEADER_BYTES: usize = 32;
const MAGIC: &[u8] = b"\x20\0\0\0DHIP";
/// More than a datagram can hold.
const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// Methods of the maker's own protocol, spelt in JSON that comes without the header.
const OWN_METHODS: [&str; 2] = ["client.notifyDevInfo", "DHDiscover."];
/// The method stands near the start, behind the hardware address.
const METHOD_WITHIN_BYTES: usize = 256;
/// Realm of a login challenge: the serial number of the unit, on firmware until about 2023.
const REALM_PREFIX: &str = "Login to ";

/// Whether these bytes look like DHIP: its magic, or JSON that names one of its methods.
pub fn claims(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
        || (bytes.trim_ascii_start().first() == Some(&b'{') && names_own_method(bytes))
}

/// The search that tools send. Without the header nobody answers.
pub fn search() -> Vec<u8> {
    // The blanks are those of the makers' tools, the line feed too.
    const BODY: &[u8; BODY_BYTES as usize] =
        b"{ \"method\" : \"DHDiscover.search\", \"params\" : { \"mac\" : \"\", \"uni\" : 1 } }\n";
    const BODY_BYTES: u32 = 0x49;
    let length = BODY_BYTES.to_le_bytes();
    [MAGIC, &[0; 8], &length, &[0; 4], &length, &[0; 4], BODY].concat()
}

/// Reads one message.
///
/// # Errors
/// [`DecodeError`] when the header is cut or no JSON follows it.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if bytes.len() > MESSAGE_BYTES_MAX {
        return Err(DecodeError::TooLong { length: bytes.len(), limit: MESSAGE_BYTES_MAX });
    }
    let mut message = Message::new(PROTOCOL);
    let (announced, body) = split_header(bytes)?;
    let text = lossy(body);
    let Some(text) = text.find('{').and_then(|start| text.get(start..)) else {
        return Err(DecodeError::Malformed { production: "deviceInfo", offset: HEADER_BYTES });
    };
    expand(text, &mut message);
    if message.about == About::Nobody {
        return Ok(message);
    }
    match announced {
        None => message.note_quirk("no-header", ""),
        Some(length) if length != body.len() => {
            message
                .note_quirk("length-mismatch", &format!("{length} announced, {} sent", body.len()));
        }
        Some(_) => {}
    }
    if body.last() == Some(&0) {
        message.note_quirk("trailing-nul", "");
    }
    if !message.signals.iter().any(|signal| signal.kind == SignalKind::DeviceProtocol) {
        message.say_protocol("reply");
    }
    let whole = mask::secrets(text.trim_end());
    message.signals.insert(0, Signal::text(SignalKind::DhipReply, &*whole));
    Ok(message)
}

/// Reads a reply that stood in a signal as text, perhaps cut, into `message`.
pub fn expand(text: &str, message: &mut Message) {
    let text = text.find('{').and_then(|start| text.get(start..)).unwrap_or_default();
    let mut reply = Reply::default();
    json::walk(text, &mut |parent, key, value| reply.member(message, parent, key, value));
    reply.finish(message);
}

/// The length that the header announces, if there is a header, and the JSON. On a stream the next message may
/// follow.
fn split_header(bytes: &[u8]) -> Result<(Option<usize>, &[u8]), DecodeError> {
    if !bytes.starts_with(MAGIC) {
        return Ok((None, bytes));
    }
    let Some((header, body)) = bytes.split_at_checked(HEADER_BYTES) else {
        let needed = std::num::NonZeroUsize::new(HEADER_BYTES - bytes.len());
        return Err(DecodeError::Incomplete { needed });
    };
    let length = header.get(16..20).and_then(|field| field.try_into().ok()).map(u32::from_le_bytes);
    let length = length.and_then(|length| usize::try_from(length).ok());
    let split = length.and_then(|length| body.split_at_checked(length));
    let body = split.filter(|(_, next)| next.starts_with(MAGIC)).map_or(body, |(first, _)| first);
    Ok((length, body))
}

fn names_own_method(bytes: &[u8]) -> bool {
    let head = bytes.get(..METHOD_WITHIN_BYTES).unwrap_or(bytes);
    let contains = |word: &str| head.windows(word.len()).any(|part| part == word.as_bytes());
    OWN_METHODS.iter().any(|method| contains(method))
}

/// What has to be known of the whole message before it can be said.
#[derive(Default)]
struct Reply {
    channels: Option<i64>,
    method: Method,
    is_about_device: bool,
}

#[derive(Default, PartialEq)]
enum Method {
    /// An answer names none.
    #[default]
    None,
    Notify,
    /// What tools send.
    Call,
}

impl Reply {
    fn member(&mut self, message: &mut Message, parent: &str, key: &str, value: Scalar<'_>) {
        match (parent, key) {
            ("", "method") => {
                let is_notify = value.text().starts_with("client.notify");
                self.method = if is_notify { Method::Notify } else { Method::Call };
            }
            ("" | "params", "mac") => message.claim_mac(value.text()),
            ("params", "realm") => {
                let serial = value.text().strip_prefix(REALM_PREFIX).unwrap_or_default();
                // Newer firmware writes a hash of 32 digits here, which is no serial number.
                if serial.len() < 32 {
                    message.claim_serial(serial);
                }
                self.is_about_device = true;
            }
            ("IPv4Address" | "IPv6Address", "IPAddress" | "LinkLocalAddress") => {
                claim_address(message, value.text());
            }
            ("deviceInfo", _) => {
                self.is_about_device = true;
                self.device_member(message, key, value);
            }
            _ => {}
        }
    }

    fn device_member(&mut self, message: &mut Message, key: &str, value: Scalar<'_>) {
        match key {
            "DeviceType" => message.say(SignalKind::DeviceModel, value.text()),
            "SerialNo" => message.claim_serial(value.text()),
            "Version" => message.say(SignalKind::DeviceFirmware, value.text()),
            "Vendor" | "Manufacturer" => message.claim_brand(value.text()),
            "DeviceClass" if !value.text().is_empty() => {
                message.say_protocol(&format!("class={}", value.text()));
            }
            "HttpPort" | "HttpsPort" | "Port" => {
                if let Some(port) = value.port() {
                    message.say(SignalKind::PortOpen, format!("{port}/tcp"));
                }
            }
            "VideoInputChannels" | "RemoteVideoInputChannels" => {
                let count = value.number().unwrap_or(0).max(0);
                self.channels = Some(self.channels.unwrap_or(0).saturating_add(count));
            }
            "Init" => {
                if let Some(bits) = value.number() {
                    message.say_protocol(&format!("init={bits}"));
                }
            }
            _ => {}
        }
    }

    /// Says what kind of message it was; what a tool asks says nothing of a device.
    fn finish(self, message: &mut Message) {
        if self.method == Method::Call && !self.is_about_device {
            *message = Message { about: About::Nobody, ..Message::new(PROTOCOL) };
            return;
        }
        match self.method {
            Method::Notify => message.say_protocol("notify"),
            _ if self.is_about_device => message.say_protocol("reply"),
            // Text that only claims to be of this protocol.
            _ => {}
        }
        if let Some(channels) = self.channels {
            message.say_protocol(&format!("channels={channels}"));
        }
    }
}

/// An address, which in the case of IPv6 comes with its prefix length.
fn claim_address(message: &mut Message, text: &str) {
    let bare = text.split('/').next().unwrap_or_default();
    if let Ok(address) = bare.parse::<IpAddr>() {
        message.claim_interface(address);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{texts, values};

    const JSON: &str = concat!(
        r#"{"mac":"3c:ef:8c:00:00:01","method":"client.notifyDevInfo","params":{"deviceInfo":{"#,
        r#""DeviceClass":"NVR","DeviceType":"NVR0000","HttpPort":80,"#,
        r#""IPv4Address":{"DefaultGateway":"192.168.1.1","IPAddress":"192.168.1.108"},"#,
        r#""IPv6Address":{"DefaultGateway":null,"IPAddress":"\/0","LinkLocalAddress":"fe80::1\/64"},"#,
        r#""Init":150,"Manufacturer":"Private","Port":37777,"RemoteVideoInputChannels":15,"#,
        r#""SerialNo":"0A00000PAG00001","Vendor":"Brandless","Version":"2.800.00IB004.0.R","#,
        r#""VideoInputChannels":1}}}"#
    );

    fn framed(body: &str) -> Vec<u8> {
        let length = u32::try_from(body.len()).unwrap().to_le_bytes();
        [MAGIC, &[0; 8], &length, &[0; 4], &length, &[0; 4], body.as_bytes()].concat()
    }

    #[test]
    fn a_notification_gives_keys_and_marks() {
        let bytes = framed(&format!("{JSON}\n"));
        assert!(claims(&bytes));
        let message = decode(&bytes).unwrap();
        assert_eq!(message.signals[0], Signal::text(SignalKind::DhipReply, JSON));
        assert_eq!(message.keys.addresses.len(), 2);
        insta::assert_snapshot!(values(&message), @"
        mac=3c:ef:8c:00:00:01
        device.protocol=dhip/class=NVR
        device.model=NVR0000
        port.open=80/tcp
        device.protocol=dhip/init=150
        port.open=37777/tcp
        device.serial=0A00000PAG00001
        device.brand=Brandless
        device.firmware=2.800.00IB004.0.R
        device.protocol=dhip/notify
        device.protocol=dhip/channels=16
        ");
    }

    #[test]
    fn a_tools_question_is_about_nobody() {
        let probe = framed(
            "{ \"method\" : \"DHDiscover.search\", \"params\" : { \"mac\" : \"\", \"uni\" : 1 } }\n",
        );
        let message = decode(&probe).unwrap();
        assert_eq!((message.about, message.signals), (About::Nobody, vec![]));
    }

    #[test]
    fn a_login_gives_away_nothing() {
        let call = framed(
            r#"{"id":1,"method":"global.login","params":{"userName":"admin","password":"hunter2"}}"#,
        );
        let message = decode(&call).unwrap();
        assert_eq!(message.about, About::Nobody);
        let answer = framed(
            r#"{"id":1,"params":{"realm":"Login to 0A00000PAG00001","random":"1","mac":"","password":"hunter2"},"result":false}"#,
        );
        let message = decode(&answer).unwrap();
        assert!(!texts(&message).contains("hunter2"));
        assert_eq!(&*message.keys.serials[0], "0A00000PAG00001");
    }

    #[test]
    fn json_without_header_and_a_tail_of_nul_are_quirks() {
        let bytes = format!("{JSON}\n\0");
        assert!(claims(bytes.as_bytes()));
        let message = decode(bytes.as_bytes()).unwrap();
        let names: Vec<_> = message.quirks.iter().map(|quirk| &*quirk.name).collect();
        assert_eq!(names, ["no-header", "trailing-nul"]);
        assert!(!claims(br#"{"method":"somebody.else"}"#));
    }

    #[test]
    fn the_next_message_of_a_stream_is_left_alone() {
        let message = decode(&[framed(JSON), framed(JSON)].concat()).unwrap();
        assert_eq!(message.signals[0], Signal::text(SignalKind::DhipReply, JSON));
        assert_eq!(message.quirks, []);
    }

    #[test]
    fn text_of_another_kind_says_nothing() {
        for text in ["", "no JSON", "{}", r#"{"deviceInfo":"#] {
            let mut message = Message::new(PROTOCOL);
            expand(text, &mut message);
            assert_eq!(message, Message::new(PROTOCOL), "{text}");
        }
    }

    #[test]
    fn text_that_is_cut_still_gives_what_stands_before_the_cut() {
        let mut message = Message::new(PROTOCOL);
        expand(&JSON[..JSON.find("\"Vendor").unwrap()], &mut message);
        assert_eq!(&*message.keys.serials[0], "0A00000PAG00001");
    }
}
