//! How much may be sent.

use serde::Serialize;

/// A limit: what holds by default, and what a scope file may ask for at the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) default: u32,
    pub(super) ceiling: u32,
}

impl Bound {
    const fn fixed(value: u32) -> Self {
        Self { default: value, ceiling: value }
    }
}

/// Design section 7. At five times that rate a fast scanner lost more than half of what was there.
pub(super) const RATE: Bound = Bound::fixed(1_000);
/// On loopback nobody else's wire is concerned; measurements need more than [`RATE`].
pub(super) const LOOPBACK_RATE: Bound = Bound { default: 1_000, ceiling: 10_000_000 };
/// Small devices restart when they are asked faster.
pub(super) const RATE_PER_HOST: Bound = Bound::fixed(10);
/// Recorders that serve all their connections refuse their own operators.
pub(super) const CONNECTIONS_PER_HOST: Bound = Bound { default: 1, ceiling: 2 };
/// What no camera is has nothing to tell.
pub(super) const PACKETS_PER_HOST: Bound = Bound::fixed(30);
/// Enough to settle who made a camera.
pub(super) const PACKETS_PER_CAMERA: Bound = Bound::fixed(60);

/// How much may be sent: a scope file lowers it, and never raises it above what the documentation says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    pub(super) max_rate: u32,
    pub(super) max_rate_per_host: u32,
    pub(super) max_connections_per_host: u32,
    pub(super) max_packets_per_host: u32,
    pub(super) max_packets_per_camera: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_rate: RATE.default,
            max_rate_per_host: RATE_PER_HOST.default,
            max_connections_per_host: CONNECTIONS_PER_HOST.default,
            max_packets_per_host: PACKETS_PER_HOST.default,
            max_packets_per_camera: PACKETS_PER_CAMERA.default,
        }
    }
}

impl Limits {
    /// Packets a second, to all hosts together; at least 1.
    pub fn packets_per_second(&self) -> u32 {
        self.max_rate
    }

    /// Packets a second to one host; at least 1.
    pub fn packets_per_second_to_host(&self) -> u32 {
        self.max_rate_per_host
    }

    /// Connections that may be open to one host at the same time; 1 or 2.
    pub fn connections_to_host(&self) -> u32 {
        self.max_connections_per_host
    }

    /// Packets to one host in a pass of the scan, as long as it has not shown itself a camera or a recorder; at least 1.
    pub fn packets_to_host(&self) -> u32 {
        self.max_packets_per_host
    }

    /// Packets to a camera or a recorder in a pass of the scan; no fewer than to another host.
    pub fn packets_to_camera(&self) -> u32 {
        self.max_packets_per_camera
    }

    /// The same with a lower rate, as `--max-rate` asks. A higher one changes nothing, and 0 means 1.
    #[must_use]
    pub fn at_most(self, packets_per_second: u32) -> Self {
        Self { max_rate: self.max_rate.min(packets_per_second.max(1)), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_only_lowered() {
        let limits = Limits::default();
        assert_eq!(limits.at_most(200).packets_per_second(), 200);
        assert_eq!(limits.at_most(5_000).packets_per_second(), 1_000);
        assert_eq!(limits.at_most(0).packets_per_second(), 1);
    }
}
