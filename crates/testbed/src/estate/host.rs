//! One address with a device behind it, while a scan goes on.

use std::collections::BTreeMap;
use std::time::Duration;

use scan::{ConnectionId, Moment};

use super::behaviour::{Behaviour, Connections, Endless, Fragility, OtherPorts, Service};
use super::site::{self, NoRequest, Reply, Request, Site};
use super::tally::Rate;

/// A device, and what became of it.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) behaviour: Behaviour,
    pub(crate) latency: Duration,
    /// When the last packet that was sent to it is there.
    pub(crate) reached: Moment,
    /// When and why it died.
    pub(crate) crash: Option<Crash>,
    pub(crate) connections: BTreeMap<ConnectionId, Session>,
    arrived: Rate,
    unreachable_said: Option<Moment>,
}

/// The end of a fragile device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crash {
    /// When.
    pub at: Moment,
    /// What it did not survive.
    pub why: Fragility,
}

/// The device's end of one connection.
#[derive(Debug)]
pub(crate) struct Session {
    /// The service, by its place among the services; `None` on a port of a tarpit.
    service: Option<usize>,
    received: Vec<u8>,
    /// It has said all that it will.
    is_done: bool,
}

/// What a device does about a SYN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    Opens,
    Refuses,
    Ignores,
}

/// What a device sends on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Speech {
    /// These bytes; and then it ends the connection, or not.
    Says { bytes: Vec<u8>, ends: bool },
    /// It breaks off.
    BreaksOff,
    /// These bytes, and more after a while.
    GoesOn { bytes: Vec<u8>, again: Duration },
}

fn begun(endless: &Endless) -> Speech {
    Speech::GoesOn { bytes: endless.first.clone(), again: endless.pause }
}

/// More than any request of a scan; what is longer is nonsense.
const RECEIVED_BYTES_MAX: usize = 64 * 1024;

impl Host {
    pub(crate) fn new(behaviour: Behaviour, latency: Duration) -> Self {
        Self {
            behaviour,
            latency,
            reached: Moment::ZERO,
            crash: None,
            connections: BTreeMap::new(),
            arrived: Rate::default(),
            unreachable_said: None,
        }
    }

    /// A packet arrives. Says whether the device still lives.
    pub(crate) fn bears_packet(&mut self, now: Moment) -> bool {
        if self.crash.is_some() {
            return false;
        }
        if let Some(Fragility::PacketsPerSecond(most)) = self.behaviour.fragility
            && self.arrived.count(now) > most
        {
            self.crash(now);
        }
        self.crash.is_none()
    }

    /// Something was not as the device expects it.
    pub(crate) fn suffers(&mut self, now: Moment, what: Fragility) {
        if self.behaviour.fragility == Some(what) {
            self.crash(now);
        }
    }

    fn crash(&mut self, now: Moment) {
        if let Some(why) = self.behaviour.fragility.filter(|_| self.crash.is_none()) {
            self.crash = Some(Crash { at: now, why });
            self.connections.clear();
        }
    }

    /// Whether it says now that nothing listens on a UDP port.
    pub(crate) fn says_unreachable(&mut self, now: Moment) -> bool {
        const PAUSE: Duration = Duration::from_secs(1);
        let may = self.behaviour.says_unreachable
            && self.unreachable_said.is_none_or(|last| last + PAUSE <= now);
        if may {
            self.unreachable_said = Some(now);
        }
        may
    }

    /// A SYN arrives; one that is repeated finds its connection.
    pub(crate) fn knock(&mut self, now: Moment, id: ConnectionId, port: u16) -> Door {
        if self.connections.contains_key(&id) {
            return Door::Opens;
        }
        let service = self.behaviour.services.iter().position(|(open, _)| *open == port);
        match (service, self.behaviour.other_ports) {
            (None, OtherPorts::Closed) => return Door::Refuses,
            (None, OtherPorts::Filtered) => return Door::Ignores,
            (Some(_), _) | (None, OtherPorts::Tarpit) => {}
        }
        if !self.connections.is_empty() {
            self.suffers(now, Fragility::SecondConnection);
        }
        if self.crash.is_some() {
            return Door::Ignores;
        }
        if let Connections::RefusedAbove(most) = self.behaviour.manners.connections
            && self.connections.len() >= most
        {
            return Door::Refuses;
        }
        self.connections.insert(id, Session { service, received: Vec::new(), is_done: false });
        Door::Opens
    }

    /// What it says unasked, when a connection has been opened.
    pub(crate) fn greets(&self, id: ConnectionId) -> Option<Speech> {
        match self.service(id)? {
            Some(Service::Greets(bytes)) => {
                Some(Speech::Says { bytes: bytes.clone(), ends: false })
            }
            Some(Service::Endless(endless)) if endless.is_asked => None,
            Some(Service::Endless(endless)) => Some(begun(endless)),
            None => Some(begun(&Endless::tarpit())),
            Some(_) => None,
        }
    }

    /// What comes again on a connection without an end.
    pub(crate) fn goes_on(&self, id: ConnectionId) -> Option<Speech> {
        let goes_on = |endless: &Endless| Speech::GoesOn {
            bytes: endless.chunk.clone(),
            again: endless.pause,
        };
        match self.service(id)? {
            Some(Service::Endless(endless)) => Some(goes_on(endless)),
            None => Some(goes_on(&Endless::tarpit())),
            Some(_) => None,
        }
    }

    fn service(&self, id: ConnectionId) -> Option<Option<&Service>> {
        let session = self.connections.get(&id)?;
        Some(session.service.and_then(|place| Some(&self.behaviour.services.get(place)?.1)))
    }

    /// Bytes arrive on a connection.
    pub(crate) fn hears(&mut self, now: Moment, id: ConnectionId, bytes: &[u8]) -> Vec<Speech> {
        let is_crowded = matches!(self.behaviour.manners.connections,
            Connections::UnauthorisedAbove(most) if self.connections.len() > most);
        let Some(session) = self.connections.get_mut(&id).filter(|session| !session.is_done) else {
            return Vec::new();
        };
        session.received.extend_from_slice(bytes);
        let service =
            session.service.and_then(|place| Some(&self.behaviour.services.get(place)?.1));
        let manners = self.behaviour.manners;
        let mut said = Vec::new();
        let mut suffered = Vec::new();
        match service {
            Some(Service::Web(site)) => {
                let ages = manners.bare_line_feeds;
                let mut conversation =
                    Conversation { session, said: &mut said, suffered: &mut suffered };
                conversation.web(site, is_crowded, ages, manners.breaks_off);
            }
            Some(Service::Rtsp(site)) => {
                let mut conversation =
                    Conversation { session, said: &mut said, suffered: &mut suffered };
                conversation.rtsp(site, manners.breaks_off);
            }
            Some(Service::Tls(certificate)) => match certificate.answer(&session.received) {
                Ok(None) => {}
                Ok(Some(bytes)) => {
                    session.is_done = true;
                    said.push(Speech::Says { bytes, ends: false });
                }
                Err(_) => {
                    session.is_done = true;
                    suffered.push(Fragility::MalformedPacket);
                    said.push(Speech::BreaksOff);
                }
            },
            Some(Service::Parrots(bytes)) => {
                said.push(Speech::Says { bytes: bytes.clone(), ends: false });
            }
            Some(Service::Endless(endless)) if endless.is_asked => {
                session.is_done = true;
                said.push(begun(endless));
            }
            Some(Service::Silent | Service::Greets(_) | Service::Endless(_)) | None => {}
        }
        for what in suffered {
            self.suffers(now, what);
        }
        if self.crash.is_some() { Vec::new() } else { said }
    }
}

/// A session on which requests are read.
struct Conversation<'h> {
    session: &'h mut Session,
    said: &'h mut Vec<Speech>,
    suffered: &'h mut Vec<Fragility>,
}

impl Conversation<'_> {
    fn web(&mut self, site: &Site, is_crowded: bool, ages: bool, breaks_off: bool) {
        self.each_request("HTTP/1.", breaks_off, BAD_REQUEST, |request, suffered| {
            let page = site.find(request);
            // Everybody knows the root, and who asks for a login first does not look at the path.
            let is_looked_for =
                request.target != "/" && !site.otherwise.bytes.starts_with(b"HTTP/1.1 401");
            if page.is_none() && is_looked_for {
                suffered.push(Fragility::UnknownPath);
            }
            let mut reply = match page {
                _ if is_crowded => Reply::ending(UNAUTHORISED.to_vec()),
                Some(page) => page.reply.clone(),
                None => site.otherwise.clone(),
            };
            if request.method == "HEAD" {
                cut_body(&mut reply.bytes);
            }
            if ages {
                reply = Reply::ending(site::aged(&reply.bytes));
            }
            reply
        });
    }

    fn rtsp(&mut self, site: &Site, breaks_off: bool) {
        self.each_request("RTSP/1.", breaks_off, RTSP_BAD_REQUEST, |request, suffered| {
            let page = site.find(request);
            if page.is_none() {
                suffered.push(Fragility::UnknownPath);
            }
            let mut reply = page.map_or(&site.otherwise, |page| &page.reply).clone();
            if let Some(sequence) = request.sequence {
                let numbered = format!("CSeq: {sequence}\r\n");
                replace(&mut reply.bytes, b"CSeq: 1\r\n", numbered.as_bytes());
            }
            reply
        });
    }

    /// Answers the requests that are whole, and breaks off or complains about what is none.
    fn each_request(
        &mut self,
        protocol: &str,
        breaks_off: bool,
        complaint: &[u8],
        answer: impl Fn(&Request<'_>, &mut Vec<Fragility>) -> Reply,
    ) {
        while !self.session.received.is_empty() && !self.session.is_done {
            let is_long = self.session.received.len() > RECEIVED_BYTES_MAX;
            let (reply, length) = match site::request(&self.session.received, protocol) {
                Ok(request) => (answer(&request, self.suffered), request.length),
                Err(NoRequest::Incomplete) if !is_long => return,
                Err(_) => {
                    self.session.is_done = true;
                    self.suffered.push(Fragility::MalformedPacket);
                    self.said.push(if breaks_off {
                        Speech::BreaksOff
                    } else {
                        Speech::Says { bytes: complaint.to_vec(), ends: true }
                    });
                    return;
                }
            };
            self.session.received.drain(..length);
            self.session.is_done = reply.ends;
            self.said.push(Speech::Says { bytes: reply.bytes, ends: reply.ends });
        }
    }
}

const BAD_REQUEST: &[u8] =
    b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
const RTSP_BAD_REQUEST: &[u8] = b"RTSP/1.0 400 Bad Request\r\n\r\n";
const UNAUTHORISED: &[u8] =
    b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// Leaves the head.
fn cut_body(bytes: &mut Vec<u8>) {
    if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
        bytes.truncate(end + 4);
    }
}

/// Puts `new` where `old` first stands.
pub(crate) fn replace(bytes: &mut Vec<u8>, old: &[u8], new: &[u8]) {
    if let Some(at) = bytes.windows(old.len()).position(|window| window == old) {
        bytes.splice(at..at + old.len(), new.iter().copied());
    }
}
