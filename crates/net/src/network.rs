//! All sockets of a scan behind one `epoll`.

use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use scan::{Act, Datagram, Event, LocalPort, Moment};

use crate::connections::Connections;
use crate::datagrams::{Blocked, Channel, Outcome, SENT_AT_ONCE, on_link};
use crate::ports::{self, Family, Ports, Shortfall};
use crate::sys::Inbox;
use crate::tally::{Tally, Trouble};

/// What is taken from the system at once of what it has to say.
const EVENTS_AT_ONCE: usize = 256;
/// Files that a scan may need: at a thousand connections a second, each of which may take ten seconds to be given up.
const FILES_WANTED: u64 = 16_384;
/// Files that the rest of the program may need: the store, outputs, libraries.
const FILES_OF_OTHERS: u64 = 128;
/// Where the tokens of connections begin; those below are numbers of channels, of which there are two for a port.
const FIRST_CONNECTION: u64 = 1 << 20;

/// Why there is no network.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing}")]
pub struct NetworkError {
    doing: &'static str,
    source: io::Error,
}

impl NetworkError {
    fn new(doing: &'static str) -> impl FnOnce(Errno) -> Self {
        move |errno| Self { doing, source: errno.into() }
    }
}

/// The time of a scan: zero when its network was opened.
#[derive(Debug, Clone, Copy)]
pub struct Clock(Instant);

impl Clock {
    /// Now.
    pub fn now(self) -> Moment {
        self.0.elapsed()
    }
}

/// The sockets of a scan.
pub struct Network {
    clock: Clock,
    epoll: OwnedFd,
    channels: Vec<Channel>,
    connections: Connections,
    inbox: Inbox,
    link_local: Option<u32>,
    shortfalls: BTreeSet<Shortfall>,
    tally: Tally,
    events: Vec<epoll::Event>,
}

impl Network {
    /// Opens what a scan needs. What cannot be had of it is told by [`Network::shortfalls`].
    ///
    /// The limit of open files of this process is raised as far as it may be and is of use.
    ///
    /// # Errors
    /// [`NetworkError`] where there is not even a socket for IPv4.
    pub fn open(ports: &Ports) -> Result<Self, NetworkError> {
        let (bound, shortfalls) = ports::open(ports)
            .map_err(|source| NetworkError { doing: "open a socket for datagrams", source })?;
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)
            .map_err(NetworkError::new("watch sockets"))?;
        let channels: Vec<Channel> = bound.into_iter().map(Channel::new).collect();
        for (token, channel) in (0..).zip(&channels) {
            epoll::add(&epoll, channel.socket(), EventData::new_u64(token), EventFlags::IN)
                .map_err(NetworkError::new("watch a socket for datagrams"))?;
        }
        Ok(Self {
            clock: Clock(Instant::now()),
            epoll,
            channels,
            connections: Connections::new(connections_most(), FIRST_CONNECTION),
            inbox: Inbox::new(),
            link_local: ports.link_local,
            shortfalls,
            tally: Tally::default(),
            events: Vec::with_capacity(EVENTS_AT_ONCE),
        })
    }

    /// What could not be opened.
    pub fn shortfalls(&self) -> &BTreeSet<Shortfall> {
        &self.shortfalls
    }

    /// What was sent and lost so far.
    pub fn tally(&self) -> Tally {
        let datagrams_lost = self.channels.iter().map(Channel::lost).sum();
        Tally { datagrams_lost, ..self.tally.clone() }
    }

    /// How many connections can be open at once. More may be asked for: they wait until another is closed.
    pub fn connections_max(&self) -> usize {
        self.connections.most()
    }

    /// The time of the scan.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Does one thing. Datagrams leave in batches, at the latest with the next [`Network::listen`] or [`Network::flush`].
    /// What our own system says at once is heard at once.
    pub fn act(&mut self, act: Act, hear: &mut dyn FnMut(Event<'_>)) {
        let mut outcome = Outcome { hear, tally: &mut self.tally };
        match act {
            Act::Send(datagram) => self.send(datagram, hear),
            Act::Open { id, permit, port } => {
                let to = on_link(SocketAddr::new(permit.address(), port), self.link_local);
                self.connections.open(&self.epoll, id, to, &mut outcome);
            }
            Act::Write { id, bytes } => {
                self.connections.write(&self.epoll, id, bytes, &mut outcome);
            }
            Act::Close { id } => self.connections.close(&self.epoll, id, &mut outcome),
            Act::Wait(_) | Act::Done => {}
        }
    }

    /// Sends what waits, as far as it is taken.
    pub fn flush(&mut self, hear: &mut dyn FnMut(Event<'_>)) {
        for index in 0..self.channels.len() {
            self.flush_one(index, hear);
        }
    }

    /// Sends what waits, then hears what comes until the moment; returns as soon as something came.
    ///
    /// # Errors
    /// [`NetworkError`] where the system does not let us wait.
    pub fn listen(
        &mut self,
        until: Moment,
        hear: &mut dyn FnMut(Event<'_>),
    ) -> Result<(), NetworkError> {
        self.flush(hear);
        self.sleep(until)?;
        let mut events = std::mem::take(&mut self.events);
        match epoll::wait(&self.epoll, spare_capacity(&mut events), Some(&Timespec::default())) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(errno) => return Err(NetworkError::new("hear of sockets")(errno)),
        }
        for event in events.drain(..) {
            self.ready(event.data.u64(), event.flags, hear);
        }
        self.events = events;
        Ok(())
    }

    /// Whether so much waits to be sent that nothing more should be asked.
    pub fn is_backed_up(&self) -> bool {
        let is_full = |channel: &Channel| {
            channel.blocked() != Blocked::No && channel.waiting() >= SENT_AT_ONCE
        };
        self.channels.iter().any(is_full)
    }

    /// Whether nothing waits to be sent.
    pub fn is_silent(&self) -> bool {
        self.channels.iter().all(|channel| channel.waiting() == 0)
    }

    fn send(&mut self, datagram: Datagram, hear: &mut dyn FnMut(Event<'_>)) {
        let family = Family::of(datagram.to().ip());
        let Some(index) = self.channel(family, datagram.from()) else {
            self.tally.datagrams_unsent += 1;
            return self.tally.trouble(Trouble::NoIpv6);
        };
        let Some(channel) = self.channels.get_mut(index) else { return };
        channel.push(datagram);
        if channel.waiting() >= SENT_AT_ONCE {
            self.flush_one(index, hear);
        }
    }

    /// The channel of this port; another where it could not be bound.
    fn channel(&mut self, family: Family, port: LocalPort) -> Option<usize> {
        let find = |port| {
            let is_it = |channel: &Channel| channel.family() == family && channel.port() == port;
            self.channels.iter().position(is_it)
        };
        let index = find(port);
        if let (None, LocalPort::Fixed(port)) = (index, port) {
            let other = find(LocalPort::Any);
            self.tally.trouble(Trouble::OtherPort(port));
            return other;
        }
        index
    }

    fn flush_one(&mut self, index: usize, hear: &mut dyn FnMut(Event<'_>)) {
        let Some(channel) = self.channels.get_mut(index) else { return };
        if channel.waiting() == 0 {
            return;
        }
        let was = channel.blocked();
        let mut outcome = Outcome { hear, tally: &mut self.tally };
        channel.flush(self.clock.now(), self.link_local, &mut self.inbox, &mut outcome);
        if was != Blocked::UntilWritable && channel.blocked() == Blocked::UntilWritable {
            self.watch(index, EventFlags::IN | EventFlags::OUT);
        }
    }

    fn watch(&self, index: usize, interest: EventFlags) {
        let Some(channel) = self.channels.get(index) else { return };
        let token = EventData::new_u64(index as u64);
        // INVARIANT: the socket is registered as long as it lives, so this cannot fail.
        let _ = epoll::modify(&self.epoll, channel.socket(), token, interest);
    }

    /// Something can be read, written, or is wrong.
    fn ready(&mut self, token: u64, flags: EventFlags, hear: &mut dyn FnMut(Event<'_>)) {
        let mut outcome = Outcome { hear, tally: &mut self.tally };
        if token >= FIRST_CONNECTION {
            return self.connections.ready(
                &self.epoll,
                token,
                flags,
                &mut self.inbox,
                &mut outcome,
            );
        }
        let Ok(index) = usize::try_from(token) else { return };
        let Some(channel) = self.channels.get_mut(index) else { return };
        if flags.contains(EventFlags::ERR) {
            channel.complaints(&mut self.inbox, &mut outcome);
        }
        if flags.contains(EventFlags::IN) {
            channel.receive(&mut self.inbox, &mut outcome);
        }
        if flags.contains(EventFlags::OUT) {
            channel.unblock();
            self.watch(index, EventFlags::IN);
            self.flush_one(index, hear);
        }
    }

    /// Sleeps until something can be heard, or the moment has come. `ppoll` counts in nanoseconds on every system,
    /// `epoll_wait` in milliseconds on some.
    fn sleep(&self, until: Moment) -> Result<(), NetworkError> {
        let pauses = self.channels.iter().filter_map(|channel| match channel.blocked() {
            Blocked::Until(moment) => Some(moment),
            Blocked::No | Blocked::UntilWritable => None,
        });
        let until = pauses.min().map_or(until, |pause| pause.min(until));
        let left = until.saturating_sub(self.clock.now());
        if left == Duration::ZERO {
            return Ok(());
        }
        let left = Timespec::try_from(left).ok();
        match poll(&mut [PollFd::new(&self.epoll, PollFlags::IN)], left.as_ref()) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(errno) => Err(NetworkError::new("wait for sockets")(errno)),
        }
    }
}

/// How many connections can be open at once.
fn connections_most() -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(FILES_WANTED, |maximum| maximum.min(FILES_WANTED));
    let mut files = current.unwrap_or(FILES_WANTED);
    let raised = Rlimit { current: Some(wanted), maximum };
    if files < wanted && setrlimit(Resource::Nofile, raised).is_ok() {
        files = wanted;
    }
    let left = files.min(FILES_WANTED).saturating_sub(FILES_OF_OTHERS).max(1);
    usize::try_from(left).unwrap_or(usize::MAX)
}
