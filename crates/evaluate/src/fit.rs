//! Fits the correction of probabilities, and measures it on collections that the fit did not see.

use std::collections::{BTreeMap, BTreeSet};

use attribute::Platt;

use crate::calibration::Answer;
use crate::outcome::{Mark, Outcome};

/// A collection weighs no more than so many cases, however large it is: its cases resemble each other.
const COLLECTION_CASES_MAX: f64 = 50.0;

/// How strongly the fit holds to no correction at all, in cases. Collections are easier than the field: their labels
/// often stand in the evidence itself. Without this the fit would call every answer certain.
const TIMIDITY_CASES: f64 = 20.0;

/// Newton's method needs some ten steps.
const STEPS: usize = 50;

/// An answer before its correction.
struct Raw<'o> {
    corpus: &'o str,
    log_odds: f64,
    is_right: bool,
    outcome: &'o Outcome,
}

fn raw<'o>(outcomes: &'o [Outcome], applied: Platt) -> Vec<Raw<'o>> {
    let answers = outcomes.iter().filter(|o| matches!(o.mark(), Mark::Right | Mark::Wrong));
    answers
        .map(|outcome| {
            let weighed = applied.undo(outcome.probability).clamp(1e-9, 1.0 - 1e-9);
            Raw {
                corpus: &outcome.corpus,
                log_odds: (weighed / (1.0 - weighed)).ln(),
                is_right: outcome.mark() == Mark::Right,
                outcome,
            }
        })
        .collect()
}

/// The correction that fits outcomes best; `applied` is the one they were made with.
pub fn fit(outcomes: &[Outcome], applied: Platt) -> Platt {
    fit_to(&raw(outcomes, applied).iter().collect::<Vec<_>>())
}

/// Logistic regression of right on the log-odds, drawn towards no correction, by Newton's method.
fn fit_to(answers: &[&Raw<'_>]) -> Platt {
    let mut sizes: BTreeMap<&str, f64> = BTreeMap::new();
    for answer in answers {
        *sizes.entry(answer.corpus).or_default() += 1.0;
    }
    let weight = |answer: &Raw<'_>| {
        sizes.get(answer.corpus).map_or(1.0, |size| (COLLECTION_CASES_MAX / size).min(1.0))
    };
    let Platt { mut slope, mut shift } = Platt::NONE;
    for _ in 0..STEPS {
        let (mut by_slope, mut by_shift) = (TIMIDITY_CASES * (slope - 1.0), TIMIDITY_CASES * shift);
        let (mut both_slope, mut mixed, mut both_shift) = (TIMIDITY_CASES, 0.0, TIMIDITY_CASES);
        for answer in answers {
            let said = 1.0 / (1.0 + (-(slope * answer.log_odds + shift)).exp());
            let truth = if answer.is_right { 1.0 } else { 0.0 };
            let (off, bend) =
                ((said - truth) * weight(answer), said * (1.0 - said) * weight(answer));
            by_slope += off * answer.log_odds;
            by_shift += off;
            both_slope += bend * answer.log_odds * answer.log_odds;
            mixed += bend * answer.log_odds;
            both_shift += bend;
        }
        let determinant = both_slope * both_shift - mixed * mixed;
        slope -= (both_shift * by_slope - mixed * by_shift) / determinant;
        shift -= (both_slope * by_shift - mixed * by_slope) / determinant;
    }
    Platt { slope, shift: shift.max(0.0) }
}

/// The answers with the probabilities they would have on collections that the fit did not see: each collection is
/// corrected by what fits all others. Beside each the outcome it comes from.
pub fn held_out(outcomes: &[Outcome], applied: Platt) -> Vec<(&Outcome, Answer)> {
    let all = raw(outcomes, applied);
    let corpora: BTreeSet<&str> = all.iter().map(|answer| answer.corpus).collect();
    let mut answers = Vec::with_capacity(all.len());
    for corpus in corpora {
        let (own, others): (Vec<_>, Vec<_>) = all.iter().partition(|a| a.corpus == corpus);
        let fitted = fit_to(&others);
        answers.extend(own.into_iter().map(|answer| {
            let weighed = 1.0 / (1.0 + (-answer.log_odds).exp());
            let said = fitted.correct(weighed);
            (answer.outcome, Answer { said, is_right: answer.is_right })
        }));
    }
    answers
}

#[cfg(test)]
mod tests {
    use model::{DeviceKind, Level};

    use super::*;
    use crate::calibration::Calibration;
    use crate::case::{TrueKind, Truth};

    fn outcome(corpus: &str, probability: f64, is_right: bool) -> Outcome {
        let maker = |id: &str| id.parse().unwrap();
        Outcome {
            corpus: corpus.into(),
            id: String::new(),
            truth: Truth {
                makers: vec![maker(if is_right { "axis" } else { "bosch" })],
                kind: TrueKind::NotSaid,
                brand: None,
            },
            kinds: Vec::new(),
            kind: DeviceKind::Camera,
            answer: maker("axis"),
            probability,
            level: Level::Probable,
            families: 1,
            is_listed: false,
            because: Vec::new(),
            spoken: Vec::new(),
        }
    }

    /// `count` answers of each of ten collections, of which every `nth` is wrong.
    fn outcomes(probability: f64, count: usize, nth: usize) -> Vec<Outcome> {
        let corpora = (0..10).map(|n| format!("c{n}"));
        corpora
            .flat_map(|corpus| (0..count).map(move |n| outcome(&corpus, probability, n % nth != 0)))
            .collect()
    }

    #[test]
    fn timid_answers_are_raised_and_honest_ones_left() {
        let timid = fit(&outcomes(0.7, 50, 25), Platt::NONE);
        let said = timid.correct(0.7);
        assert!((0.9..0.97).contains(&said), "{said}");
        let honest = fit(&outcomes(0.8, 50, 5), Platt::NONE);
        assert!((honest.correct(0.8) - 0.8).abs() < 0.03, "{honest:?}");
    }

    #[test]
    fn a_fit_over_corrected_answers_finds_the_same_line() {
        let weighed = outcomes(0.7, 50, 25);
        let corrected: Vec<Outcome> = weighed
            .iter()
            .cloned()
            .map(|mut o| {
                o.probability = Platt::FITTED.correct(o.probability);
                o
            })
            .collect();
        let (one, other) = (fit(&weighed, Platt::NONE), fit(&corrected, Platt::FITTED));
        assert!((one.slope - other.slope).abs() < 1e-6 && (one.shift - other.shift).abs() < 1e-6);
    }

    #[test]
    fn what_is_held_out_is_judged_by_the_others() {
        let outcomes = outcomes(0.7, 50, 25);
        let held_out = held_out(&outcomes, Platt::NONE);
        let of = |families: usize| {
            let wanted = held_out.iter().filter(|(outcome, _)| outcome.families == families);
            Calibration::of(&wanted.map(|(_, answer)| *answer).collect::<Vec<_>>())
        };
        assert_eq!(held_out.len(), outcomes.len());
        let found = of(1).unwrap();
        assert!(found.error < 0.06, "{found:?}");
        assert_eq!(of(2), None);
    }
}
