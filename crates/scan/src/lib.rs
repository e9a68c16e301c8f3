//! Discovery on routed networks: who may be asked what, when, and what became of every address.
//!
//! Nothing here opens a socket or reads a clock. A [`Scope`] turns addresses into [`Permit`]s, the engine turns
//! permits into [`Act`]s, and whoever drives it (the crate `net`, or a simulated network) hands back [`Event`]s with the
//! time at which they came. The same seed, targets and events give the same acts.

#![deny(clippy::disallowed_methods)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod addresses;
mod adviser;
mod answer;
mod checkpoint;
mod engine;
pub mod estimate;
mod host;
mod ledger;
mod order;
mod pace;
mod question;
mod scope;
mod sweep;
mod targets;
mod traffic;

pub use addresses::{Addresses, IPV6_RANGE_MAX, NoSet};
pub use adviser::{Advice, Adviser};
pub use checkpoint::{Checkpoint, ResumeError};
pub use engine::{Counts, Engine, HostReport, Plan};
pub use host::Stop;
pub use ledger::{AddressState, Ledger};
pub use order::Order;
pub use scope::{Denied, Limits, Permit, Scope, ScopeError, SegmentPermit, Sifted, ZoneFinder};
pub use sweep::Progress;
pub use targets::{
    IPV6_TARGETS_MAX, LIST_BYTES_MAX, RANGES_MAX, TargetError, TargetProblem, TargetReader,
    Targets, WORD_BYTES_MAX,
};
pub use traffic::{Act, ConnectionId, Datagram, Event, LocalPort, Machine, Moment};

/// Ports of ours that devices answer to, whatever port asked: to be bound before anything is asked.
pub fn reply_ports() -> Vec<u16> {
    question::catalogue().reply_ports()
}

/// Rounds of the sweep: so many questions are asked of every address in a pass, at most.
pub fn rounds() -> usize {
    question::catalogue().sweep.len()
}
