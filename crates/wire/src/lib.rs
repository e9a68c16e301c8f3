//! Sans-I/O decoders for what cameras, recorders and their tools say, one module a protocol.
//!
//! A decoder accepts: unknown values are kept, departures from a specification become a
//! [`Quirk`](model::Quirk). It never decides who made a device. Secrets that some devices broadcast are
//! dropped here, before any value that could be stored exists. Read [`Message`] first, then [`datagram`],
//! [`stream_head`], [`expand`] and [`sanitise`].

#![deny(clippy::disallowed_methods)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

pub mod arp;
pub mod banner;
mod ber;
mod challenge;
pub mod dhcp;
pub mod dhip;
mod dispatch;
pub mod dns;
pub mod dvrip;
mod error;
mod flat;
mod head;
pub mod http;
pub mod http_api;
mod json;
mod mask;
mod message;
mod note;
pub mod onvif;
pub mod rtsp;
pub mod sadp;
pub mod sip;
pub mod snmp;
pub mod ssdp;
#[cfg(test)]
mod testing;
mod text;
pub mod tls;
pub mod topsee;
pub mod upnp;
pub mod wsd;
mod xml;

pub use dispatch::{Sender, datagram, expand, sanitise, stream_head};
pub use error::{DecodeError, Refusal};
pub use message::{About, Keys, Message};
