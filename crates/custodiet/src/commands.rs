//! One module a command: what was meant, from what was typed.

pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod devices;
pub(crate) mod diff;
pub(crate) mod evaluate;
pub(crate) mod explain;
mod firmware;
pub(crate) mod generate;
pub(crate) mod identify;
pub(crate) mod import;
mod import_recog;
pub(crate) mod kb;
pub(crate) mod kb_diff;
pub(crate) mod kb_list;
pub(crate) mod mappings;
pub(crate) mod policies;
pub(crate) mod recompute;
pub(crate) mod report;
pub(crate) mod scan;
mod shared;
pub(crate) mod sources;
