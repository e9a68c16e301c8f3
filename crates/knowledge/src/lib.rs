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
mod fingerprint;
mod literal;
mod matcher;
mod table;
mod text;

pub use base::{Knowledge, LoadError, Match, Texts};
pub use fingerprint::{Assertion, Fingerprint, FingerprintSource};
pub use table::{
    Brand, BrandReading, Confidence, Domain, FirmwareFormat, Maker, ModelPattern, Ndaa889, Prefix,
    Relation, Scope, Soc, Specificity,
};
