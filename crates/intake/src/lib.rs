//! Recorded evidence in, observations out.
//!
//! An input is recognised by its content, never by its name. A format is one file of this crate, one line in
//! [`formats`] and one golden test. Readers keep the good part of a bad input and say what they could
//! not read, where, and what to do. Read [`recognise`] and [`read`] first.

#![deny(clippy::disallowed_methods)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod capture;
mod elements;
mod eve;
mod formats;
mod gather;
mod geojson;
mod input;
mod leases;
mod lines;
mod logbook;
mod masscan;
mod message;
mod nessus;
mod nmap;
mod notebook;
mod packed;
pub mod register;
mod scanner_jsonl;
mod signals;
mod sink;
mod snmp_walk;
mod stations;
pub mod switch;
mod window;
mod xml;
mod zeek;

pub use formats::{Format, Recognition, formats, read, recognise};
pub use input::{Input, IntakeError, Options, ReadSeek};
pub use sink::{Flow, Note, Severity, Sink, Summary};
