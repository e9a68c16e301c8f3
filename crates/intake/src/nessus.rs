//! Nessus results (`.nessus`, version 2). Read as a stream.
//!
//! Of some plugins the output quotes what the device sent: that is read. All others are Nessus' judgement and are
//! counted by family.

use std::collections::BTreeMap;

use model::{
    AddressClaim, MacAddr, Observation, Place, Signal, SignalKind, SourceKind, Subject, Timestamp,
};
use quick_xml::events::BytesStart;

use crate::gather::{Finding, http_answer};
use crate::lines::as_text;
use crate::message::take_keys;
use crate::notebook::Notebook;
use crate::xml::{Break, Handler, attribute, has_root, walk};
use crate::{Format, Input, IntakeError, Options, Recognition, Sink, Summary};

/// Signals of one host that are kept; every port of a host open gives as many.
const SIGNALS_MAX: usize = 70_000;
/// Longest text of one element that is kept; outputs of the plugins that are read are some kilobytes.
const TEXT_BYTES_MAX: usize = 256 << 10;
/// Hardware addresses of one host that are kept.
const MACS_MAX: usize = 64;

/// The format.
pub(crate) struct NessusXml;

impl Format for NessusXml {
    fn name(&self) -> &'static str {
        "Nessus results"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Scan
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        if has_root(head, "NessusClientData_v2") { Recognition::Sure } else { Recognition::No }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        let mut notebook = Notebook::new(self.name(), sink);
        let mut scan =
            Scan { options, notebook: &mut notebook, host: None, tag: String::new(), text: None };
        let end = walk(as_text(input)?, "NessusClientData_v2", &mut scan)?;
        let unfinished = scan.host.take();
        if let Some(Break { offset, problem }) = end {
            if let Some(host) = unfinished {
                notebook.lost("host at the end of a broken file", 1);
                notebook.warning(
                    format!("byte {}", host.offset),
                    "this host is not complete: left out",
                    "export the scan again",
                );
            }
            notebook.warning(
                format!("byte {offset}"),
                problem,
                "the hosts before are kept; export the scan again",
            );
        }
        Ok(notebook.finish())
    }
}

struct Scan<'r, 's> {
    options: &'r Options,
    notebook: &'r mut Notebook<'s>,
    host: Option<Host>,
    /// Name of the property that is open.
    tag: String,
    /// Text of the element that is open, where it is wanted.
    text: Option<String>,
}

#[derive(Default)]
struct Host {
    offset: u64,
    name: String,
    properties: BTreeMap<&'static str, String>,
    finding: Finding,
    item: Option<Item>,
}

/// One result of a plugin.
#[derive(Default)]
struct Item {
    port: u16,
    transport: String,
    plugin: u32,
    family: String,
    output: Option<String>,
}

/// Properties of a host that are read.
const PROPERTIES: [&str; 6] = [
    "host-ip",
    "host-fqdn",
    "hostname",
    "mac-address",
    "HOST_START_TIMESTAMP",
    "HOST_END_TIMESTAMP",
];

impl Handler for Scan<'_, '_> {
    fn open(&mut self, tag: &BytesStart<'_>, _: &[Box<str>], offset: u64) {
        match (tag.local_name().into_inner(), &mut self.host) {
            ("ReportHost", host) => {
                self.notebook.record();
                *host = Some(Host { offset, name: attribute(tag, "name"), ..Host::default() });
            }
            ("tag", Some(_)) => {
                self.tag = attribute(tag, "name");
                self.text = Some(String::new());
            }
            ("ReportItem", Some(host)) => {
                host.item = Some(Item {
                    port: attribute(tag, "port").parse().unwrap_or_default(),
                    transport: attribute(tag, "protocol"),
                    plugin: attribute(tag, "pluginID").parse().unwrap_or_default(),
                    family: attribute(tag, "pluginFamily"),
                    output: None,
                });
            }
            ("plugin_output", Some(Host { item: Some(_), .. })) => self.text = Some(String::new()),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, _: &[Box<str>]) {
        if let Some(kept) = &mut self.text {
            let room = TEXT_BYTES_MAX - kept.len();
            kept.push_str(text.get(..text.floor_char_boundary(room)).unwrap_or_default());
        }
    }

    fn close(&mut self, name: &str, _: &[Box<str>]) {
        match (name, &mut self.host) {
            ("tag", Some(host)) => {
                let property = PROPERTIES.iter().find(|property| **property == self.tag);
                if let (Some(property), Some(text)) = (property, self.text.take()) {
                    host.properties.insert(property, text);
                }
            }
            ("plugin_output", Some(Host { item: Some(item), .. })) => {
                item.output = self.text.take();
            }
            ("ReportItem", Some(host)) => {
                if let Some(item) = host.item.take() {
                    read_item(&item, &mut host.finding, self.notebook);
                }
            }
            ("ReportHost", host) => {
                if let Some(host) = host.take() {
                    give(host, self.options, self.notebook);
                }
            }
            _ => {}
        }
    }

    fn go_on(&mut self, offset: u64, is_news: bool) -> bool {
        if is_news {
            self.notebook.progress(offset);
        }
        !self.notebook.is_stopped()
    }
}

fn give(host: Host, options: &Options, notebook: &mut Notebook<'_>) {
    let Host { offset, name, mut properties, finding, .. } = host;
    let mut property = |name: &str| properties.remove(name).unwrap_or_default();
    let seconds = |text: String| {
        let seconds: i64 = text.trim().parse().ok()?;
        (seconds > 0).then(|| Timestamp::from_second(seconds).ok()).flatten()
    };
    let from = seconds(property("HOST_START_TIMESTAMP"));
    let until = seconds(property("HOST_END_TIMESTAMP"));
    let (from, until) = (from.or(until), until.or(from));
    let mut subject = Subject::default();
    let address = property("host-ip").trim().parse().or_else(|_| name.trim().parse());
    if let Ok(address) = address {
        subject.addresses.push(AddressClaim { address, from, until });
    }
    let names = [property("host-fqdn"), property("hostname"), name];
    subject.hostname = names
        .into_iter()
        .find(|name| !name.trim().is_empty() && name.trim().parse::<std::net::IpAddr>().is_err())
        .map(|name| name.trim().into());
    for mac in property("mac-address").split_whitespace() {
        if let Ok(mac) = mac.parse::<MacAddr>()
            && mac.is_identity()
            && subject.macs.len() < MACS_MAX
            && !subject.macs.contains(&mac)
        {
            subject.macs.push(mac);
        }
    }
    let mut signals: Vec<Signal> =
        subject.macs.iter().map(|mac| Signal::text(SignalKind::Mac, mac.to_string())).collect();
    let mut known = std::collections::BTreeSet::new();
    signals.extend(finding.signals.into_iter().filter(|signal| known.insert(signal.clone())));
    take_keys(finding.keys, &mut subject);
    let place = match subject.addresses.first() {
        Some(claim) => format!("host {}", claim.address),
        None => format!("host at byte {offset}"),
    };
    notebook.observation(Observation {
        place: Place(place.into()),
        at: from,
        until,
        vantage: options.vantage.clone(),
        subject,
        signals,
        declared: None,
    });
}

fn read_item(item: &Item, finding: &mut Finding, notebook: &mut Notebook<'_>) {
    let Item { port, transport, plugin, family, output } = item;
    if finding.signals.len() >= SIGNALS_MAX {
        notebook.lost(&format!("results of a host after {SIGNALS_MAX} signals"), 1);
        return;
    }
    // A result on port 0 is about the whole host.
    if *port != 0 && matches!(transport.as_str(), "tcp" | "udp") {
        finding.open(*port, transport);
    }
    let output = output.as_deref().unwrap_or_default();
    let is_read = match plugin {
        // Port scanners and service detection say what the port says.
        10180 | 10335 | 11219 | 14272 | 14274 | 22964 | 34220 | 34277 => true,
        10107 => show_after(finding, SignalKind::HttpServer, output, *port),
        24260 => read_http(finding, output, *port),
        10863 => read_certificate(finding, output, *port),
        10800 => read_snmp(finding, output, *port),
        10267 => read_ssh(finding, output, *port),
        10092 => show_after(finding, SignalKind::FtpBanner, output, *port),
        10281 => read_telnet(finding, output, *port),
        10762 => read_rtsp(finding, output, *port),
        35712 => read_upnp(finding, output, *port),
        _ => false,
    };
    if !is_read {
        let shown: String = family.chars().take(40).collect();
        let family = if shown.is_empty() { "without a family" } else { &shown };
        notebook.not_understood(&format!("plugins: {family}"), 1);
    }
}

/// The lines after the sentence that ends with a colon: `The remote web server type is :`, then what it is.
fn show_after(finding: &mut Finding, kind: SignalKind, output: &str, port: u16) -> bool {
    let mut lines = output.lines().skip_while(|line| !line.trim_end().ends_with(':')).skip(1);
    let value = lines.find(|line| !line.trim().is_empty());
    finding.show(kind, value.unwrap_or_default(), Some(port));
    value.is_some()
}

/// `Headers :` with the fields indented, then perhaps `Response Body :`.
fn read_http(finding: &mut Finding, output: &str, port: u16) -> bool {
    let status = output.lines().find_map(|line| line.trim().strip_prefix("Response Code :"));
    let status =
        status.and_then(|line| line.trim().split_once(' ')).map_or("200", |(_, code)| code);
    let Some((_, rest)) = output.split_once("Headers :") else { return false };
    let (head, body) = rest.split_once("Response Body :").unwrap_or((rest, ""));
    let fields = head
        .lines()
        .filter(|line| line.starts_with(char::is_whitespace))
        .filter_map(|line| line.trim().split_once(':'))
        .map(|(name, value)| (name.trim(), value.trim()));
    finding.reply(port, "tcp", &http_answer(status, fields, body.trim_start()))
}

/// `Subject Name:` and `Issuer Name:`, each followed by lines `Common Name: …`.
fn read_certificate(finding: &mut Finding, output: &str, port: u16) -> bool {
    const ATTRIBUTES: [(&str, &str); 7] = [
        ("Common Name", "CN"),
        ("Organization", "O"),
        ("Organization Unit", "OU"),
        ("Locality", "L"),
        ("State/Province", "ST"),
        ("Country", "C"),
        ("Email Address", "emailAddress"),
    ];
    let mut kind = None;
    let mut names: [(SignalKind, Vec<String>); 2] =
        [(SignalKind::TlsSubject, Vec::new()), (SignalKind::TlsIssuer, Vec::new())];
    for line in output.lines() {
        let Some((title, value)) = line.trim().split_once(':') else { continue };
        kind = match title.trim() {
            "Subject Name" => Some(SignalKind::TlsSubject),
            "Issuer Name" => Some(SignalKind::TlsIssuer),
            // Whatever comes after the two names.
            "Serial Number" => None,
            title => {
                let short = ATTRIBUTES.iter().find(|(long, _)| *long == title);
                let name = names.iter_mut().find(|(of, _)| Some(*of) == kind);
                if let (Some((_, short)), Some((_, parts))) = (short, name) {
                    parts.push(format!("{short}={}", value.trim().replace(',', "\\,")));
                }
                kind
            }
        };
    }
    let is_read = names.iter().any(|(_, parts)| !parts.is_empty());
    for (kind, parts) in names {
        finding.show(kind, &parts.join(","), Some(port));
    }
    is_read
}

/// `sysDescr : …` and `sysObjectID : …`.
fn read_snmp(finding: &mut Finding, output: &str, port: u16) -> bool {
    let mut is_read = false;
    for line in output.lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        let kind = match name.trim() {
            "sysDescr" => SignalKind::SnmpSysdescr,
            "sysObjectID" => SignalKind::SnmpSysobjectid,
            _ => continue,
        };
        finding.show(kind, value, Some(port));
        is_read = true;
    }
    is_read
}

/// `SSH version : SSH-2.0-…`.
fn read_ssh(finding: &mut Finding, output: &str, port: u16) -> bool {
    let banner = output.lines().filter_map(|line| line.split_once("SSH version :"));
    let banner = banner.map(|(_, banner)| banner.trim()).find(|banner| banner.starts_with("SSH-"));
    finding.show(SignalKind::SshBanner, banner.unwrap_or_default(), Some(port));
    banner.is_some()
}

/// The lines between two lines of scissors.
fn snipped(output: &str) -> Vec<&str> {
    let is_scissors = |line: &&str| line.starts_with("---") && line.contains(" snip ");
    let inside = output.lines().skip_while(|line| !is_scissors(line)).skip(1);
    inside.take_while(|line| !is_scissors(line)).collect()
}

fn read_telnet(finding: &mut Finding, output: &str, port: u16) -> bool {
    let lines = snipped(output);
    finding.show(SignalKind::TelnetBanner, &lines.join("\n"), Some(port));
    !lines.is_empty()
}

/// The head of the answer without its first line; of a short output the line `Server Type : …` alone.
fn read_rtsp(finding: &mut Finding, output: &str, port: u16) -> bool {
    let fields: String = snipped(output)
        .iter()
        .filter(|line| line.contains(':'))
        .map(|line| format!("{}\r\n", line.trim()))
        .collect();
    if !fields.is_empty() {
        return finding.reply(port, "tcp", format!("RTSP/1.0 200 OK\r\n{fields}\r\n").as_bytes());
    }
    let server = output.lines().find_map(|line| line.trim().strip_prefix("Server Type :"));
    finding.show(SignalKind::RtspServer, server.unwrap_or_default(), Some(port));
    server.is_some()
}

/// The fields of a UPnP description, one a line.
fn read_upnp(finding: &mut Finding, output: &str, port: u16) -> bool {
    let mut is_read = false;
    for line in output.lines() {
        let Some((name, value)) = line.trim().split_once(':') else { continue };
        let kind = match name.trim() {
            "manufacturer" => SignalKind::DeviceBrand,
            "modelName" => SignalKind::DeviceModel,
            "serialNumber" => SignalKind::DeviceSerial,
            _ => continue,
        };
        finding.show(kind, value, Some(port));
        is_read = true;
    }
    is_read
}

#[cfg(test)]
mod tests {
    use crate::notebook::tests::replay;
    use crate::xml::EVENT_BYTES_MAX;

    fn item(port: u16, plugin: u32, output: &str) -> String {
        format!(
            "<ReportItem port=\"{port}\" svc_name=\"x\" protocol=\"tcp\" severity=\"0\" pluginID=\"{plugin}\" pluginName=\"x\" pluginFamily=\"General\">\
             <description>long</description><plugin_output>{output}</plugin_output></ReportItem>\n"
        )
    }

    fn report(items: &str) -> String {
        format!(
            "<?xml version=\"1.0\" ?>\n<NessusClientData_v2>\n<Policy><policyName>x</policyName></Policy>\n<Report name=\"x\">\n\
             <ReportHost name=\"10.0.0.1\"><HostProperties><tag name=\"HOST_START_TIMESTAMP\">1793697302</tag>\
             <tag name=\"mac-address\">58:03:FB:00:00:01\n58:03:FB:00:00:02</tag><tag name=\"host-fqdn\">cam-1.example.org</tag>\
             <tag name=\"operating-system\">a guess</tag><tag name=\"host-ip\">10.0.0.1</tag></HostProperties>\n{items}</ReportHost>\n\
             <ReportHost name=\"cam-2\"><HostProperties/></ReportHost>\n</Report>\n</NessusClientData_v2>\n"
        )
    }

    #[test]
    fn outputs_that_quote_the_device_are_read() {
        let items = [
            item(80, 10107, "The remote web server type is :\n\nApp-webs/"),
            item(81, 24260, "\nResponse Code : HTTP/1.1 401 Unauthorized\n\nSSL : no\nHeaders :\n\n  Server: Boa\n  WWW-Authenticate: Digest realm=&quot;IPC&quot;\n  Set-Cookie: id=secret\n\nResponse Body :\n\n&lt;title&gt;NVR&lt;/title&gt;"),
            item(443, 10863, "Subject Name: \n\nCountry: GB\nOrganization: Maker, Ltd\nCommon Name: cam-1\n\nIssuer Name: \n\nCommon Name: ca\n\nSerial Number: 00 \n"),
            item(161, 10800, "System information :\n sysDescr     : NVR 1\n sysObjectID  : 1.3.6.1.4.1.39165.1\n sysContact   : somebody\n"),
            item(22, 10267, "\nSSH version : SSH-2.0-dropbear_2019.78\nSSH supported authentication : password\n"),
            item(21, 10092, "\nThe remote FTP banner is :\n\n220 ready"),
            item(23, 10281, "Here is the banner :\n\n------------------------------ snip ------------------------------\nlogin:\n------------------------------ snip ------------------------------\n"),
            item(554, 10762, "\nServer Type : Rtsp Server/3.0\n\nThe answer :\n\n------------------------------ snip ------------------------------\nCSeq: 1\nServer: Rtsp Server/3.0\n------------------------------ snip ------------------------------\n"),
            item(49_152, 35712, "deviceType: x\nmanufacturer: Maker\nmodelName: DS-1\nserialNumber: 00000001\n"),
            item(0, 11936, "Remote operating system : a guess"),
            item(8_000, 11219, "Port 8000/tcp was found to be open"),
        ]
        .concat();
        let text = replay(report(&items).as_bytes());
        assert!(!text.contains("secret"), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn what_stands_before_a_break_is_kept() {
        let whole = report("");
        let cut = whole.find("<ReportHost name=\"cam-2\">").unwrap() + 30;
        insta::assert_snapshot!(replay(&whole.as_bytes()[..cut]));
        let huge = whole.replace("a guess", &"x".repeat(EVENT_BYTES_MAX + (1 << 20)));
        let text = replay(huge.as_bytes());
        assert!(text.contains("a tag or text of more than 4194304 bytes"), "{text}");
    }
}
