//! Which sources may depend on which, and how likely what was seen then is.

use std::collections::BTreeMap;

use super::SHARED_MIN;
use super::gamma::ln_gamma;

/// What was seen of one population by a few sources, ready to be asked how likely a number of unseen devices is.
pub(super) struct Likelihood {
    seen: u64,
    /// One for each set of sources, at the place that its mask says.
    tables: Vec<Table>,
    models: Vec<Model>,
}

/// What was seen, counted over one set of sources alone. Of its cells only that of the devices on none of them grows
/// with the number that was not seen.
struct Table {
    log_of_others: f64,
    on_none: u64,
    /// What the prior adds to each cell: all cells together weigh as one device (Jeffreys' prior where the set is one
    /// source), whatever the set, so that the tables of different sets agree with each other.
    prior: f64,
}

/// A graph over the sources: linked ones may depend, others are independent given what stands between them. Its
/// likelihood is that of these sets' tables, each so many times, or divided out where that is negative.
struct Model(Vec<(u8, i8)>);

impl Likelihood {
    /// Of how many devices have which history: a mask of as many bits as there are sources, never zero.
    pub(super) fn new(sources: u32, histories: &BTreeMap<u8, u64>) -> Self {
        let sets = (0..1_u16 << sources).filter_map(|set| u8::try_from(set).ok());
        let tables: Vec<Table> = sets.map(|set| Table::new(set, histories)).collect();
        let seen = histories.values().sum();
        let mut models = models(sources);
        models.retain(|model| model.shared(&tables, seen) >= SHARED_MIN);
        Self { seen, tables, models }
    }

    /// How many models are averaged.
    pub(super) fn models(&self) -> usize {
        self.models.len()
    }

    /// The logarithm of a number in proportion to the probability that so many were not seen: over all models, each as
    /// likely as the other beforehand, with the prior 1/N for the number of all devices.
    pub(super) fn log_weight(&self, unseen: u64) -> f64 {
        let all = (self.seen + unseen) as f64;
        let log_all = ln_gamma(all + 1.0);
        let tables: Vec<f64> =
            self.tables.iter().map(|table| table.log_likelihood(unseen) - log_all).collect();
        let log_places = log_all - ln_gamma(unseen as f64 + 1.0);
        log_places - all.ln()
            + log_sum(self.models.iter().map(|model| model.log_likelihood(&tables)))
    }
}

impl Table {
    fn new(set: u8, histories: &BTreeMap<u8, u64>) -> Self {
        let mut cells: BTreeMap<u8, u64> = BTreeMap::new();
        for (history, count) in histories {
            *cells.entry(history & set).or_default() += count;
        }
        let prior = 1.0 / f64::from(1_u16 << set.count_ones());
        let on_none = cells.remove(&0).unwrap_or(0);
        // A cell without devices is a factor of one, and the cell of `on_none` has its divisor here too.
        let divisor = (cells.len() + 1) as f64 * ln_gamma(prior);
        let others: f64 = cells.values().map(|count| ln_gamma(*count as f64 + prior)).sum();
        Self { log_of_others: others - divisor, on_none, prior }
    }

    fn log_likelihood(&self, unseen: u64) -> f64 {
        self.log_of_others + ln_gamma((self.on_none + unseen) as f64 + self.prior)
    }
}

impl Model {
    /// How many devices show that sources overlap which this model takes for independent: of two sources those that are
    /// in both, of three of which two depend on the middle one those that are in these two and not in the middle.
    fn shared(&self, tables: &[Table], seen: u64) -> u64 {
        let on_any = |set: u8| tables.get(usize::from(set)).map_or(0, |table| seen - table.on_none);
        let of = |sign: i8| {
            let times = move |times: i8| u64::try_from(times.saturating_mul(sign)).unwrap_or(0);
            self.0.iter().map(move |(set, which)| on_any(*set) * times(*which)).sum::<u64>()
        };
        of(1).saturating_sub(of(-1)).saturating_sub(seen)
    }

    fn log_likelihood(&self, tables: &[f64]) -> f64 {
        let of = |set: u8| tables.get(usize::from(set)).copied().unwrap_or(0.0);
        self.0.iter().map(|(set, sign)| f64::from(*sign) * of(*set)).sum()
    }
}

/// All decomposable graphs, save the one that links each source with each: it says nothing about what was not seen.
fn models(sources: u32) -> Vec<Model> {
    let pairs: Vec<u8> =
        (0..sources).flat_map(|a| (a + 1..sources).map(move |b| 1_u8 << a | 1 << b)).collect();
    let complete = (1_u32 << pairs.len()) - 1;
    (0..complete)
        .filter_map(|chosen| {
            let links: Vec<u8> = pairs
                .iter()
                .enumerate()
                .filter(|(place, _)| chosen >> place & 1 == 1)
                .map(|(_, pair)| *pair)
                .collect();
            factors(sources, &links).map(Model)
        })
        .collect()
}

/// Takes out, one after the other, a source whose neighbours are all linked with each other: given these it is
/// independent of the rest. `None` where no such order is, which is where a graph is not decomposable.
fn factors(sources: u32, links: &[u8]) -> Option<Vec<(u8, i8)>> {
    let linked = |a: u8, b: u8| links.contains(&(a | b));
    let mut left: Vec<u8> = (0..sources).map(|source| 1_u8 << source).collect();
    let mut factors: BTreeMap<u8, i8> = BTreeMap::new();
    while !left.is_empty() {
        let neighbours = |of: u8| left.iter().copied().filter(move |other| linked(of, *other));
        let can_go =
            |of: &u8| neighbours(*of).all(|a| neighbours(*of).all(|b| a == b || linked(a, b)));
        let next = left.iter().copied().find(can_go)?;
        let around = neighbours(next).fold(0, |set, other| set | other);
        *factors.entry(around | next).or_default() += 1;
        *factors.entry(around).or_default() -= 1;
        left.retain(|source| *source != next);
    }
    // The table of no source is one, whatever was seen.
    Some(factors.into_iter().filter(|(set, sign)| *set != 0 && *sign != 0).collect())
}

/// The logarithm of a sum of numbers whose logarithms are given.
fn log_sum(logs: impl Iterator<Item = f64> + Clone) -> f64 {
    let most = logs.clone().fold(f64::NEG_INFINITY, f64::max);
    most + logs.map(|log| (log - most).exp()).sum::<f64>().ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_decomposable_graphs_as_counted_elsewhere() {
        // Labelled chordal graphs: 2, 8, 61, 822 (OEIS A058862); the complete one is left out.
        let counted: Vec<usize> = (2..=5).map(|sources| models(sources).len()).collect();
        assert_eq!(counted, [1, 7, 60, 821]);
    }

    #[test]
    fn two_sources_weigh_as_the_textbook_says() {
        let histories = BTreeMap::from([(0b01, 30), (0b10, 20), (0b11, 50)]);
        let likelihood = Likelihood::new(2, &histories);
        let textbook = |unseen: u32| {
            let all = f64::from(100 + unseen);
            // N! / u! / N times, for each source, B(x + ½, N − x + ½).
            let beta = |x: f64| ln_gamma(x + 0.5) + ln_gamma(all - x + 0.5) - ln_gamma(all + 1.0);
            ln_gamma(all + 1.0) - ln_gamma(f64::from(unseen) + 1.0) - all.ln()
                + beta(80.0)
                + beta(70.0)
        };
        let off = likelihood.log_weight(12) - textbook(12);
        for unseen in [0, 1, 5, 40, 1000] {
            let weight = likelihood.log_weight(u64::from(unseen));
            assert!((weight - textbook(unseen) - off).abs() < 1e-8, "{unseen}");
        }
    }
}
