//! Answers from a store that holds results: lines for lists and reports, explanations for people.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use assess::{Card, Facts};
use attribute::{Account, Attributor, Next, Priors};
use knowledge::Knowledge;
use model::{Observation, Signal, SourceRef, Ternary, Verdict};
use rayon::prelude::*;
use report::{
    AskView, DeviceLine, FileView, MakerView, PolicyView, ReportData, RunView, SourceView,
};
use store::{
    ClassId, DeviceQuery, DeviceRow, RawObservation, SourceId, SourceRecord, Store, StoreError,
};

use crate::device::Merged;
use crate::former::{Former, FormerIndex};
use crate::{AuditError, RunRecord};

/// Devices computed at once.
const DEVICES: usize = 2_048;

/// Device rows held at once.
const PAGE: u32 = 20_480;

/// Inputs by row; superseded ones are left out.
#[derive(Debug, Clone, Default)]
pub struct SourceIndex {
    sources: BTreeMap<SourceId, SourceRef>,
    observations: u64,
}

impl SourceIndex {
    /// The inputs of a store that count.
    ///
    /// # Errors
    /// [`AuditError::Store`].
    pub fn of(store: &dyn Store) -> Result<Self, AuditError> {
        let mut index = Self::default();
        for record in store.sources()?.into_iter().filter(|record| !record.superseded) {
            index.observations += record.summary.observations;
            index.sources.insert(record.id, record.source);
        }
        Ok(index)
    }

    /// One input.
    pub fn get(&self, id: SourceId) -> Option<&SourceRef> {
        self.sources.get(&id)
    }

    /// All inputs, in the order of import.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &SourceRef)> {
        self.sources.iter().map(|(id, source)| (*id, source))
    }

    /// How many observations they hold together.
    pub fn observations(&self) -> u64 {
        self.observations
    }
}

/// One device, every verdict down to the observations and the rule text.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The device.
    pub line: DeviceLine,
    /// What the rules saw, as JSON.
    pub facts: String,
    /// The observations it rests on, with the input each came from.
    pub observations: Vec<(SourceRef, Observation)>,
    /// The cards whose verdicts it carries.
    pub cards: Vec<&'static Card>,
    /// Which part of the makers' probabilities is prior and which is evidence, most probable first.
    pub accounts: Vec<Account>,
    /// What to ask next, what it would teach, and how to get the answer.
    pub next: Vec<Next>,
}

/// How much of a list was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// Devices that were shown.
    pub shown: u64,
    /// Devices that match.
    pub matching: u64,
    /// All devices.
    pub total: u64,
}

/// Reads results and computes the evidence of devices again from their observations.
pub struct Reader<'s> {
    store: &'s dyn Store,
    run: RunRecord,
    sources: SourceIndex,
    former: FormerIndex,
    attributor: Attributor<'static>,
}

impl<'s> Reader<'s> {
    /// A reader of the newest results.
    ///
    /// # Errors
    /// [`AuditError::NoRun`] when there are none, [`AuditError::RunUnreadable`] when another version wrote them.
    pub fn new(store: &'s dyn Store, knowledge: &'static Knowledge) -> Result<Self, AuditError> {
        let run = store.run()?.ok_or(AuditError::NoRun)?;
        let run: RunRecord = serde_json::from_str(&run).map_err(AuditError::RunUnreadable)?;
        Ok(Self {
            store,
            sources: SourceIndex::of(store)?,
            former: FormerIndex::of(store)?,
            attributor: Attributor::new(knowledge, run.context.priors.clone()),
            run,
        })
    }

    /// The same reader with other priors than the results rest on: what if. The verdicts stay those of the results.
    #[must_use]
    pub fn with_priors(mut self, priors: Priors) -> Self {
        self.attributor = Attributor::new(self.attributor.knowledge(), priors);
        self
    }

    /// The priors that makers are named with.
    pub fn priors(&self) -> &Priors {
        self.attributor.priors()
    }

    /// The run.
    pub fn run(&self) -> &RunRecord {
        &self.run
    }

    /// Whether the results were computed with other knowledge, rules or priors than this program holds.
    pub fn is_stale(&self) -> bool {
        let context = &self.run.context;
        let is_of_own_priors = context.priors_source.is_none();
        self.run.knowledge != self.attributor.knowledge().version()
            || self.run.policies != assess::policies_version()
            || (is_of_own_priors && context.priors != Priors::default())
    }

    /// Calls `each` with the full line of every device that matches, in order; stops when it answers an error.
    ///
    /// # Errors
    /// [`AuditError`], or what `each` answered.
    pub fn each_line<E: From<AuditError>>(
        &self,
        query: &DeviceQuery,
        each: impl FnMut(DeviceLine) -> Result<(), E>,
    ) -> Result<Listed, E> {
        self.each_told_line(query, 0, each)
    }

    /// As [`each_line`](Self::each_line); the first `told` lines say what to ask next.
    fn each_told_line<E: From<AuditError>>(
        &self,
        query: &DeviceQuery,
        told: usize,
        mut each: impl FnMut(DeviceLine) -> Result<(), E>,
    ) -> Result<Listed, E> {
        let mut told = told;
        let mut verdicts = HashMap::new();
        let mut listed = Listed { shown: 0, matching: 0, total: 0 };
        let wanted = query.limit.map_or(u64::MAX, u64::from);
        loop {
            let shown = u32::try_from(listed.shown).unwrap_or(u32::MAX);
            let left = u32::try_from(wanted - listed.shown).unwrap_or(u32::MAX);
            let offset = query.offset.saturating_add(shown);
            let part = DeviceQuery { limit: Some(left.min(PAGE)), offset, ..query.clone() };
            let page = self.store.devices(&part).map_err(AuditError::from)?;
            (listed.matching, listed.total) = (page.matching, page.total);
            for batch in page.rows.chunks(DEVICES) {
                for shown in self.lines(batch, told, &mut verdicts)? {
                    each(shown.line)?;
                }
                told = told.saturating_sub(batch.len());
            }
            listed.shown += page.rows.len() as u64;
            if page.rows.len() < PAGE as usize || listed.shown >= wanted {
                return Ok(listed);
            }
        }
    }

    fn lines(
        &self,
        rows: &[DeviceRow],
        told: usize,
        verdicts: &mut HashMap<ClassId, Vec<Verdict>>,
    ) -> Result<Vec<Shown>, AuditError> {
        let mut evidence = Vec::with_capacity(rows.len());
        for row in rows {
            evidence.push(self.store.raw_observations(&row.observations)?);
            if let Entry::Vacant(slot) = verdicts.entry(row.class) {
                slot.insert(self.store.class(row.class)?.map(|(_, list)| list).unwrap_or_default());
            }
        }
        // The store stays on this thread.
        let (run, sources, attributor, verdicts) =
            (&self.run, &self.sources, &self.attributor, &*verdicts);
        let former = &self.former;
        let line = |(at, (row, raw)): (usize, (&DeviceRow, &Vec<RawObservation>))| {
            let observations: Vec<(SourceId, Observation)> = raw
                .iter()
                .map(|raw| Ok((raw.source, former.bounded(raw.id, raw.decode()?))))
                .collect::<Result<_, StoreError>>()?;
            let former: Vec<Option<&Former>> = raw.iter().map(|raw| former.get(raw.id)).collect();
            let seen: Vec<_> = observations
                .iter()
                .zip(&former)
                .map(|((_, observation), former)| (observation, *former))
                .collect();
            let mut merged = Merged::of_editions(&seen);
            let judged = merged.judged(attributor, &run.context, &row.identity_conflicts, false);
            let mut verdicts = verdicts.get(&row.class).cloned().unwrap_or_default();
            assess::write_install_day(&mut verdicts, &judged.facts);
            let facts = judged.facts.clone();
            let observations: Vec<(SourceId, Observation)> = observations
                .into_iter()
                .zip(former)
                .map(|((source, observation), former)| match former {
                    Some(former) => (source, former.marked(observation)),
                    None => (source, observation),
                })
                .collect();
            let next =
                if at < told { attributor.next_questions(&merged.signals) } else { Vec::new() };
            let signals = std::mem::take(&mut merged.signals);
            let mut line = merged.line(row.id.to_string(), judged, &observations, sources);
            line.verdicts = verdicts;
            line.next = next.iter().map(ask_view).collect();
            Ok(Shown { line, facts, signals })
        };
        rows.par_iter().zip(&evidence).enumerate().map(line).collect()
    }

    /// The devices that a key names: an id, an address, a MAC or a serial.
    ///
    /// # Errors
    /// [`AuditError::Store`].
    pub fn find(&self, key: &str) -> Result<Vec<DeviceRow>, AuditError> {
        let key = match key.parse::<model::MacAddr>() {
            Ok(mac) => mac.to_string(),
            Err(_) => key.to_owned(),
        };
        let query = DeviceQuery { key: Some(key), ..DeviceQuery::default() };
        Ok(self.store.devices(&query)?.rows)
    }

    /// Everything that led to one device's verdicts.
    ///
    /// # Errors
    /// [`AuditError`].
    pub fn explain(&self, row: &DeviceRow) -> Result<Explanation, AuditError> {
        let lines = self.lines(std::slice::from_ref(row), 0, &mut HashMap::new())?;
        let found = self.store.observations(&row.observations)?;
        let observations = found
            .into_iter()
            .filter_map(|(id, source, seen)| {
                let seen = match self.former.get(id) {
                    Some(former) => former.marked(seen),
                    None => seen,
                };
                Some((self.sources.get(source)?.clone(), seen))
            })
            .collect();
        let Some(Shown { line, facts, signals }) = lines.into_iter().next() else {
            return Err(AuditError::NoRun);
        };
        let facts = serde_json::to_string(&facts).map_err(AuditError::Json)?;
        let asked = |card: &&Card| line.verdicts.iter().any(|v| v.policy == card.id);
        let cards = assess::cards().iter().filter(asked).collect();
        let accounts = self.attributor.accounts(&signals);
        let next = self.attributor.next_questions(&signals);
        Ok(Explanation { line, facts, observations, cards, accounts, next })
    }
}

/// A device with what its line rests on.
struct Shown {
    line: DeviceLine,
    facts: Facts,
    /// All that counts of what was seen of it.
    signals: Vec<Signal>,
}

/// All that a report says, with every device that matches. From the `detailed_max`th device on, lines hold what
/// figures need and no more: a million full lines do not fit into memory.
///
/// # Errors
/// [`AuditError`].
pub fn report_data(
    store: &dyn Store,
    reader: &Reader<'_>,
    query: &DeviceQuery,
    detailed_max: usize,
) -> Result<ReportData, AuditError> {
    let run = reader.run();
    let mut devices: Vec<DeviceLine> = Vec::new();
    reader.each_told_line(query, detailed_max, |mut line| {
        if devices.len() >= detailed_max {
            keep_figures(&mut line);
        }
        devices.push(line);
        Ok::<(), AuditError>(())
    })?;
    Ok(ReportData {
        organisation: run.context.estate.organisation.clone(),
        entity_test: run.context.estate.entity_test.clone(),
        missing_context: run.context.missing(),
        run: run_view(run),
        makers: maker_views(reader.attributor.knowledge(), &devices),
        sites: run.context.estate.sites.clone(),
        zones: run.context.estate.zones.clone(),
        sources: source_views(store)?,
        unread: run.unread.iter().map(|u| (u.name.clone(), u.why.clone())).collect(),
        policies: policy_views(run),
        devices,
    })
}

/// What to ask, as the page shows it.
fn ask_view(next: &Next) -> AskView {
    AskView {
        ask: next.question.ask.into(),
        how: next.question.how.into(),
        teaches: next.to_string(),
    }
}

/// Drops what is only read where a device is shown in full.
fn keep_figures(line: &mut DeviceLine) {
    line.alternatives = Vec::new();
    line.evidence = Vec::new();
    line.quirks = Vec::new();
    line.sources = Vec::new();
    line.serials = Vec::new();
    line.macs = Vec::new();
    line.hostnames = Vec::new();
    let worst = line.verdicts.iter().min_by_key(|verdict| verdict.answer).cloned();
    line.verdicts = worst
        .map(|verdict| Verdict {
            duty: String::new(),
            because: Vec::new(),
            citation: String::new(),
            ..verdict
        })
        .into_iter()
        .collect();
}

fn run_view(run: &RunRecord) -> RunView {
    RunView {
        program: run.program.clone(),
        knowledge: run.knowledge.clone(),
        policies: run.policies.clone(),
        as_of: run.context.as_of.to_string(),
        made_at: run.made_at.to_string(),
        estate: run.context.estate_source.as_ref().map(|source| FileView {
            name: source.name.clone(),
            sha256: source.sha256.to_string(),
        }),
        addresses_without_evidence: Some(run.counts.addresses_only),
        versions: vec![("Priors".into(), run.context.priors_name())],
    }
}

/// What is known of the makers that devices name.
fn maker_views(knowledge: &Knowledge, devices: &[DeviceLine]) -> Vec<MakerView> {
    let named: BTreeSet<_> = devices.iter().map(|device| &device.maker.id).collect();
    let view = |maker: &knowledge::Maker| {
        let section_889 = match maker.ndaa_889 {
            knowledge::Ndaa889::Named => Some("named in section 889 of the US NDAA FY2019"),
            knowledge::Ndaa889::Subsidiary => {
                Some("subsidiary of a company named in section 889 of the US NDAA FY2019")
            }
            knowledge::Ndaa889::No => None,
        };
        let fcc = (maker.fcc_covered == Ternary::Yes).then_some("on the FCC Covered List");
        let by: Vec<&str> = section_889.into_iter().chain(fcc).collect();
        let listed = match (by.is_empty(), maker.fcc_covered) {
            (false, _) => Ternary::Yes,
            (true, Ternary::Unknown) => Ternary::Unknown,
            (true, _) => Ternary::No,
        };
        MakerView {
            id: maker.id.clone(),
            legal_name: maker.legal_name.to_string(),
            country: maker.country.to_string(),
            parent: maker.parent.to_string(),
            listed,
            listed_by: by.join("; "),
            source: maker.source.to_string(),
        }
    };
    named.into_iter().filter_map(|id| knowledge.maker(id)).map(view).collect()
}

fn policy_views(run: &RunRecord) -> Vec<PolicyView> {
    let asked = |card: &&Card| run.cards.contains(&card.id);
    let view = |card: &Card| PolicyView {
        id: card.id.to_string(),
        title: card.title.clone(),
        force: card.force,
        instrument: format!("{}, {}", card.instrument, card.clause),
        duty: card.duty.clone(),
        dates: match card.effect_to {
            Some(to) => format!("in effect from {} to {to}", card.effect_from),
            None => format!("in effect from {}", card.effect_from),
        },
        citation: card.citation.clone(),
        notes: card.notes.clone(),
    };
    assess::cards().iter().filter(asked).map(view).collect()
}

/// All inputs that count, and those of which rows do that no newer edition has.
fn source_views(store: &dyn Store) -> Result<Vec<SourceView>, AuditError> {
    let records = store.sources()?;
    let names: BTreeMap<SourceId, _> =
        records.iter().map(|record| (record.id, record.source.name.clone())).collect();
    let mut views: BTreeMap<SourceId, SourceView> = records
        .into_iter()
        .filter(|record| !record.superseded)
        .map(|record| (record.id, source_view(record)))
        .collect();
    let gone = store.gone()?;
    for edition in store.editions()? {
        let count = gone.iter().filter(|row| row.older == edition.older).count();
        let name = names.get(&edition.newer).map_or("", |name| name);
        if let Some(view) = views.get_mut(&edition.older) {
            let message = format!(
                "`{name}` (source {}) took its place: {count} of its rows are gone and count as such, the others count no longer",
                edition.newer.0
            );
            let help =
                format!("if they are two registers: custodiet sources restore {}", edition.older.0);
            view.notes.insert(0, ("info".into(), "file".into(), None, message, Some(help)));
        }
    }
    Ok(views.into_values().collect())
}

fn source_view(record: SourceRecord) -> SourceView {
    let summary = record.summary;
    let notes = summary
        .notes
        .into_iter()
        .map(|note| (note.severity, note.place, note.field, note.message, note.help))
        .collect();
    SourceView {
        name: record.source.name.to_string(),
        kind: record.source.kind.as_str().into(),
        format: summary.format,
        sha256: record.source.sha256.to_string(),
        size_bytes: record.size_bytes,
        imported_at: record.imported_at.to_string(),
        records: summary.records,
        observations: summary.observations,
        span: summary.first.zip(summary.last).map(|(a, b)| (a.to_string(), b.to_string())),
        not_understood: summary.not_understood.into_iter().collect(),
        lost: summary.lost.into_iter().collect(),
        notes,
        notes_left_out: summary.notes_left_out,
    }
}
