use std::io::{self, Read, Seek};

use crate::register::Mapping;

/// What an input is read from: a file, or bytes in memory.
pub trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// One input, opened by the caller.
pub struct Input<'a> {
    /// Its name, for people and messages.
    pub name: &'a str,
    /// Its length.
    pub size_bytes: u64,
    /// Its bytes, from the start.
    pub bytes: &'a mut dyn ReadSeek,
}

/// How to read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Columns of a register, where the user named them.
    pub mapping: Option<Mapping>,
    /// The zone a sensor looked from, for captures and scans.
    pub vantage: Option<Box<str>>,
}

/// The input as a whole cannot be read. What was read before is kept by the caller.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// Nothing here knows the format.
    #[error(
        "not a known format: give a register (CSV, XLSX, ODS, JSON), a scan (nmap, masscan, ZGrab2, httpx, nuclei, Nessus), a log of Zeek or Suricata, DHCP leases, a table of a switch, an SNMP walk, pcap, pcapng, GeoJSON or signals JSONL"
    )]
    UnknownFormat,
    /// A format that is known and not read here.
    #[error("{what}: {help}")]
    Unsupported {
        /// What it is, for people.
        what: &'static str,
        /// What to do.
        help: &'static str,
    },
    /// The bytes cannot be had.
    #[error("cannot be read at byte {offset}")]
    Io {
        /// How far it was read.
        offset: u64,
        /// Why.
        source: io::Error,
    },
    /// A limit that protects this program was passed.
    #[error("{what} is over the limit of {limit}: {help}")]
    Limit {
        /// What was too large.
        what: String,
        /// The limit, with its unit.
        limit: String,
        /// What to do.
        help: String,
    },
    /// The input breaks its format so early or so badly that nothing can be read.
    #[error("{place}: {problem}")]
    Broken {
        /// Where.
        place: String,
        /// What is wrong and what to do.
        problem: String,
    },
}
