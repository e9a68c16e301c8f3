//! One socket for datagrams: what waits to be sent, in batches, and what has come.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::os::fd::AsFd;
use std::time::Duration;

use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::{
    MMsgHdr, SendAncillaryBuffer, SendFlags, SocketAddrAny, sendmmsg, sockopt::socket_error,
};
use scan::{Datagram, Event, LocalPort, Moment};

use crate::control::{Complaint, socket_address};
use crate::ports::{Bound, Family};
use crate::sys::{self, Inbox, Queue};
use crate::tally::{Tally, Trouble};

/// Datagrams that one call sends: beyond this a longer call gains nothing that can be measured.
pub(crate) const SENT_AT_ONCE: usize = 64;
/// Batches that one socket may be read before others have their turn.
const BATCHES_AT_ONCE: usize = 4;
/// How long the queue to the network is left alone when it is full.
const PAUSE: Duration = Duration::from_millis(1);
/// How often a datagram is offered to a full queue: for a second.
const OFFERS: u32 = 1_000;
/// An error that an earlier datagram met is told to whoever sends next, and is cleared by it. So a datagram that meets one is
/// offered again, and has met its own when it meets another without a complaint between them, or so many in a row.
const ERRORS_MAX: u32 = 16;

/// One socket and what is to leave it.
pub(crate) struct Channel {
    bound: Bound,
    outgoing: VecDeque<Datagram>,
    /// Errors that the first of them has met, one after the other.
    errors: u32,
    /// How often the first of them was offered to a full queue.
    offers: u32,
    blocked: Blocked,
}

/// Why nothing is sent just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blocked {
    No,
    /// The socket is full; the system says when it is not.
    UntilWritable,
    /// The queue behind it is full; nobody says when it is not.
    Until(Moment),
}

/// What is told where: to the machine, and to the tally.
pub(crate) struct Outcome<'o> {
    pub(crate) hear: &'o mut dyn FnMut(Event<'_>),
    pub(crate) tally: &'o mut Tally,
}

impl Channel {
    pub(crate) fn new(bound: Bound) -> Self {
        let outgoing = VecDeque::with_capacity(SENT_AT_ONCE);
        Self { bound, outgoing, errors: 0, offers: 0, blocked: Blocked::No }
    }

    pub(crate) fn socket(&self) -> &OwnedFd {
        &self.bound.socket
    }

    pub(crate) fn port(&self) -> LocalPort {
        self.bound.port
    }

    pub(crate) fn family(&self) -> Family {
        self.bound.family
    }

    pub(crate) fn blocked(&self) -> Blocked {
        self.blocked
    }

    pub(crate) fn unblock(&mut self) {
        self.blocked = Blocked::No;
    }

    pub(crate) fn waiting(&self) -> usize {
        self.outgoing.len()
    }

    pub(crate) fn push(&mut self, datagram: Datagram) {
        self.outgoing.push_back(datagram);
    }

    /// Messages that came and were dropped by the system.
    pub(crate) fn lost(&self) -> u64 {
        sys::dropped(self.bound.socket.as_fd()).map_or(0, u64::from)
    }

    /// Sends what waits, until nothing does or nothing more is taken.
    pub(crate) fn flush(
        &mut self,
        now: Moment,
        link_local: Option<u32>,
        inbox: &mut Inbox,
        outcome: &mut Outcome<'_>,
    ) {
        if let Blocked::Until(moment) = self.blocked
            && moment <= now
        {
            self.blocked = Blocked::No;
        }
        while self.blocked == Blocked::No && !self.outgoing.is_empty() {
            match self.send_batch(link_local) {
                Ok(count) => {
                    self.outgoing.drain(..count);
                    (self.errors, self.offers) = (0, 0);
                    outcome.tally.datagrams_sent += count as u64;
                }
                Err(errno) => self.not_sent(errno, now, inbox, outcome),
            }
        }
    }

    fn send_batch(&self, link_local: Option<u32>) -> rustix::io::Result<usize> {
        let batch = || self.outgoing.iter().take(SENT_AT_ONCE);
        let name = |datagram: &Datagram| SocketAddrAny::from(on_link(datagram.to(), link_local));
        let names: Vec<SocketAddrAny> = batch().map(name).collect();
        let slices: Vec<[IoSlice<'_>; 1]> =
            batch().map(|datagram| [IoSlice::new(datagram.payload())]).collect();
        let mut controls: Vec<SendAncillaryBuffer<'_, '_, '_>> =
            names.iter().map(|_| SendAncillaryBuffer::default()).collect();
        let rooms = names.iter().zip(&slices).zip(&mut controls);
        let mut headers: Vec<MMsgHdr<'_>> = rooms
            .map(|((name, slice), control)| MMsgHdr::new_with_addr(name, slice, control))
            .collect();
        sendmmsg(&self.bound.socket, &mut headers, SendFlags::DONTWAIT | SendFlags::NOSIGNAL)
    }

    /// Why the first datagram was not taken, and what becomes of it.
    fn not_sent(
        &mut self,
        errno: Errno,
        now: Moment,
        inbox: &mut Inbox,
        outcome: &mut Outcome<'_>,
    ) {
        match errno {
            Errno::INTR => {}
            Errno::AGAIN => self.blocked = Blocked::UntilWritable,
            Errno::NOBUFS | Errno::NOMEM => {
                self.offers += 1;
                if self.offers == OFFERS {
                    self.give_up(Some(Trouble::NoRoom), outcome);
                } else {
                    self.blocked = Blocked::Until(now + PAUSE);
                }
            }
            _ => {
                let said = self.complaints(inbox, outcome);
                self.errors += 1;
                if self.errors >= ERRORS_MAX || (self.errors > 1 && said == 0) {
                    self.refused(errno, outcome);
                }
            }
        }
    }

    /// The first datagram has met an error of its own.
    fn refused(&mut self, errno: Errno, outcome: &mut Outcome<'_>) {
        let trouble = match errno {
            Errno::HOSTUNREACH | Errno::NETUNREACH => None,
            Errno::PERM | Errno::ACCESS => Some(Trouble::Forbidden),
            _ => Some(Trouble::System(errno.raw_os_error())),
        };
        let datagram = self.give_up(trouble, outcome);
        if let Some(datagram) = datagram.filter(|_| trouble.is_none()) {
            (outcome.hear)(Event::Unreachable { to: datagram.to().ip() });
        }
    }

    fn give_up(&mut self, trouble: Option<Trouble>, outcome: &mut Outcome<'_>) -> Option<Datagram> {
        (self.errors, self.offers) = (0, 0);
        outcome.tally.datagrams_unsent += 1;
        if let Some(trouble) = trouble {
            outcome.tally.trouble(trouble);
        }
        self.outgoing.pop_front()
    }

    /// Reads what came, but no more than a few batches.
    pub(crate) fn receive(&mut self, inbox: &mut Inbox, outcome: &mut Outcome<'_>) {
        for _ in 0..BATCHES_AT_ONCE {
            match inbox.receive(self.bound.socket.as_fd(), Queue::Messages) {
                Ok(count) => {
                    for message in inbox.messages(count) {
                        outcome.tally.datagrams_received += 1;
                        outcome.tally.datagrams_cut += u64::from(message.is_cut);
                        let Some(from) = socket_address(message.name) else { continue };
                        let to = self.bound.port;
                        (outcome.hear)(Event::Datagram { from, to, bytes: message.payload });
                    }
                    if count < sys::BATCH {
                        return;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // An error of a datagram that was sent, which the call has cleared; its author stands in the other queue.
                Err(_) => {}
            }
        }
    }

    /// Reads what the system says of datagrams that were sent; gives how much it said.
    pub(crate) fn complaints(&self, inbox: &mut Inbox, outcome: &mut Outcome<'_>) -> usize {
        let mut said = 0;
        for _ in 0..BATCHES_AT_ONCE {
            let count = inbox.receive(self.bound.socket.as_fd(), Queue::Errors).unwrap_or_default();
            for message in inbox.messages(count) {
                let to = socket_address(message.name);
                let Some((to, complaint)) = to.zip(Complaint::find(message.control)) else {
                    continue;
                };
                if let Some(event) = complaint.meaning(to.ip()).of_datagram(to) {
                    (outcome.hear)(event);
                }
            }
            said += count;
            if count == 0 {
                // Where that queue was full an error has no author, and would be shown for ever.
                let _ = socket_error(&self.bound.socket);
                break;
            }
        }
        said
    }
}

/// Names the interface of an address that only means something on one.
pub(crate) fn on_link(to: SocketAddr, interface: Option<u32>) -> SocketAddr {
    match (to.ip(), interface) {
        (IpAddr::V6(address), Some(interface)) if address.is_unicast_link_local() => {
            SocketAddrV6::new(address, to.port(), 0, interface).into()
        }
        _ => to,
    }
}
