//! One port to storage, and SQLite behind it.
//!
//! The port speaks in plain values: observations go in and are never changed; devices, verdict classes
//! and runs are replaced whole, because they can be computed again. The crate decides nothing about
//! cameras, and it never deletes evidence. Read [`Store`] first, then [`SqliteStore`].

mod error;
mod migrate;
mod port;
mod registers;
mod sqlite;

pub use error::StoreError;
pub use port::{
    ClassId, Counts, DevicePage, DeviceQuery, DeviceRow, ImportStart, ImportSummary, NewImport,
    ObservationId, RawObservation, SortKey, SourceId, SourceRecord, Store, StoredNote, WORST_NONE,
};
pub use registers::{
    Edition, EditionReason, GoneRow, MappingId, MappingRecord, NewMapping, RegisterLike,
    UnknownReason,
};
pub use sqlite::{OpenMode, SqliteStore};
