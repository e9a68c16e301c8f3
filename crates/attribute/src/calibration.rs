//! From the probability that the weights give to the one that is said.

/// Answers begin here: below it nobody is named, and what is not said needs no correction.
const ANSWERED_MIN: f64 = 0.5;

/// A probability this near to one is as good as one; its log-odds would be without bound.
const NEAREST: f64 = 1e-12;

/// Platt's correction: a straight line over the log-odds of an answer, `slope` times them plus `shift` (natural
/// logarithms). It rises, so that no evidence changes its direction, and it leaves alone what is below one half.
///
/// Source: J. Platt, "Probabilistic outputs for support vector machines" (1999).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Platt {
    /// Above zero. More than one says that the weights are too timid.
    pub slope: f64,
    /// Not below zero: an answer that the weights find likelier than not stays so.
    pub shift: f64,
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
            return probability;
        }
        sigmoid(self.slope * log_odds(probability) + self.shift)
    }

    /// The probability that the weights gave for one that is said.
    pub fn undo(self, said: f64) -> f64 {
        if said < self.correct(ANSWERED_MIN) {
            return said;
        }
        sigmoid((log_odds(said) - self.shift) / self.slope)
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
            // What nearly is one cannot be told apart from one.
            if one < 0.999_999 {
                prop_assert!((fitted.undo(fitted.correct(one)) - one).abs() < 1e-6);
            }
            prop_assert!((Platt::NONE.correct(one) - one).abs() < 1e-9);
        }
    }

    #[test]
    fn an_answer_stays_an_answer_and_silence_stays_silence() {
        assert!(Platt::FITTED.correct(0.5) >= 0.5);
        assert!((Platt::FITTED.correct(0.3) - 0.3).abs() < 1e-12);
    }
}
