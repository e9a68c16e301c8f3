//! Sans-I/O codecs for what cameras, recorders and their tools say, one module a protocol.
//!
//! A decoder accepts: unknown values are kept, departures from a specification become a
//! [`Quirk`](model::Quirk). It never decides who made a device. Secrets that some devices broadcast are
//! dropped here, before any value that could be stored exists. Read [`Message`] first, then [`datagram`],
//! [`stream_head`], [`expand`] and [`sanitise`].
//!
//! What is encoded are questions alone, listed in [`ask`]. No login, no credential, nothing that changes a device can be
//! written with this crate, and no value that is put into a question can add to it.

#![deny(clippy::disallowed_methods)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

pub mod arp;
pub mod ask;
pub mod baichuan;
pub mod banner;
pub mod beacon;
mod ber;
pub mod bosch;
pub mod cdp;
pub mod cellvision;
mod challenge;
pub mod dahua5050;
pub mod dahua_p2p;
pub mod dhcp;
pub mod dhip;
mod dispatch;
pub mod dns;
pub mod dvrip;
mod error;
pub mod firmware;
mod flat;
pub mod foscam;
pub mod gvcp;
pub mod hanwha;
mod head;
pub mod http;
pub mod http_api;
pub mod ipro;
mod ja4;
mod json;
pub mod lldp;
mod mask;
mod message;
pub mod nbns;
pub mod nice;
mod note;
mod octets;
pub mod old_sadp;
pub mod onvif;
pub mod pppp;
pub mod quic;
pub mod rtsp;
pub mod sadp;
pub mod sip;
pub mod snmp;
pub mod sony;
pub mod ssdp;
#[cfg(test)]
mod testing;
mod text;
pub mod tls;
pub mod topsee;
pub mod tplink;
pub mod tutk;
pub mod tvt;
pub mod ubiquiti;
pub mod upnp;
mod uuid;
pub mod vivotek;
pub mod vstarcam;
pub mod wsd;
mod xml;

pub use dispatch::{Sender, datagram, expand, frame, sanitise, stream_head};
pub use error::{DecodeError, Refusal, Unwritable};
pub use mask::written as sanitise_note;
pub use message::{About, Keys, Message};
