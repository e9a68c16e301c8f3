//! The first packets of a QUIC client (RFC 9001, RFC 9369), protected as on the wire.

use ring::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey, quic};
use ring::hkdf::{HKDF_SHA256, KeyType, Okm, Prk, Salt};

/// A version of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// RFC 9001.
    V1,
    /// RFC 9369.
    V2,
}

impl Version {
    const fn number(self) -> [u8; 4] {
        match self {
            Self::V1 => [0, 0, 0, 1],
            Self::V2 => [0x6b, 0x33, 0x43, 0xcf],
        }
    }

    const fn salt(self) -> &'static [u8] {
        match self {
            Self::V1 => {
                b"\x38\x76\x2c\xf7\xf5\x59\x34\xb3\x4d\x17\x9a\xe6\xa4\xc8\x0c\xad\xcc\xbb\x7f\x0a"
            }
            Self::V2 => {
                b"\x0d\xed\xe3\xde\xf7\x00\xa6\xdb\x81\x93\x81\xbe\x6e\x26\x9d\xcb\xf9\xbd\x2e\xd9"
            }
        }
    }

    const fn labels(self) -> [&'static str; 3] {
        match self {
            Self::V1 => ["quic key", "quic iv", "quic hp"],
            Self::V2 => ["quicv2 key", "quicv2 iv", "quicv2 hp"],
        }
    }

    /// First byte of an Initial packet whose number has four octets.
    const fn first(self) -> u8 {
        match self {
            Self::V1 => 0xc3,
            Self::V2 => 0xd3,
        }
    }
}

/// A part of the handshake in a CRYPTO frame.
///
/// # Panics
/// When offset or length need more than fourteen bits.
pub fn crypto(offset: usize, data: &[u8]) -> Vec<u8> {
    [&[6][..], &two_octets(offset), &two_octets(data.len()), data].concat()
}

/// An Initial packet of a client, its number in four octets.
///
/// # Panics
/// When the payload has fewer than four or more than 16,000 octets.
pub fn initial(version: Version, destination: &[u8], number: u32, payload: &[u8]) -> Vec<u8> {
    const NUMBER_BYTES: usize = 4;
    let [key, iv, header] = version.labels();
    let secret = Salt::new(HKDF_SHA256, version.salt()).extract(destination);
    let secret: Prk = expand(&secret, "client in", HKDF_SHA256, |okm| okm.into());
    let mut nonce = [0; NONCE_LEN];
    expand(&secret, iv, Length(NONCE_LEN), |okm| okm.fill(&mut nonce)).expect("a nonce");
    nonce.iter_mut().rev().zip(number.to_le_bytes()).for_each(|(octet, part)| *octet ^= part);
    let key = expand(&secret, key, &AES_128_GCM, |okm| LessSafeKey::new(UnboundKey::from(okm)));
    let header =
        expand(&secret, header, &quic::AES_128, |okm| quic::HeaderProtectionKey::from(okm));

    let id_length = u8::try_from(destination.len()).expect("an id is short");
    let length = NUMBER_BYTES + payload.len() + AES_128_GCM.tag_len();
    let mut packet = vec![version.first()];
    packet.extend(version.number());
    packet.push(id_length);
    packet.extend(destination);
    // No id of its own, no token.
    packet.extend([0, 0]);
    packet.extend(two_octets(length));
    let number_at = packet.len();
    packet.extend(number.to_be_bytes());
    let mut sealed = payload.to_vec();
    let nonce = Nonce::assume_unique_for_key(nonce);
    key.seal_in_place_append_tag(nonce, Aad::from(&packet), &mut sealed).expect("a short payload");
    let sample = sealed.get(..16).expect("a payload of four octets");
    let [first_mask, masks @ ..] = header.new_mask(sample).expect("sixteen octets");
    packet[0] ^= first_mask & 0x0f;
    packet[number_at..].iter_mut().zip(masks).for_each(|(octet, mask)| *octet ^= mask);
    packet.extend(sealed);
    packet
}

/// A ClientHello that asks for `name`, with a key share of `share_bytes`.
///
/// # Panics
/// When it would need more than sixteen bits for a length.
pub fn client_hello(name: &str, share_bytes: usize) -> Vec<u8> {
    let sized = |bytes: &[u8]| {
        let length = u16::try_from(bytes.len()).expect("a hello is short").to_be_bytes();
        [&length[..], bytes].concat()
    };
    let extension = |kind: u16, data: &[u8]| [&kind.to_be_bytes()[..], &sized(data)].concat();
    let extensions = [
        extension(0x3a3a, &[]),
        extension(0x0033, &sized(&[&[0x11, 0xec][..], &sized(&vec![7; share_bytes])].concat())),
        extension(0x0000, &sized(&[&[0][..], &sized(name.as_bytes())].concat())),
        extension(0x0010, &sized(b"\x02h3")),
        extension(0x002b, &[2, 3, 4]),
        extension(0x000d, &sized(&[4, 3, 8, 4, 4, 1])),
    ];
    let body = [
        &[3, 3][..],
        &[7; 32],
        &[0],
        &sized(&[0x5a, 0x5a, 0x13, 0x01, 0x13, 0x02]),
        &[1, 0],
        &sized(&extensions.concat()),
    ]
    .concat();
    let length = u32::try_from(body.len()).expect("a hello is short").to_be_bytes();
    [&[1][..], &length[1..], &body].concat()
}

/// A number as the two octets of QUIC's integers.
fn two_octets(number: usize) -> [u8; 2] {
    let number = u16::try_from(number).ok().filter(|number| number >> 14 == 0);
    (number.expect("fourteen bits") | 0x4000).to_be_bytes()
}

/// HKDF-Expand-Label of TLS 1.3 (RFC 8446 section 7.1).
fn expand<L: KeyType, T>(
    secret: &Prk,
    label: &str,
    kind: L,
    make: impl FnOnce(Okm<'_, L>) -> T,
) -> T {
    let label = format!("tls13 {label}");
    let length = u16::try_from(kind.len()).expect("keys are short").to_be_bytes();
    let label_length = u8::try_from(label.len()).expect("labels are short");
    let info = [&length[..], &[label_length], label.as_bytes(), &[0]];
    make(secret.expand(&info, kind).expect("keys are short"))
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}
