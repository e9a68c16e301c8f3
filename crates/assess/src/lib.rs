//! Devices times rule cards: verdicts.
//!
//! A rule sees only [`Facts`]: equal facts give equal verdicts, so a million devices are judged as a few
//! thousand classes. Cards are data and Rego in `policies/`; [`Judge`] evaluates them. Law, guidance and a
//! body's own policy are kept apart by each card's force. Not legal advice.

#![deny(clippy::disallowed_methods)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod card;
mod embedded;
mod engine;
mod estate;
mod facts;
mod judge;
#[cfg(test)]
mod samples;
mod words;

pub use card::{Card, card, cards, policies_version};
pub use engine::{PolicyTestReport, run_policy_tests};
pub use estate::{EstateError, Placement, parse_estate, parse_estate_with_notes, place};
pub use facts::{
    Basis, COMPLETE, ChipFacts, DeviceInput, Facts, MakerFacts, MakerRecord, OneMaker,
    OrganisationFacts, SiteFacts, SocRecord, TestFacts, facts,
};
pub use judge::{Judge, JudgeError, write_install_day};
