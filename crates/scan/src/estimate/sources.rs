//! Lists that miss the same devices become one source; what is left is compared.

use std::collections::BTreeMap;

use super::{Assumption, LeftOut, List, NoEstimate, SHARED_MIN, Way};

/// Sources that are compared. Over five there are 821 models, over six 18,153.
const SOURCES_MAX: usize = 5;

/// Lists that count as one.
#[derive(Debug, Clone, Copy)]
struct Source {
    way: Way,
    /// A bit for each of its lists.
    lists: u8,
    /// Those of them that were drawn from no other.
    first_hand: u8,
}

/// The sources of an estimate.
#[derive(Debug)]
pub(super) struct Sources {
    sources: Vec<Source>,
    drawn: Vec<Way>,
}

/// A part of the estate: how many of its devices are in which sources.
#[derive(Debug)]
pub(super) struct Stratum {
    name: Option<String>,
    histories: BTreeMap<u8, u64>,
}

impl Sources {
    /// A list goes with the one it was drawn from, and one way is one source. If there is one way alone, its lists are
    /// compared with each other: at least what one of them missed by chance shows.
    pub(super) fn of(lists: &[List]) -> Self {
        let mut roots: Vec<Source> = Vec::new();
        // Of each list, at which place its root is.
        let mut root_of: Vec<usize> = Vec::new();
        for (at, list) in lists.iter().enumerate() {
            let bit = 1_u8 << at;
            match list.drawn_from.and_then(|from| root_of.get(from).copied()) {
                Some(root) => {
                    root_of.push(root);
                    if let Some(source) = roots.get_mut(root) {
                        source.lists |= bit;
                    }
                }
                None => {
                    root_of.push(roots.len());
                    roots.push(Source { way: list.way, lists: bit, first_hand: bit });
                }
            }
        }
        let one_way =
            roots.iter().all(|root| Some(root.way) == roots.first().map(|first| first.way));
        let mut sources: BTreeMap<(usize, Way), Source> = BTreeMap::new();
        let count = roots.len().max(SOURCES_MAX);
        for (at, root) in roots.into_iter().enumerate() {
            let place = if one_way { at * SOURCES_MAX / count } else { 0 };
            sources
                .entry((place, root.way))
                .and_modify(|source| {
                    source.lists |= root.lists;
                    source.first_hand |= root.first_hand;
                })
                .or_insert(root);
        }
        let drawn = lists.iter().filter(|list| list.drawn_from.is_some()).map(|list| list.way);
        Self { sources: sources.into_values().collect(), drawn: drawn.collect() }
    }

    /// A stratum, told by lists, as the sources saw it.
    pub(super) fn stratum(&self, name: &str, by_lists: &BTreeMap<u8, u64>) -> Stratum {
        let mut histories: BTreeMap<u8, u64> = BTreeMap::new();
        for (history, devices) in by_lists {
            let seen_by =
                (0..).zip(&self.sources).filter(|(_, source)| source.lists & history != 0);
            let history = seen_by.fold(0_u8, |history, (at, _)| history | 1 << at);
            *histories.entry(history).or_default() += devices;
        }
        Stratum { name: Some(name.to_owned()), histories }
    }

    /// What grouping lists assumes.
    pub(super) fn assumptions(&self) -> Vec<Assumption> {
        let together = self.sources.iter().filter(|source| source.first_hand.count_ones() > 1);
        let together = together.map(|source| Assumption::Together {
            way: source.way,
            lists: source.first_hand.count_ones() as usize,
        });
        let drawn = self.drawn.iter().map(|way| Assumption::Drawn { way: *way });
        let one_way = self.one_way().map(|way| Assumption::OneWay { way });
        together.chain(drawn).chain(one_way).collect()
    }

    /// Sources that hold nothing that another does not, in all strata together.
    pub(super) fn within(&self, strata: &[Stratum]) -> Vec<Assumption> {
        if self.one_way().is_some() {
            return Vec::new();
        }
        let histories = || strata.iter().flat_map(|stratum| stratum.histories.keys().copied());
        let any = histories().fold(0, |any, history| any | history);
        let mut found = Vec::new();
        for (inner_at, inner) in (0..).zip(&self.sources) {
            for (outer_at, outer) in (0..).zip(&self.sources) {
                let (inner_bit, outer_bit) = (1_u8 << inner_at, 1_u8 << outer_at);
                let alone = |history: u8| history & inner_bit != 0 && history & outer_bit == 0;
                if inner_at != outer_at && any & inner_bit != 0 && !histories().any(alone) {
                    found.push(Assumption::Within { inner: inner.way, outer: outer.way });
                }
            }
        }
        found
    }

    fn one_way(&self) -> Option<Way> {
        let first = self.sources.first()?.way;
        self.sources.iter().all(|source| source.way == first).then_some(first)
    }

    /// The way of the first source in a mask.
    fn way(&self, mask: u8) -> Option<Way> {
        self.sources.get(mask.trailing_zeros() as usize).map(|source| source.way)
    }
}

impl Stratum {
    pub(super) fn seen(&self) -> u64 {
        self.histories.values().sum()
    }

    /// Sources that saw anything here. One that did not has no say: it may not reach this part at all.
    pub(super) fn in_use(&self) -> u8 {
        self.histories.keys().fold(0, |in_use, history| in_use | history)
    }

    pub(super) fn sources(&self) -> usize {
        self.in_use().count_ones() as usize
    }

    /// Both as one.
    pub(super) fn with(&self, other: &Self) -> Self {
        let mut histories = self.histories.clone();
        for (history, devices) in &other.histories {
            *histories.entry(*history).or_default() += devices;
        }
        Self { name: None, histories }
    }

    pub(super) fn left_out(self, reason: NoEstimate) -> LeftOut {
        LeftOut { seen: self.seen(), stratum: self.name, reason }
    }

    /// Whether what the sources share says anything of what they miss.
    pub(super) fn check(&self, sources: &Sources) -> Result<(), NoEstimate> {
        let in_use = self.in_use();
        let Some(way) = sources.way(in_use) else {
            return Err(NoEstimate::NothingSeen);
        };
        if in_use.count_ones() == 1 {
            let alone = sources.sources.len() == 1;
            return Err(match alone && !sources.drawn.is_empty() {
                true => NoEstimate::AllDrawn { way },
                false => NoEstimate::OneSource { way },
            });
        }
        if let Some(way) = sources.way(in_use & !self.linked()) {
            return Err(NoEstimate::NothingShared { way });
        }
        let shared = self.histories.iter().filter(|(history, _)| history.count_ones() > 1);
        match shared.map(|(_, devices)| devices).sum() {
            shared if shared < SHARED_MIN => Err(NoEstimate::TooFewShared { shared }),
            _ => Ok(()),
        }
    }

    /// The first source, and those that share a device with it, directly or through others.
    fn linked(&self) -> u8 {
        let in_use = self.in_use();
        let mut linked = in_use & in_use.wrapping_neg();
        for _ in 0..SOURCES_MAX {
            let touching = self.histories.keys().filter(|history| *history & linked != 0);
            linked = touching.fold(linked, |linked, history| linked | history);
        }
        linked
    }

    /// The histories over the sources in use alone.
    pub(super) fn compact(&self) -> BTreeMap<u8, u64> {
        let in_use = self.in_use();
        let places: Vec<u8> =
            (0..u8::BITS).map(|bit| 1 << bit).filter(|bit| in_use & bit != 0).collect();
        let compact = |history: u8| {
            let bits = (0..).zip(&places).filter(|(_, place)| history & **place != 0);
            bits.fold(0_u8, |compact, (at, _)| compact | 1 << at)
        };
        self.histories.iter().map(|(history, devices)| (compact(*history), *devices)).collect()
    }
}
