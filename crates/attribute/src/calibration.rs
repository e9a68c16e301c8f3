//! From the probability that the weights give to the one that is said.

/// Answers begin here: below it nobody is named.
const ANSWERED_MIN: f64 = 0.5;

/// A probability this near to one is as good as one; its log-odds would be without bound.
const NEAREST: f64 = 1e-12;

/// Platt's correction: a straight line over the log-odds of an answer, `slope` times them plus `shift` (natural
/// logarithms). What is below one half is corrected as the mirror of what is above it: as the answer gets surer, all
/// others together get less likely by as much. Each probability is corrected by itself and the correction rises, so
/// that evidence which lowers a probability lowers what is said of it, whoever is named; and together the probabilities
/// that are said come to no more than one.
///
/// Source: J. Platt, "Probabilistic outputs for support vector machines" (1999).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Platt {
    /// Above zero. More than one says that the weights are too timid.
    pub slope: f64,
    /// Not below zero: an answer that the weights find likelier than not stays so.
    pub shift: f64,
}

impl Default for Platt {
    fn default() -> Self {
        Self::FITTED
    }
}

impl Platt {
    /// Corrects nothing.
    pub const NONE: Self = Self { slope: 1.0, shift: 0.0 };

    /// What `custodiet evaluate --fit` gave over the labelled collections on 2026-11-25; `docs/reference/accuracy.md`
    /// has the error on collections that the fit did not see.
    pub const FITTED: Self = Self { slope: 1.5, shift: 0.41 };

    /// The probability that is said for one that the weights give.
    pub fn correct(self, probability: f64) -> f64 {
        if probability < ANSWERED_MIN {
            return 1.0 - self.correct(1.0 - probability);
        }
        sigmoid(self.slope * log_odds(probability) + self.shift)
    }

    /// The probability that the weights gave for one that is said.
    pub fn undo(self, said: f64) -> f64 {
        if said < ANSWERED_MIN {
            return 1.0 - self.undo(1.0 - said);
        }
        sigmoid((log_odds(said) - self.shift) / self.slope).max(ANSWERED_MIN)
    }
}

fn log_odds(probability: f64) -> f64 {
    let probability = probability.clamp(NEAREST, 1.0 - NEAREST);
    (probability / (1.0 - probability)).ln()
}

fn sigmoid(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_correction_rises_and_can_be_undone(one in 0.0f64..=1.0, other in 0.0f64..=1.0) {
            let (low, high) = if one < other { (one, other) } else { (other, one) };
            let fitted = Platt::FITTED;
            prop_assert!(fitted.correct(low) <= fitted.correct(high));
            prop_assert!((0.0..=1.0).contains(&fitted.correct(one)));
            // What nearly is one or nothing cannot be told apart from it.
            if (0.000_001..0.999_999).contains(&one) {
                prop_assert!((fitted.undo(fitted.correct(one)) - one).abs() < 1e-6);
            }
            prop_assert!((Platt::NONE.correct(one) - one).abs() < 1e-9);
        }
    }

    proptest! {
        #[test]
        fn what_is_said_of_all_makers_is_no_more_than_one(
            masses in prop::collection::vec(0.0f64..1.0, 1..8),
            rest in 0.0f64..1.0,
        ) {
            let total: f64 = masses.iter().sum::<f64>() + rest + 1e-9;
            let said: f64 = masses.iter().map(|mass| Platt::FITTED.correct(mass / total)).sum();
            prop_assert!(said <= 1.0 + 1e-9, "{said}");
        }
    }

    #[test]
    fn an_answer_stays_an_answer_and_silence_stays_silence() {
        assert!(Platt::FITTED.correct(0.5) >= 0.5);
        assert!(Platt::FITTED.correct(0.499) < 0.5);
    }
}
