//! All evidence in, all results out. Everything here can be computed again from the observations.

use std::collections::{BTreeMap, HashMap};

use assess::{Facts, Judge};
use attribute::{Attributor, Group, Resolver, RowKeys, SourceNumber};
use knowledge::Knowledge;
use model::{Answer, Observation, PolicyId, Timestamp, Verdict};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use store::{ClassId, DeviceRow, ObservationId, RawObservation, SourceId, Store, StoreError};

use crate::device::{Judged, Merged};
use crate::editions::settle_editions;
use crate::former::{Former, FormerIndex};
use crate::{AuditError, Context, Progress, SourceIndex};

/// Observations decoded at once: gives every core enough to do. Larger pages only scatter the memory that is freed
/// with them.
const PAGE: u32 = 8_192;

/// Devices judged at once.
const DEVICES: usize = 4_096;

/// Reading a range of ids costs less than reading them one by one while less than this share of it is skipped.
const RANGE_WASTE: i64 = 4;

/// What a computation counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RunCounts {
    /// Observations that count.
    pub observations: u64,
    /// Devices, of whatever kind.
    pub devices: u64,
    /// Cameras, recorders and the like.
    pub surveillance: u64,
    /// Addresses of which nothing but the address is known: no devices.
    pub addresses_only: u64,
    /// Devices with a conflict.
    pub conflicting: u64,
    /// Devices that a register named once and none names today.
    pub gone_from_registers: u64,
    /// Sets of equal facts.
    pub classes: u64,
    /// Devices by kind.
    pub by_kind: BTreeMap<String, u64>,
    /// Surveillance equipment by worst answer.
    pub by_answer: BTreeMap<String, u64>,
}

/// A computation as the store keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// When.
    pub made_at: Timestamp,
    /// Version of this program.
    pub program: String,
    /// Version of the knowledge base.
    pub knowledge: String,
    /// Version of the rule cards.
    pub policies: String,
    /// The cards that were asked.
    pub cards: Vec<PolicyId>,
    /// Whose estate, which rules, as of when.
    pub context: Context,
    /// What was counted.
    pub counts: RunCounts,
    /// Inputs that were handed over and could not be read.
    #[serde(default)]
    pub unread: Vec<Unread>,
}

/// An input that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unread {
    /// As it was named.
    pub name: String,
    /// Why, and what to do.
    pub why: String,
}

/// Computes all devices and verdicts from all observations, and replaces the former results. `unread` are inputs
/// that could not be read: the report names them.
///
/// # Errors
/// [`AuditError`]; the former results are kept then.
pub fn recompute(
    store: &mut dyn Store,
    knowledge: &'static Knowledge,
    context: &Context,
    unread: Vec<Unread>,
    now: Timestamp,
    progress: &dyn Progress,
) -> Result<RunRecord, AuditError> {
    settle_editions(store)?;
    let sources = SourceIndex::of(store)?;
    let former = FormerIndex::of(store)?;
    let (groups, ids) = resolve(store, &sources, &former, progress)?;
    let cards = context.cards();
    store.start_results()?;
    let attributor = Attributor::new(knowledge, context.priors.clone());
    let work = Work {
        attributor: &attributor,
        context,
        former: &former,
        judge: Judge::new(&cards)?,
        classes: HashMap::new(),
        counts: RunCounts { observations: ids.len() as u64, ..RunCounts::default() },
    };
    let done = judge_all(store, work, &groups, &ids, progress).and_then(|counts| {
        let record = RunRecord {
            made_at: now,
            program: env!("CARGO_PKG_VERSION").into(),
            knowledge: knowledge.version().into(),
            policies: assess::policies_version().into(),
            cards,
            context: context.clone(),
            counts,
            unread,
        };
        store.finish_results(&serde_json::to_string(&record).map_err(AuditError::Json)?)?;
        Ok(record)
    });
    if done.is_err() {
        // The error that led here is the one to tell.
        let _ = store.abandon_results();
    }
    done
}

/// Reads all observations once for their keys.
pub(crate) fn resolve(
    store: &dyn Store,
    sources: &SourceIndex,
    former: &FormerIndex,
    progress: &dyn Progress,
) -> Result<(Vec<Group>, Vec<ObservationId>), AuditError> {
    let mut resolver = Resolver::default();
    let mut numbers: HashMap<SourceId, SourceNumber> = HashMap::new();
    for (id, source) in sources.iter() {
        numbers.insert(id, resolver.source(source.sha256, source.kind));
    }
    let mut ids = Vec::new();
    let mut after = ObservationId(0);
    progress.start("resolving", sources.observations());
    loop {
        let page = store.observation_page(after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        let keys: Vec<RowKeys> = page
            .par_iter()
            .map(|raw| {
                let observation = raw.decode()?;
                Ok(RowKeys::of(&former.bounded(raw.id, observation)))
            })
            .collect::<Result<_, StoreError>>()?;
        for (raw, keys) in page.iter().zip(keys) {
            if let Some(number) = numbers.get(&raw.source) {
                resolver.add_keys(*number, keys);
                ids.push(raw.id);
            }
        }
        progress.advance(ids.len() as u64);
    }
    let groups = resolver.finish();
    progress.finish();
    Ok((groups, ids))
}

struct Work<'a> {
    attributor: &'a Attributor<'static>,
    context: &'a Context,
    former: &'a FormerIndex,
    judge: Judge,
    classes: HashMap<Facts, (ClassId, Option<Answer>)>,
    counts: RunCounts,
}

fn judge_all(
    store: &mut dyn Store,
    mut work: Work<'_>,
    groups: &[Group],
    ids: &[ObservationId],
    progress: &dyn Progress,
) -> Result<RunCounts, AuditError> {
    progress.start("attributing and judging", groups.len() as u64);
    let mut behind = 0u64;
    let mut drafts: Vec<Option<Draft>> = Vec::new();
    let mut batches = groups.chunks(DEVICES);
    loop {
        // While the cores judge one batch, the one before it is written.
        let batch = batches.next().unwrap_or_default();
        let evidence = fetch(store, batch, ids)?;
        let (attributor, context, former) = (work.attributor, work.context, work.former);
        let ready = std::mem::take(&mut drafts);
        let (judged, written) = rayon::join(
            || judge_batch(attributor, context, former, batch, &evidence, ids),
            || work.write(store, ready),
        );
        behind += written?;
        progress.advance(behind);
        drafts = judged?;
        if drafts.is_empty() {
            break;
        }
    }
    progress.finish();
    work.counts.classes = work.classes.len() as u64;
    Ok(work.counts)
}

/// A device's row, before equal facts are judged; what it was made from is freed on the thread that made it.
struct Draft {
    row: DeviceRow,
    facts: Facts,
    is_gone: bool,
}

fn judge_batch(
    attributor: &Attributor<'static>,
    context: &Context,
    former: &FormerIndex,
    batch: &[Group],
    evidence: &HashMap<ObservationId, RawObservation>,
    ids: &[ObservationId],
) -> Result<Vec<Option<Draft>>, AuditError> {
    let judge = |group: &Group| {
        let (own, merged) = gather(group, evidence, ids, former)?;
        Ok(merged.is_device().then(|| {
            let judged = merged.judged(attributor, context, &group.conflicts, false);
            draft(group, own, &merged, judged)
        }))
    };
    batch.par_iter().map(judge).collect()
}

/// What a device's observations hold together, and which they are.
pub(crate) fn gather(
    group: &Group,
    evidence: &HashMap<ObservationId, RawObservation>,
    ids: &[ObservationId],
    former: &FormerIndex,
) -> Result<(Vec<ObservationId>, Merged), StoreError> {
    let own: Vec<ObservationId> =
        group.members.iter().filter_map(|member| ids.get(*member as usize).copied()).collect();
    let raw = own.iter().filter_map(|id| evidence.get(id));
    let observations: Vec<(Observation, Option<&Former>)> = raw
        .map(|raw| Ok((former.bounded(raw.id, raw.decode()?), former.get(raw.id))))
        .collect::<Result<_, StoreError>>()?;
    let observations: Vec<_> = observations.iter().map(|(seen, former)| (seen, *former)).collect();
    let merged = Merged::of_editions(&observations);
    Ok((own, merged))
}

fn draft(
    group: &Group,
    observations: Vec<ObservationId>,
    merged: &Merged,
    judged: Judged,
) -> Draft {
    let Judged { attribution, site, zone, facts, .. } = judged;
    let facts = facts.class();
    let row = DeviceRow {
        id: group.id.clone(),
        kind: attribution.kind,
        maker: attribution.maker.id,
        maker_name: attribution.maker.name,
        probability: attribution.maker.probability,
        level: attribution.level,
        brand: attribution.brand,
        model: attribution.model,
        firmware: attribution.firmware,
        serial: attribution.serial,
        address: merged.addresses.first().map(ToString::to_string),
        mac: merged.macs.first().map(ToString::to_string),
        site,
        zone,
        worst: None,
        rebranded: attribution.rebranded,
        conflicts: u32::try_from(attribution.conflicts.len()).unwrap_or(u32::MAX),
        identity_conflicts: group.conflicts.clone(),
        class: ClassId(0),
        observations,
    };
    Draft { row, facts, is_gone: merged.is_gone() }
}

/// The observations of a batch of devices, not yet decoded.
pub(crate) fn fetch(
    store: &dyn Store,
    batch: &[Group],
    ids: &[ObservationId],
) -> Result<HashMap<ObservationId, RawObservation>, AuditError> {
    let mut wanted: Vec<ObservationId> = batch
        .iter()
        .flat_map(|group| &group.members)
        .filter_map(|member| ids.get(*member as usize).copied())
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let (Some(first), Some(last)) = (wanted.first(), wanted.last()) else {
        return Ok(HashMap::new());
    };
    let count = i64::try_from(wanted.len()).unwrap_or(i64::MAX);
    let mut found = if last.0 - first.0 >= count.saturating_mul(RANGE_WASTE) {
        store.raw_observations(&wanted)?
    } else {
        let limit = u32::try_from(last.0 - first.0 + 1).unwrap_or(u32::MAX);
        store.observation_page(ObservationId(first.0 - 1), limit)?
    };
    found.retain(|raw| wanted.binary_search(&raw.id).is_ok());
    Ok(found.into_iter().map(|raw| (raw.id, raw)).collect())
}

impl Work<'_> {
    /// Judges and stores a batch; answers how many groups it held.
    fn write(
        &mut self,
        store: &mut dyn Store,
        drafts: Vec<Option<Draft>>,
    ) -> Result<u64, AuditError> {
        let groups = drafts.len() as u64;
        let mut rows = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let Some(Draft { mut row, facts, is_gone }) = draft else {
                self.counts.addresses_only += 1;
                continue;
            };
            (row.class, row.worst) = self.class(store, facts)?;
            self.count(&row);
            self.counts.gone_from_registers += u64::from(is_gone);
            rows.push(row);
        }
        store.put_devices(&rows)?;
        Ok(groups)
    }

    /// Equal facts are judged once.
    fn class(
        &mut self,
        store: &mut dyn Store,
        facts: Facts,
    ) -> Result<(ClassId, Option<Answer>), AuditError> {
        if let Some(known) = self.classes.get(&facts) {
            return Ok(*known);
        }
        let verdicts: Vec<Verdict> = self.judge.judge_class(facts.clone())?;
        let class = ClassId(i64::try_from(self.classes.len()).unwrap_or(i64::MAX));
        let worst = verdicts.iter().map(|verdict| verdict.answer).min();
        let json = serde_json::to_string(&facts).map_err(AuditError::Json)?;
        store.put_class(class, &json, &verdicts)?;
        self.classes.insert(facts, (class, worst));
        Ok((class, worst))
    }

    fn count(&mut self, row: &DeviceRow) {
        let counts = &mut self.counts;
        counts.devices += 1;
        *counts.by_kind.entry(row.kind.as_str().into()).or_default() += 1;
        if row.conflicts > 0 {
            counts.conflicting += 1;
        }
        if row.kind.is_surveillance() {
            counts.surveillance += 1;
            let answer = row.worst.map_or("no rule asked", Answer::as_str);
            *counts.by_answer.entry(answer.into()).or_default() += 1;
        }
    }
}
