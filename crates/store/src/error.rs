use std::path::PathBuf;

/// What went wrong between us and the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is a database, and not one of ours, or no database at all.
    #[error("`{path}` is not a custodiet database: choose another file with --db")]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// A newer custodiet wrote it.
    #[error(
        "`{path}` has schema version {found}, this custodiet knows up to {known}: use a newer custodiet or another file with --db"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: u32,
        /// The newest schema version of this build.
        known: u32,
    },
    /// A migration that was applied is not the one in this build.
    #[error(
        "migration {number} of `{path}` differs from the one this build holds: the file was changed by another program"
    )]
    MigrationDiffers {
        /// The file.
        path: PathBuf,
        /// Which migration.
        number: u32,
    },
    /// The file cannot be opened or made.
    #[error("cannot open the database `{path}`: {help} ({engine})")]
    CannotOpen {
        /// The file.
        path: PathBuf,
        /// What stands in the way, or where to look for it.
        help: &'static str,
        /// What the engine said.
        engine: rusqlite::Error,
    },
    /// Another process is writing.
    #[error(
        "another custodiet is writing to `{path}`: wait until it is done, or use another file with --db"
    )]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The disk holds no more; what was committed before is intact.
    #[error(
        "no space left for `{path}`: free some space and run the same command again; nothing that was stored before is lost"
    )]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error(
        "the database `{path}` is damaged: restore a copy, or import the inputs again into another file with --db ({engine})"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the engine said.
        engine: rusqlite::Error,
    },
    /// A stored value cannot be read back.
    #[error("{what} {id} in the database cannot be read")]
    Unreadable {
        /// Which table.
        what: &'static str,
        /// Which row.
        id: i64,
        /// Why.
        source: serde_json::Error,
    },
    /// A value cannot be written.
    #[error("a value cannot be stored")]
    Unwritable(#[source] serde_json::Error),
    /// A number in the database is out of range.
    #[error("{what} holds a number that is out of range")]
    OutOfRange {
        /// Which table and column.
        what: &'static str,
    },
    /// Anything else the engine says.
    #[error("the database `{path}` refused: {engine}")]
    Engine {
        /// The file.
        path: PathBuf,
        /// What the engine said.
        engine: rusqlite::Error,
    },
}
