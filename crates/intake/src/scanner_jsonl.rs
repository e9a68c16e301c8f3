//! What ZGrab2, httpx and nuclei write, one JSON object a line.
//!
//! Only what hosts sent is read. Technologies that httpx names and templates that nuclei matched are their
//! judgement and no evidence; requests, which may hold credentials, are never read.

use model::{SignalKind, SourceKind, Timestamp};
use serde_json::{Map, Value};

use crate::gather::{Finding, Gatherer, Who, distinguished_name, http_answer};
use crate::lines::{Line, Lines, as_text, as_text_head};
use crate::notebook::Notebook;
use crate::{Format, Input, IntakeError, Options, Recognition, Sink, Summary};

/// The longest line: pages are written whole.
const LINE_BYTES_MAX: usize = 4 << 20;
/// Lines that are looked at to recognise the format: the first may be broken.
const LINES_LOOKED_AT: usize = 20;
/// Lines between two reports of progress.
const PROGRESS_LINES: u64 = 1_024;
/// Results of one line of ZGrab2 that are read: it has one a module.
const RESULTS_MAX: usize = 64;
/// Headers of one answer that are read.
const HEADERS_MAX: usize = 256;

/// ZGrab2's results.
pub(crate) struct Zgrab2;
/// httpx's results.
pub(crate) struct Httpx;
/// nuclei's results.
pub(crate) struct Nuclei;

type Object = Map<String, Value>;

impl Format for Zgrab2 {
    fn name(&self) -> &'static str {
        "ZGrab2 results"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Scan
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        recognise(head, &[b"\"data\"", b"\"protocol\"", b"\"status\""], |object| {
            let data = object.get("data").and_then(Value::as_object);
            let is_named = object.contains_key("ip") || object.contains_key("domain");
            is_named
                && data.is_some_and(|data| {
                    data.values().any(|result| {
                        result.get("status").is_some() && result.get("protocol").is_some()
                    })
                })
        })
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        read_lines(input, options, Notebook::new(self.name(), sink), read_zgrab2)
    }
}

impl Format for Httpx {
    fn name(&self) -> &'static str {
        "httpx results"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Scan
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        recognise(head, &[b"\"url\"", b"\"input\"", b"\"scheme\""], |object| {
            let has = |name: &str| object.contains_key(name);
            has("url") && has("input") && has("scheme")
        })
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        read_lines(input, options, Notebook::new(self.name(), sink), read_httpx)
    }
}

impl Format for Nuclei {
    fn name(&self) -> &'static str {
        "nuclei results"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Scan
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        recognise(head, &[b"\"template-id\"", b"\"info\""], |object| {
            (object.contains_key("template-id") || object.contains_key("templateID"))
                && object.contains_key("info")
        })
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        read_lines(input, options, Notebook::new(self.name(), sink), read_nuclei)
    }
}

/// By the first lines; of a line that is longer than the head only the words can be looked at.
fn recognise(head: &[u8], words: &[&[u8]], is_ours: impl Fn(&Object) -> bool) -> Recognition {
    let head = as_text_head(head);
    let has = |word: &[u8]| head.windows(word.len()).any(|window| window == word);
    let mut lines = head.split(|&byte| byte == b'\n').take(LINES_LOOKED_AT);
    let is_sure = lines.any(|line| {
        let line = line.trim_ascii();
        let is_cut_off = line.len() >= 60_000;
        line.starts_with(b"{")
            && match serde_json::from_slice::<Object>(line) {
                Ok(object) => is_ours(&object),
                Err(_) => is_cut_off && words.iter().all(|word| has(word)),
            }
    });
    if is_sure { Recognition::Sure } else { Recognition::No }
}

/// What a line says of which host; `None` where it names none.
type ReadLine = fn(&Object, &mut Notebook<'_>) -> Option<(Who, Finding)>;

fn read_lines(
    input: &mut Input<'_>,
    options: &Options,
    mut notebook: Notebook<'_>,
    read: ReadLine,
) -> Result<Summary, IntakeError> {
    let mut gatherer = Gatherer::new(options, "line");
    let mut lines = Lines::new(as_text(input)?, LINE_BYTES_MAX);
    let mut line = Vec::new();
    let outcome = loop {
        let state = match lines.next(&mut line) {
            Ok(Some(state)) => state,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        };
        let bytes = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line).trim_ascii();
        if bytes.is_empty() {
            continue;
        }
        notebook.record();
        let place = format!("line {}", lines.number);
        let rest = "the other lines are kept";
        match serde_json::from_slice::<Object>(bytes) {
            _ if state == Line::TooLong => {
                notebook.error(place, format!("longer than {LINE_BYTES_MAX} bytes"), rest);
            }
            Ok(object) => match read(&object, &mut notebook) {
                Some((who, finding)) => gatherer.take(who, lines.number, finding, &mut notebook),
                None => notebook.error(place, "names no host", rest),
            },
            Err(error) => {
                notebook.error(
                    format!("{place} column {}", error.column()),
                    "no JSON object",
                    rest,
                );
            }
        }
        if lines.number.is_multiple_of(PROGRESS_LINES) {
            notebook.progress(lines.offset);
        }
        if notebook.is_stopped() {
            return Ok(notebook.finish());
        }
    };
    gatherer.give(&mut notebook);
    notebook.progress(lines.offset);
    outcome.map(|()| notebook.finish())
}

fn read_zgrab2(object: &Object, notebook: &mut Notebook<'_>) -> Option<(Who, Finding)> {
    let who = ["ip", "domain"].iter().find_map(|name| text(object, name)).and_then(Who::of)?;
    let results = object.get("data").and_then(Value::as_object)?;
    let mut finding = Finding::default();
    for (module, result) in results.iter().take(RESULTS_MAX) {
        let Some(result) = result.as_object() else { continue };
        let time = text(result, "timestamp").and_then(|text| text.parse().ok());
        finding.at = finding.at.max(time);
        if text(result, "status") != Some("success") {
            continue;
        }
        let protocol = text(result, "protocol").unwrap_or(module);
        let port = result.get("port").and_then(Value::as_u64).and_then(|port| port.try_into().ok());
        let port = port.or_else(|| home_port(protocol));
        if let (Some(port), Some(found)) = (port, result.get("result")) {
            finding.open(port, "tcp");
            read_zgrab2_result(&mut finding, protocol, port, found, notebook);
        }
    }
    Some((who, finding))
}

/// Where a protocol is at home; older versions of ZGrab2 do not write the port.
fn home_port(protocol: &str) -> Option<u16> {
    Some(match protocol {
        "ftp" => 21,
        "ssh" => 22,
        "telnet" => 23,
        "http" => 80,
        "tls" | "https" => 443,
        _ => return None,
    })
}

fn read_zgrab2_result(
    finding: &mut Finding,
    protocol: &str,
    port: u16,
    result: &Value,
    notebook: &mut Notebook<'_>,
) {
    let certificate = |value: &Value| {
        value.pointer("/handshake_log/server_certificates/certificate/parsed").cloned()
    };
    match protocol {
        "http" | "https" => {
            // A redirect is an answer of the host too.
            let chain = result.get("redirect_response_chain").and_then(Value::as_array);
            let answers = chain.into_iter().flatten().chain(result.get("response"));
            for answer in answers.take(8).filter_map(Value::as_object) {
                read_zgrab2_answer(finding, port, answer);
                let tls = answer.get("request").and_then(|request| request.get("tls_log"));
                if let Some(parsed) = tls.and_then(certificate) {
                    read_zgrab2_certificate(finding, port, &parsed);
                }
            }
        }
        "tls" => {
            if let Some(parsed) = certificate(result) {
                read_zgrab2_certificate(finding, port, &parsed);
            }
        }
        "ssh" => {
            let raw = result.pointer("/server_id/raw").and_then(Value::as_str);
            finding.show(SignalKind::SshBanner, raw.unwrap_or_default(), Some(port));
        }
        other => {
            let banner = result.get("banner").and_then(Value::as_str).unwrap_or_default();
            let kind = match other {
                "ftp" => Some(SignalKind::FtpBanner),
                "telnet" => Some(SignalKind::TelnetBanner),
                _ => None,
            };
            match kind {
                Some(kind) => finding.show(kind, banner, Some(port)),
                None if finding.reply(port, "tcp", banner.as_bytes()) => {}
                None => {
                    let shown: String = other.chars().take(40).collect();
                    notebook.not_understood(&format!("result of {shown}"), 1);
                }
            }
        }
    }
}

fn read_zgrab2_answer(finding: &mut Finding, port: u16, answer: &Object) {
    let status = text(answer, "status_line").unwrap_or_default();
    let mut headers: Vec<(&str, &str)> = Vec::new();
    for (name, value) in answer.get("headers").and_then(Value::as_object).into_iter().flatten() {
        if name == "unknown" {
            // Headers without a name in ZGrab2's own list: `[{"key": …, "value": […]}]`.
            for header in value.as_array().into_iter().flatten() {
                if let Some(key) = header.get("key").and_then(Value::as_str) {
                    headers.extend(texts(header.get("value")).map(|value| (key, value)));
                }
            }
        } else {
            headers.extend(texts(Some(value)).map(|value| (name.as_str(), value)));
        }
    }
    headers.truncate(HEADERS_MAX);
    let body = text(answer, "body").unwrap_or_default();
    finding.reply(port, "tcp", &http_answer(status, headers, body));
}

fn read_zgrab2_certificate(finding: &mut Finding, port: u16, parsed: &Value) {
    for (field, kind) in
        [("subject_dn", SignalKind::TlsSubject), ("issuer_dn", SignalKind::TlsIssuer)]
    {
        if let Some(name) = parsed.get(field).and_then(Value::as_str) {
            finding.show(kind, &distinguished_name(name), Some(port));
        }
    }
}

/// The field by its name of today, or that of old versions, which had hyphens.
fn field<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| object.get(&name.replace('_', "-")))
}

fn read_httpx(object: &Object, _: &mut Notebook<'_>) -> Option<(Who, Finding)> {
    let named =
        |name: &str| field(object, name).and_then(Value::as_str).filter(|it| !it.is_empty());
    let url = named("url").map(Url::of);
    // `host` was the address once and is the name today.
    let address = ["host_ip", "host", "input"]
        .iter()
        .filter_map(|name| named(name))
        .chain(texts(object.get("a")).take(1))
        .chain(url.as_ref().map(|url| url.host))
        .filter_map(Who::of)
        .find(|who| matches!(who, Who::Address(_)));
    let who = address.or_else(|| Who::of(url.as_ref()?.host))?;
    let mut finding = Finding::new(named("timestamp").and_then(|text| text.parse().ok()));
    let is_failed = object.get("failed").and_then(Value::as_bool) == Some(true);
    let port =
        field(object, "port").and_then(number).or_else(|| url.as_ref().and_then(|url| url.port));
    let Some(port) = port.filter(|_| !is_failed) else { return Some((who, finding)) };
    finding.open(port, "tcp");
    let status = field(object, "status_code").and_then(Value::as_u64).unwrap_or_default();
    read_httpx_answer(&mut finding, port, object, status);
    // What httpx read out of the answer, where the answer itself was not written.
    for (name, kind) in [
        ("webserver", SignalKind::HttpServer),
        ("title", SignalKind::HttpTitle),
        ("favicon_md5", SignalKind::HttpFaviconMd5),
    ] {
        finding.show(kind, named(name).unwrap_or_default(), Some(port));
    }
    let favicon = ["favicon", "favicon_mmh3"].iter().find_map(|name| field(object, name));
    if let Some(hash) = favicon.and_then(scalar).filter(|hash| hash.parse::<i32>().is_ok()) {
        finding.show(SignalKind::HttpFaviconMmh3, &hash, Some(port));
    }
    if let Some(tls) = object.get("tls").and_then(Value::as_object) {
        for (names, kind) in [
            (["subject_dn", "subject_cn"], SignalKind::TlsSubject),
            (["issuer_dn", "issuer_cn"], SignalKind::TlsIssuer),
        ] {
            let [whole, common] = names.map(|name| text(tls, name));
            let name = whole
                .map(distinguished_name)
                .or_else(|| common.map(|common| format!("CN={common}")));
            finding.show(kind, &name.unwrap_or_default(), Some(port));
        }
    }
    Some((who, finding))
}

/// The answer itself, where httpx was asked to write it (`-irh`, `-irr`).
fn read_httpx_answer(finding: &mut Finding, port: u16, object: &Object, status: u64) {
    let named = |name: &str| field(object, name).and_then(Value::as_str).unwrap_or_default();
    let (raw, body) = (named("raw_header"), named("body"));
    if raw.starts_with("HTTP/") {
        let fields = raw.lines().skip(1).filter_map(|line| line.split_once(':'));
        let fields = fields.map(|(name, value)| (name.trim(), value.trim())).take(HEADERS_MAX);
        let status = raw.lines().next().and_then(|line| line.split_once(' ')).unwrap_or_default().1;
        finding.reply(port, "tcp", &http_answer(status, fields, body));
        return;
    }
    let headers = object.get("header").and_then(Value::as_object);
    let fields = headers
        .into_iter()
        .flatten()
        .flat_map(|(name, value)| texts(Some(value)).map(move |value| (name.as_str(), value)));
    if headers.is_some() || !body.is_empty() {
        let answer = http_answer(&status.to_string(), fields.take(HEADERS_MAX), body);
        finding.reply(port, "tcp", &answer);
    }
}

fn read_nuclei(object: &Object, notebook: &mut Notebook<'_>) -> Option<(Who, Finding)> {
    let named = |name: &str| text(object, name).filter(|it| !it.is_empty());
    let matched = named("matched-at").or_else(|| named("matched"));
    let url = matched.or_else(|| named("url")).or_else(|| named("host")).map(Url::of);
    let who = named("ip").and_then(Who::of).or_else(|| Who::of(url.as_ref()?.host))?;
    let time = named("timestamp").and_then(|text| text.parse::<Timestamp>().ok());
    let mut finding = Finding::new(time);
    let port = object.get("port").and_then(number).or_else(|| url.as_ref()?.port);
    let response = named("response").unwrap_or_default();
    let is_read = match port {
        Some(port) => {
            finding.open(port, "tcp");
            finding.reply(port, "tcp", response.as_bytes())
        }
        None => false,
    };
    if !is_read {
        let template = named("template-id").or_else(|| named("templateID")).unwrap_or("unnamed");
        let shown: String = template.chars().take(60).collect();
        notebook.not_understood(&format!("template {shown}"), 1);
    }
    Some((who, finding))
}

/// The parts of a URL, or of `host:port`, that name the service.
struct Url<'a> {
    host: &'a str,
    port: Option<u16>,
}

impl<'a> Url<'a> {
    fn of(text: &'a str) -> Self {
        let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // Who logs in is nobody's business here.
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        };
        let by_scheme = match scheme {
            "http" => Some(80),
            "https" => Some(443),
            "rtsp" => Some(554),
            _ => None,
        };
        Self { host, port: port.and_then(|port| port.parse().ok()).or(by_scheme) }
    }
}

fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}

/// A text, or the texts of a list.
fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let list = value.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    list.iter().chain(value).filter_map(Value::as_str)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn number(value: &Value) -> Option<u16> {
    scalar(value)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::tests::replay;

    #[test]
    fn what_zgrab2_took_apart_is_put_together() {
        let text = concat!(
            r#"{"ip":"10.0.0.1","data":{"http":{"status":"success","protocol":"http","port":8080,"result":{"response":{"status_line":"401 Unauthorized","status_code":401,"#,
            r#""headers":{"server":["App-webs/"],"www_authenticate":["Digest realm=\"IPC\", nonce=\"00\""],"content_length":["9"],"unknown":[{"key":"set_cookie","value":["WebSession=secret"]}]},"#,
            r#""body":"<html><title>WEB SERVICE</title></html>","request":{"url":{"path":"/"},"tls_log":{"handshake_log":{"server_certificates":{"certificate":{"parsed":{"subject_dn":"C=GB, O=Maker, CN=cam-1","issuer_dn":"CN=ca"}}}}}}}},"timestamp":"2026-11-03T09:15:02Z"},"#,
            r#""tls":{"status":"connection-timeout","protocol":"tls","timestamp":"2026-11-03T09:15:03Z"}}}"#,
            "\n",
            r#"{"ip":"10.0.0.1","data":{"banner":{"status":"success","protocol":"banner","port":554,"result":{"banner":"RTSP/1.0 200 OK\r\nServer: Rtsp Server\r\n\r\n"}},"ssh":{"status":"success","protocol":"ssh","result":{"server_id":{"raw":"SSH-2.0-dropbear"}}}}}"#,
            "\n",
            r#"{"domain":"Cam.Example.org","data":{"telnet":{"status":"success","protocol":"telnet","result":{"banner":"login:"}},"mysql":{"status":"success","protocol":"mysql","port":3306,"result":{}}}}"#,
            "\n",
            r#"{"ip":"10.0.0.9","#,
            "\n",
            r#"{"data":{}}"#,
            "\n",
        );
        let text = replay(text.as_bytes());
        assert!(!text.contains("secret"), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn results_of_httpx_old_and_new() {
        let text = concat!(
            r#"{"timestamp":"2026-11-03T09:15:02.5Z","tls":{"subject_dn":"CN=cam-1, O=Maker","issuer_cn":"ca"},"port":"443","url":"https://cam-1.example.org","input":"cam-1.example.org","title":"Login","scheme":"https","webserver":"App-webs/","host":"cam-1.example.org","host_ip":"10.0.0.1","favicon":"-1234","tech":["x"],"status_code":200,"failed":false}"#,
            "\n",
            r#"{"timestamp":"2026-11-03T10:15:02+01:00","url":"http://10.0.0.2:81","input":"10.0.0.2:81","scheme":"http","status-code":401,"raw_header":"HTTP/1.1 401 Unauthorized\r\nServer: Boa/0.94\r\nTransfer-Encoding: chunked\r\n","body":"<title>IPC</title>","failed":false}"#,
            "\n",
            r#"{"url":"http://10.0.0.3","input":"10.0.0.3","scheme":"http","header":{"server":"Webs"},"failed":false}"#,
            "\n",
            r#"{"url":"http://10.0.0.4","input":"10.0.0.4","scheme":"http","failed":true}"#,
            "\n",
            "odd\n",
        );
        insta::assert_snapshot!(replay(text.as_bytes()));
    }

    #[test]
    fn results_of_nuclei_are_their_answers() {
        let text = concat!(
            r#"{"template-id":"x-login","info":{"name":"x","severity":"info"},"type":"http","host":"10.0.0.1","port":"80","matched-at":"http://10.0.0.1:80/","request":"GET / HTTP/1.1\r\nAuthorization: Basic secret\r\n","response":"HTTP/1.1 200 OK\r\nServer: App-webs/\r\n\r\n<title>NVR</title>","ip":"10.0.0.1","timestamp":"2026-11-03T09:15:02.123+00:00"}"#,
            "\n",
            r#"{"template-id":"ssl-issuer","info":{},"host":"https://user:secret@cam.example.org:8443/x","matched-at":"cam.example.org:8443","extracted-results":["Maker"]}"#,
            "\n",
            r#"{"template-id":"y","info":{}}"#,
            "\n",
        );
        let text = replay(text.as_bytes());
        assert!(!text.contains("secret"), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_url_names_host_and_port() {
        let parts = |text| {
            let Url { host, port } = Url::of(text);
            (host, port)
        };
        assert_eq!(parts("https://a:b@[fd00::1]:8443/x?y"), ("[fd00::1]", Some(8443)));
        assert_eq!(parts("http://[fd00::1]/"), ("[fd00::1]", Some(80)));
        assert_eq!(parts("10.0.0.1:81"), ("10.0.0.1", Some(81)));
        assert_eq!(parts("cam.example.org"), ("cam.example.org", None));
    }

    #[test]
    fn a_line_of_a_hundred_megabytes_costs_one_note() {
        let good = r#"{"url":"http://10.0.0.3","input":"10.0.0.3","scheme":"http"}"#;
        let long = format!("{good}\n{{\"body\":\"{}\"}}\n{good}\n", "x".repeat(100 << 20));
        let text = replay(long.as_bytes());
        assert!(text.contains("error line 2: longer than 4194304 bytes"), "{text}");
        assert!(text.contains("3 records, 1 observations"), "{text}");
    }
}
