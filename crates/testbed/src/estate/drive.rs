//! A machine of the crate `scan` and a network, on one virtual clock.

use std::time::Duration;

use scan::{Act, Machine, Moment};

use super::network::Network;

/// A machine that waits for a moment which is not to come would stop the clock.
const LEAST_WAIT: Duration = Duration::from_micros(1);

impl Network {
    /// Lets a machine work against this network until it says that all is done, or until `limit`. Says when that was.
    pub fn drive(&mut self, machine: &mut impl Machine, limit: Moment) -> Moment {
        let mut now = self.now();
        while now < limit {
            let wakes = match machine.next(now) {
                Act::Done => return now,
                Act::Wait(until) => until.max(now + LEAST_WAIT).min(limit),
                act => {
                    self.act(now, act);
                    continue;
                }
            };
            now = match self.next_event_until(wakes) {
                Some((at, event)) => {
                    machine.hear(at, event.as_event());
                    at
                }
                None => wakes,
            };
        }
        now
    }
}
