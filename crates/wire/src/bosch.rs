//! The search of Bosch cameras and encoders (RCP+): UDP 1757, answered to 1758 in 32 bytes or in XML.
//!
//! Fact file `protocols.md` section 6.3. Big endian:
//!
//! ```text
//!  0 99 39 a4 27    4 u32 transaction    8 ff 00 06 de in a search, else MAC    16 IPv4, mask, gateway
//! ```

use std::net::IpAddr;

use crate::message::lossy;
use crate::octets::{ipv4_at, is_netmask, mac_at};
use crate::{About, DecodeError, Message, flat};

const PROTOCOL: &str = "bosch";
const MAGIC: &[u8] = &[0x99, 0x39, 0xa4, 0x27];
/// Stands where a reply has its hardware address.
const ASKS: &[u8] = &[0xff, 0, 0x06, 0xde];
const SEARCH_BYTES: usize = 12;
const REPLY_BYTES: usize = 32;
/// Stands in the namespace of the XML's root.
const XML_MARK: &str = "OEMExt";
const XML_HEAD_BYTES: usize = 256;
/// More than a datagram can hold.
const MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// Whether these bytes look like the search or one of its replies.
pub fn claims(bytes: &[u8]) -> bool {
    (bytes.starts_with(MAGIC) && (bytes.len() == SEARCH_BYTES || is_binary_reply(bytes)))
        || is_xml(bytes)
}

fn is_binary_reply(bytes: &[u8]) -> bool {
    bytes.len() == REPLY_BYTES && ipv4_at(bytes, 20).is_some_and(is_netmask)
}

fn is_xml(bytes: &[u8]) -> bool {
    if bytes.first() != Some(&b'<') || bytes.len() > MESSAGE_BYTES_MAX {
        return false;
    }
    let head = lossy(bytes.get(..XML_HEAD_BYTES).unwrap_or(bytes));
    flat::root(&head).is_some_and(|(name, _)| name == "root")
        && head.contains(XML_MARK)
        && head.contains("<deviceType>")
}

/// The search that tools send; devices answer to port 1758 with the same transaction.
pub fn search(transaction: u32) -> Vec<u8> {
    [MAGIC, &transaction.to_be_bytes(), ASKS].concat()
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when it is neither search nor reply.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if !claims(bytes) {
        return Err(DecodeError::Malformed { production: "reply", offset: 0 });
    }
    let mut message = Message::new(PROTOCOL);
    if !bytes.starts_with(MAGIC) {
        flat::leaves(&lossy(bytes)).for_each(|(name, value)| read(&mut message, name, value));
        message.say_protocol("search-reply-xml");
    } else if bytes.len() == SEARCH_BYTES {
        message.about = About::Nobody;
    } else {
        if let Some(mac) = mac_at(bytes, 8) {
            message.claim_mac_address(mac);
        }
        if let Some(address) = ipv4_at(bytes, 16) {
            message.claim_address(address);
        }
        message.say_protocol("search-reply");
    }
    Ok(message)
}

/// `unitName` is what a user wrote and is not kept; `friendlyName` is the product.
fn read(message: &mut Message, name: &str, value: &str) {
    match name {
        "friendlyName" => message.claim_model(&flat::unescape(value)),
        "serialNumber" => message.claim_serial(value),
        "physAddress" => message.claim_mac(value),
        "unitIPAddress" | "unitIPv6Address" => {
            if let Ok(address) = value.parse::<IpAddr>() {
                message.claim_interface(address);
            }
        }
        "RCPPort" | "HTTPPort" | "HTTPSPort" => message.say_tcp_port(value),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{texts, values};

    #[test]
    fn a_binary_reply_gives_the_address() {
        let addresses =
            [0, 7, 0x5f, 0, 0, 1, 0, 0, 192, 168, 1, 5, 255, 255, 255, 0, 192, 168, 1, 1];
        let reply = [MAGIC, &[0, 0, 0, 1], &addresses, &[0; 4]].concat();
        let message = decode(&reply).unwrap();
        assert_eq!(message.keys.addresses.len(), 1);
        insta::assert_snapshot!(values(&message), @"
        mac=00:07:5f:00:00:01
        device.protocol=bosch/search-reply
        ");
        let search = [MAGIC, &[0, 0, 0, 1, 0xff, 0, 6, 0xde]].concat();
        assert_eq!(decode(&search).unwrap().about, About::Nobody);
        assert!(!claims(&reply[..31]) && !claims(&[MAGIC, &[0; 28]].concat()));
    }

    #[test]
    fn an_xml_reply_gives_the_product_and_not_the_units_name() {
        let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><root xmlns=\"OEMExt00:device-1-0\"><device>\
            <deviceType>OEMExt00:device:deviceID0</deviceType><friendlyName>DINION X</friendlyName>\
            <unitName>vault</unitName><serialNumber>000000000000000001</serialNumber>\
            <physAddress>00-07-5F-00-00-01</physAddress><sessionKey>00000000c0ffee</sessionKey>\
            <RCPPort>1756</RCPPort></device></root>";
        let message = decode(xml.as_bytes()).unwrap();
        assert!(!texts(&message).contains("vault") && !texts(&message).contains("c0ffee"));
        insta::assert_snapshot!(values(&message), @"
        device.model=DINION X
        device.serial=000000000000000001
        mac=00:07:5f:00:00:01
        port.open=1756/tcp
        device.protocol=bosch/search-reply-xml
        ");
        assert!(!claims(b"<root xmlns=\"urn:schemas-upnp-org:device-1-0\"><deviceType>"));
    }
}
