//! What changed between two editions of a register.

use std::collections::BTreeMap;

use model::Observation;
use rayon::prelude::*;
use serde::Serialize;
use store::{GoneRow, ObservationId, RawObservation, SourceId, Store, StoreError};

use crate::AuditError;
use crate::pairing::{Alone, Pair, PairedBy, Pairing, RowDraft, Rows, fields, letters, pair};

/// Observations decoded at once.
const PAGE: u32 = 8_192;

/// What is kept of the rows of an edition that is only looked at, and its rows by number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Loose {
    pub(crate) bodies: Vec<String>,
}

impl Loose {
    fn raw(&self, id: ObservationId) -> Option<RawObservation> {
        let body = usize::try_from(id.0).ok().and_then(|place| self.bodies.get(place))?;
        Some(RawObservation { id, source: SourceId(0), body: body.clone() })
    }

    fn rows(&self) -> Result<Rows, AuditError> {
        let mut rows = Rows::default();
        let all: Vec<RawObservation> =
            (0..).map_while(|place| self.raw(ObservationId(place))).collect();
        push_all(&mut rows, &all)?;
        Ok(rows)
    }
}

/// Where the rows of an edition are.
#[derive(Clone, Copy)]
pub(crate) enum Edition<'a> {
    /// In the database.
    Held(&'a dyn Store, SourceId),
    /// In memory: a file that was read to be looked at.
    Read(&'a Loose),
}

impl Edition<'_> {
    pub(crate) fn rows(self) -> Result<Rows, AuditError> {
        match self {
            Self::Held(store, source) => rows_of(store, source),
            Self::Read(loose) => loose.rows(),
        }
    }

    fn fetch(self, ids: &[ObservationId]) -> Result<Vec<Observation>, AuditError> {
        let raw = match self {
            Self::Held(store, _) => store.raw_observations(ids)?,
            Self::Read(loose) => ids.iter().filter_map(|id| loose.raw(*id)).collect(),
        };
        Ok(raw.iter().map(RawObservation::decode).collect::<Result<_, StoreError>>()?)
    }
}

/// The rows of a source, whether they count or not.
pub(crate) fn rows_of(store: &dyn Store, source: SourceId) -> Result<Rows, AuditError> {
    let mut rows = Rows::default();
    let mut after = ObservationId(0);
    loop {
        let page = store.source_page(source, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(rows) };
        after = last.id;
        push_all(&mut rows, &page)?;
    }
}

/// Rows by their observations.
pub(crate) fn rows_by_id(store: &dyn Store, ids: &[ObservationId]) -> Result<Rows, AuditError> {
    let mut rows = Rows::default();
    for part in ids.chunks(PAGE as usize) {
        push_all(&mut rows, &store.raw_observations(part)?)?;
    }
    Ok(rows)
}

fn push_all(rows: &mut Rows, page: &[RawObservation]) -> Result<(), AuditError> {
    let drafts: Vec<RowDraft> = page
        .par_iter()
        .map(|raw| Ok(RowDraft::of(&raw.decode()?)))
        .collect::<Result<_, StoreError>>()?;
    for (raw, draft) in page.iter().zip(drafts) {
        rows.push(raw.id, draft);
    }
    Ok(())
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// Fields of it differ.
    Changed,
    /// The row is there, and another device in it: the former one is gone.
    Exchanged,
    /// It is not there any more.
    Gone,
}

impl ChangeKind {
    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Exchanged => "exchanged",
            Self::Gone => "gone",
        }
    }
}

/// A field of a row before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Which field, as a mapping file names it.
    pub field: &'static str,
    /// What the older edition says; empty where it says nothing.
    pub old: String,
    /// What the newer edition says; empty where it says nothing.
    pub new: String,
}

/// One difference between two editions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What happened.
    pub change: ChangeKind,
    /// The row's best key, for people: `serial DS…`.
    pub key: String,
    /// Where it stands in the older edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub older: Option<String>,
    /// Where it stands in the newer edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newer: Option<String>,
    /// By what both rows were found to belong together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paired_by: Option<PairedBy>,
    /// Why a row has no partner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alone: Option<Alone>,
    /// Fields that differ; all fields of a row without a partner.
    pub fields: Vec<FieldChange>,
}

impl Change {
    /// Whether it stands at another site now.
    pub fn is_move(&self) -> bool {
        self.change == ChangeKind::Changed
            && self.fields.iter().any(|field| {
                field.field == "site" && !field.old.is_empty() && !field.new.is_empty()
            })
    }
}

/// Two editions in figures.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct DiffSummary {
    /// Rows of the older edition.
    pub older_rows: u64,
    /// Rows of the newer edition.
    pub newer_rows: u64,
    /// Rows that say the same.
    pub unchanged: u64,
    /// Rows with other words about the same device.
    pub changed: u64,
    /// Of these, devices at another site.
    pub moved: u64,
    /// Rows that are about another device now.
    pub exchanged: u64,
    /// Rows that only the newer edition has.
    pub added: u64,
    /// Rows that only the older edition has.
    pub gone: u64,
    /// Added and gone rows without any key that could tell them from others.
    pub without_key: u64,
    /// Added and gone rows whose keys stand on several rows, or on a row of another device.
    pub key_unclear: u64,
    /// Added and gone rows of devices that were or are listed twice.
    pub listed_twice: u64,
    /// Fields that no row of the newer edition has any more.
    pub fields_lost: Vec<&'static str>,
    /// Fields that no row of the older edition had.
    pub fields_new: Vec<&'static str>,
    /// How many rows with differences were paired by what.
    pub paired_by: BTreeMap<&'static str, u64>,
}

impl DiffSummary {
    /// Whether both editions say the same.
    pub const fn is_empty(&self) -> bool {
        self.changed + self.exchanged + self.added + self.gone == 0
    }
}

/// What differs between two editions; the words are fetched when they are asked for.
pub struct Difference<'a> {
    older: Edition<'a>,
    newer: Edition<'a>,
    older_rows: Rows,
    newer_rows: Rows,
    pairing: Pairing,
    /// Pairs with differences, in the order of the newer edition.
    changed: Vec<Pair>,
    summary: DiffSummary,
}

impl<'a> Difference<'a> {
    pub(crate) fn of(older: Edition<'a>, newer: Edition<'a>) -> Result<Self, AuditError> {
        let (older_rows, newer_rows) = (older.rows()?, newer.rows()?);
        let pairing = pair(&older_rows, &newer_rows);
        Self::of_pairing(older, newer, older_rows, newer_rows, pairing)
    }

    pub(crate) fn of_pairing(
        older: Edition<'a>,
        newer: Edition<'a>,
        older_rows: Rows,
        newer_rows: Rows,
        pairing: Pairing,
    ) -> Result<Self, AuditError> {
        let summary = DiffSummary {
            older_rows: older_rows.len() as u64,
            newer_rows: newer_rows.len() as u64,
            fields_lost: older_rows.fields_without(&newer_rows),
            fields_new: newer_rows.fields_without(&older_rows),
            ..DiffSummary::default()
        };
        let changed = Vec::new();
        let mut difference =
            Self { older, newer, older_rows, newer_rows, pairing, changed, summary };
        difference.count_alone();
        difference.look_at_pairs()?;
        Ok(difference)
    }

    /// The figures.
    pub fn summary(&self) -> &DiffSummary {
        &self.summary
    }

    fn count_alone(&mut self) {
        let summary = &mut self.summary;
        (summary.gone, summary.added) =
            (self.pairing.gone.len() as u64, self.pairing.added.len() as u64);
        for (_, why) in self.pairing.gone.iter().chain(&self.pairing.added) {
            match why {
                Alone::NotThere => {}
                Alone::NoKey => summary.without_key += 1,
                Alone::KeyUnclear => summary.key_unclear += 1,
                Alone::ListedTwice => summary.listed_twice += 1,
            }
        }
    }

    /// Settles which of the pairs hold another device now: that is not seen by keys alone.
    fn look_at_pairs(&mut self) -> Result<(), AuditError> {
        let differing: Vec<Pair> = self
            .pairing
            .pairs
            .iter()
            .filter(|pair| pair.by != PairedBy::Content)
            .copied()
            .collect();
        self.summary.unchanged = (self.pairing.pairs.len() - differing.len()) as u64;
        for part in differing.chunks(PAGE as usize) {
            for (mut pair, (older, newer)) in part.iter().copied().zip(self.bodies(part)?) {
                pair.exchanged |= !pair.by.is_strong() && names_another(&older, &newer);
                let change = of_pair(pair, &older, &newer);
                let summary = &mut self.summary;
                summary.moved += u64::from(change.is_move());
                summary.changed += u64::from(!pair.exchanged);
                summary.exchanged += u64::from(pair.exchanged);
                *summary.paired_by.entry(pair.by.noun()).or_default() += 1;
                self.changed.push(pair);
            }
        }
        Ok(())
    }

    fn bodies(&self, pairs: &[Pair]) -> Result<Vec<(Observation, Observation)>, AuditError> {
        let ids = |rows: &Rows, row: fn(&Pair) -> u32| -> Vec<ObservationId> {
            pairs.iter().filter_map(|pair| rows.id(row(pair))).collect()
        };
        let older = self.older.fetch(&ids(&self.older_rows, |pair| pair.older))?;
        let newer = self.newer.fetch(&ids(&self.newer_rows, |pair| pair.newer))?;
        Ok(older.into_iter().zip(newer).collect())
    }

    /// Calls `each` with every difference: what changed in the order of the newer edition, then what was added, then
    /// what is gone; stops when it answers an error.
    ///
    /// # Errors
    /// [`AuditError`], or what `each` answered.
    pub fn each<E: From<AuditError>>(
        &self,
        mut each: impl FnMut(Change) -> Result<(), E>,
    ) -> Result<(), E> {
        for part in self.changed.chunks(PAGE as usize) {
            for (pair, (older, newer)) in part.iter().zip(self.bodies(part)?) {
                each(of_pair(*pair, &older, &newer))?;
            }
        }
        for (kind, edition, rows, alone) in [
            (ChangeKind::Added, self.newer, &self.newer_rows, &self.pairing.added),
            (ChangeKind::Gone, self.older, &self.older_rows, &self.pairing.gone),
        ] {
            for part in alone.chunks(PAGE as usize) {
                let ids: Vec<_> = part.iter().filter_map(|(row, _)| rows.id(*row)).collect();
                for ((_, why), observation) in part.iter().zip(edition.fetch(&ids)?) {
                    each(of_one(kind, *why, &observation))?;
                }
            }
        }
        Ok(())
    }

    /// Rows whose devices the newer edition does not have.
    pub(crate) fn gone_rows(&self, older: SourceId, since: SourceId) -> Vec<GoneRow> {
        let unpaired = self.pairing.gone.iter().map(|(row, _)| *row);
        let exchanged = self.changed.iter().filter(|pair| pair.exchanged).map(|pair| pair.older);
        let mut rows: Vec<u32> = unpaired.chain(exchanged).collect();
        rows.sort_unstable();
        let shared = self.older_rows.shared(rows.iter().copied(), &self.newer_rows);
        let is_there = |row: &u32| self.older_rows.shares(*row, &shared, PairedBy::is_strong);
        let gone = |row: u32| {
            let is_address = |class| class == PairedBy::Address;
            let address_taken = self.older_rows.shares(row, &shared, is_address);
            let observation = self.older_rows.id(row)?;
            Some(GoneRow { observation, older, since, address_taken })
        };
        rows.into_iter().filter(|row| !is_there(row)).filter_map(gone).collect()
    }
}

/// Whether two rows that only a weak key joins name different products.
fn names_another(older: &Observation, newer: &Observation) -> bool {
    let words = |observation: &Observation| {
        let declared = observation.declared.as_deref();
        let word = |value: Option<&Box<str>>| value.map(|text| letters(text)).unwrap_or_default();
        [
            word(declared.and_then(|words| words.make.as_ref())),
            word(declared.and_then(|words| words.model.as_ref())),
        ]
    };
    let ([make, model], [make_now, model_now]) = (words(older), words(newer));
    // `Hik` became `Hikvision`, `DS-2CD2143` became `DS-2CD2143G0-I`: the same, said better.
    let fits = |one: &str, other: &str| one.contains(other) || other.contains(one);
    let is_typing_mistake = strsim::jaro_winkler(&make, &make_now) >= MAKE_LIKENESS_MIN;
    !(fits(&make, &make_now) || is_typing_mistake) || !fits(&model, &model_now)
}

/// Makes that are written alike to this degree are one make, mistyped.
const MAKE_LIKENESS_MIN: f64 = 0.9;

fn of_pair(pair: Pair, older: &Observation, newer: &Observation) -> Change {
    let (old, new) = (fields(older), fields(newer));
    let value = |side: &[(&str, String)], field: &str| {
        side.iter()
            .find(|(name, _)| *name == field)
            .map(|(_, text)| text.clone())
            .unwrap_or_default()
    };
    let differing = crate::pairing::FIELDS
        .into_iter()
        .map(|field| FieldChange { field, old: value(&old, field), new: value(&new, field) })
        .filter(|change| change.old != change.new)
        .collect();
    Change {
        change: if pair.exchanged { ChangeKind::Exchanged } else { ChangeKind::Changed },
        key: best_key(newer),
        older: Some(older.place.0.to_string()),
        newer: Some(newer.place.0.to_string()),
        paired_by: Some(pair.by),
        alone: None,
        fields: differing,
    }
}

fn of_one(change: ChangeKind, alone: Alone, observation: &Observation) -> Change {
    let place = Some(observation.place.0.to_string());
    let is_added = change == ChangeKind::Added;
    let (older, newer) = if is_added { (None, place) } else { (place, None) };
    let side = |(field, text): (&'static str, String)| {
        let (old, new) = if is_added { (String::new(), text) } else { (text, String::new()) };
        FieldChange { field, old, new }
    };
    Change {
        change,
        key: best_key(observation),
        older,
        newer,
        paired_by: None,
        alone: Some(alone),
        fields: fields(observation).into_iter().map(side).collect(),
    }
}

/// The row's best key for people.
fn best_key(observation: &Observation) -> String {
    const BEST: [&str; 7] =
        ["serial", "mac", "asset-tag", "address", "hostname", "location", "model"];
    let said = fields(observation);
    let found = BEST.iter().find_map(|best| said.iter().find(|(field, _)| field == best));
    found.map_or_else(|| "no key".into(), |(field, text)| format!("{field} {text}"))
}
