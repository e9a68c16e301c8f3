//! Cells that say what the row above says: ditto marks, and rows under a merged cell.

use super::Field;
use super::columns::Column;
use super::row::{Cell, CellKind, Row};
use super::values::{is_ditto, is_formula_error, is_placeholder};

/// Why a cell has the value of another row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Followed {
    /// It refers to the row above.
    Ditto,
    /// A merged cell covers it.
    Merged,
    /// A merged cell covers it and holds what only one device has: the row goes without.
    MergedKey,
}

/// Remembers the last row that was about a device.
#[derive(Debug, Default)]
pub(super) struct Follower {
    above: Row,
}

/// A row as it is meant.
pub(super) struct Resolved {
    pub(super) row: Row,
    /// The columns whose value comes from above.
    pub(super) followed: Vec<(usize, Followed)>,
}

impl Follower {
    /// The next row is below this one.
    pub(super) fn pass(&mut self, row: &Row) {
        self.above.copy_from(row);
    }

    /// The row with the values of those above it; `None` where it stands for itself. `first_row` is the first below the
    /// titles: merged titles are no values.
    pub(super) fn resolve(
        &self,
        row: &Row,
        columns: &[Column],
        first_row: u64,
    ) -> Option<Resolved> {
        if row.covers().is_empty() && !row.cells().any(|cell| is_ditto(cell.text)) {
            return None;
        }
        // Beside a merged cell a line of words is a remark about the rows it covers.
        let says_something = columns.iter().enumerate().any(|(index, column)| {
            !matches!(column.field, None | Some(Field::Text | Field::Ignored))
                && row.cell(index).kind != CellKind::Empty
        });
        let covering = |index: usize| {
            let covers = row.covers().iter().filter(|_| says_something);
            let over = covers
                .filter(|over| over.first_row >= first_row)
                .find(|over| over.column == index)?;
            Some(Cell { text: &over.text, kind: over.kind })
        };
        let above = |index: usize| {
            let cell = self.above.cell(index);
            let is_value =
                !is_ditto(cell.text) && !is_placeholder(cell.text) && !is_formula_error(cell);
            is_value.then_some(cell)
        };
        let mut resolved = Row::default();
        resolved.restart(row.number);
        let mut followed = Vec::new();
        for index in 0..row.len().max(columns.len()) {
            let own = row.cell(index);
            let field = columns.get(index).and_then(|column| column.field);
            let found = match field {
                None | Some(Field::Ignored) => None,
                Some(field) if own.kind == CellKind::Empty => covering(index).map(|cell| {
                    if may_follow(field) {
                        (Followed::Merged, cell)
                    } else {
                        (Followed::MergedKey, own)
                    }
                }),
                Some(field) if may_follow(field) && is_ditto(own.text) => {
                    above(index).map(|cell| (Followed::Ditto, cell))
                }
                Some(_) => None,
            };
            let cell = found.map_or(own, |(_, cell)| cell);
            resolved.push(cell.kind, cell.text);
            followed.extend(found.map(|(why, _)| (index, why)));
        }
        Some(Resolved { row: resolved, followed })
    }
}

/// Whether two devices can have the same value: of two serial numbers that are the same one is wrong.
const fn may_follow(field: Field) -> bool {
    match field {
        Field::Make
        | Field::Model
        | Field::Site
        | Field::Location
        | Field::Installed
        | Field::Owner
        | Field::Purpose
        | Field::Kind
        | Field::Firmware
        | Field::Status
        | Field::Text => true,
        Field::AssetTag
        | Field::Serial
        | Field::Mac
        | Field::Address
        | Field::Hostname
        | Field::Quantity
        | Field::Ignored => false,
    }
}
