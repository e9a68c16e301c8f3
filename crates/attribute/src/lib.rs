//! Observations to devices, and devices to makers with evidence.
//!
//! Two steps that share no state: [`Resolver`] decides which observations are about one device, and
//! [`Attributor`] says what the signals of one device show: kind, maker, brand, model, firmware, each with
//! its evidence. Not knowing is an answer. Nothing here knows of rules.

#![deny(clippy::disallowed_methods)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod attributor;
mod cache;
mod calibration;
mod company;
mod counterfactual;
mod evidence;
mod free_text;
mod identify;
mod lenient;
mod name;
mod priors;
mod question;
mod reading;
mod reason;
mod resolve;
mod weigh;

pub use attributor::{Account, Attributor};
pub use calibration::Platt;
pub use company::{are_related, makes_cameras_alone};
pub use counterfactual::{Next, Outcome};
pub use free_text::{
    BrandRead, Cell, Certainty, Described, FreeText, ModelRead, Respelling, Sense, free_text,
};
pub use identify::{Identified, IdentifyError, identify_line, read_line};
pub use priors::{Priors, PriorsError};
pub use question::{Manner, Question, Transport};
pub use resolve::{Group, QUANTITY_MAX, Resolver, RowKeys, SourceNumber};
