//! SADP, the search protocol of Hikvision and the brands it builds for: XML in UDP 37020.
//!
//! Fact file `protocols.md` section 1.1. Tools send `<Probe>`, devices answer `<ProbeMatch>` and, unasked,
//! `<Hello>` when their link comes up; one flat level of elements. `Salt` and verification codes are dropped.

use std::borrow::Cow;
use std::net::IpAddr;

use model::SignalKind;

use crate::message::{lossy, shortened};
use crate::{About, DecodeError, Message, flat, uuid};

const PROTOCOL: &str = "sadp";
/// More than a datagram can hold.
const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// A root element stands within the first bytes, behind a declaration at most.
const ROOT_WITHIN_BYTES: usize = 256;
/// Elements of this protocol; `Hello` and `Probe` alone are names of others too.
const OWN_NAMES: [&str; 4] = ["Types", "DeviceSN", "DeviceDescription", "Uuid"];

/// Whether these bytes look like SADP: one of its roots without a namespace prefix, and an element of its own.
pub fn claims(bytes: &[u8]) -> bool {
    let head = lossy(bytes.get(..ROOT_WITHIN_BYTES).unwrap_or(bytes));
    let is_root = |name| matches!(name, "ProbeMatch" | "Hello" | "Probe");
    flat::root(&head)
        .is_some_and(|(name, rest)| is_root(name) && rest.trim_start().starts_with('>'))
        && OWN_NAMES.iter().any(|name| head.contains(&format!("<{name}>")))
}

/// The question that tools send: an `inquiry`, which is safe. All other types change the device or count as attempts
/// to log in, so none can be written. `uuid` has to be fresh.
pub fn inquiry(uuid: [u8; 16]) -> Vec<u8> {
    let uuid = uuid::version_4(uuid).to_uppercase();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Probe><Uuid>{uuid}</Uuid><Types>inquiry</Types></Probe>"
    )
    .into_bytes()
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when it is longer than a datagram or has none of the roots.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if bytes.len() > MESSAGE_BYTES_MAX {
        return Err(DecodeError::TooLong { length: bytes.len(), limit: MESSAGE_BYTES_MAX });
    }
    let text = lossy(bytes);
    let mut message = Message::new(PROTOCOL);
    match flat::root(&text) {
        Some(("Probe", _)) => message.about = About::Nobody,
        Some(("ProbeMatch" | "Hello", _)) => {
            message.say_whole(SignalKind::SadpReply, &sanitised(&text));
            if bytes.last() == Some(&0) {
                message.note_quirk("trailing-nul", "");
            }
            expand(&text, &mut message);
        }
        _ => return Err(DecodeError::Malformed { production: "ProbeMatch", offset: 0 }),
    }
    Ok(message)
}

/// Reads a reply that stood in a signal as text, perhaps cut, into `message`.
pub fn expand(text: &str, message: &mut Message) {
    let what = match flat::root(text) {
        Some(("Probe", _)) => {
            message.about = About::Nobody;
            return;
        }
        Some(("Hello", _)) => "hello",
        _ => "probe-match",
    };
    let mut channels = None;
    let mut is_own = false;
    for (name, value) in flat::leaves(text) {
        is_own |= OWN_NAMES.contains(&name);
        read_element(message, name, &flat::unescape(value), &mut channels);
    }
    if let Some(channels) = channels {
        message.say_protocol(&format!("channels={channels}"));
    }
    // Text may only claim to be of this protocol.
    if is_own {
        message.say_protocol(what);
    }
    if text.matches("<?xml").nth(1).is_some() {
        message.note_quirk("two-documents", "");
    }
}

/// The reply without `Salt`, codes and passwords; flags and small numbers that bear such a name stay.
pub fn sanitised(text: &str) -> Cow<'_, str> {
    flat::without_leaves(text, is_secret)
}

fn is_secret(name: &str, value: &str) -> bool {
    let is_flag = matches!(value, "true" | "false" | "flase" | "0" | "1" | "N/A");
    let is_oem_mark = matches!(name, "OEMCode" | "DetailOEMCode");
    let is_named_so = ["salt", "code", "password", "secret", "token", "key"]
        .iter()
        .any(|word| flat::contains_word(name, word));
    is_named_so && !is_flag && !is_oem_mark
}

fn read_element(message: &mut Message, name: &str, value: &str, channels: &mut Option<u32>) {
    match name {
        "DeviceDescription" => message.say(SignalKind::DeviceModel, value),
        "DeviceSN" => read_serial(message, value),
        "SoftwareVersion" => read_firmware(message, value),
        "MAC" => read_mac(message, value),
        "IPv4Address" | "IPv6Address" => {
            if let Ok(address) = value.parse::<IpAddr>() {
                message.claim_interface(address);
            }
        }
        "CommandPort" | "HttpPort" | "SDKOverTLSPort" => message.say_tcp_port(value),
        "AnalogChannelNum" | "DigitalChannelNum" => {
            if let Ok(count) = value.parse::<u32>() {
                *channels = Some(channels.unwrap_or(0).saturating_add(count));
            }
        }
        "DeviceType" => say_number(message, "device-type", value),
        "DiskNumber" => say_number(message, "disks", value),
        "Activated" if matches!(value, "true" | "false") => {
            message.say_protocol(&format!("activated={value}"));
        }
        "DeviceLock" if value == "true" => message.say_protocol("locked=true"),
        _ => {}
    }
    if value == "flase" {
        message.note_quirk("misspelt-boolean", &format!("{}=flase", shortened(name, 40)));
    }
}

/// The serial number as spelt. A blank before the build date is a mark of some firmwares.
fn read_serial(message: &mut Message, value: &str) {
    message.claim_serial(value);
    if value.contains(' ') {
        message.note_quirk("blank-in-serial", "");
    }
}

/// `V5.6.2build 190701`: the missing blank is kept, it is a mark of the lineage.
fn read_firmware(message: &mut Message, value: &str) {
    message.say(SignalKind::DeviceFirmware, value);
    let is_glued = value.split_once("build").is_some_and(|(version, _)| {
        version.chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric())
    });
    if is_glued {
        message.note_quirk("no-blank-before-build", value);
    }
}

/// Lower case with dashes is the rule; other spellings are marks.
fn read_mac(message: &mut Message, value: &str) {
    message.claim_mac(value);
    if value.contains(':') {
        message.note_quirk("mac-with-colons", "");
    }
    if value.chars().any(|c| c.is_ascii_uppercase()) {
        message.note_quirk("mac-in-upper-case", "");
    }
}

fn say_number(message: &mut Message, key: &str, value: &str) {
    if let Ok(number) = value.parse::<u32>() {
        message.say_protocol(&format!("{key}={number}"));
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::testing::{texts, values};

    const REPLY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\r\n<ProbeMatch>\r\n\
        <Uuid>13A888A9-0000-4000-8000-000000000001</Uuid>\r\n<Types>inquiry</Types>\r\n\
        <DeviceType>141945</DeviceType>\r\n<DeviceDescription>DS-2CD0000-I</DeviceDescription>\r\n\
        <DeviceSN>DS-2CD0000-I 20190701AAWRC00000001</DeviceSN>\r\n<CommandPort>8000</CommandPort>\r\n\
        <HttpPort>80</HttpPort>\r\n<MAC>58-03-FB-00-00-01</MAC>\r\n\
        <IPv4Address>192.168.1.64</IPv4Address>\r\n<IPv6Address>::</IPv6Address>\r\n\
        <AnalogChannelNum>0</AnalogChannelNum>\r\n<DigitalChannelNum>16</DigitalChannelNum>\r\n\
        <SoftwareVersion>V5.6.2build 190701</SoftwareVersion>\r\n<Activated>false</Activated>\r\n\
        <HCPlatformEnable>flase</HCPlatformEnable>\r\n<Salt>00c0ffee</Salt>\r\n\
        <VerificationCode>ABCDEF</VerificationCode>\r\n<DetailOEMCode>1</DetailOEMCode>\r\n\
        </ProbeMatch>\r\n";

    #[test]
    fn a_reply_gives_keys_marks_and_no_secret() {
        let message = decode(REPLY.as_bytes()).unwrap();
        assert_eq!(message.about, About::Sender);
        assert_eq!(message.keys.macs, ["58:03:fb:00:00:01".parse().unwrap()]);
        assert_eq!(message.keys.addresses, [IpAddr::from(Ipv4Addr::new(192, 168, 1, 64))]);
        assert_eq!(&*message.keys.serials[0], "DS-2CD0000-I 20190701AAWRC00000001");
        assert_eq!(message.signals[0].kind, SignalKind::SadpReply);
        let whole = message.signals[0].as_text().unwrap();
        assert!(whole.contains("<Salt></Salt>") && whole.contains("<DetailOEMCode>1<"));
        assert!(!texts(&message).contains("c0ffee") && !texts(&message).contains("ABCDEF"));
        insta::assert_snapshot!(values(&message), @"
        device.protocol=sadp/device-type=141945
        device.model=DS-2CD0000-I
        device.serial=DS-2CD0000-I 20190701AAWRC00000001
        device.quirk=sadp/blank-in-serial
        port.open=8000/tcp
        port.open=80/tcp
        mac=58:03:fb:00:00:01
        device.quirk=sadp/mac-in-upper-case
        device.firmware=V5.6.2build 190701
        device.quirk=sadp/no-blank-before-build
        device.protocol=sadp/activated=false
        device.quirk=sadp/misspelt-boolean
        device.protocol=sadp/channels=16
        device.protocol=sadp/probe-match
        ");
    }

    #[test]
    fn a_tools_question_is_about_nobody() {
        let probe = b"<?xml version=\"1.0\" encoding=\"utf-8\"?><Probe><Uuid>0</Uuid><Types>inquiry</Types></Probe>";
        assert!(claims(probe));
        let message = decode(probe).unwrap();
        assert_eq!((message.about, message.signals), (About::Nobody, vec![]));
    }

    #[test]
    fn placeholders_are_no_keys() {
        let hello = b"<Hello><Types>hello</Types><DeviceSN>000000000</DeviceSN><MAC>00-00-00-00-00-00</MAC></Hello>\0";
        assert!(claims(hello));
        let message = decode(hello).unwrap();
        assert_eq!(message.keys, crate::Keys::default());
        assert_eq!(message.quirks[0].name, "trailing-nul");
        insta::assert_snapshot!(values(&message), @"
        device.quirk=sadp/trailing-nul
        device.protocol=sadp/hello
        ");
    }

    #[test]
    fn text_of_another_kind_says_nothing() {
        for text in ["", "no XML", "<html><title>x</title></html>"] {
            let mut message = Message::new(PROTOCOL);
            expand(text, &mut message);
            assert_eq!(message, Message::new(PROTOCOL), "{text}");
        }
    }

    #[test]
    fn the_same_names_of_other_protocols_are_not_claimed() {
        assert!(!claims(b"<d:Hello><Types>hello</Types></d:Hello>"));
        assert!(!claims(b"<html><Hello><Types>"));
        assert!(!claims(b"<Hello><Name>x</Name></Hello>"));
    }
}
