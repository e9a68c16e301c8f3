//! Renderers: terminal table, HTML, CSV, XLSX, JSONL, all of the same plain values.
//!
//! A renderer decides nothing and computes no verdict. It counts, orders and words what the stages found;
//! findings are worded "evidence consistent with", and unknown is shown as unknown. It opens no file and
//! reads no clock: equal input gives equal bytes. What devices and registers said is hostile text here:
//! every renderer makes it inert in its own medium (formulas, terminal escapes, markup).
//!
//! Read [`DeviceLine`] first, then [`ReportData`].

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]
#![deny(clippy::disallowed_methods)]

mod delimited;
mod error;
mod figures;
mod html;
mod jsonl;
mod line;
mod table;
mod text;
mod view;
mod words;
mod xlsx;

pub use delimited::{CsvWriter, csv, inert};
pub use error::ReportError;
pub use figures::Figures;
pub use html::html;
pub use jsonl::{json, json_pretty, jsonl};
pub use line::{AskView, DeclaredLine, DeviceLine, SourceLine};
pub use table::{grid, table};
pub use text::{plain, shortened, steers};
pub use view::{FileView, MakerView, NoteView, PolicyView, ReportData, RunView, SourceView};
pub use words::{answer_label, force_label, kind_label, level_label, percent, verbal};
pub use xlsx::xlsx;
