use model::{Claim, SignalKind};

use crate::{Confidence, Place, Standing};

pub(crate) mod form;

/// What a fingerprint concludes, and how heavily.
#[derive(Debug, Clone, PartialEq)]
pub struct Assertion {
    /// The conclusion.
    pub claim: Claim,
    /// Log-likelihood ratio in bits; negative speaks against. Half of what is written while the fingerprint is disputed.
    pub weight_bits: f64,
}

/// Where a fingerprint comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct FingerprintSource {
    /// Document, sample or observation.
    pub what: Box<str>,
    /// Where to read it, where there is such a place.
    pub url: Option<Box<str>>,
    /// How well supported.
    pub confidence: Confidence,
    /// When it was looked at, and who says otherwise.
    pub standing: Standing,
}

/// The names a group of a pattern may have: what attribution reads from a match.
pub(crate) const CAPTURES: &[&str] =
    &["brand", "firmware", "mac", "model", "platform", "serial", "soc", "uuid", "version"];

/// Named groups and what they caught, by name.
pub type Captured = Vec<(Box<str>, Box<str>)>;

/// A record of `kb/fingerprints/*.toml`: a pattern over one kind of signal, and what it claims.
///
/// Named groups of the pattern (`model`, `firmware`, `serial`, `mac`, `brand`) become captures.
#[derive(Debug, Clone)]
pub struct Fingerprint {
    /// Stable id, `<signal kind>.<slug>`.
    pub id: Box<str>,
    /// The kind of signal it reads.
    pub kind: SignalKind,
    /// The pattern, in the syntax of the `regex` crate.
    pub pattern: Box<str>,
    /// Rank 1–6 of the evidence (fact file `protocols.md` 9.2); 1 is strongest.
    pub rank: u8,
    /// Items of one family are not independent.
    pub family: Box<str>,
    /// What it concludes.
    pub asserts: Vec<Assertion>,
    /// Why the pattern allows the conclusion.
    pub because: Box<str>,
    /// Where that is from.
    pub source: FingerprintSource,
    /// Inputs that match, with the captures expected.
    pub examples: Vec<(Box<str>, Captured)>,
    /// Inputs that look alike and must not match, with the reason.
    pub non_examples: Vec<(Box<str>, Box<str>)>,
    /// Why the pattern requires no literal, where it does not.
    pub no_literal: Option<Box<str>>,
    /// Where it stands: the line of its id.
    pub place: Place,
}

/// The part of a weight that counts while the fingerprint is disputed.
pub(crate) const DISPUTED_SHARE: f64 = 0.5;

impl Fingerprint {
    /// What the ids of records begin with that were made of another project's: `recog.<file>.<hash>`.
    pub const IMPORTED: &'static str = "recog.";

    /// Whether this record was made of another project's: its brand is a word of theirs.
    pub fn is_imported(&self) -> bool {
        self.id.starts_with(Self::IMPORTED)
    }

    /// A weight as it is written.
    pub(crate) fn written_bits(&self, assertion: &Assertion) -> f64 {
        let share = if self.source.standing.is_disputed() { DISPUTED_SHARE } else { 1.0 };
        assertion.weight_bits / share
    }
}
