//! What identifies a device or a person is replaced before it is written down.

use std::net::IpAddr;

use model::{MacAddr, Signal, SignalKind};
use wire::Message;

/// Longest value that is kept.
const VALUE_CHARACTERS_MAX: usize = 200;
/// Numbers of this many digits count up: serial numbers, device ids.
const DIGITS_MIN: usize = 7;
/// Words of letters and digits that may be a serial number: so long, with so many digits in them.
const ID_CHARACTERS_MIN: usize = 8;
const ID_DIGITS_MIN: usize = 4;

/// One signal without what identifies.
pub(crate) fn masked(kind: SignalKind, value: &str, message: &Message) -> String {
    match kind {
        SignalKind::Mac => masked_mac(value),
        SignalKind::DeviceSerial | SignalKind::OnvifSerial | SignalKind::RegisterSerial => {
            placeholder("serial", value)
        }
        SignalKind::DeviceUuid => placeholder("uuid", value),
        SignalKind::DhcpHostname => placeholder("name", value),
        _ if is_whole(kind) => "(kept)".to_owned(),
        _ if is_product(kind) => shortened(&without_keys(value, message)),
        SignalKind::OnvifScopes => shortened(&without_user_scopes(value, message)),
        SignalKind::RtspSdp => sdp_summary(value, message),
        _ => masked_text(value, message),
    }
}

/// Free text, shortened.
pub(crate) fn masked_text(text: &str, message: &Message) -> String {
    shortened(&without_tags(&without_words(&without_keys(text, message), message)))
}

/// Kinds that name a product, of which many units exist: numbers in them are versions.
pub(crate) fn is_product(kind: SignalKind) -> bool {
    matches!(
        kind,
        SignalKind::DeviceModel
            | SignalKind::DeviceFirmware
            | SignalKind::DeviceProtocol
            | SignalKind::OnvifModel
            | SignalKind::OnvifFirmware
            | SignalKind::HttpServer
            | SignalKind::RtspServer
            | SignalKind::SipServer
            | SignalKind::SipUserAgent
            | SignalKind::SnmpSysobjectid
            | SignalKind::DhcpParams
    )
}

/// Kinds that carry a message of somebody else's.
fn is_whole(kind: SignalKind) -> bool {
    matches!(
        kind,
        SignalKind::SadpReply
            | SignalKind::DhipReply
            | SignalKind::DvripReply
            | SignalKind::OnvifProbeMatch
            | SignalKind::OnvifReply
            | SignalKind::SsdpResponse
            | SignalKind::UpnpDescription
            | SignalKind::HttpBody
    )
}

fn placeholder(what: &str, value: &str) -> String {
    format!("<{what}, {} characters>", value.chars().count())
}

fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(VALUE_CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// The prefix of the maker stays.
fn masked_mac(value: &str) -> String {
    match value.parse::<MacAddr>().ok().and_then(MacAddr::oui) {
        Some(_) => format!("{}:<tail>", &value[..8]),
        None => "<nobody's prefix>".to_owned(),
    }
}

/// Without the keys of the message, however they are spelt.
fn without_keys(text: &str, message: &Message) -> String {
    let keys = &message.keys;
    let serials = keys.serials.iter().map(|serial| ("<serial>", serial.to_string()));
    let uuids = keys.uuids.iter().map(|uuid| ("<uuid>", uuid.to_string()));
    let names = keys.hostname.iter().map(|name| ("<name>", name.to_string()));
    let macs = keys.macs.iter().flat_map(|mac| {
        let colons = mac.to_string();
        let bare = colons.replace(':', "");
        // Names that firmware makes end in the last digits.
        let tails = [("-<tail>", format!("-{}", &bare[8..])), ("<tail>", bare[6..].to_owned())];
        [colons.replace(':', "-"), bare, colons].map(|mac| ("<mac>", mac)).into_iter().chain(tails)
    });
    let addresses = keys.addresses.iter().map(|address| ("<address>", address.to_string()));
    serials
        .chain(uuids)
        .chain(names)
        .chain(macs)
        .chain(addresses)
        .fold(text.to_owned(), |text, (placeholder, key)| {
            replaced_ignoring_case(&text, &key, placeholder)
        })
}

fn replaced_ignoring_case(text: &str, what: &str, with: &str) -> String {
    let (lower, what) = (text.to_ascii_lowercase(), what.to_ascii_lowercase());
    let mut clean = String::new();
    let mut end = 0;
    for (at, _) in lower.match_indices(&what).filter(|_| !what.is_empty()) {
        clean.push_str(&text[end..at]);
        clean.push_str(with);
        end = at + what.len();
    }
    clean + &text[end..]
}

/// Without words that look like an identifier, unless the device calls its model or firmware so.
fn without_words(text: &str, message: &Message) -> String {
    let product = message.signals.iter().filter(|signal| is_product(signal.kind));
    let product: Vec<&str> = product.filter_map(Signal::as_text).collect();
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '-' | '_');
    let mut clean = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let end = rest[start..].find(|c| !is_part(c)).map_or(rest.len(), |length| start + length);
        clean.push_str(&rest[..start]);
        let word = &rest[start..end];
        let is_product = product.iter().any(|name| name.contains(word));
        let keeps = is_product && !is_address(word);
        clean.push_str(&if keeps { word.to_owned() } else { masked_word(word) });
        rest = &rest[end..];
    }
    clean + rest
}

fn masked_word(word: &str) -> String {
    if is_address(word) {
        return "<address>".to_owned();
    }
    if word.parse::<MacAddr>().is_ok() {
        return "<mac>".to_owned();
    }
    if is_uuid(word) {
        return "<uuid>".to_owned();
    }
    // Pieces between the separators, which stay.
    let mut clean = String::new();
    for piece in word.split_inclusive([':', '.', '-', '_']) {
        let bare = piece.trim_end_matches([':', '.', '-', '_']);
        let digits = bare.bytes().filter(u8::is_ascii_digit).count();
        let is_id = bare.len() >= ID_CHARACTERS_MIN && digits >= ID_DIGITS_MIN;
        match bare.parse::<MacAddr>() {
            Ok(_) => clean.push_str("<mac>"),
            Err(_) if is_id || (digits == bare.len() && digits >= DIGITS_MIN) => {
                clean.push_str("<id>");
            }
            Err(_) => clean.push_str(bare),
        }
        clean.push_str(&piece[bare.len()..]);
    }
    clean
}

pub(crate) fn is_address(word: &str) -> bool {
    let bare = word.trim_end_matches(['.', ':']);
    let host = bare.rsplit_once(':').map_or(bare, |(host, _)| host);
    host.parse::<std::net::Ipv4Addr>().is_ok() || (bare.len() > 3 && bare.parse::<IpAddr>().is_ok())
}

pub(crate) fn is_uuid(word: &str) -> bool {
    let lengths = word.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

/// The one-time values of challenges, and the tag that the cameras of Hikvision put behind their realm.
fn without_tags(text: &str) -> String {
    let mut clean = text.to_owned();
    for name in ["nonce=\"", "opaque=\""] {
        if let Some((before, rest)) = clean.clone().split_once(name)
            && let Some((_, after)) = rest.split_once('"')
        {
            clean = format!("{before}{name}<once>\"{after}");
        }
    }
    let is_tag = |tag: &str| tag.len() == 5 && tag.bytes().all(|b| b.is_ascii_alphanumeric());
    if let Some((before, rest)) = clean.clone().split_once("IP Camera(")
        && let Some((_, after)) = rest.split_once(')').filter(|(tag, _)| is_tag(tag))
    {
        clean = format!("{before}IP Camera(<tag>){after}");
    }
    clean
}

/// Scopes of which people choose the value.
fn without_user_scopes(scopes: &str, message: &Message) -> String {
    let masked = scopes.split_whitespace().map(|scope| {
        let scope = scope.trim_start_matches("onvif://www.onvif.org/");
        match scope.split_once('/') {
            Some((name, _)) if name.eq_ignore_ascii_case("name") => "name/<name>".to_owned(),
            Some(("location", _)) => "location/<place>".to_owned(),
            _ => without_words(&without_keys(scope, message), message),
        }
    });
    masked.collect::<Vec<_>>().join(" ")
}

/// The lines of a session description that tell one maker from another.
fn sdp_summary(text: &str, message: &Message) -> String {
    let is_telling = |line: &&str| line.starts_with("s=") || line.starts_with("a=tool:");
    let lines = text.lines().filter(is_telling).collect::<Vec<_>>().join("; ");
    masked_text(&lines, message)
}
