//! Requests of HTTP and RTSP, and the pages that answer them.

use std::borrow::Cow;

/// What a web or RTSP server knows.
#[derive(Debug, Clone)]
pub struct Site {
    /// Asked in this order.
    pub pages: Vec<Page>,
    /// What everything else gets.
    pub otherwise: Reply,
}

/// What one request gets.
#[derive(Debug, Clone)]
pub struct Page {
    /// The method.
    pub method: &'static str,
    /// The path, with its query; empty for any.
    pub path: Cow<'static, str>,
    /// A word that stands in the body, such as a SOAP operation; empty for any.
    pub mentions: &'static str,
    /// The answer.
    pub reply: Reply,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Head and body.
    pub bytes: Vec<u8>,
    /// Whether the server ends the connection after it.
    pub ends: bool,
}

impl Reply {
    /// An answer after which the connection stays.
    pub(crate) fn staying(bytes: Vec<u8>) -> Self {
        Self { bytes, ends: false }
    }

    /// An answer that ends the connection.
    pub(crate) fn ending(bytes: Vec<u8>) -> Self {
        Self { bytes, ends: true }
    }
}

impl Site {
    /// A site whose unknown paths get this.
    pub(crate) fn new(otherwise: Reply) -> Self {
        Self { pages: Vec::new(), otherwise }
    }

    /// A page that is got.
    #[must_use]
    pub(crate) fn get(self, path: impl Into<Cow<'static, str>>, bytes: Vec<u8>) -> Self {
        self.page("GET", path, "", bytes)
    }

    /// An operation that is posted.
    #[must_use]
    pub(crate) fn post(
        self,
        path: impl Into<Cow<'static, str>>,
        mentions: &'static str,
        bytes: Vec<u8>,
    ) -> Self {
        self.page("POST", path, mentions, bytes)
    }

    /// A page.
    #[must_use]
    pub(crate) fn page(
        mut self,
        method: &'static str,
        path: impl Into<Cow<'static, str>>,
        mentions: &'static str,
        bytes: Vec<u8>,
    ) -> Self {
        let reply = Reply::staying(bytes);
        self.pages.push(Page { method, path: path.into(), mentions, reply });
        self
    }

    /// The page that answers, if one does.
    pub(crate) fn find(&self, request: &Request<'_>) -> Option<&Page> {
        self.pages.iter().find(|page| {
            // A server answers HEAD where it answers GET.
            let is_method =
                page.method == request.method || (page.method == "GET" && request.method == "HEAD");
            is_method
                && (page.path.is_empty() || page.path == request.target)
                && (page.mentions.is_empty() || request.body.contains(page.mentions))
        })
    }
}

/// One whole request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request<'b> {
    pub(crate) method: &'b str,
    pub(crate) target: &'b str,
    /// RTSP numbers its requests.
    pub(crate) sequence: Option<&'b str>,
    pub(crate) body: Cow<'b, str>,
    /// How many bytes it took.
    pub(crate) length: usize,
}

/// Why there is no request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoRequest {
    /// More bytes have to come.
    Incomplete,
    /// No bytes that come could make it one.
    Malformed,
}

/// A head longer than this is refused, as small servers do.
const HEAD_BYTES_MAX: usize = 8 * 1024;
const METHODS: [&str; 8] =
    ["GET", "HEAD", "POST", "OPTIONS", "DESCRIBE", "PUT", "DELETE", "TEARDOWN"];

/// The first request in these bytes; `protocol` is `HTTP/1.` or `RTSP/1.`.
pub(crate) fn request<'b>(bytes: &'b [u8], protocol: &str) -> Result<Request<'b>, NoRequest> {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Err(unfinished(bytes));
    };
    let head = std::str::from_utf8(&bytes[..end]).map_err(|_| NoRequest::Malformed)?;
    let mut lines = head.split("\r\n");
    let words: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
    let [method, target, version] = words[..] else { return Err(NoRequest::Malformed) };
    if !METHODS.contains(&method) || !version.starts_with(protocol) || target.is_empty() {
        return Err(NoRequest::Malformed);
    }
    let mut length = 0;
    let mut sequence = None;
    for line in lines {
        let (name, value) = line.split_once(':').ok_or(NoRequest::Malformed)?;
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().map_err(|_| NoRequest::Malformed)?,
            "cseq" => sequence = Some(value.trim()),
            _ => {}
        }
    }
    let start: usize = end + 4;
    let stop = start.checked_add(length).ok_or(NoRequest::Malformed)?;
    let body = bytes.get(start..stop).ok_or(NoRequest::Incomplete)?;
    Ok(Request { method, target, sequence, body: String::from_utf8_lossy(body), length: stop })
}

/// Whether the beginning of a head can still become one.
fn unfinished(bytes: &[u8]) -> NoRequest {
    let may_be_method = METHODS.iter().any(|method| {
        let start = format!("{method} ");
        let shared = start.len().min(bytes.len());
        start.as_bytes()[..shared] == bytes[..shared]
    });
    if may_be_method && bytes.len() <= HEAD_BYTES_MAX {
        NoRequest::Incomplete
    } else {
        NoRequest::Malformed
    }
}

/// An answer as an old server writes it: HTTP/1.0, bare line feeds, no length.
pub(crate) fn aged(bytes: &[u8]) -> Vec<u8> {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        return bytes.to_vec();
    };
    let head = String::from_utf8_lossy(&bytes[..end]);
    let head: Vec<&str> =
        head.split("\r\n").filter(|line| !line.starts_with("Content-Length:")).collect();
    let mut aged = head.join("\n").replace("HTTP/1.1", "HTTP/1.0").into_bytes();
    aged.extend(b"\n\n");
    aged.extend(&bytes[end + 4..]);
    aged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_whole_malformed_or_not_yet_there() {
        let whole = b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
        let read = request(whole, "HTTP/1.").unwrap();
        assert_eq!((read.method, read.target, &*read.body), ("POST", "/x", "abc"));
        for end in 1..whole.len() {
            assert_eq!(request(&whole[..end], "HTTP/1."), Err(NoRequest::Incomplete), "{end}");
        }
        for bad in [&b"\x16\x03\x01"[..], b"GET  / HTTP/1.1\r\n\r\n", b"GET / RTSP/1.0\r\n\r\n"] {
            assert_eq!(request(bad, "HTTP/1."), Err(NoRequest::Malformed));
        }
    }
}
