//! The searches of TP-Link: UDP 20002 (Tapo, Kasa, VIGI) and, of older Kasa devices, UDP and TCP 9999.
//!
//! Fact file `protocols.md` section 6.12. On 20002 a header of 16 bytes stands before JSON. On 9999 each byte of the
//! JSON is masked with the masked byte before it, the first with 0xab; on TCP a length stands in front. Names that
//! users gave and places are not kept.

use std::net::IpAddr;

use model::SignalKind;

use crate::json::{self, Scalar};
use crate::message::lossy;
use crate::{About, DecodeError, Message};

const PROTOCOL: &str = "tplink";
const HEADER_BYTES: usize = 16;
/// Version 2, type 0, operation 1: the search and its reply.
const HEADER_START: &[u8] = &[2, 0, 0, 1];
/// Stands where the checksum (CRC-32) comes, while that is taken.
const CHECKSUM_PLACE: [u8; 4] = [0x5a, 0x6b, 0x7c, 0x8d];
/// The first byte is masked with this.
const KASA_KEY: u8 = 0xab;
/// `{"` as it is masked: every message begins so.
const KASA_START: &[u8] = &[0xd0, 0xf2];
/// The question and the name of the answer.
const KASA_MARK: &str = "\"get_sysinfo\"";
/// More than a reply of a device holds.
const KASA_BYTES_MAX: usize = 16 * 1024;

/// Whether these bytes look like a message on port 20002: header, and JSON or nothing behind it.
pub fn claims(bytes: &[u8]) -> bool {
    bytes.starts_with(HEADER_START)
        && match bytes.get(HEADER_BYTES..) {
            Some([]) => true,
            Some(body) => body.first() == Some(&b'{'),
            None => false,
        }
}

/// The search of port 20002 that tools send: the header alone, under its checksum.
pub fn search() -> Vec<u8> {
    let start = [HEADER_START, &[0; 8]].concat();
    let mut checksum = flate2::Crc::new();
    checksum.update(&start);
    checksum.update(&CHECKSUM_PLACE);
    [start, checksum.sum().to_be_bytes().to_vec()].concat()
}

/// The question of older Kasa devices, port 9999, as a datagram.
pub fn kasa_search() -> Vec<u8> {
    let mut key = KASA_KEY;
    let mask = |byte: &u8| {
        key ^= byte;
        key
    };
    br#"{"system":{"get_sysinfo":{}}}"#.iter().map(mask).collect()
}

/// Reads one datagram of port 20002.
///
/// # Errors
/// [`DecodeError`] when the header or the JSON is missing.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if !claims(bytes) {
        return Err(DecodeError::Malformed { production: "header", offset: 0 });
    }
    let text = lossy(bytes.get(HEADER_BYTES..).unwrap_or_default());
    let mut message = Message::new(PROTOCOL);
    json::walk(&text, &mut |parent, key, value| match parent {
        "result" => read_result(&mut message, key, value),
        "mgt_encrypt_schm" | "decrypted_data" if key == "http_port" => {
            if let Some(port) = value.port() {
                message.say(SignalKind::PortOpen, format!("{port}/tcp"));
            }
        }
        _ => {}
    });
    if message.signals.is_empty() {
        message.about = About::Nobody;
    } else {
        message.say_protocol("search-reply");
    }
    Ok(message)
}

fn read_result(message: &mut Message, key: &str, value: Scalar<'_>) {
    match (key, value) {
        ("device_model", _) => message.claim_model(value.text()),
        ("device_type", _) if !value.text().is_empty() => {
            message.say_protocol(&format!("type={}", value.text()));
        }
        ("firmware_version", _) => message.claim_firmware(value.text()),
        ("hardware_version", _) if !value.text().is_empty() => {
            message.say_protocol(&format!("hardware={}", value.text()));
        }
        ("mac", _) => message.claim_mac(value.text()),
        ("ip", _) => {
            if let Ok(address) = value.text().parse::<IpAddr>() {
                message.claim_address(address);
            }
        }
        ("factory_default", Scalar::Flag(flag)) => {
            message.say_protocol(&format!("factory-default={flag}"));
        }
        _ => {}
    }
}

/// Whether these bytes look like a masked message of port 9999, with or without the length of TCP.
pub fn kasa_claims(bytes: &[u8]) -> bool {
    let masked = kasa_body(bytes);
    masked.starts_with(KASA_START)
        && masked.len() <= KASA_BYTES_MAX
        && unmasked(masked).contains(KASA_MARK)
}

/// Reads one message of port 9999.
///
/// # Errors
/// [`DecodeError`] when it is not masked so.
pub fn kasa_decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if !kasa_claims(bytes) {
        return Err(DecodeError::Malformed { production: "get_sysinfo", offset: 0 });
    }
    let mut message = Message::new("kasa");
    json::walk(&unmasked(kasa_body(bytes)), &mut |parent, key, value| {
        if matches!(parent, "get_sysinfo" | "system") {
            read_sysinfo(&mut message, key, value.text());
        }
    });
    if message.signals.is_empty() {
        message.about = About::Nobody;
    } else {
        message.say_protocol("sysinfo");
    }
    Ok(message)
}

fn read_sysinfo(message: &mut Message, key: &str, value: &str) {
    match key {
        "model" => message.claim_model(value),
        "sw_ver" => message.claim_firmware(value),
        "hw_ver" if !value.is_empty() => message.say_protocol(&format!("hardware={value}")),
        "mac" | "ethernet_mac" => message.claim_mac(value),
        "mic_mac" => message.claim_mac(value),
        "type" | "mic_type" if !value.is_empty() => {
            message.say(SignalKind::DeviceProtocol, format!("kasa/type={value}"));
        }
        _ => {}
    }
}

/// What stands behind the length of TCP, where that is right.
fn kasa_body(bytes: &[u8]) -> &[u8] {
    match bytes.split_first_chunk::<4>() {
        Some((length, body)) if length.starts_with(&[0, 0]) => {
            let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
            body.get(..length).unwrap_or(body)
        }
        _ => bytes,
    }
}

fn unmasked(masked: &[u8]) -> String {
    let keys = std::iter::once(&KASA_KEY).chain(masked);
    let clear: Vec<u8> = masked.iter().zip(keys).map(|(byte, key)| byte ^ key).collect();
    String::from_utf8_lossy(&clear).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{texts, values};

    fn framed(body: &str) -> Vec<u8> {
        [HEADER_START, &[0; 12], body.as_bytes()].concat()
    }

    fn masked(text: &str) -> Vec<u8> {
        let mut key = KASA_KEY;
        text.bytes()
            .map(|byte| {
                key ^= byte;
                key
            })
            .collect()
    }

    #[test]
    fn a_reply_gives_the_device_and_not_the_users_name() {
        let body = r#"{"error_code":0,"result":{"device_model":"C000","device_name":"vault","device_type":"SMART.IPCAMERA",
            "factory_default":false,"firmware_version":"1.0.0 Build 200101","ip":"192.168.0.9","mac":"98-25-4A-00-00-01",
            "hardware_version":"2.0","mgt_encrypt_schm":{"http_port":80}}}"#;
        let message = decode(&framed(body)).unwrap();
        assert!(!texts(&message).contains("vault"));
        assert_eq!(message.keys.addresses.len(), 1);
        insta::assert_snapshot!(values(&message), @"
        device.model=C000
        device.protocol=tplink/type=SMART.IPCAMERA
        device.protocol=tplink/factory-default=false
        device.firmware=1.0.0 Build 200101
        mac=98:25:4a:00:00:01
        device.protocol=tplink/hardware=2.0
        port.open=80/tcp
        device.protocol=tplink/search-reply
        ");
    }

    #[test]
    fn an_old_kasa_device_is_read_through_its_mask() {
        let body = r#"{"system":{"get_sysinfo":{"sw_ver":"1.0.0","model":"EC00(EU)","alias":"vault","latitude_i":515,
            "type":"IOT.IPCAMERA","mac":"50:C7:BF:00:00:01"}}}"#;
        let message = kasa_decode(&masked(body)).unwrap();
        assert!(!texts(&message).contains("vault") && !texts(&message).contains("515"));
        insta::assert_snapshot!(values(&message), @"
        device.firmware=1.0.0
        device.model=EC00(EU)
        device.protocol=kasa/type=IOT.IPCAMERA
        mac=50:c7:bf:00:00:01
        device.protocol=kasa/sysinfo
        ");
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        assert_eq!(kasa_decode(&[&length[..], &masked(body)].concat()).unwrap(), message);
    }

    #[test]
    fn questions_are_about_nobody() {
        for question in ["", r#"{"params":{"rsa_key":"-----BEGIN PUBLIC KEY-----"}}"#] {
            assert_eq!(decode(&framed(question)).unwrap().about, About::Nobody);
        }
        let question = masked(r#"{"system":{"get_sysinfo":{}}}"#);
        assert_eq!(kasa_decode(&question).unwrap().about, About::Nobody);
        assert!(!claims(&framed("x")) && !kasa_claims(b"{\"system\":{\"get_sysinfo\":{}}}"));
    }
}
