//! What can be asked of a device, or looked up about it, without a login: the catalogue behind
//! [`crate::Attributor::next_questions`].
//!
//! None of these needs a user name or a password, changes anything, or asks for pictures (fact file `protocols.md`,
//! sections 1 to 5 and 8). What each yields is known by the kinds of signals its answer becomes.

use model::{Signal, SignalKind};
use serde::Serialize;

/// How a question reaches the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// Datagrams.
    Udp,
    /// A connection.
    Tcp,
    /// It does not: somebody else is asked, or somebody looks.
    None,
}

/// Who has to do something for the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Manner {
    /// Packets are sent to the device.
    Active,
    /// Packets are sent to the device, with a word that only its owner can give.
    Granted,
    /// Another machine knows already: a switch, a router, a lease file.
    Passive,
    /// Somebody looks at the box, or into the papers.
    Person,
}

/// One thing to ask.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// Stable name.
    pub id: &'static str,
    /// What to ask, in a few words.
    pub ask: &'static str,
    /// How it reaches the device.
    pub transport: Transport,
    /// Where; several where devices differ.
    pub ports: &'static [u16],
    /// Packets that the device gets, once.
    pub packets: u8,
    /// Who has to do something.
    pub manner: Manner,
    /// How to get the answer and bring it in.
    pub how: &'static str,
    /// The kinds of signals that the answer becomes.
    #[serde(skip)]
    pub(crate) kinds: &'static [SignalKind],
    /// Values that the answer holds and other answers hold as well: they tell makers, not that this was asked.
    #[serde(skip)]
    pub(crate) values: &'static [SignalKind],
    /// Messages of makers' own protocols in the answer: how `device.protocol` begins.
    #[serde(skip)]
    pub(crate) protocols: &'static [&'static str],
}

/// The owner has to be asked first: as much trouble as so many packets.
const GRANT_COST: f64 = 8.0;
/// A table has to be exported and imported.
const PASSIVE_COST: f64 = 8.0;
/// Somebody has to go there.
const PERSON_COST: f64 = 60.0;

impl Question {
    /// What it costs, in packets or trouble like theirs.
    pub(crate) fn cost(&self) -> f64 {
        match self.manner {
            Manner::Active => f64::from(self.packets.max(1)),
            Manner::Granted => f64::from(self.packets) + GRANT_COST,
            Manner::Passive => PASSIVE_COST,
            Manner::Person => PERSON_COST,
        }
    }

    /// Whether one of these signals answers it already.
    pub(crate) fn is_answered_by(&self, signals: &[Signal]) -> bool {
        signals.iter().any(|signal| {
            let is_raw = matches!(signal.kind, SignalKind::UdpReply | SignalKind::TcpReply);
            let is_from_port = is_raw && signal.port.is_some_and(|port| self.ports.contains(&port));
            let is_message = signal.kind == SignalKind::DeviceProtocol
                && signal.as_text().is_some_and(|text| self.is_message(text));
            is_from_port || is_message || self.kinds.contains(&signal.kind)
        })
    }

    /// Whether the answer holds this message of a maker's own protocol.
    pub(crate) fn is_message(&self, text: &str) -> bool {
        self.protocols.iter().any(|beginning| text.starts_with(beginning))
    }
}

use SignalKind as K;

/// Everything that can be asked today.
pub(crate) const QUESTIONS: &[Question] = &[
    Question {
        id: "sadp",
        ask: "Ask UDP 37020 once (SADP inquiry)",
        transport: Transport::Udp,
        ports: &[37020],
        packets: 1,
        manner: Manner::Active,
        how: "Search with Hikvision's SADP tool while Wireshark or tcpdump records, then `custodiet import` the capture.",
        kinds: &[K::SadpReply],
        values: &[],
        protocols: &["sadp/"],
    },
    Question {
        id: "dhip",
        ask: "Ask UDP 37810 once (DHIP search)",
        transport: Transport::Udp,
        ports: &[37810],
        packets: 1,
        manner: Manner::Active,
        how: "Search with Dahua's ConfigTool while Wireshark or tcpdump records, then `custodiet import` the capture.",
        kinds: &[K::DhipReply],
        values: &[],
        protocols: &["dhip/"],
    },
    Question {
        id: "ws-discovery",
        ask: "Ask UDP 3702 once (WS-Discovery probe)",
        transport: Transport::Udp,
        ports: &[3702],
        packets: 1,
        manner: Manner::Active,
        how: "Search with any ONVIF tool while Wireshark or tcpdump records, then `custodiet import` the capture.",
        kinds: &[K::OnvifProbeMatch, K::OnvifScopes],
        values: &[K::DeviceUuid],
        protocols: &["wsd/"],
    },
    Question {
        id: "onvif",
        ask: "Ask the ONVIF device service for GetScopes and GetDeviceInformation, each once and without a login",
        transport: Transport::Tcp,
        ports: &[80, 8080, 8000, 8899, 2020],
        packets: 14,
        manner: Manner::Active,
        how: "POST the request without credentials (`curl --data @request.xml http://ADDRESS/onvif/device_service`), save the answer, then `custodiet import` it. A refusal is an answer too; do not ask again with a password.",
        kinds: &[
            K::OnvifReply,
            K::OnvifManufacturer,
            K::OnvifModel,
            K::OnvifFirmware,
            K::OnvifSerial,
        ],
        values: &[K::OnvifScopes, K::DeviceFirmware, K::DeviceSerial],
        protocols: &["onvif/"],
    },
    Question {
        id: "http",
        ask: "Get `/` once over HTTP, and its icon",
        transport: Transport::Tcp,
        ports: &[80, 443, 8080],
        packets: 14,
        manner: Manner::Active,
        how: "`nmap -sV -p 80,443,8080 --script http-title,http-server-header,http-auth -oX scan.xml ADDRESS`, or httpx or ZGrab2, then `custodiet import` what it wrote.",
        kinds: &[
            K::HttpServer,
            K::HttpTitle,
            K::HttpBody,
            K::HttpWwwAuthenticate,
            K::HttpCookie,
            K::HttpFaviconMmh3,
            K::HttpFaviconMd5,
        ],
        values: &[],
        protocols: &[],
    },
    Question {
        id: "http-paths",
        ask: "Get the paths by which products are known, each once and without a login",
        transport: Transport::Tcp,
        ports: &[80, 443],
        packets: 28,
        manner: Manner::Active,
        how: "`httpx -path /ISAPI/System/deviceInfo,/cgi-bin/magicBox.cgi,/axis-cgi/basicdeviceinfo.cgi -json`, then `custodiet import` what it wrote. 401 is an answer; do not log in.",
        kinds: &[K::HttpPath],
        values: &[],
        protocols: &["isapi/", "axis/", "uniview/", "hanwha/pw-init"],
    },
    Question {
        id: "rtsp",
        ask: "Ask TCP 554 for OPTIONS, and once for DESCRIBE without a login",
        transport: Transport::Tcp,
        ports: &[554, 8554],
        packets: 9,
        manner: Manner::Active,
        how: "`nmap -sV -p 554,8554 -oX scan.xml ADDRESS`, or record the exchange, then `custodiet import` it.",
        kinds: &[K::RtspServer, K::RtspWwwAuthenticate, K::RtspSdp],
        values: &[],
        protocols: &["rtsp/"],
    },
    Question {
        id: "tls",
        ask: "Read the certificate of TCP 443 or 8443",
        transport: Transport::Tcp,
        ports: &[443, 8443],
        packets: 8,
        manner: Manner::Active,
        how: "`nmap -p 443,8443 --script ssl-cert -oX scan.xml ADDRESS`, then `custodiet import scan.xml`.",
        kinds: &[K::TlsSubject, K::TlsIssuer],
        values: &[],
        protocols: &[],
    },
    Question {
        id: "ssdp",
        ask: "Ask UDP 1900 once (SSDP), and get the description it names",
        transport: Transport::Udp,
        ports: &[1900],
        packets: 8,
        manner: Manner::Active,
        how: "`nmap -sU -p 1900 --script upnp-info -oX scan.xml ADDRESS`, then `custodiet import scan.xml`.",
        kinds: &[K::SsdpResponse, K::UpnpDescription],
        values: &[],
        protocols: &[],
    },
    Question {
        id: "snmp",
        ask: "Read sysObjectID and sysDescr from UDP 161, with a community that the owner gave",
        transport: Transport::Udp,
        ports: &[161],
        packets: 2,
        manner: Manner::Granted,
        how: "`snmpwalk -v2c -c COMMUNITY ADDRESS 1.3.6.1.2.1.1 > walk.txt`, then `custodiet import walk.txt`. Never with a community that is guessed.",
        kinds: &[K::SnmpSysobjectid, K::SnmpSysdescr],
        values: &[],
        protocols: &[],
    },
    Question {
        id: "mac",
        ask: "Look up its hardware address: the switch's or router's table, or the DHCP lease",
        transport: Transport::None,
        ports: &[],
        packets: 0,
        manner: Manner::Passive,
        how: "Export the table of addresses (`show mac address-table`, `show ip arp`) or the leases, then `custodiet import` the file.",
        kinds: &[K::Mac],
        values: &[],
        protocols: &[],
    },
    Question {
        id: "label",
        ask: "Read serial number and model from the label on the box",
        transport: Transport::None,
        ports: &[],
        packets: 0,
        manner: Manner::Person,
        how: "Write both into the register's columns for serial number and model, then `custodiet import` the register.",
        kinds: &[K::RegisterSerial],
        values: &[],
        protocols: &[],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_and_nothing_asks_for_a_password() {
        for (at, question) in QUESTIONS.iter().enumerate() {
            assert!(QUESTIONS.iter().skip(at + 1).all(|other| other.id != question.id));
            let is_sent = matches!(question.manner, Manner::Active | Manner::Granted);
            assert_eq!((is_sent, is_sent), (question.packets > 0, !question.ports.is_empty()));
            let words = format!("{} {}", question.ask, question.how);
            assert!(!words.contains("admin") && !words.contains("--user"), "{words}");
        }
    }

    #[test]
    fn an_answer_is_known_by_its_kind_its_port_or_its_message() {
        let question = |id: &str| QUESTIONS.iter().find(|question| question.id == id).unwrap();
        let reply = Signal::bytes(K::UdpReply, vec![0u8]).at_port(37810);
        assert!(question("dhip").is_answered_by(std::slice::from_ref(&reply)));
        assert!(!question("sadp").is_answered_by(&[reply]));
        let hello = Signal::text(K::DeviceProtocol, "sadp/hello");
        assert!(question("sadp").is_answered_by(std::slice::from_ref(&hello)));
        assert!(!question("dhip").is_answered_by(&[hello]));
        // A serial number may have come from anywhere.
        let serial = Signal::text(K::DeviceSerial, "0A00000PAA00000");
        assert!(QUESTIONS.iter().all(|q| !q.is_answered_by(std::slice::from_ref(&serial))));
    }
}
