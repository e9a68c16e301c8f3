//! Tables for a terminal.

use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, LineStyle, Row,
    Table, TableStyle, Width,
};
use model::Answer;

use crate::DeviceLine;
use crate::text::plain;
use crate::words::{device_label, has_maker, maker_name, percent, worst};

/// A cell is cut after this many lines: one chatty device must not push the others off the screen.
const LINES_PER_ROW: usize = 3;

/// Columns that a narrower terminal does without: from which width on they are shown.
const WIDTH_FOR_PLACE: u16 = 100;
const WIDTH_FOR_KIND: u16 = 72;

const VERDICT: &str = "verdict";
/// `not-enough-evidence` and a blank on either side.
const VERDICT_WIDTH: u16 = 21;

/// The devices as a table of at most `width` columns. Whether there is colour is the caller's decision
/// (`NO_COLOR`, a pipe).
pub fn table<'a>(
    devices: impl IntoIterator<Item = &'a DeviceLine>,
    width: u16,
    colour: bool,
) -> String {
    let mut table = bare(width, colour);
    table.set_header(head(heading(width)));
    // The longest answer stays in one piece where there is room.
    let verdict = heading(width).iter().position(|title| *title == VERDICT);
    if width >= WIDTH_FOR_KIND
        && let Some(column) = verdict.and_then(|at| table.column_mut(at))
    {
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(VERDICT_WIDTH)));
    }
    for device in devices {
        let mut row: Row = cells(device, width).into();
        row.max_height(LINES_PER_ROW);
        table.add_row(row);
    }
    finished(&table)
}

/// Any other table in the same manner: a header and rows of text.
pub fn grid<'a>(
    header: &[&str],
    rows: impl IntoIterator<Item = &'a [String]>,
    width: u16,
    colour: bool,
) -> String {
    let mut table = bare(width, colour);
    table.set_header(head(header.to_vec()));
    for row in rows {
        table.add_row(row.iter().map(|text| Cell::new(plain(text))));
    }
    finished(&table)
}

fn bare(width: u16, colour: bool) -> Table {
    let mut table = Table::new();
    table
        .load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')))
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_truncation_indicator("…")
        .set_width(width);
    if colour {
        table.enforce_styling()
    } else {
        table.force_no_tty()
    };
    table
}

fn finished(table: &Table) -> String {
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn head(titles: Vec<&str>) -> Row {
    titles.into_iter().map(|title| Cell::new(title).add_attribute(Attribute::Bold)).into()
}

fn heading(width: u16) -> Vec<&'static str> {
    let mut titles = vec!["device", "address"];
    if width >= WIDTH_FOR_KIND {
        titles.push("kind");
    }
    titles.extend(["maker", "p", "level", VERDICT]);
    if width >= WIDTH_FOR_PLACE {
        titles.extend(["site", "zone"]);
    }
    titles
}

fn cells(device: &DeviceLine, width: u16) -> Vec<Cell> {
    let text = |value: Option<&str>| Cell::new(plain(value.unwrap_or("–")));
    let address = device.addresses.first().map(ToString::to_string);
    let mut cells = vec![Cell::new(device_label(device)), text(address.as_deref())];
    if width >= WIDTH_FOR_KIND {
        cells.push(Cell::new(device.kind.as_str()));
    }
    let probability =
        if has_maker(device) { percent(device.maker.probability) } else { "–".into() };
    cells.extend([
        Cell::new(maker_name(device)),
        Cell::new(probability).set_alignment(CellAlignment::Right),
        Cell::new(device.level.as_str()),
        verdict(device),
    ]);
    if width >= WIDTH_FOR_PLACE {
        cells.extend([text(device.site.as_deref()), text(device.zone.as_deref())]);
    }
    cells
}

fn verdict(device: &DeviceLine) -> Cell {
    let Some(worst) = worst(device) else { return Cell::new("–") };
    let cell = Cell::new(format!("{} {}", worst.answer.as_str(), worst.policy));
    match worst.answer {
        Answer::Breach => cell.fg(Color::Red).add_attribute(Attribute::Bold),
        Answer::Candidate => cell.fg(Color::Yellow),
        Answer::NotEnoughEvidence => cell.fg(Color::Magenta),
        Answer::Clear => cell.fg(Color::Green),
        Answer::NotBound => cell,
    }
}
