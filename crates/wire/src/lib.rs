//! Sans-I/O decoders for what cameras, recorders and their tools say, one module a protocol.
//!
//! A decoder accepts: unknown values are kept, departures from a specification become a
//! [`Quirk`](model::Quirk). It never decides who made a device. Secrets that some devices broadcast are
//! dropped here, before any value that could be stored exists. Read [`Message`] first, then [`datagram`],
//! [`stream_head`] and [`expand`].

#![deny(clippy::disallowed_methods)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod dispatch;
mod error;
mod message;

pub use dispatch::{Sender, datagram, expand, stream_head};
pub use error::{DecodeError, Refusal};
pub use message::{About, Keys, Message};
