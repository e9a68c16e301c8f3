//! Outcomes counted.

use std::collections::BTreeMap;

use model::MakerId;

use crate::case::TrueKind;
use crate::outcome::{Mark, Outcome};

/// What was right and wrong of a set of cases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// All cases.
    pub cases: usize,
    /// Those whose label names a maker that the knowledge base knows.
    pub labelled: usize,
    /// Of those: the right maker was named.
    pub right: usize,
    /// Of those: another was named.
    pub wrong: usize,
    /// Of those: nobody was named.
    pub abstained: usize,
    /// A listed maker named for a device that is not its own.
    pub accusations: usize,
    /// Cases of something that is no surveillance equipment.
    pub others: usize,
    /// Of those: taken for a camera.
    pub false_cameras: usize,
    /// Cases of surveillance equipment.
    pub cameras: usize,
    /// Of those: recognised as such.
    pub cameras_found: usize,
}

impl Figures {
    /// Counts outcomes.
    pub fn of<'o>(outcomes: impl IntoIterator<Item = &'o Outcome>) -> Self {
        let mut figures = Self::default();
        outcomes.into_iter().for_each(|outcome| figures.add(outcome));
        figures
    }

    fn add(&mut self, outcome: &Outcome) {
        self.cases += 1;
        match outcome.mark() {
            Mark::Right => self.right += 1,
            Mark::Wrong => self.wrong += 1,
            Mark::Abstained => self.abstained += 1,
            Mark::NotLabelled => {}
        }
        self.labelled = self.right + self.wrong + self.abstained;
        self.accusations += usize::from(outcome.is_accusation());
        match outcome.truth.kind {
            TrueKind::Other => self.others += 1,
            TrueKind::Surveillance => self.cameras += 1,
            TrueKind::NotSaid => {}
        }
        self.false_cameras += usize::from(outcome.is_false_camera());
        let is_found = outcome.truth.kind == TrueKind::Surveillance && !outcome.is_missed_camera();
        self.cameras_found += usize::from(is_found);
    }

    /// Of the makers named, the share that is right; `None` where none is named.
    pub fn precision(&self) -> Option<f64> {
        share(self.right, self.right + self.wrong)
    }

    /// Of the makers there are, the share that is named rightly.
    pub fn recall(&self) -> Option<f64> {
        share(self.right, self.labelled)
    }

    /// The 95 % interval of the precision (Wilson's score interval).
    pub fn precision_interval(&self) -> Option<(f64, f64)> {
        wilson(self.right, self.right + self.wrong)
    }
}

/// A count as a number; collections are far from 2^52.
#[expect(clippy::cast_precision_loss, reason = "counts of cases")]
pub(crate) fn number(count: usize) -> f64 {
    count as f64
}

pub(crate) fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| number(part) / number(whole))
}

/// Wilson's score interval at 95 %.
pub(crate) fn wilson(part: usize, whole: usize) -> Option<(f64, f64)> {
    /// The 97.5th percentile of the normal distribution.
    const Z: f64 = 1.959_964;
    let p = share(part, whole)?;
    let n = number(whole);
    let middle = p + Z * Z / (2.0 * n);
    let reach = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    Some((((middle - reach) / scale).max(0.0), ((middle + reach) / scale).min(1.0)))
}

/// Outcomes grouped by a name.
pub fn grouped<'o>(
    outcomes: &'o [Outcome],
    name: impl Fn(&'o Outcome) -> Option<String>,
) -> BTreeMap<String, Figures> {
    let mut groups: BTreeMap<String, Figures> = BTreeMap::new();
    for outcome in outcomes {
        if let Some(name) = name(outcome) {
            groups.entry(name).or_default().add(outcome);
        }
    }
    groups
}

/// True maker × maker named, where they differ: how often. `unknown` stands for nobody named.
pub fn confusions(outcomes: &[Outcome]) -> BTreeMap<(MakerId, MakerId), usize> {
    let mut pairs = BTreeMap::new();
    for outcome in outcomes.iter().filter(|outcome| outcome.mark() == Mark::Wrong) {
        if let Some(maker) = outcome.truth.makers.first() {
            *pairs.entry((maker.clone(), outcome.answer.clone())).or_default() += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        // Brown, Cai and DasGupta (2001): 0 of 10 gives 0 to 0.2775; 5 of 10 gives 0.2366 to 0.7634.
        let (low, high) = wilson(0, 10).unwrap();
        assert!(low.abs() < 1e-9 && (high - 0.2775).abs() < 1e-3, "{low} {high}");
        let (low, high) = wilson(5, 10).unwrap();
        assert!((low - 0.2366).abs() < 1e-3 && (high - 0.7634).abs() < 1e-3, "{low} {high}");
        assert_eq!(wilson(0, 0), None);
    }
}
