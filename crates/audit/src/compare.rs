//! The same evidence, judged with other knowledge beside what it is judged with now. Nothing is stored.

use std::collections::{BTreeMap, BTreeSet};

use assess::{Facts, Judge};
use attribute::{Attributor, Group};
use knowledge::Knowledge;
use model::{Answer, DeviceKind, EvidenceItem, Level, MakerId, PolicyId};
use rayon::prelude::*;
use serde::Serialize;
use store::{Store, StoreError};

use crate::compute::{fetch, gather, resolve};
use crate::device::{Judged, Merged};
use crate::former::FormerIndex;
use crate::{AuditError, Context, Progress, SourceIndex};

/// Devices judged by one knowledge base before the other is asked: what an attributor remembers of signals is forgotten
/// when another takes its place.
const TWICE: usize = 16_384;

/// What one knowledge base makes of a device.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Opinion {
    /// What the device is.
    pub kind: DeviceKind,
    /// Who made it.
    pub maker: MakerId,
    /// How sure.
    pub level: Level,
    /// The answer of each rule card.
    pub answers: BTreeMap<PolicyId, Answer>,
}

/// An item of evidence that only one of two knowledge bases gives, or that weighs otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cause {
    /// The entry: a fingerprint, grammar, brand, block or maker.
    pub entry: String,
    /// What it says.
    pub claim: String,
    /// Weight in bits before; `None` where the older one does not give it.
    pub old_bits: Option<f64>,
    /// Weight in bits afterwards.
    pub new_bits: Option<f64>,
}

/// A device that would be judged otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rejudged {
    /// The device.
    pub id: String,
    /// Its newest address.
    pub address: Option<String>,
    /// Its first MAC.
    pub mac: Option<String>,
    /// What is made of it now.
    pub old: Opinion,
    /// What would be made of it.
    pub new: Opinion,
    /// Why, by name of the entry.
    pub causes: Vec<Cause>,
}

/// How much of an estate would be judged otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compared {
    /// Devices that were judged twice.
    pub devices: u64,
    /// Those that would be judged otherwise.
    pub changed: u64,
    /// Those of another maker, by old and new maker.
    pub makers: BTreeMap<(MakerId, MakerId), u64>,
    /// Those of another answer, by rule card, old and new answer.
    pub answers: BTreeMap<(PolicyId, Answer, Answer), u64>,
}

/// Judges all evidence twice and calls `each` with every device that would be judged otherwise, as its evidence first
/// shows it. Memory grows with the number of keys, as in [`recompute`](crate::recompute); the store is only read.
///
/// # Errors
/// [`AuditError`], or what `each` answered.
pub fn compare_knowledge<E: From<AuditError>>(
    store: &dyn Store,
    (older, newer): (&'static Knowledge, &'static Knowledge),
    context: &Context,
    progress: &dyn Progress,
    mut each: impl FnMut(Rejudged) -> Result<(), E>,
) -> Result<Compared, E> {
    let sources = SourceIndex::of(store)?;
    let former = FormerIndex::of(store).map_err(AuditError::from)?;
    let (groups, ids) = resolve(store, &sources, &former, progress)?;
    let attributors = [older, newer].map(|one| Attributor::new(one, context.priors.clone()));
    let [by_older, by_newer] = attributors.each_ref().map(|attributor| {
        |group: &Group, merged: &Merged| {
            Side::of(merged.judged(attributor, context, &group.conflicts, false))
        }
    });
    let mut judge = Judge::new(&context.cards()).map_err(AuditError::from)?;
    let mut compared = Compared::default();
    progress.start("judging twice", groups.len() as u64);
    for (number, batch) in groups.chunks(TWICE).enumerate() {
        let evidence = fetch(store, batch, &ids)?;
        let first = |group: &Group| -> Result<Option<(Merged, Side)>, StoreError> {
            let (_, merged) = gather(group, &evidence, &ids, &former)?;
            Ok(merged.is_device().then(|| {
                let side = by_older(group, &merged);
                (merged, side)
            }))
        };
        let once: Vec<_> = batch
            .par_iter()
            .map(first)
            .collect::<Result<_, StoreError>>()
            .map_err(AuditError::from)?;
        let second = |(group, first): (&Group, Option<(Merged, Side)>)| {
            let (merged, old) = first?;
            let new = by_newer(group, &merged);
            Some(Draft::of(group, &merged, old, new))
        };
        let drafts: Vec<_> = batch.par_iter().zip(once).map(second).collect();
        for draft in drafts.into_iter().flatten() {
            compared.devices += 1;
            let Some(draft) = draft else { continue };
            if let Some(rejudged) = draft.judged(&mut judge, older, newer)? {
                compared.count(&rejudged);
                each(rejudged)?;
            }
        }
        progress.advance(((number + 1) * TWICE).min(groups.len()) as u64);
    }
    progress.finish();
    Ok(compared)
}

impl Compared {
    fn count(&mut self, device: &Rejudged) {
        let Rejudged { old, new, .. } = device;
        self.changed += 1;
        if old.maker != new.maker {
            *self.makers.entry((old.maker.clone(), new.maker.clone())).or_default() += 1;
        }
        for (policy, answer) in &new.answers {
            if let Some(before) = old.answers.get(policy).filter(|before| *before != answer) {
                *self.answers.entry((policy.clone(), *before, *answer)).or_default() += 1;
            }
        }
    }
}

/// A device that two knowledge bases see in different ways, before the rules are asked.
struct Draft {
    id: String,
    address: Option<String>,
    mac: Option<String>,
    old: Side,
    new: Side,
}

struct Side {
    opinion: Opinion,
    facts: Facts,
    evidence: Vec<EvidenceItem>,
}

impl Side {
    fn of(judged: Judged) -> Self {
        let attribution = judged.attribution;
        let opinion = Opinion {
            kind: attribution.kind,
            maker: attribution.maker.id,
            level: attribution.level,
            answers: BTreeMap::new(),
        };
        Self { opinion, facts: judged.facts.class(), evidence: attribution.evidence }
    }
}

impl Draft {
    /// `None` where both see the same: equal facts give equal answers.
    fn of(group: &Group, merged: &Merged, old: Side, new: Side) -> Option<Self> {
        let is_equal = old.opinion == new.opinion && old.facts == new.facts;
        (!is_equal).then(|| Self {
            id: group.id.to_string(),
            address: merged.addresses.first().map(ToString::to_string),
            mac: merged.macs.first().map(ToString::to_string),
            old,
            new,
        })
    }

    /// With the answers of the rules; `None` where these are the same, and so is all else.
    fn judged(
        self,
        judge: &mut Judge,
        older: &Knowledge,
        newer: &Knowledge,
    ) -> Result<Option<Rejudged>, AuditError> {
        let Self { id, address, mac, old, new } = self;
        let mut causes = causes(&old.evidence, &new.evidence);
        let makers = BTreeSet::from([&old.opinion.maker, &new.opinion.maker]);
        let is_other = |id: &&&MakerId| older.maker(id) != newer.maker(id);
        causes.extend(makers.iter().filter(is_other).map(|id| Cause {
            entry: format!("maker.{id}"),
            claim: "what is known of the maker".into(),
            old_bits: None,
            new_bits: None,
        }));
        let mut with_answers = |side: Side| -> Result<Opinion, AuditError> {
            let verdicts = judge.judge_class(side.facts)?;
            let answers = verdicts.into_iter().map(|verdict| (verdict.policy, verdict.answer));
            Ok(Opinion { answers: answers.collect(), ..side.opinion })
        };
        let (old, new) = (with_answers(old)?, with_answers(new)?);
        Ok((old != new).then_some(Rejudged { id, address, mac, old, new, causes }))
    }
}

/// Items that only one side has, or that weigh otherwise. What a claim rests on several times counts by its heaviest.
fn causes(old: &[EvidenceItem], new: &[EvidenceItem]) -> Vec<Cause> {
    let mut both: BTreeMap<(&str, &str), [Option<f64>; 2]> = BTreeMap::new();
    for (side, items) in [old, new].into_iter().enumerate() {
        for item in items {
            let bits = both.entry((&item.fingerprint, &item.claim)).or_default();
            if let Some(slot) = bits.get_mut(side) {
                let is_heavier = slot.is_none_or(|known| known.abs() < item.weight_bits.abs());
                *slot = if is_heavier { Some(item.weight_bits) } else { *slot };
            }
        }
    }
    let differing = both.into_iter().filter(|(_, [old, new])| old != new);
    differing
        .map(|((entry, claim), [old_bits, new_bits])| Cause {
            entry: entry.into(),
            claim: claim.into(),
            old_bits,
            new_bits,
        })
        .collect()
}
