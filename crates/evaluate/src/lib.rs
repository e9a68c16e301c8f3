//! Measures the attribution against labelled evidence: precision, recall, abstention, accusations, false cameras,
//! calibration, and what is left when a brand is taken out of the knowledge base.
//!
//! [`read`] gives cases from our own form or from the folders that `docs/reference/evaluation.md` describes,
//! [`Evaluation`] runs and counts them, [`document`] and [`diagram`] write what was found.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod calibration;
mod captures;
mod case;
mod document;
mod evaluation;
mod figures;
mod fit;
mod form;
mod layout;
mod leave_out;
mod outcome;
mod weights;

pub use calibration::{Answer, BINS, Bin, Calibration, answers};
pub use case::{Case, TrueKind, Truth};
pub use document::{diagram, document, table};
pub use evaluation::Evaluation;
pub use figures::{Figures, confusions, grouped};
pub use fit::{fit, held_out};
pub use layout::{CorpusError, read};
pub use leave_out::leave_one_brand_out;
pub use outcome::{Mark, Outcome};
pub use weights::{Measured, Spoken, measured, weights_page};
