//! All cases run, and what follows from them.

use std::path::Path;

use attribute::{Attributor, Platt, Priors};
use knowledge::Knowledge;
use model::Timestamp;

use crate::captures::captures;
use crate::case::Case;
use crate::figures::Figures;
use crate::layout::{CorpusError, read};
use crate::leave_out::leave_one_brand_out;
use crate::outcome::Outcome;

/// The collection over which a brand is left out: rebrands with all that a device says of itself.
const REBRANDS: &str = "rebrands/brand+model+firmware";

/// What was found over all collections.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// Every case, in the order of the collections.
    pub outcomes: Vec<Outcome>,
    /// Rebrands, each judged without what is known of its brand.
    pub left_out: Vec<Outcome>,
    /// The knowledge base that answered.
    pub knowledge: String,
    /// The correction that its probabilities carry.
    pub calibration: Platt,
}

impl Evaluation {
    /// Reads and runs all collections below `paths`.
    ///
    /// # Errors
    /// [`CorpusError`]: what cannot be read, or a path that holds nothing labelled.
    pub fn run(
        knowledge: &'static Knowledge,
        paths: &[impl AsRef<Path>],
        priors: &Priors,
        now: Timestamp,
    ) -> Result<Self, CorpusError> {
        let attributor = Attributor::new(knowledge, priors.clone());
        let (mut outcomes, mut left_out) = (Vec::new(), Vec::new());
        for path in paths.iter().map(AsRef::as_ref) {
            let cases = read(knowledge, path)?;
            let before = outcomes.len();
            outcomes.extend(cases.iter().map(|case| Outcome::of(&attributor, case)));
            outcomes.extend(captures(knowledge, path, now)?);
            if outcomes.len() == before {
                return Err(CorpusError::Nothing(path.to_owned()));
            }
            let rebrands: Vec<&Case> = cases.iter().filter(|c| is_rebrand(c)).collect();
            left_out.extend(leave_one_brand_out(knowledge, &rebrands, priors));
        }
        Ok(Self {
            outcomes,
            left_out,
            knowledge: knowledge.version().to_owned(),
            calibration: priors.calibration,
        })
    }

    /// All collections together.
    pub fn total(&self) -> Figures {
        Figures::of(&self.outcomes)
    }
}

/// Cases of our own form take part where they name a brand.
fn is_rebrand(case: &Case) -> bool {
    let is_own_form = !case.corpus.contains('/') && case.corpus != "samples";
    case.truth.brand.is_some() && (case.corpus == REBRANDS || is_own_form)
}
