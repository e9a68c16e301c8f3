//! The TCP connections of a scan.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::sync::Arc;

use rustix::event::epoll::{self, EventData, EventFlags};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, Shutdown, connect, recv, send, shutdown, sockopt};
use scan::{ConnectionId, Event};

use crate::control::{Complaint, Meaning};
use crate::datagrams::Outcome;
use crate::ports::{Family, errors_come_back, stream};
use crate::sys::{Inbox, Queue};
use crate::tally::Trouble;

/// What is read of one connection before others have their turn.
const PIECE_BYTES: usize = 16 * 1024;
/// What is thrown away of what came and is not wanted any more, so that the connection ends in order: bytes that nobody
/// read make the system break it off.
const UNREAD_BYTES_MAX: usize = 64 * 1024;

/// All connections, by the token under which the system speaks of them. A token is used once: what the system says late of
/// a connection that is closed finds nobody.
pub(crate) struct Connections {
    by_token: HashMap<u64, Connection>,
    tokens: HashMap<ConnectionId, u64>,
    next_token: u64,
    /// Those that wait until another is closed.
    waiting: VecDeque<Wanted>,
    most: usize,
    piece: Box<[u8]>,
}

/// A connection that is to be opened.
struct Wanted {
    id: ConnectionId,
    to: SocketAddr,
    pending: Pending,
}

struct Connection {
    id: ConnectionId,
    socket: OwnedFd,
    to: SocketAddr,
    state: State,
    pending: Pending,
    /// What the system was asked to tell of it.
    interest: EventFlags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Opening,
    Open,
    /// The other side has ended its half.
    Ended,
}

/// Bytes that wait to be written.
#[derive(Default)]
struct Pending {
    writes: VecDeque<Arc<[u8]>>,
    /// How much of the first is written.
    written: usize,
}

/// What is to become of a connection.
enum Fate {
    Stays,
    /// This is the last that is heard of it.
    Over(Event<'static>),
    /// It is over, and nobody said anything: silence is no event.
    Silent,
}

impl Connections {
    /// `most` at once; tokens from `first_token` on are for connections.
    pub(crate) fn new(most: usize, first_token: u64) -> Self {
        Self {
            by_token: HashMap::new(),
            tokens: HashMap::new(),
            next_token: first_token,
            waiting: VecDeque::new(),
            most,
            piece: vec![0; PIECE_BYTES].into_boxed_slice(),
        }
    }

    pub(crate) fn most(&self) -> usize {
        self.most
    }

    pub(crate) fn open(
        &mut self,
        epoll: &OwnedFd,
        id: ConnectionId,
        to: SocketAddr,
        outcome: &mut Outcome<'_>,
    ) {
        self.waiting.push_back(Wanted { id, to, pending: Pending::default() });
        self.open_waiting(epoll, outcome);
    }

    /// Opens those that wait, as far as there is room.
    pub(crate) fn open_waiting(&mut self, epoll: &OwnedFd, outcome: &mut Outcome<'_>) {
        while self.by_token.len() < self.most
            && let Some(wanted) = self.waiting.pop_front()
        {
            match begin(epoll, wanted.to, self.next_token) {
                Ok(socket) => self.begun(socket, wanted, outcome),
                Err(errno) if is_crowded(errno) && !self.by_token.is_empty() => {
                    // The rest of the program, or of the system, has what we thought we might have: later, then.
                    return self.waiting.push_front(wanted);
                }
                Err(errno) => not_begun(errno, wanted.id, outcome),
            }
        }
    }

    fn begun(&mut self, socket: OwnedFd, wanted: Wanted, outcome: &mut Outcome<'_>) {
        let Wanted { id, to, pending } = wanted;
        let interest = EventFlags::OUT;
        let state = State::Opening;
        let token = self.next_token;
        self.next_token += 1;
        self.tokens.insert(id, token);
        self.by_token.insert(token, Connection { id, socket, to, state, pending, interest });
        outcome.tally.connections_begun += 1;
        outcome.tally.connections_most = outcome.tally.connections_most.max(self.by_token.len());
    }

    pub(crate) fn write(
        &mut self,
        epoll: &OwnedFd,
        id: ConnectionId,
        bytes: Arc<[u8]>,
        outcome: &mut Outcome<'_>,
    ) {
        if let Some(wanted) = self.waiting.iter_mut().find(|wanted| wanted.id == id) {
            return wanted.pending.push(bytes);
        }
        let Some(token) = self.tokens.get(&id).copied() else { return };
        let Some(connection) = self.by_token.get_mut(&token) else { return };
        connection.pending.push(bytes);
        let fate = connection.write_pending();
        connection.ask(epoll, token);
        self.meets(token, fate, outcome);
    }

    pub(crate) fn close(&mut self, epoll: &OwnedFd, id: ConnectionId, outcome: &mut Outcome<'_>) {
        self.waiting.retain(|wanted| wanted.id != id);
        if let Some(connection) = self.forget(id) {
            connection.end(&mut self.piece);
        }
        self.open_waiting(epoll, outcome);
    }

    /// What the system says of a token.
    pub(crate) fn ready(
        &mut self,
        epoll: &OwnedFd,
        token: u64,
        flags: EventFlags,
        inbox: &mut Inbox,
        outcome: &mut Outcome<'_>,
    ) {
        let Some(connection) = self.by_token.get_mut(&token) else { return };
        let fate = match connection.state {
            State::Opening => connection.opened(inbox, outcome),
            State::Open | State::Ended => {
                let fate = connection.write_pending();
                match fate {
                    Fate::Stays => connection.read(flags, &mut self.piece, outcome),
                    over => over,
                }
            }
        };
        connection.ask(epoll, token);
        self.meets(token, fate, outcome);
        self.open_waiting(epoll, outcome);
    }

    fn meets(&mut self, token: u64, fate: Fate, outcome: &mut Outcome<'_>) {
        let last = match fate {
            Fate::Stays => return,
            Fate::Over(event) => Some(event),
            Fate::Silent => None,
        };
        if let Some(connection) = self.by_token.remove(&token) {
            self.tokens.remove(&connection.id);
        }
        if let Some(event) = last {
            (outcome.hear)(event);
        }
    }

    fn forget(&mut self, id: ConnectionId) -> Option<Connection> {
        let token = self.tokens.remove(&id)?;
        self.by_token.remove(&token)
    }
}

fn begin(epoll: &OwnedFd, to: SocketAddr, token: u64) -> rustix::io::Result<OwnedFd> {
    let system = |error: std::io::Error| Errno::from_io_error(&error).unwrap_or(Errno::IO);
    let socket = stream(Family::of(to.ip())).map_err(system)?;
    match connect(&socket, &to) {
        Ok(()) | Err(Errno::INPROGRESS | Errno::INTR) => {}
        Err(errno) => return Err(errno),
    }
    epoll::add(epoll, &socket, EventData::new_u64(token), EventFlags::OUT)?;
    Ok(socket)
}

fn is_crowded(errno: Errno) -> bool {
    let crowded =
        [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM, Errno::AGAIN, Errno::NOSPC];
    crowded.contains(&errno)
}

fn not_begun(errno: Errno, id: ConnectionId, outcome: &mut Outcome<'_>) {
    let trouble = match errno {
        Errno::CONNREFUSED => return (outcome.hear)(Event::Refused(id)),
        Errno::HOSTUNREACH | Errno::NETUNREACH => None,
        Errno::PERM | Errno::ACCESS => Some(Trouble::Forbidden),
        Errno::AFNOSUPPORT => Some(Trouble::NoIpv6),
        _ if is_crowded(errno) => Some(Trouble::NoFile),
        _ => Some(Trouble::System(errno.raw_os_error())),
    };
    match trouble {
        // Nothing is known of the host; the machine's own deadline ends it.
        Some(trouble) => outcome.tally.trouble(trouble),
        None => (outcome.hear)(Event::Failed(id)),
    }
}

impl Pending {
    fn push(&mut self, bytes: Arc<[u8]>) {
        if !bytes.is_empty() {
            self.writes.push_back(bytes);
        }
    }

    fn first(&self) -> Option<&[u8]> {
        self.writes.front().and_then(|bytes| bytes.get(self.written..))
    }

    fn advance(&mut self, count: usize) {
        self.written += count;
        if self.writes.front().is_some_and(|bytes| bytes.len() <= self.written) {
            self.writes.pop_front();
            self.written = 0;
        }
    }
}

impl Connection {
    /// Something came of its opening.
    fn opened(&mut self, inbox: &mut Inbox, outcome: &mut Outcome<'_>) -> Fate {
        match sockopt::socket_error(&self.socket) {
            Ok(Ok(())) => {}
            Ok(Err(errno)) | Err(errno) => return self.not_opened(errno, inbox),
        }
        // An open connection outlives what routers say in passing.
        drop(errors_come_back(&self.socket, Family::of(self.to.ip()), false));
        self.state = State::Open;
        (outcome.hear)(Event::Opened(self.id));
        self.write_pending()
    }

    fn not_opened(&self, errno: Errno, inbox: &mut Inbox) -> Fate {
        match errno {
            // A filter on the way may refuse as well as the host.
            Errno::CONNREFUSED if self.complaint(inbox) == Some(Meaning::NoWay) => {
                Fate::Over(Event::Failed(self.id))
            }
            Errno::CONNREFUSED | Errno::CONNRESET => Fate::Over(Event::Refused(self.id)),
            Errno::TIMEDOUT => Fate::Silent,
            _ => Fate::Over(Event::Failed(self.id)),
        }
    }

    fn complaint(&self, inbox: &mut Inbox) -> Option<Meaning> {
        let count = inbox.receive(self.socket.as_fd(), Queue::Errors).ok()?;
        let complaints =
            inbox.messages(count).filter_map(|message| Complaint::find(message.control));
        complaints.map(|complaint| complaint.meaning(self.to.ip())).last()
    }

    fn write_pending(&mut self) -> Fate {
        if self.state == State::Opening {
            return Fate::Stays;
        }
        while let Some(bytes) = self.pending.first() {
            match send(&self.socket, bytes, SendFlags::NOSIGNAL | SendFlags::DONTWAIT) {
                Ok(count) => self.pending.advance(count),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN | Errno::NOBUFS | Errno::NOMEM) => break,
                Err(errno) => return self.broken(errno),
            }
        }
        Fate::Stays
    }

    fn read(&mut self, flags: EventFlags, piece: &mut [u8], outcome: &mut Outcome<'_>) -> Fate {
        if self.state == State::Ended {
            // Only that it has broken can be news now.
            let is_broken = flags.intersects(EventFlags::ERR | EventFlags::HUP);
            return if is_broken { Fate::Silent } else { Fate::Stays };
        }
        if !flags.intersects(EventFlags::IN | EventFlags::ERR | EventFlags::HUP) {
            return Fate::Stays;
        }
        match recv(&self.socket, &mut *piece, RecvFlags::DONTWAIT) {
            Ok((0, _)) => {
                self.state = State::Ended;
                (outcome.hear)(Event::Ended(self.id));
                Fate::Stays
            }
            Ok((count, _)) => {
                let bytes = piece.get(..count).unwrap_or_default();
                (outcome.hear)(Event::Data { id: self.id, bytes });
                Fate::Stays
            }
            Err(Errno::INTR | Errno::AGAIN | Errno::NOMEM | Errno::NOBUFS) => Fate::Stays,
            Err(errno) => self.broken(errno),
        }
    }

    fn broken(&self, errno: Errno) -> Fate {
        let is_said = matches!(errno, Errno::CONNRESET | Errno::PIPE | Errno::CONNREFUSED);
        match self.state {
            // It has said its last word already.
            State::Ended => Fate::Silent,
            _ if is_said => Fate::Over(Event::Reset(self.id)),
            _ => Fate::Silent,
        }
    }

    /// Asks the system to tell what matters now.
    fn ask(&mut self, epoll: &OwnedFd, token: u64) {
        let mut interest = match self.state {
            State::Opening => EventFlags::OUT,
            State::Open => EventFlags::IN,
            State::Ended => EventFlags::empty(),
        };
        interest
            .set(EventFlags::OUT, self.state == State::Opening || self.pending.first().is_some());
        if interest != self.interest {
            self.interest = interest;
            // INVARIANT: the socket is registered from its beginning to its end, so this cannot fail.
            let _ = epoll::modify(epoll, &self.socket, EventData::new_u64(token), interest);
        }
    }

    /// Ends it in order: our half first, then what was not read is thrown away.
    fn end(self, piece: &mut [u8]) {
        if self.state == State::Opening {
            return;
        }
        // The other side may be gone already.
        let _ = shutdown(&self.socket, Shutdown::Write);
        let mut left = UNREAD_BYTES_MAX;
        while let Ok((count @ 1.., _)) = recv(&self.socket, &mut *piece, RecvFlags::DONTWAIT) {
            left = left.saturating_sub(count);
            if left == 0 {
                return;
            }
        }
    }
}
