//! A row as every kind of register gives it, and how a register is walked.

use super::merged::Over;
use crate::{Flow, IntakeError, Severity};

/// A sheet has no more columns than this that hold anything; Excel allows 16,384, people use dozens.
pub(super) const COLUMNS_MAX: usize = 1_024;

/// What is kept of the text of a cell; a spreadsheet allows 32,767 characters.
const CELL_BYTES_MAX: usize = 64 * 1024;

/// What a spreadsheet says a cell is. Text files know text alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum CellKind {
    /// Nothing, or nothing but blanks.
    #[default]
    Empty,
    /// Words.
    Text,
    /// A number: `5` and never `5.0`.
    Number,
    /// A date in ISO form, or a time of day.
    Date,
    /// A formula that failed, as the spreadsheet spells it.
    Error,
}

/// One cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Cell<'a> {
    /// Its text without blanks around it.
    pub(super) text: &'a str,
    /// What it is.
    pub(super) kind: CellKind,
}

/// One row. Reused for all rows of a sheet: its cells share one buffer.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// Row of the sheet or first line of the file, from 1.
    pub(super) number: u64,
    text: String,
    ends: Vec<(usize, CellKind)>,
    over: Vec<Over>,
}

impl Row {
    /// Empties it for the row `number`.
    pub(super) fn restart(&mut self, number: u64) {
        self.number = number;
        self.text.clear();
        self.ends.clear();
        self.over.clear();
    }

    /// Becomes the same cells as `other`; its memory is kept.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.restart(other.number);
        self.text.push_str(&other.text);
        self.ends.extend_from_slice(&other.ends);
    }

    /// Lays the value of a merged cell over it.
    pub(super) fn cover(&mut self, over: Over) {
        self.over.push(over);
    }

    /// Values of merged cells that cover it. They are not its own: a row that is only covered is blank.
    pub(super) fn covers(&self) -> &[Over] {
        &self.over
    }

    /// Adds a cell on the right.
    pub(super) fn push(&mut self, kind: CellKind, text: &str) {
        let text = text.get(..text.floor_char_boundary(CELL_BYTES_MAX)).unwrap_or_default();
        let text = text.trim_matches(is_blank);
        if self.ends.len() < COLUMNS_MAX {
            self.text.push_str(text);
            let kind = if text.is_empty() { CellKind::Empty } else { kind };
            self.ends.push((self.text.len(), kind));
        }
    }

    /// Adds empty cells until there are `columns`.
    pub(super) fn pad(&mut self, columns: usize) {
        let end = self.text.len();
        while self.ends.len() < columns.min(COLUMNS_MAX) {
            self.ends.push((end, CellKind::Empty));
        }
    }

    /// The cell of a column; an empty one where the row is shorter.
    pub(super) fn cell(&self, column: usize) -> Cell<'_> {
        let Some((end, kind)) = self.ends.get(column) else { return Cell::default() };
        let start = match column.checked_sub(1) {
            Some(before) => self.ends.get(before).map_or(0, |(end, _)| *end),
            None => 0,
        };
        Cell { text: self.text.get(start..*end).unwrap_or_default(), kind: *kind }
    }

    /// All cells, from the left.
    pub(super) fn cells(&self) -> impl ExactSizeIterator<Item = Cell<'_>> + DoubleEndedIterator {
        (0..self.ends.len()).map(|column| self.cell(column))
    }

    /// How many cells it has.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether nothing stands in it.
    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }
}

/// Blanks, and the marks of no width that copying from web pages leaves.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\0')
}

/// Something that could not be read while walking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// Row or line, where it is known.
    pub(super) row: Option<u64>,
    /// How grave.
    pub(super) severity: Severity,
    /// What happened.
    pub(super) problem: String,
    /// What to do.
    pub(super) help: &'static str,
    /// Under which reason it counts as lost, if anything was lost.
    pub(super) lost: Option<&'static str>,
}

/// What a walk meets.
pub(super) enum Event<'a> {
    /// A row that holds something, and how many bytes of the input are behind it where that is known.
    Row(&'a Row, u64),
    /// Something that could not be read.
    Fault(Fault),
}

/// A table of a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sheet {
    /// Its name; text files have none.
    pub(super) name: Option<String>,
    /// What its rows are called where the table has no name: `line`, `item`.
    pub(super) unit: &'static str,
}

impl Sheet {
    /// Where a row stands, as a person finds it.
    pub(super) fn place(&self, row: u64) -> String {
        match &self.name {
            Some(name) => format!("sheet \"{}\" row {row}", wire::sanitise_note(name)),
            None => format!("{} {row}", self.unit),
        }
    }

    /// Where the sheet as a whole stands.
    pub(super) fn whole(&self) -> String {
        match &self.name {
            Some(name) => format!("sheet \"{}\"", wire::sanitise_note(name)),
            None => "file".into(),
        }
    }
}

/// A register that can be walked as often as needed: once to find the header, once to understand the columns, once
/// to make observations. Nothing of it is held in memory but the row in hand.
pub(super) trait Workbook {
    /// Its tables, in order.
    fn sheets(&self) -> &[Sheet];

    /// Walks one table from its first row; rows that hold nothing are left out.
    fn walk(
        &mut self,
        sheet: usize,
        each: &mut dyn FnMut(Event<'_>) -> Flow,
    ) -> Result<Flow, IntakeError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_again() {
        let mut row = Row::default();
        row.restart(7);
        row.push(CellKind::Text, " a\u{a0}");
        row.pad(2);
        row.push(CellKind::Number, "5");
        assert_eq!(row.cell(0), Cell { text: "a", kind: CellKind::Text });
        assert_eq!(row.cell(1), Cell::default());
        assert_eq!(row.cell(2), Cell { text: "5", kind: CellKind::Number });
        assert_eq!(row.cell(9), Cell::default());
        assert_eq!(row.cells().count(), 3);
    }
}
