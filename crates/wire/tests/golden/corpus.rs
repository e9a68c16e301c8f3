//! The files of `../shared` as the messages they hold.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use model::{Signal, SignalKind};
use serde_json::Value;
use wire::{Message, Sender, datagram, expand, sanitise, stream_head};

/// A row of an index, by column.
pub(crate) type Row = BTreeMap<String, String>;

/// One file, with what its corpus says of it.
pub(crate) struct Sample {
    /// Path below the corpus.
    pub(crate) file: String,
    /// Maker, brand and model as the index has them.
    pub(crate) label: Row,
    /// The bytes as text in lower case, to see what stands in them.
    pub(crate) text: String,
    /// What the file holds, each with a word for which part of the file it is.
    pub(crate) parts: Vec<(String, Part)>,
}

/// The datagram that a sample holds, as it came from a port.
pub(crate) fn sampled(shared: &Path, file: &str, port: u16) -> Message {
    let bytes = std::fs::read(shared.join("samples").join(file)).expect(file);
    datagram(port, port, &bytes).expect(file)
}

/// One message of a file, or why it is none.
pub(crate) type Part = Result<Message, String>;

#[expect(clippy::print_stdout, reason = "a test that was skipped says so")]
pub(crate) fn shared() -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    if !shared.join("samples").is_dir() {
        println!("skipped: ../shared is not here");
        return None;
    }
    Some(shared)
}

pub(crate) fn rows(index: &Path) -> Vec<Row> {
    csv::Reader::from_path(index).unwrap().deserialize().map(Result::unwrap).collect()
}

pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
        .into_iter()
        .flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] })
        .collect()
}

/// The texts of one kind, in the order of the message.
pub(crate) fn values(message: &Message, kind: SignalKind) -> Vec<&str> {
    message.signals.iter().filter(|s| s.kind == kind).filter_map(Signal::as_text).collect()
}

/// Reads all files of one corpus.
type Reader = fn(&Path) -> Vec<Sample>;

/// The corpora that have snapshots, and how each is read.
pub(crate) const CORPORA: [(&str, Reader); 5] = [
    ("samples", samples),
    ("discovery_packets", discovery_packets),
    ("onvif", onvif),
    ("rtsp", rtsp),
    ("http_api", http_api),
];

fn samples(shared: &Path) -> Vec<Sample> {
    let folder = shared.join("samples");
    let sample = |label: Row| {
        let bytes = std::fs::read(folder.join(&label["file"])).unwrap();
        let parts = sample_parts(&label["protocol"], &label["file"], &bytes);
        Sample { file: label["file"].clone(), label, text: lower(&bytes), parts }
    };
    rows(&folder.join("INDEX.csv")).into_iter().map(sample).collect()
}

fn discovery_packets(shared: &Path) -> Vec<Sample> {
    let folder = shared.join("corpora/discovery_packets");
    let sample = |label: Row| {
        let bytes = std::fs::read(folder.join(&label["file"])).unwrap();
        let port = label["port"].parse().unwrap();
        let part = match &*label["transport"] {
            "tcp" => of_server(port, &bytes),
            _ => of_datagram(port, &bytes),
        };
        let (text, parts) = (lower(&bytes), vec![whole(part)]);
        Sample { file: label["file"].clone(), label, text, parts }
    };
    rows(&folder.join("index.csv")).into_iter().map(sample).collect()
}

/// The answers of one device lie in one folder.
fn onvif(shared: &Path) -> Vec<Sample> {
    let corpus = shared.join("corpora/onvif");
    let part = |path: PathBuf| {
        let bytes = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let part = match &*name {
            "scopes.txt" => Ok(of_scopes(&scopes_in(&text))),
            "discovery.txt" => of_datagram(3702, probe_match(&of_log(&text)).as_bytes()),
            "probematch.xml" => of_datagram(3702, &bytes),
            "metadata.json" => Err("no message".to_owned()),
            _ => over_http(&bytes),
        };
        (name, part)
    };
    let sample = |label: Row| {
        let files = files_below(&corpus.join(&label["id"]));
        let text = files.iter().map(|path| lower(&std::fs::read(path).unwrap())).collect();
        let parts = files.into_iter().map(part).collect();
        Sample { file: label["id"].clone(), label, text, parts }
    };
    rows(&corpus.join("index.csv")).into_iter().map(sample).collect()
}

fn rtsp(shared: &Path) -> Vec<Sample> {
    let corpus = shared.join("corpora/rtsp");
    let sample = |label: Row| {
        let bytes = std::fs::read(corpus.join("files").join(&label["file"])).unwrap();
        let (text, parts) = (lower(&bytes), vec![whole(of_server(554, &bytes))]);
        Sample { file: label["file"].clone(), label, text, parts }
    };
    rows(&corpus.join("index.csv")).into_iter().map(sample).collect()
}

fn http_api(shared: &Path) -> Vec<Sample> {
    let corpus = shared.join("corpora/http_api");
    let files = files_below(&corpus.join("files"));
    let sample = |label: Row| {
        let is_its = |path: &&PathBuf| path.file_stem().unwrap().to_str() == Some(&*label["id"]);
        let path = files.iter().find(is_its)?;
        let body = std::fs::read(path).unwrap();
        let (text, parts) = match &*label["kind"] {
            "isapi_dump" => (lower(&body), isapi_answers(&body)),
            "tplink_json" => tplink_answers(&body),
            _ => (lower(&body), vec![whole(over_http(&body))]),
        };
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        Some(Sample { file, label, text, parts })
    };
    rows(&corpus.join("index.csv")).into_iter().filter_map(sample).collect()
}

/// Ports of the datagrams in folders of `samples`.
const PORTS: &[(&str, u16)] = &[
    ("360vision3600", 3600),
    ("baichuan", 2015),
    ("boschrcp", 1758),
    ("dahua-p2p", 8802),
    ("dahua5050", 5050),
    ("dhcp", 67),
    ("dhip", 37_810),
    ("dlink62976", 62_976),
    ("dvrip34569", 34_569),
    ("edimax", 0),
    ("foscam10000", 10_000),
    ("gb28181", 5060),
    ("gigevision3956", 3956),
    ("hanwha7701", 7711),
    ("mdns", 5353),
    ("nicevision2007", 2007),
    ("panasonic10670", 10_670),
    ("pppp32100", 32_100),
    ("pppp32108", 32_108),
    ("sadp", 37_020),
    ("sony2380", 2380),
    ("ssdp", 1900),
    ("tftp", 69),
    ("topsee3001", 3001),
    ("tvt23456", 23_456),
    ("ubnt10001", 10_001),
    ("v38010008", 10_008),
    ("vivotek10000", 10_000),
    ("vstarcam8600", 8600),
    ("wsdiscovery", 3702),
];

/// Reads a sample as the protocol of its folder asks for.
fn sample_parts(folder: &str, file: &str, bytes: &[u8]) -> Vec<(String, Part)> {
    let text = String::from_utf8_lossy(bytes);
    let lines = |read: &dyn Fn(&str) -> Option<Part>| {
        text.lines().filter_map(|line| read(line.trim()).map(whole)).collect()
    };
    let one = |part| vec![whole(part)];
    let is_json = file.ends_with(".json");
    match folder {
        "dhip" if is_json => one(Ok(of_signals(vec![Signal::text(SignalKind::DhipReply, &*text)]))),
        "dvrip34569" if is_json => {
            one(Ok(of_signals(vec![Signal::text(SignalKind::DvripReply, &*text)])))
        }
        "baichuan" if bytes.starts_with(&[0xf0, 0xde]) => one(of_server(9000, bytes)),
        "tplink20002" => one(of_datagram(20_002, &tplink_framed(bytes.trim_ascii()))),
        "tutk" => one(of_datagram(0, &unhexed(&text))),
        "tcp8000" => one(of_server(8000, &unhexed(&text))),
        "wsdiscovery-scopes" if text.contains("type='") => lines(&|line| Some(of_listing(line))),
        "wsdiscovery-scopes" => {
            let json = serde_json::from_slice(bytes).unwrap();
            one(of_datagram(3702, probe_match(&json).as_bytes()))
        }
        "rtsp" | "rtsp-server" => one(of_server(554, &headed("RTSP/1.0", &text))),
        "http-server" | "http-wwwauth" => one(of_server(80, &headed("HTTP/1.1", &text))),
        "telnet-banner" => lines(&|line| Some(of_server(23, line.as_bytes()))),
        "ftp-banner" => lines(&|line| Some(of_server(21, format!("{line}\r\n").as_bytes()))),
        "upnp-description" if is_json => {
            let description = serde_json::from_slice(bytes).unwrap();
            one(over_http(format!("<root>{}</root>", xml_of("device", &description)).as_bytes()))
        }
        "dhcp-option60" => lines(&|line| Some(Ok(of_text(SignalKind::DhcpVendorClass, line)))),
        "dhcp-fingerprint" => lines(&of_fingerprint),
        "tls-subject" => lines(&of_distinguished_name),
        "snmp" => one(Ok(of_walk(&text))),
        "favicon" | "portset" => one(Err("no message".to_owned())),
        _ => match PORTS.iter().find(|(protocol, _)| *protocol == folder) {
            Some((_, port)) => one(of_datagram(*port, bytes)),
            None => one(over_http(bytes)),
        },
    }
}

fn lower(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).to_lowercase()
}

fn whole(part: Part) -> (String, Part) {
    (String::new(), part)
}

fn of_datagram(port: u16, bytes: &[u8]) -> Part {
    datagram(port, 50_000, bytes).map(expanded).map_err(|refusal| refusal.to_string())
}

fn of_server(port: u16, bytes: &[u8]) -> Part {
    stream_head(Sender::Server, port, bytes).map(expanded).map_err(|refusal| refusal.to_string())
}

/// An answer that had lost its head, as the server would send it.
pub(crate) fn over_http(body: &[u8]) -> Part {
    of_server(80, &[b"HTTP/1.1 200 OK\r\n\r\n", body].concat())
}

fn of_scopes(scopes: &str) -> Message {
    of_text(SignalKind::OnvifScopes, scopes)
}

fn of_text(kind: SignalKind, text: &str) -> Message {
    of_signals(vec![Signal::text(kind, text)])
}

/// What is stored of signals, and what is read out of them.
fn of_signals(signals: Vec<Signal>) -> Message {
    let stored = signals.into_iter().flat_map(sanitise).collect();
    expanded(Message { signals: stored, ..Message::default() })
}

/// A message with all that its signals hold, as the attribution sees it.
fn expanded(mut message: Message) -> Message {
    for inner in message.signals.iter().filter_map(expand).collect::<Vec<_>>() {
        add_new(&mut message.signals, inner.signals);
        add_new(&mut message.keys.macs, inner.keys.macs);
        add_new(&mut message.keys.addresses, inner.keys.addresses);
        add_new(&mut message.keys.serials, inner.keys.serials);
        add_new(&mut message.keys.uuids, inner.keys.uuids);
        message.keys.hostname = message.keys.hostname.or(inner.keys.hostname);
        add_new(&mut message.quirks, inner.quirks);
    }
    message
}

fn add_new<T: PartialEq>(known: &mut Vec<T>, more: Vec<T>) {
    for item in more {
        if !known.contains(&item) {
            known.push(item);
        }
    }
}

/// The scopes in a publisher's own notation: JSON, a list, a log.
fn scopes_in(text: &str) -> String {
    let is_end = |c: char| c.is_whitespace() || c == '"' || c == ',';
    let words = text.split(is_end).filter(|word| word.contains("://www.onvif.org/"));
    words.collect::<Vec<_>>().join(" ")
}

/// The answer from which a publisher took the fields of a JSON.
fn probe_match(json: &Value) -> String {
    let words = |name: &str| match &json[name] {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        text => text.as_str().unwrap_or_default().to_owned(),
    };
    format!(
        "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" \
         xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\" \
         xmlns:dn=\"http://www.onvif.org/ver10/network/wsdl\" \
         xmlns:tdn=\"http://www.onvif.org/ver10/network/wsdl\" \
         xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\"><s:Body><d:ProbeMatches><d:ProbeMatch>\
         <a:Address xmlns:a=\"urn:a\">{}</a:Address><d:Types>{}</d:Types><d:Scopes>{}</d:Scopes>\
         <d:XAddrs>{}</d:XAddrs></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>",
        words("endpoint"),
        words("types"),
        words("scopes").replace('&', "&amp;"),
        words("xaddrs"),
    )
}

/// The fields of a log, as the other publisher's JSON has them.
fn of_log(text: &str) -> Value {
    let field = |name: &str| {
        let values = text.lines().filter_map(|line| line.trim().strip_prefix(name));
        values.map(str::trim).collect::<Vec<_>>().join(" ")
    };
    serde_json::json!({
        "endpoint": field("Endpoint:"),
        "xaddrs": field("XAddr:"),
        "scopes": scopes_in(text),
    })
}

/// A line of a tool that lists scopes as `name='value'`.
fn of_listing(line: &str) -> Part {
    let scopes = line.split(['(', ',', ')']).filter_map(|item| {
        let (name, value) = item.trim().split_once('=')?;
        Some(format!("onvif://www.onvif.org/{name}/{}", value.trim_matches('\'')))
    });
    Ok(of_scopes(&scopes.collect::<Vec<_>>().join(" ")))
}

fn of_fingerprint(line: &str) -> Option<Part> {
    let (name, value) = line.split_once(' ').filter(|(_, value)| *value != "(absent)")?;
    let kind = match name {
        "option60" => SignalKind::DhcpVendorClass,
        "option55" => SignalKind::DhcpParams,
        _ => return None,
    };
    Some(Ok(of_text(kind, value)))
}

fn of_distinguished_name(line: &str) -> Option<Part> {
    let (kind, name) = match line.split_once('=')? {
        ("subject", name) => (SignalKind::TlsSubject, name),
        ("issuer", name) => (SignalKind::TlsIssuer, name),
        ("CN", _) => (SignalKind::TlsSubject, line),
        _ => return None,
    };
    Some(Ok(of_text(kind, name)))
}

/// A walk, of which an agent would send each line in an answer.
fn of_walk(text: &str) -> Message {
    let mut message = Message { protocol: "snmp", ..Message::default() };
    for line in text.lines() {
        let mut fields = line.splitn(3, '|');
        let (Some(name), Some(tag), Some(value)) = (fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        match (name, tag) {
            ("1.3.6.1.2.1.1.2.0", _) => {
                message.signals.push(Signal::text(SignalKind::SnmpSysobjectid, value));
            }
            (_, "4x") => wire::snmp::read_octets(name, &unhexed(value), &mut message),
            (_, "4") => wire::snmp::read_octets(name, value.as_bytes(), &mut message),
            _ => {}
        }
    }
    expanded(message)
}

/// The head of an answer, of which a sample may hold some lines or a realm only.
fn headed(version: &str, text: &str) -> Vec<u8> {
    let is_whole = text.starts_with("HTTP/") || text.starts_with("RTSP/") || text.starts_with("v=");
    if is_whole {
        return text.as_bytes().to_vec();
    }
    let lines = text.replace('\r', "").trim().replace('\n', "\r\n");
    let challenge = if lines.starts_with("realm=") { "WWW-Authenticate: Digest " } else { "" };
    format!("{version} 401 Unauthorized\r\n{challenge}{lines}\r\n\r\n").into_bytes()
}

fn unhexed(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let octet = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(octet).collect()
}

fn tplink_framed(body: &[u8]) -> Vec<u8> {
    [&[2, 0, 0, 1][..], &[0; 12], body].concat()
}

/// What stands in front of each byte of a message of Kasa is the masked byte before it.
fn kasa_masked(text: &str) -> Vec<u8> {
    let mask = |key: &mut u8, byte| {
        *key ^= byte;
        Some(*key)
    };
    text.bytes().scan(0xab, mask).collect()
}

/// The answers that a device gives without a login, out of a publisher's collection of all its answers; their text,
/// and what they are read into. Devices behind a hub give none.
fn tplink_answers(body: &[u8]) -> (String, Vec<(String, Part)>) {
    let json: Value = serde_json::from_slice(body).unwrap();
    let (mut text, mut parts) = (String::new(), Vec::new());
    if let Some(result) = json.get("discovery_result").map(Value::to_string) {
        let framed = tplink_framed(result.as_bytes());
        parts.push(("20002".to_owned(), of_datagram(20_002, &framed)));
        text.push_str(&result);
    }
    if let Some(system) = json.get("system").filter(|it| it.get("get_sysinfo").is_some()) {
        let answer = format!("{{\"system\":{system}}}");
        parts.push(("9999".to_owned(), of_datagram(9999, &kasa_masked(&answer))));
        text.push_str(&answer);
    }
    (text.to_lowercase(), parts)
}

/// The answers of an ISAPI device, by path, out of a publisher's collection.
fn isapi_answers(body: &[u8]) -> Vec<(String, Part)> {
    let dump: Value = serde_json::from_slice(body).unwrap();
    let answer = |(path, answer): (&String, &Value)| {
        let (name, root) = answer.get("response")?.as_object()?.iter().next()?;
        Some((path.clone(), over_http(xml_of(name, root).as_bytes())))
    };
    dump["data"]["ISAPI"].as_object().unwrap().iter().filter_map(answer).collect()
}

/// XML of the JSON that a publisher's tool made from it.
fn xml_of(name: &str, value: &Value) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    match value {
        Value::Object(members) => {
            let attributes: String = members
                .iter()
                .filter_map(|(key, value)| Some((key.strip_prefix('@')?, value.as_str()?)))
                .map(|(key, value)| format!(" {key}=\"{}\"", escaped(value)))
                .collect();
            let inside: String = members
                .iter()
                .filter(|(key, _)| !key.starts_with('@'))
                .map(|(key, value)| {
                    if key == "#text" {
                        escaped(value.as_str().unwrap())
                    } else {
                        xml_of(key, value)
                    }
                })
                .collect();
            format!("<{name}{attributes}>{inside}</{name}>")
        }
        Value::Array(items) => items.iter().map(|item| xml_of(name, item)).collect(),
        Value::String(text) => format!("<{name}>{}</{name}>", escaped(text)),
        _ => String::new(),
    }
}
