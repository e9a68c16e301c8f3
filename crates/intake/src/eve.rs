//! EVE, the JSON log of Suricata: one event a line.
//!
//! Only what hosts show of themselves is read. Alerts are Suricata's judgement and no evidence of a maker; user
//! agents, URLs and credentials are never read.

use std::net::IpAddr;

use model::{SignalKind, SourceKind};
use serde_json::{Map, Value};

use crate::capture::hosts::HostKey;
use crate::gather::distinguished_name;
use crate::lines::as_text_head;
use crate::logbook::{Conversation, LastLine, Logbook, Transport, host, micros, read_lines};
use crate::notebook::Notebook;
use crate::{Format, Input, IntakeError, Options, Recognition, Sink, Summary};

/// Lines that are looked at to recognise the format: the first may be broken.
const LINES_LOOKED_AT: usize = 20;
/// Names of one event of DNS that are read; a message has one question and some answers.
const NAMES_MAX: usize = 64;
/// Where a DNS server listens.
const DNS_PORT: u16 = 53;
/// The flag of a TCP segment that begins a connection.
const SYN: u8 = 0x02;

/// The format.
pub(crate) struct EveJson;

type Object = Map<String, Value>;

impl Format for EveJson {
    fn name(&self) -> &'static str {
        "Suricata EVE"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Capture
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        let head = as_text_head(head);
        let is_event = |line: &[u8]| {
            line.trim_ascii().starts_with(b"{")
                && serde_json::from_slice::<Object>(line).is_ok_and(|object| {
                    object.contains_key("event_type") && object.contains_key("timestamp")
                })
        };
        let mut lines = head.split(|&byte| byte == b'\n').take(LINES_LOOKED_AT);
        if lines.any(is_event) { Recognition::Sure } else { Recognition::No }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        let notebook = Notebook::new(self.name(), sink);
        read_lines(input, options, LastLine::Open, notebook, |logbook, notebook, line, place| {
            notebook.record();
            match serde_json::from_str::<Object>(line) {
                Ok(object) => Event { object: &object }.read(place, logbook, notebook),
                Err(error) => notebook.error(
                    format!("{place} column {}", error.column()),
                    "no JSON object",
                    "the other lines are kept",
                ),
            }
        })
    }
}

struct Event<'a> {
    object: &'a Object,
}

impl<'a> Event<'a> {
    fn read(&self, place: &str, logbook: &mut Logbook, notebook: &mut Notebook<'_>) {
        let Some(kind) = text(self.object, "event_type") else {
            notebook.error(place, "an event without `event_type`", "the other lines are kept");
            return;
        };
        let time = text(self.object, "timestamp").and_then(micros);
        if time.is_none() {
            notebook.warning(
                place,
                "`timestamp` is no time with a zone",
                "the event is kept without a time",
            );
        }
        logbook.at(time);
        let part = |name: &str| self.object.get(name).and_then(Value::as_object);
        match (kind, part(kind)) {
            ("flow", Some(flow)) => self.flow(flow, logbook),
            ("dhcp", Some(dhcp)) => read_dhcp(dhcp, logbook, notebook),
            ("dns", Some(dns)) => self.dns(dns, logbook),
            ("http", Some(http)) => self.http(http, logbook),
            ("tls", Some(tls)) => self.tls(tls, logbook),
            ("quic", Some(quic)) => self.asked_for(quic, logbook),
            ("ssh", Some(ssh)) => self.ssh(ssh, logbook),
            ("sip", Some(sip)) => self.sip(sip, logbook, notebook),
            ("rtsp", Some(rtsp)) => {
                self.served(SignalKind::RtspServer, text(rtsp, "server"), logbook);
            }
            ("arp", Some(arp)) => logbook.own(host(text(arp, "src_mac"), text(arp, "src_ip"))),
            (other, _) => {
                let shown: String = other.chars().take(40).collect();
                notebook.not_understood(&format!("event {shown}"), 1);
            }
        }
    }

    /// An end of the conversation; its hardware address only where it was always the same.
    fn end(&self, side: &str) -> HostKey {
        let ether = self.object.get("ether").and_then(Value::as_object);
        let mac = ether.and_then(|ether| {
            let seen = ether.get(&format!("{side}_macs")).and_then(Value::as_array);
            match seen.map(Vec::as_slice) {
                Some([Value::String(mac)]) => Some(mac.as_str()),
                Some(_) => None,
                None => text(ether, &format!("{side}_mac")),
            }
        });
        host(mac, text(self.object, &format!("{side}_ip")))
    }

    fn client(&self) -> HostKey {
        self.end("src")
    }

    fn server(&self) -> HostKey {
        self.end("dest")
    }

    fn port(&self, side: &str) -> Option<u16> {
        let port = self.object.get(&format!("{side}_port"))?.as_u64()?;
        u16::try_from(port).ok()
    }

    fn flow(&self, flow: &Object, logbook: &mut Logbook) {
        let count = |name: &str| flow.get(name).and_then(Value::as_u64);
        let transport = Transport::of(text(self.object, "proto").unwrap_or_default());
        let is_answered = count("pkts_toclient").is_some_and(|count| count > 0);
        // What the server sent: a refusal alone has no SYN.
        let flags = self.object.get("tcp").and_then(|tcp| tcp.get("tcp_flags_tc"));
        let flags = flags.and_then(Value::as_str).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        let is_open = is_answered
            && match transport {
                Transport::Tcp => flags.is_some_and(|flags| flags & SYN != 0),
                Transport::Udp => true,
                Transport::Other => false,
            };
        let port = self.port("dest");
        if let Some(start) = text(flow, "start").and_then(micros) {
            logbook.at(Some(start));
        }
        logbook.conversation(&Conversation {
            client: self.client(),
            server: self.server(),
            port: port.unwrap_or_default(),
            transport,
            is_answered,
            is_open: is_open && port.is_some(),
            until_micros: text(flow, "end").and_then(micros),
        });
    }

    fn dns(&self, dns: &Object, logbook: &mut Logbook) {
        // Answers are written by some versions from the server's side.
        let client = if self.port("src") == Some(DNS_PORT) { self.server() } else { self.client() };
        let is_answer = matches!(text(dns, "type"), Some("answer" | "response"));
        let questions = objects(dns, "queries").chain(objects(dns, "query"));
        let first = questions.clone().next().unwrap_or(dns);
        if !is_answer {
            for question in questions.chain([dns]).take(NAMES_MAX) {
                if let Some(name) = text(question, "rrname")
                    && text(question, "rrtype") != Some("PTR")
                {
                    logbook.asked(client, name);
                }
            }
        }
        let asked = text(first, "rrname");
        let mut learn = |name: Option<&str>, address: Option<&str>| {
            if let (Some(name), Some(address)) =
                (name, address.and_then(|text| text.parse::<IpAddr>().ok()))
            {
                logbook.learn(client, name, address);
            }
        };
        for answer in objects(dns, "answers").chain([dns]).take(NAMES_MAX) {
            learn(asked.or(text(answer, "rrname")), text(answer, "rdata"));
        }
        let grouped = dns.get("grouped").and_then(Value::as_object);
        for kind in ["A", "AAAA"] {
            let addresses = grouped.and_then(|grouped| grouped.get(kind)).and_then(Value::as_array);
            for address in addresses.into_iter().flatten().take(NAMES_MAX) {
                learn(asked, address.as_str());
            }
        }
    }

    fn http(&self, http: &Object, logbook: &mut Logbook) {
        let (client, server) = (self.client(), self.server());
        logbook.see(client);
        logbook.contact(client, server.address, text(http, "hostname"));
        if !http.contains_key("status") {
            return;
        }
        logbook.see(server);
        if let Some(port) = self.port("dest") {
            logbook.open(server, port, "tcp");
        }
        let mut header = |name: &str, value: &str| {
            if name.eq_ignore_ascii_case("server") {
                self.served(SignalKind::HttpServer, Some(value), logbook);
            } else if name.eq_ignore_ascii_case("www-authenticate") {
                self.served(SignalKind::HttpWwwAuthenticate, Some(value), logbook);
            } else if name.eq_ignore_ascii_case("set-cookie") {
                // The name alone: the value lets somebody in.
                let name = value.split(['=', ';']).next();
                self.served(SignalKind::HttpCookie, name, logbook);
            }
        };
        for (field, name) in [
            ("server", "server"),
            ("www_authenticate", "www-authenticate"),
            ("set_cookie", "set-cookie"),
        ] {
            if let Some(value) = text(http, field) {
                header(name, value);
            }
        }
        for field in objects(http, "response_headers") {
            if let (Some(name), Some(value)) = (text(field, "name"), text(field, "value")) {
                header(name, value);
            }
        }
    }

    fn tls(&self, tls: &Object, logbook: &mut Logbook) {
        self.asked_for(tls, logbook);
        for (field, kind) in
            [("subject", SignalKind::TlsSubject), ("issuerdn", SignalKind::TlsIssuer)]
        {
            let name = text(tls, field).map(distinguished_name);
            self.served(kind, name.as_deref(), logbook);
        }
    }

    fn asked_for(&self, hello: &Object, logbook: &mut Logbook) {
        if let Some(name) = text(hello, "sni") {
            logbook.show(self.client(), SignalKind::TlsSni, name, None);
        }
    }

    /// The identification line is made of its parts again (RFC 4253 section 4.2).
    fn ssh(&self, ssh: &Object, logbook: &mut Logbook) {
        let Some(server) = ssh.get("server").and_then(Value::as_object) else { return };
        if let (Some(version), Some(software)) =
            (text(server, "proto_version"), text(server, "software_version"))
        {
            let banner = format!("SSH-{version}-{software}");
            self.served(SignalKind::SshBanner, Some(&banner), logbook);
        }
    }

    fn sip(&self, sip: &Object, logbook: &mut Logbook, notebook: &mut Notebook<'_>) {
        let (agent, server) = (text(sip, "user_agent"), text(sip, "server"));
        if let Some(agent) = agent {
            logbook.show(self.client(), SignalKind::SipUserAgent, agent, None);
        }
        self.served(SignalKind::SipServer, server, logbook);
        if agent.is_none() && server.is_none() {
            logbook.see(self.client());
            notebook.not_understood("event sip without the names of programs", 1);
        }
    }

    /// The server showed `value`.
    fn served(&self, kind: SignalKind, value: Option<&str>, logbook: &mut Logbook) {
        if let Some(value) = value {
            logbook.show(self.server(), kind, value, self.port("dest"));
        }
    }
}

/// What a client of DHCP showed; what the server answers names the client too. The list of parameters is not
/// read: Suricata leaves out those it has no word for.
fn read_dhcp(dhcp: &Object, logbook: &mut Logbook, notebook: &mut Notebook<'_>) {
    let is_assigned = text(dhcp, "dhcp_type").is_none_or(|kind| kind == "ack");
    let address = text(dhcp, "assigned_ip")
        .filter(|address| is_assigned && *address != "0.0.0.0")
        .or_else(|| text(dhcp, "client_ip").filter(|address| *address != "0.0.0.0"));
    let client = host(text(dhcp, "client_mac"), address);
    if client.mac.is_none() {
        notebook.not_understood("lease without a hardware address", 1);
        return;
    }
    logbook.own(client);
    if let Some(name) = text(dhcp, "hostname") {
        logbook.name(client, name);
    }
    if text(dhcp, "type") != Some("reply")
        && let Some(class) = text(dhcp, "vendor_class_identifier")
    {
        logbook.show(client, SignalKind::DhcpVendorClass, class, None);
    }
}

fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// The objects of a list; none where it is no list.
fn objects<'a>(object: &'a Object, name: &str) -> impl Iterator<Item = &'a Object> + Clone {
    let list = object.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    list.iter().filter_map(Value::as_object)
}

#[cfg(test)]
mod tests {
    use crate::notebook::tests::replay;

    fn event(second: u8, kind: &str, ends: (&str, u16, &str, u16), rest: &str) -> String {
        let (from, from_port, to, to_port) = ends;
        format!(
            "{{\"timestamp\":\"2026-11-03T09:15:{second:02}.000000+0000\",\"flow_id\":1,\"event_type\":\"{kind}\",\
             \"src_ip\":\"{from}\",\"src_port\":{from_port},\"dest_ip\":\"{to}\",\"dest_port\":{to_port},\"proto\":\"TCP\",{rest}}}\n"
        )
    }

    #[test]
    fn events_speak_of_their_hosts() {
        let outward = ("10.0.0.1", 5_001, "203.0.113.9", 443);
        let inward = ("10.0.0.9", 5_001, "10.0.0.1", 80);
        let text = [
            event(1, "dhcp", ("0.0.0.0", 68, "255.255.255.255", 67), r#""dhcp":{"type":"request","client_mac":"58:03:fb:00:00:01","assigned_ip":"0.0.0.0","client_ip":"0.0.0.0","dhcp_type":"request","hostname":"cam-1","vendor_class_identifier":"class-1","params":["router"]}"#),
            event(2, "dhcp", ("10.0.0.254", 67, "10.0.0.1", 68), r#""dhcp":{"type":"reply","client_mac":"58:03:fb:00:00:01","assigned_ip":"10.0.0.1","dhcp_type":"ack"}"#),
            event(3, "dns", ("10.0.0.1", 5_001, "10.0.0.53", 53), r#""dns":{"type":"query","rrname":"p2p.example.com","rrtype":"A"}"#),
            event(3, "dns", ("10.0.0.53", 53, "10.0.0.1", 5_001), r#""dns":{"version":2,"type":"answer","rrname":"p2p.example.com","answers":[{"rrname":"x.example.net","rrtype":"A","rdata":"203.0.113.9"}]}"#),
            event(4, "dns", ("10.0.0.9", 5_001, "10.0.0.53", 53), r#""dns":{"version":3,"type":"request","queries":[{"rrname":"update.example.org","rrtype":"A"}]}"#),
            event(5, "flow", outward, r#""flow":{"pkts_toserver":3,"pkts_toclient":3,"start":"2026-11-03T09:15:05.000000+0000","end":"2026-11-03T09:16:05.000000+0000"},"tcp":{"tcp_flags_tc":"1b"}"#),
            event(6, "flow", ("10.0.0.9", 5_001, "10.0.0.1", 554), r#""ether":{"src_macs":["02:00:00:00:00:09"],"dest_macs":["58:03:fb:00:00:01"]},"flow":{"pkts_toclient":3},"tcp":{"tcp_flags_tc":"12"}"#),
            event(7, "flow", ("10.0.0.9", 5_001, "10.0.0.1", 81), r#""flow":{"pkts_toclient":1},"tcp":{"tcp_flags_tc":"14"}"#),
            event(8, "http", inward, r#""http":{"hostname":"10.0.0.1","url":"/?password=p","status":401,"http_user_agent":"x","response_headers":[{"name":"Server","value":"App-webs/"},{"name":"Set-Cookie","value":"WebSession=secret; path=/"}]}"#),
            event(9, "tls", outward, r#""tls":{"sni":"api.example.com","version":"TLS 1.3"}"#),
            event(10, "tls", ("10.0.0.9", 5_001, "10.0.0.1", 443), r#""tls":{"subject":"C=GB, O=Maker, CN=cam-1","issuerdn":"CN=ca"}"#),
            event(11, "ssh", ("10.0.0.9", 5_001, "10.0.0.1", 22), r#""ssh":{"client":{"proto_version":"2.0","software_version":"x"},"server":{"proto_version":"2.0","software_version":"dropbear_2019.78"}}"#),
            event(12, "sip", ("10.0.0.1", 5_060, "10.0.0.9", 5_060), r#""sip":{"method":"REGISTER","uri":"sip:x"}"#),
            event(13, "alert", inward, r#""alert":{"signature":"x"}"#),
            "{\"timestamp\":\"2026-11-03T09:15:\n".to_owned(),
            "{\"timestamp\":\"2026-11-03T09:15:15\",\"event_type\":\"arp\",\"arp\":{\"src_mac\":\"02:00:00:00:00:07\",\"src_ip\":\"10.0.0.7\"}}\n".to_owned(),
            "{\"timestamp\":\"2026-11-03T09:15:15.000000+0000\"}\n".to_owned(),
        ]
        .concat();
        let text = replay(text.as_bytes());
        assert!(!text.contains("secret") && !text.contains("password"), "{text}");
        insta::assert_snapshot!(text);
    }
}
