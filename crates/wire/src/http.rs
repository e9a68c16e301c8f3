//! Heads of HTTP/1 requests and answers, with the start of the body.
//!
//! A request is about its sender and gives the name it asked for, nothing else: no path, no credentials. Several
//! answers of one connection (a 401, then the page) are read into one message.

mod request;

use std::borrow::Cow;

use model::SignalKind;

use crate::head::Head;
use crate::text::{Authority, find_ignoring_case, html_text, in_charset, split_port};
use crate::{DecodeError, Message, challenge, http_api, mask, onvif, upnp, xml};

pub use request::{Body, Location, Path, UserAgent, get, post};

/// Answers of one connection that are looked at.
const ANSWERS_MAX: usize = 8;
/// How much of a page is searched for its title.
const TITLE_SEARCH_BYTES_MAX: usize = 64 * 1024;
/// Longest title that is kept.
const TITLE_BYTES_MAX: usize = 256;
/// Headers that httparse makes room for.
const STRICT_HEADERS_MAX: usize = 100;
/// Where an answer names the path that was asked for at the latest.
const ANSWERED_PATH_BYTES_MAX: usize = 1024;
/// Longest path that is kept.
const PATH_BYTES_MAX: usize = 128;
/// Methods that clients of cameras use.
const METHODS: [&str; 8] = ["GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "CONNECT", "PATCH"];

/// Whether these bytes look like HTTP.
pub fn claims(bytes: &[u8]) -> bool {
    bytes.starts_with(b"HTTP/") || is_request(bytes) || is_bare_page(bytes)
}

fn is_request(bytes: &[u8]) -> bool {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut words = line.trim_ascii_end().split(|byte| *byte == b' ');
    let method = words.next().unwrap_or_default();
    // The version is missing in HTTP/0.9 and may be cut off.
    METHODS.iter().any(|known| known.as_bytes() == method)
        && words.next().is_some()
        && words
            .next()
            .is_none_or(|version| version.starts_with(b"HTTP/") || b"HTTP/".starts_with(version))
}

/// HTTP/0.9: no head, just the page.
fn is_bare_page(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
    ["<html", "<!doctype html"].iter().any(|mark| {
        start.get(..mark.len()).is_some_and(|head| head.eq_ignore_ascii_case(mark.as_bytes()))
    })
}

/// Reads one or more messages of one direction.
///
/// # Errors
/// [`DecodeError`] when the bytes do not begin with a head or a page.
pub fn decode(bytes: &[u8]) -> Result<Message, DecodeError> {
    let mut message = Message::new("http");
    if bytes.starts_with(b"HTTP/") {
        read_answers(bytes, &mut message);
    } else if is_request(bytes) {
        read_request(&Head::read(bytes), &mut message);
    } else if is_bare_page(bytes) {
        message.note_quirk("http-0.9", "a page without a head");
        read_body(bytes, None, &mut message);
    } else {
        return Err(DecodeError::Malformed { production: "HTTP start line", offset: 0 });
    }
    Ok(message.in_order())
}

/// Reads a challenge that stood in a signal.
pub(crate) fn expand_challenge(text: &str, message: &mut Message) {
    challenge::read(text, message);
}

/// Reads a body that stood in a signal as text, perhaps cut.
pub(crate) fn expand_body(text: &str, message: &mut Message) {
    read_known_body(text, message);
}

fn read_answers(bytes: &[u8], message: &mut Message) {
    let mut rest = bytes;
    for _ in 0..ANSWERS_MAX {
        if !rest.starts_with(b"HTTP/") {
            return;
        }
        let head = Head::read(rest);
        note_strictness(rest, &head, message);
        read_answer_head(&head, message);
        let (body, after) = body_and_rest(&head);
        let is_packed = head.value("content-encoding").is_some_and(|coding| coding != "identity");
        if !is_packed {
            read_body(&body, charset(&head).as_deref(), message);
            say_path(answered_path(&body), status_of(&head), message);
        }
        rest = after;
    }
}

/// What a strict reader refuses is a mark of its server.
fn note_strictness(bytes: &[u8], head: &Head<'_>, message: &mut Message) {
    if !head.is_complete {
        return;
    }
    if head.has_bare_line_feeds {
        message.note_quirk("bare-line-feeds", "lines end without a carriage return");
    }
    let mut headers = [httparse::EMPTY_HEADER; STRICT_HEADERS_MAX];
    if let Err(error) = httparse::Response::new(&mut headers).parse(bytes) {
        message.note_quirk("malformed-head", &error.to_string());
    }
}

fn read_answer_head(head: &Head<'_>, message: &mut Message) {
    for server in head.values("server") {
        if server.is_empty() {
            message.note_quirk("empty-server", "a Server header without a value");
        }
        message.say_value(SignalKind::HttpServer, &server);
    }
    for value in head.values("www-authenticate") {
        challenge::read_header(&value, SignalKind::HttpWwwAuthenticate, message);
    }
    for cookie in head.values("set-cookie") {
        let name = cookie.split(['=', ';']).next().unwrap_or_default();
        message.say_value(SignalKind::HttpCookie, name);
    }
    read_redirect(head, message);
}

fn status_of<'a>(head: &'a Head<'_>) -> &'a str {
    head.start.split_ascii_whitespace().nth(1).unwrap_or_default()
}

/// Where an answer sends the browser is a path that the product has: `"/doc/page/login.asp 302"`.
fn read_redirect(head: &Head<'_>, message: &mut Message) {
    let status = status_of(head);
    let Some(location) = head.value("location").filter(|_| status.starts_with('3')) else { return };
    let path = Authority::of_url(&location).map_or(&*location, |authority| authority.path);
    say_path(path, status, message);
}

/// The path that an answer of ISAPI or LAPI names as the one asked for; empty where there is none.
fn answered_path(body: &[u8]) -> &str {
    const MARKS: [&str; 2] = ["<requestURL>", "\"ResponseURL\":\""];
    let start = body.get(..ANSWERED_PATH_BYTES_MAX).unwrap_or(body);
    // The cut may fall within a character.
    let text = match std::str::from_utf8(start) {
        Ok(text) => text,
        Err(error) => start
            .get(..error.valid_up_to())
            .and_then(|valid| std::str::from_utf8(valid).ok())
            .unwrap_or_default(),
    };
    let after = MARKS.iter().find_map(|mark| Some(text.split_once(mark)?.1));
    after.and_then(|path| path.split(['<', '"']).next()).unwrap_or_default()
}

/// A path of the product, without its query.
fn say_path(path: &str, status: &str, message: &mut Message) {
    let path = path.split(['?', '#', ';']).next().unwrap_or_default().trim();
    if path.len() > 1 && path.len() <= PATH_BYTES_MAX && path.starts_with('/') {
        message.say(SignalKind::HttpPath, format!("{path} {status}"));
    }
}

fn charset<'a>(head: &'a Head<'_>) -> Option<Cow<'a, str>> {
    let kind = head.value("content-type")?;
    let at = find_ignoring_case(kind.as_bytes(), b"charset=")?;
    let label = kind.get(at + "charset=".len()..)?;
    Some(Cow::Owned(label.trim_matches(['"', '\'', ' ', ';']).to_owned()))
}

/// The body of an answer and what follows it. Without a length it goes to the end.
fn body_and_rest<'a>(head: &Head<'a>) -> (Cow<'a, [u8]>, &'a [u8]) {
    let has = |name, word: &str| {
        head.value(name).is_some_and(|value| value.to_ascii_lowercase().contains(word))
    };
    if has("transfer-encoding", "chunked") {
        let (body, rest) = unchunked(head.body);
        return (Cow::Owned(body), rest);
    }
    let length = head.content_length().unwrap_or(head.body.len()).min(head.body.len());
    let (body, rest) = head.body.split_at_checked(length).unwrap_or((head.body, &[]));
    (Cow::Borrowed(body), rest)
}

/// Chunks put together, as many as there are (RFC 9112 section 7.1).
fn unchunked(bytes: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut body = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let (line, after) = rest.split_at_checked(end + 1).unwrap_or((rest, &[]));
        let size = std::str::from_utf8(line)
            .ok()
            .and_then(|line| line.split(';').next())
            .and_then(|size| usize::from_str_radix(size.trim(), 16).ok());
        let Some(size) = size else { break };
        if size == 0 {
            let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
            let blank = after.iter().take_while(|byte| is_end(byte)).count();
            return (body, after.get(blank..).unwrap_or_default());
        }
        let (chunk, after) = after.split_at_checked(size.min(after.len())).unwrap_or((after, &[]));
        body.extend_from_slice(chunk);
        rest = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n")).unwrap_or(after);
    }
    (body, &[])
}

fn read_body(body: &[u8], charset: Option<&str>, message: &mut Message) {
    let start = body.trim_ascii_start();
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    if start.is_empty() || start.iter().take(512).any(|byte| *byte == 0) {
        return;
    }
    let label = charset.map(Cow::Borrowed).or_else(|| charset_in_page(start).map(Cow::Owned));
    let decoded = in_charset(start, label.as_deref());
    let text = mask::secrets(&decoded);
    if let Some(kind) = read_known_body(&text, message) {
        message.say_whole(kind, &text);
        return;
    }
    read_title(&text, message);
    if is_markup_or_json(&text) {
        message.say_whole(SignalKind::HttpBody, &text);
    }
}

/// Only markup and JSON can show a product; scripts, pictures and streams are left out.
fn is_markup_or_json(text: &str) -> bool {
    let first = text.bytes().next();
    matches!(first, Some(b'<' | b'{')) || (first == Some(b'[') && text.contains('{'))
}

/// Reads a body that is an answer of a known interface; its kind when it is one.
fn read_known_body(text: &str, message: &mut Message) -> Option<SignalKind> {
    if text.starts_with('<') && onvif::claims(text.as_bytes()) {
        let spoken = xml::read_text(text, message, |document, message| {
            onvif::read(document.root(), message)
        });
        return matches!(spoken, Ok(Some(onvif::Spoken::Answer))).then_some(SignalKind::OnvifReply);
    }
    if text.starts_with('<') && upnp::claims(text.as_bytes()) {
        let device =
            xml::read_text(text, message, |document, message| upnp::read(document.root(), message));
        return matches!(device, Ok(Some(()))).then_some(SignalKind::UpnpDescription);
    }
    http_api::read(text, message).then_some(SignalKind::HttpBody)
}

/// The charset that a page names for itself.
fn charset_in_page(page: &[u8]) -> Option<String> {
    let head = page.get(..2048).unwrap_or(page);
    let at = find_ignoring_case(head, b"charset=")?;
    let label = head.get(at + "charset=".len()..)?;
    let is_label = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let label = label.strip_prefix(b"\"").unwrap_or(label);
    let end = label.iter().position(|byte| !is_label(byte)).unwrap_or(label.len());
    Some(String::from_utf8_lossy(label.get(..end)?).into_owned())
}

/// The first title of a page; a page cut inside it has none.
fn read_title(page: &str, message: &mut Message) {
    let page = crate::message::shortened(page, TITLE_SEARCH_BYTES_MAX);
    let Some(at) = find_ignoring_case(page.as_bytes(), b"<title") else { return };
    let title = page
        .get(at..)
        .and_then(|tag| tag.split_once('>'))
        .and_then(|(_, rest)| rest.get(..rest.find('<')?));
    let title = html_text(title.unwrap_or_default(), TITLE_BYTES_MAX);
    message.say(SignalKind::HttpTitle, &title);
    expand_title(&title, message);
}

/// `WV-N000 Network Camera`: Panasonic and others title their pages with the model (fact file `protocols.md` section
/// 5.2). One word with a digit in it is a model, others may be what a user wrote.
pub(crate) fn expand_title(title: &str, message: &mut Message) {
    let Some(model) = title.trim().strip_suffix(" Network Camera") else { return };
    if model.bytes().any(|byte| byte.is_ascii_digit()) && !model.contains(char::is_whitespace) {
        message.claim_model(model);
    }
}

fn read_request(head: &Head<'_>, message: &mut Message) {
    if let Some(host) = head.value("host") {
        let (name, _) = split_port(&host);
        if is_public_name(name) {
            message.say(SignalKind::CloudContact, name.to_ascii_lowercase());
        }
    }
}

/// Endings of names that never leave a site.
const LOCAL_ENDINGS: [&str; 8] =
    ["local", "lan", "home", "localdomain", "internal", "intranet", "arpa", "localhost"];

/// Whether a host is named as hosts outside are: labels with a dot between, no address.
fn is_public_name(host: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let Some((_, ending)) = host.rsplit_once('.') else { return false };
    host.len() <= 253
        && host.split('.').all(is_label)
        && ending.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !LOCAL_ENDINGS.iter().any(|local| ending.eq_ignore_ascii_case(local))
}

#[cfg(test)]
mod tests;
