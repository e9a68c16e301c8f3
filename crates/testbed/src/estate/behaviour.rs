//! What a device does when it is asked: data, from which every device of an estate is composed.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::question::Question;
use super::site::Site;
use super::tls::Certificate;

/// What one device does.
#[derive(Debug, Clone, Default)]
pub struct Behaviour {
    /// What it answers to which question. A question may stand here more than once: each answer is sent.
    pub datagrams: Vec<DatagramAnswer>,
    /// TCP ports on which something listens.
    pub services: Vec<(u16, Service)>,
    /// All other TCP ports.
    pub other_ports: OtherPorts,
    /// Whether it says that nothing listens on a UDP port (at most once a second, as Linux does).
    pub says_unreachable: bool,
    /// Habits.
    pub manners: Manners,
    /// What it does not survive.
    pub fragility: Option<Fragility>,
}

/// Ports that are named nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OtherPorts {
    /// Nothing listens: a reset.
    #[default]
    Closed,
    /// A firewall: no answer at all.
    Filtered,
    /// All are open, and none ever says anything whole.
    Tarpit,
}

/// One answer to one question.
#[derive(Debug, Clone)]
pub struct DatagramAnswer {
    /// To what.
    pub to: Question,
    /// The answer.
    pub bytes: Vec<u8>,
    /// What of the question stands in it.
    pub echo: Echo,
    /// Where it goes.
    pub reply: ReplyPort,
    /// Whether it comes only where the question went to a group or to all.
    pub needs_group: bool,
    /// How often it is sent.
    pub times: u32,
}

/// What of the question an answer repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Echo {
    /// Nothing.
    Nothing,
    /// The text of this element stands where this text is.
    Element(&'static str, &'static str),
    /// These bytes stand at the same place.
    Bytes(usize, usize),
}

/// The port of ours that an answer comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyPort {
    /// The one that asked.
    Sender,
    /// This one, whichever asked.
    Fixed(u16),
}

/// Something that listens on a TCP port.
#[derive(Debug, Clone)]
pub enum Service {
    /// Waits for a login, and says nothing.
    Silent,
    /// Speaks first.
    Greets(Vec<u8>),
    /// HTTP, and SOAP in it.
    Web(Site),
    /// RTSP.
    Rtsp(Site),
    /// A TLS handshake up to the certificate. Nothing can be read behind it.
    Tls(Certificate),
    /// Speaks for as long as anybody listens.
    Endless(Endless),
    /// Says this to whatever comes.
    Parrots(Vec<u8>),
}

/// Speech without an end: of a tarpit that lets drip a byte now and then, or of a peer that means harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endless {
    /// Whether it waits until something is said to it.
    pub is_asked: bool,
    /// What comes first.
    pub first: Vec<u8>,
    /// What comes again and again.
    pub chunk: Vec<u8>,
    /// The time between.
    pub pause: Duration,
}

impl Endless {
    /// A tarpit: seldom enough that a client's patience ends first.
    pub(crate) fn tarpit() -> Self {
        let pause = Duration::from_secs(7);
        Self { is_asked: false, first: Vec::new(), chunk: vec![0], pause }
    }
}

/// Habits that are no part of a protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Manners {
    /// Every datagram is answered twice.
    pub answers_twice: bool,
    /// Datagrams leave from this address, as from a second interface.
    pub answers_from: Option<Ipv4Addr>,
    /// So long its program takes to answer, at least and at most; its network stack answers at once.
    pub thinks: (Duration, Duration),
    /// So many connections at a time.
    pub connections: Connections,
    /// Breaks a connection off at the first byte that it does not understand.
    pub breaks_off: bool,
    /// Writes HTTP/1.0 with bare line feeds.
    pub bare_line_feeds: bool,
}

/// What becomes of connections that are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Connections {
    /// None are.
    #[default]
    Unlimited,
    /// Above this number they are refused.
    RefusedAbove(usize),
    /// Above this number every request is answered with 401 (seen on Dahua: `protocols.md`, section 8).
    UnauthorisedAbove(usize),
}

/// What a device does not survive: after that it never answers again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fragility {
    /// More than so many packets within a second.
    PacketsPerSecond(usize),
    /// A second connection while one is open.
    SecondConnection,
    /// A datagram or a request that is none of the protocol of its port.
    MalformedPacket,
    /// A request for a path that it does not know.
    UnknownPath,
}

impl Behaviour {
    /// An answer to a question, to whoever asked.
    #[must_use]
    pub(crate) fn answers(mut self, to: Question, bytes: Vec<u8>) -> Self {
        let echo = match to {
            Question::Sadp => Echo::Element("Uuid", SADP_UUID),
            Question::WsdTransmitter | Question::WsdDevice | Question::WsdAnything => {
                Echo::Element("MessageID", WSD_RELATES_TO)
            }
            Question::Bosch => Echo::Bytes(4, 8),
            Question::Vivotek => Echo::Bytes(0, 1),
            _ => Echo::Nothing,
        };
        self.datagrams.push(DatagramAnswer {
            to,
            bytes,
            echo,
            reply: ReplyPort::Sender,
            needs_group: false,
            times: 1,
        });
        self
    }

    /// The same answer to several questions.
    #[must_use]
    pub(crate) fn answers_all(self, to: &[Question], bytes: &[u8]) -> Self {
        to.iter().fold(self, |behaviour, question| behaviour.answers(*question, bytes.to_vec()))
    }

    /// The last answer goes to this port.
    #[must_use]
    pub(crate) fn heard_on(mut self, port: u16) -> Self {
        if let Some(last) = self.datagrams.last_mut() {
            last.reply = ReplyPort::Fixed(port);
        }
        self
    }

    /// The last answer comes by unicast only where the unit does that.
    #[must_use]
    pub(crate) fn by_unicast(mut self, answers_unicast: bool) -> Self {
        if let Some(last) = self.datagrams.last_mut() {
            last.needs_group = !answers_unicast;
        }
        self
    }

    /// Something listens on this port.
    #[must_use]
    pub(crate) fn listens(mut self, port: u16, service: Service) -> Self {
        self.services.push((port, service));
        self
    }

    /// Nothing ever speaks on these ports, though they are open.
    #[must_use]
    pub(crate) fn waits_on(self, ports: &[u16]) -> Self {
        ports.iter().fold(self, |behaviour, port| behaviour.listens(*port, Service::Silent))
    }
}

/// Stands in the SADP answers of [`crate::messages`] where the question's UUID belongs.
pub(crate) const SADP_UUID: &str = "13A888A9-0000-4000-8000-000000000001";
/// Stands in WS-Discovery answers where the question's message id belongs.
pub(crate) const WSD_RELATES_TO: &str = "urn:uuid:00000000-0000-4000-8000-0000000000bb";
