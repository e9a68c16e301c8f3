use std::collections::HashMap;

use model::{Answer, Date, PolicyId, Verdict};

use crate::engine::{Input, Machine, Outcome, Rules, turning_days};
use crate::{Card, Facts, cards};

/// A rule cannot be evaluated: a bug of ours or of the rule, never of the facts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JudgeError {
    /// No such card.
    #[error("no rule card `{0}`: `custodiet policies` lists them")]
    UnknownPolicy(PolicyId),
    /// The engine refused.
    #[error("rule card {policy}: {problem}")]
    Engine {
        /// Which card.
        policy: PolicyId,
        /// What the engine said.
        problem: String,
    },
    /// The rules as a whole do not compile or cannot be run.
    #[error("the rules cannot be run: {problem}")]
    Rules {
        /// What the engine said, with file and line.
        problem: String,
    },
    /// A test of a rule does not compile or cannot be run.
    #[error("`{file}`: {problem}")]
    Test {
        /// Which file.
        file: String,
        /// What the engine said.
        problem: String,
    },
}

/// Classes remembered by one judge. An estate has a few thousand; the limit guards against one whose facts
/// are all different.
const CLASSES_MAX: usize = 65_536;

/// What stands for the install date in the sentences of a rule.
const INSTALLED: &str = "{installed}";

/// Stands for every day before the first that a rule names; written with four digits like every other.
const BEFORE_ALL: Date = jiff::civil::date(1, 1, 1);

/// Evaluates rule cards. One per worker thread; cheap to make, the compiled rules are shared.
///
/// # Dates
///
/// Rules compare the install date with days that are written in them, so between two such days no rule can
/// tell one date from another. A judge therefore evaluates each span of days once: it puts the span's first
/// day in the place of the date, and the real date into the sentences afterwards. An estate with a thousand
/// install dates is judged as one with a dozen.
pub struct Judge {
    cards: Vec<&'static Card>,
    machine: Machine,
    classes: HashMap<Facts, Vec<Verdict>>,
}

impl Judge {
    /// A judge of these cards; of all cards when none is named.
    ///
    /// # Errors
    /// [`JudgeError`] for an unknown card or a rule that does not compile.
    pub fn new(policies: &[PolicyId]) -> Result<Self, JudgeError> {
        if let Some(unknown) = policies.iter().find(|id| cards().iter().all(|card| card.id != **id))
        {
            return Err(JudgeError::UnknownPolicy(unknown.clone()));
        }
        let cards: Vec<&'static Card> = cards()
            .iter()
            .filter(|card| policies.is_empty() || policies.contains(&card.id))
            .collect();
        let machine = Machine::new(&cards).map_err(|problem| JudgeError::Rules { problem })?;
        Ok(Self { cards, machine, classes: HashMap::new() })
    }

    /// The cards that it judges by, in the order of its verdicts.
    pub fn cards(&self) -> &[&'static Card] {
        &self.cards
    }

    /// Every card's verdict, in card order.
    ///
    /// # Errors
    /// [`JudgeError::Engine`].
    pub fn judge(&mut self, facts: &Facts) -> Result<Vec<Verdict>, JudgeError> {
        let mut verdicts = self.judge_class(facts.class())?;
        write_install_day(&mut verdicts, facts);
        Ok(verdicts)
    }

    /// The verdicts of a class of [`Facts::class`], with a place left open where a device's own install date
    /// belongs: [`write_install_day`] fills it.
    ///
    /// # Errors
    /// [`JudgeError::Engine`].
    pub fn judge_class(&mut self, class: Facts) -> Result<Vec<Verdict>, JudgeError> {
        if let Some(verdicts) = self.classes.get(&class) {
            return Ok(verdicts.clone());
        }
        if self.classes.len() >= CLASSES_MAX {
            self.classes.clear();
        }
        let verdicts = evaluate(&self.cards, &mut self.machine, &class)?;
        Ok(self.classes.entry(class).or_insert(verdicts).clone())
    }
}

impl Facts {
    /// The class that these facts belong to: the install date gives way to the first day of the span of days in
    /// which no rule can tell one from another.
    #[must_use]
    pub fn class(&self) -> Self {
        Self { installed: self.installed.map(|day| span_start(day, self.as_of)), ..self.clone() }
    }
}

/// Writes a device's own install date into the verdicts of its class.
pub fn write_install_day(verdicts: &mut [Verdict], facts: &Facts) {
    let Some(day) = facts.installed else { return };
    let sentences = verdicts.iter_mut().flat_map(|verdict| &mut verdict.because);
    for sentence in sentences.filter(|sentence| sentence.contains(INSTALLED)) {
        *sentence = sentence.replace(INSTALLED, &day.to_string());
    }
}

/// The first day of the span of days, in which no rule can tell one from another, that holds `day`.
fn span_start(day: Date, as_of: Date) -> Date {
    turning_days()
        .iter()
        .copied()
        .chain([as_of])
        // A turning day is a span of its own: rules may ask for `<` and for `<=`.
        .flat_map(|turn| [Some(turn), turn.tomorrow().ok()])
        .flatten()
        .filter(|&start| start <= day)
        .max()
        .unwrap_or(BEFORE_ALL)
}

/// Every card's verdict, the install date not yet written in.
fn evaluate(
    cards: &[&'static Card],
    rules: &mut impl Rules,
    facts: &Facts,
) -> Result<Vec<Verdict>, JudgeError> {
    let outcomes = Input::new(facts)
        .and_then(|input| rules.evaluate(&input))
        .map_err(|problem| JudgeError::Rules { problem })?;
    cards
        .iter()
        .map(|card| match card.out_of_effect(facts.as_of) {
            Some(reason) => {
                Ok(verdict(card, Outcome { answer: Answer::NotBound, because: vec![reason] }))
            }
            None => outcomes
                .of(card)
                .map(|outcome| verdict(card, outcome))
                .map_err(|problem| JudgeError::Engine { policy: card.id.clone(), problem }),
        })
        .collect()
}

fn verdict(card: &Card, outcome: Outcome) -> Verdict {
    Verdict {
        policy: card.id.clone(),
        answer: outcome.answer,
        force: card.force,
        duty: card.duty.clone(),
        because: outcome.because,
        citation: card.full_citation(),
    }
}

#[cfg(test)]
mod tests;
