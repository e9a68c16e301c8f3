//! What a scan that was broken off needs to go on.

use serde::{Deserialize, Serialize};

use crate::{AddressState, Progress};

/// The form of [`Checkpoint`]; another is refused.
pub(crate) const VERSION: u32 = 1;

/// Where a scan stands. Written every second, it loses a second of work at most: answers that came after it, and nothing of
/// the budgets of hosts that are known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    pub(crate) version: u32,
    pub(crate) seed: u64,
    pub(crate) targets: u64,
    /// Tells these targets from as many others.
    pub(crate) mark: u64,
    pub(crate) passes: u32,
    pub(crate) progress: Progress,
    /// The states of the targets, in runs.
    pub(crate) states: Vec<(AddressState, u64)>,
    /// Hosts that have answered and are not done with, and the packets they got in this pass.
    pub(crate) begun: Vec<(u64, u32)>,
    /// Live hosts: index, the question that each answered first (name and port), one bit a pass in which it answered.
    pub(crate) seen: Vec<(u64, String, u16, u8)>,
    pub(crate) packets_sent: u64,
}

/// Why a scan cannot go on from a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResumeError {
    /// It was written by another version.
    #[error(
        "the checkpoint has form {0}, and this version knows form {VERSION}: begin the scan anew"
    )]
    Version(u32),
    /// It is of another scan.
    #[error(
        "the checkpoint is of a scan with {what} {theirs}, and this one has {ours}: give what the scan was begun with"
    )]
    Other {
        /// What differs.
        what: &'static str,
        /// In the checkpoint.
        theirs: u64,
        /// In the plan.
        ours: u64,
    },
    /// It contradicts itself.
    #[error("the checkpoint is damaged: it speaks of {0} targets and holds the states of {1}")]
    Damaged(u64, u64),
}
