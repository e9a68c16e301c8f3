//! Text as peers send it: cuts, charsets, escapes, addresses inside URLs.

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};

use crate::message::shortened;

/// Text of a header or banner: UTF-8, else Latin-1, which old web servers mean when they send other bytes.
pub(crate) fn header_text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::mem::decode_latin1(bytes),
    }
}

/// `text` read in the charset that `label` names; without a known label as [`header_text`] reads it.
pub(crate) fn in_charset<'a>(bytes: &'a [u8], label: Option<&str>) -> Cow<'a, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    match label.and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes())) {
        Some(encoding) if encoding != encoding_rs::UTF_8 => {
            encoding.decode_without_bom_handling(bytes).0
        }
        _ => header_text(bytes),
    }
}

/// Percent escapes resolved. A broken escape stays as it is; what is no UTF-8 afterwards is replaced.
pub(crate) fn percent_decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = match after {
            [high, low, ..] if first == b'%' => hex_pair(*high, *low),
            _ => None,
        };
        octets.push(escaped.unwrap_or(first));
        rest = rest.get(if escaped.is_some() { 3 } else { 1 }..).unwrap_or_default();
    }
    Cow::Owned(match String::from_utf8(octets) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

fn hex_pair(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}

/// The entities of HTML that titles hold, resolved; blanks folded; at most `max` bytes.
pub(crate) fn html_text(text: &str, max: usize) -> String {
    let mut plain = String::with_capacity(text.len().min(max));
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, entity) = rest.split_at(at);
        plain.push_str(before);
        let (character, length) = entity_at(entity).unwrap_or(('&', 1));
        plain.push(character);
        rest = entity.get(length..).unwrap_or_default();
    }
    plain.push_str(rest);
    let mut folded = String::with_capacity(plain.len().min(max));
    let is_gap = |character: char| character.is_whitespace() || character.is_control();
    for word in plain.split(is_gap).filter(|word| !word.is_empty()) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    shortened(&folded, max).to_owned()
}

/// Longest entity that is looked for: `&thetasym;` and `&#x10ffff;`.
const ENTITY_MAX: usize = 10;

fn entity_at(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(ENTITY_MAX).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "copy" => '©',
        "reg" => '®',
        "trade" => '™',
        "ndash" => '–',
        "mdash" => '—',
        "middot" => '·',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((character, end + 1))
}

/// Where `needle` (ASCII, lower case) stands in `haystack`, whatever the case there.
pub(crate) fn find_ignoring_case(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window.eq_ignore_ascii_case(needle))
}

/// Whether `needle` stands in `haystack`; fast where that is UTF-8.
pub(crate) fn contains(haystack: &[u8], needle: &str) -> bool {
    match std::str::from_utf8(haystack) {
        Ok(text) => text.contains(needle),
        Err(_) => haystack.windows(needle.len()).any(|window| window == needle.as_bytes()),
    }
}

/// `text` without `prefix` (ASCII), whatever its case.
pub(crate) fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| text.get(prefix.len()..))?
}

/// Host and port of a URL, without credentials; the port is the scheme's own where none is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Authority<'a> {
    /// Host, without brackets.
    pub host: &'a str,
    /// TCP port, where the URL or its scheme tells one.
    pub port: Option<u16>,
    /// Path with query, from its slash on; empty where there is none.
    pub path: &'a str,
}

/// An address as a URL or a `Host` header spells it (RFC 3986 section 3.2.2); a zone means nothing to a peer and is left out.
pub(crate) fn host(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

/// Host and port as a URL or a `Host` header spells them; the usual port goes without saying.
pub(crate) fn authority(host_and_port: SocketAddr, usual_port: u16) -> String {
    let host = host(host_and_port.ip());
    match host_and_port.port() {
        port if port == usual_port => host,
        port => format!("{host}:{port}"),
    }
}

impl<'a> Authority<'a> {
    /// Reads `scheme://[user@]host[:port][/path]`.
    pub(crate) fn of_url(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end)?;
        let authority = authority.rsplit_once('@').map_or(authority, |(_, after)| after);
        let (host, port) = split_port(authority);
        let scheme_port = match scheme {
            _ if scheme.eq_ignore_ascii_case("http") => Some(80),
            _ if scheme.eq_ignore_ascii_case("https") => Some(443),
            _ if scheme.eq_ignore_ascii_case("rtsp") => Some(554),
            _ => None,
        };
        (!host.is_empty()).then_some(Self { host, port: port.or(scheme_port), path })
    }

    /// The host as an address, where it is one.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        // A link-local address may carry its zone: `fe80::1%eth0`.
        let bare = self.host.split_once('%').map_or(self.host, |(address, _)| address);
        bare.parse().ok()
    }
}

/// `host:port`, `[v6]:port` or either without a port.
pub(crate) fn split_port(authority: &str) -> (&str, Option<u16>) {
    if let Some(inside) = authority.strip_prefix('[') {
        let (host, after) = inside.split_once(']').unwrap_or((inside, ""));
        return (host, after.strip_prefix(':').and_then(|port| port.parse().ok()));
    }
    match authority.split_once(':') {
        Some((host, port)) if !port.contains(':') => (host, port.parse().ok()),
        _ => (authority, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_resolved_and_broken_ones_kept() {
        assert_eq!(percent_decode("EXAMPLE%20DC-100%2fA"), "EXAMPLE DC-100/A");
        assert_eq!(percent_decode("100%"), "100%");
        assert_eq!(percent_decode("%zz%e1%ba%a5"), "%zzấ");
        assert_eq!(percent_decode("%ff"), "\u{fffd}");
    }

    #[test]
    fn titles_lose_entities_and_folds() {
        assert_eq!(html_text("  A &amp; B\r\n\t&#39;C&#x27; &bogus; &", 64), "A & B 'C' &bogus; &");
        assert_eq!(html_text("ééé", 3), "é");
    }

    #[test]
    fn charsets_that_are_named_are_read() {
        let gb = [0xcd, 0xf8, 0xc2, 0xe7];
        assert_eq!(in_charset(&gb, Some("gb2312")), "网络");
        assert_eq!(in_charset(b"caf\xe9", None), "café");
        assert_eq!(in_charset(b"caf\xe9", Some("utf-8")), "café");
    }

    #[test]
    fn authorities_of_urls() {
        let of = |url| Authority::of_url(url).map(|a| (a.host, a.port, a.path));
        assert_eq!(
            of("http://10.0.0.1/onvif/device_service"),
            Some(("10.0.0.1", Some(80), "/onvif/device_service"))
        );
        assert_eq!(of("https://[fe80::1]:8443"), Some(("fe80::1", Some(8443), "")));
        assert_eq!(of("rtsp://u:p@cam/x"), Some(("cam", Some(554), "/x")));
        assert_eq!(of("10.0.0.1"), None);
        assert_eq!(of("http:///x"), None);
    }
}
