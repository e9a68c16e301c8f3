//! All evidence in, all results out. Everything here can be computed again from the observations.

use std::collections::{BTreeMap, HashMap};

use assess::{Facts, Judge};
use attribute::{Attributor, Group, Priors, Resolver, SourceNumber};
use knowledge::Knowledge;
use model::{Answer, Observation, PolicyId, Timestamp, Verdict};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use store::{ClassId, DeviceRow, ObservationId, RawObservation, SourceId, Store};

use crate::device::{Judged, Merged, is_surveillance};
use crate::{AuditError, Context, Progress, SourceIndex};

/// Observations decoded at once: bounds memory and gives every core enough to do.
const PAGE: u32 = 50_000;

/// Devices judged at once.
const DEVICES: usize = 8_192;

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
}

/// Computes all devices and verdicts from all observations, and replaces the former results.
///
/// # Errors
/// [`AuditError`]; the former results are kept then.
pub fn recompute(
    store: &mut dyn Store,
    knowledge: &'static Knowledge,
    context: &Context,
    now: Timestamp,
    progress: &dyn Progress,
) -> Result<RunRecord, AuditError> {
    let sources = SourceIndex::of(store)?;
    let (groups, ids) = resolve(store, &sources, progress)?;
    let cards = context.cards();
    store.start_results()?;
    let work = Work {
        attributor: Attributor::new(knowledge, Priors::default()),
        context,
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
fn resolve(
    store: &dyn Store,
    sources: &SourceIndex,
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
        for (raw, observation) in page.iter().zip(decode(&page)?) {
            if let Some(number) = numbers.get(&raw.source) {
                resolver.add(*number, &observation);
                ids.push(raw.id);
            }
        }
        progress.advance(ids.len() as u64);
    }
    let groups = resolver.finish();
    progress.finish();
    Ok((groups, ids))
}

fn decode(page: &[RawObservation]) -> Result<Vec<Observation>, AuditError> {
    Ok(page.par_iter().map(RawObservation::decode).collect::<Result<_, _>>()?)
}

struct Work<'a> {
    attributor: Attributor<'static>,
    context: &'a Context,
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
    for batch in groups.chunks(DEVICES) {
        let evidence = fetch(store, batch, ids)?;
        let judged: Vec<Option<(Merged, Judged)>> = batch
            .par_iter()
            .map(|group| {
                let found = group
                    .members
                    .iter()
                    .filter_map(|member| evidence.get(ids.get(*member as usize)?));
                let merged = Merged::of(found);
                merged.is_device().then(|| {
                    let judged =
                        merged.judged(&work.attributor, work.context, &group.conflicts, false);
                    (merged, judged)
                })
            })
            .collect();
        let mut rows = Vec::with_capacity(batch.len());
        for (group, found) in batch.iter().zip(judged) {
            match found {
                Some((merged, judged)) => rows.push(work.row(store, group, ids, &merged, judged)?),
                None => work.counts.addresses_only += 1,
            }
        }
        store.put_devices(&rows)?;
        behind += batch.len() as u64;
        progress.advance(behind);
    }
    progress.finish();
    work.counts.classes = work.classes.len() as u64;
    Ok(work.counts)
}

/// The observations of a batch of devices.
fn fetch(
    store: &dyn Store,
    batch: &[Group],
    ids: &[ObservationId],
) -> Result<HashMap<ObservationId, Observation>, AuditError> {
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
    if last.0 - first.0 >= count.saturating_mul(RANGE_WASTE) {
        let found = store.observations(&wanted)?;
        return Ok(found.into_iter().map(|(id, _, observation)| (id, observation)).collect());
    }
    let limit = u32::try_from(last.0 - first.0 + 1).unwrap_or(u32::MAX);
    let mut page = store.observation_page(ObservationId(first.0 - 1), limit)?;
    page.retain(|raw| wanted.binary_search(&raw.id).is_ok());
    let decoded = decode(&page)?;
    Ok(page.iter().map(|raw| raw.id).zip(decoded).collect())
}

impl Work<'_> {
    fn row(
        &mut self,
        store: &mut dyn Store,
        group: &Group,
        ids: &[ObservationId],
        merged: &Merged,
        judged: Judged,
    ) -> Result<DeviceRow, AuditError> {
        let Judged { attribution, site, zone, facts, .. } = judged;
        let (class, worst) = self.class(store, facts)?;
        self.count(&attribution, worst);
        let conflicts = u32::try_from(attribution.conflicts.len()).unwrap_or(u32::MAX);
        Ok(DeviceRow {
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
            worst,
            rebranded: attribution.rebranded,
            conflicts,
            identity_conflicts: group.conflicts.clone(),
            class,
            observations: group
                .members
                .iter()
                .filter_map(|member| ids.get(*member as usize).copied())
                .collect(),
        })
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
        let verdicts: Vec<Verdict> = self.judge.judge(&facts)?;
        let class = ClassId(i64::try_from(self.classes.len()).unwrap_or(i64::MAX));
        let worst = verdicts.iter().map(|verdict| verdict.answer).min();
        let json = serde_json::to_string(&facts).map_err(AuditError::Json)?;
        store.put_class(class, &json, &verdicts)?;
        self.classes.insert(facts, (class, worst));
        Ok((class, worst))
    }

    fn count(&mut self, attribution: &model::Attribution, worst: Option<Answer>) {
        let counts = &mut self.counts;
        counts.devices += 1;
        *counts.by_kind.entry(attribution.kind.as_str().into()).or_default() += 1;
        if !attribution.conflicts.is_empty() {
            counts.conflicting += 1;
        }
        if is_surveillance(attribution.kind) {
            counts.surveillance += 1;
            let answer = worst.map_or("no rule asked", Answer::as_str);
            *counts.by_answer.entry(answer.into()).or_default() += 1;
        }
    }
}
