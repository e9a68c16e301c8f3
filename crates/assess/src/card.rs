use model::{Date, Force, PolicyId};

/// A rule as data (design section 6).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Card {
    /// `UK-386-A`.
    pub id: PolicyId,
    /// A line for lists.
    pub title: String,
    /// Whose law: `GB`, `US`, `US-TX`, …
    pub jurisdiction: String,
    /// Statute, statement, decree.
    pub instrument: String,
    /// Clause within it.
    pub clause: String,
    /// Who is bound, in words.
    pub who: String,
    /// Which makers it speaks of, in words.
    pub entity_test: String,
    /// Which places, in words.
    pub place_test: String,
    /// Which purposes, in words; empty when it names none.
    pub purpose_test: String,
    /// Which connections, in words; empty when it names none.
    pub connection_test: String,
    /// What it asks for.
    pub duty: String,
    /// How strongly it speaks.
    pub force: Force,
    /// When it was published.
    pub published: Option<Date>,
    /// From when it has effect.
    pub effect_from: Date,
    /// Until when, if it ended.
    pub effect_to: Option<Date>,
    /// Cards it replaces.
    pub supersedes: Vec<PolicyId>,
    /// Where to read it.
    pub citation: String,
    /// `primary`, `secondary` or `unchecked`: how the text was read.
    pub confidence: String,
    /// What the encoder wants the reader to know.
    pub notes: String,
    /// The rule itself, as Rego.
    pub rego: String,
}

/// All cards, in the order they are listed.
pub fn cards() -> &'static [Card] {
    &[]
}

/// First 12 hex digits of the SHA-256 over all cards and rules.
pub fn policies_version() -> &'static str {
    ""
}
