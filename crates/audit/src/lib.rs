//! The one place where stages meet: a store in, the whole chain, the store updated.
//!
//! [`import_file`] brings evidence in, [`recompute`] turns all evidence into devices and verdicts,
//! [`Reader`] answers what lists, reports and `explain` ask, [`check_order`] judges a purchase before it is
//! made. Nothing here decides anything of its own: it carries values between the stages, in parallel where
//! that pays.

mod adviser;
mod compare;
mod compute;
mod context;
mod device;
mod difference;
mod editions;
mod former;
mod import;
mod mapped;
mod order;
mod pairing;
mod progress;
mod reader;

pub use adviser::ScanAdviser;
pub use compare::{Cause, Compared, Opinion, Rejudged, compare_knowledge};
pub use compute::{RunCounts, RunRecord, Unread, recompute};
pub use context::{
    Context, ContextError, EstateSource, LoadedEstate, load_estate, load_priors, looks_like_estate,
};
pub use difference::{Change, ChangeKind, DiffSummary, Difference, FieldChange};
pub use editions::{
    EditionError, EditionOutcome, Held, Likeness, LookedAt, Replace, difference, difference_to,
    replace_source, restore_source,
};
pub use import::{
    FileOutcome, FileReport, ImportRequest, collect, import_as, import_file, look_at,
};
pub use mapped::{MappingSource, MappingUse, remembered_mapping};
pub use order::{CheckedOrder, OrderError, OrderLine, check_order};
pub use pairing::{Alone, PairedBy};
pub use progress::{Progress, Silent};
pub use reader::{Explanation, Listed, Reader, SourceIndex, report_data};

/// What went wrong while stages were joined.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The database.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// A register cannot take the place of another.
    #[error(transparent)]
    Edition(#[from] EditionError),
    /// A rule card.
    #[error(transparent)]
    Judge(#[from] assess::JudgeError),
    /// The knowledge base that is built in cannot be loaded: the program is damaged.
    #[error("the knowledge base of this program cannot be loaded: install it again")]
    Knowledge(#[source] knowledge::LoadError),
    /// A stored run was written by another version.
    #[error("the results in the database are of another version: run `custodiet recompute`")]
    RunUnreadable(#[source] serde_json::Error),
    /// No results yet.
    #[error("the database holds no results yet: run `custodiet audit INPUT…` first")]
    NoRun,
    /// A value of ours cannot be written as JSON.
    #[error("a value cannot be written as JSON")]
    Json(#[source] serde_json::Error),
}
