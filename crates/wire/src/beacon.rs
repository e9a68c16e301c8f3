//! Short texts by which cameras and their tools call each other: 360 Vision (UDP 3600), V380 (10008, 10009), Edimax
//! (broadcast), Eden Optima (8088) and Beward (6666).
//!
//! Fact file `protocols.md` section 6.16. One module, since each is a line or two of text.

use std::net::Ipv4Addr;

use crate::message::lossy;
use crate::{About, DecodeError, Message, flat};

/// The longest of them is a page.
const TEXT_BYTES_MAX: usize = 4 * 1024;
const VISION_360: &str = "DISCOVER";
const V380_SEARCH: &str = "NVDEVSEARCH^";
/// The tools fill a buffer with zeros.
const V380_SEARCH_BYTES: usize = 125;
const V380_REPLY: &str = "NVDEVRESULT^";
/// `NVDEVRESULT`, a number, MAC, IPv4 address, …; the device's number stands last of those that are known.
const V380_FIELDS_MIN: usize = 13;
const EDIMAX: &str = "<param><code value=\"";
const EDEN_SEARCH: &str = "DETECT BOX";
const EDEN_REPLY: &str = "BOX|<root>";
/// The whole of a search.
const BEWARD_SEARCH: &str = "u4aRnryQk5CN08/P08DAwMD/";

type Reader = fn(&str, &mut Message);

/// The protocol whose text begins so, and how it is read.
fn reading(text: &str) -> Option<(&'static str, Reader)> {
    let is_360 = text.strip_prefix(VISION_360).is_some_and(|rest| {
        rest.trim().is_empty() || (rest.starts_with(" TYPE=") && rest.contains(" KEY='"))
    });
    Some(match text {
        _ if is_360 => ("360vision", read_360),
        _ if text.starts_with(V380_SEARCH) => ("v380", nobody),
        _ if text.starts_with(V380_REPLY) && text.split('^').count() >= V380_FIELDS_MIN => {
            ("v380", read_v380)
        }
        _ if is_edimax(text) => ("edimax", read_edimax),
        _ if text == EDEN_SEARCH => ("eden", nobody),
        _ if text.starts_with(EDEN_REPLY) => ("eden", read_eden),
        BEWARD_SEARCH => ("beward", nobody),
        _ => return None,
    })
}

/// The texts begin with one of few letters: most datagrams are done with here.
fn text(bytes: &[u8]) -> Option<std::borrow::Cow<'_, str>> {
    let is_likely = matches!(bytes, [b'D' | b'N' | b'<' | b'B' | b'u', ..]);
    (is_likely && bytes.len() <= TEXT_BYTES_MAX).then(|| lossy(bytes))
}

/// Whether these bytes are one of these texts.
pub fn claims(bytes: &[u8]) -> bool {
    text(bytes).is_some_and(|text| reading(text.trim_end()).is_some())
}

/// The search of 360 Vision's tools, UDP 3600.
pub fn search_360() -> Vec<u8> {
    format!("{VISION_360}\n").into_bytes()
}

/// The search of V380's tools, UDP 10008; devices answer to port 10009.
pub fn search_v380() -> Vec<u8> {
    let mut bytes = format!("{V380_SEARCH}100").into_bytes();
    bytes.resize(V380_SEARCH_BYTES, 0);
    bytes
}

/// The search of Eden's tools, UDP 8088.
pub fn search_eden() -> Vec<u8> {
    EDEN_SEARCH.into()
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when it is none of these texts.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    let unknown = DecodeError::Malformed { production: "text", offset: 0 };
    let Some(text) = text(bytes) else { return Err(unknown) };
    let text = text.trim_end();
    let (protocol, read) = reading(text).ok_or(unknown)?;
    let mut message = Message::new(protocol);
    read(text, &mut message);
    Ok(message)
}

fn nobody(_: &str, message: &mut Message) {
    message.about = About::Nobody;
}

/// `DISCOVER TYPE=IPDOME KEY='00:11:22:33:44:55' ID=1`; the question is the first word alone.
fn read_360(text: &str, message: &mut Message) {
    let Some((_, rest)) = text.split_once(" TYPE=") else { return nobody(text, message) };
    if let Some((kind, _)) = rest.split_once(' ') {
        message.say_protocol(&format!("type={kind}"));
    }
    if let Some((_, key)) = rest.split_once("KEY='") {
        message.claim_mac(key.split('\'').next().unwrap_or_default());
    }
    if let Some((_, id)) = rest.split_once(" ID=") {
        message.claim_serial(id);
    }
    message.say_protocol("search-reply");
}

fn read_v380(text: &str, message: &mut Message) {
    let mut fields = text.split('^').skip(2);
    message.claim_mac(fields.next().unwrap_or_default());
    if let Some(Ok(address)) = fields.next().map(str::parse::<Ipv4Addr>) {
        message.claim_address(address);
    }
    if let Some(number) = fields.nth(V380_FIELDS_MIN - 5) {
        message.claim_serial(number);
    }
    message.say_protocol("search-reply");
}

/// `<param><code value="1300" /><port value="50000" /></param>`: cameras and sockets of Edimax send it.
fn is_edimax(text: &str) -> bool {
    text.starts_with(EDIMAX) && text.contains("<port value=\"") && text.ends_with("</param>")
}

fn read_edimax(text: &str, message: &mut Message) {
    if let Some((_, code)) = flat::attributes(text).next() {
        message.say_protocol(&format!("code={code}"));
    }
    message.say_protocol("notice");
}

/// The serial number is the hardware address; the words are French.
fn read_eden(text: &str, message: &mut Message) {
    for (name, value) in flat::leaves(text) {
        match name {
            "serialNumber" => message.claim_mac(value),
            "portWeb" => message.say_tcp_port(value),
            "adresseIP" => {
                if let Ok(address) = value.parse::<Ipv4Addr>() {
                    message.claim_address(address);
                }
            }
            _ => {}
        }
    }
    message.say_protocol("search-reply");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::values;

    #[test]
    fn replies_give_the_device() {
        let all: Vec<String> = [
            "DISCOVER TYPE=IPDOME KEY='00:11:22:00:00:01' ID=1000000001\r\n",
            "NVDEVRESULT^1^A0:9F:10:00:00:01^192.168.1.9^255.255.255.0^192.168.1.1^0^0^0^0^0^0^10000001^x^y",
            "<param><code value=\"1300\" /><port value=\"50000\" /></param>",
            "BOX|<root><serialNumber>00:11:22:00:00:01</serialNumber><adresseIP>10.0.0.4</adresseIP>\
             <portWeb>80</portWeb></root>",
        ]
        .iter()
        .map(|text| values(&decode(text.as_bytes()).unwrap()))
        .collect();
        insta::assert_snapshot!(all.concat(), @"
        device.protocol=360vision/type=IPDOME
        mac=00:11:22:00:00:01
        device.serial=1000000001
        device.protocol=360vision/search-reply
        mac=a0:9f:10:00:00:01
        device.serial=10000001
        device.protocol=v380/search-reply
        device.protocol=edimax/code=1300
        device.protocol=edimax/notice
        mac=00:11:22:00:00:01
        port.open=80/tcp
        device.protocol=eden/search-reply
        ");
    }

    #[test]
    fn questions_are_about_nobody_and_words_alone_are_not_claimed() {
        for text in ["DISCOVER\n", "NVDEVSEARCH^100\0\0\0", "DETECT BOX", BEWARD_SEARCH] {
            let message = decode(text.as_bytes()).unwrap();
            assert_eq!((message.about, message.signals.len()), (About::Nobody, 0), "{text}");
        }
        for text in ["DISCOVERY", "NVDEVRESULT^1", "BOX|x", "<param><code value=\"1\"/>", "DETECT"]
        {
            assert!(!claims(text.as_bytes()), "{text}");
        }
    }
}
