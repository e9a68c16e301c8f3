//! What the engine asks of the network, and what the network tells it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::Permit;

/// Time since the scan began.
pub type Moment = Duration;

/// From which port of ours a datagram leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LocalPort {
    /// A port that the system chose when the scan began.
    Any,
    /// This very port: some devices answer to it, whatever port asked (fact file `protocols.md`, section 0).
    Fixed(u16),
}

/// One datagram to be sent. Only a [`Permit`] makes one.
#[derive(Debug, PartialEq, Eq)]
pub struct Datagram {
    permit: Permit,
    port: u16,
    from: LocalPort,
    payload: Arc<[u8]>,
}

impl Datagram {
    /// A datagram to the address that the permit names.
    pub fn new(permit: Permit, port: u16, from: LocalPort, payload: Arc<[u8]>) -> Self {
        Self { permit, port, from, payload }
    }

    /// Where it goes.
    pub fn to(&self) -> SocketAddr {
        SocketAddr::new(self.permit.address(), self.port)
    }

    /// The port of ours that it leaves.
    pub fn from(&self) -> LocalPort {
        self.from
    }

    /// Its bytes.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }
}

/// A connection of this scan; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// What the network is asked to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Act {
    /// Send one datagram.
    Send(Datagram),
    /// Open a TCP connection to a port of the address that the permit names.
    Open {
        /// How it is called from now on.
        id: ConnectionId,
        /// Leave to do so.
        permit: Permit,
        /// The port.
        port: u16,
    },
    /// Write these bytes to an open connection.
    Write {
        /// Which.
        id: ConnectionId,
        /// The bytes, whole.
        bytes: Arc<[u8]>,
    },
    /// Give up or end a connection; nothing more is heard of it.
    Close {
        /// Which.
        id: ConnectionId,
    },
    /// Nothing can be done before this moment, unless something is heard.
    Wait(Moment),
    /// All is asked and answered, or given up.
    Done,
}

/// What the network tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'b> {
    /// A datagram came.
    Datagram {
        /// Who sent it.
        from: SocketAddr,
        /// The port of ours that it came to.
        to: LocalPort,
        /// Its bytes.
        bytes: &'b [u8],
    },
    /// A host said that nothing listens on a port to which a datagram was sent (ICMP port unreachable): it is there.
    PortUnreachable {
        /// Where the datagram went.
        to: SocketAddr,
    },
    /// A router, or our own system, said that an address cannot be reached.
    Unreachable {
        /// The address.
        to: IpAddr,
    },
    /// A connection is open.
    Opened(ConnectionId),
    /// A connection was refused: a host is there, and nothing listens.
    Refused(ConnectionId),
    /// A connection cannot be made: no route, or no such host.
    Failed(ConnectionId),
    /// Bytes came.
    Data {
        /// On which connection.
        id: ConnectionId,
        /// The bytes.
        bytes: &'b [u8],
    },
    /// The other side has ended the connection in order.
    Ended(ConnectionId),
    /// The other side has broken the connection off.
    Reset(ConnectionId),
}

/// What decides what is sent: a scan, or a part of a test.
pub trait Machine {
    /// What to do at this moment; asked again until it says to wait, or that all is done.
    fn next(&mut self, now: Moment) -> Act;

    /// Takes what the network tells.
    fn hear(&mut self, now: Moment, event: Event<'_>);
}
