//! The first flight of a TLS server below version 1.3, which is in clear: hello, certificate, done.
//!
//! The certificate is made here, with a key and a signature of zeros: it can be read, and nothing can be verified with it.

/// What a server shows of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its certificate, in DER.
    pub der: Vec<u8>,
    /// The newest version it speaks.
    pub newest: Version,
    /// The oldest.
    pub oldest: Version,
}

/// A version of the protocol, as it stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u8, pub u8);

impl Version {
    /// SSL 3.0.
    pub const SSL_3: Self = Self(3, 0);
    /// TLS 1.0.
    pub const TLS_1_0: Self = Self(3, 1);
    /// TLS 1.2.
    pub const TLS_1_2: Self = Self(3, 3);
    /// TLS 1.3: the certificate is encrypted.
    pub const TLS_1_3: Self = Self(3, 4);
}

/// An attribute of a name: the last number of its identifier below 2.5.4, and its value.
pub(crate) type Attribute<'t> = (u8, &'t str);

pub(crate) const COMMON_NAME: u8 = 3;
pub(crate) const COUNTRY: u8 = 6;
pub(crate) const LOCALITY: u8 = 7;
pub(crate) const PROVINCE: u8 = 8;
pub(crate) const ORGANISATION: u8 = 10;
pub(crate) const UNIT: u8 = 11;

impl Certificate {
    /// A certificate with these names, of a server that speaks TLS 1.0 to 1.2.
    pub(crate) fn new(subject: &[Attribute<'_>], issuer: &[Attribute<'_>]) -> Self {
        let der = certificate(&name(subject), &name(issuer));
        Self { der, newest: Version::TLS_1_2, oldest: Version::TLS_1_0 }
    }

    /// One that is its own issuer.
    pub(crate) fn of(subject: &[Attribute<'_>]) -> Self {
        Self::new(subject, subject)
    }

    /// The same certificate, of a server that speaks these versions.
    #[must_use]
    pub(crate) fn spoken(mut self, oldest: Version, newest: Version) -> Self {
        (self.oldest, self.newest) = (oldest, newest);
        self
    }

    /// What the server answers to a client's first record; `None` while more has to come.
    ///
    /// # Errors
    /// [`NoHello`] when that is no hello.
    pub(crate) fn answer(&self, bytes: &[u8]) -> Result<Option<Vec<u8>>, NoHello> {
        let offer = match Offer::read(bytes)? {
            Some(offer) => offer,
            None => return Ok(None),
        };
        if self.newest >= Version::TLS_1_3 && offer.newest >= Version::TLS_1_3 {
            return Ok(Some(encrypted_flight()));
        }
        let version = self.newest.min(offer.legacy).min(Version::TLS_1_2);
        let Some(suite) = offer.suite.filter(|_| version >= self.oldest) else {
            return Ok(Some(alert(PROTOCOL_VERSION)));
        };
        Ok(Some(self.flight(version, suite)))
    }

    fn flight(&self, version: Version, suite: [u8; 2]) -> Vec<u8> {
        let hello = [&[version.0, version.1][..], &[7; 32], &[0], &suite, &[0]].concat();
        let chain = sized_24(&sized_24(&self.der));
        let messages =
            [message(SERVER_HELLO, &hello), message(CERTIFICATE, &chain), message(HELLO_DONE, &[])];
        messages.iter().flat_map(|message| record(HANDSHAKE, version, message)).collect()
    }
}

/// These bytes are no hello of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoHello;

/// What a client offers.
struct Offer {
    legacy: Version,
    newest: Version,
    /// The first suite of a version below 1.3.
    suite: Option<[u8; 2]>,
}

impl Offer {
    fn read(bytes: &[u8]) -> Result<Option<Self>, NoHello> {
        let Some(([kind, major, _, high, low], rest)) = bytes.split_first_chunk::<5>() else {
            return Ok(None);
        };
        if (*kind, *major) != (HANDSHAKE, 3) {
            return Err(NoHello);
        }
        let Some(hello) = rest.get(..usize::from(u16::from_be_bytes([*high, *low]))) else {
            return Ok(None);
        };
        Self::read_hello(hello).ok_or(NoHello).map(Some)
    }

    fn read_hello(message: &[u8]) -> Option<Self> {
        let ([kind, _, _, _, major, minor], rest) = message.split_first_chunk::<6>()?;
        let legacy = Version(*major, *minor);
        let rest = rest.get(32..).filter(|_| *kind == CLIENT_HELLO)?;
        let (&session, rest) = rest.split_first()?;
        let (length, rest) = rest.get(usize::from(session)..)?.split_first_chunk::<2>()?;
        let (suites, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        let is_old = |suite: &&[u8; 2]| suite[0] != 0x13 && suite[0] & 0x0f != 0x0a;
        let suite = suites.as_chunks::<2>().0.iter().find(is_old).copied();
        // `supported_versions` (0x002b) with 1.3 in it; a hello holds these five bytes for nothing else.
        let offers_13 = rest.windows(2).any(|window| window == [0, 0x2b])
            && rest.windows(2).any(|window| window == [3, 4]);
        let newest = if offers_13 { Version::TLS_1_3 } else { legacy };
        Some(Self { legacy, newest, suite })
    }
}

const HANDSHAKE: u8 = 22;
const ALERT: u8 = 21;
const APPLICATION_DATA: u8 = 23;
const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;
const CERTIFICATE: u8 = 11;
const HELLO_DONE: u8 = 14;
const PROTOCOL_VERSION: u8 = 70;

/// A fatal alert.
fn alert(description: u8) -> Vec<u8> {
    record(ALERT, Version::TLS_1_0, &[2, description])
}

/// What TLS 1.3 shows: a hello, and then nothing that can be read.
fn encrypted_flight() -> Vec<u8> {
    let extensions = [0, 0x2b, 0, 2, 3, 4];
    let hello = [&[3, 3][..], &[7; 32], &[0, 0x13, 0x01, 0], &[0, 6], &extensions].concat();
    let hello = record(HANDSHAKE, Version::TLS_1_2, &message(SERVER_HELLO, &hello));
    [hello, record(APPLICATION_DATA, Version::TLS_1_2, &[0x55; 900])].concat()
}

fn record(kind: u8, version: Version, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).expect("a flight is short").to_be_bytes();
    [&[kind, version.0, version.1][..], &length, body].concat()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind][..], &sized_24(body)].concat()
}

/// The bytes behind their length in three octets.
fn sized_24(body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("a flight is short").to_be_bytes();
    [&length[1..], body].concat()
}

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const NULL: u8 = 0x05;
const OBJECT_IDENTIFIER: u8 = 0x06;
const UTF8_STRING: u8 = 0x0c;
const UTC_TIME: u8 = 0x17;
/// `rsaEncryption` and `sha256WithRSAEncryption` (RFC 8017, RFC 4055).
const RSA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const SHA256_WITH_RSA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = match u8::try_from(content.len()) {
        Ok(short @ ..=127) => vec![short],
        Ok(long) => vec![0x81, long],
        Err(_) => {
            let [a, b] = u16::try_from(content.len()).expect("a name is short").to_be_bytes();
            vec![0x82, a, b]
        }
    };
    [&[tag][..], &length, content].concat()
}

fn name(attributes: &[Attribute<'_>]) -> Vec<u8> {
    let parts: Vec<u8> = attributes
        .iter()
        .flat_map(|(number, value)| {
            let kind = element(OBJECT_IDENTIFIER, &[0x55, 4, *number]);
            let pair = [kind, element(UTF8_STRING, value.as_bytes())].concat();
            element(SET, &element(SEQUENCE, &pair))
        })
        .collect();
    element(SEQUENCE, &parts)
}

fn algorithm(identifier: &[u8]) -> Vec<u8> {
    element(SEQUENCE, &[element(OBJECT_IDENTIFIER, identifier), element(NULL, &[])].concat())
}

/// `Certificate` of RFC 5280: version 3, serial 1, a key of zeros with exponent 65537.
fn certificate(subject: &[u8], issuer: &[u8]) -> Vec<u8> {
    // The first octet of a bit string counts unused bits; a modulus begins with 1, as it must not be negative.
    let modulus = [&[1][..], &[0; 127]].concat();
    let key =
        element(SEQUENCE, &[element(INTEGER, &modulus), element(INTEGER, &[1, 0, 1])].concat());
    let key = element(BIT_STRING, &[&[0][..], &key].concat());
    let validity =
        [element(UTC_TIME, b"150101000000Z"), element(UTC_TIME, b"350101000000Z")].concat();
    let signed = [
        &element(0xa0, &element(INTEGER, &[2]))[..],
        &element(INTEGER, &[1]),
        &algorithm(&SHA256_WITH_RSA),
        issuer,
        &element(SEQUENCE, &validity),
        subject,
        &element(SEQUENCE, &[algorithm(&RSA), key].concat()),
    ];
    let signature = element(BIT_STRING, &[0; 129]);
    let parts = [element(SEQUENCE, &signed.concat()), algorithm(&SHA256_WITH_RSA), signature];
    element(SEQUENCE, &parts.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quic;

    fn shown(certificate: &Certificate, hello: &[u8]) -> Vec<u8> {
        certificate.answer(&record(HANDSHAKE, Version::TLS_1_0, hello)).unwrap().unwrap()
    }

    fn old_hello(version: Version) -> Vec<u8> {
        let body =
            [&[version.0, version.1][..], &[7; 32], &[0, 0, 4, 0xc0, 0x2f, 0, 0x2f, 1, 0]].concat();
        message(CLIENT_HELLO, &body)
    }

    #[test]
    fn the_certificate_is_one_to_an_independent_reader() {
        use x509_parser::prelude::{FromDer as _, X509Certificate};
        let certificate = Certificate::new(
            &[(COUNTRY, "SE"), (ORGANISATION, "Example AB"), (COMMON_NAME, "camera")],
            &[(COMMON_NAME, "Example CA")],
        );
        let (rest, read) = X509Certificate::from_der(&certificate.der).unwrap();
        assert!(rest.is_empty());
        assert_eq!(read.subject().to_string(), "C=SE, O=Example AB, CN=camera");
        assert_eq!(read.issuer().to_string(), "CN=Example CA");
        assert!(read.public_key().parsed().is_ok());
    }

    #[test]
    fn the_flight_is_read_and_depends_on_what_is_offered() {
        let certificate = Certificate::of(&[(COMMON_NAME, "camera")]);
        let flight = shown(&certificate, &old_hello(Version::TLS_1_2));
        let message = wire::tls::decode(&flight).unwrap();
        let subject =
            message.signals.iter().find(|signal| signal.kind == model::SignalKind::TlsSubject);
        assert_eq!(subject.and_then(model::Signal::as_text), Some("CN=camera"));
        assert_eq!(flight[9..11], [3, 3]);

        let old = certificate.clone().spoken(Version::SSL_3, Version::TLS_1_0);
        assert_eq!(shown(&old, &old_hello(Version::TLS_1_2))[9..11], [3, 1]);
        let strict = certificate.clone().spoken(Version::TLS_1_2, Version::TLS_1_2);
        assert_eq!(shown(&strict, &old_hello(Version::TLS_1_0)), alert(PROTOCOL_VERSION));
        let new = certificate.clone().spoken(Version::TLS_1_2, Version::TLS_1_3);
        assert_eq!(shown(&new, &quic::client_hello("x.example", 32)), encrypted_flight());
        assert_eq!(certificate.answer(b"GET / HTTP/1.1\r\n\r\n"), Err(NoHello));
        assert_eq!(certificate.answer(&[22, 3, 1, 0, 9]), Ok(None));
    }
}
