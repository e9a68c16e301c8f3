use serde::{Deserialize, Serialize};

/// A departure from a specification that a decoder met and kept.
///
/// Quirks are evidence: one firmware's misspelling is as good a mark as its banner. They are never
/// repaired silently.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Quirk {
    /// The protocol, as the module is named: `sadp`, `http`, …
    pub protocol: std::borrow::Cow<'static, str>,
    /// A short stable name such as `trailing-nul`, `misspelt-boolean`, `two-challenges-in-one-line`.
    pub name: std::borrow::Cow<'static, str>,
    /// What was met, shortened; never a secret.
    pub detail: String,
}

impl Quirk {
    /// A quirk of `protocol` called `name`.
    pub fn new(protocol: &'static str, name: &'static str, detail: impl Into<String>) -> Self {
        Self { protocol: protocol.into(), name: name.into(), detail: detail.into() }
    }
}
