//! Makes an XLSX workbook of the CSV on standard input, numbers and dates typed as a spreadsheet would:
//! `cargo run --release -p intake --example write_workbook FILE.xlsx < FILE.csv`.

use std::io;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let path = std::env::args().nth(1).ok_or("which file shall be written?")?;
    let mut workbook = Workbook::new();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let sheet = workbook.add_worksheet().set_name("Register")?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(io::stdin().lock());
    for (row, record) in (0u32..).zip(reader.records()) {
        for (column, cell) in (0u16..).zip(&record?) {
            if let Some(date) = date(cell) {
                sheet.write_with_format(row, column, &date, &day)?;
            } else if let Ok(number) = cell.parse::<u32>() {
                sheet.write(row, column, number)?;
            } else if !cell.is_empty() {
                sheet.write(row, column, cell)?;
            }
        }
    }
    workbook.save(path)?;
    Ok(())
}

fn date(cell: &str) -> Option<ExcelDateTime> {
    let day: jiff::civil::Date = cell.parse().ok().filter(|_| cell.len() == 10)?;
    ExcelDateTime::from_ymd(
        day.year().try_into().ok()?,
        day.month().try_into().ok()?,
        day.day().try_into().ok()?,
    )
    .ok()
}
