//! Numbered SQL and the checksum of each, so that a file changed by another program is noticed.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};
use sha2::{Digest, Sha256};

use crate::StoreError;
use crate::sqlite::engine;

/// Marks the file as ours: "cust" in ASCII.
pub(crate) const APPLICATION_ID: i64 = 0x6375_7374;

const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_evidence_and_results.sql"),
    include_str!("../migrations/0002_mappings_and_editions.sql"),
];

/// The newest schema version of this build.
pub(crate) const fn newest() -> u32 {
    // A handful of migrations; the cast cannot cut.
    #[expect(clippy::cast_possible_truncation, reason = "a handful of migrations")]
    let count = MIGRATIONS.len() as u32;
    count
}

fn checksum(sql: &str) -> String {
    Sha256::digest(sql.as_bytes()).iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Checks whose file this is and which version it has; version 0 is an empty file.
pub(crate) fn version(connection: &Connection, path: &Path) -> Result<u32, StoreError> {
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let not_ours = || StoreError::NotOurs { path: path.into() };
    let application = pragma("application_id").map_err(|error| engine(path, error))?;
    let found = u32::try_from(pragma("user_version").map_err(|error| engine(path, error))?)
        .map_err(|_| not_ours())?;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))
        .map_err(|error| engine(path, error))?;
    match (application, tables) {
        (0, 0) => Ok(0),
        (APPLICATION_ID, _) if found > newest() => {
            Err(StoreError::Newer { path: path.into(), found, known: newest() })
        }
        (APPLICATION_ID, _) => Ok(found),
        _ => Err(not_ours()),
    }
}

/// Brings the file to the newest schema, each migration in its own transaction.
pub(crate) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let wrap = |error| engine(path, error);
    let found = version(connection, path)?;
    if found == newest() {
        return verify(connection, path);
    }
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(wrap)?;
    // Another process may have migrated while this one waited for the lock.
    let found = version(&transaction, path)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(wrap)?;
    transaction
        .execute_batch(
            "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, checksum TEXT NOT NULL) STRICT",
        )
        .map_err(wrap)?;
    for (number, sql) in (1u32..).zip(MIGRATIONS).filter(|(number, _)| *number > found) {
        transaction.execute_batch(sql).map_err(wrap)?;
        transaction
            .execute(
                "INSERT INTO migration (number, checksum) VALUES (?1, ?2)",
                (number, checksum(sql)),
            )
            .map_err(wrap)?;
    }
    transaction.pragma_update(None, "user_version", newest()).map_err(wrap)?;
    transaction.commit().map_err(wrap)?;
    verify(connection, path)
}

fn verify(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    for (number, sql) in (1u32..).zip(MIGRATIONS) {
        let applied: Option<String> = connection
            .query_row("SELECT checksum FROM migration WHERE number = ?1", [number], |row| {
                row.get(0)
            })
            .map(Some)
            .or_else(|error| match error {
                rusqlite::Error::QueryReturnedNoRows => Ok(None),
                other => Err(engine(path, other)),
            })?;
        if applied.as_deref() != Some(checksum(sql).as_str()) {
            return Err(StoreError::MigrationDiffers { path: path.into(), number });
        }
    }
    Ok(())
}
