//! What is kept of registers beside their rows: confirmed mappings, and which register took the place of which.

use std::str::FromStr;

use model::{Sha256, Timestamp};
use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::sqlite::{SOURCE_COLUMNS, SqliteStore, engine};
use crate::{ObservationId, RawObservation, SourceId, SourceRecord, StoreError};

/// Row of a mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MappingId(pub i64);

/// A mapping to remember.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMapping {
    /// Digest of the shape of the registers it is for.
    pub shape: String,
    /// The shape, for people.
    pub titles: String,
    /// The mapping, as its file has it.
    pub body: String,
    /// When a user said or confirmed it.
    pub confirmed_at: Timestamp,
    /// Name of the register it was confirmed with.
    pub confirmed_with: String,
}

/// A mapping that is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingRecord {
    /// Its row.
    pub id: MappingId,
    /// What it is.
    pub mapping: NewMapping,
}

/// Why a register counts as a newer edition of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EditionReason {
    /// Most devices stand in both, by serial number or hardware address.
    Keys,
    /// A user said so.
    Said,
}

impl EditionReason {
    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::Said => "said",
        }
    }
}

/// Not a reason that this version knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a reason for an edition")]
pub struct UnknownReason;

impl FromStr for EditionReason {
    type Err = UnknownReason;

    fn from_str(text: &str) -> Result<Self, UnknownReason> {
        [Self::Keys, Self::Said]
            .into_iter()
            .find(|reason| reason.as_str() == text)
            .ok_or(UnknownReason)
    }
}

/// A register that took the place of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edition {
    /// Whose rows count no longer, but for those in [`Store::gone`](crate::Store::gone).
    pub older: SourceId,
    /// Whose rows count in their place.
    pub newer: SourceId,
    /// When that was decided.
    pub decided_at: Timestamp,
    /// Why.
    pub why: EditionReason,
    /// The last edition that the gone rows take into account; `None` when they are to be found anew.
    pub settled: Option<SourceId>,
}

/// A row of an older edition that no newer one has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GoneRow {
    /// The row.
    pub observation: ObservationId,
    /// The edition it stands in.
    pub older: SourceId,
    /// The first edition without it.
    pub since: SourceId,
    /// That edition gives its address to another row.
    pub address_taken: bool,
}

/// What registers are looked for by.
#[derive(Debug, Clone, Copy)]
pub struct RegisterLike<'a> {
    /// The one that they are like, which is left out.
    pub source: SourceId,
    /// Its shape.
    pub shape: Option<&'a str>,
    /// Its series.
    pub series: &'a str,
    /// Keys of its devices.
    pub keys: &'a [i64],
}

fn micros(us: i64, what: &'static str) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(us).map_err(|_| StoreError::OutOfRange { what })
}

impl SqliteStore {
    pub(crate) fn put_mapping(&self, mapping: &NewMapping) -> Result<MappingId, StoreError> {
        let NewMapping { shape, titles, body, confirmed_at, confirmed_with } = mapping;
        self.wrap(self.connection.query_row(
            "INSERT INTO mapping (shape, titles, body, confirmed_at_us, confirmed_with) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (shape) DO UPDATE SET
                 titles = excluded.titles, body = excluded.body, confirmed_at_us = excluded.confirmed_at_us,
                 confirmed_with = excluded.confirmed_with
             RETURNING id",
            params![shape, titles, body, confirmed_at.as_microsecond(), confirmed_with],
            |row| row.get(0).map(MappingId),
        ))
    }

    pub(crate) fn all_mappings(&self) -> Result<Vec<MappingRecord>, StoreError> {
        let mut select = self.wrap(self.connection.prepare_cached(
            "SELECT id, shape, titles, body, confirmed_at_us, confirmed_with FROM mapping ORDER BY id",
        ))?;
        let mut rows = self.wrap(select.query([]))?;
        let mut mappings = Vec::new();
        while let Some(row) = self.wrap(rows.next())? {
            let text = |column: usize| self.wrap(row.get::<_, String>(column));
            let mapping = NewMapping {
                shape: text(1)?,
                titles: text(2)?,
                body: text(3)?,
                confirmed_at: micros(self.wrap(row.get(4))?, "mapping.confirmed_at_us")?,
                confirmed_with: text(5)?,
            };
            mappings.push(MappingRecord { id: MappingId(self.wrap(row.get(0))?), mapping });
        }
        Ok(mappings)
    }

    pub(crate) fn drop_mapping(&self, id: MappingId) -> Result<bool, StoreError> {
        let done = self.connection.execute("DELETE FROM mapping WHERE id = ?1", [id.0]);
        Ok(self.wrap(done)? > 0)
    }

    pub(crate) fn put_edition(&self, edition: &Edition) -> Result<(), StoreError> {
        let Edition { older, newer, decided_at, why, settled } = edition;
        let done = self.connection.execute(
            "INSERT INTO edition (older, newer, decided_at_us, why, settled) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (older) DO UPDATE SET
                 newer = excluded.newer, decided_at_us = excluded.decided_at_us, why = excluded.why,
                 settled = excluded.settled",
            params![
                older.0,
                newer.0,
                decided_at.as_microsecond(),
                why.as_str(),
                settled.map(|source| source.0)
            ],
        );
        self.wrap(done).map(drop)
    }

    pub(crate) fn drop_edition(&self, older: SourceId) -> Result<bool, StoreError> {
        self.at_once(|store| {
            let gone = store.connection.execute("DELETE FROM gone WHERE older = ?1", [older.0]);
            store.wrap(gone)?;
            let done = store.connection.execute("DELETE FROM edition WHERE older = ?1", [older.0]);
            Ok(store.wrap(done)? > 0)
        })
    }

    pub(crate) fn like(
        &self,
        like: &RegisterLike<'_>,
        same_max: u32,
        either_max: u32,
    ) -> Result<Vec<SourceRecord>, StoreError> {
        let mut found = self.with_common_keys(like, same_max)?;
        for (conditions, limit) in [
            (
                "json_extract (summary, '$.shape') = ?2 AND json_extract (summary, '$.series') = ?3",
                same_max,
            ),
            (
                "json_extract (summary, '$.shape') = ?2 AND +json_extract (summary, '$.series') IS NOT ?3",
                either_max,
            ),
            (
                "json_extract (summary, '$.series') = ?3 AND +json_extract (summary, '$.shape') IS NOT ?2",
                either_max,
            ),
        ] {
            let mut select = self.wrap(self.connection.prepare_cached(&format!(
                "SELECT {SOURCE_COLUMNS} FROM source
                 WHERE {conditions} AND id <> ?1 AND kind = 'register' AND superseded_by IS NULL
                     AND id NOT IN (SELECT older FROM edition)
                 ORDER BY id DESC LIMIT ?4",
            )))?;
            let values = params![like.source.0, like.shape, like.series, limit];
            let mut rows = self.wrap(select.query(values))?;
            while let Some(row) = self.wrap(rows.next())? {
                let record = self.source_record(row)?;
                if !found.iter().any(|known| known.id == record.id) {
                    found.push(record);
                }
            }
        }
        Ok(found)
    }

    fn with_common_keys(
        &self,
        like: &RegisterLike<'_>,
        limit: u32,
    ) -> Result<Vec<SourceRecord>, StoreError> {
        let mut select = self.wrap(self.connection.prepare_cached(&format!(
            "SELECT {SOURCE_COLUMNS} FROM source JOIN
                 (SELECT source_id, count (*) AS common FROM register_key
                  WHERE hash IN (SELECT value FROM json_each (?4)) GROUP BY source_id)
                 ON source_id = id
             WHERE id <> ?1 AND kind = 'register' AND superseded_by IS NULL AND id NOT IN (SELECT older FROM edition)
                 AND (json_extract (summary, '$.shape') = ?2 OR json_extract (summary, '$.series') = ?3)
             ORDER BY common DESC, id DESC LIMIT ?5",
        )))?;
        let keys = crate::sqlite::to_json(like.keys)?;
        let values = params![like.source.0, like.shape, like.series, keys, limit];
        let mut rows = self.wrap(select.query(values))?;
        let mut found = Vec::new();
        while let Some(row) = self.wrap(rows.next())? {
            found.push(self.source_record(row)?);
        }
        Ok(found)
    }

    pub(crate) fn put_keys(&self, source: SourceId, keys: &[i64]) -> Result<(), StoreError> {
        let mut insert = self.wrap(self.connection.prepare_cached(
            "INSERT OR IGNORE INTO register_key (hash, source_id) VALUES (?1, ?2)",
        ))?;
        for key in keys {
            insert.execute([*key, source.0]).map_err(|error| engine(&self.path, error))?;
        }
        Ok(())
    }

    pub(crate) fn all_readings(&self, sha256: Sha256) -> Result<Vec<SourceId>, StoreError> {
        let mut select = self.wrap(
            self.connection.prepare_cached("SELECT id FROM source WHERE sha256 = ?1 ORDER BY id"),
        )?;
        let rows = select.query_map([sha256.to_string()], |row| row.get(0).map(SourceId));
        self.wrap(rows.and_then(Iterator::collect))
    }

    pub(crate) fn all_editions(&self) -> Result<Vec<Edition>, StoreError> {
        self.editions_where("?1 IS NULL", None)
    }

    pub(crate) fn editions_where(
        &self,
        condition: &str,
        value: Option<i64>,
    ) -> Result<Vec<Edition>, StoreError> {
        let mut select = self.wrap(self.connection.prepare_cached(&format!(
            "SELECT older, newer, decided_at_us, why, settled FROM edition WHERE {condition} ORDER BY older",
        )))?;
        let mut rows = self.wrap(select.query([value]))?;
        let mut editions = Vec::new();
        while let Some(row) = self.wrap(rows.next())? {
            let why: String = self.wrap(row.get(3))?;
            editions.push(Edition {
                older: SourceId(self.wrap(row.get(0))?),
                newer: SourceId(self.wrap(row.get(1))?),
                decided_at: micros(self.wrap(row.get(2))?, "edition.decided_at_us")?,
                why: why.parse().map_err(|_| StoreError::OutOfRange { what: "edition.why" })?,
                settled: self.wrap(row.get::<_, Option<i64>>(4))?.map(SourceId),
            });
        }
        Ok(editions)
    }

    pub(crate) fn put_gone(
        &self,
        older: SourceId,
        upto: SourceId,
        gone: &[GoneRow],
    ) -> Result<(), StoreError> {
        self.at_once(|store| {
            let done = store.connection.execute("DELETE FROM gone WHERE older = ?1", [older.0]);
            store.wrap(done)?;
            let mut insert = store.wrap(store.connection.prepare_cached(
                "INSERT INTO gone (observation_id, older, since, address_taken) VALUES (?1, ?2, ?3, ?4)",
            ))?;
            for row in gone {
                let values = params![row.observation.0, older.0, row.since.0, row.address_taken];
                insert.execute(values).map_err(|error| engine(&store.path, error))?;
            }
            let done = store
                .connection
                .execute("UPDATE edition SET settled = ?2 WHERE older = ?1", [older.0, upto.0]);
            store.wrap(done).map(drop)
        })
    }

    pub(crate) fn all_gone(&self) -> Result<Vec<GoneRow>, StoreError> {
        let mut select = self.wrap(self.connection.prepare_cached(
            "SELECT observation_id, older, since, address_taken FROM gone ORDER BY observation_id",
        ))?;
        let rows = select.query_map([], |row| {
            Ok(GoneRow {
                observation: ObservationId(row.get(0)?),
                older: SourceId(row.get(1)?),
                since: SourceId(row.get(2)?),
                address_taken: row.get(3)?,
            })
        });
        self.wrap(rows.and_then(Iterator::collect))
    }

    pub(crate) fn page_of_source(
        &self,
        source: SourceId,
        after: ObservationId,
        limit: u32,
    ) -> Result<Vec<RawObservation>, StoreError> {
        let mut select = self.wrap(self.connection.prepare_cached(
            "SELECT id, body FROM observation WHERE source_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
        ))?;
        let rows = select.query_map(params![source.0, after.0, limit], |row| {
            Ok(RawObservation { id: ObservationId(row.get(0)?), source, body: row.get(1)? })
        });
        self.wrap(rows.and_then(Iterator::collect))
    }

    /// A source that was read in another way keeps its place among the editions; which rows are gone is to be found
    /// anew.
    pub(crate) fn move_editions(
        &self,
        former: SourceId,
        source: SourceId,
    ) -> Result<(), StoreError> {
        for (sql, values) in [
            ("DELETE FROM gone WHERE older = ?1 OR since = ?1", vec![former.0]),
            ("UPDATE edition SET settled = NULL WHERE settled = ?1", vec![former.0]),
            (
                "UPDATE edition SET newer = ?2, settled = NULL WHERE newer = ?1",
                vec![former.0, source.0],
            ),
            (
                "UPDATE edition SET older = ?2, settled = NULL WHERE older = ?1",
                vec![former.0, source.0],
            ),
        ] {
            self.wrap(self.connection.execute(sql, rusqlite::params_from_iter(values)))?;
        }
        Ok(())
    }

    /// All of it or nothing, within a transaction or without one.
    fn at_once<T>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.batch("SAVEPOINT at_once")?;
        match work(self) {
            Ok(done) => {
                self.batch("RELEASE at_once")?;
                Ok(done)
            }
            Err(error) => {
                // The error that led here is the one to tell.
                let _ = self.batch("ROLLBACK TO at_once; RELEASE at_once");
                Err(error)
            }
        }
    }
}
