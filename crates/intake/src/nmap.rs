//! nmap's XML output (`-oX`), and masscan's, which uses the same grammar. Read as a stream: a scan of a /16 is
//! larger than memory should be.
//!
//! Entities of a DTD are never expanded: only the five of XML itself and character references are.
//!
//! What scripts quote is what the device said. What nmap concluded from it (`product`, `osmatch`) are nmap's words: they
//! become signals of kinds of their own, which weigh least.

mod opinion;

use std::io::{self, BufRead};

use model::{AddressClaim, Observation, Place, Signal, SignalKind, SourceKind, Subject, Timestamp};
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use wire::Sender;

use crate::lines::as_text;
use crate::message::{take_keys, with_quirks};
use crate::notebook::Notebook;
use crate::xml::{Bounded, Break, DEPTH_MAX, TooLarge, attribute, has_root, reference_text};
use crate::{Format, Input, IntakeError, Options, Recognition, Sink, Summary};

/// Signals of one host that are kept; every port of a host open gives as many.
const SIGNALS_MAX: usize = 70_000;
/// Values of one script's elements that are kept.
const ELEMENTS_MAX: usize = 256;
/// The longest value of such an element.
const VALUE_BYTES_MAX: usize = 64 << 10;
/// Addresses and names of one host that are kept.
const ADDRESSES_MAX: usize = 64;
/// A probe's answer inside a service fingerprint that is looked at.
const ANSWER_BYTES_MAX: usize = 16 << 10;

/// The format.
pub(crate) struct NmapXml;

impl Format for NmapXml {
    fn name(&self) -> &'static str {
        "nmap XML"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Scan
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        if has_root(head, "nmaprun") { Recognition::Sure } else { Recognition::No }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        let mut notebook = Notebook::new(self.name(), sink);
        let mut scan = Scan {
            options,
            notebook: &mut notebook,
            path: Vec::new(),
            host: None,
            down: 0,
            ended: false,
            foreign: None,
        };
        let outcome = scan.read(as_text(input)?);
        let down = scan.down;
        if down > 0 {
            notebook.info("whole file", format!("{down} hosts did not answer"));
        }
        outcome.map(|()| notebook.finish())
    }
}

struct Scan<'r, 's> {
    options: &'r Options,
    notebook: &'r mut Notebook<'s>,
    path: Vec<Element>,
    host: Option<Host>,
    down: u64,
    ended: bool,
    foreign: Option<Break>,
}

/// The elements that mean something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Run,
    Host,
    Port,
    Script,
    Elem,
    Service,
    OsMatch,
    OsClass,
    /// A CPE name of a service.
    ServiceCpe,
    /// A CPE name of a system.
    SystemCpe,
    Other,
}

#[derive(Default)]
struct Host {
    offset: u64,
    is_down: bool,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    subject: Subject,
    signals: Vec<Signal>,
    lost: u64,
    port: Option<Port>,
    script: Option<Script>,
    systems: opinion::Systems,
}

#[derive(Default)]
struct Port {
    number: u16,
    is_udp: bool,
    is_open: bool,
    service: String,
    detected: Option<opinion::Service>,
}

#[derive(Default)]
struct Script {
    id: String,
    output: String,
    /// Keys and values of its elements; the key is empty where there is none.
    elements: Vec<(String, String)>,
}

impl Scan<'_, '_> {
    fn read(&mut self, reader: impl BufRead) -> Result<(), IntakeError> {
        let mut reader = Reader::from_reader(Bounded::new(reader));
        reader.config_mut().allow_unmatched_ends = true;
        reader.config_mut().check_end_names = false;
        let mut buffer = Vec::new();
        let mut last_progress = 0;
        loop {
            buffer.clear();
            reader.get_mut().next_event();
            let offset = reader.buffer_position();
            match reader.read_event_into(&mut buffer) {
                Ok(Event::Start(tag)) => {
                    if self.path.is_empty() && tag.local_name().into_inner() != "nmaprun" {
                        self.foreign.get_or_insert_with(|| Break::foreign(&tag, offset));
                    }
                    let element = self.open(&tag, offset);
                    self.path.push(element);
                    if self.path.len() > DEPTH_MAX {
                        self.cut_short(offset, "elements nest too deep");
                        return Ok(());
                    }
                }
                Ok(Event::Empty(tag)) => {
                    let element = self.open(&tag, offset);
                    self.close(element);
                }
                Ok(Event::End(_)) => {
                    if let Some(element) = self.path.pop() {
                        self.close(element);
                    }
                }
                Ok(Event::Text(text)) => {
                    let text = text.xml10_content();
                    if self.path.is_empty() && self.ended && !text.trim().is_empty() {
                        self.foreign.get_or_insert_with(|| Break::text(offset));
                    }
                    self.text(&text);
                }
                Ok(Event::CData(text)) => self.text(&text.xml10_content()),
                Ok(Event::GeneralRef(reference)) => {
                    self.text(&reference_text(&reference));
                }
                Ok(Event::Eof) => {
                    if !self.ended {
                        self.cut_short(offset, "the file ends before the scan does");
                    } else if let Some(Break { offset, problem }) = self.foreign.take() {
                        self.notebook.warning(
                            format!("byte {offset}"),
                            problem,
                            "the hosts are kept; give each document in a file of its own",
                        );
                    }
                    self.notebook.progress(offset);
                    return Ok(());
                }
                Ok(_) => {}
                Err(quick_xml::Error::Io(source))
                    if !source.get_ref().is_some_and(|inner| inner.is::<TooLarge>()) =>
                {
                    let source = io::Error::new(source.kind(), source.to_string());
                    return Err(IntakeError::Io { offset: reader.get_ref().offset(), source });
                }
                Err(error) => {
                    let problem = match &error {
                        // Of our own limit on the length of a tag: the disk is not at fault.
                        quick_xml::Error::Io(source) => source.to_string(),
                        other => other.to_string(),
                    };
                    self.cut_short(offset, &problem);
                    return Ok(());
                }
            }
            if offset.saturating_sub(last_progress) > 1 << 20 {
                last_progress = offset;
                self.notebook.progress(offset);
            }
            if self.notebook.is_stopped() {
                return Ok(());
            }
        }
    }

    /// The file cannot be read on: what was complete before is kept.
    fn cut_short(&mut self, offset: u64, problem: &str) {
        if let Some(host) = self.host.take() {
            self.notebook.lost("host at the end of a broken file", 1);
            self.notebook.warning(
                format!("byte {}", host.offset),
                "this host is not complete: left out",
                "scan it again",
            );
        }
        self.notebook.warning(
            format!("byte {offset}"),
            format!("cannot be read on: {problem}"),
            "the hosts before are kept; scan the others again",
        );
    }

    fn open(&mut self, tag: &BytesStart<'_>, offset: u64) -> Element {
        match (tag.local_name().into_inner(), &mut self.host) {
            ("nmaprun", _) => Element::Run,
            ("host", host) => {
                self.notebook.record();
                *host = Some(Host {
                    offset,
                    from: seconds(tag, "starttime"),
                    until: seconds(tag, "endtime"),
                    ..Host::default()
                });
                Element::Host
            }
            ("script", Some(host)) => {
                host.script = Some(Script {
                    id: attribute(tag, "id"),
                    output: attribute(tag, "output"),
                    elements: Vec::new(),
                });
                Element::Script
            }
            ("elem", Some(Host { script: Some(script), .. })) => {
                if script.elements.len() < ELEMENTS_MAX {
                    script.elements.push((attribute(tag, "key"), String::new()));
                }
                Element::Elem
            }
            ("port", Some(host)) => {
                host.port = attribute(tag, "portid").parse().ok().map(|number| Port {
                    number,
                    is_udp: attribute(tag, "protocol") == "udp",
                    ..Port::default()
                });
                Element::Port
            }
            (name, Some(host)) => {
                match (name, self.path.last()) {
                    ("status", Some(Element::Host)) => {
                        host.is_down = attribute(tag, "state") == "down"
                    }
                    ("address", Some(Element::Host)) => host.address(tag),
                    ("hostname", _) => {
                        let name = attribute(tag, "name");
                        if host.subject.hostname.is_none() && !name.is_empty() {
                            host.subject.hostname = Some(name.into());
                        }
                    }
                    ("state", Some(Element::Port)) => {
                        if let Some(port) = &mut host.port {
                            port.is_open = attribute(tag, "state") == "open";
                        }
                    }
                    ("service", Some(Element::Port)) => {
                        host.service(tag);
                        return Element::Service;
                    }
                    ("osmatch", _) => {
                        host.systems.found(tag);
                        return Element::OsMatch;
                    }
                    ("osclass", Some(Element::OsMatch)) => {
                        host.systems.class(tag);
                        return Element::OsClass;
                    }
                    ("cpe", Some(Element::Service)) if begins(host.cpes_of_service()) => {
                        return Element::ServiceCpe;
                    }
                    ("cpe", Some(Element::OsClass)) if begins(host.systems.cpes()) => {
                        return Element::SystemCpe;
                    }
                    _ => {}
                }
                Element::Other
            }
            (_, None) => Element::Other,
        }
    }

    fn text(&mut self, text: &str) {
        let cpes = match (self.path.last(), &mut self.host) {
            (Some(Element::ServiceCpe), Some(host)) => host.cpes_of_service(),
            (Some(Element::SystemCpe), Some(host)) => host.systems.cpes(),
            _ => None,
        };
        if let Some(cpes) = cpes {
            cpes.go_on(text);
        }
        let Some(Host { script: Some(script), .. }) = &mut self.host else { return };
        if self.path.last() == Some(&Element::Elem)
            && let Some((_, value)) = script.elements.last_mut()
            && value.len() + text.len() <= VALUE_BYTES_MAX
        {
            value.push_str(text);
        }
    }

    fn close(&mut self, element: Element) {
        match (element, &mut self.host) {
            (Element::Run, _) => self.ended = true,
            (Element::Host, host) => {
                if let Some(mut host) = host.take() {
                    host.read_systems();
                    self.give(host);
                }
            }
            (Element::Script, Some(host)) => host.read_script(self.notebook),
            (Element::Port, Some(host)) => host.read_port(),
            _ => {}
        }
    }

    fn give(&mut self, host: Host) {
        if host.is_down {
            self.down += 1;
            return;
        }
        self.notebook.lost(&format!("signals of a host after the {SIGNALS_MAX}th"), host.lost);
        let Host { from, until, mut subject, signals, .. } = host;
        let place = match (subject.addresses.first(), subject.macs.first()) {
            (Some(claim), _) => format!("host {}", claim.address),
            (None, Some(mac)) => format!("host {mac}"),
            (None, None) => format!("host at byte {}", host.offset),
        };
        for claim in &mut subject.addresses {
            (claim.from, claim.until) = (from.or(until), until.or(from));
        }
        self.notebook.observation(Observation {
            place: Place(place.into()),
            at: from.or(until),
            until: until.or(from),
            vantage: self.options.vantage.clone(),
            subject,
            signals,
            declared: None,
        });
    }
}

/// Whether a CPE name begins for which there is room.
fn begins(cpes: Option<&mut opinion::Cpes>) -> bool {
    cpes.is_some_and(opinion::Cpes::begin)
}

impl Host {
    fn push(&mut self, kind: SignalKind, value: impl Into<Box<str>>) {
        let value = value.into();
        if value.trim().is_empty() {
            return;
        }
        let mut signal = Signal::text(kind, value);
        if !matches!(kind, SignalKind::PortOpen | SignalKind::Mac) {
            signal.port = self.port.as_ref().map(|port| port.number);
        }
        wire::sanitise(signal).into_iter().for_each(|signal| self.push_new(signal));
    }

    /// Ports differ by themselves and may be 65,535: only the others are compared.
    fn push_new(&mut self, signal: Signal) {
        if self.signals.len() >= SIGNALS_MAX {
            self.lost += 1;
        } else if signal.kind == SignalKind::PortOpen || !self.signals.contains(&signal) {
            self.signals.push(signal);
        }
    }

    /// nmap gives a MAC only of hosts on its own link, so it is the device's own.
    fn address(&mut self, tag: &BytesStart<'_>) {
        let text = attribute(tag, "addr");
        if attribute(tag, "addrtype") == "mac" {
            if let Ok(mac) = text.parse::<model::MacAddr>()
                && mac.is_identity()
                && self.subject.macs.len() < ADDRESSES_MAX
            {
                self.subject.macs.push(mac);
                self.push(SignalKind::Mac, mac.to_string());
            }
        } else if let Ok(address) = text.parse()
            && self.subject.addresses.len() < ADDRESSES_MAX
        {
            self.subject.addresses.push(AddressClaim { address, from: None, until: None });
        }
    }

    /// What nmap made of a service: its conclusion, and the raw answers of a service that it did not know.
    fn service(&mut self, tag: &BytesStart<'_>) {
        let Some(port) = &mut self.port else { return };
        port.service = attribute(tag, "name");
        port.detected = opinion::Service::read(tag);
        let (number, is_udp) = (port.number, port.is_udp);
        for answer in fingerprint_answers(&attribute(tag, "servicefp")) {
            let message = if is_udp {
                wire::datagram(number, 50_000, &answer)
            } else {
                wire::stream_head(Sender::Server, number, &answer)
            };
            if let Ok(message) = message
                && message.about == wire::About::Sender
            {
                with_quirks(message.signals, &message.quirks)
                    .into_iter()
                    .for_each(|signal| self.push_new(signal));
                take_keys(message.keys, &mut self.subject);
            }
        }
    }

    fn cpes_of_service(&mut self) -> Option<&mut opinion::Cpes> {
        Some(self.port.as_mut()?.detected.as_mut()?.cpes())
    }

    fn read_systems(&mut self) {
        for line in std::mem::take(&mut self.systems).lines() {
            self.push(SignalKind::NmapOs, line);
        }
    }

    fn read_port(&mut self) {
        if self.port.as_ref().is_some_and(|port| port.is_open) {
            let detected = self.port.as_mut().and_then(|port| port.detected.take());
            if let Some(line) = detected.and_then(opinion::Service::line) {
                self.push(SignalKind::NmapService, line);
            }
        }
        if let Some(port) = self.port.take()
            && port.is_open
        {
            let protocol = if port.is_udp { "udp" } else { "tcp" };
            self.push(SignalKind::PortOpen, format!("{}/{protocol}", port.number));
        }
    }

    fn read_script(&mut self, notebook: &mut Notebook<'_>) {
        let Some(script) = self.script.take() else { return };
        let output = script.output.as_str();
        let lines = || output.lines().map(str::trim).filter(|line| !line.is_empty());
        match script.id.as_str() {
            "http-title" => {
                let title = script.element("title").or_else(|| lines().next()).unwrap_or_default();
                let is_remark = title.starts_with("Site doesn't have a title")
                    || title.starts_with("Did not follow redirect");
                if !is_remark {
                    self.push(SignalKind::HttpTitle, title);
                }
            }
            "http-server-header" => {
                lines().for_each(|line| self.push(SignalKind::HttpServer, line))
            }
            "http-auth" => {
                for challenge in challenges(&script) {
                    self.push(SignalKind::HttpWwwAuthenticate, challenge);
                }
            }
            "http-favicon" => {
                if let Some(md5) = md5(output) {
                    self.push(SignalKind::HttpFaviconMd5, md5);
                }
            }
            "ssl-cert" => {
                for (label, kind) in
                    [("Subject: ", SignalKind::TlsSubject), ("Issuer: ", SignalKind::TlsIssuer)]
                {
                    if let Some(name) = lines().find_map(|line| line.strip_prefix(label)) {
                        self.push(kind, distinguished_name(name));
                    }
                }
            }
            "banner" => self.banner(output),
            "snmp-sysdescr" => {
                let described: Vec<&str> =
                    lines().take_while(|line| !line.starts_with("System uptime:")).collect();
                self.push(SignalKind::SnmpSysdescr, described.join(" "));
            }
            "upnp-info" => self.upnp(output),
            other => notebook.not_understood(&format!("script {other}"), 1),
        }
    }

    fn banner(&mut self, output: &str) {
        let (number, service) = match &self.port {
            Some(port) => (port.number, port.service.as_str()),
            None => return,
        };
        let kind = if output.starts_with("SSH-") {
            SignalKind::SshBanner
        } else if output.starts_with("RTSP/") {
            return;
        } else if service == "ftp" || (number == 21 && output.starts_with("220")) {
            SignalKind::FtpBanner
        } else if service == "telnet" || number == 23 {
            SignalKind::TelnetBanner
        } else {
            return;
        };
        self.push(kind, output.trim());
    }

    /// What the script learnt from an SSDP answer and the description behind it.
    fn upnp(&mut self, output: &str) {
        let field = |name: &str| {
            output.lines().find_map(|line| line.trim().strip_prefix(name)).map(str::trim)
        };
        let head = [("SERVER", field("Server:")), ("LOCATION", field("Location:"))];
        let lines: Vec<String> = head
            .into_iter()
            .filter_map(|(name, value)| value.map(|value| format!("{name}: {value}\r\n")))
            .collect();
        if !lines.is_empty() {
            let answer = format!("HTTP/1.1 200 OK\r\n{}\r\n", lines.concat());
            self.push(SignalKind::SsdpResponse, answer);
        }
        for (name, kind) in [
            ("Webserver:", SignalKind::HttpServer),
            ("Manufacturer:", SignalKind::DeviceBrand),
            ("Model Name:", SignalKind::DeviceModel),
        ] {
            if let Some(value) = field(name) {
                self.push(kind, value);
            }
        }
    }
}

impl Script {
    fn element(&self, key: &str) -> Option<&str> {
        self.elements.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

/// The challenges of `http-auth`: from its elements (`scheme`, then `realm`), else from its text
/// `Digest realm=IP Camera qop=auth`, where nobody wrote quotes.
fn challenges(script: &Script) -> Vec<String> {
    let challenge = |scheme: &str, realm: &str| format!("{scheme} realm=\"{realm}\"");
    let mut found = Vec::new();
    let mut scheme = "";
    for (key, value) in &script.elements {
        match key.as_str() {
            "scheme" => scheme = value,
            "realm" if !scheme.is_empty() => {
                let named = scheme
                    .chars()
                    .next()
                    .into_iter()
                    .flat_map(char::to_uppercase)
                    .chain(scheme.chars().skip(1));
                found.push(challenge(&named.collect::<String>(), value));
            }
            _ => {}
        }
    }
    if !found.is_empty() {
        return found;
    }
    for line in script.output.lines().map(str::trim) {
        let Some((scheme, parameters)) = line.split_once(' ') else { continue };
        if !matches!(scheme, "Digest" | "Basic") {
            continue;
        }
        if let Some((_, rest)) = parameters.split_once("realm=") {
            // A realm holds blanks; the next `name=` ends it.
            let end = rest.match_indices(' ').map(|(at, _)| at).find(|&at| {
                let word = rest.get(at + 1..).and_then(|rest| rest.split(' ').next());
                word.and_then(|word| word.split_once('=')).is_some_and(|(name, _)| {
                    matches!(
                        name,
                        "qop" | "nonce" | "algorithm" | "opaque" | "stale" | "domain" | "charset"
                    )
                })
            });
            found.push(challenge(scheme, rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest)));
        }
    }
    found
}

/// `commonName=a/organizationName=b` as `CN=a,O=b`.
fn distinguished_name(text: &str) -> String {
    const NAMES: [(&str, &str); 7] = [
        ("commonName", "CN"),
        ("organizationName", "O"),
        ("organizationalUnitName", "OU"),
        ("localityName", "L"),
        ("stateOrProvinceName", "ST"),
        ("countryName", "C"),
        ("emailAddress", "emailAddress"),
    ];
    let mut parts: Vec<String> = Vec::new();
    for part in text.split('/') {
        let known = part.split_once('=').and_then(|(name, value)| {
            Some((NAMES.iter().find(|(long, _)| *long == name)?.1, value))
        });
        match (known, parts.last_mut()) {
            (Some((short, value)), _) => parts.push(format!("{short}={value}")),
            // A slash inside a value.
            (None, Some(last)) if !part.contains('=') => last.extend(["/", part]),
            (None, _) => parts.push(part.to_owned()),
        }
    }
    parts.join(",")
}

fn md5(output: &str) -> Option<String> {
    let digits = output.split_once("MD5: ").map_or(output, |(_, rest)| rest).trim();
    let digits = digits.get(..32)?;
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| digits.to_ascii_lowercase())
}

/// The raw answers inside a service fingerprint: `…%r(GetRequest,1F4,"HTTP/1\.0\x20401…")…`.
fn fingerprint_answers(fingerprint: &str) -> Vec<Vec<u8>> {
    let mut answers = Vec::new();
    for piece in fingerprint.split("%r(").skip(1) {
        let Some((_, quoted)) = piece.split_once('"') else { continue };
        answers.push(unescape(quoted));
    }
    answers
}

/// The bytes up to the closing quote.
fn unescape(quoted: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = quoted.bytes();
    while let Some(byte) = rest.next() {
        if bytes.len() == ANSWER_BYTES_MAX || byte == b'"' {
            break;
        }
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| {
            char::from(byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
        };
        match rest.next() {
            Some(b'x') => match (digit(rest.next()), digit(rest.next())) {
                (Some(high), Some(low)) => bytes.push(high << 4 | low),
                _ => break,
            },
            Some(b'n') => bytes.push(b'\n'),
            Some(b'r') => bytes.push(b'\r'),
            Some(b't') => bytes.push(b'\t'),
            Some(b'0') => bytes.push(0),
            Some(other) => bytes.push(other),
            None => break,
        }
    }
    bytes
}

fn seconds(tag: &BytesStart<'_>, name: &str) -> Option<Timestamp> {
    let seconds: i64 = attribute(tag, name).parse().ok()?;
    (seconds > 0).then(|| Timestamp::from_second(seconds).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::tests::replay;
    use crate::xml::EVENT_BYTES_MAX;

    const HEAD: &str = "<?xml version=\"1.0\"?>\n<!DOCTYPE nmaprun>\n<nmaprun scanner=\"nmap\" start=\"1762251600\">\n";

    fn host(inside: &str) -> String {
        format!(
            "{HEAD}<host starttime=\"1762251601\" endtime=\"1762251690\"><status state=\"up\"/>\
             <address addr=\"10.0.0.1\" addrtype=\"ipv4\"/>{inside}</host></nmaprun>\n"
        )
    }

    #[test]
    fn scripts_become_the_signals_that_the_device_showed() {
        let text = host(concat!(
            "<address addr=\"58:03:FB:00:00:01\" addrtype=\"mac\" vendor=\"x\"/><hostnames><hostname name=\"cam-1\"/></hostnames><ports>",
            "<port protocol=\"tcp\" portid=\"443\"><state state=\"open\"/><service name=\"https\" method=\"table\" conf=\"3\"/>",
            "<script id=\"http-title\" output=\"Site doesn&apos;t have a title (text/html).\"/>",
            "<script id=\"http-server-header\" output=\"App-webs/\"><elem>App-webs/</elem></script>",
            "<script id=\"http-auth\" output=\"&#xa;HTTP/1.1 401 Unauthorized&#xd;&#xa;  Digest qop=auth realm=IP Camera(F0001) nonce=00\"/>",
            "<script id=\"http-favicon\" output=\"Unknown favicon MD5: 0123456789ABCDEF0123456789ABCDEF\"/>",
            "<script id=\"ssl-cert\" output=\"Subject: commonName=a.example/organizationName=R/D &amp; Co/countryName=GB&#xa;Issuer: commonName=ca\"/>",
            "</port><port protocol=\"tcp\" portid=\"23\"><state state=\"open\"/><service name=\"telnet\"/><script id=\"banner\" output=\"(none) login:\"/></port>",
            "<port protocol=\"udp\" portid=\"161\"><state state=\"open\"/><script id=\"snmp-sysdescr\" output=\"Camera X&#xa;  System uptime: 1d\"/></port>",
            "<port protocol=\"tcp\" portid=\"81\"><state state=\"closed\"/></port>",
            "</ports><hostscript><script id=\"nbstat\" output=\"x\"/></hostscript>"
        ));
        insta::assert_snapshot!(replay(text.as_bytes()), @r#"
{"place":"host 10.0.0.1","at":"2025-11-04T10:20:01Z","until":"2025-11-04T10:21:30Z","subject":{"macs":["58:03:fb:00:00:01"],"addresses":[{"address":"10.0.0.1","from":"2025-11-04T10:20:01Z","until":"2025-11-04T10:21:30Z"}],"hostname":"cam-1"},"signals":[{"kind":"mac","value":"58:03:fb:00:00:01"},{"kind":"http.server","value":"App-webs/","port":443},{"kind":"http.www-authenticate","value":"Digest realm=\"IP Camera(F0001)\"","port":443},{"kind":"http.favicon-md5","value":"0123456789abcdef0123456789abcdef","port":443},{"kind":"tls.subject","value":"CN=a.example,O=R/D & Co,C=GB","port":443},{"kind":"tls.issuer","value":"CN=ca","port":443},{"kind":"port.open","value":"443/tcp"},{"kind":"telnet.banner","value":"(none) login:","port":23},{"kind":"port.open","value":"23/tcp"},{"kind":"snmp.sysdescr","value":"Camera X","port":161},{"kind":"port.open","value":"161/udp"}]}
scan (nmap XML): 1 records, 1 observations; not understood {"script nbstat": 1}; lost {}
"#);
    }

    #[test]
    fn more_names_than_are_kept_do_not_run_together() {
        let names: String = (0..12).map(|n| format!("<cpe>cpe:/h:a:{n}</cpe>")).collect();
        let text = host(&format!(
            "<ports><port protocol=\"tcp\" portid=\"80\"><state state=\"open\"/><service name=\"http\" product=\"x\" method=\"probed\" conf=\"10\">{names}</service></port></ports>"
        ));
        let read = replay(text.as_bytes());
        assert!(read.contains("cpe:/h:a:6 cpe:/h:a:7\""), "{read}");
    }

    #[test]
    fn what_nmap_concluded_is_told_apart_from_what_the_device_said() {
        let text = host(concat!(
            "<ports><port protocol=\"tcp\" portid=\"554\"><state state=\"open\"/><service name=\"rtsp\" product=\"Acme IP camera | rtspd\" version=\"1&#xa;2\"",
            " extrainfo=\"dome\" devicetype=\"webcam\" ostype=\"Linux\" hostname=\"cam\" method=\"probed\" conf=\"8\">",
            "<cpe>cpe:/h:acme:r&amp;d</cpe><cpe>cpe:/o:x:y</cpe></service></port>",
            // A guess from the number, a service without a conclusion and a closed port say nothing.
            "<port protocol=\"tcp\" portid=\"8000\"><state state=\"open\"/><service name=\"http-alt\" method=\"table\" conf=\"3\" devicetype=\"webcam\"/></port>",
            "<port protocol=\"tcp\" portid=\"80\"><state state=\"open\"/><service name=\"http\" tunnel=\"ssl\" method=\"probed\" conf=\"10\"/></port>",
            "<port protocol=\"tcp\" portid=\"81\"><state state=\"closed\"/><service name=\"http\" product=\"x\" method=\"probed\" conf=\"10\"/></port>",
            "</ports><os><osmatch name=\"Acme dome\" accuracy=\"96\"><osclass type=\"webcam\" vendor=\"Acme\" osfamily=\"embedded\" accuracy=\"96\">",
            "<cpe>cpe:/h:acme:dome</cpe></osclass><osclass type=\"router\" vendor=\"Other\"/></osmatch>",
            "<osmatch name=\"Worse\" accuracy=\"91\"><osclass type=\"printer\"><cpe>cpe:/h:worse</cpe></osclass></osmatch></os>",
        ));
        insta::assert_snapshot!(replay(text.as_bytes()), @r#"
{"place":"host 10.0.0.1","at":"2025-11-04T10:20:01Z","until":"2025-11-04T10:21:30Z","subject":{"addresses":[{"address":"10.0.0.1","from":"2025-11-04T10:20:01Z","until":"2025-11-04T10:21:30Z"}]},"signals":[{"kind":"nmap.service","value":"rtsp | product=Acme IP camera   rtspd | version=1 2 | info=dome | device=webcam | os=Linux | host=cam | cpe=cpe:/h:acme:r&d cpe:/o:x:y | conf=8","port":554},{"kind":"port.open","value":"554/tcp"},{"kind":"port.open","value":"8000/tcp"},{"kind":"port.open","value":"80/tcp"},{"kind":"nmap.os","value":"Acme dome | type=webcam | vendor=Acme | family=embedded | cpe=cpe:/h:acme:dome | accuracy=96"}]}
scan (nmap XML): 1 records, 1 observations; not understood {}; lost {}
"#);
    }

    #[test]
    fn realms_are_read_from_elements_too() {
        let text = host(
            "<ports><port protocol=\"tcp\" portid=\"80\"><state state=\"open\"/><script id=\"http-auth\" output=\"x\"><table>\
             <elem key=\"scheme\">digest</elem><table key=\"params\"><elem key=\"realm\">A &amp; B</elem></table></table></script></port></ports>",
        );
        assert!(replay(text.as_bytes()).contains(r#""value":"Digest realm=\"A & B\"""#));
    }

    #[test]
    fn raw_answers_are_unescaped() {
        let answers = fingerprint_answers(
            r#"SF-Port80-TCP:V=7%r(GetRequest,9,"HTTP/1\.0\x20401\r\n\"q\\")%r(Null,1,"\0")"#,
        );
        assert_eq!(answers, [b"HTTP/1.0 401\r\n\"q\\".to_vec(), vec![0]]);
    }

    #[test]
    fn a_bomb_of_entities_is_never_expanded() {
        let text = format!(
            "<?xml version=\"1.0\"?><!DOCTYPE nmaprun [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>\n{}",
            host("<hostnames><hostname name=\"&b;\"/></hostnames>")
                .split_once("<!DOCTYPE nmaprun>")
                .unwrap()
                .1
        );
        assert!(replay(text.as_bytes()).contains(r#""hostname":"&b;""#));
    }

    #[test]
    fn what_stands_before_a_break_is_kept() {
        let whole = host("");
        let second = "<host><address addr=\"10.0.0.2\" addrtype=\"ipv4\"/><ports><port";
        let broken = whole.replace("</nmaprun>\n", second);
        insta::assert_snapshot!(replay(broken.as_bytes()), @r#"
{"place":"host 10.0.0.1","at":"2025-11-04T10:20:01Z","until":"2025-11-04T10:21:30Z","subject":{"addresses":[{"address":"10.0.0.1","from":"2025-11-04T10:20:01Z","until":"2025-11-04T10:21:30Z"}]}}
warning byte 204: this host is not complete: left out
warning byte 259: cannot be read on: syntax error: tag not closed: `>` not found before end of input
scan (nmap XML): 2 records, 1 observations; not understood {}; lost {"host at the end of a broken file": 1}
"#);
        let huge = whole.replace(
            "</nmaprun>\n",
            &format!("<host x=\"{}", "a".repeat(EVENT_BYTES_MAX + (1 << 20))),
        );
        assert!(
            replay(huge.as_bytes())
                .contains("cannot be read on: a tag or text of more than 4194304 bytes")
        );
        let deep = format!("{HEAD}{}", "<host>".repeat(1_000_000));
        assert!(replay(deep.as_bytes()).contains("elements nest too deep"));
    }
}
