//! How fast packets may leave: the generic cell rate algorithm (ITU-T I.371) on the scan's own time.

use std::time::Duration;

use crate::Moment;

/// One pace: so many packets a second, with so many at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// Between two packets.
    interval: Duration,
    /// How far ahead of the pace a burst may run.
    tolerance: Duration,
    /// When the next packet is due by the pace alone.
    due: Moment,
}

impl Pace {
    /// `rate` packets a second, at most `burst` of them at once. Both are at least one.
    pub(crate) fn new(rate: u32, burst: u32) -> Self {
        let interval = Duration::from_secs(1) / rate.max(1);
        Self { interval, tolerance: interval * (burst.max(1) - 1), due: Moment::ZERO }
    }

    /// From when on a packet may leave; not later than `now` when it may at once.
    pub(crate) fn ready_at(&self) -> Moment {
        self.due.saturating_sub(self.tolerance)
    }

    /// Counts packets, whether or not they were due: acknowledgements and the like leave when they must.
    pub(crate) fn spend(&mut self, now: Moment, packets: u32) {
        self.due = self.due.max(now) + self.interval * packets;
    }

    /// Lets the pace become `factor` times as slow, but not slower than one packet in `slowest`.
    pub(crate) fn slow_down(&mut self, factor: u32, slowest: Duration) {
        self.interval = (self.interval * factor.max(1)).min(slowest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_second_holds_more_than_rate_and_burst() {
        let mut pace = Pace::new(1_000, 10);
        let mut now = Moment::ZERO;
        let mut sent = Vec::new();
        while sent.len() < 5_000 {
            now = now.max(pace.ready_at());
            pace.spend(now, 1);
            sent.push(now);
        }
        for window in sent.windows(1_011) {
            assert!(window[1_010] - window[0] > Duration::from_secs(1));
        }
        let all = sent[4_999] - sent[0];
        assert!(all >= Duration::from_millis(4_980) && all <= Duration::from_secs(5), "{all:?}");
    }

    #[test]
    fn what_had_to_leave_is_paid_for_later() {
        let mut pace = Pace::new(10, 1);
        pace.spend(Moment::ZERO, 5);
        assert_eq!(pace.ready_at(), Duration::from_millis(500));
        pace.slow_down(2, Duration::from_secs(1));
        pace.spend(Duration::from_secs(1), 1);
        assert_eq!(pace.ready_at(), Duration::from_millis(1_200));
    }
}
