//! What is believed before any evidence: in the open, and to be had otherwise by whoever disagrees.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use knowledge::Knowledge;
use model::MakerId;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::calibration::Platt;

/// What is believed before any evidence; in the open, so that a reader can disagree ([`Priors::read`]).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Priors {
    /// Probability that a device of unknown maker was built by somebody who is not in the knowledge base, or by
    /// nobody whose marks we know. The rest is shared by the makers listed ([`Priors::makers`]). One half is judgement.
    pub other: f64,
    /// Log-odds, in bits, that an address which says anything at all is surveillance equipment. One in sixteen is
    /// judgement: of the devices in office networks fewer are, in a surveillance network nearly all.
    pub surveillance_bits: f64,
    /// How many bits more must speak for "something else" than for surveillance equipment before a device is
    /// called that instead of unknown.
    pub other_device_bits: f64,
    /// By how many bits a mark of a group's platform speaks less for a daughter company than for its head.
    /// One in 256 each is judgement: what shows a platform shows its head, until the brand says otherwise.
    pub daughter_bits: f64,
    /// How much more often than another maker's a maker's devices are to be expected; a maker that is not named here
    /// counts 1. None is named unless somebody does: shares of the market would call every unmarked device a Hikvision.
    pub makers: BTreeMap<MakerId, f64>,
    /// What the probability of an answer is corrected by. It is measured, not chosen.
    #[serde(skip)]
    pub calibration: Platt,
}

impl Default for Priors {
    fn default() -> Self {
        Self {
            other: 0.5,
            surveillance_bits: -4.0,
            other_device_bits: 3.0,
            daughter_bits: 8.0,
            makers: BTreeMap::new(),
            calibration: Platt::FITTED,
        }
    }
}

/// A file of priors cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct PriorsError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong and what is allowed.
    pub problem: String,
}

/// Neither of them is ever certain, or no evidence could change it.
const OTHER: RangeInclusive<f64> = 0.001..=0.999;
/// A million to one either way: one more bit would be no belief but a decision.
const SURVEILLANCE_BITS: RangeInclusive<f64> = -20.0..=20.0;
/// See [`SURVEILLANCE_BITS`]; below nothing a device would be two things at once.
const OTHER_DEVICE_BITS: RangeInclusive<f64> = 0.0..=20.0;
/// See [`SURVEILLANCE_BITS`]; below nothing a daughter would be likelier than the head.
const DAUGHTER_BITS: RangeInclusive<f64> = 0.0..=20.0;
/// A thousandfold either way is ten bits, as much as one good piece of evidence.
const MAKER_WEIGHT: RangeInclusive<f64> = 0.001..=1000.0;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    other: Option<Spanned<f64>>,
    surveillance_bits: Option<Spanned<f64>>,
    other_device_bits: Option<Spanned<f64>>,
    daughter_bits: Option<Spanned<f64>>,
    #[serde(default)]
    makers: BTreeMap<Spanned<String>, Spanned<f64>>,
}

impl Priors {
    /// Reads a TOML file of priors. What it does not name stays as it is by default.
    ///
    /// # Errors
    /// [`PriorsError`]: no such key, a number out of bounds, a maker that the knowledge base does not hold.
    pub fn read(text: &str, knowledge: &Knowledge) -> Result<Self, PriorsError> {
        let wrong = |offset: usize, problem: String| {
            let before = text.get(..offset).unwrap_or(text);
            PriorsError { line: before.matches('\n').count() + 1, problem }
        };
        let file: File = toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            wrong(offset, error.message().trim().to_owned())
        })?;
        let mut priors = Self::default();
        for (name, written, bounds, value) in [
            ("other", file.other, OTHER, &mut priors.other),
            (
                "surveillance_bits",
                file.surveillance_bits,
                SURVEILLANCE_BITS,
                &mut priors.surveillance_bits,
            ),
            (
                "other_device_bits",
                file.other_device_bits,
                OTHER_DEVICE_BITS,
                &mut priors.other_device_bits,
            ),
            ("daughter_bits", file.daughter_bits, DAUGHTER_BITS, &mut priors.daughter_bits),
        ] {
            if let Some(written) = written {
                *value = within(&written, &bounds)
                    .map_err(|problem| wrong(written.span().start, format!("{name}: {problem}")))?;
            }
        }
        for (id, weight) in &file.makers {
            let known = id
                .get_ref()
                .parse::<MakerId>()
                .ok()
                .filter(|id| !id.is_unknown() && knowledge.maker(id).is_some());
            let Some(maker) = known else {
                let problem =
                    format!("makers: `{}` is no maker of the knowledge base", id.get_ref());
                return Err(wrong(id.span().start, problem));
            };
            let weight = within(weight, &MAKER_WEIGHT).map_err(|problem| {
                wrong(weight.span().start, format!("makers.{maker}: {problem}"))
            })?;
            priors.makers.insert(maker, weight);
        }
        Ok(priors)
    }
}

fn within(written: &Spanned<f64>, bounds: &RangeInclusive<f64>) -> Result<f64, String> {
    let value = *written.get_ref();
    // Neither infinities nor what is no number lie within.
    if bounds.contains(&value) {
        Ok(value)
    } else {
        Err(format!("{value} is not a number from {} to {}", bounds.start(), bounds.end()))
    }
}

/// The probability of each maker before any evidence.
#[derive(Debug)]
pub(crate) struct MakerPriors {
    /// Of a maker of weight 1.
    each: f64,
    weights: BTreeMap<MakerId, f64>,
}

impl MakerPriors {
    pub(crate) fn new(priors: &Priors, knowledge: &Knowledge) -> Self {
        // The row `unknown` stands for the others.
        let listed = knowledge.makers().iter().filter(|maker| !maker.id.is_unknown());
        let weight = |id: &MakerId| priors.makers.get(id).copied().unwrap_or(1.0);
        let total: f64 = listed.map(|maker| weight(&maker.id)).sum();
        Self { each: (1.0 - priors.other) / total.max(1.0), weights: priors.makers.clone() }
    }

    pub(crate) fn of(&self, maker: &MakerId) -> f64 {
        if self.weights.is_empty() {
            return self.each;
        }
        self.each * self.weights.get(maker).copied().unwrap_or(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Priors, PriorsError> {
        Priors::read(text, Knowledge::embedded())
    }

    fn id(text: &str) -> MakerId {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_not_named_stays_as_it_is() {
        assert_eq!(read(""), Ok(Priors::default()));
        let priors = read("other = 0.25\n[makers]\naxis = 4\n").unwrap();
        assert!((priors.other - 0.25).abs() < 1e-12);
        assert_eq!(priors.makers, BTreeMap::from([(id("axis"), 4.0)]));
        assert!((priors.daughter_bits - Priors::default().daughter_bits).abs() < 1e-12);
    }

    #[test]
    fn the_example_of_the_documentation_is_read() {
        let page = include_str!("../../../docs/reference/priors.md");
        let example =
            page.split("```").nth(1).and_then(|block| block.strip_prefix("toml\n")).unwrap();
        let priors = read(example).unwrap();
        assert_eq!(priors.makers.len(), 2);
        assert!((priors.other - 0.33).abs() < 1e-12);
    }

    #[test]
    fn the_line_of_a_mistake_is_told() {
        let line = |text: &str| read(text).unwrap_err().line;
        assert_eq!(line("# chosen by the council\nothers = 0.5\n"), 2);
        assert_eq!(line("other = 0.5\nsurveillance_bits = nan\n"), 2);
        assert_eq!(line("other = 1.0\n"), 1);
        assert_eq!(line("other = \"much\"\n"), 1);
        assert_eq!(line("[makers]\naxis = 2.0\nnobody_at_all = 3.0\n"), 3);
        assert_eq!(line("[makers]\naxis = 2.0\nbosch = -1\n"), 3);
        assert_eq!(line("[makers]\n\nunknown = 2.0\n"), 3);
    }

    #[test]
    fn priors_of_all_makers_and_of_others_are_one() {
        let knowledge = Knowledge::embedded();
        for text in ["", "other = 0.2\n[makers]\naxis = 30\nbosch = 0.01\n"] {
            let priors = read(text).unwrap();
            let makers = MakerPriors::new(&priors, knowledge);
            let listed = knowledge.makers().iter().filter(|maker| !maker.id.is_unknown());
            let sum: f64 = listed.map(|maker| makers.of(&maker.id)).sum();
            assert!((sum + priors.other - 1.0).abs() < 1e-9, "{sum}");
        }
    }
}
