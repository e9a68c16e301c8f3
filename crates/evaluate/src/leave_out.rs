//! Leave-one-brand-out: what is said of a brand's devices by a knowledge base that never heard of the brand.
//!
//! A rebrand that is only known because its label is listed is no proof of skill: a reseller's next label is not.

use std::collections::BTreeMap;

use attribute::{Attributor, Priors};
use knowledge::Knowledge;

use crate::case::Case;
use crate::outcome::Outcome;

/// Runs every case that names a brand without what the knowledge base holds of this brand: its rows, spellings,
/// model grammars and fingerprints.
pub fn leave_one_brand_out(
    knowledge: &Knowledge,
    cases: &[&Case],
    priors: &Priors,
) -> Vec<Outcome> {
    let mut brands: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for case in cases {
        if let Some(brand) = case.truth.brand.as_deref().filter(|brand| !brand.is_empty()) {
            brands.entry(brand).or_default().push(case);
        }
    }
    let mut outcomes = Vec::new();
    for (brand, cases) in brands {
        let ignorant = knowledge.without_brand(brand);
        let attributor = Attributor::new(&ignorant, priors.clone());
        outcomes.extend(cases.into_iter().map(|case| Outcome::of(&attributor, case)));
    }
    outcomes
}
