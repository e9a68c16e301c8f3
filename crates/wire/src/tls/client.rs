//! The hello by which a server is asked for its certificate.
//!
//! TLS 1.0 to 1.2 are offered, with suites from RC4 on, since many devices know nothing newer (fact file `protocols.md`
//! section 5.4), and not TLS 1.3, whose certificates are encrypted. No key is ever agreed on: once the certificate is read
//! the connection ends.

use super::{CLIENT_HELLO, HANDSHAKE};
use crate::Unwritable;

/// RFC 1035 section 2.3.4.
const NAME_BYTES_MAX: usize = 253;
/// Version of the record: what the oldest servers take (RFC 5246 appendix E.1).
const TLS_1_0: [u8; 2] = [3, 1];
/// The newest version that is offered.
const TLS_1_2: [u8; 2] = [3, 3];
/// Strong first, as browsers order them; every key exchange with a certificate, every cipher down to single DES.
const SUITES: [u16; 43] = [
    0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0x009e, 0x009f,
    0xccaa, // AEAD, forward secret
    0xc023, 0xc027, 0xc024, 0xc028, 0xc009, 0xc013, 0xc00a, 0xc014, // elliptic, CBC
    0x0067, 0x006b, 0x0033, 0x0039, 0x0032, 0x0038, 0x0045, 0x0088, // finite field, CBC
    0x009c, 0x009d, 0x003c, 0x003d, 0x002f, 0x0035, 0x0041, 0x0084, // RSA
    0xc008, 0xc012, 0x0016, 0x0013, 0x000a, // triple DES
    0xc011, 0x0005, 0x0004, // RC4
    0x0009, // single DES
    0x00ff, // renegotiation is understood (RFC 5746), which some servers insist on
];
/// `supported_groups`: X25519 and the curves of NIST.
const GROUPS: [u16; 4] = [0x001d, 0x0017, 0x0018, 0x0019];
/// `signature_algorithms`: what signs certificates and key exchanges, down to SHA-1 and MD5.
const SIGNATURES: [u16; 13] = [
    0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0603, 0x0806, 0x0601, 0x0203, 0x0201, 0x0202,
    0x0101,
];
const SERVER_NAME: u16 = 0x0000;
const SUPPORTED_GROUPS: u16 = 0x000a;
const POINT_FORMATS: u16 = 0x000b;
const SIGNATURE_ALGORITHMS: u16 = 0x000d;

/// The name of a server that has more than one certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerName(Box<str>);

impl ServerName {
    /// Takes a host name in ASCII. Addresses are none (RFC 6066 section 3).
    ///
    /// # Errors
    /// [`Unwritable`] when it is none.
    pub fn new(name: &str) -> Result<Self, Unwritable> {
        const WHAT: &str = "server name";
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        Unwritable::check(WHAT, name, NAME_BYTES_MAX, is_allowed)?;
        let is_label = |label: &str| (1..=63).contains(&label.len());
        let is_address = name.parse::<std::net::Ipv4Addr>().is_ok();
        if is_address || !name.split('.').all(is_label) {
            return Err(Unwritable::Forbidden { what: WHAT, offset: 0 });
        }
        Ok(Self(name.into()))
    }
}

/// A hello that makes servers show their certificate in clear.
pub fn client_hello(random: [u8; 32], server_name: Option<&ServerName>) -> Vec<u8> {
    let name = server_name.map(|name| {
        let entry = [&[0][..], &prefixed::<2>(name.0.as_bytes())].concat();
        extension(SERVER_NAME, &prefixed::<2>(&entry))
    });
    let extensions = [
        name.unwrap_or_default(),
        extension(SUPPORTED_GROUPS, &prefixed::<2>(&octets(&GROUPS))),
        extension(POINT_FORMATS, &prefixed::<1>(&[0])),
        extension(SIGNATURE_ALGORITHMS, &prefixed::<2>(&octets(&SIGNATURES))),
    ];
    let body = [
        &TLS_1_2[..],
        &random,
        // No session to resume.
        &prefixed::<1>(&[]),
        &prefixed::<2>(&octets(&SUITES)),
        // No compression.
        &prefixed::<1>(&[0]),
        &prefixed::<2>(&extensions.concat()),
    ];
    let handshake = [&[CLIENT_HELLO][..], &prefixed::<3>(&body.concat())].concat();
    [&[HANDSHAKE][..], &TLS_1_0, &prefixed::<2>(&handshake)].concat()
}

fn extension(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &prefixed::<2>(data)].concat()
}

fn octets(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// `content` behind its length of `N` octets. INVARIANT: nothing of a hello is longer than a record.
fn prefixed<const N: usize>(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes();
    let length = length.last_chunk::<N>().copied().unwrap_or([0; N]);
    [&length[..], content].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_name_is_a_name() {
        assert!(ServerName::new("camera.example.org").is_ok());
        for name in ["", "10.0.0.1", "a..b", "a b", "a\0", "[::1]", &"a".repeat(64)] {
            assert!(ServerName::new(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_hello_is_shorter_than_what_hangs_old_balancers() {
        // RFC 7685: lengths of 256 to 511 octets.
        assert!(client_hello([0; 32], None).len() < 256);
    }
}
