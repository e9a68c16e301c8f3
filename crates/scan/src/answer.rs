//! When an answer on a connection is whole, so that the connection can be ended at once.

/// What a server is expected to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Nothing: that the port is open is the answer.
    Nothing,
    /// A greeting, unasked.
    Greeting,
    /// A head of lines, a blank line, and a body as long as it says (HTTP, RTSP).
    HeadAndBody,
    /// The first flight of a TLS server: its hello and its certificate.
    TlsFlight,
}

/// An answer is cut here: what tells a maker stands in the first of it.
pub(crate) const ANSWER_BYTES_MAX: usize = 16 * 1024;
/// Content type of TLS records that carry an alert (RFC 5246 section 6.2.1).
const TLS_ALERT: u8 = 21;
/// Content type of TLS records that carry a handshake.
const TLS_HANDSHAKE: u8 = 22;
/// Handshake message that ends a server's first flight (RFC 5246 section 7.4).
const TLS_SERVER_HELLO_DONE: u8 = 14;

impl Expected {
    /// Whether nothing more need be waited for.
    pub(crate) fn is_whole(self, answer: &[u8]) -> bool {
        answer.len() >= ANSWER_BYTES_MAX
            || match self {
                Self::Nothing => true,
                Self::Greeting => answer.contains(&b'\n'),
                Self::HeadAndBody => is_body_whole(answer),
                Self::TlsFlight => is_flight_whole(answer),
            }
    }
}

fn is_body_whole(answer: &[u8]) -> bool {
    let Some((head, body)) = split_head(answer) else { return false };
    // Without a length the body lasts until the server ends the connection.
    content_length(head).is_some_and(|length| body.len() >= length)
}

/// Head and body of an answer; bare line feeds count as line ends.
fn split_head(answer: &[u8]) -> Option<(&[u8], &[u8])> {
    let ends = |pattern: &[u8]| {
        answer.windows(pattern.len()).position(|w| w == pattern).map(|at| (at, at + pattern.len()))
    };
    let (at, after) = [ends(b"\r\n\r\n"), ends(b"\n\n")].into_iter().flatten().min()?;
    Some((answer.get(..at)?, answer.get(after..)?))
}

/// The value of `Content-Length`; an answer that may have no body counts as one of length 0.
fn content_length(head: &[u8]) -> Option<usize> {
    let text = String::from_utf8_lossy(head);
    let mut lines = text.lines();
    let status = lines.next()?.split(' ').nth(1)?;
    let named = lines.filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
        name.trim().eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let has_no_body = text.starts_with("RTSP/") || matches!(status, "204" | "304");
    named.or(has_no_body.then_some(0))
}

fn is_flight_whole(mut records: &[u8]) -> bool {
    let mut handshake = Vec::new();
    while let [kind, _, _, high, low, rest @ ..] = records {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        match *kind {
            TLS_HANDSHAKE => handshake.extend_from_slice(rest.get(..length).unwrap_or(rest)),
            TLS_ALERT => return rest.len() >= length,
            // No TLS, or a part of it that a first flight does not hold.
            _ => return true,
        }
        records = rest.get(length..).unwrap_or_default();
    }
    let mut messages = handshake.as_slice();
    while let [kind, a, b, c, rest @ ..] = messages {
        if *kind == TLS_SERVER_HELLO_DONE {
            return true;
        }
        let length = usize::try_from(u32::from_be_bytes([0, *a, *b, *c])).unwrap_or(usize::MAX);
        messages = rest.get(length..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_without_a_length_lasts_until_the_end() {
        let is_whole = |text: &str| Expected::HeadAndBody.is_whole(text.as_bytes());
        assert!(!is_whole("HTTP/1.1 200 OK\r\nServer: x\r\n"));
        assert!(!is_whole("HTTP/1.1 200 OK\r\n\r\n<html>"));
        assert!(!is_whole("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n<html>"));
        assert!(is_whole("HTTP/1.1 200 OK\r\ncontent-length : 6\r\n\r\n<html>"));
        assert!(is_whole("HTTP/1.0 401 No\nContent-Length: 0\n\n"));
        assert!(is_whole("RTSP/1.0 200 OK\r\nPublic: OPTIONS\r\n\r\n"));
        assert!(is_whole(&format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(ANSWER_BYTES_MAX))));
    }

    #[test]
    fn a_flight_ends_with_hello_done_or_an_alert() {
        let record = |kind: u8, body: &[u8]| {
            let length = u16::try_from(body.len()).unwrap().to_be_bytes();
            [&[kind, 3, 1, length[0], length[1]][..], body].concat()
        };
        let hello = record(TLS_HANDSHAKE, &[2, 0, 0, 2, 3, 1]);
        let done = record(TLS_HANDSHAKE, &[TLS_SERVER_HELLO_DONE, 0, 0, 0]);
        let whole = |parts: &[&[u8]]| Expected::TlsFlight.is_whole(&parts.concat());
        assert!(!whole(&[]));
        assert!(!whole(&[&hello]));
        assert!(!whole(&[&hello, &done[..7]]));
        assert!(whole(&[&hello, &done]));
        assert!(whole(&[&record(TLS_ALERT, &[2, 40])]));
        assert!(!whole(&[&record(TLS_ALERT, &[2, 40])[..6]]));
        assert!(whole(&[b"HTTP/1.0 400 Bad request\r\n\r\n"]));
    }
}
