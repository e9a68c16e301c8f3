//! Which register is a newer edition of which, and which rows are gone since.
//!
//! A wrong guess would let the devices of one register vanish behind those of another: two schools keep sheets of one
//! name with equal columns, tags and addresses. So only keys of the devices themselves decide, and only for a register
//! of the same name and shape; in every other case both count, and the user is told what to say.

use std::collections::{BTreeMap, BTreeSet};

use model::{Sha256, SourceKind, Timestamp};
use store::{
    Edition as EditionRecord, EditionReason, GoneRow, RegisterLike, SourceId, SourceRecord, Store,
    StoreError,
};

use crate::AuditError;
use crate::difference::{DiffSummary, Difference, Edition, Loose, rows_by_id, rows_of};
use crate::pairing::{PairedBy, Pairing, Rows, pair};

/// Registers of the same name and shape that a new one is compared with, those with devices in common first, then the
/// newest: twenty thousand schools may keep theirs in one form.
const COMPARED_MAX: u32 = 64;

/// Keys of a register that are recorded: one of them is still there when half of its devices are exchanged.
const KEYS_RECORDED: usize = 16;

/// Rows of registers that are compared only to be able to say that they look alike.
const LOOKED_AT_ROWS_MAX: u64 = 50_000;

/// Registers that are compared only to be able to say that they look alike.
const LOOKED_AT_MAX: u32 = 8;

/// So many devices must be in both registers, unless the older one has fewer than twice as many rows: one device that
/// was lent to another school makes no new edition.
const DEVICES_IN_BOTH_MIN: u64 = 3;

/// Whether a register may take the place of one that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Replace {
    /// If most devices of a register of the same name and shape are in it.
    #[default]
    WhereSure,
    /// No.
    Never,
    /// It takes the place of this one.
    Source(SourceId),
}

/// Why a register cannot take the place of another.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditionError {
    /// No such source.
    #[error("there is no source {}: `custodiet sources` lists them", .0.0)]
    NoSuchSource(SourceId),
    /// Not a register, or read again since.
    #[error("source {} is no register that counts: `custodiet sources` lists them", .0.0)]
    NoRegister(SourceId),
    /// Another one has its place already.
    #[error("source {} was replaced by source {} already: name that one", .older.0, .newer.0)]
    ReplacedAlready {
        /// Which.
        older: SourceId,
        /// By which.
        newer: SourceId,
    },
    /// No other one has its place.
    #[error("no source took the place of source {}: nothing to undo", .0.0)]
    NotReplaced(SourceId),
    /// It would take its own place, at once or by a detour.
    #[error("source {} cannot take its own place", .0.0)]
    Itself(SourceId),
}

/// A register that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its source.
    pub source: SourceId,
    /// Its name.
    pub name: String,
    /// When it was imported.
    pub imported_at: Timestamp,
}

impl From<&SourceRecord> for Held {
    fn from(record: &SourceRecord) -> Self {
        Self {
            source: record.id,
            name: record.source.name.to_string(),
            imported_at: record.imported_at,
        }
    }
}

/// A register that is held and looks like the new one, and counts beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    /// Which.
    pub held: Held,
    /// Its rows.
    pub rows: u64,
    /// Rows of it that also stand in the new one, by whatever key.
    pub paired: u64,
    /// Of these, by serial number or hardware address.
    pub strongly: u64,
    /// The name is the same.
    pub same_name: bool,
    /// The columns are the same.
    pub same_shape: bool,
}

/// What a new register means for those that are held.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum EditionOutcome {
    /// Nothing: nothing that is held is like it.
    #[default]
    New,
    /// It took the place of another.
    Replaced {
        /// Which.
        older: Held,
        /// Why.
        why: EditionReason,
        /// What changed.
        summary: DiffSummary,
    },
    /// The same bytes are held, and a newer edition has their place: nothing changed.
    ReplacedBefore(Held),
    /// It counts beside those that look like it.
    Beside {
        /// The most alike first.
        alike: Vec<Likeness>,
        /// There may be further registers of its name and shape, which it was not compared with.
        may_be_more: bool,
    },
}

/// A register that was just read, inside the transaction of its import.
pub(crate) struct Arrival<'a> {
    pub(crate) source: SourceId,
    pub(crate) sha256: Sha256,
    pub(crate) name: &'a str,
    pub(crate) shape: Option<&'a str>,
    pub(crate) rows: u64,
    /// The least hashes of its serial numbers and hardware addresses, in order.
    pub(crate) keys: &'a [i64],
    /// The newest source that may be replaced unasked, if not all.
    pub(crate) held_before: Option<SourceId>,
    pub(crate) now: Timestamp,
}

/// Finds what the new register means for those that are held, and lets it take the place of one where that is sure
/// or was said.
pub(crate) fn place(
    store: &mut dyn Store,
    arrival: &Arrival<'_>,
    replace: Replace,
) -> Result<EditionOutcome, AuditError> {
    let recorded = arrival.keys.get(..KEYS_RECORDED).unwrap_or(arrival.keys);
    store.put_register_keys(arrival.source, recorded)?;
    match replace {
        Replace::Never => Ok(EditionOutcome::New),
        Replace::Source(older) => {
            replace_with(store, older, arrival.source, EditionReason::Said, arrival.now)
        }
        Replace::WhereSure => match look(store, arrival)? {
            Found::Older(compared) => {
                record(store, *compared, arrival.source, EditionReason::Keys, arrival.now)
            }
            Found::Beside(alike, false) if alike.is_empty() => Ok(EditionOutcome::New),
            Found::Beside(alike, may_be_more) => Ok(EditionOutcome::Beside { alike, may_be_more }),
        },
    }
}

/// Lets one register take the place of another, at once with what is gone.
fn replace_with(
    store: &mut dyn Store,
    older: SourceId,
    newer: SourceId,
    why: EditionReason,
    now: Timestamp,
) -> Result<EditionOutcome, AuditError> {
    let sources = store.sources()?;
    let found = sources.iter().find(|record| record.id == older);
    let held = found.ok_or(EditionError::NoSuchSource(older))?.into();
    let (older_rows, newer_rows) = (rows_of(store, older)?, rows_of(store, newer)?);
    let pairing = pair(&older_rows, &newer_rows);
    record(store, Compared { held, older_rows, newer_rows, pairing }, newer, why, now)
}

/// A register that is held beside the new one.
struct Compared {
    held: Held,
    older_rows: Rows,
    newer_rows: Rows,
    pairing: Pairing,
}

fn record(
    store: &mut dyn Store,
    compared: Compared,
    newer: SourceId,
    why: EditionReason,
    now: Timestamp,
) -> Result<EditionOutcome, AuditError> {
    let Compared { held, older_rows, newer_rows, pairing } = compared;
    let older = held.source;
    let (summary, gone) = {
        let [one, other] = [older, newer].map(|source| Edition::Held(&*store, source));
        let difference = Difference::of_pairing(one, other, older_rows, newer_rows, pairing)?;
        (difference.summary().clone(), difference.gone_rows(older, newer))
    };
    let edition = EditionRecord { older, newer, decided_at: now, why, settled: None };
    store.replace_source(&edition)?;
    store.settle_gone(older, newer, &gone)?;
    Ok(EditionOutcome::Replaced { older: held, why, summary })
}

/// Whether a register that is held has been replaced, and by which.
pub(crate) fn replaced_before(
    store: &dyn Store,
    source: SourceId,
) -> Result<EditionOutcome, AuditError> {
    let Some(edition) = store.edition_after(source)? else { return Ok(EditionOutcome::New) };
    let sources = store.sources()?;
    let newer = sources.iter().find(|record| record.id == edition.newer);
    Ok(newer.map_or(EditionOutcome::New, |newer| EditionOutcome::ReplacedBefore(newer.into())))
}

enum Found {
    Older(Box<Compared>),
    Beside(Vec<Likeness>, bool),
}

/// Compares the new register with those that may be an older edition of it.
fn look(store: &dyn Store, arrival: &Arrival<'_>) -> Result<Found, AuditError> {
    if store.readings(arrival.sha256)?.iter().any(|held| *held != arrival.source) {
        // The same bytes read in another way take over the place that they had.
        return Ok(Found::Beside(Vec::new(), false));
    }
    let series = series(arrival.name);
    let (source, shape, keys) = (arrival.source, arrival.shape, arrival.keys);
    let like = RegisterLike { source, shape, series: &series, keys };
    let candidates = store.registers_like(&like, COMPARED_MAX, LOOKED_AT_MAX)?;
    if candidates.is_empty() {
        return Ok(Found::Beside(Vec::new(), false));
    }
    let newer_rows = rows_of(store, arrival.source)?;
    let mut best: Option<(u64, Held, Rows, Pairing)> = None;
    let mut alike = Vec::new();
    let (mut compared, mut looked_at) = (0, 0);
    for record in candidates {
        let same_name = record.summary.series.as_deref() == Some(&*series);
        let same_shape =
            arrival.shape.is_some() && record.summary.shape.as_deref() == arrival.shape;
        let was_held = arrival.held_before.is_none_or(|newest| record.id <= newest);
        let may_replace = same_name && same_shape && was_held;
        if may_replace {
            compared += 1;
        } else {
            looked_at += 1;
            let rows = record.summary.observations + arrival.rows;
            if looked_at > LOOKED_AT_MAX || rows > LOOKED_AT_ROWS_MAX {
                continue;
            }
        }
        let older_rows = rows_of(store, record.id)?;
        let pairing = pair(&older_rows, &newer_rows);
        let overlap = Overlap::of(&older_rows, &pairing);
        if (same_name && same_shape) || overlap.is_likely() {
            alike.push(overlap.likeness(&record, same_name, same_shape));
        }
        let is_better = best.as_ref().is_none_or(|(most, ..)| overlap.strongly > *most);
        if may_replace && overlap.is_sure() && is_better {
            best = Some((overlap.strongly, (&record).into(), older_rows, pairing));
        }
    }
    if let Some((_, held, older_rows, pairing)) = best {
        return Ok(Found::Older(Box::new(Compared { held, older_rows, newer_rows, pairing })));
    }
    alike.sort_by_key(|one| std::cmp::Reverse((one.strongly, one.paired, one.held.source)));
    Ok(Found::Beside(alike, compared == COMPARED_MAX))
}

/// A file name without what browsers and desktops add to a second copy, in lower case: `Cams (2).csv` is `cams.csv`.
pub(crate) fn series(name: &str) -> String {
    let name = name.to_lowercase();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
    let numbered = stem.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    let stem = match numbered {
        Some((bare, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => bare,
        _ => stem,
    };
    format!("{}.{extension}", stem.trim())
}

/// How many rows two registers have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Overlap {
    older_rows: u64,
    /// Rows of the older one with a serial number or hardware address.
    older_strong: u64,
    paired: u64,
    strongly: u64,
}

impl Overlap {
    fn of(older: &Rows, pairing: &Pairing) -> Self {
        let pairs = &pairing.pairs;
        let strongly = pairs.iter().filter(|pair| {
            pair.by.is_strong() || (pair.by == PairedBy::Content && older.is_strong(pair.older))
        });
        Self {
            older_rows: older.len() as u64,
            older_strong: older.strong(),
            strongly: strongly.count() as u64,
            paired: pairs.len() as u64,
        }
    }

    /// Whether the newer one is surely the older one edited: most rows of the older one are in it, and most of its
    /// devices that can be told by their own keys. An extract of less than half is none.
    const fn is_sure(self) -> bool {
        let enough = self.strongly >= DEVICES_IN_BOTH_MIN || self.strongly * 2 >= self.older_rows;
        self.strongly > 0
            && enough
            && self.strongly * 2 > self.older_strong
            && self.paired * 2 > self.older_rows
    }

    /// Whether a person would want to know: about half of the rows are in both.
    const fn is_likely(self) -> bool {
        self.paired > 0 && self.paired * 2 >= self.older_rows
    }

    fn likeness(self, record: &SourceRecord, same_name: bool, same_shape: bool) -> Likeness {
        Likeness {
            held: record.into(),
            rows: self.older_rows,
            paired: self.paired,
            strongly: self.strongly,
            same_name,
            same_shape,
        }
    }
}

/// Whether this source may be named as the one whose place is taken.
///
/// # Errors
/// [`EditionError`] says why not.
pub(crate) fn check_replaceable(store: &dyn Store, older: SourceId) -> Result<(), AuditError> {
    let sources = store.sources()?;
    let record = sources.iter().find(|record| record.id == older);
    let record = record.ok_or(EditionError::NoSuchSource(older))?;
    if record.superseded || record.source.kind != SourceKind::Register {
        return Err(EditionError::NoRegister(older).into());
    }
    match store.edition_after(older)? {
        Some(EditionRecord { newer, .. }) => {
            Err(EditionError::ReplacedAlready { older, newer }.into())
        }
        None => Ok(()),
    }
}

/// Lets one held register take the place of another. One that had been replaced by it counts again: that is how to go
/// back to a former edition.
///
/// # Errors
/// [`AuditError::Edition`] when that makes no sense, [`AuditError::Store`].
pub fn replace_source(
    store: &mut dyn Store,
    older: SourceId,
    newer: SourceId,
    now: Timestamp,
) -> Result<EditionOutcome, AuditError> {
    if older == newer {
        return Err(EditionError::Itself(older).into());
    }
    check_replaceable(store, older)?;
    let successors = successors(store)?;
    if chain(&successors, newer).contains(&older) {
        store.restore_source(newer)?;
    }
    check_replaceable(store, newer)?;
    if chain(&self::successors(store)?, newer).contains(&older) {
        return Err(EditionError::Itself(older).into());
    }
    let outcome = replace_with(store, older, newer, EditionReason::Said, now)?;
    settle_editions(store)?;
    Ok(outcome)
}

/// Lets a register count again that another had taken the place of: they are two registers.
///
/// # Errors
/// [`AuditError::Edition`] when none had, [`AuditError::Store`].
pub fn restore_source(store: &mut dyn Store, older: SourceId) -> Result<(), AuditError> {
    if !store.restore_source(older)? {
        return Err(EditionError::NotReplaced(older).into());
    }
    settle_editions(store)
}

fn successors(store: &dyn Store) -> Result<BTreeMap<SourceId, SourceId>, StoreError> {
    Ok(store.editions()?.into_iter().map(|edition| (edition.older, edition.newer)).collect())
}

/// The editions after this one, to the newest.
fn chain(successors: &BTreeMap<SourceId, SourceId>, older: SourceId) -> Vec<SourceId> {
    let mut chain: Vec<SourceId> = Vec::new();
    let mut at = older;
    while let Some(next) = successors.get(&at).filter(|next| !chain.contains(next)) {
        chain.push(*next);
        at = *next;
    }
    chain
}

/// Finds for every older edition which of its rows are gone, where that is not known up to the newest edition.
///
/// # Errors
/// [`AuditError::Store`].
pub(crate) fn settle_editions(store: &mut dyn Store) -> Result<(), AuditError> {
    let editions = store.editions()?;
    let successors = successors(store)?;
    let mut newest: Option<(SourceId, Rows)> = None;
    for edition in editions {
        let chain = chain(&successors, edition.older);
        let Some(head) = chain.last().copied().filter(|head| edition.settled != Some(*head)) else {
            continue;
        };
        let known = edition.settled.and_then(|at| chain.iter().position(|next| *next == at));
        let (mut gone, rest) = match (known, chain.as_slice()) {
            (Some(known), _) => {
                let held = store.gone()?.into_iter().filter(|row| row.older == edition.older);
                (held.collect(), chain.get(known + 1..).unwrap_or_default())
            }
            (None, [first, rest @ ..]) => (gone_since(store, edition.older, *first)?, rest),
            (None, []) => continue,
        };
        for next in rest {
            if newest.as_ref().is_none_or(|(source, _)| source != next) {
                newest = Some((*next, rows_of(store, *next)?));
            }
            if let Some((_, rows)) = &newest {
                leave_out_returned(store, &mut gone, rows)?;
            }
        }
        store.settle_gone(edition.older, head, &gone)?;
    }
    Ok(())
}

fn gone_since(
    store: &dyn Store,
    older: SourceId,
    newer: SourceId,
) -> Result<Vec<GoneRow>, AuditError> {
    let difference = Difference::of(Edition::Held(store, older), Edition::Held(store, newer))?;
    Ok(difference.gone_rows(older, newer))
}

/// A row that was gone and stands in a later edition again is not gone.
fn leave_out_returned(
    store: &dyn Store,
    gone: &mut Vec<GoneRow>,
    later: &Rows,
) -> Result<(), AuditError> {
    let ids: Vec<_> = gone.iter().map(|row| row.observation).collect();
    let rows = rows_by_id(store, &ids)?;
    let shared = rows.shared((0..).take(rows.len()), later);
    let mut returned: BTreeSet<_> = (0..)
        .take(rows.len())
        .filter(|row| rows.shares(*row, &shared, PairedBy::is_strong))
        .filter_map(|row| rows.id(row))
        .collect();
    let equal = pair(&rows, later).pairs.into_iter().filter(|pair| pair.by == PairedBy::Content);
    returned.extend(equal.filter_map(|pair| rows.id(pair.older)));
    gone.retain(|row| !returned.contains(&row.observation));
    Ok(())
}

/// What differs between two registers that are held.
///
/// # Errors
/// [`AuditError::Edition`] when one is no register, [`AuditError::Store`].
pub fn difference<'a>(
    store: &'a dyn Store,
    older: SourceId,
    newer: SourceId,
) -> Result<Difference<'a>, AuditError> {
    let sources = store.sources()?;
    for id in [older, newer] {
        let record = sources.iter().find(|record| record.id == id);
        match record.map(|record| record.source.kind) {
            Some(SourceKind::Register) => {}
            Some(_) => return Err(EditionError::NoRegister(id).into()),
            None => return Err(EditionError::NoSuchSource(id).into()),
        }
    }
    Difference::of(Edition::Held(store, older), Edition::Held(store, newer))
}

/// A register that was read to be compared, and not stored.
pub struct LookedAt(pub(crate) Loose);

/// What would change if this register took the place of one that is held.
///
/// # Errors
/// [`AuditError::Edition`] when the held one is no register, [`AuditError::Store`].
pub fn difference_to<'a>(
    store: &'a dyn Store,
    older: SourceId,
    newer: &'a LookedAt,
) -> Result<Difference<'a>, AuditError> {
    let sources = store.sources()?;
    match sources.iter().find(|record| record.id == older).map(|record| record.source.kind) {
        Some(SourceKind::Register) => {}
        Some(_) => return Err(EditionError::NoRegister(older).into()),
        None => return Err(EditionError::NoSuchSource(older).into()),
    }
    Difference::of(Edition::Held(store, older), Edition::Read(&newer.0))
}

#[cfg(test)]
mod tests;
