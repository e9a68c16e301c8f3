//! Cells that were merged downwards: one value that stands for several rows.

use super::row::{CellKind, Row};

/// A sheet whose merged cells are more is a form and no register: they are not followed.
pub(super) const SPANS_MAX: usize = 100_000;

/// Columns that may be merged over one row: people merge the site and the make, not a hundred columns.
const COLUMNS_MAX: usize = 64;

/// A cell that was merged with those below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// Counted from 0.
    pub(super) column: usize,
    /// Its first row, which holds the value, and its last.
    pub(super) rows: (u64, u64),
}

/// A value that stands in a row above and covers this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Over {
    pub(super) column: usize,
    /// The row that holds it.
    pub(super) first_row: u64,
    pub(super) kind: CellKind,
    pub(super) text: String,
    last_row: u64,
}

/// Watches the rows of a sheet go by, in order, and lays merged values over those they cover.
#[derive(Debug, Default)]
pub(super) struct Merged {
    /// The last one comes first.
    coming: Vec<Span>,
    open: Vec<Over>,
}

impl Merged {
    /// For a sheet whose merged cells are known before its rows.
    pub(super) fn of(mut spans: Vec<Span>) -> Self {
        spans.sort_by_key(|span| std::cmp::Reverse((span.rows.0, span.column)));
        Self { coming: spans, open: Vec::new() }
    }

    /// Adds a cell that begins in the row in hand.
    pub(super) fn add(&mut self, span: Span) {
        if self.coming.len() < SPANS_MAX {
            self.coming.push(span);
        }
    }

    /// Gives `row` what covers it, and remembers what begins in it.
    pub(super) fn lay_over(&mut self, row: &mut Row) {
        self.open.retain(|over| over.last_row >= row.number);
        for over in &self.open {
            row.cover(over.clone());
        }
        while let Some(span) = self.coming.pop_if(|span| span.rows.0 <= row.number) {
            let cell = row.cell(span.column);
            let begins_here = span.rows.0 == row.number && span.rows.1 > row.number;
            if begins_here && cell.kind != CellKind::Empty && self.open.len() < COLUMNS_MAX {
                self.open.push(Over {
                    column: span.column,
                    first_row: row.number,
                    kind: cell.kind,
                    text: cell.text.to_owned(),
                    last_row: span.rows.1,
                });
            }
        }
    }
}
