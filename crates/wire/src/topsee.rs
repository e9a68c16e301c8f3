//! The search of Topsee and Anjvision firmware: XML in UDP 3001, broadcast.
//!
//! Fact file `protocols.md` section 6.11. An answer carries user names and passwords in clear, so nothing of it
//! is kept but the attributes named here; that it leaks is kept as a quirk.

use std::net::IpAddr;

use crate::message::lossy;
use crate::{About, DecodeError, Message, flat};

const PROTOCOL: &str = "topsee";
/// More than a datagram can hold.
const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// The root stands behind a declaration at most.
const HEAD_BYTES: usize = 256;

/// Whether these bytes look like a message of this family: its root element.
pub fn claims(bytes: &[u8]) -> bool {
    let head = lossy(bytes.get(..HEAD_BYTES).unwrap_or(bytes));
    flat::root(&head).is_some_and(|(name, _)| matches!(name, "XML_TOPSEE" | "XML_ANJVISION"))
        || head.contains("SYSTEM_SEARCHIPC_MESSAGE")
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
    fn a_tools_question_is_about_nobody() {
        let question = ANSWER.replace("Msg_code=\"3\"", "Msg_code=\"1\"");
        let message = decode(question.as_bytes()).unwrap();
        assert_eq!((message.about, message.signals.len()), (About::Nobody, 0));
    }
}
