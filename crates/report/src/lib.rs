//! Renderers: terminal table, HTML, CSV, XLSX, JSONL, all of the same plain values.
//!
//! A renderer decides nothing and computes no verdict. Findings are worded "evidence consistent with". Read
//! [`DeviceLine`] first, then [`ReportData`].

mod line;
mod view;

pub use line::{DeclaredLine, DeviceLine, SourceLine};
pub use view::{PolicyView, ReportData, RunView, SourceView};
