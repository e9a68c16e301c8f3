use std::collections::BTreeMap;

use model::{Observation, Timestamp};

/// How grave a note is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Something was left out or could be read in two ways.
    Warning,
    /// A row or part could not be read.
    Error,
}

impl Severity {
    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A remark of a reader about its input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// How grave.
    pub severity: Severity,
    /// Where in the input: `sheet "CCTV" row 12`, `line 7`, `frame 31`.
    pub place: String,
    /// Which field or column.
    pub field: Option<String>,
    /// What happened.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// Whether the reader shall go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Go on.
    Continue,
    /// Stop: the caller was interrupted or cannot store more.
    Stop,
}

/// Takes what a reader finds, as it finds it: an input may be larger than memory.
pub trait Sink {
    /// One observation.
    fn observation(&mut self, observation: Observation) -> Flow;
    /// One remark.
    fn note(&mut self, note: Note);
    /// How many bytes of the input are behind the reader.
    fn progress(&mut self, read_bytes: u64) -> Flow;
}

/// What was read, and what could not be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// The reader's name for the format (`nmap XML`, `pcapng`, …).
    pub format: String,
    /// Rows, packets, lines.
    pub records: u64,
    /// Observations made of them.
    pub observations: u64,
    /// What was not understood, by name, with counts: `udp/4987`, `column "Cost centre"`, ….
    pub not_understood: BTreeMap<String, u64>,
    /// What was dropped for a limit, by reason, with counts.
    pub lost: BTreeMap<String, u64>,
    /// Earliest time in the input.
    pub first: Option<Timestamp>,
    /// Latest time in the input.
    pub last: Option<Timestamp>,
}
