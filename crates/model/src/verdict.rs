use serde::{Deserialize, Serialize};

use crate::PolicyId;

/// What a rule says about one device. There is no `bool`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The duty is not met.
    Breach,
    /// The rule asks to consider removal, or the duty would bite under a condition named in `because`.
    Candidate,
    /// The facts that would decide are missing; `because` names them.
    NotEnoughEvidence,
    /// The rule binds this body and is met.
    Clear,
    /// The rule does not bind this body, this device or this place.
    NotBound,
}

impl Answer {
    /// All answers, worst first.
    pub const ALL: [Self; 5] =
        [Self::Breach, Self::Candidate, Self::NotEnoughEvidence, Self::Clear, Self::NotBound];

    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Breach => "breach",
            Self::Candidate => "candidate",
            Self::NotEnoughEvidence => "not-enough-evidence",
            Self::Clear => "clear",
            Self::NotBound => "not-bound",
        }
    }
}

/// How strongly a rule speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Force {
    /// Law.
    Binding,
    /// An instruction inside one government, or its own published commitment.
    Instruction,
    /// Advice.
    Advice,
    /// Nothing but good practice.
    Voluntary,
}

impl Force {
    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Binding => "binding",
            Self::Instruction => "instruction",
            Self::Advice => "advice",
            Self::Voluntary => "voluntary",
        }
    }
}

/// One rule's answer for one device.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Verdict {
    /// Which rule card.
    pub policy: PolicyId,
    /// What it says.
    pub answer: Answer,
    /// How strongly.
    pub force: Force,
    /// What it asks for, in words.
    pub duty: String,
    /// Why, in words; for `not-enough-evidence` what is missing.
    pub because: Vec<String>,
    /// Instrument, clause and where to read it.
    pub citation: String,
}
