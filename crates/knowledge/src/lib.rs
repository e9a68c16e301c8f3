//! What is known of makers, brands, prefixes, fingerprints, models, domains, chips and firmware files.
//!
//! The knowledge base `kb/` is data: tables as CSV, fingerprints as TOML that argue their own case with
//! examples and counter-examples. This crate loads, checks and indexes it; it judges nothing. Read
//! [`Knowledge`] first, then [`Fingerprint`].

#![deny(clippy::disallowed_methods)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod base;
mod brand;
mod difference;
mod entry;
mod fingerprint;
mod lint;
mod literal;
mod lookup;
mod matcher;
mod model_index;
mod pattern;
mod place;
mod record;
mod slip;
mod standing;
mod table;
mod text;

pub use base::{Knowledge, LoadError, Match, Refused, Texts};
pub use brand::{NameAt, NearName, is_trade_word};
pub use difference::{EntryChange, EntryDifference, FieldDifference};
pub use entry::{Counts, Entry};
pub use fingerprint::{Assertion, Captured, Fingerprint, FingerprintSource};
pub use lint::{LintFinding, LintRule};
pub use place::{Layer, Place};
pub use record::Record;
pub use standing::{Dispute, Standing};
pub use table::{
    Alias, Brand, BrandReading, Confidence, Domain, FirmwareFormat, Maker, ModelPattern, Ndaa889,
    Prefix, Relation, Scope, Soc, Specificity,
};
pub use text::normalised as folded;
