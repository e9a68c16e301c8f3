//! Tables for a terminal.

use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, LineStyle, Row,
    Table, TableStyle, Width,
};
use model::Answer;

use crate::DeviceLine;
use crate::text::shortened;
use crate::words::{device_label, has_maker, maker_name, percent, worst};

/// A cell is cut after this many lines: one chatty device must not push the others off the screen.
const LINES_PER_ROW: usize = 3;

/// Nobody reads more of a cell on a terminal, and a text of megabytes is not broken into lines in any good time.
const UNITS_PER_CELL: usize = 2_000;

/// Columns that a narrower terminal does without: from which width on they are shown.
const WIDTH_FOR_PLACE: u16 = 118;
const WIDTH_FOR_PROBABILITY: u16 = 96;
const WIDTH_FOR_KIND: u16 = 80;

/// From which width on an address, a level and an answer are not broken.
const WIDTH_FOR_WHOLE_WORDS: u16 = 72;
/// From which width on a kind is not broken within a word.
const WIDTH_FOR_WHOLE_KIND: u16 = 96;

const ADDRESS: &str = "address";
const KIND: &str = "kind";
const LEVEL: &str = "level";
const VERDICT: &str = "verdict";
/// A blank on either side of a cell.
const BLANKS: u16 = 2;
/// The longest IPv4 address; an IPv6 address of full length would leave no room for the rest.
const ADDRESS_CHARACTERS: usize = 15;
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
    let titles = heading(width);
    table.set_header(head(titles.clone()));
    let devices: Vec<&DeviceLine> = devices.into_iter().collect();
    for (title, width) in whole_columns(&devices, width) {
        let column = titles.iter().position(|t| *t == title);
        if let Some(column) = column.and_then(|at| table.column_mut(at)) {
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
        }
    }
    for device in devices {
        let mut row: Row = cells(device, width).into();
        row.max_height(LINES_PER_ROW);
        table.add_row(row);
    }
    finished(&table)
}

/// Columns that stay in one piece where there is room, and how wide they have to be for it: half an address cannot be
/// copied.
fn whole_columns(devices: &[&DeviceLine], width: u16) -> Vec<(&'static str, u16)> {
    let widest = |text: fn(&DeviceLine) -> usize, most: usize| {
        let widest = devices.iter().map(|device| text(device)).max().unwrap_or_default();
        u16::try_from(widest.min(most)).unwrap_or(u16::MAX) + BLANKS
    };
    let address = |device: &DeviceLine| device.addresses.first().map_or(0, |a| a.to_string().len());
    let mut columns = Vec::new();
    if width >= WIDTH_FOR_WHOLE_WORDS {
        columns.push((VERDICT, VERDICT_WIDTH));
        columns.push((ADDRESS, widest(address, ADDRESS_CHARACTERS)));
        columns.push((LEVEL, widest(|device| device.level.as_str().len(), usize::MAX)));
    }
    if width >= WIDTH_FOR_WHOLE_KIND {
        columns.push((KIND, widest(|device| device.kind.as_str().len(), usize::MAX)));
    }
    columns
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
        table.add_row(row.iter().map(|text| Cell::new(shortened(text, UNITS_PER_CELL))));
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
    let mut titles = vec!["device", ADDRESS];
    if width >= WIDTH_FOR_KIND {
        titles.push(KIND);
    }
    titles.push("maker");
    if width >= WIDTH_FOR_PROBABILITY {
        titles.push("p");
    }
    titles.extend([LEVEL, VERDICT]);
    if width >= WIDTH_FOR_PLACE {
        titles.extend(["site", "zone"]);
    }
    titles
}

fn cells(device: &DeviceLine, width: u16) -> Vec<Cell> {
    let text = |value: Option<&str>| Cell::new(shortened(value.unwrap_or("–"), UNITS_PER_CELL));
    let address = device.addresses.first().map(ToString::to_string);
    let mut cells = vec![Cell::new(device_label(device)), text(address.as_deref())];
    if width >= WIDTH_FOR_KIND {
        cells.push(Cell::new(device.kind.as_str()));
    }
    cells.push(Cell::new(maker_name(device)));
    if width >= WIDTH_FOR_PROBABILITY {
        let known = has_maker(device).then(|| percent(device.maker.probability));
        let cell = Cell::new(known.unwrap_or_else(|| "–".into()));
        cells.push(cell.set_alignment(CellAlignment::Right));
    }
    cells.extend([Cell::new(device.level.as_str()), verdict(device)]);
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
