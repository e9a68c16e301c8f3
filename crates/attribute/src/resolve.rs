//! Which observations are about the same device.

use model::{Conflict, DeviceId, Observation};

/// Number of a source, as the caller counts them: a local key counts within its source alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceNumber(pub u32);

/// Observations that are about one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Derived from the strongest key.
    pub id: DeviceId,
    /// Positions of its observations, in the order they were added.
    pub members: Vec<u32>,
    /// Identity conflicts met while joining.
    pub conflicts: Vec<Conflict>,
}

/// Joins observations: strong keys (serial, MAC from the device itself, UUID) always, weak keys (address) only
/// within a time bound.
#[derive(Debug, Default)]
pub struct Resolver {}

impl Resolver {
    /// Takes the keys of the next observation; positions count from 0.
    pub fn add(&mut self, source: SourceNumber, observation: &Observation) {
        let _ = (source, observation);
    }

    /// The devices, in the order of their first observation.
    pub fn finish(self) -> Vec<Group> {
        Vec::new()
    }
}
