//! What can be asked of a host: never a login, never a write, never a path that is only guessed at.

use std::net::SocketAddr;
use std::sync::LazyLock;

use wire::ask::{self, Page, Salt};
use wire::http::{Body, UserAgent};
use wire::{onvif, rtsp, tls};

use crate::LocalPort;
use crate::answer::Expected;

/// What has to be fresh in a question.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fresh<'s> {
    /// Where it goes.
    pub(crate) to: SocketAddr,
    /// Sixteen bytes that no other question of the scan has.
    pub(crate) unique: [u8; 16],
    /// What we call ourselves, with a contact.
    pub(crate) agent: &'s UserAgent,
}

/// What is asked, and how it travels.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Way {
    /// One datagram.
    Datagram(&'static ask::Datagram),
    /// A page, over a connection.
    Page(&'static Page),
    /// A call of ONVIF's device service.
    Onvif(fn() -> Body),
    /// `OPTIONS` of RTSP.
    RtspOptions,
    /// `DESCRIBE` of RTSP, without a login.
    RtspDescribe,
    /// A TLS handshake, up to the certificate.
    Tls,
    /// What the server says by itself.
    Greeting,
    /// Only whether the port takes connections.
    Touch,
}

/// One question to one port.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question {
    pub(crate) id: &'static str,
    /// The name under which [`crate::Advice::next`] asks for it and its like.
    pub(crate) topic: &'static str,
    pub(crate) port: u16,
    pub(crate) way: Way,
}

/// A port on which nothing of this world listens: what answers there answers everywhere.
const CANARY_PORT: u16 = 47_113;

impl Question {
    /// The bytes to be sent; none where nothing is.
    pub(crate) fn bytes(&self, fresh: &Fresh<'_>) -> Vec<u8> {
        match self.way {
            Way::Datagram(datagram) => {
                (datagram.bytes)(&Salt { to: fresh.to.ip(), unique: fresh.unique })
            }
            Way::Page(page) => page.bytes(fresh.to, fresh.agent),
            Way::Onvif(call) => {
                wire::http::post(fresh.to, &onvif::DEVICE_SERVICE, &call(), fresh.agent)
            }
            Way::RtspOptions => rtsp::options(fresh.to, 1, fresh.agent),
            Way::RtspDescribe => rtsp::describe(fresh.to, 1, fresh.agent),
            Way::Tls => {
                let mut random = [0; 32];
                let (one, other) = random.split_at_mut(16);
                one.copy_from_slice(&fresh.unique);
                other.copy_from_slice(&fresh.unique);
                tls::client_hello(random, None)
            }
            Way::Greeting | Way::Touch => Vec::new(),
        }
    }

    /// Whether it is only asked where the port is known to be open: something else has opened it before.
    pub(crate) fn needs_open(&self) -> bool {
        self.product_path().is_some()
            || matches!(self.way, Way::RtspDescribe)
            || (matches!(self.way, Way::Onvif(_)) && matches!(self.port, 80 | 8080))
    }

    /// What ends the answer; `None` for a datagram.
    pub(crate) fn expected(&self) -> Option<Expected> {
        match self.way {
            Way::Datagram(_) => None,
            Way::Page(_) | Way::Onvif(_) | Way::RtspOptions | Way::RtspDescribe => {
                Some(Expected::HeadAndBody)
            }
            Way::Tls => Some(Expected::TlsFlight),
            Way::Greeting => Some(Expected::Greeting),
            Way::Touch => Some(Expected::Nothing),
        }
    }

    /// The port of ours that it leaves from.
    pub(crate) fn local_port(&self) -> LocalPort {
        match self.way {
            Way::Datagram(datagram) => datagram.reply_port.map_or(LocalPort::Any, LocalPort::Fixed),
            _ => LocalPort::Any,
        }
    }

    /// Whether devices with IPv6 understand it.
    pub(crate) fn knows_ipv6(&self) -> bool {
        !matches!(self.way, Way::Datagram(datagram) if !datagram.knows_ipv6)
    }

    /// Packets that it costs where the answer comes.
    pub(crate) fn packets(&self) -> u32 {
        match self.way {
            Way::Datagram(_) => 1,
            // To open, to acknowledge, to close.
            Way::Touch => 4,
            Way::Greeting => 5,
            // The question, and the acknowledgements of a short answer.
            Way::Page(_) | Way::Onvif(_) | Way::RtspOptions | Way::RtspDescribe | Way::Tls => 8,
        }
    }

    /// The maker to whose products it belongs: nobody else's are asked for it.
    pub(crate) fn maker(&self) -> Option<&'static str> {
        self.product_path()?;
        self.id.split_once('-').map(|(maker, _)| maker)
    }

    /// The path of a product that it asks for.
    pub(crate) fn product_path(&self) -> Option<&'static str> {
        match self.way {
            Way::Page(page) if page.id != ask::HTTP_ROOT.id && page.id != ask::HTTP_ICON.id => {
                Some(page.path())
            }
            _ => None,
        }
    }
}

/// A question's place in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct QuestionId(pub(crate) u8);

/// A set of questions.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Asked(u128);

impl Asked {
    pub(crate) fn contains(self, id: QuestionId) -> bool {
        self.0 >> id.0 & 1 == 1
    }

    pub(crate) fn insert(&mut self, id: QuestionId) {
        self.0 |= 1 << id.0;
    }

    pub(crate) fn len(self) -> u32 {
        self.0.count_ones()
    }

    pub(crate) fn of(id: QuestionId) -> Self {
        let mut one = Self::default();
        one.insert(id);
        one
    }

    /// These without those.
    pub(crate) fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }
}

/// All questions, and the orders in which they are asked.
#[derive(Debug)]
pub(crate) struct Catalogue {
    questions: Vec<Question>,
    /// Asked of every address, until one is answered.
    pub(crate) sweep: Vec<QuestionId>,
    /// Asked of a live host, when nothing tells what would teach more.
    pub(crate) base: Vec<QuestionId>,
    /// The port on which nothing listens.
    pub(crate) canary: Option<QuestionId>,
}

/// The catalogue.
pub(crate) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::new);
    &CATALOGUE
}

/// Of every address: what most cameras answer, and last what some answer that answer nothing else. A host that is no camera
/// refuses one of the connections, and is seen by that.
const SWEEP: &[(&str, u16)] = &[
    ("http-root", 80),
    ("sadp", 37020),
    ("dhip", 37810),
    ("rtsp-options", 554),
    ("ws-discovery", 3702),
    ("tls", 443),
    ("touch", 8000),
    ("vstarcam", 8600),
    ("http-root", 88),
];

/// Of a live host, most telling first. What stands here a second time is asked once more where no answer came: packets get
/// lost.
const BASE: &[(&str, u16)] = &[
    ("http-root", 80),
    ("sadp", 37020),
    ("dhip", 37810),
    ("ws-discovery", 3702),
    ("rtsp-options", 554),
    ("rtsp-describe", 554),
    ("tls", 443),
    ("http-root", 80),
    ("rtsp-options", 554),
    ("rtsp-describe", 554),
    ("ws-discovery", 3702),
    ("sadp", 37020),
    ("dhip", 37810),
    ("hanwha", 7701),
    ("bosch", 1757),
    ("ipro", 10670),
    ("sony", 2380),
    ("tvt", 23456),
    ("dvrip", 34569),
    ("http-root", 8080),
    ("http-root", 81),
    ("http-root", 88),
    ("ws-discovery-device", 3702),
    ("vivotek", 10000),
    ("foscam", 10000),
    ("vstarcam", 8600),
    ("tplink", 20002),
    ("onvif-date", 2020),
    ("onvif-date", 8899),
    ("touch", 8000),
    ("ubiquiti", 10001),
    ("ssdp", 1900),
    ("mdns", 5353),
    ("rtsp-options", 8554),
    ("touch", 34567),
    ("touch", 37777),
    ("touch", 9000),
    ("dahua5050", 5050),
    ("v380", 10008),
    ("topsee", 3001),
    ("nice", 2007),
    ("360vision", 3600),
    ("eden", 8088),
    ("onvif-date", 80),
    ("tls", 8443),
];

impl Catalogue {
    fn new() -> Self {
        let mut questions = Vec::new();
        let mut add = |id, topic, port, way| questions.push(Question { id, topic, port, way });
        for datagram in ask::DATAGRAMS {
            let topic = match datagram.id {
                "ws-discovery-device" | "ws-discovery-any" => "ws-discovery",
                "ssdp-embedded-net-device" => "ssdp",
                id => id,
            };
            add(datagram.id, topic, datagram.port, Way::Datagram(datagram));
        }
        for port in [80, 8080, 81, 88] {
            add(ask::HTTP_ROOT.id, "http", port, Way::Page(&ask::HTTP_ROOT));
        }
        for page in ask::PAGES {
            match page.id {
                id if id == ask::HTTP_ROOT.id => {}
                id if id == ask::HTTP_ICON.id => add(id, "http-icon", 80, Way::Page(page)),
                id => add(id, "http-paths", 80, Way::Page(page)),
            }
        }
        for port in [80, 8080, 2020, 8899] {
            add("onvif-date", "onvif", port, Way::Onvif(onvif::get_system_date_and_time));
            add("onvif-scopes", "onvif", port, Way::Onvif(onvif::get_scopes));
            add("onvif-information", "onvif", port, Way::Onvif(onvif::get_device_information));
        }
        for port in [554, 8554] {
            add("rtsp-options", "rtsp", port, Way::RtspOptions);
            add("rtsp-describe", "rtsp", port, Way::RtspDescribe);
        }
        for port in [443, 8443] {
            add("tls", "tls", port, Way::Tls);
        }
        for port in [21, 22, 23] {
            add("greeting", "greeting", port, Way::Greeting);
        }
        for port in [8000, 34567, 37777, 9000, 5000] {
            add("touch", "touch", port, Way::Touch);
        }
        add("canary", "canary", CANARY_PORT, Way::Touch);
        let mut catalogue = Self { questions, sweep: Vec::new(), base: Vec::new(), canary: None };
        let ids = |list: &[(&str, u16)]| -> Vec<QuestionId> {
            list.iter().filter_map(|(id, port)| catalogue.find(id, *port)).collect()
        };
        let (sweep, base) = (ids(SWEEP), ids(BASE));
        catalogue.canary = catalogue.find("canary", CANARY_PORT);
        catalogue.sweep = sweep;
        catalogue.base = base;
        catalogue
    }

    pub(crate) fn get(&self, id: QuestionId) -> Option<&Question> {
        self.questions.get(usize::from(id.0))
    }

    fn all(&self) -> impl Iterator<Item = (QuestionId, &Question)> + Clone {
        (0u8..).zip(&self.questions).map(|(id, question)| (QuestionId(id), question))
    }

    pub(crate) fn find(&self, id: &str, port: u16) -> Option<QuestionId> {
        self.all()
            .find(|(_, question)| question.id == id && question.port == port)
            .map(|(id, _)| id)
    }

    /// Questions on a topic, in the order of the catalogue.
    pub(crate) fn on_topic(&self, topic: &str) -> impl Iterator<Item = QuestionId> + Clone {
        self.all().filter(move |(_, question)| question.topic == topic).map(|(id, _)| id)
    }

    /// The question that a datagram answers which came from this port of a device to that port of ours.
    pub(crate) fn answered(&self, from: u16, to: LocalPort) -> Option<QuestionId> {
        let datagrams =
            || self.all().filter(|(_, question)| matches!(question.way, Way::Datagram(_)));
        let by_port = datagrams().find(|(_, question)| question.port == from);
        let is_fixed = |question: &Question| to != LocalPort::Any && question.local_port() == to;
        by_port.or_else(|| datagrams().find(|(_, question)| is_fixed(question))).map(|(id, _)| id)
    }

    /// Ports of ours that answers come to, ascending.
    pub(crate) fn reply_ports(&self) -> Vec<u16> {
        let fixed = |(_, question): (QuestionId, &Question)| match question.local_port() {
            LocalPort::Fixed(port) => Some(port),
            LocalPort::Any => None,
        };
        let mut ports: Vec<u16> = self.all().filter_map(fixed).collect();
        ports.sort_unstable();
        ports.dedup();
        ports
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_of_an_order_is_in_the_catalogue() {
        let catalogue = catalogue();
        assert_eq!(catalogue.sweep.len(), SWEEP.len());
        assert_eq!(catalogue.base.len(), BASE.len());
        assert!(catalogue.questions.len() <= 128, "{}", catalogue.questions.len());
        assert!(catalogue.canary.is_some());
        assert!(catalogue.sweep.iter().all(|id| catalogue.base.contains(id)));
    }

    #[test]
    fn no_question_is_empty_that_sends_something() {
        let agent = UserAgent::new("custodiet").unwrap();
        for (_, question) in catalogue().all() {
            let to = SocketAddr::from(([10, 0, 0, 1], question.port));
            let bytes = question.bytes(&Fresh { to, unique: [7; 16], agent: &agent });
            let is_silent = matches!(question.way, Way::Greeting | Way::Touch);
            assert_eq!(bytes.is_empty(), is_silent, "{}", question.id);
        }
    }

    #[test]
    fn an_answer_is_known_by_either_port() {
        let catalogue = catalogue();
        let name =
            |from, to| catalogue.answered(from, to).and_then(|id| catalogue.get(id)).map(|q| q.id);
        assert_eq!(name(37810, LocalPort::Any), Some("dhip"));
        assert_eq!(name(50000, LocalPort::Fixed(7711)), Some("hanwha"));
        assert_eq!(name(50000, LocalPort::Any), None);
    }
}
