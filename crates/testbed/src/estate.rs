//! An estate of cameras and of what else stands in networks, and the network before it, in virtual time.
//!
//! A [`Network`] takes what the engine of the crate `scan` asks ([`scan::Act`]) and gives what it would hear
//! ([`OwnedEvent`]); between the two are loss, delay, and devices that answer as [`Behaviour`] says, crash when they are
//! treated badly, or answer nothing. No socket is opened and no clock is read: the same seed and the same acts give the
//! same events. Every packet is counted as a kernel would send it ([`Tally`]).
//!
//! [`department`] makes a whole estate with the truth about it. What is simulated and what is not stands in
//! `docs/reference/testbed.md`.

mod behaviour;
mod datagrams;
mod decoys;
mod department;
mod drive;
mod host;
mod makers;
mod network;
mod onvif;
mod question;
mod site;
mod tally;
mod tls;
mod unit;
mod web;

pub use behaviour::{
    Behaviour, Connections, DatagramAnswer, Echo, Endless, Fragility, Manners, OtherPorts,
    ReplyPort, Service,
};
pub use decoys::{DECOYS, HOSTILE};
pub use department::{Department, Mix, Resident, department};
pub use host::Crash;
pub use makers::{Product, products};
pub use network::{Farewell, Network, OwnedEvent, Settings};
pub use question::{NoQuestion, Question, read};
pub use site::{Page, Reply, Site};
pub use tally::{Packets, Tally};
pub use tls::{Certificate, Version};
pub use unit::Unit;
