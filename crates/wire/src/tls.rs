//! TLS handshakes, as far as they are in clear: the name a client asks for and how it asks (JA4),
//! and below TLS 1.3 the certificate of the server.
//!
//! Read leniently: devices send SSL 3.0, MD5, negative serial numbers and dates of 1970 (fact file
//! `protocols.md` section 5.4). A chain that is cut still gives the names that stand before the cut.

mod client;
pub(crate) mod hello;

use std::fmt::Write as _;
use std::num::NonZeroUsize;

use model::SignalKind;
use x509_parser::prelude::{AttributeTypeAndValue, FromDer, X509Name};

use self::hello::ClientHello;
use crate::ja4::{self, Transport};
use crate::note::mac_in;
use crate::{DecodeError, Message, ber};

pub use client::{ServerName, client_hello};

const PROTOCOL: &str = "tls";
/// 2^14 and what old stacks add (RFC 5246 section 6.2.3).
const RECORD_BYTES_MAX: usize = 16 * 1024 + 2048;
/// A chain of a device is shorter than this.
const HANDSHAKE_BYTES_MAX: usize = 64 * 1024;
const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;
const CERTIFICATE: u8 = 11;
/// `md5WithRSAEncryption`, 1.2.840.113549.1.1.4.
const MD5_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04];
/// `BMPString`: two octets a character, the only string type of a name that is no superset of ASCII.
const BMP_STRING: u32 = 30;

/// Whether these bytes look like the start of a handshake: a record that holds a hello.
pub fn claims(bytes: &[u8]) -> bool {
    matches!(bytes, [HANDSHAKE, 3, 0..=4, _, _, CLIENT_HELLO | SERVER_HELLO, ..])
}

/// Reads the start of one direction of a connection.
///
/// # Errors
/// [`DecodeError`] when the hello is cut or malformed.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    if !claims(bytes) {
        return Err(DecodeError::Malformed { production: "TLSPlaintext", offset: 0 });
    }
    let handshake = defragmented(bytes);
    let mut message = Message::new(PROTOCOL);
    for (number, part) in Parts(&handshake).enumerate() {
        match part.kind {
            CLIENT_HELLO if number == 0 => {
                if !read_client_hello(&part, Transport::Tcp, &mut message) {
                    part.whole()?;
                }
                break;
            }
            SERVER_HELLO => {
                part.whole()?;
                if part.body.starts_with(&[3, 0]) {
                    message.note_quirk("ssl-3.0", "");
                }
            }
            CERTIFICATE => {
                if !read_chain(part.body, &mut message) {
                    part.whole()?;
                }
                break;
            }
            _ => {}
        }
    }
    Ok(message)
}

/// The handshake messages behind each other, up to the first record of another type: what follows is encrypted.
fn defragmented(bytes: &[u8]) -> Vec<u8> {
    let mut handshake = Vec::new();
    let mut rest = bytes;
    while let [HANDSHAKE, 3, _, high, low, body @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if length > RECORD_BYTES_MAX || handshake.len() > HANDSHAKE_BYTES_MAX {
            break;
        }
        handshake.extend_from_slice(body.get(..length).unwrap_or(body));
        rest = body.get(length..).unwrap_or_default();
    }
    handshake
}

/// One handshake message; the last may be cut.
struct Part<'a> {
    kind: u8,
    body: &'a [u8],
    missing: usize,
}

impl Part<'_> {
    fn whole(&self) -> Result<(), DecodeError> {
        match NonZeroUsize::new(self.missing) {
            None => Ok(()),
            needed => Err(DecodeError::Incomplete { needed }),
        }
    }
}

struct Parts<'a>(&'a [u8]);

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        let [kind, a, b, c, behind @ ..] = self.0 else { return None };
        let length = usize::try_from(u32::from_be_bytes([0, *a, *b, *c])).unwrap_or(usize::MAX);
        let body = behind.get(..length).unwrap_or(behind);
        self.0 = behind.get(length..).unwrap_or_default();
        Some(Part { kind: *kind, body, missing: length - body.len() })
    }
}

/// The start of what a client says where no records are around it, as in QUIC. Says whether the hello is whole.
///
/// # Errors
/// [`DecodeError`] when it is no hello.
pub(crate) fn read_client_flight(
    handshake: &[u8],
    transport: Transport,
    message: &mut Message,
) -> Result<bool, DecodeError> {
    match Parts(handshake).next() {
        Some(part) if part.kind == CLIENT_HELLO => {
            read_client_hello(&part, transport, message);
            Ok(part.missing == 0)
        }
        None if matches!(handshake, [] | [CLIENT_HELLO, ..]) => Ok(false),
        _ => Err(DecodeError::Malformed { production: "ClientHello", offset: 0 }),
    }
}

/// The server name among the extensions, as far as they are there; of a whole hello its fingerprint too. Says
/// whether there was either.
fn read_client_hello(part: &Part<'_>, transport: Transport, message: &mut Message) -> bool {
    let hello = ClientHello::read(part.body);
    let is_whole = hello.is_whole && part.missing == 0;
    if let Some(name) = hello.server_name() {
        message.say_value(SignalKind::TlsSni, &String::from_utf8_lossy(name));
    }
    if is_whole {
        message.say(SignalKind::TlsJa4, ja4::fingerprint(&hello, transport));
    }
    is_whole || hello.server_name().is_some()
}

/// The first certificate of the chain, which is the server's own. Says whether there was one.
fn read_chain(body: &[u8], message: &mut Message) -> bool {
    let [_, _, _, _, _, _, certificate @ ..] = body else { return false };
    read_certificate(certificate, message).is_some()
}

/// `TBSCertificate`: version, serial, algorithm, issuer, validity, subject, …
fn read_certificate(bytes: &[u8], message: &mut Message) -> Option<()> {
    let certificate = ber::content_of(bytes, ber::SEQUENCE)?;
    let to_be_signed = ber::content_of(certificate, ber::SEQUENCE)?;
    let mut fields = ber::elements(to_be_signed).skip_while(|field| field.tag != ber::INTEGER);
    let serial = fields.next()?;
    let algorithm = fields.next()?;
    let issuer = name(fields.next()?.whole)?;
    let subject = fields.nth(1).and_then(|subject| name(subject.whole));
    if let Some(subject) = &subject {
        message.say_value(SignalKind::TlsSubject, subject);
    }
    message.say_value(SignalKind::TlsIssuer, &issuer);
    if serial.content.first().is_some_and(|first| first & 0x80 != 0) {
        message.note_quirk("negative-serial", "");
    }
    if ber::content_of(algorithm.content, ber::OBJECT_IDENTIFIER) == Some(MD5_WITH_RSA) {
        message.note_quirk("md5-signature", "");
    }
    expand_subject(&subject.unwrap_or_default(), message);
    Some(())
}

/// What a subject tells beside itself. Axis writes the hardware address into the name, Avigilon model and
/// serial number.
pub fn expand_subject(subject: &str, message: &mut Message) {
    let common_name =
        subject.split(',').find_map(|part| part.strip_prefix("CN=")).unwrap_or_default();
    if let Some(mac) = common_name.strip_prefix("axis-").and_then(mac_in) {
        message.claim_mac_address(mac);
    }
    if let Some((model, serial)) =
        common_name.strip_prefix("AVIGILON-CAMERA-").and_then(|rest| rest.rsplit_once('-'))
    {
        message.claim_model(model);
        message.claim_serial(serial);
    }
}

/// A name as RFC 4514 writes it, most specific part first.
fn name(der: &[u8]) -> Option<String> {
    let (_, name) = X509Name::from_der(der).ok()?;
    let mut text = String::new();
    for relative in name.iter_rdn().collect::<Vec<_>>().into_iter().rev() {
        for (number, attribute) in relative.iter().enumerate() {
            let separator = if number > 0 { "+" } else { "," };
            let separator = if text.is_empty() { "" } else { separator };
            let _ =
                write!(text, "{separator}{}={}", type_name(attribute), escaped(&value(attribute)));
        }
    }
    Some(text)
}

fn type_name(attribute: &AttributeTypeAndValue<'_>) -> String {
    let dotted = attribute.attr_type().to_id_string();
    let short = match dotted.as_str() {
        "2.5.4.3" => "CN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "STREET",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "title",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "emailAddress",
        _ => return dotted,
    };
    short.to_owned()
}

fn value(attribute: &AttributeTypeAndValue<'_>) -> String {
    let value = attribute.attr_value();
    if value.tag().0 == BMP_STRING {
        let units: Vec<u16> =
            value.data.as_chunks::<2>().0.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
        return String::from_utf16_lossy(&units);
    }
    String::from_utf8_lossy(value.data).into_owned()
}

/// RFC 4514 section 2.4.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for (place, character) in value.trim().char_indices() {
        let is_special = matches!(character, ',' | '+' | '"' | '\\' | '<' | '>' | ';');
        if is_special || (place == 0 && character == '#') {
            text.push('\\');
        }
        match character {
            '\0'..='\x1f' => {}
            _ => text.push(character),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::values;

    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82], &length[..], content].concat()
    }

    fn dn(parts: &[(u8, &str)]) -> Vec<u8> {
        let parts: Vec<u8> = parts
            .iter()
            .flat_map(|(number, value)| {
                let pair =
                    [element(6, &[0x55, 4, *number]), element(0x0c, value.as_bytes())].concat();
                element(0x31, &element(0x30, &pair))
            })
            .collect();
        element(0x30, &parts)
    }

    fn certificate(serial: &[u8], algorithm: &[u8], subject: &[(u8, &str)]) -> Vec<u8> {
        let issuer = dn(&[(6, "CN"), (10, "Maker, Inc."), (3, "Product Root CA")]);
        let fields = [
            element(0xa0, &[2, 1, 2]),
            element(2, serial),
            element(0x30, &element(6, algorithm)),
            issuer,
            element(
                0x30,
                &[element(0x17, b"700101000000Z"), element(0x17, b"700101000000Z")].concat(),
            ),
            dn(subject),
            element(0x30, &[0; 40]),
        ];
        element(0x30, &[element(0x30, &fields.concat()), element(0x30, &[])].concat())
    }

    fn handshake(kind: u8, body: &[u8]) -> Vec<u8> {
        [&[kind], &u32::try_from(body.len()).unwrap().to_be_bytes()[1..], body].concat()
    }

    /// One flight, cut into records of at most `size` bytes.
    fn records(flight: &[u8], size: usize) -> Vec<u8> {
        flight
            .chunks(size)
            .flat_map(|part| {
                [&[22, 3, 1][..], &u16::try_from(part.len()).unwrap().to_be_bytes(), part].concat()
            })
            .collect()
    }

    fn server_flight(certificate: &[u8], version: [u8; 2]) -> Vec<u8> {
        let hello = [&version[..], &[7; 32], &[0, 0, 4, 0]].concat();
        let length = &u32::try_from(certificate.len()).unwrap().to_be_bytes()[1..];
        let chain = [length, length, certificate].concat();
        [handshake(SERVER_HELLO, &hello), handshake(CERTIFICATE, &chain)].concat()
    }

    #[test]
    fn a_client_names_the_server_it_wants() {
        let name = b"hub.example.org";
        let sni = [&[0, 0, 0, 20, 0, 18, 0, 0, 15][..], name].concat();
        let body = [&[3, 3][..], &[7; 32], &[0, 0, 2, 0, 4, 1, 0, 0, 24], &sni].concat();
        let bytes = records(&handshake(CLIENT_HELLO, &body), 512);
        assert!(claims(&bytes));
        let whole = "tls.sni=hub.example.org\ntls.ja4=t12d010100_0591b59c1bdd_000000000000\n";
        assert_eq!(values(&decode(&bytes).unwrap()), whole);
        let longer = [&body[..], &[0, 43, 0, 3, 2, 3, 4]].concat();
        let cut = &records(&handshake(CLIENT_HELLO, &longer), 512)[..bytes.len()];
        assert_eq!(values(&decode(cut).unwrap()), "tls.sni=hub.example.org\n");
        assert!(matches!(decode(&bytes[..40]), Err(DecodeError::Incomplete { .. })));
    }

    #[test]
    fn an_old_server_shows_its_names_across_records() {
        let subject = [(3, "axis-accc8e000001"), (10, "Maker, Inc.")];
        let flight = server_flight(&certificate(&[0x80, 1], MD5_WITH_RSA, &subject), [3, 0]);
        let message = decode(&records(&flight, 100)).unwrap();
        insta::assert_snapshot!(values(&message), @r"
        device.quirk=tls/ssl-3.0
        tls.subject=O=Maker\, Inc.,CN=axis-accc8e000001
        tls.issuer=CN=Product Root CA,O=Maker\, Inc.,C=CN
        device.quirk=tls/negative-serial
        device.quirk=tls/md5-signature
        mac=ac:cc:8e:00:00:01
        ");
    }

    #[test]
    fn a_cut_chain_gives_what_stands_before_the_cut() {
        let subject = [(3, "AVIGILON-CAMERA-0.0-H3-D0-0000001")];
        let whole = certificate(&[1], &[0x2a], &subject);
        let flight = server_flight(&whole, [3, 3]);
        let message = decode(&records(&flight[..flight.len() - 30], 16 * 1024)).unwrap();
        insta::assert_snapshot!(values(&message), @r"
        tls.subject=CN=AVIGILON-CAMERA-0.0-H3-D0-0000001
        tls.issuer=CN=Product Root CA,O=Maker\, Inc.,C=CN
        device.model=0.0-H3-D0
        device.serial=0000001
        ");
        assert!(decode(&records(&flight[..60], 100)).is_err());
    }
}
