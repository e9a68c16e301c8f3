//! Logs of Zeek (and Bro before it): tab separated with their own header, or a JSON object a line.
//!
//! Which log a line is of stands in its header or its `_path`; where neither says, the fields do. User names,
//! passwords and paths that somebody asked for are never read.

use std::borrow::Cow;
use std::collections::HashMap;

use model::{SignalKind, SourceKind};
use serde_json::{Map, Value};

use crate::capture::hosts::HostKey;
use crate::lines::as_text_head;
use crate::logbook::{Conversation, LastLine, Logbook, Transport, host, micros, read_lines};
use crate::notebook::Notebook;
use crate::{Format, Input, IntakeError, Options, Recognition, Sink, Summary};

/// Columns of one log; Zeek's own have some sixty with every script loaded.
const COLUMNS_MAX: usize = 512;
/// Certificates that are kept until the connection that showed them is met.
const CERTIFICATES_MAX: usize = 65_536;
/// Longest subject or issuer that is kept.
const NAME_BYTES_MAX: usize = 2 << 10;
/// Lines that are looked at to recognise the format: the first may be broken.
const LINES_LOOKED_AT: usize = 20;
/// Ports on which names of the neighbourhood are asked for: mDNS, LLMNR, NetBIOS.
const NEIGHBOUR_NAME_PORTS: [u16; 3] = [5_353, 5_355, 137];

/// The tab separated form.
pub(crate) struct ZeekTsv;
/// The JSON form.
pub(crate) struct ZeekJson;

impl Format for ZeekTsv {
    fn name(&self) -> &'static str {
        "Zeek log"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Capture
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        let head = as_text_head(head);
        let is_header = |line: &[u8]| {
            line.starts_with(b"#separator ")
                || (line.starts_with(b"#fields")
                    && line.get(7).is_some_and(|byte| !byte.is_ascii_alphanumeric()))
        };
        let mut lines = head.split(|&byte| byte == b'\n').take(LINES_LOOKED_AT);
        if lines.any(is_header) { Recognition::Sure } else { Recognition::No }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        let mut header = Header::default();
        let mut certificates = HashMap::new();
        let notebook = Notebook::new(self.name(), sink);
        read_lines(input, options, LastLine::Ended, notebook, |logbook, notebook, line, place| {
            if let Some(line) = line.strip_prefix('#') {
                header.read(line);
                return;
            }
            notebook.record();
            let values: Vec<&str> = line.split(header.separator).take(COLUMNS_MAX + 1).collect();
            let (found, expected) = (values.len(), header.fields.len());
            if expected == 0 {
                let problem = "stands before any line `#fields`";
                notebook.error(place, problem, "give the log with its header");
            } else if found != expected {
                let problem = format!("{found} values where the header names {expected}");
                notebook.error(place, problem, "the other lines are kept");
            } else {
                let certificates = &mut certificates;
                let record = Record::Columns { header: &header, values };
                Reader { logbook, notebook, certificates }.record(&record, place);
            }
        })
    }
}

impl Format for ZeekJson {
    fn name(&self) -> &'static str {
        "Zeek log (JSON)"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Capture
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        let head = as_text_head(head);
        let is_ours = |line: &[u8]| {
            let line = line.trim_ascii();
            let Ok(Value::Object(object)) = (if line.starts_with(b"{") {
                serde_json::from_slice(line)
            } else {
                Ok(Value::Null)
            }) else {
                return false;
            };
            let has = |name: &str| object.contains_key(name);
            has("ts")
                && (has("_path") || has("id.orig_h") || !Record::Object(&object).path().is_empty())
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
        let mut certificates = HashMap::new();
        let notebook = Notebook::new(self.name(), sink);
        read_lines(input, options, LastLine::Open, notebook, |logbook, notebook, line, place| {
            notebook.record();
            match serde_json::from_str::<Map<String, Value>>(line) {
                Ok(object) => {
                    let certificates = &mut certificates;
                    let record = Record::Object(&object);
                    Reader { logbook, notebook, certificates }.record(&record, place);
                }
                Err(error) => notebook.error(
                    format!("{place} column {}", error.column()),
                    "no JSON object",
                    "the other lines are kept",
                ),
            }
        })
    }
}

/// How a tab separated log is written, as its own header says.
struct Header {
    separator: char,
    set_separator: Box<str>,
    empty: Box<str>,
    unset: Box<str>,
    path: Box<str>,
    fields: Vec<Box<str>>,
}

impl Default for Header {
    fn default() -> Self {
        Self {
            separator: '\t',
            set_separator: ",".into(),
            empty: "(empty)".into(),
            unset: "-".into(),
            path: "".into(),
            fields: Vec::new(),
        }
    }
}

impl Header {
    /// Reads a line without its `#`. Logs that were put together into one file have a header each.
    fn read(&mut self, line: &str) {
        if let Some(separator) = line.strip_prefix("separator ") {
            *self = Self {
                separator: unescaped(separator.trim()).chars().next().unwrap_or('\t'),
                ..Self::default()
            };
            return;
        }
        let mut words = line.split(self.separator);
        let name = words.next().unwrap_or_default();
        let value = || line.split_once(self.separator).map(|(_, value)| value).unwrap_or_default();
        match name {
            "set_separator" => self.set_separator = value().into(),
            "empty_field" => self.empty = value().into(),
            "unset_field" => self.unset = value().into(),
            "path" => self.path = value().trim().into(),
            "fields" => {
                self.fields = words.take(COLUMNS_MAX).map(|word| word.trim().into()).collect();
            }
            _ => {}
        }
    }
}

/// `\x09` as the character it stands for.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("\\x") {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\x") {
        bytes.extend_from_slice(before.as_bytes());
        match after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.extend_from_slice(b"\\x");
                rest = after;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// One line of a log, whatever form it has.
enum Record<'a> {
    Columns { header: &'a Header, values: Vec<&'a str> },
    Object(&'a Map<String, Value>),
}

impl Record<'_> {
    fn raw(&self, name: &str) -> Option<&str> {
        let Self::Columns { header, values } = self else { return None };
        let at = header.fields.iter().position(|field| **field == *name)?;
        let value = *values.get(at)?;
        let is_blank = value.is_empty() || *value == *header.unset || *value == *header.empty;
        (!is_blank).then_some(value)
    }

    fn has(&self, name: &str) -> bool {
        match self {
            Self::Columns { header, .. } => header.fields.iter().any(|field| **field == *name),
            Self::Object(object) => object.contains_key(name),
        }
    }

    /// The value of a field that is set.
    fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        match self {
            Self::Columns { .. } => self.raw(name).map(unescaped),
            Self::Object(object) => scalar(object.get(name)?).filter(|text| !text.is_empty()),
        }
    }

    /// The values of a set or vector.
    fn list(&self, name: &str) -> Vec<Cow<'_, str>> {
        match self {
            Self::Columns { header, .. } => self
                .raw(name)
                .map(|value| value.split(&*header.set_separator).map(unescaped).collect())
                .unwrap_or_default(),
            Self::Object(object) => match object.get(name) {
                Some(Value::Array(values)) => values.iter().filter_map(scalar).collect(),
                Some(value) => scalar(value).into_iter().collect(),
                None => Vec::new(),
            },
        }
    }

    fn port(&self, name: &str) -> Option<u16> {
        self.text(name)?.parse().ok()
    }

    fn client(&self) -> HostKey {
        host(self.text("orig_l2_addr").as_deref(), self.text("id.orig_h").as_deref())
    }

    fn server(&self) -> HostKey {
        host(self.text("resp_l2_addr").as_deref(), self.text("id.resp_h").as_deref())
    }

    /// The name of the log; empty where nothing tells it.
    fn path(&self) -> Cow<'_, str> {
        let named = match self {
            Self::Columns { header, .. } => Some(Cow::Borrowed(&*header.path)),
            Self::Object(_) => self.text("_path"),
        };
        named.filter(|path| !path.is_empty()).unwrap_or_else(|| Cow::Borrowed(self.likely_path()))
    }

    /// The log that has such fields: the first whose marks are all there.
    fn likely_path(&self) -> &'static str {
        const MARKS: &[(&str, &[&str])] = &[
            ("conn", &["conn_state", "id.resp_h"]),
            ("dhcp", &["mac", "msg_types"]),
            ("dhcp", &["mac", "assigned_ip"]),
            ("dns", &["query", "id.resp_h"]),
            ("http", &["trans_depth", "id.resp_h", "status_code"]),
            ("http", &["trans_depth", "id.resp_h", "method"]),
            ("ssl", &["cipher", "id.resp_h"]),
            ("ssl", &["cert_chain_fuids", "id.resp_h"]),
            ("ssl", &["server_name", "id.resp_h", "established"]),
            ("x509", &["certificate.subject"]),
            ("known_certs", &["host", "port_num", "subject"]),
            ("known_services", &["host", "port_num", "port_proto"]),
            ("known_devices", &["mac", "dhcp_host_name"]),
            ("software", &["host", "software_type"]),
            ("ssh", &["id.resp_h", "auth_attempts"]),
            ("sip", &["id.resp_h", "call_id", "request_path"]),
            ("snmp", &["id.resp_h", "community"]),
        ];
        MARKS
            .iter()
            .find(|(_, fields)| fields.iter().all(|field| self.has(field)))
            .map(|(path, _)| *path)
            .unwrap_or_default()
    }
}

fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        _ => None,
    }
}

/// The names in a certificate.
struct Certificate {
    subject: Box<str>,
    issuer: Box<str>,
}

/// Makes something of a line.
struct Reader<'r, 's> {
    logbook: &'r mut Logbook,
    notebook: &'r mut Notebook<'s>,
    /// By fingerprint or file id, as connections name them.
    certificates: &'r mut HashMap<Box<str>, Certificate>,
}

impl Reader<'_, '_> {
    fn record(&mut self, record: &Record<'_>, place: &str) {
        let time = record.text("ts");
        let at = time.as_deref().and_then(micros);
        if at.is_none() && time.is_some() {
            self.notebook.warning(place, "`ts` is no time", "the line is kept without a time");
        }
        self.logbook.at(at);
        match &*record.path() {
            "conn" | "conn_long" | "conn_red" => self.conn(record, at),
            "dhcp" => self.dhcp(record),
            "dns" | "dns_red" => self.dns(record),
            "http" | "http_red" => self.http(record),
            "ssl" | "ssl_red" => self.ssl(record),
            "x509" | "x509_red" => self.x509(record),
            "known_devices" => self.known_device(record),
            "known_hosts" => self.logbook.see(host(None, record.text("host").as_deref())),
            "known_services" => self.known_service(record),
            "known_certs" => self.known_certificate(record),
            "software" => self.software(record),
            "ssh" => self.served(record, "server", SignalKind::SshBanner),
            "rtsp" => self.served(record, "server", SignalKind::RtspServer),
            "snmp" => self.served(record, "display_string", SignalKind::SnmpSysdescr),
            "sip" => self.sip(record),
            "" => self.notebook.not_understood("line of an unknown log", 1),
            other => {
                let shown: String = other.chars().take(40).collect();
                self.notebook.not_understood(&format!("log {shown}"), 1);
            }
        }
    }

    fn conn(&mut self, record: &Record<'_>, at: Option<i64>) {
        /// The server's first answer of a handshake was seen.
        const ACCEPTED: [&str; 7] = ["S1", "SF", "S2", "S3", "RSTO", "RSTR", "RSTRH"];
        /// Nothing tells that the server is there.
        const UNANSWERED: [&str; 4] = ["S0", "SH", "OTH", "RSTOS0"];
        let state = record.text("conn_state").unwrap_or_default();
        let history = record.text("history").unwrap_or_default();
        let transport = Transport::of(&record.text("proto").unwrap_or_default());
        let has_replied = ["resp_pkts", "resp_bytes"]
            .iter()
            .any(|name| record.text(name).is_some_and(|count| *count != *"0"));
        let is_open = match transport {
            Transport::Tcp => ACCEPTED.contains(&&*state) || history.contains('h'),
            Transport::Udp => has_replied,
            Transport::Other => false,
        };
        let lasted = record.text("duration").as_deref().and_then(micros);
        self.logbook.conversation(&Conversation {
            client: record.client(),
            server: record.server(),
            port: record.port("id.resp_p").unwrap_or_default(),
            transport,
            is_answered: is_open
                || has_replied
                || !(state.is_empty() || UNANSWERED.contains(&&*state)),
            is_open: is_open && record.port("id.resp_p").is_some(),
            until_micros: at.zip(lasted).and_then(|(at, lasted)| at.checked_add(lasted)),
        });
    }

    fn dhcp(&mut self, record: &Record<'_>) {
        let assigned = ["assigned_addr", "assigned_ip", "client_addr"]
            .iter()
            .find_map(|name| record.text(name))
            .filter(|address| *address != *"0.0.0.0");
        let client = host(record.text("mac").as_deref(), assigned.as_deref());
        if client.mac.is_none() {
            self.notebook.not_understood("lease without a hardware address", 1);
            return;
        }
        self.logbook.own(client);
        if let Some(name) = record.text("host_name").or_else(|| record.text("client_fqdn")) {
            self.logbook.name(client, &name);
        }
        if let Some(class) = record.text("client_software") {
            self.logbook.show(client, SignalKind::DhcpVendorClass, &class, None);
        }
    }

    fn dns(&mut self, record: &Record<'_>) {
        if record.port("id.resp_p").is_some_and(|port| NEIGHBOUR_NAME_PORTS.contains(&port)) {
            return;
        }
        let client = record.client();
        let Some(query) = record.text("query") else { return };
        if record.text("qtype_name").is_none_or(|kind| *kind != *"PTR") {
            self.logbook.asked(client, &query);
        }
        for answer in record.list("answers") {
            if let Ok(address) = answer.parse() {
                self.logbook.learn(client, &query, address);
            }
        }
    }

    fn http(&mut self, record: &Record<'_>) {
        let named = record.text("host");
        let name = named.as_deref().map(|name| name.split(':').next().unwrap_or_default());
        let server = record.server();
        self.logbook.see(record.client());
        self.logbook.contact(record.client(), server.address, name);
        if record.text("status_code").is_some() {
            self.logbook.see(server);
            if let Some(port) = record.port("id.resp_p") {
                self.logbook.open(server, port, "tcp");
            }
        }
    }

    fn ssl(&mut self, record: &Record<'_>) {
        let (client, server) = (record.client(), record.server());
        let port = record.port("id.resp_p");
        if let Some(name) = record.text("server_name") {
            self.logbook.show(client, SignalKind::TlsSni, &name, None);
        }
        for (name, kind) in [("subject", SignalKind::TlsSubject), ("issuer", SignalKind::TlsIssuer)]
        {
            if let Some(value) = record.text(name) {
                self.logbook.show(server, kind, &value, port);
            }
        }
        // The first of a chain is the server's own.
        for chain in ["cert_chain_fps", "cert_chain_fuids"] {
            let own = record.list(chain).into_iter().next();
            let known = own.and_then(|key| self.certificates.get(&*key));
            if let Some(Certificate { subject, issuer }) = known {
                self.logbook.show(server, SignalKind::TlsSubject, subject, port);
                self.logbook.show(server, SignalKind::TlsIssuer, issuer, port);
                return;
            }
        }
    }

    /// A certificate names no host: the connection that showed it does, if it stands further on in the same file.
    fn x509(&mut self, record: &Record<'_>) {
        let name = |field: &str| {
            record.text(field).filter(|name| name.len() <= NAME_BYTES_MAX).unwrap_or_default()
        };
        let (subject, issuer) = (name("certificate.subject"), name("certificate.issuer"));
        for key in ["fingerprint", "id"] {
            let Some(key) = record.text(key).filter(|key| key.len() <= 128) else { continue };
            if self.certificates.len() >= CERTIFICATES_MAX {
                self.notebook.lost("certificates over the limit", 1);
                return;
            }
            let certificate = Certificate { subject: (*subject).into(), issuer: (*issuer).into() };
            self.certificates.insert((*key).into(), certificate);
        }
    }

    fn known_device(&mut self, record: &Record<'_>) {
        let device = host(record.text("mac").as_deref(), None);
        self.logbook.see(device);
        if let Some(name) = record.text("dhcp_host_name") {
            self.logbook.name(device, &name);
        }
    }

    fn known_service(&mut self, record: &Record<'_>) {
        let device = host(None, record.text("host").as_deref());
        let transport = record.text("port_proto").unwrap_or_default();
        self.logbook.see(device);
        if let Some(port) = record.port("port_num")
            && matches!(&*transport, "tcp" | "udp")
        {
            self.logbook.open(device, port, &transport);
        }
    }

    fn known_certificate(&mut self, record: &Record<'_>) {
        let device = host(None, record.text("host").as_deref());
        let port = record.port("port_num");
        for (name, kind) in
            [("subject", SignalKind::TlsSubject), ("issuer_subject", SignalKind::TlsIssuer)]
        {
            if let Some(value) = record.text(name) {
                self.logbook.show(device, kind, &value, port);
            }
        }
    }

    /// Software as its protocol named it. What Zeek made of a name is Zeek's word and not the device's.
    fn software(&mut self, record: &Record<'_>) {
        let device = host(None, record.text("host").as_deref());
        let kind = record.text("software_type").unwrap_or_default();
        let signal = match &*kind {
            "HTTP::SERVER" => SignalKind::HttpServer,
            "DHCP::CLIENT" => SignalKind::DhcpVendorClass,
            other => {
                let shown: String = other.chars().take(40).collect();
                self.notebook.not_understood(&format!("software {shown}"), 1);
                return;
            }
        };
        if let Some(value) = record.text("unparsed_version") {
            self.logbook.show(device, signal, &value, record.port("host_p"));
        }
    }

    /// A field that a server shows of itself.
    fn served(&mut self, record: &Record<'_>, field: &str, kind: SignalKind) {
        let (server, port) = (record.server(), record.port("id.resp_p"));
        if let Some(value) = record.text(field) {
            self.logbook.see(server);
            self.logbook.show(server, kind, &value, port);
        }
    }

    fn sip(&mut self, record: &Record<'_>) {
        if let Some(agent) = record.text("user_agent") {
            self.logbook.show(record.client(), SignalKind::SipUserAgent, &agent, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::tests::replay;

    fn log(path: &str, fields: &str, rows: &[&str]) -> String {
        let mut text = format!(
            "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t{path}\n\
             #open\t2026-11-03-09-15-02\n#fields\t{}\n#types\tx\n",
            fields.replace(' ', "\t")
        );
        for row in rows {
            text.push_str(&row.replace(' ', "\t").replace('~', " "));
            text.push('\n');
        }
        text + "#close\t2026-11-03-10-15-02\n"
    }

    const ENDS: &str = "ts uid id.orig_h id.orig_p id.resp_h id.resp_p";

    #[test]
    fn logs_put_together_speak_of_the_same_hosts() {
        let text = [
            log(
                "dhcp",
                "ts uids client_addr server_addr mac host_name assigned_addr lease_time msg_types client_software",
                &["1793697302.000000 C1,C2 0.0.0.0 10.0.0.254 58:03:fb:00:00:01 cam-1 10.0.0.1 3600.0 DISCOVER,ACK maker\\x2cclass"],
            ),
            log(
                "dns",
                &format!("{ENDS} proto query qtype_name answers"),
                &[
                    "1793697303.0 C3 10.0.0.1 5001 10.0.0.53 53 udp p2p.example.com A cname.example.net,203.0.113.9",
                    "1793697303.0 C3 10.0.0.1 5001 10.0.0.53 53 udp 1.0.0.10.in-addr.arpa PTR -",
                    "1793697303.0 C3 10.0.0.1 5353 224.0.0.251 5353 udp _http._tcp.local PTR -",
                ],
            ),
            log(
                "conn",
                &format!("{ENDS} proto service duration orig_bytes resp_bytes conn_state history"),
                &[
                    "1793697304.0 C4 10.0.0.1 5001 203.0.113.9 443 tcp ssl 2.5 100 200 SF ShADadFf",
                    "1793697305.0 C5 10.0.0.9 5001 10.0.0.1 554 tcp - 1.0 10 10 RSTO ShADaR",
                    "1793697306.0 C6 10.0.0.9 5001 10.0.0.1 81 tcp - 0.1 0 0 REJ Sr",
                    "1793697307.0 C7 10.0.0.9 5001 10.0.0.7 80 tcp - - - - S0 S",
                    "1793697308.0 broken",
                ],
            ),
            log(
                "x509",
                "ts fingerprint certificate.subject certificate.issuer",
                &["1793697309.0 ab01 CN=cam-1,O=R\\x5c\\x2cD CN=ca"],
            ),
            log(
                "ssl",
                &format!("{ENDS} version server_name cert_chain_fps"),
                &[
                    "1793697310.0 C8 10.0.0.9 5001 10.0.0.1 443 TLSv12 - ab01,ab02",
                    "1793697310.0 C9 10.0.0.1 5001 203.0.113.9 443 TLSv12 api.example.com (empty)",
                ],
            ),
            log(
                "software",
                "ts host host_p software_type name unparsed_version",
                &[
                    "1793697311.0 10.0.0.1 80 HTTP::SERVER App App-webs/",
                    "1793697311.0 10.0.0.1 - HTTP::BROWSER Mozilla Mozilla/5.0",
                ],
            ),
            log("weird", "ts name", &["1793697312.0 odd"]),
        ]
        .concat();
        insta::assert_snapshot!(replay(text.as_bytes()));
    }

    #[test]
    fn lines_of_json_say_the_same() {
        let text = concat!(
            "{\"_path\":\"known_devices\",\"ts\":\"2026-11-03T09:15:02.000000Z\",\"mac\":\"58:03:fb:00:00:01\",\"dhcp_host_name\":\"cam-1\"}\n",
            "{\"_path\":\"known_services\",\"ts\":1793697302.5,\"host\":\"10.0.0.1\",\"port_num\":554,\"port_proto\":\"tcp\",\"service\":[\"RTSP\"]}\n",
            "{\"ts\":1793697302.5,\"uid\":\"C\",\"id.orig_h\":\"10.0.0.1\",\"id.orig_p\":1,\"id.resp_h\":\"10.0.0.2\",\"id.resp_p\":161,\"community\":\"x\",\"display_string\":\"NVR\"}\n",
            "{\"ts\":\"soon\",\"id.orig_h\":\"10.0.0.1\",\"id.resp_h\":\"10.0.0.2\",\"id.resp_p\":5060,\"call_id\":\"1\",\"request_path\":[],\"user_agent\":\"IPC\"}\n",
            "{\"ts\":1,\"id.orig_h\":\n",
            "{\"_path\":\"http\",\"ts\":1793697302.5,\"id.orig_h\":\"10.0.0.1\",\"id.resp_h\":\"203.0.113.9\",\"id.resp_p\":80,\"host\":\"Up.Example.com:80\",\"uri\":\"/secret\",\"password\":\"p\"}\n",
        );
        insta::assert_snapshot!(replay(text.as_bytes()));
    }

    #[test]
    fn a_line_of_a_hundred_megabytes_costs_one_note() {
        let log = log("known_hosts", "ts host", &["1.0 10.0.0.1", "LONG", "2.0 10.0.0.2"]);
        let text = replay(log.replace("LONG", &"x".repeat(100 << 20)).as_bytes());
        assert!(text.contains("error line 10: longer than 1048576 bytes"), "{text}");
        assert!(text.contains("3 records, 2 observations"), "{text}");
    }

    #[test]
    fn a_line_that_was_cut_names_no_other_host() {
        let log = log("known_hosts", "ts host", &["1.0 10.0.0.1", "2.0 10.0.0.25"]);
        let cut = log.find("10.0.0.25").unwrap() + "10.0.0.2".len();
        let text = replay(&log.as_bytes()[..cut]);
        assert!(text.contains("warning line 10: breaks off"), "{text}");
        assert!(text.contains("2 records, 1 observations"), "{text}");
    }

    #[test]
    fn escapes_are_undone_and_what_is_none_is_kept() {
        assert_eq!(unescaped("a\\x09b\\xc3\\xa9\\xzz\\x"), "a\tbé\\xzz\\x");
    }
}
