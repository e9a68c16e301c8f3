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
mod estate;
mod facts;
mod judge;

pub use card::{Card, cards, policies_version};
pub use estate::{EstateError, Placement, parse_estate, place};
pub use facts::{DeviceInput, Facts, MakerRecord, SocRecord, facts};
pub use judge::{Judge, JudgeError, PolicyTestReport, run_policy_tests};
