//! Challenges of HTTP authentication (RFC 9110 section 11.6.1), which RTSP and SIP share, and what realms betray.

use model::{MacAddr, SignalKind};

use crate::Message;
use crate::text::{find_ignoring_case, strip_prefix_ignoring_case};

/// Challenges of one answer that are looked at; devices send one or two.
const CHALLENGES_MAX: usize = 8;

/// Keeps the challenges of one header line, one signal each, and reads their realms.
pub(crate) fn read_header(value: &str, kind: SignalKind, message: &mut Message) {
    let challenges: Vec<&str> = split(value).take(CHALLENGES_MAX).collect();
    if challenges.len() > 1 {
        message.note_quirk("two-challenges-in-one-line", "more than one scheme in one header line");
    }
    for challenge in challenges {
        message.say_value(kind, challenge);
        read(challenge, message);
    }
}

/// Reads what stands in a challenge, or in several: quirks and what realms hold.
pub(crate) fn read(challenge: &str, message: &mut Message) {
    if find_ignoring_case(challenge.as_bytes(), b"stale=\"").is_some() {
        message.note_quirk("quoted-stale", "the stale flag in quotes");
    }
    let mut rest = challenge;
    while let Some(at) = find_ignoring_case(rest.as_bytes(), b"realm=") {
        rest = rest.get(at + "realm=".len()..).unwrap_or_default();
        let realm = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => rest.split(',').next(),
        };
        read_realm(realm.unwrap_or_default().trim(), message);
    }
}

/// Realms that hold a serial number, a hardware address or a model by their maker's grammar (fact file
/// `protocols.md` sections 2.4 and 5.1). The hash that newer Dahua firmware shows instead of its serial number is none.
fn read_realm(realm: &str, message: &mut Message) {
    if let Some(serial) = realm.strip_prefix("Login to ").filter(|serial| is_serial(serial)) {
        message.claim_serial(serial);
    }
    let axis = realm.strip_prefix("AXIS_").map(|rest| rest.strip_prefix("WS_").unwrap_or(rest));
    if let Some(serial) = axis.filter(|serial| serial.parse::<MacAddr>().is_ok()) {
        message.claim_serial(serial);
        message.claim_mac(serial);
    }
    if let Some(mac) = strip_prefix_ignoring_case(realm, "iPolis_") {
        message.claim_mac(mac);
    }
    if realm.starts_with("DCS-") && !realm.contains(' ') {
        message.claim_model(realm);
    }
}

/// Capitals and digits, 13 to 16 of them (15 on most units, 14 on some rebrands), both present.
fn is_serial(text: &str) -> bool {
    (13..=16).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_uppercase())
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// The challenges in one header value. Their parameters are apart by commas as the challenges are, so a
/// challenge begins where a comma is followed by a word without `=`.
pub(crate) fn split(value: &str) -> impl Iterator<Item = &str> {
    let mut rest = value.trim();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = next_challenge(rest).unwrap_or(rest.len());
        let (challenge, after) = rest.split_at_checked(end)?;
        rest = after.trim_start_matches([',', ' ', '\t']);
        Some(challenge.trim().trim_end_matches(',').trim_end())
    })
}

/// Where the second challenge of `text` begins.
fn next_challenge(text: &str) -> Option<usize> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b',' if !is_quoted => {
                let after = text.get(at + 1..)?;
                let item = after.trim_start();
                if begins_challenge(item) {
                    return Some(text.len() - item.len());
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether a list item is a scheme: a word, and after it the end, a comma or blanks and a parameter.
fn begins_challenge(item: &str) -> bool {
    let is_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let length = item.find(|c| !is_token(c)).unwrap_or(item.len());
    let after = item.get(length..).unwrap_or_default();
    let next = after.trim_start();
    length > 0
        && (next.is_empty() || next.starts_with(',') || (after != next && !next.starts_with('=')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_in_one_line_are_told_apart() {
        let of = |value| split(value).collect::<Vec<_>>();
        assert_eq!(of("Basic realm=\"a, b c\""), ["Basic realm=\"a, b c\""]);
        assert_eq!(
            of(
                "Digest qop=\"auth\", realm=\"IP Camera(00000)\", stale=\"FALSE\", Basic realm=\"x\""
            ),
            [
                "Digest qop=\"auth\", realm=\"IP Camera(00000)\", stale=\"FALSE\"",
                "Basic realm=\"x\""
            ]
        );
        assert_eq!(of("Negotiate, NTLM,Basic realm=x y"), ["Negotiate", "NTLM", "Basic realm=x y"]);
        assert_eq!(of("Digest a = \"b\", c = d"), ["Digest a = \"b\", c = d"]);
        assert_eq!(of("  "), [""; 0]);
    }

    #[test]
    fn realms_give_keys_by_their_grammar_alone() {
        for (realm, serial, mac) in [
            ("Login to 0A0000PAA000000", Some("0A0000PAA000000"), None),
            ("Login to ND000000000001", Some("ND000000000001"), None),
            ("Login to 00112233445566778899aabbccddeeff", None, None),
            ("Login to 000000000000000", None, None),
            ("Login to my camera", None, None),
            ("AXIS_00408C000001", Some("00408C000001"), Some("00:40:8c:00:00:01")),
            ("AXIS_WS_00408C000001", Some("00408C000001"), Some("00:40:8c:00:00:01")),
            ("AXIS_1234", None, None),
            ("iPolis_00-09-18-00-00-01", None, Some("00:09:18:00:00:01")),
            ("IP Camera(C0000)", None, None),
        ] {
            let mut message = Message::new("http");
            read(&format!("Digest REALM=\"{realm}\", nonce=\"0\""), &mut message);
            assert_eq!(message.keys.serials.first().map(|serial| &**serial), serial, "{realm}");
            assert_eq!(
                message.keys.macs.first().map(ToString::to_string).as_deref(),
                mac,
                "{realm}"
            );
        }
    }

    #[test]
    fn the_realm_of_a_camera_of_dlink_is_its_model() {
        let mut message = Message::new("http");
        read("Basic realm=\"DCS-0000L\", Basic realm=\"DCS-0000L camera\"", &mut message);
        let said: Vec<_> = message.signals.iter().filter_map(model::Signal::as_text).collect();
        assert_eq!(said, ["DCS-0000L"]);
    }

    proptest::proptest! {
        #[test]
        fn any_value_is_survived_and_no_character_of_a_word_is_lost(value in "[a-zA-Z=,\" \\\\é]{0,40}") {
            let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
            let joined: String = split(&value).collect();
            proptest::prop_assert_eq!(letters(&joined), letters(&value));
            read(&value, &mut Message::new("http"));
        }
    }
}
