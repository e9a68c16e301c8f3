//! What can happen to a database file.

use model::{Observation, Place, Sha256, SourceKind, SourceRef, Subject, Timestamp};
use rusqlite::Connection;
use store::{ImportStart, ImportSummary, NewImport, OpenMode, SqliteStore, Store, StoreError};

fn new_import(hash: u8) -> NewImport {
    NewImport {
        source: SourceRef {
            sha256: Sha256([hash; 32]),
            kind: SourceKind::Capture,
            name: "a.pcap".into(),
        },
        interpretation: String::new(),
        size_bytes: 1,
        imported_at: Timestamp::UNIX_EPOCH,
    }
}

fn bulky(count: usize) -> Vec<Observation> {
    let observation = Observation {
        place: Place("x".repeat(2_000).into()),
        at: None,
        until: None,
        vantage: None,
        subject: Subject::default(),
        signals: Vec::new(),
        declared: None,
    };
    vec![observation; count]
}

#[test]
fn a_newer_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("newer.db");
    drop(SqliteStore::open(&path, OpenMode::ReadWrite).unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = std::fs::read(&path).unwrap();
    for mode in [OpenMode::ReadWrite, OpenMode::ReadOnly] {
        let error = SqliteStore::open(&path, mode).err().unwrap();
        assert!(matches!(error, StoreError::Newer { found: 99, known: 2, .. }), "{error}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn other_peoples_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "camera by the door\n".repeat(100)).unwrap();
    let foreign = folder.path().join("foreign.db");
    Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    for path in [&text, &foreign] {
        let error = SqliteStore::open(path, OpenMode::ReadWrite).err().unwrap();
        assert!(matches!(error, StoreError::NotOurs { .. }), "{error}");
    }
    let missing = folder.path().join("missing.db");
    let error = SqliteStore::open(&missing, OpenMode::ReadOnly).err().unwrap();
    assert!(matches!(error, StoreError::CannotOpen { .. }), "{error}");
}

#[test]
fn a_changed_migration_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changed.db");
    drop(SqliteStore::open(&path, OpenMode::ReadWrite).unwrap());
    Connection::open(&path).unwrap().execute("UPDATE migration SET checksum = 'x'", []).unwrap();
    let error = SqliteStore::open(&path, OpenMode::ReadWrite).err().unwrap();
    assert!(matches!(error, StoreError::MigrationDiffers { number: 1, .. }), "{error}");
}

#[test]
fn evidence_cannot_be_changed_or_removed_by_sql() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("evidence.db");
    let mut store = SqliteStore::open(&path, OpenMode::ReadWrite).unwrap();
    let ImportStart::New(source) = store.start_import(&new_import(1)).unwrap() else {
        panic!("held already")
    };
    store.append(source, &bulky(1)).unwrap();
    store.finish_import(source, SourceKind::Capture, &ImportSummary::default()).unwrap();
    let other = Connection::open(&path).unwrap();
    for sql in
        ["UPDATE observation SET body = '{}'", "DELETE FROM observation", "DELETE FROM source"]
    {
        assert!(other.execute(sql, []).is_err(), "{sql}");
    }
}

#[test]
fn a_full_disk_loses_nothing_that_was_held() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("full.db");
    let mut store = SqliteStore::open(&path, OpenMode::ReadWrite).unwrap();
    let ImportStart::New(source) = store.start_import(&new_import(1)).unwrap() else {
        panic!("held already")
    };
    store.append(source, &bulky(5)).unwrap();
    store.finish_import(source, SourceKind::Capture, &ImportSummary::default()).unwrap();

    store.limit_pages(200).unwrap();
    let ImportStart::New(source) = store.start_import(&new_import(2)).unwrap() else {
        panic!("held already")
    };
    let error = store.append(source, &bulky(5_000)).unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }), "{error}");
    store.abandon_import().unwrap();
    drop(store);

    let store = SqliteStore::open(&path, OpenMode::ReadOnly).unwrap();
    let held = store.observation_page(store::ObservationId(0), 100).unwrap().len();
    assert_eq!((held, store.sources().unwrap().len()), (5, 1));
}

#[test]
fn a_reader_sees_the_former_state_while_another_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.db");
    let mut writer = SqliteStore::open(&path, OpenMode::ReadWrite).unwrap();
    let ImportStart::New(source) = writer.start_import(&new_import(1)).unwrap() else {
        panic!("held already")
    };
    writer.append(source, &bulky(3)).unwrap();
    let reader = SqliteStore::open(&path, OpenMode::ReadOnly).unwrap();
    assert!(reader.sources().unwrap().is_empty());
    writer.finish_import(source, SourceKind::Capture, &ImportSummary::default()).unwrap();
    assert_eq!(reader.sources().unwrap().len(), 1);
}

#[cfg(unix)]
#[test]
fn a_copy_that_nothing_can_be_written_beside_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a copy 50%?#.db");
    let mut store = SqliteStore::open(&path, OpenMode::ReadWrite).unwrap();
    let ImportStart::New(source) = store.start_import(&new_import(1)).unwrap() else {
        panic!("held already")
    };
    store.finish_import(source, SourceKind::Capture, &ImportSummary::default()).unwrap();
    drop(store);
    // Stands where the engine wants its file; a read-only folder does not stop a privileged user.
    std::os::unix::fs::symlink("nowhere/at/all", folder.path().join("a copy 50%?#.db-shm"))
        .unwrap();
    let error = SqliteStore::open(&path, OpenMode::ReadWrite).err().unwrap();
    assert!(matches!(error, StoreError::CannotOpen { .. }), "{error}");
    let store = SqliteStore::open(&path, OpenMode::ReadOnly).unwrap();
    assert_eq!(store.sources().unwrap().len(), 1);
    // What stands in the log alone must not be missed in silence.
    std::fs::write(folder.path().join("a copy 50%?#.db-wal"), [0; 64]).unwrap();
    let error = SqliteStore::open(&path, OpenMode::ReadOnly).err().unwrap();
    assert!(matches!(error, StoreError::CannotOpen { .. }), "{error}");
}

#[test]
fn what_stands_in_the_way_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let said =
        |path: &std::path::Path, mode| SqliteStore::open(path, mode).err().unwrap().to_string();
    for mode in [OpenMode::ReadOnly, OpenMode::ReadWrite] {
        assert!(
            said(folder.path(), mode).contains("it is a folder"),
            "{}",
            said(folder.path(), mode)
        );
    }
    let lost = said(&folder.path().join("nowhere/a.db"), OpenMode::ReadWrite);
    assert!(lost.contains("its folder is not there"), "{lost}");
    assert_eq!(lost.matches("unable to open").count(), 1, "{lost}");
}

/// The file as the first version left it: without the tables of mappings and editions.
#[test]
fn a_file_of_the_first_version_is_brought_up_to_date_even_to_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("first.db");
    drop(SqliteStore::open(&path, OpenMode::ReadWrite).unwrap());
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "DROP TABLE register_key; DROP TABLE gone; DROP TABLE edition; DROP TABLE mapping; DROP INDEX observation_by_source;
             DROP INDEX source_by_both; DROP INDEX source_by_shape; DROP INDEX source_by_series;
             DELETE FROM migration WHERE number > 1; PRAGMA user_version = 1;",
        )
        .unwrap();
    drop(connection);
    let store = SqliteStore::open(&path, OpenMode::ReadOnly).unwrap();
    assert!(store.mappings().unwrap().is_empty() && store.editions().unwrap().is_empty());
}
