//! In which order addresses are asked: one that looks like chance, takes no memory and can be had again.

/// Rounds of the Feistel network. Four make a permutation that cannot be told from chance if the round function cannot
/// (Luby and Rackoff 1988); the halves are as small as one bit here, so there are twice as many.
const ROUNDS: u64 = 8;

/// A permutation of `0..n`, chosen by a seed: neighbours in a network are far apart in time, so that no segment and no
/// switch meets a burst.
///
/// A Feistel network permutes the least power of two that is not below `n`. What falls outside `0..n` goes through
/// it again until it falls inside (cycle walking), twice on average at the most, and always ends, because the way
/// back to where it began leads through `0..n`. Nothing is stored but `n` and the seed. It is no cipher: who knows a
/// few places of it may find the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    n: u64,
    seed: u64,
    /// Bits of the left half before the first round and after every second; the right half has as many or one more.
    left_bits: u32,
    right_bits: u32,
}

impl Order {
    /// The order of `0..n` that belongs to a seed.
    pub fn new(n: u64, seed: u64) -> Self {
        let bits = u64::BITS - n.saturating_sub(1).leading_zeros();
        Self { n, seed, left_bits: bits / 2, right_bits: bits - bits / 2 }
    }

    /// How many places it has.
    pub fn len(&self) -> u64 {
        self.n
    }

    /// Has it none?
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// What stands at this place.
    pub fn at(&self, place: u64) -> Option<u64> {
        self.walk(place, |value| self.forth(value))
    }

    /// The place of a value: the inverse of [`Order::at`].
    pub fn position(&self, value: u64) -> Option<u64> {
        self.walk(value, |value| self.back(value))
    }

    fn walk(&self, from: u64, step: impl Fn(u64) -> u64) -> Option<u64> {
        if from >= self.n {
            return None;
        }
        let mut value = step(from);
        while value >= self.n {
            value = step(value);
        }
        Some(value)
    }

    /// Each round swaps the halves, and with them their widths; after an even number all is as wide as before.
    fn forth(&self, value: u64) -> u64 {
        let (mut left, mut right) = self.split(value);
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ self.mask(round, right));
        }
        self.join(left, right)
    }

    fn back(&self, value: u64) -> u64 {
        let (mut left, mut right) = self.split(value);
        for round in (0..ROUNDS).rev() {
            (left, right) = (right ^ self.mask(round, left), left);
        }
        self.join(left, right)
    }

    fn split(&self, value: u64) -> (u64, u64) {
        (value >> self.right_bits, low(value, self.right_bits))
    }

    fn join(&self, left: u64, right: u64) -> u64 {
        left << self.right_bits | right
    }

    /// What a round lays over one half, as the other half says.
    fn mask(&self, round: u64, half: u64) -> u64 {
        let bits = if round.is_multiple_of(2) { self.left_bits } else { self.right_bits };
        low(mix(mix(self.seed, round), half), bits)
    }
}

/// One step of SplitMix64 (Steele, Lea and Flood 2014; in the public domain) from a state that two numbers make: every
/// bit of either changes each bit of the result with even chance.
fn mix(key: u64, value: u64) -> u64 {
    let state = key.wrapping_add(value.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// The lowest bits of a number; fewer than 64.
fn low(value: u64, bits: u32) -> u64 {
    value & ((1 << bits) - 1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_smallest_orders() {
        assert_eq!(Order::new(0, 7).at(0), None);
        assert_eq!(Order::new(0, 7).position(0), None);
        assert_eq!(Order::new(1, 7).at(0), Some(0));
        assert_eq!(Order::new(1, 7).at(1), None);
        // Each of the two, and each of the six, is the order of some seed.
        for (n, ways) in [(2, 2), (3, 6)] {
            let orders = (0..1000).map(|seed| (0..n).map(|i| Order::new(n, seed).at(i)).collect());
            assert_eq!(orders.collect::<BTreeSet<Vec<_>>>().len(), ways, "of {n}");
        }
    }

    #[test]
    fn every_value_stands_once() {
        for n in [255, 256, 257, 65_536, 100_003] {
            let order = Order::new(n, 42);
            let values: BTreeSet<_> = (0..n).filter_map(|place| order.at(place)).collect();
            assert_eq!(values, (0..n).collect());
        }
    }

    /// Checkpoints and evidence of old scans rest on it: an order that changes is a breaking change.
    #[test]
    fn an_order_stays_as_it_is() {
        let first =
            |n, seed| (0..6).map(|i| Order::new(n, seed).at(i).unwrap()).collect::<Vec<_>>();
        let orders = [first(10, 1), first(65_536, 1), first(65_536, 2), first(1 << 32, 1)];
        insta::assert_snapshot!(orders.map(|order| format!("{order:?}")).join("\n"), @"
        [4, 9, 5, 2, 0, 6]
        [15670, 15900, 59595, 24621, 5763, 50656]
        [44941, 57171, 32801, 2898, 8546, 52192]
        [1484829072, 2366112357, 2788563713, 4155299827, 1985634213, 2630409876]
        ");
    }

    /// Of two addresses asked one after the other, chance makes two in `n` neighbours, and one in 256 share a /24.
    #[test]
    fn neighbours_in_order_are_neighbours_in_address_no_more_than_by_chance() {
        let n = 65_536;
        let (mut beside, mut same_24) = (0, 0);
        for seed in 0..16 {
            let order = Order::new(n, seed);
            let values: Vec<_> = (0..n).map(|place| order.at(place).unwrap()).collect();
            for pair in values.windows(2) {
                beside += u32::from(pair[0].abs_diff(pair[1]) == 1);
                same_24 += u32::from(pair[0] / 256 == pair[1] / 256);
            }
        }
        // Expected 32 and 4,080, with standard deviations of about 6 and 64.
        assert!(beside < 62, "{beside}");
        assert!((3_700..4_450).contains(&same_24), "{same_24}");
    }

    proptest! {
        #[test]
        fn position_is_the_inverse_of_at(
            n in prop_oneof![1..100_u64, Just(1 << 24), Just(1 << 32), 1..=u64::MAX],
            seed: u64,
            place: u64,
        ) {
            let order = Order::new(n, seed);
            let place = place % n;
            let value = order.at(place).unwrap();
            prop_assert!(value < n);
            prop_assert_eq!(order.position(value), Some(place));
            prop_assert_eq!(Order::new(n, seed).at(place), Some(value));
        }

        #[test]
        fn another_seed_is_another_order(one: u64, two: u64) {
            prop_assume!(one != two);
            let first = |seed| {
                let order = Order::new(1 << 24, seed);
                (0..8).map(move |place| order.at(place))
            };
            prop_assert!(first(one).ne(first(two)));
        }
    }
}
