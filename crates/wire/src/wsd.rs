//! WS-Discovery (2005/04, with WS-Addressing 2004/08): Probe, ProbeMatches, Hello, Bye.
//!
//! Elements are matched by local name, because prefixes and even namespaces vary. Addresses come with `urn:uuid:`,
//! with `uuid:` alone or bare. `XAddrs` often hold a stale or link-local address: they are keys of the device,
//! the packet's source stays the truth.

mod probe;

use std::borrow::Cow;

use model::{MacAddr, SignalKind};
use roxmltree::Node;

use crate::note::is_placeholder;
use crate::text::{contains, find_ignoring_case, percent_decode, strip_prefix_ignoring_case};
use crate::{About, DecodeError, Message, mask, onvif, xml};

pub use probe::{Wanted, probe};

/// The protocol's public name, in quirks and `device.protocol`.
const PROTOCOL: &str = "ws-discovery";
/// Namespaces of both versions in use hold this.
const NAMESPACES: [&str; 2] =
    ["schemas.xmlsoap.org/ws/2005/04/discovery", "docs.oasis-open.org/ws-dd/ns/discovery"];
/// More types than this are not looked at; devices send one or two.
const TYPES_MAX: usize = 8;
/// Longest name of a type.
const TYPE_BYTES_MAX: usize = 40;
/// More scopes than this are not looked at; devices send below 40.
const SCOPES_MAX: usize = 256;
/// More addresses than this are not looked at; devices send below 8.
const XADDRS_MAX: usize = 16;

/// Whether these bytes look like WS-Discovery.
pub fn claims(bytes: &[u8]) -> bool {
    xml::is_likely(bytes) && NAMESPACES.iter().any(|namespace| contains(bytes, namespace))
}

/// Reads one message. A request is about nobody and keeps nothing.
///
/// # Errors
/// [`DecodeError`] when the bytes are no SOAP message of WS-Discovery.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    let mut message = Message::new(PROTOCOL);
    let decoded = xml::decoded(bytes, &mut message)?;
    // Before it is read: damage makes a type or a name of what stands in a secret's element.
    let text = mask::secrets(&decoded);
    let kind = xml::read_text(&text, &mut message, |document, message| {
        read(document.root_element(), message)
    })?;
    match kind.ok_or(DecodeError::Malformed { production: "WS-Discovery body", offset: 0 })? {
        Spoken::Request => message.about = About::Nobody,
        Spoken::Announcement => {
            message.say_whole(SignalKind::OnvifProbeMatch, &text);
        }
        Spoken::Fault => message.say_whole(SignalKind::OnvifReply, &text),
    }
    Ok(message.in_order())
}

/// Reads a `ProbeMatch` or `Hello` that stood in a signal as text, perhaps cut, into `message`.
pub fn expand(text: &str, message: &mut Message) {
    let _ = xml::read_text(text, message, |document, message| {
        read(document.root_element(), message);
    });
}

/// Reads the scopes that stood in a signal into `message`.
pub fn expand_scopes(text: &str, message: &mut Message) {
    read_scopes(text, message);
}

/// What sort of message it was.
enum Spoken {
    /// Probe or Resolve: a question.
    Request,
    /// A device speaks of itself.
    Announcement,
    /// A device refuses.
    Fault,
}

fn read(root: Node<'_, '_>, message: &mut Message) -> Option<Spoken> {
    let body = xml::find(root, "Body").unwrap_or(root);
    let spoken = if body == root { root } else { body.first_element_child()? };
    let what = match spoken.tag_name().name() {
        "Probe" | "Resolve" => return Some(Spoken::Request),
        "Fault" => {
            message.say_protocol("fault");
            onvif::read_fault(root, message);
            return Some(Spoken::Fault);
        }
        "ProbeMatches" | "ProbeMatch" => "probe-match",
        "ResolveMatches" | "ResolveMatch" => "resolve-match",
        "Hello" => "hello",
        "Bye" => "bye",
        _ => return None,
    };
    read_header(root, message);
    let is_list = matches!(spoken.tag_name().name(), "ProbeMatches" | "ResolveMatches");
    if is_list {
        read_matches(spoken, message)
    } else {
        read_endpoint(spoken, message)
    };
    message.say_protocol(what);
    Some(Spoken::Announcement)
}

/// Uniview numbers its messages where the specification asks for a unique URI.
fn read_header(root: Node<'_, '_>, message: &mut Message) {
    let Some(id) = xml::find_text(root, "MessageID") else { return };
    if id.bytes().all(|byte| byte.is_ascii_digit()) {
        message.note_quirk("numeric-message-id", id);
    }
}

fn read_matches(list: Node<'_, '_>, message: &mut Message) {
    let mut matches = list.children().filter(Node::is_element);
    let Some(first) = matches.next() else {
        message.note_quirk("no-match", "an empty list of matches");
        return;
    };
    read_endpoint(first, message);
    for other in matches {
        if xml::find_text(other, "Address") == xml::find_text(first, "Address") {
            message.note_quirk("repeated-match", "the same endpoint more than once");
        } else {
            // Whoever relays the matches of others is none of them for sure: the first is kept.
            message.note_quirk("relayed-match", "more than one endpoint in one message");
        }
    }
}

fn read_endpoint(endpoint: Node<'_, '_>, message: &mut Message) {
    if let Some(address) = xml::find_text(endpoint, "Address") {
        read_address(address, message);
    }
    if xml::find_text(endpoint, "PortType") == Some("ttl") {
        message.note_quirk("port-type-ttl", "the placeholder of a SOAP toolkit");
    }
    match xml::find(endpoint, "Types") {
        Some(types) => read_types(types, message),
        None if endpoint.tag_name().name() != "Bye" => {
            message.note_quirk("no-types", "no Types element");
        }
        None => {}
    }
    if let Some(scopes) = xml::find(endpoint, "Scopes").and_then(|scopes| scopes.text()) {
        note_spacing(scopes, message);
        read_scopes(scopes, message);
    }
    if let Some(urls) = xml::find_text(endpoint, "XAddrs") {
        urls.split_whitespace().take(XADDRS_MAX).for_each(|url| message.claim_url(url));
    }
}

fn read_address(address: &str, message: &mut Message) {
    let bare = strip_prefix_ignoring_case(address, "urn:").unwrap_or(address);
    let Some(uuid) = strip_prefix_ignoring_case(bare, "uuid:") else {
        if is_uuid(bare) {
            message.note_quirk("bare-guid", "endpoint address without a scheme");
            claim_endpoint(bare, message);
        }
        return;
    };
    if bare.len() == address.len() {
        message.note_quirk("uuid-without-urn", "endpoint address begins with uuid:");
    }
    claim_endpoint(uuid, message);
}

/// The endpoint's UUID, and the hardware address in it where its layout holds one.
pub(crate) fn claim_endpoint(uuid: &str, message: &mut Message) {
    let is_blank = uuid.bytes().all(|byte| matches!(byte, b'0' | b'-'));
    if is_blank || uuid.len() < 8 || uuid.len() > 128 {
        return;
    }
    message.claim_uuid(uuid);
    if let Some(mac) = mac_of_endpoint(uuid) {
        message.claim_mac_address(mac);
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn read_types(types: Node<'_, '_>, message: &mut Message) {
    for name in xml::text_of(types).split_whitespace().take(TYPES_MAX) {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        if is_uuid(local) {
            message.note_quirk("bare-guid", "a GUID in Types");
            continue;
        }
        let namespace = types.lookup_namespace_uri(Some(prefix));
        if !prefix.is_empty() && namespace.is_none() {
            message.note_quirk("undeclared-type-prefix", prefix);
        }
        say_type(namespace, local, message);
    }
}

/// The sort of device: a video transmitter of ONVIF, a printer, a computer.
fn say_type(namespace: Option<&str>, local: &str, message: &mut Message) {
    if local.len() > TYPE_BYTES_MAX || !local.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return;
    }
    let is_onvif = namespace.is_some_and(|uri| uri.contains("www.onvif.org/"))
        || local.starts_with("NetworkVideo");
    message.say_protocol_of(if is_onvif { "onvif" } else { PROTOCOL }, &format!("type={local}"));
}

/// The hardware address in an endpoint UUID, only for layouts that one maker fixed for all its devices (fact file
/// `protocols.md` 3.4). The last twelve digits of other UUIDs are random more often than not.
fn mac_of_endpoint(uuid: &str) -> Option<MacAddr> {
    if !is_uuid(uuid) {
        return None;
    }
    let is_assigned = |mac: &MacAddr| mac.is_identity() && mac.oui().is_some();
    let tail = || uuid.get(24..)?.parse().ok().filter(is_assigned);
    // Uniview, TP-Link and HiChip write the same digits in front of every address.
    const FIXED: [&str; 3] =
        ["00010010-0001-1020-8000-", "3fa1fe68-b915-4053-a3e1-", "2419d68a-2dd2-21b2-a205-"];
    if FIXED.iter().any(|head| strip_prefix_ignoring_case(uuid, head).is_some()) {
        return tail();
    }
    // Hikvision: a time-based UUID of the 1990s, whose node is the address. `1dd2-11b2` is the constant of a
    // UPnP library with a random node.
    let (middle, version) = (uuid.get(9..13)?, uuid.get(14..17)?);
    if version.eq_ignore_ascii_case("11b") && !middle.eq_ignore_ascii_case("1dd2") {
        return tail();
    }
    mac_of_bosch(uuid).filter(is_assigned).or_else(|| tail().filter(|_| is_in_two_hands(uuid)))
}

/// Foscam and HiChip print the address in capitals behind a head in small letters; a UUID that a library makes is of
/// one case.
fn is_in_two_hands(uuid: &str) -> bool {
    uuid.split_at_checked(24).is_some_and(|(head, tail)| {
        head.bytes().any(|b| b.is_ascii_lowercase())
            && !head.bytes().any(|b| b.is_ascii_uppercase())
            && tail.bytes().any(|b| b.is_ascii_uppercase())
            && !tail.bytes().any(|b| b.is_ascii_lowercase())
    })
}

/// Bosch: the address, the address backwards, and part of it again.
fn mac_of_bosch(uuid: &str) -> Option<MacAddr> {
    let mut octets = [0u8; 16];
    let mut digits = uuid.chars().filter_map(|digit| digit.to_digit(16));
    for octet in &mut octets {
        *octet = u8::try_from(digits.next()? << 4 | digits.next()?).ok()?;
    }
    let [a, b, c, d, e, f, backwards @ ..] = octets;
    let is_mirrored = matches!(backwards, [f2, e2, d2, c2, b2, a2, ..]
        if [a2, b2, c2, d2, e2, f2] == [a, b, c, d, e, f]);
    ([a, b, c] == [0x00, 0x07, 0x5f] && is_mirrored).then(|| MacAddr::new([a, b, c, d, e, f]))
}

/// Blanks inside a list are folded when it is kept; how they were written is a mark of the firmware.
fn note_spacing(scopes: &str, message: &mut Message) {
    let inner = scopes.trim();
    if inner.contains("  ") {
        message.note_quirk("double-blank", "scopes apart by two blanks");
    }
    if inner.contains('\n') {
        message.note_quirk("line-break", "scopes apart by line breaks");
    }
}

/// Keeps the scopes and reads what they name.
pub(crate) fn read_scopes(text: &str, message: &mut Message) {
    let mut list = String::with_capacity(text.len());
    let mut named = Named::default();
    for item in text.split_whitespace().take(SCOPES_MAX) {
        if !list.is_empty() {
            list.push(' ');
        }
        list.push_str(item);
        if let Some((key, value)) = key_and_value(item) {
            read_scope(key, value, &mut named, message);
        }
    }
    // Scopes are paths: a secret needs one of these signs, and looking for it costs more than reading them.
    let kept = if list.contains(['@', '=']) { mask::secrets(&list) } else { Cow::Borrowed(&*list) };
    message.say_start(SignalKind::OnvifScopes, &kept, SCOPE_TEXT_BYTES_MAX);
    named.conclude(message);
}

/// Longest list of scopes that is kept.
const SCOPE_TEXT_BYTES_MAX: usize = 8 * 1024;

/// The key of an ONVIF scope and what follows. Management software puts its own name in front of keys.
fn key_and_value(item: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = item.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("onvif") {
        return None;
    }
    let path = rest.split_once('/')?.1;
    let (key, value) = path.split_once('/')?;
    if ["acc", "avigilon"].iter().any(|owner| key.eq_ignore_ascii_case(owner)) {
        return value.split_once('/');
    }
    Some((key, value))
}

/// What has to be seen together before it can be told apart.
#[derive(Default)]
struct Named<'a> {
    name: Option<&'a str>,
    hardware: Option<&'a str>,
}

fn read_scope<'a>(key: &str, value: &'a str, named: &mut Named<'a>, message: &mut Message) {
    let is = |known: &str| key.eq_ignore_ascii_case(known);
    if value.is_empty() {
        return;
    }
    if is("name") {
        note_capital(key, message);
        named.name.get_or_insert(value);
    } else if is("hardware") {
        if is_placeholder(value) {
            message.note_quirk("placeholder-hardware", value);
        } else {
            named.hardware.get_or_insert(value);
        }
    } else if is("model") {
        note_capital(key, message);
        message.claim_model(&percent_decode(value));
    } else if is("manufacturer") || is("mfr") {
        message.claim_brand_word(&percent_decode(value));
    } else if is("type") {
        if let Some(brand) = strip_prefix_ignoring_case(value, "manufacturer/") {
            message.claim_brand_word(&percent_decode(brand));
        }
    } else if is("firmware") || is("version") {
        let version = strip_prefix_ignoring_case(value, "version/").unwrap_or(value);
        message.claim_firmware(&percent_decode(version));
    } else if is("serial") || is("serialnumber") {
        message.claim_serial(&percent_decode(value));
    } else if is("uuid") {
        claim_endpoint(&percent_decode(value), message);
    } else if is("mac") || is("macaddr") || is("macaddress") {
        message.claim_mac(&percent_decode(value));
    }
}

/// HiChip writes `Name` and `Model`.
fn note_capital(key: &str, message: &mut Message) {
    if key.starts_with(|first: char| first.is_ascii_uppercase()) {
        message.note_quirk("capital-scope-key", key);
    }
}

impl Named<'_> {
    fn conclude(self, message: &mut Message) {
        let hardware = self.hardware.map(percent_decode);
        if let Some(hardware) = &hardware {
            message.claim_model(hardware);
        }
        // Below `acc/` stands what the user of a management system typed.
        let Some(name) = self.name.filter(|name| !name.contains('/')) else { return };
        let name = percent_decode(name);
        if let Some(brand) = brand_of_name(&name, hardware.as_deref()) {
            message.claim_brand_word(brand);
        }
    }
}

/// What stands between a brand and a model.
const SEPARATORS: [char; 3] = [' ', '-', '_'];

/// The brand in a `name` scope, which also may hold the model, both, or what the user typed. Taken are the words
/// in front of the model and, on their own, one or two words without a digit.
fn brand_of_name<'a>(name: &'a str, hardware: Option<&str>) -> Option<&'a str> {
    let name = name.trim();
    if let Some(hardware) = hardware {
        if name.eq_ignore_ascii_case(hardware) {
            return None;
        }
        if let Some(before) = find_ignoring_case(name.as_bytes(), hardware.as_bytes())
            .and_then(|at| name.get(..at))
            .filter(|before| before.is_empty() || before.ends_with(SEPARATORS))
        {
            let brand = before.trim_end_matches(SEPARATORS);
            return (!brand.is_empty()).then_some(brand);
        }
    }
    let is_short = name.split_whitespace().count() <= 2;
    let has_digit = name.bytes().any(|byte| byte.is_ascii_digit());
    (is_short && !has_digit && !is_placeholder(name)).then_some(name)
}

#[cfg(test)]
mod tests;
