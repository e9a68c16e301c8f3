//! Answers of web and RTSP servers, and the sites that are common to many devices.

use super::site::{Reply, Site};
use crate::messages::{http_response, rtsp_response};

/// A page of HTML with this title.
pub(crate) fn page(server: Option<&str>, title: &str) -> Vec<u8> {
    let body = format!("<html><head><title>{title}</title></head><body></body></html>");
    with_server("200 OK", server, &[("Content-Type", "text/html")], &body)
}

/// An answer with a `Server` line, where the device writes one.
pub(crate) fn with_server(
    status: &str,
    server: Option<&str>,
    headers: &[(&str, &str)],
    body: &str,
) -> Vec<u8> {
    let server = server.map(|server| ("Server", server));
    let headers: Vec<(&str, &str)> = server.into_iter().chain(headers.iter().copied()).collect();
    http_response(status, &headers, body)
}

/// A redirect.
pub(crate) fn redirect(server: Option<&str>, to: &str) -> Vec<u8> {
    with_server("302 Found", server, &[("Location", to)], "")
}

/// A refusal with these challenges.
pub(crate) fn unauthorised(server: Option<&str>, challenges: &[&str], body: &str) -> Vec<u8> {
    let headers: Vec<(&str, &str)> =
        challenges.iter().map(|challenge| ("WWW-Authenticate", *challenge)).collect();
    with_server("401 Unauthorized", server, &headers, body)
}

/// A digest challenge as most servers write it.
pub(crate) fn digest(realm: &str) -> String {
    format!("Digest realm=\"{realm}\", qop=\"auth\", nonce=\"00000000000000000000000000000000\"")
}

/// A basic challenge.
pub(crate) fn basic(realm: &str) -> String {
    format!("Basic realm=\"{realm}\"")
}

/// An answer of a SOAP service.
pub(crate) fn soap(status: &str, envelope: &str) -> Vec<u8> {
    http_response(status, &[("Content-Type", "application/soap+xml; charset=utf-8")], envelope)
}

/// JSON.
pub(crate) fn json(body: &str) -> Vec<u8> {
    http_response("200 OK", &[("Content-Type", "application/json")], body)
}

/// XML.
pub(crate) fn xml(status: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let headers: Vec<(&str, &str)> =
        [("Content-Type", "application/xml")].into_iter().chain(headers.iter().copied()).collect();
    http_response(status, &headers, body)
}

/// A site on which other paths are not found.
pub(crate) fn site(server: Option<&str>) -> Site {
    Site::new(Reply::staying(with_server("404 Not Found", server, &[], "")))
}

/// A site that asks everybody for a login.
pub(crate) fn locked(server: Option<&str>, challenges: &[&str]) -> Site {
    Site::new(Reply::staying(unauthorised(server, challenges, "")))
}

/// What is asked of RTSP, and what a client may do.
const PUBLIC: (&str, &str) =
    ("Public", "OPTIONS, DESCRIBE, SETUP, TEARDOWN, PLAY, PAUSE, GET_PARAMETER");

/// An RTSP server that lets nobody in without a login.
pub(crate) fn rtsp_locked(
    server: Option<&str>,
    extra: &[(&str, &str)],
    challenges: &[&str],
) -> Site {
    let head = |first: Option<(&'static str, &'static str)>| -> Vec<(String, String)> {
        let server = server.map(|server| ("Server", server));
        let lines = first.into_iter().chain(server).chain(extra.iter().copied());
        lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    let options = rtsp("200 OK", &head(Some(PUBLIC)), "");
    let mut refusal = head(None);
    refusal.extend(
        challenges.iter().map(|challenge| ("WWW-Authenticate".to_owned(), (*challenge).to_owned())),
    );
    let refused = rtsp("401 Unauthorized", &refusal, "");
    Site::new(Reply::staying(rtsp("454 Session Not Found", &[], "")))
        .page("OPTIONS", "", "", options)
        .page("DESCRIBE", "", "", refused)
}

/// An RTSP server that describes its stream to anybody.
pub(crate) fn rtsp_open(server: Option<&str>, base: &str, description: &str) -> Site {
    let server: Vec<(String, String)> =
        server.map(|server| ("Server".to_owned(), server.to_owned())).into_iter().collect();
    let mut options = vec![(PUBLIC.0.to_owned(), PUBLIC.1.to_owned())];
    options.extend(server.iter().cloned());
    let mut headers = server;
    headers.push(("Content-Type".to_owned(), "application/sdp".to_owned()));
    headers.push(("Content-Base".to_owned(), base.to_owned()));
    Site::new(Reply::staying(rtsp("454 Session Not Found", &[], "")))
        .page("OPTIONS", "", "", rtsp("200 OK", &options, ""))
        .page("DESCRIBE", "", "", rtsp("200 OK", &headers, description))
}

fn rtsp(status: &str, headers: &[(String, String)], body: &str) -> Vec<u8> {
    let length = body.len().to_string();
    let mut lines: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    if !body.is_empty() {
        lines.push(("Content-Length", &length));
    }
    let mut bytes = rtsp_response(status, &lines);
    bytes.extend(body.as_bytes());
    bytes
}

/// A session description with one stream of video.
pub(crate) fn description(origin: &str, session: &str, lines: &[&str]) -> String {
    let mut text = format!("v=0\r\no={origin}\r\ns={session}\r\n");
    for line in lines {
        text.push_str(line);
        text.push_str("\r\n");
    }
    text.push_str("t=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n");
    text
}
