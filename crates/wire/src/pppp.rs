//! PPPP (CS2, iLnk, Yi and many white labels): UDP 32108 on the local network, UDP 32100 to the cloud.
//!
//! Fact file `protocols.md` section 7.2. Every datagram is `f1`, a type, a u16 length (big endian) and the body. A
//! device's id is a prefix of letters, a number and check letters: `AAAA-000001-BBBBB`. It is the same protocol in
//! the firmware of many makers, so it names none.

use crate::octets::{array_at, text_at, u16_be_at};
use crate::{About, DecodeError, Message};

const PROTOCOL: &str = "pppp";
const MARK: u8 = 0xf1;
const HEADER_BYTES: usize = 4;
/// Prefix, number and check letters.
const ID_BYTES: usize = 20;

/// Types that occur and the sizes of their bodies.
const TYPES: &[(u8, std::ops::RangeInclusive<usize>)] = &[
    (HELLO, 0..=24),
    (HELLO_ACK, 16..=16),
    (LOGIN, 24..=512),
    (LOGIN_ACK, 4..=4),
    (LAN_SEARCH, 0..=0),
    (LAN_SEARCH_EXT, 0..=0),
    (LAN_NOTIFY, 20..=24),
    (PUNCH, 20..=20),
    (READY, 20..=20),
    (ALIVE, 0..=0),
    (ALIVE_ACK, 0..=0),
];
const HELLO: u8 = 0x00;
const HELLO_ACK: u8 = 0x01;
const LOGIN: u8 = 0x14;
const LOGIN_ACK: u8 = 0x15;
const LAN_SEARCH: u8 = 0x30;
const LAN_NOTIFY: u8 = 0x31;
const LAN_SEARCH_EXT: u8 = 0x32;
const PUNCH: u8 = 0x41;
const READY: u8 = 0x42;
const ALIVE: u8 = 0xe0;
const ALIVE_ACK: u8 = 0xe1;

/// Whether these bytes look like a datagram of this protocol: a type that occurs with a body of its size, and a
/// well-formed id where the type has one.
pub fn claims(bytes: &[u8]) -> bool {
    let (Some(&[MARK, kind]), Some(body)) = (bytes.first_chunk::<2>(), bytes.get(HEADER_BYTES..))
    else {
        return false;
    };
    let is_sized = TYPES.iter().any(|(known, sizes)| *known == kind && sizes.contains(&body.len()));
    let bears_id =
        matches!(kind, LOGIN | LAN_NOTIFY | PUNCH | READY) || (kind == HELLO && !body.is_empty());
    u16_be_at(bytes, 2).map(usize::from) == Some(body.len())
        && is_sized
        && (!bears_id || Id::read(body).is_some())
}

/// Reads one datagram.
///
/// # Errors
/// [`DecodeError`] when it is none of this protocol.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if !claims(bytes) {
        return Err(DecodeError::Malformed { production: "header", offset: 0 });
    }
    let mut message = Message::new(PROTOCOL);
    let id = bytes.get(HEADER_BYTES..).and_then(Id::read);
    let what = match bytes.get(1) {
        Some(&HELLO) => "hello",
        Some(&LOGIN) => "login",
        Some(&LAN_NOTIFY) => "announce",
        // The answer to a search; behind a cloud a client sends it to the device as well.
        Some(&PUNCH) => "punch",
        _ => "",
    };
    match id {
        Some(id) if !what.is_empty() => {
            message.claim_serial(&id.to_string());
            message.say_protocol(&format!("prefix={}", id.prefix));
            message.say_protocol(what);
        }
        _ => message.about = About::Nobody,
    }
    Ok(message)
}

/// The id of a device.
struct Id {
    prefix: String,
    number: u32,
    check: String,
}

impl Id {
    fn read(body: &[u8]) -> Option<Self> {
        let id = body.get(..ID_BYTES)?;
        let prefix = letters(id, 0)?;
        let check = letters(id, 12)?;
        let number = array_at(id, 8).map(u32::from_be_bytes)?;
        (prefix.len() >= 3 && check.len() == 5).then_some(Self { prefix, number, check })
    }
}

/// Capital letters in a field of eight bytes, and nothing but zeros behind them.
fn letters(id: &[u8], at: usize) -> Option<String> {
    let text = text_at(id, at, 8);
    let is_clean = text.bytes().all(|byte| byte.is_ascii_uppercase())
        && id.get(at + text.len()..at + 8)?.iter().all(|byte| *byte == 0);
    is_clean.then(|| text.into_owned())
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{:06}-{}", self.prefix, self.number, self.check)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::values;

    const ID: &[u8] = b"AAAA\0\0\0\0\0\0\0\x01BBBBB\0\0\0";

    fn framed(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len()).unwrap().to_be_bytes();
        [&[MARK, kind], &length[..], body].concat()
    }

    #[test]
    fn what_a_device_sends_names_it() {
        insta::assert_snapshot!(values(&decode(&framed(LAN_NOTIFY, ID)).unwrap()), @"
        device.serial=AAAA-000001-BBBBB
        device.protocol=pppp/prefix=AAAA
        device.protocol=pppp/announce
        ");
        // Behind the id of a login stand keys, which are not kept.
        let login = decode(&framed(LOGIN, &[ID, b"\0\0\0\0hunter2hunter2"].concat())).unwrap();
        assert!(!format!("{login:?}").contains("hunter2"));
    }

    #[test]
    fn questions_and_the_cloud_are_about_nobody() {
        for (kind, body) in
            [(LAN_SEARCH, &[][..]), (HELLO, &[]), (HELLO_ACK, &[0; 16]), (READY, ID)]
        {
            assert_eq!(decode(&framed(kind, body)).unwrap().about, About::Nobody, "{kind:#x}");
        }
    }

    #[test]
    fn other_protocols_that_begin_so_are_not_claimed() {
        assert!(!claims(b"\xf1\x10\x01\0\0\x01\0\0\0\0\0\0\x07example\x03com\0\0\x01\0\x01"));
        assert!(!claims(&framed(LAN_NOTIFY, &[7; 20])) && !claims(&framed(0x99, &[])));
        assert!(!claims(&framed(PUNCH, ID)[..20]));
    }
}
