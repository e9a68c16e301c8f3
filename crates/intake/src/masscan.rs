//! masscan's JSON (`-oJ`, `-oD`) and list (`-oL`), and the greppable form (`-oG`) that nmap has too.
//!
//! masscan's JSON is often none: a comma too many, a last line without quotes. Objects are read one by one, so
//! that this harms nobody.

use model::{SignalKind, SourceKind, Timestamp};
use serde_json::{Map, Value};

use crate::elements::{Element, Elements, Level};
use crate::gather::{Finding, Gatherer, Who};
use crate::lines::{Line, Lines, as_text, as_text_head};
use crate::notebook::Notebook;
use crate::{Format, Input, IntakeError, Options, Recognition, Sink, Summary};

/// The longest line or object; banners are cut by masscan at some kilobytes.
const LINE_BYTES_MAX: usize = 1 << 20;
/// Records between two reports of progress.
const PROGRESS_RECORDS: u64 = 4_096;

/// Lines that are looked at to recognise a list: the first may be broken.
const LINES_LOOKED_AT: usize = 20;

/// The JSON form.
pub(crate) struct MasscanJson;
/// The list form.
pub(crate) struct MasscanList;
/// The greppable form.
pub(crate) struct Greppable;

type Object = Map<String, Value>;

impl Format for MasscanJson {
    fn name(&self) -> &'static str {
        "masscan JSON"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Scan
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        let head = as_text_head(head);
        if !matches!(head.trim_ascii_start().first(), Some(b'[' | b'{')) {
            return Recognition::No;
        }
        let mut elements = Elements::new(&*head, Level::Outermost, LINE_BYTES_MAX);
        let mut element = Vec::new();
        // The first may be broken.
        for _ in 0..3 {
            if !matches!(elements.next(&mut element), Ok(Some(_))) {
                break;
            }
            let object = serde_json::from_slice::<Object>(&element).unwrap_or_default();
            if object.contains_key("ip") && !ports(&object).is_empty() {
                return Recognition::Sure;
            }
        }
        Recognition::No
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        let mut notebook = Notebook::new(self.name(), sink);
        let mut gatherer = Gatherer::new(options, "record");
        let mut elements = Elements::new(as_text(input)?, Level::Outermost, LINE_BYTES_MAX);
        let mut element = Vec::new();
        let mut number = 0;
        let outcome = loop {
            let state = match elements.next(&mut element) {
                Ok(Some(state)) => state,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            };
            if is_end_mark(&element) {
                continue;
            }
            number += 1;
            notebook.record();
            let place = || format!("record {number} at byte {}", elements.offset);
            match (state, serde_json::from_slice::<Object>(&element)) {
                (Element::Whole, Ok(object)) => {
                    if !read_object(&object, number, &mut gatherer, &mut notebook) {
                        notebook.error(
                            place(),
                            "no host with an address and ports",
                            "the other records are kept",
                        );
                    }
                }
                (Element::TooLong, _) => notebook.error(
                    place(),
                    format!("longer than {LINE_BYTES_MAX} bytes"),
                    "the other records are kept",
                ),
                (Element::Cut, _) => notebook.error(
                    place(),
                    "breaks off before it ends",
                    "the other records are kept; scan these hosts again",
                ),
                (Element::Whole, Err(_)) => {
                    notebook.error(place(), "no JSON", "the other records are kept");
                }
            }
            if number.is_multiple_of(PROGRESS_RECORDS) {
                notebook.progress(elements.offset);
            }
            if notebook.is_stopped() {
                return Ok(notebook.finish());
            }
        };
        gatherer.give(&mut notebook);
        elements.finish(&mut notebook);
        outcome.map(|()| notebook.finish())
    }
}

/// masscan's last object: `{finished: 1}`, in some versions with quotes.
fn is_end_mark(element: &[u8]) -> bool {
    let text = element.strip_prefix(b"{").unwrap_or(element).trim_ascii_start();
    text.starts_with(b"finished") || text.starts_with(b"\"finished\"")
}

/// The ports of an object: a list of them, or (`-oD`) the object itself.
fn ports(object: &Object) -> Vec<&Object> {
    match object.get("ports") {
        Some(Value::Array(ports)) => ports
            .iter()
            .filter_map(Value::as_object)
            .filter(|port| port.contains_key("port"))
            .collect(),
        None if object.contains_key("port") && object.contains_key("rec_type") => vec![object],
        _ => Vec::new(),
    }
}

/// Reads one record; `false` where it is none.
fn read_object(
    object: &Object,
    number: u64,
    gatherer: &mut Gatherer<'_>,
    notebook: &mut Notebook<'_>,
) -> bool {
    let Some(who) = text(object, "ip").and_then(address) else { return false };
    let ports = ports(object);
    if ports.is_empty() {
        return false;
    }
    let time = match object.get("timestamp") {
        Some(Value::String(text)) => instant(text),
        Some(Value::Number(number)) => instant(&number.to_string()),
        _ => None,
    };
    let mut finding = Finding::new(time);
    for port in ports {
        let number = port.get("port").and_then(Value::as_u64).map(u16::try_from);
        let Some(Ok(number)) = number else { continue };
        let transport = text(port, "proto").unwrap_or("tcp");
        let data = port.get("data").and_then(Value::as_object);
        let service = port.get("service").and_then(Value::as_object).or(data).unwrap_or(port);
        let name = text(service, "name").or_else(|| text(service, "service_name"));
        if let (Some(name), Some(banner)) = (name, text(service, "banner")) {
            finding.open(number, transport);
            read_banner(&mut finding, number, transport, name, banner.as_bytes(), notebook);
        } else if text(service, "status").is_some_and(|status| status == "open") {
            finding.open(number, transport);
        }
    }
    gatherer.take(who, number, finding, notebook);
    true
}

impl Format for MasscanList {
    fn name(&self) -> &'static str {
        "masscan list"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Scan
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        let head = as_text_head(head);
        let is_ours = |line: &[u8]| {
            let line = String::from_utf8_lossy(line);
            line.trim_end() == "#masscan" || ListLine::of(&line).is_some()
        };
        let mut lines = head.split(|&byte| byte == b'\n').take(LINES_LOOKED_AT);
        if lines.any(is_ours) { Recognition::Sure } else { Recognition::No }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        let notebook = Notebook::new(self.name(), sink);
        read_lines(input, options, notebook, |line, number, gatherer, notebook| {
            let Some(ListLine { what, transport, port, who, at, rest }) = ListLine::of(line) else {
                return false;
            };
            let mut finding = Finding::new(at);
            match (what, rest.split_once(' ')) {
                ("banner", Some((name, banner))) => {
                    finding.open(port, transport);
                    let banner = unescape(banner);
                    read_banner(&mut finding, port, transport, name, &banner, notebook);
                }
                ("open", _) => finding.open(port, transport),
                // A closed port tells that the host is there.
                _ => {}
            }
            gatherer.take(who, number, finding, notebook);
            true
        })
    }
}

/// `open tcp 80 10.0.0.1 1762251600`, `banner tcp 80 10.0.0.1 1762251600 http HTTP/1.0 401 …`.
struct ListLine<'a> {
    what: &'a str,
    transport: &'a str,
    port: u16,
    who: Who,
    at: Option<Timestamp>,
    rest: &'a str,
}

impl<'a> ListLine<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let mut words = line.trim_end_matches(['\r', '\n']).splitn(6, ' ');
        let what = words.next().filter(|what| matches!(*what, "open" | "closed" | "banner"))?;
        let transport = words.next().filter(|name| matches!(*name, "tcp" | "udp" | "sctp"))?;
        let port = words.next()?.parse().ok()?;
        let who = address(words.next()?)?;
        let at = instant(words.next()?);
        Some(Self { what, transport, port, who, at, rest: words.next().unwrap_or_default() })
    }
}

impl Format for Greppable {
    fn name(&self) -> &'static str {
        "greppable scan"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Scan
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        let head = as_text_head(head);
        let is_ours = |line: &[u8]| {
            let line = String::from_utf8_lossy(line);
            GreppableLine::of(&line).is_some_and(|line| line.is_telling())
        };
        if head.split(|&byte| byte == b'\n').any(is_ours) {
            Recognition::Sure
        } else {
            Recognition::No
        }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        let notebook = Notebook::new(self.name(), sink);
        read_lines(input, options, notebook, |line, number, gatherer, notebook| {
            let Some(line) = GreppableLine::of(line) else { return false };
            if line.field("Status").is_some_and(|status| status.starts_with("Down")) {
                return true;
            }
            let mut finding = Finding::new(line.at);
            finding.keys.hostname = line.name.map(Box::from);
            for entry in line.field("Ports").unwrap_or_default().split(", ") {
                let mut parts = entry.trim().split('/');
                let (port, state, transport) = (parts.next(), parts.next(), parts.next());
                if let (Some(port), Some("open"), Some(transport @ ("tcp" | "udp"))) =
                    (port.and_then(|port| port.parse().ok()), state, transport)
                {
                    finding.open(port, transport);
                }
                // The words of a scanner for a service, and not the device's.
                if parts.nth(3).is_some_and(|product| !product.is_empty()) {
                    notebook.not_understood("service product", 1);
                }
            }
            if let (Some(port), Some(name), Some(banner)) = (
                line.field("Port").and_then(|port| port.parse().ok()),
                line.field("Service"),
                line.field("Banner"),
            ) {
                finding.open(port, "tcp");
                read_banner(&mut finding, port, "tcp", name, &unescape(banner), notebook);
            }
            gatherer.take(line.who, number, finding, notebook);
            true
        })
    }
}

/// `[Timestamp: 1762251600<TAB>]Host: 10.0.0.1 (name)<TAB>Ports: 80/open/tcp//http//, …<TAB>…`.
struct GreppableLine<'a> {
    at: Option<Timestamp>,
    who: Who,
    name: Option<&'a str>,
    rest: &'a str,
}

impl<'a> GreppableLine<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let line = line.trim_end_matches(['\r', '\n']);
        let (at, line) = match line.strip_prefix("Timestamp: ") {
            Some(rest) => {
                let (time, rest) = rest.split_once('\t')?;
                (instant(time), rest)
            }
            None => (None, line),
        };
        let (host, rest) = line.strip_prefix("Host: ")?.split_once('\t')?;
        let (address_text, name) = host.split_once(' ').unwrap_or((host, ""));
        let name = name.trim().trim_start_matches('(').trim_end_matches(')');
        Some(Self {
            at,
            who: address(address_text)?,
            name: Some(name).filter(|name| !name.is_empty()),
            rest,
        })
    }

    fn field(&self, name: &str) -> Option<&'a str> {
        self.rest
            .split('\t')
            .find_map(|field| field.split_once(": ").filter(|(title, _)| title.trim() == name))
            .map(|(_, value)| value)
    }

    fn is_telling(&self) -> bool {
        ["Ports", "Status", "Port"].iter().any(|name| self.field(name).is_some())
    }
}

/// Gives line after line to `take`, which says whether it knows it. Comments and blank lines are passed over.
fn read_lines(
    input: &mut Input<'_>,
    options: &Options,
    mut notebook: Notebook<'_>,
    mut take: impl FnMut(&str, u64, &mut Gatherer<'_>, &mut Notebook<'_>) -> bool,
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
        let text = String::from_utf8_lossy(&line);
        if text.trim().is_empty() || text.starts_with('#') {
            continue;
        }
        notebook.record();
        let place = format!("line {}", lines.number);
        if state == Line::TooLong {
            notebook.error(
                place,
                format!("longer than {LINE_BYTES_MAX} bytes"),
                "the other lines are kept",
            );
        } else if !lines.has_end {
            notebook.left_out(place);
        } else if !take(&text, lines.number, &mut gatherer, &mut notebook) {
            notebook.error(place, "no line of this scan", "the other lines are kept");
        }
        if lines.number.is_multiple_of(PROGRESS_RECORDS) {
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

/// What a service said first. masscan names what it took it for: its name tells how to read it.
fn read_banner(
    finding: &mut Finding,
    port: u16,
    transport: &str,
    name: &str,
    banner: &[u8],
    notebook: &mut Notebook<'_>,
) {
    let text = String::from_utf8_lossy(banner);
    let kind = match name {
        "http.server" => Some(SignalKind::HttpServer),
        "title" => Some(SignalKind::HttpTitle),
        "ssh" if text.starts_with("SSH-") => Some(SignalKind::SshBanner),
        "ftp" => Some(SignalKind::FtpBanner),
        "telnet" => Some(SignalKind::TelnetBanner),
        _ => None,
    };
    match kind {
        Some(kind) => finding.show(kind, &text, Some(port)),
        None if finding.reply(port, transport, banner) => {}
        None => {
            let shown: String = name.chars().take(40).collect();
            notebook.not_understood(&format!("banner {shown}"), 1);
        }
    }
}

/// `\x0d` as the byte it stands for, as masscan's lists write what is not printable.
fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = match rest {
            [b'\\', b'x', high, low, ..] => std::str::from_utf8(&[*high, *low])
                .ok()
                .and_then(|digits| u8::from_str_radix(digits, 16).ok()),
            _ => None,
        };
        bytes.push(code.unwrap_or(byte));
        rest = if code.is_some() { rest.get(4..).unwrap_or_default() } else { after };
    }
    bytes
}

fn address(text: &str) -> Option<Who> {
    text.parse().ok().map(Who::Address)
}

fn instant(seconds: &str) -> Option<Timestamp> {
    /// The year 2000, before these scanners: what is less was cut off.
    const SECONDS_MIN: i64 = 946_684_800;
    let seconds: i64 = seconds.trim().parse().ok()?;
    (seconds >= SECONDS_MIN).then(|| Timestamp::from_second(seconds).ok()).flatten()
}

fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}

#[cfg(test)]
mod tests {
    use crate::notebook::tests::replay;

    #[test]
    fn json_that_is_none_is_read_all_the_same() {
        let text = concat!(
            "[\n",
            "{   \"ip\": \"10.0.0.1\",   \"timestamp\": \"1793697302\", \"ports\": [ {\"port\": 80, \"proto\": \"tcp\", \"status\": \"open\", \"reason\": \"syn-ack\", \"ttl\": 64} ] }\n,\n",
            "{   \"ip\": \"10.0.0.2\",   \"timestamp\": \"1793697303\", \"ports\": [ {\"port\": 22, \"proto\": \"tcp\", \"service\": {\"name\": \"ssh\", \"banner\": \"SSH-2.0-dropbear\"} } ] }\n,\n",
            "{   \"ip\": \"10.0.0.1\",   \"timestamp\": \"1793697304\", \"ports\": [ {\"port\": 80, \"proto\": \"tcp\", \"service\": {\"name\": \"http\", \"banner\": \"HTTP\\/1.0 401 Unauthorized\\u000d\\u000aServer: App-webs\\/\\u000d\\u000a\\u000d\\u000a\"} } ] }\n,\n",
            "{   \"ip\": \"10.0.0.3\",   \"timestamp\": \"1793697304\", \"ports\": [ {\"port\": 81, \"proto\n",
            "{   \"ip\": \"10.0.0.4\",   \"timestamp\": \"1793697304\", \"ports\": [ {\"port\": 443, \"proto\": \"tcp\", \"service\": {\"name\": \"vnc\", \"banner\": \"x\"} }, {\"port\": 99999, \"proto\": \"tcp\", \"status\": \"open\"} ] },\n",
            "{\"ip\": \"nowhere\", \"ports\": []},\n",
            "{finished: 1}\n]\n",
        );
        insta::assert_snapshot!(replay(text.as_bytes()));
    }

    #[test]
    fn an_object_a_line() {
        let text = concat!(
            "{\"ip\":\"10.0.0.1\",\"timestamp\":1793697302,\"port\":80,\"proto\":\"tcp\",\"rec_type\":\"status\",\"data\":{\"status\":\"open\",\"reason\":\"syn-ack\"}}\n",
            "{\"ip\":\"10.0.0.1\",\"timestamp\":1793697303,\"port\":80,\"proto\":\"tcp\",\"rec_type\":\"banner\",\"data\":{\"service_name\":\"title\",\"banner\":\"WEB SERVICE\"}}\n",
        );
        insta::assert_snapshot!(replay(text.as_bytes()));
    }

    #[test]
    fn lists() {
        let text = "#masscan\nopen tcp 80 10.0.0.1 1793697302\nopen udp 37810 10.0.0.1 1793697302\nclosed tcp 81 10.0.0.2 1793697302\n\
                    banner tcp 80 10.0.0.1 1793697303 http HTTP/1.0 401 X\\x0d\\x0aServer: App-webs/\\x0d\\x0a\\x0d\\x0a\nopen tcp x\n# end\n";
        insta::assert_snapshot!(replay(text.as_bytes()));
    }

    #[test]
    fn greppable() {
        let text = "# Masscan 1.3.2 scan initiated\nTimestamp: 1793697302\tHost: 10.0.0.1 ()\tPorts: 80/open/tcp//http//\n\
                    Host: 10.0.0.2 (cam-2)\tPorts: 80/open/tcp//http//App webs/, 81/closed/tcp//x///\tIgnored State: filtered (9)\n\
                    Host: 10.0.0.3 ()\tStatus: Down\nHost: 10.0.0.1 ()\tPort: 80\tService: title\tBanner: NVR\nodd\n# end\n";
        insta::assert_snapshot!(replay(text.as_bytes()));
    }

    #[test]
    fn records_of_a_hundred_megabytes_cost_one_note_each() {
        let long = "x".repeat(100 << 20);
        let json = format!(
            "[{{\"ip\":\"10.0.0.1\",\"ports\":[{{\"port\":1,\"status\":\"open\"}}]}},\n{{\"ip\":\"{long}\"}},\n{{\"ip\":\"10.0.0.2\",\"ports\":[{{\"port\":1,\"status\":\"open\"}}]}}]"
        );
        let text = replay(json.as_bytes());
        assert!(text.contains("longer than 1048576 bytes"), "{text}");
        assert!(text.contains("3 records, 2 observations"), "{text}");
        let list = format!(
            "open tcp 1 10.0.0.1 1793697302\nopen {long}\nopen tcp 1 10.0.0.2 1793697302\n"
        );
        let text = replay(list.as_bytes());
        assert!(text.contains("error line 2: longer than 1048576 bytes"), "{text}");
        assert!(text.contains("3 records, 2 observations"), "{text}");
    }
}
