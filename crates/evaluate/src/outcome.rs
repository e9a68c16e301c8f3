//! What the attribution made of a case, beside what is true.

use std::collections::BTreeSet;

use attribute::{Attributor, are_related};
use knowledge::{Knowledge, Ndaa889};
use model::{Attribution, DeviceKind, EvidenceItem, Level, MakerId};

use crate::case::{Case, TrueKind, Truth};
use crate::weights::{Spoken, spoken};

/// One case, answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The collection.
    pub corpus: String,
    /// The case.
    pub id: String,
    /// What is true.
    pub truth: Truth,
    /// The kinds of evidence, each once, in order.
    pub kinds: Vec<&'static str>,
    /// What it was taken for.
    pub kind: DeviceKind,
    /// The maker named, or `unknown`.
    pub answer: MakerId,
    /// How sure; 0 where nobody is named.
    pub probability: f64,
    /// How far established.
    pub level: Level,
    /// Families of evidence that speak for the maker named.
    pub families: usize,
    /// Whether section 889 or the covered list name the maker that was named.
    pub is_listed: bool,
    /// The heaviest items, for a reader of mistakes.
    pub because: Vec<String>,
    /// The items that speak for makers.
    pub spoken: Vec<Spoken>,
}

/// How an answer compares with its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The maker named is one of the label's.
    Right,
    /// Another is named.
    Wrong,
    /// Nobody is named, though the label names somebody.
    Abstained,
    /// The label names no maker, and the case is not one of something else.
    NotLabelled,
}

/// Items of evidence that a list of mistakes shows.
const BECAUSE_MAX: usize = 4;

impl Outcome {
    /// Runs one case.
    pub fn of(attributor: &Attributor<'_>, case: &Case) -> Self {
        let found = attributor.attribute(&case.signals);
        let kinds: BTreeSet<&'static str> =
            case.signals.iter().map(|signal| signal.kind.as_str()).collect();
        Self::new(attributor.knowledge(), case, kinds.into_iter().collect(), found)
    }

    fn new(
        knowledge: &Knowledge,
        case: &Case,
        kinds: Vec<&'static str>,
        found: Attribution,
    ) -> Self {
        let answer = found.maker.id;
        Self {
            corpus: case.corpus.clone(),
            id: case.id.clone(),
            truth: case.truth.clone(),
            kinds,
            kind: found.kind,
            probability: found.maker.probability,
            level: found.level,
            families: families(&found.evidence, &answer),
            is_listed: is_listed(knowledge, &answer),
            because: because(&found.evidence),
            spoken: spoken(&found.evidence),
            answer,
        }
    }

    /// How the answer compares with the label. To name a maker for what is no camera is no mistake of the maker's
    /// name by itself: the label does not say who made it.
    pub fn mark(&self) -> Mark {
        match (self.truth.makers.is_empty(), self.answer.is_unknown()) {
            (true, _) => Mark::NotLabelled,
            (false, true) => Mark::Abstained,
            (false, false) if self.truth.allows(&self.answer) => Mark::Right,
            (false, false) => Mark::Wrong,
        }
    }

    /// A listed maker is named for a device that is not its own, and not as a matter in dispute.
    pub fn is_accusation(&self) -> bool {
        let is_not_its = self.mark() == Mark::Wrong || self.truth.kind == TrueKind::Other;
        self.is_listed && is_not_its && self.level != Level::Conflicting
    }

    /// Something else was taken for surveillance equipment.
    pub fn is_false_camera(&self) -> bool {
        self.truth.kind == TrueKind::Other && self.kind.is_surveillance()
    }

    /// Surveillance equipment was not taken for such.
    pub fn is_missed_camera(&self) -> bool {
        self.truth.kind == TrueKind::Surveillance && !self.kind.is_surveillance()
    }

    /// The case on one line.
    pub fn line(&self) -> String {
        let makers: Vec<&str> = self.truth.makers.iter().map(MakerId::as_str).collect();
        format!(
            "{} {}: true {}, named {} {:.3} {} {} [{}]",
            self.corpus,
            self.id,
            if makers.is_empty() { "-".to_owned() } else { makers.join("|") },
            self.answer,
            self.probability,
            self.level.as_str(),
            self.kind.as_str(),
            self.because.join("; "),
        )
    }
}

/// Whether section 889 or the covered list names the maker.
pub(crate) fn is_listed(knowledge: &Knowledge, id: &MakerId) -> bool {
    knowledge.maker(id).is_some_and(|maker| maker.ndaa_889 != Ndaa889::No)
}

/// How many families of evidence speak for the maker or its group.
pub(crate) fn families(evidence: &[EvidenceItem], maker: &MakerId) -> usize {
    let speaks = |item: &&EvidenceItem| {
        let named = item.claim.strip_prefix("maker=").unwrap_or_default();
        item.weight_bits > 0.0
            && named
                .split('|')
                .filter_map(|id| id.parse::<MakerId>().ok())
                .any(|id| are_related(&id, maker))
    };
    let families: BTreeSet<&str> =
        evidence.iter().filter(speaks).map(|item| item.family.as_str()).collect();
    families.len()
}

pub(crate) fn because(evidence: &[EvidenceItem]) -> Vec<String> {
    evidence
        .iter()
        .filter(|item| item.weight_bits != 0.0)
        .take(BECAUSE_MAX)
        .map(|item| format!("{:+.1} {} {}", item.weight_bits, item.claim, item.signal))
        .collect()
}
