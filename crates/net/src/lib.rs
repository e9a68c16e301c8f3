//! The sockets of a scan: what a [`scan::Machine`] asks is done, and what comes back is told.
//!
//! One thread and one `epoll`. [`Network`] holds the sockets, [`run`] moves acts, events and time between it and a machine.
//! Nothing here decides what is sent, to whom or when: an address comes with its [`scan::Permit`] or not at all. Nothing here
//! understands a message, and no connection or datagram is ever dropped without a word: what our own system refused or
//! lost is in the [`Tally`], what it could not open is a [`Shortfall`].
//!
//! No privilege is needed. Raw sockets are absent on purpose, and so is every way to speak to a group or broadcast address.

#[expect(
    unsafe_code,
    reason = "calls of the system that no safe crate offers; the only such module"
)]
mod sys;

mod connections;
mod control;
mod datagrams;
mod drive;
mod interfaces;
mod network;
mod ports;
mod stop;
mod tally;

pub use drive::{Outcome, TICK, run};
pub use interfaces::{Attached, interfaces};
pub use network::{Clock, Network, NetworkError};
pub use ports::{Group, Ports, Shortfall};
pub use stop::stop_flag;
pub use tally::{Tally, Trouble};
