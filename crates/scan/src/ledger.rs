//! What became of every address.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How an address ended (design section 7).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum AddressState {
    /// Nobody has asked it, or not all that was to be asked: the scan ended before.
    #[default]
    NotReached,
    /// Asked, and nothing came back.
    Silent,
    /// A router, or our own system, says that there is no way to it.
    Unreachable,
    /// A camera, a recorder or another device of video surveillance.
    Camera,
    /// Something else answered, or something that shows no sign of a camera.
    OtherDevice,
    /// Something that answers on every port, so that no answer of it means anything.
    Tarpit,
    /// The scope or the command says that it is left alone.
    Excluded,
}

impl AddressState {
    /// Every state, as they are reported.
    pub const ALL: [Self; 7] = [
        Self::Camera,
        Self::OtherDevice,
        Self::Silent,
        Self::Unreachable,
        Self::Tarpit,
        Self::Excluded,
        Self::NotReached,
    ];

    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotReached => "not-reached",
            Self::Silent => "silent",
            Self::Unreachable => "unreachable",
            Self::Camera => "camera",
            Self::OtherDevice => "other-device",
            Self::Tarpit => "tarpit",
            Self::Excluded => "excluded",
        }
    }

    /// Whether something answered there.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Camera | Self::OtherDevice | Self::Tarpit)
    }
}

impl fmt::Display for AddressState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The state of every target, one byte each: sixteen million take 16 MiB.
#[derive(Debug, Clone)]
pub struct Ledger {
    states: Box<[AddressState]>,
}

impl Ledger {
    /// A ledger of so many targets, none of them reached.
    pub fn new(targets: usize) -> Self {
        Self { states: vec![AddressState::NotReached; targets].into_boxed_slice() }
    }

    /// The state of a target; one that there is not is not reached.
    pub fn state(&self, index: usize) -> AddressState {
        self.states.get(index).copied().unwrap_or_default()
    }

    /// Enters what became of a target.
    pub fn enter(&mut self, index: usize, state: AddressState) {
        if let Some(entry) = self.states.get_mut(index) {
            *entry = state;
        }
    }

    /// The states in runs of equal ones.
    pub(crate) fn runs(&self) -> Vec<(AddressState, u64)> {
        let mut runs: Vec<(AddressState, u64)> = Vec::new();
        for state in &self.states {
            match runs.last_mut() {
                Some((last, count)) if last == state => *count += 1,
                _ => runs.push((*state, 1)),
            }
        }
        runs
    }

    /// A ledger of such runs.
    pub(crate) fn of_runs(runs: &[(AddressState, u64)]) -> Self {
        let states = runs.iter().flat_map(|(state, count)| {
            std::iter::repeat_n(*state, usize::try_from(*count).unwrap_or(usize::MAX))
        });
        Self { states: states.collect() }
    }

    /// How many targets are in this state.
    pub fn count(&self, state: AddressState) -> usize {
        self.states.iter().filter(|entry| **entry == state).count()
    }

    /// How many targets there are.
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }
}
