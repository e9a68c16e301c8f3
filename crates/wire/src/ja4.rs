//! JA4: how a TLS client asks, in 36 characters (FoxIO, `technical_details/JA4.md`, BSD 3-Clause).
//!
//! Two devices with one firmware share it; so do all programs that use one library in one way. It is a hint at
//! the software of a client and never at who made a device by itself. The other members of the JA4+ family have
//! a licence that products may not use, and are absent on purpose.

use std::fmt::Write as _;

use ring::digest::{SHA256, digest};

use crate::tls::hello::ClientHello;

/// The hash of a list without members.
const NOTHING: &str = "000000000000";
/// Octets of a hash that are shown.
const HASH_BYTES: usize = 6;
/// Two digits hold no more.
const COUNT_MAX: usize = 99;
/// Server name and ALPN stand in the first part; a client has one fingerprint wherever it goes.
const SHOWN_ELSEWHERE: [u16; 2] = [0x0000, 0x0010];

/// What carries the handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    Tcp,
    Quic,
}

/// The fingerprint of a whole hello.
pub(crate) fn fingerprint(hello: &ClientHello<'_>, transport: Transport) -> String {
    let ciphers = without_grease(hello.ciphers.iter().copied());
    let extensions = without_grease(hello.extensions.iter().map(|extension| extension.kind));
    let transport = match transport {
        Transport::Tcp => 't',
        Transport::Quic => 'q',
    };
    format!(
        "{transport}{}{}{:02}{:02}{}_{}_{}",
        version(hello),
        if hello.names_server() { 'd' } else { 'i' },
        ciphers.len().min(COUNT_MAX),
        extensions.len().min(COUNT_MAX),
        alpn(hello.first_alpn().unwrap_or_default()),
        hash(&hexes(sorted(ciphers))),
        extensions_hash(extensions, hello),
    )
}

/// The highest version that is supported, else the one that old servers look at.
fn version(hello: &ClientHello<'_>) -> &'static str {
    let supported = without_grease(hello.supported_versions());
    match supported.into_iter().max().unwrap_or(hello.version) {
        0x0304 => "13",
        0x0303 => "12",
        0x0302 => "11",
        0x0301 => "10",
        0x0300 => "s3",
        0x0002 => "s2",
        _ => "00",
    }
}

/// First and last character; of its hexadecimal form where one of them is neither letter nor digit.
fn alpn(protocol: &[u8]) -> String {
    let (Some(&first), Some(&last)) = (protocol.first(), protocol.last()) else {
        return "00".into();
    };
    if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() {
        return [first, last].map(char::from).iter().collect();
    }
    format!("{:x}{:x}", first >> 4, last & 0xf)
}

fn extensions_hash(mut extensions: Vec<u16>, hello: &ClientHello<'_>) -> String {
    extensions.retain(|kind| !SHOWN_ELSEWHERE.contains(kind));
    if extensions.is_empty() {
        return NOTHING.into();
    }
    let mut text = hexes(sorted(extensions));
    let algorithms = without_grease(hello.signature_algorithms());
    if !algorithms.is_empty() {
        text.push('_');
        text.push_str(&hexes(algorithms));
    }
    hash(&text)
}

/// GREASE: `0x0a0a`, `0x1a1a`, … (RFC 8701), drawn anew for every connection.
fn without_grease(numbers: impl IntoIterator<Item = u16>) -> Vec<u16> {
    let is_grease = |number: u16| {
        let [high, low] = number.to_be_bytes();
        high == low && low & 0xf == 0xa
    };
    numbers.into_iter().filter(|number| !is_grease(*number)).collect()
}

fn sorted(mut numbers: Vec<u16>) -> Vec<u16> {
    numbers.sort_unstable();
    numbers
}

fn hexes(numbers: Vec<u16>) -> String {
    let texts: Vec<String> = numbers.into_iter().map(|number| format!("{number:04x}")).collect();
    texts.join(",")
}

fn hash(text: &str) -> String {
    if text.is_empty() {
        return NOTHING.into();
    }
    let mut short = String::with_capacity(2 * HASH_BYTES);
    for octet in digest(&SHA256, text.as_bytes()).as_ref().iter().take(HASH_BYTES) {
        let _ = write!(short, "{octet:02x}");
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::hello::Extension;

    const CIPHERS: [u16; 15] = [
        0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014,
        0x009c, 0x009d, 0x002f, 0x0035,
    ];
    const KINDS: [u16; 16] = [
        0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012,
        0x002b, 0xff01, 0x000b, 0x000a, 0x0015,
    ];
    const SIGNATURES: &[u8] = &[0, 16, 4, 3, 8, 4, 4, 1, 5, 3, 8, 5, 5, 1, 8, 6, 6, 1];

    fn data(kind: u16) -> &'static [u8] {
        match kind {
            0x000d => SIGNATURES,
            0x0010 => &[0, 12, 2, b'h', b'2', 8, b'h', b't', b't', b'p', b'/', b'1', b'.', b'1'],
            0x002b => &[6, 0xaa, 0xaa, 3, 4, 3, 3],
            _ => &[],
        }
    }

    fn hello(ciphers: &[u16], kinds: &[u16]) -> ClientHello<'static> {
        let extensions = kinds.iter().map(|&kind| Extension { kind, data: data(kind) }).collect();
        ClientHello { version: 0x0303, ciphers: ciphers.to_vec(), extensions, is_whole: true }
    }

    /// The example of the specification.
    #[test]
    fn the_published_vector() {
        let expected = "t13d1516h2_8daaf6152771_e5627efa2ab1";
        assert_eq!(fingerprint(&hello(&CIPHERS, &KINDS), Transport::Tcp), expected);
        let with_grease = hello(
            &[&[0x2a2a], &CIPHERS[..]].concat(),
            &[&[0xfafa], &KINDS[..], &[0x0a0a]].concat(),
        );
        assert_eq!(fingerprint(&with_grease, Transport::Tcp), expected);
    }

    /// As published: no signature algorithms, so no underscore.
    #[test]
    fn extensions_without_signature_algorithms() {
        let mut offer = hello(&CIPHERS, &KINDS);
        offer.extensions.iter_mut().filter(|e| e.kind == 0x000d).for_each(|e| e.data = &[]);
        assert_eq!(fingerprint(&offer, Transport::Quic), "q13d1516h2_8daaf6152771_6d807ffa2a79");
    }

    #[test]
    fn a_client_that_offers_nothing() {
        let bare = fingerprint(&hello(&[], &[]), Transport::Tcp);
        assert_eq!(bare, "t12i000000_000000000000_000000000000");
        let many = hello(&[0x1301; 120], &[]);
        assert!(fingerprint(&many, Transport::Tcp).starts_with("t12i990000_"));
    }

    /// The examples of the specification.
    #[test]
    fn protocols_that_are_no_text() {
        for (protocol, shown) in [
            (&b"http/1.1"[..], "h1"),
            (b"h", "hh"),
            (b"", "00"),
            (&[0xab], "ab"),
            (&[0xab, 0xcd], "ad"),
            (&[0x30, 0xab], "3b"),
            (&[0x30, 0x31, 0xab, 0xcd], "3d"),
            (&[0x30, 0xab, 0xcd, 0x31], "01"),
        ] {
            assert_eq!(alpn(protocol), shown, "{protocol:x?}");
        }
    }
}
