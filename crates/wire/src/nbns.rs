//! Names on the local link: NetBIOS name service (RFC 1002) and LLMNR (RFC 4795).
//!
//! A host that registers a NetBIOS name or reports its status, and one that answers LLMNR, names itself. A question
//! names somebody else and is about nobody.

use std::net::IpAddr;
use std::net::Ipv4Addr;

use model::MacAddr;
use simple_dns::rdata::RData;
use simple_dns::{Packet, PacketFlag};

use crate::{About, DecodeError, Message};

const HEADER_BYTES: usize = 12;
/// An encoded name: its length, 32 letters, the end of the name.
const NAME_BYTES: usize = 34;
/// Letters of a name before its suffix.
const NAME_LETTERS: usize = 15;
const TYPE_NB: [u8; 2] = [0, 0x20];
const TYPE_NBSTAT: [u8; 2] = [0, 0x21];
/// Operations by which a host claims a name: registration, refresh (two codes are in use), multi-homed registration.
const CLAIMS: [u8; 4] = [5, 8, 9, 15];
/// Suffix of a name that stands for the host itself, rather than a group or a service.
const WORKSTATION: u8 = 0x00;
const SERVER: u8 = 0x20;
const IS_GROUP: u8 = 0x80;
/// Names in a status that are read.
const NAMES_MAX: usize = 64;

/// Whether these bytes look like the NetBIOS name service: its names are 16 octets written as 32 letters.
pub fn claims(bytes: &[u8]) -> bool {
    first_name(bytes).is_some()
}

/// Reads one NetBIOS datagram.
///
/// # Errors
/// [`DecodeError`] when it does not begin with a header and a name.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    let Some(([_, _, flags, ..], _)) = bytes.split_first_chunk::<HEADER_BYTES>() else {
        return Err(DecodeError::Incomplete { needed: None });
    };
    let (name, suffix, after) = first_name(bytes)
        .ok_or(DecodeError::Malformed { production: "NAME", offset: HEADER_BYTES })?;
    let mut message = Message::new("nbns");
    let is_answer = flags & 0x80 != 0;
    let operation = flags >> 3 & 0x0f;
    let kind = after.first_chunk::<2>().copied();
    if !is_answer && CLAIMS.contains(&operation) && kind == Some(TYPE_NB) {
        // Question, then the record: pointer, type, class, TTL, length, flags, address.
        let record = after.get(4..).and_then(|rest| rest.first_chunk::<18>());
        let is_group = record.is_some_and(
            |record| matches!(record, [.., flags, _, _, _, _, _] if flags & IS_GROUP != 0),
        );
        if is_group || !matches!(suffix, WORKSTATION | SERVER) {
            message.about = About::Nobody;
            return Ok(message);
        }
        message.keys.hostname = Some(name.into());
        if let Some(&[.., a, b, c, d]) = record {
            message.claim_address(Ipv4Addr::new(a, b, c, d));
        }
    } else if is_answer && kind == Some(TYPE_NBSTAT) {
        // Type, class, TTL, length; then the names.
        read_status(after.get(10..).unwrap_or_default(), &mut message);
    } else {
        message.about = About::Nobody;
    }
    Ok(message)
}

/// The names of a status and the hardware address after them.
fn read_status(body: &[u8], message: &mut Message) {
    let Some((count, mut rest)) = body.split_first() else { return };
    for _ in 0..usize::from(*count).min(NAMES_MAX) {
        let Some((entry, after)) = rest.split_first_chunk::<18>() else { return };
        let [name @ .., suffix, flags, _] = entry;
        if *suffix == WORKSTATION && flags & IS_GROUP == 0 && message.keys.hostname.is_none() {
            message.keys.hostname = printable(name).map(Box::from);
        }
        rest = after;
    }
    if let Some(octets) = rest.first_chunk::<6>() {
        message.claim_mac_address(MacAddr::new(*octets));
    }
}

/// The first name with its suffix, and what follows it.
fn first_name(bytes: &[u8]) -> Option<(String, u8, &[u8])> {
    let (encoded, after) = bytes.get(HEADER_BYTES..)?.split_first_chunk::<NAME_BYTES>()?;
    let [32, letters @ .., 0] = encoded else { return None };
    let half = |letter: u8| letter.checked_sub(b'A').filter(|half| *half < 16);
    let name: Vec<u8> = letters
        .as_chunks::<2>()
        .0
        .iter()
        .map(|[high, low]| Some(half(*high)? << 4 | half(*low)?))
        .collect::<Option<_>>()?;
    let (suffix, name) = name.split_last()?;
    let name = printable(name.get(..NAME_LETTERS)?).unwrap_or_default();
    Some((name, *suffix, after))
}

/// A name without the blanks that fill it.
fn printable(name: &[u8]) -> Option<String> {
    let name = String::from_utf8_lossy(name);
    let name = name.trim_end_matches(['\0', ' ']);
    let is_sound = !name.is_empty() && !name.chars().any(char::is_control);
    is_sound.then(|| name.to_owned())
}

/// Whether these bytes look like an LLMNR message: the header of DNS with one question and no authority.
pub fn claims_llmnr(bytes: &[u8]) -> bool {
    matches!(bytes, [_, _, flags, _, 0, 1, 0, _, 0, 0, ..] if flags & 0x78 == 0)
        && crate::dns::claims(bytes)
}

/// Reads one LLMNR datagram: who answers to a name has it.
///
/// # Errors
/// [`DecodeError`] when a name or record is malformed.
pub fn decode_llmnr(bytes: &[u8]) -> Result<Message, DecodeError> {
    let packet = Packet::parse(bytes)
        .map_err(|_| DecodeError::Malformed { production: "message", offset: 0 })?;
    let mut message = Message::new("llmnr");
    let question = packet.questions.first();
    if !packet.has_flags(PacketFlag::RESPONSE) || packet.answers.is_empty() {
        message.about = About::Nobody;
        return Ok(message);
    }
    for record in &packet.answers {
        let address = match &record.rdata {
            RData::A(a) => IpAddr::from(a.address.to_be_bytes()),
            RData::AAAA(aaaa) => IpAddr::from(aaaa.address.to_be_bytes()),
            _ => continue,
        };
        message.claim_interface(address);
        message.keys.hostname = question
            .map(|question| question.qname.to_string())
            .filter(|name| !name.is_empty())
            .map(Box::from);
    }
    if message.keys.hostname.is_none() {
        message.about = About::Nobody;
    }
    Ok(message)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(name: &str, suffix: u8) -> Vec<u8> {
        let mut padded = [b' '; 16];
        padded[..name.len()].copy_from_slice(name.as_bytes());
        padded[15] = suffix;
        let letters = padded.iter().flat_map(|byte| [b'A' + (byte >> 4), b'A' + (byte & 15)]);
        [vec![32], letters.collect(), vec![0]].concat()
    }

    fn registration() -> Vec<u8> {
        [
            vec![0, 1, 0x29, 0x10, 0, 1, 0, 0, 0, 0, 0, 1],
            encoded("CAM-1", 0),
            vec![0, 0x20, 0, 1],
            vec![0xc0, 0x0c, 0, 0x20, 0, 1, 0, 0, 0, 60, 0, 6, 0, 0, 10, 0, 0, 7],
        ]
        .concat()
    }

    fn status() -> Vec<u8> {
        let mut name = [b' '; 18];
        name[..5].copy_from_slice(b"CAM-2");
        name[15..].copy_from_slice(&[0, 4, 0]);
        [
            vec![0, 2, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0],
            encoded("*", 0),
            vec![0, 0x21, 0, 1, 0, 0, 0, 0, 0, 25, 1],
            name.to_vec(),
            vec![0x58, 0x03, 0xfb, 0, 0, 1],
        ]
        .concat()
    }

    #[test]
    fn a_host_that_registers_a_name_has_it() {
        let message = decode(&registration()).unwrap();
        assert_eq!(message.keys.hostname.as_deref(), Some("CAM-1"));
        assert_eq!(message.keys.addresses, [IpAddr::from([10, 0, 0, 7])]);
        let mut question = registration();
        question[2] = 0x01;
        assert_eq!(decode(&question).unwrap().about, About::Nobody);
    }

    #[test]
    fn a_status_names_the_host_and_its_hardware() {
        let message = decode(&status()).unwrap();
        assert_eq!(message.keys.hostname.as_deref(), Some("CAM-2"));
        assert_eq!(message.keys.macs, [MacAddr::new([0x58, 0x03, 0xfb, 0, 0, 1])]);
    }

    #[test]
    fn who_answers_to_a_name_has_it() {
        let head = |flags: u8, answers: u8| vec![0, 1, flags, 0, 0, 1, 0, answers, 0, 0, 0, 0];
        let question = [b"\x05cam-1\0".as_slice(), &[0, 1, 0, 1]].concat();
        let record = [0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 30, 0, 4, 10, 0, 0, 7];
        let answer = [head(0x80, 1), question.clone(), record.to_vec()].concat();
        assert!(claims_llmnr(&answer));
        let message = decode_llmnr(&answer).unwrap();
        assert_eq!(message.keys.hostname.as_deref(), Some("cam-1"));
        let asked = decode_llmnr(&[head(0, 0), question].concat()).unwrap();
        assert_eq!(asked.about, About::Nobody);
    }

    proptest! {
        #[test]
        fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..120), at in 0..90usize) {
            let _ = (decode(&bytes), decode_llmnr(&bytes));
            let (registration, status) = (registration(), status());
            let _ = decode(registration.get(..at).unwrap_or(&registration));
            let _ = decode(status.get(..at).unwrap_or(&status));
        }
    }
}
