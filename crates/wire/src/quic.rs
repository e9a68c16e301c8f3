//! QUIC, as far as everybody on the way can read it: the ClientHello in the Initial packets of a client.
//!
//! Their keys come from a connection id that stands in clear and a salt that the RFC publishes (RFC 9001 section
//! 5.2, RFC 9369 section 3.3.1): no secret is broken here, and nothing after the handshake's first flight can be
//! read. A hello with post-quantum key shares fills two or three datagrams, and browsers send its parts out of
//! order, so a [`Flight`] gathers what the datagrams of one exchange bring.

use std::collections::BTreeMap;

use ring::aead::{self, AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey, quic};
use ring::hkdf::{HKDF_SHA256, KeyType, Okm, Prk, Salt};

use crate::ja4::Transport;
use crate::{DecodeError, Message, tls};

const PROTOCOL: &str = "quic";
/// A client chooses at least eight octets at random (RFC 9000 section 7.2), and nobody more than twenty.
const CONNECTION_ID_BYTES: std::ops::RangeInclusive<usize> = 8..=20;
/// Octets of a flight that are kept. The largest hellos, with two post-quantum shares and encrypted names, have
/// four thousand.
const FLIGHT_BYTES_MAX: usize = 16 << 10;
/// Parts that a flight may arrive in; browsers cut a hello into a few dozen.
const PARTS_MAX: usize = 256;
/// Packets in one datagram: the smallest has some forty octets.
const PACKETS_MAX: usize = 32;
const SAMPLE_BYTES: usize = 16;
/// The sample begins as if the packet number had four octets (RFC 9001 section 5.4.2).
const NUMBER_BYTES_MAX: usize = 4;

/// What differs between the versions.
struct Version {
    number: [u8; 4],
    /// Long packet type of an Initial packet.
    initial: u8,
    salt: [u8; 20],
    key: &'static [u8],
    iv: &'static [u8],
    header: &'static [u8],
}

static VERSIONS: [Version; 2] = [
    Version {
        number: [0, 0, 0, 1],
        initial: 0b00,
        salt: [
            0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8,
            0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a,
        ],
        key: b"quic key",
        iv: b"quic iv",
        header: b"quic hp",
    },
    Version {
        number: [0x6b, 0x33, 0x43, 0xcf],
        initial: 0b01,
        salt: [
            0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26,
            0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9,
        ],
        key: b"quicv2 key",
        iv: b"quicv2 iv",
        header: b"quicv2 hp",
    },
];

/// Whether these bytes look like an Initial packet of a client: long header, fixed bit, a version that is read
/// here, and a destination that a client may have made up. A server's may look the same.
pub fn claims(bytes: &[u8]) -> bool {
    header(bytes).is_some()
}

/// Reads one datagram of a client by itself.
///
/// # Errors
/// [`DecodeError`] when it is no client's, is cut, or holds too little of the hello to tell anything.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    Flight::default().datagram(bytes)?.ok_or(DecodeError::Incomplete { needed: None })
}

/// The first words of one client, gathered from the datagrams of its exchange in whatever order.
#[derive(Debug, Default)]
pub struct Flight {
    /// The connection it opens: ports are used again.
    destination: Vec<u8>,
    parts: BTreeMap<usize, Vec<u8>>,
    held_bytes: usize,
    is_whole: bool,
}

impl Flight {
    /// Takes a datagram; gives what the flight says so far, and `None` while that is nothing. Once it
    /// [is whole](Self::is_whole), further datagrams tell nothing new.
    ///
    /// # Errors
    /// [`DecodeError`] when the datagram is no client's or is cut, or the flight is too long to be honest.
    pub fn datagram(&mut self, bytes: &[u8]) -> Result<Option<Message>, DecodeError> {
        let mut rest = bytes;
        let mut packets = 0;
        while packets < PACKETS_MAX
            && let Some(Packet { destination, payload, next }) = open(rest)?
        {
            if self.destination != destination {
                *self = Self { destination: destination.to_vec(), ..Self::default() };
            }
            self.frames(&payload)?;
            packets += 1;
            rest = next;
        }
        if packets == 0 {
            return Err(malformed("Initial Packet", 0));
        }
        let mut message = Message::new(PROTOCOL);
        self.is_whole |=
            tls::read_client_flight(&self.contiguous(), Transport::Quic, &mut message)?;
        Ok(Some(message).filter(Message::says_anything))
    }

    /// Whether all of the hello is there.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The frames an Initial packet may hold (RFC 9000 section 17.2.2); only CRYPTO is kept.
    fn frames(&mut self, payload: &[u8]) -> Result<(), DecodeError> {
        let mut cursor = Cursor { bytes: payload, at: 0 };
        while let Some(kind) = cursor.variable() {
            let step = match kind {
                // PADDING, PING
                0x00 | 0x01 => Some(()),
                0x02 | 0x03 => cursor.acknowledgement(kind == 0x03),
                0x06 => match cursor.crypto() {
                    Some((offset, data)) => {
                        self.keep(offset, data)?;
                        Some(())
                    }
                    None => None,
                },
                // CONNECTION_CLOSE is the last thing anybody says.
                0x1c => return Ok(()),
                _ => None,
            };
            step.ok_or(malformed("frame", cursor.at))?;
        }
        Ok(())
    }

    fn keep(&mut self, offset: u64, data: &[u8]) -> Result<(), DecodeError> {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let length = offset.saturating_add(data.len());
        if length > FLIGHT_BYTES_MAX {
            return Err(DecodeError::TooLong { length, limit: FLIGHT_BYTES_MAX });
        }
        let known = self.parts.get(&offset).map_or(0, Vec::len);
        let is_over = self.held_bytes + data.len() > 2 * FLIGHT_BYTES_MAX
            || self.parts.len() == PARTS_MAX && known == 0;
        if data.len() > known && !is_over {
            self.held_bytes += data.len() - known;
            self.parts.insert(offset, data.to_vec());
        }
        Ok(())
    }

    /// The octets from the first on, up to the first that has not come.
    fn contiguous(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (&offset, data) in &self.parts {
            let Some(known) = bytes.len().checked_sub(offset) else { break };
            bytes.extend_from_slice(data.get(known..).unwrap_or_default());
        }
        bytes
    }
}

/// What stands in clear before the packet number.
struct Header<'a> {
    version: &'static Version,
    destination: &'a [u8],
    rest: &'a [u8],
}

/// ```text
/// +------+---------+-----+----+-----+-----+--------------+-------+--------+--------+-----
/// | 1Txx | version | len | id | len | id  | token length | token | length | number | …
/// +------+---------+-----+----+-----+-----+--------------+-------+--------+--------+-----
/// ```
fn header(bytes: &[u8]) -> Option<Header<'_>> {
    let [first, a, b, c, d, length, rest @ ..] = bytes else { return None };
    let version = VERSIONS.iter().find(|version| version.number == [*a, *b, *c, *d])?;
    if first >> 4 != 0b1100 | version.initial {
        return None;
    }
    let (destination, rest) = rest.split_at_checked(usize::from(*length))?;
    CONNECTION_ID_BYTES.contains(&destination.len()).then_some(Header {
        version,
        destination,
        rest,
    })
}

/// A packet without its protection, and what follows it in its datagram.
struct Packet<'a> {
    destination: &'a [u8],
    payload: Vec<u8>,
    next: &'a [u8],
}

/// Removes the protection of the packet that begins here. `None` where no Initial packet begins: padding, or a
/// packet whose keys are secret.
fn open(datagram: &[u8]) -> Result<Option<Packet<'_>>, DecodeError> {
    let Some(Header { version, destination, rest }) = header(datagram) else { return Ok(None) };
    let incomplete = || DecodeError::Incomplete { needed: None };
    let mut cursor = Cursor { bytes: rest, at: 0 };
    let source = cursor.octets(1).and_then(|length| length.first().copied());
    source.and_then(|length| cursor.octets(length.into())).ok_or_else(incomplete)?;
    let token = cursor.variable().ok_or_else(incomplete)?;
    cursor.octets(token).ok_or_else(incomplete)?;
    let length = cursor.variable().ok_or_else(incomplete)?;
    let number_at = datagram.len() - rest.len() + cursor.at;
    let protected = cursor.octets(length).ok_or_else(incomplete)?;
    let next = rest.get(cursor.at..).unwrap_or_default();
    let head = datagram.get(..number_at).unwrap_or_default();
    let payload = Keys::of(version, destination)
        .and_then(|keys| keys.open(head, protected))
        .ok_or(malformed("protected payload", number_at))?;
    Ok(Some(Packet { destination, payload, next }))
}

/// What protects the packets of a client.
struct Keys {
    packet: LessSafeKey,
    iv: [u8; aead::NONCE_LEN],
    header: quic::HeaderProtectionKey,
}

impl Keys {
    fn of(version: &Version, destination: &[u8]) -> Option<Self> {
        let initial = Salt::new(HKDF_SHA256, &version.salt).extract(destination);
        let client: Prk = expand(&initial, b"client in", HKDF_SHA256, |okm| okm.into())?;
        let mut iv = [0; aead::NONCE_LEN];
        expand(&client, version.iv, Length(aead::NONCE_LEN), |okm| okm.fill(&mut iv))?.ok()?;
        Some(Self {
            packet: expand(&client, version.key, &AES_128_GCM, |okm| {
                LessSafeKey::new(UnboundKey::from(okm))
            })?,
            iv,
            header: expand(&client, version.header, &quic::AES_128, |okm| {
                quic::HeaderProtectionKey::from(okm)
            })?,
        })
    }

    /// `head` ends where the packet number begins; `protected` are the octets the length counts.
    fn open(&self, head: &[u8], protected: &[u8]) -> Option<Vec<u8>> {
        let sample = protected.get(NUMBER_BYTES_MAX..NUMBER_BYTES_MAX + SAMPLE_BYTES)?;
        let [first_mask, number_mask @ ..] = self.header.new_mask(sample).ok()?;
        let mut clear = head.to_vec();
        let first = clear.first_mut()?;
        *first ^= first_mask & 0x0f;
        let number_length = usize::from(*first & 0b11) + 1;
        let (number, sealed) = protected.split_at_checked(number_length)?;
        clear.extend(number.iter().zip(number_mask).map(|(octet, mask)| octet ^ mask));
        let number = clear.get(head.len()..)?.iter().fold(0, |n: u32, &o| n << 8 | u32::from(o));
        let mut payload = sealed.to_vec();
        let length = self
            .packet
            .open_in_place(self.nonce(number), Aad::from(&clear), &mut payload)
            .ok()?
            .len();
        payload.truncate(length);
        Some(payload)
    }

    /// The numbers of a first flight are small: what stands in the packet is all of it.
    fn nonce(&self, number: u32) -> Nonce {
        let mut nonce = self.iv;
        for (octet, part) in nonce.iter_mut().rev().zip(number.to_le_bytes()) {
            *octet ^= part;
        }
        Nonce::assume_unique_for_key(nonce)
    }
}

/// HKDF-Expand-Label of TLS 1.3 (RFC 8446 section 7.1) without a context.
fn expand<L: KeyType, T>(
    secret: &Prk,
    label: &[u8],
    kind: L,
    make: impl FnOnce(Okm<'_, L>) -> T,
) -> Option<T> {
    const PREFIX: &[u8] = b"tls13 ";
    let length = u16::try_from(kind.len()).ok()?.to_be_bytes();
    let label_length = [u8::try_from(PREFIX.len() + label.len()).ok()?];
    let info = [&length[..], &label_length, PREFIX, label, &[0]];
    secret.expand(&info, kind).ok().map(make)
}

/// A length that is no key of an algorithm.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// Reads the variable-length integers of QUIC (RFC 9000 section 16).
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn octets(&mut self, length: u64) -> Option<&'a [u8]> {
        let end = self.at.checked_add(usize::try_from(length).ok()?)?;
        let octets = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(octets)
    }

    fn variable(&mut self) -> Option<u64> {
        let first = *self.bytes.get(self.at)?;
        let octets = self.octets(1 << (first >> 6))?;
        let value = octets.iter().fold(0u64, |value, &octet| value << 8 | u64::from(octet));
        Some(value & (u64::MAX >> 2 >> (64 - 8 * octets.len())))
    }

    fn crypto(&mut self) -> Option<(u64, &'a [u8])> {
        let (offset, length) = (self.variable()?, self.variable()?);
        Some((offset, self.octets(length)?))
    }

    /// Largest acknowledged, delay, ranges; then the counts of congestion marks.
    fn acknowledgement(&mut self, has_counts: bool) -> Option<()> {
        let (_, _, ranges) = (self.variable()?, self.variable()?, self.variable()?);
        // Every range has two octets at least, so a mad count ends with the packet.
        let more = ranges.checked_mul(2)?.checked_add(if has_counts { 4 } else { 1 })?;
        (0..more).try_for_each(|_| self.variable().map(drop))
    }
}

const fn malformed(production: &'static str, offset: usize) -> DecodeError {
    DecodeError::Malformed { production, offset }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use testbed::quic::Version::{V1, V2};
    use testbed::quic::{crypto, initial as sealed};

    use super::*;
    use crate::testing::values;

    /// The connection id of the samples in both RFCs.
    const SAMPLE_ID: [u8; 8] = [0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08];
    /// The CRYPTO frame of RFC 9001 appendix A.2.
    const SAMPLE_FRAME: &str = "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868\
        04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578\
        616d706c652e636f6dff01000100000a00080006001d00170018001000070005\
        04616c706e000500050100000000003300260024001d00209370b2c9caa47fba\
        baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400\
        0d0010000e0403050306030203080408050806002d00020101001c0002400100\
        3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000\
        75300901100f088394c8f03e51570806048000ffff";
    const SAMPLE_PAYLOAD_BYTES: usize = 1_162;
    const SAMPLE_SAYS: &str = "tls.sni=example.com\ntls.ja4=q13d0211an_62ed6f6ca7ad_4d634acda6c0\n";

    fn octets(hex: &str) -> Vec<u8> {
        let octet = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        (0..hex.len()).step_by(2).map(octet).collect()
    }

    fn hex(octets: &[u8]) -> String {
        octets.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    fn sample(version: testbed::quic::Version) -> Vec<u8> {
        let mut payload = octets(SAMPLE_FRAME);
        payload.resize(SAMPLE_PAYLOAD_BYTES, 0);
        sealed(version, &SAMPLE_ID, 2, &payload)
    }

    /// RFC 9001 appendix A.2 and RFC 9369 appendix A.2: the protected header and the start of the payload behind
    /// it, and the tag, which stands for all that is between them.
    #[test]
    fn the_published_packets() {
        for (version, start, tag) in [
            (
                V1,
                "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11",
                "e221af44860018ab0856972e194cd934",
            ),
            (
                V2,
                "d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485",
                "a18b2faa745b6fe189cf772a9f84cbfc",
            ),
        ] {
            let packet = sample(version);
            assert_eq!(packet.len(), 1_200);
            assert_eq!(hex(&packet[..32]), start);
            assert_eq!(hex(&packet[1_184..]), tag);
            assert!(claims(&packet));
            assert_eq!(values(&decode(&packet).unwrap()), SAMPLE_SAYS);
        }
    }

    #[test]
    fn parts_of_a_hello_in_any_order_over_three_datagrams() {
        let frame = octets(SAMPLE_FRAME);
        let hello = &frame[4..];
        let parts = [
            [crypto(150, &hello[150..]), vec![0; 40]].concat(),
            [vec![1], crypto(60, &hello[60..120]), crypto(0, &hello[..20])].concat(),
            [crypto(110, &hello[110..155]), crypto(20, &hello[20..60])].concat(),
        ];
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let mut flight = Flight::default();
            let mut said = String::new();
            for (number, part) in order.into_iter().enumerate() {
                assert!(!flight.is_whole());
                let number = u32::try_from(number).unwrap();
                let datagram = sealed(V1, &SAMPLE_ID, number, &parts[part]);
                if let Some(message) = flight.datagram(&datagram).unwrap() {
                    said = values(&message);
                }
            }
            assert!(flight.is_whole());
            assert_eq!(said, SAMPLE_SAYS, "{order:?}");
        }
    }

    #[test]
    fn a_flight_that_is_cut_gives_its_name_and_no_fingerprint() {
        let frame = octets(SAMPLE_FRAME);
        let mut flight = Flight::default();
        let first = sealed(V1, &SAMPLE_ID, 0, &crypto(0, &frame[4..154]));
        let message = flight.datagram(&first).unwrap().unwrap();
        assert_eq!(values(&message), "tls.sni=example.com\n");
        // The same ports, another connection: its hello is its own.
        let other = sealed(V2, &[7; 20], 0, &frame);
        assert_eq!(values(&flight.datagram(&other).unwrap().unwrap()), SAMPLE_SAYS);
    }

    #[test]
    fn packets_in_one_datagram_and_other_frames_are_read() {
        let frame = octets(SAMPLE_FRAME);
        let acknowledged =
            [&[3, 1, 0, 1, 0, 0, 0, 1, 2, 3][..], &crypto(0, &frame[4..40])].concat();
        let datagram = [
            sealed(V1, &SAMPLE_ID, 0, &acknowledged),
            sealed(V1, &SAMPLE_ID, 1, &crypto(36, &frame[40..])),
            vec![0; 30],
        ]
        .concat();
        assert_eq!(values(&decode(&datagram).unwrap()), SAMPLE_SAYS);
    }

    #[test]
    fn what_is_no_clients_is_refused() {
        let packet = sample(V1);
        let mut changed = packet.clone();
        changed[700] ^= 1;
        assert_eq!(decode(&changed), Err(malformed("protected payload", 18)));
        assert_eq!(decode(&packet[..700]), Err(DecodeError::Incomplete { needed: None }));
        for at in 0..packet.len() {
            assert!(decode(&packet[..at]).is_err());
        }
        // A short header, a handshake packet, another version.
        for (at, value) in [(0, 0x40), (0, 0xe0), (4, 9)] {
            let mut other = packet.clone();
            other[at] = value;
            assert!(!claims(&other));
        }
        let mad =
            sealed(V1, &SAMPLE_ID, 0, &[&[6, 0xff][..], &[0xff; 7], &[1, 0], &[0; 30]].concat());
        assert!(matches!(decode(&mad), Err(DecodeError::TooLong { .. })));
        let no_hello = sealed(V1, &SAMPLE_ID, 0, &crypto(0, &[2, 0, 0, 30, 3, 3, 0, 0, 0, 0, 0]));
        assert_eq!(decode(&no_hello), Err(malformed("ClientHello", 0)));
    }

    proptest! {
        /// No fuzzer finds a valid tag: what stands inside is made up here.
        #[test]
        fn frames_of_any_kind_break_nothing(payload in prop::collection::vec(any::<u8>(), 4..200), at in 0usize..60) {
            let frame = octets(SAMPLE_FRAME);
            let mut mixed = frame.clone();
            mixed.splice(at..at, payload.iter().copied());
            for inside in [payload, mixed] {
                let mut flight = Flight::default();
                let _ = flight.datagram(&sealed(V1, &SAMPLE_ID, 0, &inside));
                prop_assert!(flight.held_bytes <= 2 * FLIGHT_BYTES_MAX);
            }
        }
    }

    /// Whatever a client sends, a flight stays small.
    #[test]
    fn a_flight_has_limits() {
        let mut flight = Flight::default();
        for number in 0..2_000u32 {
            let offset = usize::try_from(number).unwrap() % 8_000;
            let part = sealed(V1, &SAMPLE_ID, number, &crypto(offset + 1, &[1; 100]));
            assert_eq!(flight.datagram(&part), Ok(None));
        }
        assert!(flight.parts.len() <= PARTS_MAX && flight.held_bytes <= 2 * FLIGHT_BYTES_MAX);
    }
}
