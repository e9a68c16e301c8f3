//! Which row holds the titles of the columns.

use super::mapping::Mapping;
use super::row::{Cell, CellKind, Row};
use super::titles::{self, Meaning};
use super::values::{looks_like_address, looks_like_mac};

/// Rows that are searched for the header: title blocks above it are shorter.
pub(super) const ROWS_SEARCHED: usize = 64;

/// Longer cells are sentences and no titles.
const TITLE_BYTES_MAX: usize = 120;

/// The titles of the columns and where they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// Its first row, and its last where it has two.
    pub(super) rows: (u64, u64),
    /// One for each column, empty where there is none.
    pub(super) titles: Vec<String>,
    /// Its rows as they stand, to know them again further down.
    pub(super) lines: Vec<Vec<String>>,
}

impl Header {
    fn of_one(row: &Row) -> Self {
        let titles: Vec<_> = row.cells().map(|cell| one_line(cell.text)).collect();
        Self { rows: (row.number, row.number), lines: vec![titles.clone()], titles }
    }

    fn of_two(upper: &Row, lower: &Row, mapping: Option<&Mapping>) -> Self {
        let mut titles = Vec::new();
        let mut above = String::new();
        for column in 0..upper.len().max(lower.len()) {
            let (over, under) = (upper.cell(column).text, lower.cell(column).text);
            if !over.is_empty() {
                above = one_line(over);
            } else if under.is_empty() {
                above.clear();
            }
            titles.push(combined(&above, over.is_empty(), &one_line(under), mapping));
        }
        let lines = [upper, lower].map(|row| row.cells().map(|cell| one_line(cell.text)).collect());
        Self { rows: (upper.number, lower.number), titles, lines: lines.into() }
    }

    /// The titles of another table further down the sheet. Most of the row must be known titles, and two of them such as
    /// only a list of devices has, as they are written alone: a row of data holds one at most.
    pub(super) fn another(row: &Row) -> Option<Self> {
        const TELLING: &[&str] = &[
            "make",
            "manufacturer",
            "brand",
            "model",
            "model no",
            "model no.",
            "model number",
            "serial",
            "serial no",
            "serial no.",
            "serial number",
            "s/n",
            "mac",
            "mac address",
            "ip",
            "ip address",
            "hersteller",
            "modell",
            "seriennummer",
            "marque",
            "fabricant",
            "modèle",
            "marca",
            "fabricante",
            "modelo",
        ];
        /// The longest of them.
        const BYTES_MAX: usize = 13;
        let tells = |cell: &Cell<'_>| {
            (2..=BYTES_MAX).contains(&cell.text.len())
                && TELLING.iter().any(|title| title.eq_ignore_ascii_case(cell.text))
        };
        if row.cells().filter(tells).take(2).count() < 2 || row.cells().any(is_data) {
            return None;
        }
        let filled = row.cells().filter(|cell| !cell.text.is_empty()).count();
        let titles = row.cells().filter(|cell| sureness(cell.text, None) > 0.0).count();
        (filled >= 3 && titles * 4 >= filled * 3).then(|| Self::of_one(row))
    }

    /// Whether a row below is the header over again, as printed pages have it.
    pub(super) fn is_repeated_by(&self, row: &Row) -> bool {
        self.lines.iter().any(|line| {
            let filled = row.cells().filter(|cell| !cell.text.is_empty()).count();
            let same = row
                .cells()
                .zip(line)
                .filter(|(cell, title)| !title.is_empty() && cell.text == title.as_str())
                .count();
            same >= 2 && same * 2 > filled
        })
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The title of a column under a heading: `Asset` over `No` is the asset number, `Network` over `MAC` the MAC.
fn combined(above: &str, is_inherited: bool, under: &str, mapping: Option<&Mapping>) -> String {
    let both = format!("{above} {under}");
    let both = both.trim();
    let surely = |title: &str| sureness(title, mapping) > 0.9;
    if under.is_empty() {
        return if is_inherited { String::new() } else { above.to_owned() };
    }
    let is_aside = titles::read(under).is_some_and(|reading| reading.meaning == Meaning::Aside);
    if surely(both)
        || sureness(under, mapping) == 0.0
        || (is_aside && sureness(both, mapping) > 0.0)
    {
        both.to_owned()
    } else {
        under.to_owned()
    }
}

/// How surely a title is understood, from 0 to 1.
fn sureness(title: &str, mapping: Option<&Mapping>) -> f64 {
    if mapping.is_some_and(|mapping| mapping.field(title).is_some()) {
        return 1.0;
    }
    titles::read(title).map_or(0.0, |reading| reading.sure)
}

/// Finds the header among the first rows; the user's word counts most.
pub(super) fn find(rows: &[Row], mapping: Option<&Mapping>) -> Option<Header> {
    if let Some(wanted) = mapping.and_then(|mapping| mapping.header_row) {
        let row = rows.iter().find(|row| row.number == u64::from(wanted));
        if let Some(row) = row {
            return Some(Header::of_one(row));
        }
    }
    let (position, single) = best_single(rows, mapping)?;
    let with_above = position.checked_sub(1).and_then(|above| pair(rows, above, mapping));
    let with_below = pair(rows, position, mapping);
    let best_pair = [with_above, with_below]
        .into_iter()
        .flatten()
        .filter(|header| known(&header.titles, mapping) > known(&single.titles, mapping))
        .max_by_key(|header| known(&header.titles, mapping));
    Some(best_pair.unwrap_or(single))
}

fn best_single(rows: &[Row], mapping: Option<&Mapping>) -> Option<(usize, Header)> {
    let mut best: Option<(f64, usize)> = None;
    for (position, row) in rows.iter().enumerate() {
        let score = score(row, rows, mapping);
        if score > best.map_or(0.0, |(score, _)| score) {
            best = Some((score, position));
        }
    }
    let (_, position) = best?;
    rows.get(position).map(|row| (position, Header::of_one(row)))
}

/// How much a row looks like a header; zero when it does not.
fn score(row: &Row, rows: &[Row], mapping: Option<&Mapping>) -> f64 {
    let filled = row.cells().filter(|cell| !cell.text.is_empty()).count();
    if row.cells().any(is_data) {
        return 0.0;
    }
    let sure: Vec<f64> =
        row.cells().map(|cell| sureness(cell.text, mapping)).filter(|sure| *sure > 0.0).collect();
    let is_list = sure.len() == 1 && filled == 1 && rows.iter().all(|row| row.len() <= 1);
    let is_table = sure.len() >= 2 && (sure.len() >= 3 || sure.len() * 2 >= filled);
    if is_list || is_table { sure.iter().sum() } else { 0.0 }
}

/// Whether a cell is a value and no title.
fn is_data(cell: Cell<'_>) -> bool {
    matches!(cell.kind, CellKind::Number | CellKind::Date | CellKind::Error)
        || cell.text.len() > TITLE_BYTES_MAX
        || looks_like_mac(cell.text)
        || looks_like_address(cell.text)
}

/// A row and the one right under it as one header, if both look like titles.
fn pair(rows: &[Row], position: usize, mapping: Option<&Mapping>) -> Option<Header> {
    let (upper, lower) = (rows.get(position)?, rows.get(position + 1)?);
    let is_adjacent = upper.number + 1 == lower.number;
    if !is_adjacent || upper.cells().chain(lower.cells()).any(is_data) {
        return None;
    }
    // A row of data may hold a word that is also a title: most of a header row must be titles.
    let header = Header::of_two(upper, lower, mapping);
    let filled = lower.cells().filter(|cell| !cell.text.is_empty()).count();
    let fitting = header
        .titles
        .iter()
        .zip(lower.cells())
        .filter(|(title, cell)| {
            !cell.text.is_empty()
                && (sureness(cell.text, mapping) > 0.0 || sureness(title, mapping) > 0.9)
        })
        .count();
    (fitting * 2 > filled).then_some(header)
}

fn known(titles: &[String], mapping: Option<&Mapping>) -> usize {
    titles
        .iter()
        .filter(|title| {
            let is_aside =
                titles::read(title).is_some_and(|reading| reading.meaning == Meaning::Aside);
            sureness(title, mapping) > 0.0 && !is_aside
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(lines: &[&str]) -> Vec<Row> {
        (1..)
            .zip(lines)
            .map(|(number, line)| {
                let mut row = Row::default();
                row.restart(number);
                line.split('|').for_each(|cell| row.push(CellKind::Text, cell));
                row
            })
            .filter(|row| !row.is_blank())
            .collect()
    }

    fn found(lines: &[&str]) -> String {
        match find(&rows(lines), None) {
            Some(header) => format!("{:?} {}", header.rows, header.titles.join("|")),
            None => "none".into(),
        }
    }

    #[test]
    fn titles_above_do_not_hide_the_header() {
        assert_eq!(
            found(&[
                "Town CCTV register||",
                "Reviewed by the site manager||",
                "||",
                "Ref|Make|Where",
                "1|Axis|Hall"
            ]),
            "(4, 4) Ref|Make|Where"
        );
    }

    #[test]
    fn a_header_of_two_rows_is_one() {
        assert_eq!(
            found(&[
                "Asset||Network||Location|",
                "No|Make|MAC|IP|Site|Room",
                "1|Axis|||Town Hall|3"
            ]),
            "(1, 2) Asset No|Make|MAC|IP|Site|Room"
        );
        assert_eq!(
            found(&["Ref|Make|Model|Serial", "TH-1|Axis|Camera|live"]),
            "(1, 1) Ref|Make|Model|Serial"
        );
    }

    #[test]
    fn data_is_no_header() {
        assert_eq!(found(&["Axis|P3367|44:19:B6:00:00:01", "Bosch|X|44:19:B6:00:00:02"]), "none");
        assert_eq!(found(&["Dear all,|", "see below|"]), "none");
        assert_eq!(found(&["Model", "DS-1", "DS-2"]), "(1, 1) Model");
    }
}
