//! SQLite: one writer, any number of readers, WAL.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use model::{
    Answer, DeviceKind, Level, MakerId, Observation, Sha256, SourceKind, SourceRef, Timestamp,
    Verdict,
};
use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, OpenFlags, Row, params, params_from_iter};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;
use crate::migrate;
use crate::port::{
    ClassId, Counts, DevicePage, DeviceQuery, DeviceRow, ImportStart, ImportSummary, NewImport,
    ObservationId, RawObservation, SortKey, SourceId, SourceRecord, Store, WORST_NONE,
};
use crate::registers::{Edition, GoneRow, MappingId, MappingRecord, NewMapping, RegisterLike};

/// How long a second process waits for the first one's transaction before it gives up and says so.
const BUSY_WAIT: Duration = Duration::from_secs(20);

/// Page cache; larger caches did not import faster.
const CACHE_KIB: i64 = 64 * 1024;

/// Indexes on results are dropped before a replacement and made again after it: that is three times faster
/// than keeping them up to date.
const RESULT_INDEXES: &[(&str, &str)] = &[
    ("device_by_id", "device (id)"),
    ("device_by_maker", "device (maker)"),
    ("device_by_site", "device (site)"),
    ("device_by_worst", "device (worst)"),
    ("device_by_facet", "device (facet)"),
    ("device_by_address", "device (address)"),
    ("device_by_mac", "device (mac)"),
    ("device_by_serial", "device (serial)"),
];

/// Whether the file may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// Make it if it is not there, bring it to the newest schema.
    ReadWrite,
    /// It must be there; one of an older schema is brought to the newest first.
    ReadOnly,
}

/// Where more than one device in so many matches, reading in the order of the list finds a page sooner than an
/// index would.
const COMMON: u64 = 20;

/// Columns of a source, as [`SqliteStore::source_record`] takes them.
pub(crate) const SOURCE_COLUMNS: &str =
    "id, sha256, kind, name, size_bytes, imported_at_us, summary, superseded_by";

/// A database file.
pub struct SqliteStore {
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
    /// Of the results that are being written.
    facets: HashMap<Facet, FacetRow>,
}

/// What lists filter by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Facet {
    class: i64,
    worst: u8,
    kind: DeviceKind,
    level: Level,
    maker: MakerId,
    maker_name: String,
    brand: Option<String>,
    rebranded: bool,
    conflicting: bool,
    zone: Option<String>,
}

#[derive(Debug, Clone, Copy)]
struct FacetRow {
    id: i64,
    devices: i64,
}

impl Facet {
    fn of(device: &DeviceRow) -> Self {
        Self {
            class: device.class.0,
            worst: worst_number(device.worst),
            kind: device.kind,
            level: device.level,
            maker: device.maker.clone(),
            maker_name: device.maker_name.clone(),
            brand: device.brand.clone(),
            rebranded: device.rebranded,
            conflicting: device.conflicts > 0,
            zone: device.zone.clone(),
        }
    }
}

pub(crate) fn engine(path: &Path, engine: rusqlite::Error) -> StoreError {
    let help = obstacle(path);
    let path = path.to_path_buf();
    match engine.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { path },
        Some(ErrorCode::DiskFull) => StoreError::Full { path },
        Some(ErrorCode::NotADatabase) => StoreError::NotOurs { path },
        Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged { path, engine },
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            StoreError::CannotOpen { path, help, engine }
        }
        _ if path.is_dir() => StoreError::CannotOpen { path, help, engine },
        _ => StoreError::Engine { path, engine },
    }
}

/// What the engine's "unable to open" means.
fn obstacle(path: &Path) -> &'static str {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if path.is_dir() {
        "it is a folder: name a file in it"
    } else if folder.is_some_and(|folder| !folder.is_dir()) {
        "its folder is not there: make the folder, or name another file with --db"
    } else {
        "look whether you may read and write the file and its folder, or name another file with --db"
    }
}

/// The address of a file that nobody writes to, as the engine takes it.
fn immutable(path: &Path) -> Option<String> {
    let mut address = String::from("file:");
    for byte in path.to_str()?.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_') {
            address.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(address, "%{byte:02x}");
        }
    }
    address.push_str("?immutable=1");
    Some(address)
}

/// Whether all that was committed stands in the file itself.
fn is_settled(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    path.is_file() && std::fs::metadata(log).map_or(true, |log| log.len() == 0)
}

impl SqliteStore {
    /// Opens the file, after checking that it is one of ours and not newer than this build.
    ///
    /// # Errors
    /// [`StoreError::NotOurs`], [`StoreError::Newer`], [`StoreError::CannotOpen`], [`StoreError::Busy`].
    pub fn open(path: &Path, mode: OpenMode) -> Result<Self, StoreError> {
        let store = Self::open_as_is(path, mode)?;
        if mode == OpenMode::ReadWrite
            || migrate::version(&store.connection, path)? == migrate::newest()
        {
            return Ok(store);
        }
        drop(store);
        drop(Self::open_as_is(path, OpenMode::ReadWrite)?);
        Self::open_as_is(path, mode)
    }

    fn open_as_is(path: &Path, mode: OpenMode) -> Result<Self, StoreError> {
        let flags = match mode {
            OpenMode::ReadWrite => {
                OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
            }
            OpenMode::ReadOnly => OpenFlags::SQLITE_OPEN_READ_ONLY,
        };
        match Self::open_with(path, path, mode, flags) {
            // Beside a file in WAL mode the engine writes even to read. In a folder that is read-only, a copy on a
            // stick say, nobody else writes either, and the file can be taken as it stands.
            Err(error @ StoreError::CannotOpen { .. })
                if mode == OpenMode::ReadOnly && is_settled(path) =>
            {
                let Some(address) = immutable(path) else { return Err(error) };
                let flags = flags | OpenFlags::SQLITE_OPEN_URI;
                Self::open_with(path, Path::new(&address), mode, flags)
            }
            other => other,
        }
    }

    fn open_with(
        path: &Path,
        address: &Path,
        mode: OpenMode,
        flags: OpenFlags,
    ) -> Result<Self, StoreError> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(address, flags).map_err(|error| {
            StoreError::CannotOpen { path: path.into(), help: obstacle(path), engine: error }
        })?;
        let mut store = Self { connection, path: path.into(), facets: HashMap::new() };
        store.configure(mode).map_err(|error| engine(path, error))?;
        match mode {
            OpenMode::ReadWrite => {
                migrate::version(&store.connection, path)?;
                store.pragma("journal_mode", "WAL")?;
                migrate::migrate(&mut store.connection, path)?;
            }
            OpenMode::ReadOnly => {
                let found = migrate::version(&store.connection, path)?;
                if found == 0 {
                    return Err(StoreError::NotOurs { path: path.into() });
                }
            }
        }
        Ok(store)
    }

    /// A database that lives in memory and goes with the value.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub fn in_memory() -> Result<Self, StoreError> {
        let path = PathBuf::from(":memory:");
        let connection = Connection::open_in_memory().map_err(|error| engine(&path, error))?;
        let mut store = Self { connection, path, facets: HashMap::new() };
        store.configure(OpenMode::ReadWrite).map_err(|error| engine(&store.path, error))?;
        let path = store.path.clone();
        migrate::migrate(&mut store.connection, &path)?;
        Ok(store)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Caps the size of the file, in pages of 4 KiB: a full disk on demand.
    ///
    /// # Errors
    /// What the engine says.
    pub fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        self.wrap(self.connection.query_row(
            &format!("PRAGMA max_page_count = {pages}"),
            [],
            |_| Ok(()),
        ))
    }

    fn configure(&self, mode: OpenMode) -> Result<(), rusqlite::Error> {
        let connection = &self.connection;
        connection.busy_timeout(BUSY_WAIT)?;
        connection.set_prepared_statement_cache_capacity(32);
        connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        connection.pragma_update(None, "trusted_schema", "OFF")?;
        if mode == OpenMode::ReadWrite {
            connection.pragma_update(None, "synchronous", "NORMAL")?;
        }
        Ok(())
    }

    fn pragma(&self, name: &str, value: &str) -> Result<(), StoreError> {
        self.wrap(self.connection.query_row(&format!("PRAGMA {name} = {value}"), [], |_| Ok(())))
    }

    pub(crate) fn wrap<T>(&self, result: Result<T, rusqlite::Error>) -> Result<T, StoreError> {
        result.map_err(|error| engine(&self.path, error))
    }

    pub(crate) fn batch(&self, sql: &str) -> Result<(), StoreError> {
        self.wrap(self.connection.execute_batch(sql))
    }

    /// Ends a transaction that failed; SQLite has already ended it after some errors.
    fn rollback(&self) -> Result<(), StoreError> {
        if self.connection.is_autocommit() { Ok(()) } else { self.batch("ROLLBACK") }
    }

    fn commit(&self) -> Result<(), StoreError> {
        self.batch("COMMIT")
    }
}

impl Store for SqliteStore {
    fn start_import(&mut self, import: &NewImport) -> Result<ImportStart, StoreError> {
        self.batch("BEGIN IMMEDIATE")?;
        let sha256 = import.source.sha256.to_string();
        let held = self.connection.query_row(
            "SELECT id FROM source WHERE sha256 = ?1 AND superseded_by IS NULL AND (?2 = '' OR interpretation = ?2)",
            params![sha256, import.interpretation],
            |row| row.get::<_, i64>(0),
        );
        match held {
            Ok(id) => {
                self.rollback()?;
                return Ok(ImportStart::AlreadyHeld(SourceId(id)));
            }
            Err(rusqlite::Error::QueryReturnedNoRows) => {}
            Err(error) => {
                self.rollback()?;
                return Err(engine(&self.path, error));
            }
        }
        let inserted = self.connection.execute(
            "INSERT INTO source (sha256, interpretation, kind, name, size_bytes, imported_at_us, summary)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, '{}')",
            params![
                sha256,
                import.interpretation,
                import.source.kind.as_str(),
                &*import.source.name,
                i64::try_from(import.size_bytes).unwrap_or(i64::MAX),
                import.imported_at.as_microsecond(),
            ],
        );
        if let Err(error) = inserted {
            self.rollback()?;
            return Err(engine(&self.path, error));
        }
        Ok(ImportStart::New(SourceId(self.connection.last_insert_rowid())))
    }

    fn append(&mut self, source: SourceId, observations: &[Observation]) -> Result<(), StoreError> {
        let mut insert = self.wrap(
            self.connection
                .prepare_cached("INSERT INTO observation (source_id, body) VALUES (?1, ?2)"),
        )?;
        for observation in observations {
            let body = to_json(observation)?;
            insert.execute(params![source.0, body]).map_err(|error| engine(&self.path, error))?;
        }
        Ok(())
    }

    fn finish_import(
        &mut self,
        source: SourceId,
        kind: SourceKind,
        summary: &ImportSummary,
    ) -> Result<(), StoreError> {
        let summary = to_json(summary)?;
        let done = self.connection.execute(
            "UPDATE source SET summary = ?2, kind = ?3 WHERE id = ?1",
            params![source.0, summary, kind.as_str()],
        );
        self.wrap(done)?;
        for former in self.former_readings(source)? {
            let done = self.connection.execute(
                "UPDATE source SET superseded_by = ?1 WHERE id = ?2",
                [source.0, former.0],
            );
            self.wrap(done)?;
            self.move_editions(former, source)?;
        }
        self.commit()
    }

    fn abandon_import(&mut self) -> Result<(), StoreError> {
        self.rollback()
    }

    fn sources(&self) -> Result<Vec<SourceRecord>, StoreError> {
        let sql = format!("SELECT {SOURCE_COLUMNS} FROM source ORDER BY id");
        let mut select = self.wrap(self.connection.prepare_cached(&sql))?;
        let mut rows = self.wrap(select.query([]))?;
        let mut sources = Vec::new();
        while let Some(row) = self.wrap(rows.next())? {
            sources.push(self.source_record(row)?);
        }
        Ok(sources)
    }

    fn observation_page(
        &self,
        after: ObservationId,
        limit: u32,
    ) -> Result<Vec<RawObservation>, StoreError> {
        let mut select = self.wrap(self.connection.prepare_cached(
            "SELECT o.id, o.source_id, o.body FROM observation o CROSS JOIN source s ON s.id = o.source_id
             WHERE o.id > ?1 AND s.superseded_by IS NULL
                 AND (s.id NOT IN (SELECT older FROM edition) OR o.id IN (SELECT observation_id FROM gone))
             ORDER BY o.id LIMIT ?2",
        ))?;
        let rows = select.query_map(params![after.0, limit], |row| {
            Ok(RawObservation {
                id: ObservationId(row.get(0)?),
                source: SourceId(row.get(1)?),
                body: row.get(2)?,
            })
        });
        self.wrap(rows.and_then(Iterator::collect))
    }

    fn raw_observations(&self, ids: &[ObservationId]) -> Result<Vec<RawObservation>, StoreError> {
        let mut select = self.wrap(
            self.connection.prepare_cached("SELECT source_id, body FROM observation WHERE id = ?1"),
        )?;
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let row = select.query_row([id.0], |row| {
                Ok(RawObservation { id: *id, source: SourceId(row.get(0)?), body: row.get(1)? })
            });
            match row {
                Ok(raw) => found.push(raw),
                Err(rusqlite::Error::QueryReturnedNoRows) => {}
                Err(error) => return Err(engine(&self.path, error)),
            }
        }
        Ok(found)
    }

    fn source_page(
        &self,
        source: SourceId,
        after: ObservationId,
        limit: u32,
    ) -> Result<Vec<RawObservation>, StoreError> {
        self.page_of_source(source, after, limit)
    }

    fn remember_mapping(&mut self, mapping: &NewMapping) -> Result<MappingId, StoreError> {
        self.put_mapping(mapping)
    }

    fn mappings(&self) -> Result<Vec<MappingRecord>, StoreError> {
        self.all_mappings()
    }

    fn forget_mapping(&mut self, id: MappingId) -> Result<bool, StoreError> {
        self.drop_mapping(id)
    }

    fn replace_source(&mut self, edition: &Edition) -> Result<(), StoreError> {
        self.put_edition(edition)
    }

    fn restore_source(&mut self, older: SourceId) -> Result<bool, StoreError> {
        self.drop_edition(older)
    }

    fn put_register_keys(&mut self, source: SourceId, keys: &[i64]) -> Result<(), StoreError> {
        self.put_keys(source, keys)
    }

    fn registers_like(
        &self,
        like: &RegisterLike<'_>,
        same_max: u32,
        either_max: u32,
    ) -> Result<Vec<SourceRecord>, StoreError> {
        self.like(like, same_max, either_max)
    }

    fn readings(&self, sha256: Sha256) -> Result<Vec<SourceId>, StoreError> {
        self.all_readings(sha256)
    }

    fn edition_after(&self, older: SourceId) -> Result<Option<Edition>, StoreError> {
        Ok(self.editions_where("older = ?1", Some(older.0))?.pop())
    }

    fn editions(&self) -> Result<Vec<Edition>, StoreError> {
        self.all_editions()
    }

    fn settle_gone(
        &mut self,
        older: SourceId,
        upto: SourceId,
        gone: &[GoneRow],
    ) -> Result<(), StoreError> {
        self.put_gone(older, upto, gone)
    }

    fn gone(&self) -> Result<Vec<GoneRow>, StoreError> {
        self.all_gone()
    }

    fn start_results(&mut self) -> Result<(), StoreError> {
        self.batch("BEGIN IMMEDIATE")?;
        let mut sql = String::new();
        for (name, _) in RESULT_INDEXES {
            // Writing to a String cannot fail.
            let _ = writeln!(sql, "DROP INDEX IF EXISTS {name};");
        }
        self.facets.clear();
        sql.push_str(
            "DELETE FROM device; DELETE FROM facet; DELETE FROM class_answer; DELETE FROM verdict_class; DELETE FROM run;",
        );
        self.batch(&sql)
    }

    fn put_class(
        &mut self,
        class: ClassId,
        facts: &str,
        verdicts: &[Verdict],
    ) -> Result<(), StoreError> {
        let json = to_json(verdicts)?;
        let done = self.connection.execute(
            "INSERT INTO verdict_class (id, facts, verdicts) VALUES (?1, ?2, ?3)",
            params![class.0, facts, json],
        );
        self.wrap(done)?;
        let mut insert = self.wrap(self.connection.prepare_cached(
            "INSERT INTO class_answer (policy, answer, class_id) VALUES (?1, ?2, ?3)",
        ))?;
        for verdict in verdicts {
            let answer = worst_number(Some(verdict.answer));
            let done = insert.execute(params![verdict.policy.as_str(), answer, class.0]);
            done.map_err(|error| engine(&self.path, error))?;
        }
        Ok(())
    }

    fn put_devices(&mut self, devices: &[DeviceRow]) -> Result<(), StoreError> {
        let mut insert = self.wrap(self.connection.prepare_cached(
            "INSERT INTO device (id, kind, maker, maker_name, probability, level, brand, model, firmware, serial, address,
                 mac, site, zone, worst, rebranded, conflicts, identity, class_id, observations, facet)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)",
        ))?;
        for device in devices {
            let next = i64::try_from(self.facets.len()).unwrap_or(i64::MAX);
            let facet =
                self.facets.entry(Facet::of(device)).or_insert(FacetRow { id: next, devices: 0 });
            facet.devices += 1;
            let identity = match device.identity_conflicts.as_slice() {
                [] => None,
                conflicts => Some(to_json(conflicts)?),
            };
            let done = insert.execute(params![
                device.id.as_str(),
                device.kind.as_str(),
                device.maker.as_str(),
                device.maker_name,
                device.probability,
                device.level.as_str(),
                device.brand,
                device.model,
                device.firmware,
                device.serial,
                device.address,
                device.mac,
                device.site,
                device.zone,
                worst_number(device.worst),
                device.rebranded,
                device.conflicts,
                identity,
                device.class.0,
                to_json(&device.observations)?,
                facet.id,
            ]);
            done.map_err(|error| engine(&self.path, error))?;
        }
        Ok(())
    }

    fn finish_results(&mut self, run: &str) -> Result<(), StoreError> {
        let mut sql = String::new();
        for (name, columns) in RESULT_INDEXES {
            let _ = writeln!(sql, "CREATE INDEX {name} ON {columns};");
        }
        self.batch(&sql)?;
        self.put_facets()?;
        self.wrap(self.connection.execute("INSERT INTO run (body) VALUES (?1)", [run]))?;
        self.commit()
    }

    fn abandon_results(&mut self) -> Result<(), StoreError> {
        self.rollback()
    }

    fn run(&self) -> Result<Option<String>, StoreError> {
        match self.connection.query_row(
            "SELECT body FROM run ORDER BY id DESC LIMIT 1",
            [],
            |row| row.get(0),
        ) {
            Ok(body) => Ok(Some(body)),
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
            Err(error) => Err(engine(&self.path, error)),
        }
    }

    fn devices(&self, query: &DeviceQuery) -> Result<DevicePage, StoreError> {
        let facets = facet_filter(query);
        let rows = row_filter(query);
        let total = self.count("SELECT coalesce(sum(devices), 0) FROM facet", &[])?;
        let by_facet = match facets.sql.as_str() {
            "" => total,
            conditions => {
                let sql = format!("SELECT coalesce(sum(devices), 0) FROM facet {conditions}");
                self.count(&sql, &facets.values)?
            }
        };
        // A unary plus keeps SQLite from using the index.
        let index = if by_facet.saturating_mul(COMMON) > total { "+facet" } else { "facet" };
        let mut filter = rows;
        let by_row = !filter.sql.is_empty();
        if !facets.sql.is_empty() {
            filter.and(&format!("{index} IN (SELECT id FROM facet {})", facets.sql));
            filter.values.extend(facets.values);
        }
        let matching = if by_row {
            self.count(&format!("SELECT count(*) FROM device {}", filter.sql), &filter.values)?
        } else {
            by_facet
        };
        let limit = query.limit.map_or(-1, i64::from);
        let sql = format!(
            "SELECT id, kind, maker, maker_name, probability, level, brand, model, firmware, serial, address, mac, site,
                 zone, worst, rebranded, conflicts, identity, class_id, observations, ord
             FROM device {} ORDER BY {} LIMIT {limit} OFFSET {}",
            filter.sql,
            order(query),
            query.offset
        );
        let mut select = self.wrap(self.connection.prepare(&sql))?;
        let mut rows = self.wrap(select.query(params_from_iter(filter.values)))?;
        let mut devices = Vec::new();
        while let Some(row) = self.wrap(rows.next())? {
            devices.push(self.device_row(row)?);
        }
        Ok(DevicePage { rows: devices, matching, total })
    }

    fn class(&self, class: ClassId) -> Result<Option<(String, Vec<Verdict>)>, StoreError> {
        let row = self.connection.query_row(
            "SELECT facts, verdicts FROM verdict_class WHERE id = ?1",
            [class.0],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
        );
        match row {
            Ok((facts, verdicts)) => {
                Ok(Some((facts, from_json("verdict_class", class.0, &verdicts)?)))
            }
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
            Err(error) => Err(engine(&self.path, error)),
        }
    }

    fn counts(&self) -> Result<Counts, StoreError> {
        let surveillance = surveillance_kinds();
        let makers = self.grouped::<String>(&format!(
            "SELECT maker_name, sum(devices) FROM facet WHERE kind IN ({surveillance}) GROUP BY maker_name ORDER BY 2 DESC, 1"
        ))?;
        let answers = self.grouped::<i64>(&format!(
            "SELECT worst, sum(devices) FROM facet WHERE kind IN ({surveillance}) GROUP BY worst ORDER BY 1"
        ))?;
        Ok(Counts {
            makers,
            answers: answers
                .into_iter()
                .map(|(number, count)| (worst_answer(number), count))
                .collect(),
        })
    }
}

/// A `WHERE` clause and the values it binds.
#[derive(Default)]
struct Filter {
    sql: String,
    values: Vec<Value>,
}

impl Filter {
    fn and(&mut self, condition: &str) {
        self.sql.push_str(if self.sql.is_empty() { "WHERE " } else { " AND " });
        self.sql.push_str(condition);
    }

    fn any_of(&mut self, column: &str, values: impl ExactSizeIterator<Item = Value>) {
        if values.len() > 0 {
            let marks = vec!["?"; values.len()].join(", ");
            self.and(&format!("{column} IN ({marks})"));
            self.values.extend(values);
        }
    }
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

/// Conditions on what devices share.
fn facet_filter(query: &DeviceQuery) -> Filter {
    let mut filter = Filter::default();
    filter.any_of("kind", query.kinds.iter().map(|kind| text(kind.as_str())));
    filter.any_of("maker", query.makers.iter().map(|maker| text(maker.as_str())));
    filter.any_of("brand COLLATE NOCASE", query.brands.iter().map(|brand| text(brand)));
    filter.any_of("level", query.levels.iter().map(|level| text(level.as_str())));
    filter.any_of("zone", query.zones.iter().map(|zone| text(zone)));
    let answers: Vec<u8> = query.answers.iter().map(|answer| worst_number(Some(*answer))).collect();
    let answers_asked = || answers.iter().map(|number| Value::Integer((*number).into()));
    match &query.policy {
        None => filter.any_of("worst", answers_asked()),
        Some(policy) => {
            let mut classes = Filter::default();
            classes.and("policy = ?");
            classes.values.push(text(policy.as_str()));
            classes.any_of("answer", answers_asked());
            filter.and(&format!("class_id IN (SELECT class_id FROM class_answer {})", classes.sql));
            filter.values.extend(classes.values);
        }
    }
    if query.rebranded {
        filter.and("rebranded = 1");
    }
    if query.conflicting {
        filter.and("conflicting = 1");
    }
    if query.surveillance {
        filter.and(&format!("kind IN ({})", surveillance_kinds()));
    }
    filter
}

/// Conditions on a device's own keys.
fn row_filter(query: &DeviceQuery) -> Filter {
    let mut filter = Filter::default();
    filter.any_of("site", query.sites.iter().map(|site| text(site)));
    if let Some(key) = &query.key {
        filter.and("(id = ? OR address = ? OR mac = ? OR serial = ?)");
        filter.values.extend([text(key), text(key), Value::Text(key.to_lowercase()), text(key)]);
    }
    filter
}

impl SqliteStore {
    /// Sources of the same bytes that count no longer once `source` does.
    fn former_readings(&self, source: SourceId) -> Result<Vec<SourceId>, StoreError> {
        let mut select = self.wrap(self.connection.prepare_cached(
            "SELECT id FROM source
             WHERE id <> ?1 AND superseded_by IS NULL AND sha256 = (SELECT sha256 FROM source WHERE id = ?1)",
        ))?;
        let rows = select.query_map([source.0], |row| row.get(0).map(SourceId));
        self.wrap(rows.and_then(Iterator::collect))
    }

    fn put_facets(&mut self) -> Result<(), StoreError> {
        let mut facets: Vec<(Facet, FacetRow)> =
            std::mem::take(&mut self.facets).into_iter().collect();
        facets.sort_unstable_by_key(|(_, row)| row.id);
        let mut insert = self.wrap(self.connection.prepare_cached(
            "INSERT INTO facet (id, class_id, worst, kind, level, maker, maker_name, brand, rebranded, conflicting, zone,
                 devices)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        ))?;
        for (facet, row) in facets {
            let done = insert.execute(params![
                row.id,
                facet.class,
                facet.worst,
                facet.kind.as_str(),
                facet.level.as_str(),
                facet.maker.as_str(),
                facet.maker_name,
                facet.brand,
                facet.rebranded,
                facet.conflicting,
                facet.zone,
                row.devices,
            ]);
            done.map_err(|error| engine(&self.path, error))?;
        }
        Ok(())
    }

    fn count(&self, sql: &str, values: &[Value]) -> Result<u64, StoreError> {
        let count: i64 = self.wrap(self.connection.query_row(
            sql,
            params_from_iter(values.iter().cloned()),
            |row| row.get(0),
        ))?;
        u64::try_from(count).map_err(|_| StoreError::OutOfRange { what: "a count" })
    }

    fn grouped<K: rusqlite::types::FromSql>(&self, sql: &str) -> Result<Vec<(K, u64)>, StoreError> {
        let mut select = self.wrap(self.connection.prepare_cached(sql))?;
        let rows =
            self.wrap(select.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?))))?;
        rows.map(|row| {
            let (key, count) = self.wrap(row)?;
            Ok((key, u64::try_from(count).map_err(|_| StoreError::OutOfRange { what: "a count" })?))
        })
        .collect()
    }

    pub(crate) fn source_record(&self, row: &Row<'_>) -> Result<SourceRecord, StoreError> {
        let id: i64 = self.wrap(row.get(0))?;
        let text = |column: usize| self.wrap(row.get::<_, String>(column));
        let number = |column: usize| self.wrap(row.get::<_, i64>(column));
        let kind: SourceKind = from_json("source", id, &format!("\"{}\"", text(2)?))?;
        let sha256 =
            text(1)?.parse().map_err(|_| StoreError::OutOfRange { what: "source.sha256" })?;
        Ok(SourceRecord {
            id: SourceId(id),
            source: SourceRef { sha256, kind, name: text(3)?.into() },
            size_bytes: u64::try_from(number(4)?)
                .map_err(|_| StoreError::OutOfRange { what: "source.size_bytes" })?,
            imported_at: Timestamp::from_microsecond(number(5)?)
                .map_err(|_| StoreError::OutOfRange { what: "source.imported_at_us" })?,
            summary: from_json("source", id, &text(6)?)?,
            superseded: self.wrap(row.get::<_, Option<i64>>(7))?.is_some(),
        })
    }

    fn device_row(&self, row: &Row<'_>) -> Result<DeviceRow, StoreError> {
        let ord: i64 = self.wrap(row.get(20))?;
        let text = |column: usize| self.wrap(row.get::<_, String>(column));
        let optional = |column: usize| self.wrap(row.get::<_, Option<String>>(column));
        let quoted = |column: usize| Ok::<_, StoreError>(format!("\"{}\"", text(column)?));
        let out_of_range = |what| move |_| StoreError::OutOfRange { what };
        Ok(DeviceRow {
            id: text(0)?.parse().map_err(out_of_range("device.id"))?,
            kind: from_json::<DeviceKind>("device", ord, &quoted(1)?)?,
            maker: text(2)?.parse().map_err(out_of_range("device.maker"))?,
            maker_name: text(3)?,
            probability: self.wrap(row.get(4))?,
            level: from_json::<Level>("device", ord, &quoted(5)?)?,
            brand: optional(6)?,
            model: optional(7)?,
            firmware: optional(8)?,
            serial: optional(9)?,
            address: optional(10)?,
            mac: optional(11)?,
            site: optional(12)?,
            zone: optional(13)?,
            worst: worst_answer(self.wrap(row.get(14))?),
            rebranded: self.wrap(row.get(15))?,
            conflicts: self.wrap(row.get(16))?,
            identity_conflicts: match optional(17)? {
                Some(json) => from_json("device", ord, &json)?,
                None => Vec::new(),
            },
            class: ClassId(self.wrap(row.get(18))?),
            observations: from_json("device", ord, &text(19)?)?,
        })
    }
}

fn surveillance_kinds() -> String {
    let kinds: Vec<String> = DeviceKind::ALL
        .iter()
        .filter(|kind| kind.is_surveillance())
        .map(|kind| format!("'{}'", kind.as_str()))
        .collect();
    kinds.join(", ")
}

fn worst_number(worst: Option<Answer>) -> u8 {
    let place = Answer::ALL.iter().zip(0u8..).find(|(answer, _)| Some(**answer) == worst);
    place.map_or(WORST_NONE, |(_, number)| number)
}

fn worst_answer(number: i64) -> Option<Answer> {
    usize::try_from(number).ok().and_then(|number| Answer::ALL.get(number)).copied()
}

fn order(query: &DeviceQuery) -> String {
    let column = match query.sort {
        SortKey::Seen => "ord",
        SortKey::Id => "id",
        SortKey::Maker => "maker",
        SortKey::Brand => "brand COLLATE NOCASE",
        SortKey::Model => "model",
        SortKey::Site => "site",
        SortKey::Kind => "kind",
        SortKey::Verdict => "worst",
    };
    let direction = if query.descending { " DESC" } else { "" };
    if column == "ord" { format!("ord{direction}") } else { format!("{column}{direction}, ord") }
}

pub(crate) fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(StoreError::Unwritable)
}

fn from_json<T: DeserializeOwned>(
    what: &'static str,
    id: i64,
    json: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|source| StoreError::Unreadable { what, id, source })
}
