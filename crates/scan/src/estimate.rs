//! How many devices were not seen, from who saw which of those that were: capture–recapture.
//!
//! Several lists of one estate, made in different ways, show by how far they overlap how much each misses, and so how
//! many devices stand in none. [`Sightings`] takes the lists and, device by device, which of them it is in;
//! [`Sightings::estimate`] gives an [`Estimate`] with a 95 % interval and its [`Assumption`]s, or says why there is
//! [`NoEstimate`]. It never says zero because it has nothing to go by.
//!
//! The number is averaged over decomposable graphical models of which list depends on which (Madigan and York,
//! *Bayesian methods for estimation of the size of a closed population*, Biometrika 84, 1997). How often its interval
//! holds the truth on simulated estates stands in `docs/reference/estimate.md`.

mod gamma;
mod models;
mod sources;
mod spread;
mod words;

use std::collections::BTreeMap;

use serde::Serialize;

use models::Likelihood;
use sources::{Sources, Stratum};
use spread::Spread;

/// A history is a byte.
pub const LISTS_MAX: usize = 8;
/// What the interval leaves outside of it.
const OUTSIDE: f64 = 0.05;
/// Devices that two sources share, below which nothing is said: with fewer the figure is more prior than count (Robson and
/// Regier 1964 ask for seven).
const SHARED_MIN: u64 = 7;
/// Devices that a stratum needs to be estimated apart: with fewer its own interval is wider than the error that mixing it
/// with others makes.
const STRATUM_MIN: u64 = 20;
/// Strata that are estimated apart, the greatest first; the rest is taken together. Bounds the time.
const STRATA_MAX: usize = 32;
/// How many times the devices seen the unseen may be. Seven shared devices leave no weight there.
const UNSEEN_TIMES_MAX: u64 = 1000;

/// How a list was made. Lists made in one way miss the same devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// A pass of a scan.
    Pass,
    /// A capture of traffic.
    Capture,
    /// Leases and requests at a DHCP server.
    Lease,
    /// An organisation's own list.
    Register,
    /// What switches, routers and controllers know of addresses.
    SwitchTable,
}

/// One list of devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct List {
    way: Way,
    drawn_from: Option<usize>,
}

impl List {
    /// A list that was made in this way, from no other.
    pub fn new(way: Way) -> Self {
        Self { way, drawn_from: None }
    }

    /// It holds what an earlier list held, or some of it: a register filled from a scan, say. Both then count as one.
    #[must_use]
    pub fn drawn_from(self, earlier: usize) -> Self {
        Self { drawn_from: Some(earlier), ..self }
    }
}

/// Which devices are in which lists.
#[derive(Debug, Clone)]
pub struct Sightings {
    lists: Vec<List>,
    strata: BTreeMap<String, BTreeMap<u8, u64>>,
}

/// Why lists or a history were not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SightingsError {
    /// More lists than a history has bits.
    #[error("{0} lists are more than {LISTS_MAX}")]
    TooManyLists(usize),
    /// A list is said to be drawn from itself, a later one, or none.
    #[error("list {0} is drawn from no earlier list")]
    DrawnFromNone(usize),
    /// A device in no list was not seen and cannot be counted.
    #[error("a device is in no list")]
    InNoList,
    /// A bit is set for which there is no list.
    #[error("history {0:#b} names a list that is not there")]
    NoSuchList(u8),
}

impl Sightings {
    /// Of these lists, with no device yet.
    ///
    /// # Errors
    ///
    /// If there are more than [`LISTS_MAX`], or one is drawn from one that does not stand before it.
    pub fn new(lists: Vec<List>) -> Result<Self, SightingsError> {
        if lists.len() > LISTS_MAX {
            return Err(SightingsError::TooManyLists(lists.len()));
        }
        let astray = |(at, list): (usize, &List)| list.drawn_from.is_some_and(|from| from >= at);
        if let Some(at) = lists.iter().enumerate().position(astray) {
            return Err(SightingsError::DrawnFromNone(at));
        }
        Ok(Self { lists, strata: BTreeMap::new() })
    }

    /// Counts devices with one history: bit 0 is set if they are in the first list, bit 1 for the second, and so on.
    ///
    /// A stratum is what is known of a device and has to do with how easily it is seen, a kind or a network: devices of
    /// one stratum should be alike in that. One name for all does where nothing is known.
    ///
    /// # Errors
    ///
    /// If the history is that of a device in no list, or names lists that are not there.
    pub fn add(&mut self, stratum: &str, history: u8, devices: u32) -> Result<(), SightingsError> {
        if history == 0 {
            return Err(SightingsError::InNoList);
        }
        if u16::from(history) >> self.lists.len() != 0 {
            return Err(SightingsError::NoSuchList(history));
        }
        if devices > 0 {
            let counts = match self.strata.get_mut(stratum) {
                Some(counts) => counts,
                None => self.strata.entry(stratum.to_owned()).or_default(),
            };
            *counts.entry(history).or_default() += u64::from(devices);
        }
        Ok(())
    }

    /// How many devices were not seen, as far as the lists show it.
    ///
    /// # Errors
    ///
    /// The reason why no figure would be honest.
    pub fn estimate(&self) -> Result<Estimate, NoEstimate> {
        let sources = Sources::of(&self.lists);
        let (strata, failed) = self.told_apart(&sources);
        let fits: Vec<Fit> = strata.iter().map(Fit::new).collect();
        let Some(total) = fits.iter().map(|fit| &fit.spread).cloned().reduce(|a, b| a.plus(&b))
        else {
            let most = failed.into_iter().max_by_key(|stratum| stratum.seen);
            return Err(most.map_or(NoEstimate::NothingSeen, |stratum| stratum.reason));
        };
        let (low, high) = total.range(OUTSIDE);
        Ok(Estimate {
            seen: strata.iter().map(Stratum::seen).sum(),
            unseen: total.median(),
            low,
            high,
            method: Method {
                sources: strata.iter().map(Stratum::sources).max().unwrap_or(0),
                models: fits.iter().map(|fit| fit.models).max().unwrap_or(0),
                strata: strata.len(),
            },
            assumptions: assumptions(&sources, &strata),
            left_out: failed,
        })
    }

    /// The strata that can be estimated apart, and those that cannot be at all. What is small is taken together, and with
    /// the smallest of the others if that is still small.
    fn told_apart(&self, sources: &Sources) -> (Vec<Stratum>, Vec<LeftOut>) {
        let mut strata: Vec<Stratum> =
            self.strata.iter().map(|(name, lists)| sources.stratum(name, lists)).collect();
        strata.sort_by_key(|stratum| std::cmp::Reverse(stratum.seen()));
        let apart = strata.iter().take_while(|stratum| stratum.seen() >= STRATUM_MIN).count();
        let small = strata.split_off(apart.min(STRATA_MAX)).into_iter().reduce(|a, b| a.with(&b));
        let (mut fit, mut failed) = (Vec::new(), Vec::new());
        for stratum in strata {
            match stratum.check(sources) {
                Ok(()) => fit.push(stratum),
                Err(reason) => failed.push(stratum.left_out(reason)),
            }
        }
        let joined = match (&small, fit.last()) {
            (Some(small), Some(next)) if small.seen() < STRATUM_MIN => Some(next.with(small)),
            _ => None,
        };
        if let Some(joined) = joined.filter(|joined| joined.check(sources).is_ok()) {
            fit.pop();
            fit.push(joined);
        } else if let Some(small) = small {
            match small.check(sources) {
                Ok(()) => fit.push(small),
                Err(reason) => failed.push(small.left_out(reason)),
            }
        }
        (fit, failed)
    }
}

/// How many devices were not seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// Devices that at least one list holds, without those that are [left out](Estimate::left_out).
    pub seen: u64,
    /// Devices in no list: the true number is as likely above as below.
    pub unseen: u64,
    /// The lower end of the 95 % interval for the devices in no list.
    pub low: u64,
    /// Its upper end.
    pub high: u64,
    /// How it was reckoned.
    pub method: Method,
    /// What must hold for it to be true.
    pub assumptions: Vec<Assumption>,
    /// Parts of the estate of which it says nothing.
    pub left_out: Vec<LeftOut>,
}

impl Estimate {
    /// Whether all lists were made in one way, so that the figure holds nothing of what this way never sees.
    pub fn is_lower_bound(&self) -> bool {
        self.assumptions.iter().any(|assumption| matches!(assumption, Assumption::OneWay { .. }))
    }
}

/// How an estimate was reckoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Method {
    /// Sources that were compared; lists that miss the same devices are one.
    pub sources: usize,
    /// Models that were averaged, where most were.
    pub models: usize,
    /// Strata that were estimated apart and added.
    pub strata: usize,
}

/// What must hold for an estimate to be true. Its words are for the reader of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assumption {
    /// The estate did not change between the first list and the last.
    Closed,
    /// Devices are told apart, and recognised from list to list.
    Matched,
    /// Each source could have seen each device.
    WithinReach,
    /// Where there are two sources alone, they are independent.
    TwoIndependent,
    /// Where there are more, not all depend on all.
    SomeIndependent,
    /// Devices of one stratum are seen alike easily.
    Alike,
    /// Lists of one way were counted as one source.
    Together {
        /// How they were made.
        way: Way,
        /// How many lists.
        lists: usize,
    },
    /// A list drawn from others was counted as one source with them.
    Drawn {
        /// How it was made.
        way: Way,
    },
    /// All lists were made in one way, so that what this way cannot see is in no figure.
    OneWay {
        /// The way.
        way: Way,
    },
    /// One source has nothing that another has not, as if it had been drawn from it.
    Within {
        /// The one.
        inner: Way,
        /// The other.
        outer: Way,
    },
}

/// A part of the estate of which an estimate says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Its name; none for the small strata, which are taken together.
    pub stratum: Option<String>,
    /// Devices seen there.
    pub seen: u64,
    /// Why.
    pub reason: NoEstimate,
}

/// Why the number of unseen devices cannot be estimated. It is not zero then, but unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoEstimate {
    /// No list holds a device.
    #[error("no device was seen")]
    NothingSeen,
    /// There is nothing to compare with.
    #[error("one source alone ({way}) shows nothing of what it missed")]
    OneSource {
        /// How it was made.
        way: Way,
    },
    /// All other lists were drawn from one.
    #[error("every other list was drawn from one ({way}), so that they miss what it missed")]
    AllDrawn {
        /// How it was made.
        way: Way,
    },
    /// A source and the others know none of each other's devices: they look at different places, or the same devices were
    /// not recognised.
    #[error("{way} and the other sources have no device in common")]
    NothingShared {
        /// How the source was made.
        way: Way,
    },
    /// The overlap is too small to be measured.
    #[error("only {shared} devices are in more than one source, and {SHARED_MIN} are the least")]
    TooFewShared {
        /// Devices in more than one source.
        shared: u64,
    },
}

/// What was found of one stratum.
struct Fit {
    spread: Spread,
    models: usize,
}

impl Fit {
    fn new(stratum: &Stratum) -> Self {
        let likelihood = Likelihood::new(stratum.in_use().count_ones(), &stratum.compact());
        let last = stratum.seen().saturating_mul(UNSEEN_TIMES_MAX);
        let spread = Spread::new(last, |unseen| likelihood.log_weight(unseen));
        Self { spread, models: likelihood.models() }
    }
}

fn assumptions(sources: &Sources, strata: &[Stratum]) -> Vec<Assumption> {
    let mut assumptions = vec![Assumption::Closed, Assumption::Matched, Assumption::WithinReach];
    if strata.iter().any(|stratum| stratum.sources() == 2) {
        assumptions.push(Assumption::TwoIndependent);
    }
    if strata.iter().any(|stratum| stratum.sources() > 2) {
        assumptions.push(Assumption::SomeIndependent);
    }
    assumptions.push(Assumption::Alike);
    assumptions.extend(sources.assumptions());
    assumptions.extend(sources.within(strata));
    assumptions
}

#[cfg(test)]
mod tests;
