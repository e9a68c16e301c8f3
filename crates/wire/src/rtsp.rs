//! RTSP heads and session descriptions (RFC 2326, RFC 8866).
//!
//! Several answers of one connection are read into one message. Interleaved media frames are passed over; nothing
//! of media is kept. A request is about its sender and says nothing.

use std::net::SocketAddr;

use model::SignalKind;

use crate::head::Head;
use crate::http::UserAgent;
use crate::text::{Authority, authority, find_ignoring_case};
use crate::{DecodeError, Message, challenge, mask};

/// What a URL need not name (RFC 2326 section 3.2).
const USUAL_PORT: u16 = 554;
/// Messages and media frames of one connection that are looked at.
const PIECES_MAX: usize = 64;
/// Longest session description that is kept; those of cameras are below 4 KB.
const SDP_BYTES_MAX: usize = 8 * 1024;
/// Where the mark of RTSP stands in a request line at the latest.
const REQUEST_LINE_BYTES_MAX: usize = 1024;
/// A session number that one firmware gives to everybody.
const CONSTANT_SESSION: &str = "1234567890";

/// Whether these bytes look like RTSP.
pub fn claims(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RTSP/") || is_request(bytes) || is_sdp(bytes) || begins_after_media(bytes)
}

/// The question for what a server can do: the first that is asked.
pub fn options(host: SocketAddr, sequence: u32, agent: &UserAgent) -> Vec<u8> {
    request("OPTIONS", host, sequence, agent, "")
}

/// The question for the description of what stands at `/`, without credentials. A refusal is the answer that is hoped for:
/// its challenge names the maker. Other paths are not asked for: each guess would count as a wrong login on some firmwares.
pub fn describe(host: SocketAddr, sequence: u32, agent: &UserAgent) -> Vec<u8> {
    request("DESCRIBE", host, sequence, agent, "Accept: application/sdp\r\n")
}

fn request(
    method: &str,
    host: SocketAddr,
    sequence: u32,
    agent: &UserAgent,
    accept: &str,
) -> Vec<u8> {
    let host = authority(host, USUAL_PORT);
    format!(
        "{method} rtsp://{host}/ RTSP/1.0\r\nCSeq: {sequence}\r\nUser-Agent: {agent}\r\n{accept}\r\n"
    )
    .into_bytes()
}

/// `OPTIONS rtsp://host/ RTSP/1.0`.
fn is_request(bytes: &[u8]) -> bool {
    let window = bytes.get(..REQUEST_LINE_BYTES_MAX).unwrap_or(bytes);
    let line = window.split(|byte| *byte == b'\n').next().unwrap_or_default();
    bytes.first().is_some_and(u8::is_ascii_uppercase)
        && line.windows(7).any(|mark| mark == b" RTSP/1" || mark == b" RTSP/2")
}

fn is_sdp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"v=0\r\n") || bytes.starts_with(b"v=0\n")
}

/// A capture that begins within a stream shows media frames first.
fn begins_after_media(bytes: &[u8]) -> bool {
    let rest = after_media(bytes);
    rest.len() < bytes.len() && (rest.starts_with(b"RTSP/") || is_request(rest))
}

/// What follows the interleaved frames at the start: `$`, channel, length, that many bytes.
fn after_media(bytes: &[u8]) -> &[u8] {
    let mut rest = bytes;
    while let [b'$', _channel, high, low, frame @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        rest = frame.get(length..).unwrap_or_default();
    }
    rest
}

/// Reads the messages of one direction, or a session description alone.
///
/// # Errors
/// [`DecodeError`] when the bytes begin with neither.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    let mut message = Message::new("rtsp");
    if is_sdp(bytes) {
        read_sdp(bytes, &mut message);
        return Ok(message.in_order());
    }
    let mut rest = after_media(bytes);
    if !rest.starts_with(b"RTSP/") && !is_request(rest) {
        return Err(DecodeError::Malformed { production: "RTSP start line", offset: 0 });
    }
    for _ in 0..PIECES_MAX {
        if !rest.starts_with(b"RTSP/") {
            break;
        }
        let head = Head::read(rest);
        read_answer(&head, &mut message);
        let body_length = body_of(&head).len();
        rest = after_media(head.body.get(body_length..).unwrap_or_default());
    }
    Ok(message.in_order())
}

/// Reads a challenge that stood in a signal.
pub(crate) fn expand_challenge(text: &str, message: &mut Message) {
    challenge::read(text, message);
}

/// The body by its length; without one to the end, as servers do that forget it.
fn body_of<'a>(head: &Head<'a>) -> &'a [u8] {
    let is_described = || head.value("content-type").is_some();
    match head.content_length() {
        Some(length) => head.body.get(..length).unwrap_or(head.body),
        None if is_described() || is_sdp(head.body) => head.body,
        None => &[],
    }
}

fn read_answer(head: &Head<'_>, message: &mut Message) {
    note_departures(head, message);
    for server in head.values("server") {
        message.say_value(SignalKind::RtspServer, &server);
    }
    for value in head.values("www-authenticate") {
        challenge::read_header(&value, SignalKind::RtspWwwAuthenticate, message);
    }
    let base = head.value("content-base").unwrap_or_default();
    if let Some(address) = Authority::of_url(&base).and_then(|base| base.address()) {
        message.claim_address(address);
    }
    let body = body_of(head);
    if is_sdp(body) {
        read_sdp(body, message);
    } else if !body.is_empty() && find_ignoring_case(body, b"\nm=").is_some() {
        // A description that does not begin with its version is one all the same.
        message.note_quirk("sdp-without-version", "a description that does not begin with v=0");
        read_sdp(body, message);
    }
}

/// Spellings that differ by server.
fn note_departures(head: &Head<'_>, message: &mut Message) {
    if head.has_bare_line_feeds {
        message.note_quirk("bare-line-feeds", "lines end without a carriage return");
    }
    if head.has_stray_lines {
        message.note_quirk("stray-line", "a line in the head that is no header");
    }
    if head.is_spelt("Cseq") {
        message.note_quirk("cseq-spelling", "Cseq");
    }
    if head.raw_values("cseq").any(|value| value.ends_with(b" ")) {
        message.note_quirk("cseq-trailing-blank", "a blank after the sequence number");
    }
    let is_padded = |name| head.raw_values(name).any(|value: &[u8]| value.starts_with(b"  "));
    if is_padded("date") {
        message.note_quirk("date-two-blanks", "two blanks before the date");
    }
    if is_padded("session") {
        message.note_quirk("session-padded", "blanks before the session");
    }
    if head.values("transport").any(|transport| transport.contains(";ssrc= ")) {
        message.note_quirk("ssrc-padded", "a blank before the synchronisation source");
    }
    if head.value("date").is_some_and(|date| is_month_first(&date)) {
        message.note_quirk("date-month-day-year", "a date with the month before the day");
    }
    let session = head.value("session").unwrap_or_default();
    if session.split(';').next() == Some(CONSTANT_SESSION) {
        message.note_quirk("constant-session", "the session number that everybody gets");
    }
}

/// `Thu, May 14 2020 16:45:35 GMT` where RFC 2326 asks for `Thu, 14 May 2020`.
fn is_month_first(date: &str) -> bool {
    let mut words = date.split_ascii_whitespace().skip(1);
    let is_month = |word: &str| word.len() == 3 && word.bytes().all(|b| b.is_ascii_alphabetic());
    let is_day = |word: &str| word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
    words.next().is_some_and(is_month) && words.next().is_some_and(is_day)
}

/// Keeps a session description and the address it names as its origin.
fn read_sdp(body: &[u8], message: &mut Message) {
    let text = String::from_utf8_lossy(body);
    message.say_start(SignalKind::RtspSdp, &mask::secrets(&text), SDP_BYTES_MAX);
    expand_description(&text, message);
}

/// Reads a session description that stood in a signal: the address of its origin, and the hardware address in the
/// name that UniFi cameras give their streams, `<MAC>_0` (fact file `protocols.md` section 5.1).
pub(crate) fn expand_description(text: &str, message: &mut Message) {
    let origin = text.lines().find_map(|line| line.strip_prefix("o="));
    let address =
        origin.and_then(|origin| origin.split_ascii_whitespace().next_back()?.parse().ok());
    if let Some(address) = address {
        message.claim_interface(address);
    }
    let name = text.lines().find_map(|line| line.strip_prefix("s=")).unwrap_or_default();
    if let Some((mac, stream)) = name.trim_end().split_once('_')
        && mac.len() == 12
        && !stream.is_empty()
        && stream.bytes().all(|byte| byte.is_ascii_digit())
    {
        message.claim_mac(mac);
    }
}

#[cfg(test)]
mod tests {
    use model::Signal;
    use proptest::prelude::*;

    use super::*;
    use crate::About;

    const SDP: &str = "v=0\r\no=- 1 1 IN IP4 10.0.0.6\r\ns=Media Presentation\r\n\
        a=control:rtsp://joe:secret@10.0.0.6/x\r\nm=video 0 RTP/AVP 96\r\n";

    fn read(bytes: impl AsRef<[u8]>) -> Message {
        assert!(claims(bytes.as_ref()));
        decode(bytes.as_ref()).unwrap()
    }

    fn values(message: &Message, kind: SignalKind) -> Vec<&str> {
        message.signals.iter().filter(|s| s.kind == kind).filter_map(Signal::as_text).collect()
    }

    fn described() -> String {
        format!(
            "RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Base: rtsp://10.0.0.6:554/s/\r\nContent-Length: {}\r\n\r\n{SDP}",
            SDP.len()
        )
    }

    #[test]
    fn answers_and_media_of_one_connection_are_read_together() {
        let mut bytes = b"$\x00\x00\x02ab".to_vec();
        bytes.extend(
            b"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nServer: Example RTSP/1\r\nWWW-Authenticate: Digest \
              realm=\"Login to 0A0000PAA000000\", nonce=\"0\"\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n",
        );
        bytes.extend(b"$\x01\x00\x01c");
        bytes.extend(described().as_bytes());
        bytes.extend(b"RTSP/1.0 200 OK\r\nSession: 00112233\r\n\r\n$\x00\xff\xffcut");
        let message = read(&bytes);
        assert_eq!(message.about, About::Sender);
        assert_eq!(message.signals[0].kind, SignalKind::RtspSdp);
        assert_eq!(values(&message, SignalKind::RtspServer), ["Example RTSP/1"]);
        assert_eq!(values(&message, SignalKind::RtspWwwAuthenticate).len(), 2);
        assert_eq!(values(&message, SignalKind::DeviceSerial), ["0A0000PAA000000"]);
        assert_eq!(message.keys.addresses.len(), 1);
        assert_eq!(message.quirks, []);
        let kept = format!("{message:?}");
        assert!(!kept.contains("secret") && !kept.contains("00112233"));
    }

    #[test]
    fn a_description_alone_or_without_its_length_is_kept() {
        let kept = SDP.trim().replace("joe:secret", "***");
        assert_eq!(values(&read(SDP), SignalKind::RtspSdp), [&*kept]);
        let unmeasured = format!("RTSP/1.0 200 OK\r\nCSeq: 2\r\n\r\n{SDP}");
        assert_eq!(values(&read(unmeasured), SignalKind::RtspSdp), [&*kept]);
        let headless = "RTSP/1.0 200 OK\r\nContent-Type: application/sdp\r\n\r\ns=x\r\nm=video 0 RTP/AVP 96\r\n";
        let message = read(headless);
        assert_eq!(values(&message, SignalKind::DeviceQuirk), ["rtsp/sdp-without-version"]);
    }

    #[test]
    fn spellings_of_servers_are_quirks() {
        for (header, quirk) in [
            ("Date: Thu, May 14 2020 16:45:35 GMT", "date-month-day-year"),
            ("Date:  Thu, 14 May 2020 16:45:35 GMT", "date-two-blanks"),
            ("WWW-Authenticate: Digest realm=\"x\", stale=\"FALSE\"", "quoted-stale"),
            (
                "WWW-Authenticate: Digest realm=\"x\", Basic realm=\"x\"",
                "two-challenges-in-one-line",
            ),
            ("CSeq: 1 ", "cseq-trailing-blank"),
            ("Cseq: 1", "cseq-spelling"),
            ("nonsense", "stray-line"),
            ("Session: 1234567890;timeout=60", "constant-session"),
            ("Session:        708345999", "session-padded"),
            ("Transport: RTP/AVP/TCP;unicast;interleaved=0-1;ssrc= 1a2b3c4", "ssrc-padded"),
        ] {
            let message = read(format!("RTSP/1.0 200 OK\r\n{header}\r\n\r\n"));
            assert_eq!(values(&message, SignalKind::DeviceQuirk), [format!("rtsp/{quirk}")]);
        }
    }

    #[test]
    fn the_name_of_a_stream_may_hold_the_hardware_address() {
        let of = |name: &str| read(SDP.replace("Media Presentation", name)).keys.macs.len();
        assert_eq!(of("68D79A000001_0"), 1);
        assert!(
            ["68D79A000001", "68D79A000001_x", "a_0", "68D79A0000010_0"]
                .iter()
                .all(|it| of(it) == 0)
        );
        let mut expanded = Message::new("rtsp");
        let text = SDP.replace("Media Presentation", "68D79A000001_0");
        expand_description(&text, &mut expanded);
        assert_eq!(expanded.keys, read(text).keys);
    }

    #[test]
    fn requests_say_nothing() {
        let message = read(
            "DESCRIBE rtsp://joe:secret@10.0.0.6/ RTSP/1.0\r\nCSeq: 1\r\nAuthorization: Basic x\r\n\r\n",
        );
        assert_eq!((message.about, message.signals.len()), (About::Sender, 0));
        assert!(!claims(b"GET / HTTP/1.1\r\n\r\n"));
        assert!(!claims(b"$\x00\x00\x02abGET"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>, length in 0usize..400) {
            let _ = claims(&bytes);
            let _ = decode(&bytes);
            let _ = decode(&[b"RTSP/1.0 200 OK\r\n", &bytes[..]].concat());
            let text = described();
            let _ = decode(text.as_bytes().get(..length).unwrap_or_default());
        }
    }
}
