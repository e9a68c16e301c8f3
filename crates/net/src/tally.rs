//! What was sent and lost: a part of the evidence.

use std::collections::BTreeMap;
use std::fmt;

/// What a scan's sockets have carried so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Datagrams that our system took.
    pub datagrams_sent: u64,
    /// Datagrams that it did not take; [`Tally::troubles`] says why, but where no route leads there, which is an event.
    pub datagrams_unsent: u64,
    /// Datagrams that came.
    pub datagrams_received: u64,
    /// Of them, how many had more bytes than are read (more than any IPv4 or plain IPv6 datagram has).
    pub datagrams_cut: u64,
    /// Datagrams that came, and that our system dropped because they were not read in time.
    pub datagrams_lost: u64,
    /// Connections that were begun.
    pub connections_begun: u64,
    /// The most that were open, or being opened, at once.
    pub connections_most: usize,
    /// What our own system did not let us do, and how often.
    pub troubles: BTreeMap<Trouble, u64>,
}

impl Tally {
    pub(crate) fn trouble(&mut self, trouble: Trouble) {
        *self.troubles.entry(trouble).or_default() += 1;
    }
}

/// Something that our own system did not let us do. Nothing is known of the address because of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trouble {
    /// A firewall of this machine, or a broadcast address that was not known for one.
    Forbidden,
    /// There is no socket for IPv6.
    NoIpv6,
    /// The port that it should leave could not be bound: it left another.
    OtherPort(u16),
    /// The queue to the network stayed full, try after try.
    NoRoom,
    /// No connection could be begun: too many files or connections are open in this program or system.
    NoFile,
    /// Anything else, by its number in the system.
    System(i32),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forbidden => f.write_str("sending was forbidden by this machine (its firewall?)"),
            Self::NoIpv6 => f.write_str("there is no IPv6 on this machine"),
            Self::OtherPort(port) => {
                write!(f, "sent from another port than UDP {port}, which could not be bound")
            }
            Self::NoRoom => f.write_str("the queue to the network stayed full"),
            Self::NoFile => f.write_str("too many files or connections were open"),
            Self::System(number) => {
                write!(f, "this machine refused: {}", std::io::Error::from_raw_os_error(*number))
            }
        }
    }
}
