//! Baichuan, the protocol of Reolink: TCP 9000, and over UDP 2015 and 2018 with a discovery of its own.
//!
//! Fact file `protocols.md` section 6.13. Little endian:
//!
//! ```text
//! TCP  0 f0 de bc 0a   4 u32 message   8 u32 body   12 channel, stream, u16 number   16 u16 status   18 u16 class
//! UDP  0 3a cf 87 2a   4 u32 length    8 u32 1     12 u32 transaction               16 u32 checksum 20 masked XML
//! UDP  0 20 cf 87 2a acknowledges, 10 cf 87 2a carries a message of TCP from byte 20 on
//! ```
//!
//! Of messages that both ends send only the name is said.

use crate::message::lossy;
use crate::octets::{array_at, u16_le_at, u32_le_at};
use crate::{About, DecodeError, Message, flat};

const PROTOCOL: &str = "baichuan";
const MAGIC: &[u8] = &[0xf0, 0xde, 0xbc, 0x0a];
const HEADER_BYTES: usize = 20;
/// Message numbers in use are far below.
const NUMBER_MAX: u32 = 1_000;
/// Videos come in parts of less.
const BODY_BYTES_MAX: u32 = 16 << 20;
/// What a camera answers a client's first login with, in the modern form.
const CLASS_MODERN: u16 = 0x6614;
/// The other forms: a client's first login, and what follows it both ways.
const CLASSES: [u16; 4] = [CLASS_MODERN, 0x6514, 0x6414, 0];
/// Statuses of answers, as HTTP has them.
const STATUSES: std::ops::Range<u16> = 200..600;

const DISCOVERY: &[u8] = &[0x3a, 0xcf, 0x87, 0x2a];
const ACKNOWLEDGES: &[u8] = &[0x20, 0xcf, 0x87, 0x2a];
const DATA: &[u8] = &[0x10, 0xcf, 0x87, 0x2a];
/// A search of the local network: the whole of it.
const SEARCH: &[u8] = &[0xaa, 0xaa, 0, 0];
/// The mask of the XML; the transaction is added to each word.
const MASK: [u32; 8] = [
    0x1f2d_3c4b,
    0x5a6c_7f8d,
    0x3817_2e4b,
    0x8271_635a,
    0x863f_1a2b,
    0xa5c6_f7d8,
    0x8371_e1b4,
    0x17f2_d3a5,
];

/// Whether these bytes look like the start of a conversation over TCP: the magic and fields that occur.
pub fn claims(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
        && u32_le_at(bytes, 4).is_some_and(|number| (1..=NUMBER_MAX).contains(&number))
        && u32_le_at(bytes, 8).is_some_and(|length| length <= BODY_BYTES_MAX)
        && u16_le_at(bytes, 18).is_some_and(|class| CLASSES.contains(&class))
}

/// Reads the head of one direction of a connection.
///
/// # Errors
/// [`DecodeError`] when it is no message of this protocol.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if !claims(bytes) {
        return Err(DecodeError::Malformed { production: "header", offset: 0 });
    }
    let mut message = Message::new(PROTOCOL);
    let (status, class) = (u16_le_at(bytes, 16), u16_le_at(bytes, 18));
    let is_answer = class == Some(CLASS_MODERN)
        || (class == Some(0) && status.is_some_and(|status| STATUSES.contains(&status)));
    if is_answer {
        message.say_protocol("answer");
    } else {
        message.about = About::Nobody;
    }
    Ok(message)
}

/// Whether these bytes look like a datagram of this protocol.
pub fn datagram_claims(bytes: &[u8]) -> bool {
    bytes == SEARCH
        || (bytes.len() >= HEADER_BYTES
            && (bytes.starts_with(ACKNOWLEDGES) || bytes.starts_with(DATA)))
        || discovery(bytes).is_some()
        || claims(bytes)
}

/// Transaction and masked body of a discovery.
fn discovery(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let body = bytes.strip_prefix(DISCOVERY).and_then(|_| bytes.get(HEADER_BYTES..))?;
    let length = usize::try_from(u32_le_at(bytes, 4)?).ok()?;
    (length == body.len() && u32_le_at(bytes, 8)? == 1).then_some((u32_le_at(bytes, 12)?, body))
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when it is none of this protocol.
pub fn datagram_decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if !datagram_claims(bytes) {
        return Err(DecodeError::Malformed { production: "header", offset: 0 });
    }
    if let Some((transaction, body)) = discovery(bytes) {
        return Ok(read_discovery(&lossy(&unmasked(transaction, body))));
    }
    let mut message = Message::new(PROTOCOL);
    match bytes.strip_prefix(DATA).and_then(|_| bytes.get(HEADER_BYTES..)) {
        Some(inner) if claims(inner) => return decode(inner),
        // The parts that follow the first begin anywhere; camera and client send and acknowledge alike.
        Some(_) => message.say_protocol("data"),
        None if bytes.starts_with(ACKNOWLEDGES) => message.say_protocol("ack"),
        None if claims(bytes) => return decode(bytes),
        None => message.about = About::Nobody,
    }
    Ok(message)
}

/// `<P2P><D2C_T>…`: the letters before the digit say who speaks (D the device), those behind it to whom. What is said
/// to a device is about it, though numbers of the session are all that names it; its UID may be that of a camera
/// elsewhere and is no key.
fn read_discovery(text: &str) -> Message {
    let mut message = Message::new(PROTOCOL);
    let inner = flat::root(text).filter(|(name, _)| *name == "P2P");
    let inner = inner.and_then(|(_, rest)| flat::root(rest.strip_prefix('>')?));
    let Some((name, _)) = inner.filter(|(name, _)| name.starts_with("D2")) else {
        let is_to_device = inner.is_some_and(|(name, _)| name.contains("2D_"));
        message.about = if is_to_device { About::Keys } else { About::Nobody };
        return message;
    };
    for (element, value) in flat::leaves(text) {
        if element == "uid" {
            message.claim_serial(value);
        }
    }
    message.say_protocol(&name.to_ascii_lowercase().replace('_', "-"));
    message
}

fn unmasked(transaction: u32, body: &[u8]) -> Vec<u8> {
    let mut clear = Vec::with_capacity(body.len());
    let words = MASK.iter().cycle().map(|word| word.wrapping_add(transaction));
    for (at, word) in (0..body.len()).step_by(4).zip(words) {
        let part = array_at::<4>(body, at).unwrap_or_else(|| last_part(body, at));
        clear.extend_from_slice(&(u32::from_le_bytes(part) ^ word).to_le_bytes());
    }
    clear.truncate(body.len());
    clear
}

/// What is left of `body`, filled up.
fn last_part(body: &[u8], at: usize) -> [u8; 4] {
    let mut part = [0; 4];
    for (to, from) in part.iter_mut().zip(body.get(at..).unwrap_or_default()) {
        *to = *from;
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::values;

    fn header(status: u16, class: u16) -> Vec<u8> {
        [MAGIC, &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], &status.to_le_bytes(), &class.to_le_bytes()]
            .concat()
    }

    fn discovered(xml: &str) -> Vec<u8> {
        let body = unmasked(7, xml.as_bytes());
        let length = u32::try_from(body.len()).unwrap().to_le_bytes();
        [DISCOVERY, &length, &[1, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0], &body].concat()
    }

    #[test]
    fn answers_speak_of_the_camera_and_logins_of_nobody() {
        for (status, class) in [(0xdd01, CLASS_MODERN), (200, 0), (400, 0)] {
            let message = decode(&header(status, class)).unwrap();
            insta::allow_duplicates! {
                insta::assert_snapshot!(values(&message), @"device.protocol=baichuan/answer");
            }
        }
        for (status, class) in [(0xdc12, 0x6514), (0, 0x6414), (0, 0)] {
            assert_eq!(decode(&header(status, class)).unwrap().about, About::Nobody);
        }
        assert!(!claims(&header(0, 0x1234)) && !claims(&header(0, 0)[..19]));
    }

    #[test]
    fn a_discovery_is_read_through_its_mask() {
        let from_device =
            discovered("<P2P>\n<D2R_HB>\n<uid>95270000AAAAAAAA</uid>\n</D2R_HB>\n</P2P>\n");
        insta::assert_snapshot!(values(&datagram_decode(&from_device).unwrap()), @"
        device.serial=95270000AAAAAAAA
        device.protocol=baichuan/d2r-hb
        ");
        let from_client =
            discovered("<P2P>\n<C2D_C>\n<uid>95270000AAAAAAAA</uid>\n</C2D_C>\n</P2P>");
        let message = datagram_decode(&from_client).unwrap();
        assert_eq!(message, Message { about: About::Keys, ..Message::new(PROTOCOL) });
        assert!(!datagram_claims(&from_client[..30]));
    }

    #[test]
    fn a_message_inside_a_datagram_is_read() {
        let data = [DATA, &[0; 16], &header(200, 0)].concat();
        assert_eq!(datagram_decode(&data), decode(&header(200, 0)));
        let rest = datagram_decode(&[DATA, &[0; 40]].concat()).unwrap();
        insta::assert_snapshot!(values(&rest), @"device.protocol=baichuan/data");
        assert_eq!(datagram_decode(SEARCH).unwrap().about, About::Nobody);
    }
}
