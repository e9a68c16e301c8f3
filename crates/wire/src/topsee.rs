//! The search of Topsee and Anjvision firmware: XML in UDP 3001, broadcast; and its control protocol, frames of the
//! same XML in TCP 8091.
//!
//! Fact file `protocols.md` section 6.11. An answer carries user names and passwords in clear, so nothing of it
//! is kept but the attributes named here; that it leaks is kept as a quirk. Of a frame nothing is kept at all.

use std::net::IpAddr;

use crate::message::lossy;
use crate::{About, DecodeError, Message, flat};

const PROTOCOL: &str = "topsee";
/// More than a datagram can hold.
const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// The root stands behind a declaration at most.
const HEAD_BYTES: usize = 256;
/// Before each frame of TCP, with the length (u32, little endian) behind it.
const FRAME_MAGIC: &[u8] = &[0x58, 0x91, 0x58, 0x51];
const FRAME_HEADER_BYTES: usize = 8;
/// What a device alone sends: answers, and alarms unasked.
const DEVICE_WORDS: [&str; 3] = ["_RESPONSE", "RESPONSE_PARAM", "ALARM_REPORT_MESSAGE"];

/// Whether these bytes look like a message of this family: its root element.
pub fn claims(bytes: &[u8]) -> bool {
    let head = lossy(bytes.get(..HEAD_BYTES).unwrap_or(bytes));
    flat::root(&head).is_some_and(|(name, _)| matches!(name, "XML_TOPSEE" | "XML_ANJVISION"))
        || head.contains("SYSTEM_SEARCHIPC_MESSAGE")
}

/// The search that tools send. Devices broadcast their answer to port 3001, with passwords in it: [`decode`] drops them.
pub fn search() -> Vec<u8> {
    let header = "Msg_type=\"SYSTEM_SEARCHIPC_MESSAGE\"\nMsg_code=\"1\"\nMsg_flag=\"0\"";
    format!(
        "<?xml version=\"1.0\" encoding=\"GB2312\" ?>\n<XML_TOPSEE>\n<MESSAGE_HEADER\n{header}\n/>\n\
         <MESSAGE_BODY>\n</MESSAGE_BODY>\n</XML_TOPSEE>"
    )
    .into_bytes()
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when it is longer than a datagram or of another family.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if bytes.len() > MESSAGE_BYTES_MAX {
        return Err(DecodeError::TooLong { length: bytes.len(), limit: MESSAGE_BYTES_MAX });
    }
    if !claims(bytes) {
        return Err(DecodeError::Malformed { production: "XML_TOPSEE", offset: 0 });
    }
    let text = lossy(bytes);
    let mut message = Message::new(PROTOCOL);
    let mut is_answer = false;
    for (name, value) in flat::attributes(&text) {
        // Code 1 asks, 3 answers.
        is_answer |= name == "Msg_code" && value != "1";
        read_attribute(&mut message, name, value);
    }
    if !is_answer {
        return Ok(Message { about: About::Nobody, ..Message::new(PROTOCOL) });
    }
    message.say_protocol("search-reply");
    Ok(message)
}

/// Whether these bytes look like a frame of the control protocol: magic, and XML behind the length.
pub fn frame_claims(bytes: &[u8]) -> bool {
    bytes.starts_with(FRAME_MAGIC)
        && bytes
            .get(FRAME_HEADER_BYTES..)
            .is_some_and(|body| body.trim_ascii_start().first().is_none_or(|first| *first == b'<'))
}

/// Reads the head of one direction of a connection. Clients frame their commands, and the password in their login,
/// as devices frame answers.
///
/// # Errors
/// [`DecodeError`] when it is no frame of this protocol.
pub fn frame_decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if !frame_claims(bytes) {
        return Err(DecodeError::Malformed { production: "frame", offset: 0 });
    }
    let text = lossy(bytes.get(FRAME_HEADER_BYTES..).unwrap_or_default());
    let mut message = Message::new(PROTOCOL);
    if DEVICE_WORDS.iter().any(|word| text.contains(word)) {
        message.say_protocol("frame");
    } else {
        message.about = About::Nobody;
    }
    Ok(message)
}

fn read_attribute(message: &mut Message, name: &str, value: &str) {
    match name {
        "DeviceType" => message.claim_model(value),
        "DeviceModule" if !value.is_empty() => message.say_protocol(&format!("module={value}")),
        "Manufacturer" | "VendorId" => message.claim_brand(value),
        "Version" | "SoftwareVersion" | "FirmwareVersion" => message.claim_firmware(value),
        "SerialNumber" => message.claim_serial(value),
        "MacAddress" | "MAC" => message.claim_mac(value),
        "IPAddress" => {
            if let Ok(address) = value.parse::<IpAddr>() {
                message.claim_address(address);
            }
        }
        "VideoPort" | "PTZPort" | "WEBPort" => message.say_tcp_port(value),
        _ if flat::contains_word(name, "passw") && !value.is_empty() => {
            message.note_quirk("credentials-in-clear", "");
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{texts, values};

    const ANSWER: &str = "<?xml version=\"1.0\" encoding=\"GB2312\" ?>\n<XML_TOPSEE>\n<MESSAGE_HEADER\n\
        Msg_type=\"SYSTEM_SEARCHIPC_MESSAGE\"\nMsg_code=\"3\"\nMsg_flag=\"0\"\n/>\n<MESSAGE_BODY>\n\
        <DEVICE_TYPE\nDeviceType=\"NVS-X000-HD\"\nDeviceModule=\"X000\"\n/>\n\
        <IPC_SERIALNUMBER\nSerialNumber=\"0000000A0001\"\n/>\n<LANConfig\nMacAddress=\"00:5a:22:00:00:01\"\n\
        IPAddress=\"192.168.1.123\"\n/>\n<UserConfig>\n<Account\nUsername=\"caretaker\"\nPassword=\"hunter2\"\n\
        Group=\"Administrator\"\n/>\n</UserConfig>\n<StreamAccess\nVideoPort=\"554\"\nPTZPort=\"8091\"\n/>\n\
        </MESSAGE_BODY>\n</XML_TOPSEE>";

    #[test]
    fn an_answer_gives_the_device_and_never_the_password() {
        assert!(claims(ANSWER.as_bytes()));
        let message = decode(ANSWER.as_bytes()).unwrap();
        assert!(!texts(&message).contains("hunter2") && !texts(&message).contains("caretaker"));
        insta::assert_snapshot!(values(&message), @"
        device.model=NVS-X000-HD
        device.protocol=topsee/module=X000
        device.serial=0000000A0001
        mac=00:5a:22:00:00:01
        device.quirk=topsee/credentials-in-clear
        port.open=554/tcp
        port.open=8091/tcp
        device.protocol=topsee/search-reply
        ");
    }

    #[test]
    fn frames_of_a_device_are_told_from_a_clients() {
        let framed =
            |body: &str| [FRAME_MAGIC, &[0; 4], b"\n<XML_TOPSEE>", body.as_bytes()].concat();
        let login = framed("<USER_AUTH_PARAM Username=\"u\" Password=\"hunter2\"/>");
        assert_eq!(frame_decode(&login).unwrap().about, About::Nobody);
        let answer = frame_decode(&framed("<USER_AUTH_RESPONSE Sessionid=\"hunter2\"/>")).unwrap();
        assert!(!texts(&answer).contains("hunter2"));
        insta::assert_snapshot!(values(&answer), @"device.protocol=topsee/frame");
        assert!(!frame_claims(b"\x58\x91\x58\x51\0\0\0\0binary"));
    }

    #[test]
    fn a_tools_question_is_about_nobody() {
        let question = ANSWER.replace("Msg_code=\"3\"", "Msg_code=\"1\"");
        let message = decode(question.as_bytes()).unwrap();
        assert_eq!((message.about, message.signals.len()), (About::Nobody, 0));
    }
}
