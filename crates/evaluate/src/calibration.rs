//! Whether probabilities are what they say: of all answers given with 0.9, nine in ten must be right.

use crate::figures::number;
use crate::outcome::{Mark, Outcome};

/// Bins of equal width of the reliability diagram.
pub const BINS: usize = 10;

/// A probability that was said, and whether the answer was right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer {
    /// 0 to 1.
    pub said: f64,
    /// Whether the maker named is the true one.
    pub is_right: bool,
}

/// Answers with about the same probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Their mean probability.
    pub said: f64,
    /// The share that is right.
    pub right: f64,
    /// How many.
    pub count: usize,
}

/// How far probabilities are from shares.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Non-empty bins of equal width, least probable first.
    pub bins: Vec<Bin>,
    /// Expected calibration error: the mean distance of what was said from what was right, over the bins.
    pub error: f64,
    /// Brier score: the mean squared distance of each probability from the truth.
    pub brier: f64,
    /// Answers.
    pub count: usize,
}

/// The answers among outcomes whose label names a maker.
pub fn answers<'o>(outcomes: impl IntoIterator<Item = &'o Outcome>) -> Vec<Answer> {
    let answer = |outcome: &Outcome| match outcome.mark() {
        Mark::Right => Some(Answer { said: outcome.probability, is_right: true }),
        Mark::Wrong => Some(Answer { said: outcome.probability, is_right: false }),
        Mark::Abstained | Mark::NotLabelled => None,
    };
    outcomes.into_iter().filter_map(answer).collect()
}

impl Calibration {
    /// Of some answers; `None` where there are none.
    pub fn of(answers: &[Answer]) -> Option<Self> {
        if answers.is_empty() {
            return None;
        }
        let mut sums = [(0.0, 0usize, 0usize); BINS];
        for answer in answers {
            let edge = |bin: usize| number(bin) / number(BINS);
            let bin = (0..BINS).rev().find(|bin| answer.said >= edge(*bin)).unwrap_or(0);
            if let Some(sum) = sums.get_mut(bin) {
                sum.0 += answer.said;
                sum.1 += usize::from(answer.is_right);
                sum.2 += 1;
            }
        }
        let bins: Vec<Bin> = sums
            .into_iter()
            .filter(|(.., count)| *count > 0)
            .map(|(said, right, count)| Bin {
                said: said / number(count),
                right: number(right) / number(count),
                count,
            })
            .collect();
        let total = number(answers.len());
        let distance = |bin: &Bin| (bin.said - bin.right).abs() * number(bin.count) / total;
        let squared = |answer: &Answer| {
            let truth = if answer.is_right { 1.0 } else { 0.0 };
            (answer.said - truth) * (answer.said - truth)
        };
        Some(Self {
            error: bins.iter().map(distance).sum(),
            brier: answers.iter().map(squared).sum::<f64>() / total,
            count: answers.len(),
            bins,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answer(said: f64, is_right: bool) -> Answer {
        Answer { said, is_right }
    }

    #[test]
    fn the_error_is_the_distance_of_said_from_right() {
        let four =
            [answer(0.75, true), answer(0.75, true), answer(0.75, true), answer(0.75, false)];
        let honest = Calibration::of(&four).unwrap();
        assert!(honest.error.abs() < 1e-12);
        let boastful = Calibration::of(&[answer(0.95, true), answer(0.95, false)]).unwrap();
        assert!((boastful.error - 0.45).abs() < 1e-12);
        assert!((boastful.brier - (0.0025 + 0.9025) / 2.0).abs() < 1e-12);
        assert_eq!(Calibration::of(&[]), None);
    }

    proptest! {
        #[test]
        fn an_error_is_no_more_than_one_and_bins_hold_every_answer(
            pairs in prop::collection::vec((0.0f64..=1.0, any::<bool>()), 1..200)
        ) {
            let answers: Vec<Answer> = pairs.into_iter().map(|(said, is_right)| answer(said, is_right)).collect();
            let found = Calibration::of(&answers).unwrap();
            prop_assert!((0.0..=1.0).contains(&found.error));
            prop_assert_eq!(found.bins.iter().map(|bin| bin.count).sum::<usize>(), answers.len());
        }
    }
}
