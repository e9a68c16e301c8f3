//! Chance that is the same on every run.

/// A fixed sequence of numbers (SplitMix64, public domain).
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    /// The sequence that this seed begins.
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, or 0 where that is 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        // The bias is below one in 2^40 for the small limits of this crate.
        self.next().checked_rem(limit).unwrap_or(0)
    }

    /// Whether something of this probability happens.
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        const STEPS: u32 = 1 << 24;
        let step = u32::try_from(self.next() >> 40).unwrap_or(STEPS);
        f64::from(step) < probability * f64::from(STEPS)
    }

    /// Brings a list into an order of chance (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for end in (1..list.len()).rev() {
            let place = self.below(end as u64 + 1);
            list.swap(end, usize::try_from(place).unwrap_or(end));
        }
    }
}
