//! A probability for each number of unseen devices.

/// About how many blocks a spread has: narrower ones are kept to the single count.
const BLOCKS: u64 = 1024;
/// Counts whose weight is below e⁻²⁰ of the greatest are left out. Where seven devices are shared, weights fall with the
/// ninth power of the count, and what is left out is no ten-thousandth of the whole.
const NEGLIGIBLE: f64 = 20.0;
/// The same in the first look, whose places may lie some standard deviations off the summit.
const NEGLIGIBLE_AT_FIRST: f64 = 60.0;
/// Each place of the first look is by one part in so many greater than the one before.
const FIRST_LOOK_PARTS: u64 = 64;

/// Probabilities of the counts from `first` on, in blocks of `step` counts.
#[derive(Debug, Clone)]
pub(super) struct Spread {
    first: i64,
    step: u64,
    masses: Vec<f64>,
}

impl Spread {
    /// Of the counts up to `last`, in proportion to weights whose logarithms are given. Looks ever closer at where the
    /// weight lies.
    pub(super) fn new(last: u64, log_weight: impl Fn(u64) -> f64) -> Self {
        let places = first_look(last);
        let logs: Vec<f64> = places.iter().map(|place| log_weight(*place)).collect();
        let (mut first, mut end) = where_weight_lies(&places, &logs, NEGLIGIBLE_AT_FIRST);
        loop {
            let step = ((end - first) / BLOCKS).max(1);
            let starts: Vec<u64> =
                (0..=(end - first) / step).map(|block| first + block * step).collect();
            let logs: Vec<f64> = starts.iter().map(|start| log_weight(start + step / 2)).collect();
            let closer = where_weight_lies(&starts, &logs, NEGLIGIBLE);
            if step == 1 || closer.1 - closer.0 > (end - first) / 2 {
                let first = i64::try_from(first).unwrap_or(i64::MAX);
                return Self { first, step, masses: in_proportion(&logs) };
            }
            (first, end) = closer;
        }
    }

    /// Of the sum of one count of each, which are independent.
    pub(super) fn plus(&self, other: &Self) -> Self {
        let step = ((self.span() + other.span()) / BLOCKS).max(self.step).max(other.step);
        let (ours, theirs) = (self.in_blocks_of(step), other.in_blocks_of(step));
        let mut masses = vec![0.0; ours.masses.len() + theirs.masses.len()];
        for (at, mass) in ours.masses.iter().enumerate() {
            for (sum, other) in masses.iter_mut().skip(at).zip(&theirs.masses) {
                *sum += mass * other;
            }
        }
        // A block stands for its middle, and the middles of two are by one half more behind than their sum's.
        let half = i64::try_from((step - 1) / 2).unwrap_or(0);
        Self { first: ours.first + theirs.first + half, step, masses }
    }

    /// The least count that half of the probability does not exceed.
    pub(super) fn median(&self) -> u64 {
        let mut so_far = 0.0;
        let below = self.masses.iter().take_while(|mass| {
            so_far += **mass;
            so_far < 0.5
        });
        self.start(below.count() as u64) + self.step / 2
    }

    /// A range that the count is outside of with about this probability: half of that below, and above what this leaves.
    /// Where nothing can be below, because the range begins at zero, all of it is above.
    ///
    /// A count lies outside if the probability of the counts beyond it and half of its own are (the mid-p rule, Lancaster
    /// 1961): whole counts then neither make the range too wide throughout nor too narrow.
    pub(super) fn range(&self, outside: f64) -> (u64, u64) {
        let low = self.blocks_below(outside / 2.0);
        let below: f64 = (0..low).zip(&self.masses).map(|(_, mass)| mass).sum();
        let high = self.blocks_below(1.0 - (outside - below)).saturating_sub(1).max(low);
        (self.start(low), self.start(high + 1).saturating_sub(1))
    }

    /// How many blocks there are up to the middle of which less than so much of the probability lies.
    fn blocks_below(&self, share: f64) -> u64 {
        let mut so_far = 0.0;
        let below = self.masses.iter().take_while(|mass| {
            so_far += **mass;
            so_far - **mass / 2.0 < share
        });
        below.count() as u64
    }

    fn span(&self) -> u64 {
        self.masses.len() as u64 * self.step
    }

    /// The same in wider blocks, from one before the first on. Each mass goes to the two whose middles are next to its own,
    /// more to the nearer, so that the mean stays what it is however many spreads are added.
    fn in_blocks_of(&self, step: u64) -> Self {
        if step == self.step {
            return self.clone();
        }
        let mut masses = vec![0.0; usize::try_from(self.span() / step).map_or(0, |len| len + 3)];
        let whole = 2 * step;
        for (block, mass) in (0..).zip(&self.masses) {
            // How far its middle is behind the middle of the first, in halves of a count.
            let behind = (2 * block + 1) * self.step + step;
            let share = (behind % whole) as f64 / whole as f64;
            let place = usize::try_from(behind / whole).unwrap_or(usize::MAX);
            for (to, part) in masses.iter_mut().skip(place).zip([1.0 - share, share]) {
                *to += mass * part;
            }
        }
        Self { first: self.first - i64::try_from(step).unwrap_or(0), step, masses }
    }

    /// The count at which a block starts. Some begin before zero, with no mass that counts.
    fn start(&self, block: u64) -> u64 {
        let before = i64::try_from(block * self.step).unwrap_or(i64::MAX);
        u64::try_from(self.first.saturating_add(before)).unwrap_or(0)
    }
}

/// Each count at first, then ever fewer, up to `last`.
fn first_look(last: u64) -> Vec<u64> {
    let next = |at: &u64| Some(at + (at / FIRST_LOOK_PARTS).max(1));
    std::iter::successors(Some(0), next).take_while(|at| *at <= last).collect()
}

/// From the place before the first that has weight to the place behind the last.
fn where_weight_lies(places: &[u64], logs: &[f64], negligible: f64) -> (u64, u64) {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let counts = |log: &f64| *log > most - negligible;
    let first = logs.iter().position(counts).unwrap_or(0).saturating_sub(1);
    let last = logs.iter().rposition(counts).unwrap_or(0) + 1;
    let place = |at: usize| places.get(at).or(places.last()).copied().unwrap_or(0);
    (place(first), place(last))
}

fn in_proportion(logs: &[f64]) -> Vec<f64> {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = logs.iter().map(|log| (log - most).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bell around a count.
    fn bell(middle: f64, deviation: f64) -> impl Fn(u64) -> f64 {
        move |count| -((count as f64 - middle) / deviation).powi(2) / 2.0
    }

    #[test]
    fn a_narrow_summit_far_out_is_found_and_measured() {
        let spread = Spread::new(100_000_000, bell(7_654_321.0, 500.0));
        let (low, high) = spread.range(0.05);
        assert!(low.abs_diff(7_654_321 - 980) < 20 && high.abs_diff(7_654_321 + 980) < 20);
        assert!(spread.median().abs_diff(7_654_321) < 20);
    }

    #[test]
    fn sums_have_the_mean_and_the_width_that_sums_have() {
        let narrow = Spread::new(100_000, bell(7.0, 1.5));
        let wide = Spread::new(1_000_000, bell(40_000.0, 3000.0));
        let sum = (0..20).fold(wide, |sum, _| sum.plus(&narrow));
        let (low, high) = sum.range(0.05);
        assert!(sum.median().abs_diff(40_140) < 40, "{}", sum.median());
        assert!(low.abs_diff(40_140 - 5880) < 80 && high.abs_diff(40_140 + 5880) < 80);
    }

    #[test]
    fn where_nothing_can_be_below_all_that_may_be_outside_is_above() {
        // A half, a quarter, an eighth, …: beyond 4, with half of its own, are 3/64; beyond 3 are 3/32.
        let halving = Spread::new(1000, |count| -(count as f64) * std::f64::consts::LN_2);
        assert_eq!(halving.range(0.04), (0, 4));
        assert_eq!(halving.range(0.05), (0, 3));
        assert_eq!(halving.median(), 0);
    }

    #[test]
    fn a_certain_count_is_a_range_of_one() {
        let certain = Spread::new(1000, |count| if count == 7 { 0.0 } else { -1000.0 });
        assert_eq!((certain.median(), certain.range(0.05)), (7, (7, 7)));
    }
}
