//! Statements that lead round in a circle: a spelling of a spelling, a parent of a parent, brands that build each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::text::normalised;
use crate::{Alias, Brand, Maker, Relation};

/// Names of a round that are told.
const SHOWN_MAX: usize = 8;

/// Names that point to each other.
#[derive(Debug, Default)]
pub(super) struct Rounds {
    /// A name and one that it points to, where both lie on a round.
    next: BTreeMap<String, String>,
}

impl Rounds {
    /// From pairs of a name and what it points to. Whatever leads nowhere is left out, again and again; what stays
    /// leads round.
    fn of(edges: BTreeSet<(String, String)>) -> Self {
        let mut before: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut ways: BTreeMap<&str, usize> = BTreeMap::new();
        for (from, to) in &edges {
            before.entry(to).or_default().push(from);
            *ways.entry(from).or_default() += 1;
        }
        let mut ends: Vec<&str> =
            before.keys().copied().filter(|n| !ways.contains_key(n)).collect();
        while let Some(end) = ends.pop() {
            for from in before.get(end).into_iter().flatten() {
                if let Some(left) = ways.get_mut(from) {
                    *left -= 1;
                    if *left == 0 {
                        ways.remove(from);
                        ends.push(from);
                    }
                }
            }
        }
        let on_round = |name: &str| ways.contains_key(name);
        let kept = edges.iter().filter(|(from, to)| on_round(from) && on_round(to));
        Self { next: kept.map(|(from, to)| (from.clone(), to.clone())).collect() }
    }

    /// `a → b → a`, where `name` leads round.
    pub(super) fn from(&self, name: &str) -> Option<String> {
        let mut told = vec![name];
        let mut at = self.next.get(name)?;
        while told.len() < SHOWN_MAX && !told.contains(&at.as_str()) {
            told.push(at);
            at = self.next.get(at)?;
        }
        told.push(if told.contains(&at.as_str()) { at } else { "…" });
        Some(told.join(" → "))
    }
}

/// Spellings that lead to spellings, both normalised.
pub(super) fn of_spellings(aliases: &[Alias]) -> Rounds {
    let spellings: BTreeSet<String> =
        aliases.iter().map(|alias| normalised(&alias.spelling)).collect();
    let pairs = aliases.iter().map(|a| (normalised(&a.spelling), normalised(&a.brand)));
    // Another way to write the brand's own name is no round.
    Rounds::of(pairs.filter(|(from, to)| from != to && spellings.contains(to)).collect())
}

/// Makers whose parents lead to themselves, by id. A parent is written in words; it counts where it is the id or a
/// name of a maker, alone or before an arrow to its own parent.
pub(super) fn of_parents(makers: &[Maker]) -> Rounds {
    let names = Names::of(makers);
    let pair = |maker: &Maker| {
        let parent = maker.parent.split("->").next().unwrap_or_default();
        let parent = names.maker(parent)?;
        // "Canon" of Canon Inc. says that it is its own master.
        (parent != maker.id.as_str()).then(|| (maker.id.to_string(), parent.to_owned()))
    };
    Rounds::of(makers.iter().filter_map(pair).collect())
}

/// Makers that build each other's whole brand, by id: if all lines of A come from B, those of B do not come from A.
pub(super) fn of_builders(names: &Names<'_>, brands: &[Brand]) -> Rounds {
    Rounds::of(brands.iter().filter_map(|brand| names.built(brand)).collect())
}

/// Makers by what they are called.
pub(super) struct Names<'k>(BTreeMap<String, &'k str>);

impl<'k> Names<'k> {
    pub(super) fn of(makers: &'k [Maker]) -> Self {
        let mut names = BTreeMap::new();
        for maker in makers.iter().filter(|maker| !maker.id.is_unknown()) {
            for name in [maker.id.as_str(), &maker.short_name, &maker.legal_name] {
                names.entry(normalised(name)).or_insert(maker.id.as_str());
            }
        }
        Self(names)
    }

    fn maker(&self, name: &str) -> Option<&'k str> {
        self.0.get(&normalised(name)).copied()
    }

    /// The maker whose name the brand is.
    pub(super) fn owner(&self, brand: &Brand) -> Option<&'k str> {
        self.maker(&brand.name)
    }

    /// The maker whose name the brand is, and the one that builds all of it.
    fn built(&self, brand: &Brand) -> Option<(String, String)> {
        let [builder] = brand.makers.as_slice() else { return None };
        let owner = self.maker(&brand.name)?;
        let is_edge = brand.relation == Relation::OemFull && owner != builder.as_str();
        is_edge.then(|| (owner.to_owned(), builder.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(edges: &[(&str, &str)]) -> Rounds {
        Rounds::of(edges.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect())
    }

    #[test]
    fn only_what_leads_round_is_told() {
        let found = rounds(&[("a", "b"), ("b", "c"), ("c", "a"), ("c", "end"), ("x", "y")]);
        assert_eq!(found.from("b").as_deref(), Some("b → c → a → b"));
        assert_eq!(found.from("x"), None);
        assert_eq!(found.from("end"), None);
        assert_eq!(rounds(&[("a", "a")]).from("a").as_deref(), Some("a → a"));
    }

    #[test]
    fn a_long_round_is_told_in_short() {
        let names: Vec<String> = (0..50_000).map(|n| n.to_string()).collect();
        let next = names.iter().cycle().skip(1);
        let edges = names.iter().zip(next).map(|(a, b)| (a.clone(), b.clone()));
        let told = Rounds::of(edges.collect()).from("7").unwrap();
        assert_eq!(told, "7 → 8 → 9 → 10 → 11 → 12 → 13 → 14 → …");
    }
}
