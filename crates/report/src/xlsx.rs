//! The same facts as a workbook, for people who sort and filter.

use std::collections::BTreeSet;
use std::io::Write;

use model::Ternary;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use crate::delimited::{COLUMNS, cells};
use crate::text::{opens_formula, plain, shortened};
use crate::words::{SCALE, heaviest_first, tier_label, weight_in_words, worst_first};
use crate::{ReportData, ReportError};

/// Rows a sheet can hold; beyond it a sheet goes on in a second one.
const ROWS_PER_SHEET: u32 = 1_048_576;
/// UTF-16 units a cell can hold.
const UNITS_PER_CELL: usize = 32_767;

/// Writes the workbook: Devices, Verdicts, Evidence, Conflicts, Sources, Methods.
///
/// Rows go to temporary files as they are made, so memory does not grow with the estate; the packed
/// workbook is held once before it is handed to `out`.
///
/// # Errors
///
/// When `out` refuses the bytes or the temporary files cannot be written.
pub fn xlsx(data: &ReportData, out: &mut dyn Write) -> Result<(), ReportError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(data)?);
    let formats = Formats::new();
    devices(data, Sheets::new(&mut workbook, &formats))?;
    verdicts(data, Sheets::new(&mut workbook, &formats))?;
    evidence(data, Sheets::new(&mut workbook, &formats))?;
    conflicts(data, Sheets::new(&mut workbook, &formats))?;
    sources(data, Sheets::new(&mut workbook, &formats))?;
    methods(data, Sheets::new(&mut workbook, &formats))?;
    out.write_all(&workbook.save_to_buffer()?)?;
    Ok(())
}

/// The time of making comes from the data: the clock is not asked, and equal data give equal bytes.
fn properties(data: &ReportData) -> Result<DocProperties, XlsxError> {
    let made_at = data.run.made_at.parse().map_or(0, jiff::Timestamp::as_second);
    let properties = DocProperties::new()
        .set_title("Audit of surveillance equipment")
        .set_comment(
            "Evidence consistent with; not legal advice. Restrict: this is a list of targets.",
        )
        .set_creation_datetime(&ExcelDateTime::from_timestamp(made_at)?);
    Ok(match &data.organisation {
        Some(organisation) => properties.set_company(plain(&organisation.name)),
        None => properties,
    })
}

struct Formats {
    head: Format,
    body: Format,
    /// Excel takes the cell for text even after it has been edited.
    quoted: Format,
}

impl Formats {
    fn new() -> Self {
        let body = Format::new().set_align(FormatAlign::Top);
        Self {
            head: Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top),
            quoted: body.clone().set_num_format("@").set_quote_prefix(),
            body,
        }
    }
}

enum Value<'a> {
    Text(&'a str),
    Number(f64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<u64> for Value<'_> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "Excel has no other numbers; counts stay below 2^53"
    )]
    fn from(number: u64) -> Self {
        Self::Number(number as f64)
    }
}

/// One table that goes on in another sheet where the first is full.
struct Sheets<'a> {
    workbook: &'a mut Workbook,
    formats: &'a Formats,
    name: &'static str,
    columns: &'a [(&'a str, f64)],
    number: u32,
    rows: u32,
    rows_max: u32,
    sheet: Option<Worksheet>,
}

impl<'a> Sheets<'a> {
    fn new(workbook: &'a mut Workbook, formats: &'a Formats) -> Self {
        Self {
            workbook,
            formats,
            name: "",
            columns: &[],
            number: 0,
            rows: 0,
            rows_max: ROWS_PER_SHEET,
            sheet: None,
        }
    }

    /// Starts the table `name` with these columns and their widths.
    fn start(
        mut self,
        name: &'static str,
        columns: &'a [(&'a str, f64)],
    ) -> Result<Self, XlsxError> {
        (self.name, self.columns) = (name, columns);
        self.open()?;
        Ok(self)
    }

    fn open(&mut self) -> Result<(), XlsxError> {
        self.number += 1;
        let mut sheet = self.workbook.new_worksheet_with_constant_memory()?;
        sheet.set_name(match self.number {
            1 => self.name.to_owned(),
            number => format!("{} {number}", self.name),
        })?;
        for (column, (title, width)) in (0u16..).zip(self.columns) {
            sheet.set_column_width(column, *width)?;
            sheet.write_string_with_format(0, column, *title, &self.formats.head)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        sheet.set_repeat_rows(0, 0)?;
        sheet.set_landscape();
        self.rows = 1;
        self.sheet = Some(sheet);
        Ok(())
    }

    fn row<'v>(&mut self, values: impl IntoIterator<Item = Value<'v>>) -> Result<(), XlsxError> {
        if self.rows == self.rows_max {
            self.close()?;
            self.open()?;
        }
        let Some(sheet) = &mut self.sheet else { return Ok(()) };
        for (column, value) in (0u16..).zip(values) {
            write(sheet, self.rows, column, &value, self.formats)?;
        }
        self.rows += 1;
        Ok(())
    }

    fn close(&mut self) -> Result<(), XlsxError> {
        let Some(mut sheet) = self.sheet.take() else { return Ok(()) };
        let last = u16::try_from(self.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        sheet.autofilter(0, 0, self.rows.saturating_sub(1), last)?;
        self.workbook.push_worksheet(sheet);
        Ok(())
    }
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: &Value<'_>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match value {
        Value::Number(number) => {
            sheet.write_number_with_format(row, column, *number, &formats.body)?;
        }
        Value::Text("") => {}
        Value::Text(text) => {
            let text = shortened(text, UNITS_PER_CELL);
            let format = if opens_formula(&text) { &formats.quoted } else { &formats.body };
            sheet.write_string_with_format(row, column, text, format)?;
        }
    }
    Ok(())
}

/// Cells hold addresses, hashes and prose: three widths do.
const NARROW: f64 = 14.0;
const WIDE: f64 = 28.0;
const PROSE: f64 = 60.0;

fn devices(data: &ReportData, sheets: Sheets<'_>) -> Result<(), XlsxError> {
    let columns = COLUMNS.map(|title| (title, if title == "because" { PROSE } else { NARROW }));
    let cards = data.policies.iter().map(|policy| policy.id.as_str());
    let asked = data.devices.iter().flat_map(|d| &d.verdicts).map(|v| v.policy.as_str());
    let policies: BTreeSet<_> = cards.chain(asked).collect();
    let columns: Vec<_> =
        columns.into_iter().chain(policies.iter().map(|policy| (*policy, NARROW))).collect();
    let mut sheets = sheets.start("Devices", &columns)?;
    for device in &data.devices {
        let cells = cells(device);
        let fixed = COLUMNS.iter().zip(&cells).map(|(column, cell)| match *column {
            "probability" => Value::Number(device.maker.probability),
            _ => Value::from(cell),
        });
        let answers = policies.iter().map(|policy| {
            let verdict = device.verdicts.iter().find(|verdict| verdict.policy.as_str() == *policy);
            Value::from(verdict.map_or("", |verdict| verdict.answer.as_str()))
        });
        sheets.row(fixed.chain(answers))?;
    }
    sheets.close()
}

fn verdicts(data: &ReportData, sheets: Sheets<'_>) -> Result<(), XlsxError> {
    let mut sheets = sheets.start(
        "Verdicts",
        &[
            ("device", WIDE),
            ("policy", NARROW),
            ("answer", NARROW),
            ("force", NARROW),
            ("duty", PROSE),
            ("because", PROSE),
            ("citation", PROSE),
        ],
    )?;
    for device in &data.devices {
        for verdict in worst_first(device) {
            sheets.row([
                Value::from(&device.id),
                verdict.policy.as_str().into(),
                verdict.answer.as_str().into(),
                verdict.force.as_str().into(),
                (&verdict.duty).into(),
                (&verdict.because.join("; ")).into(),
                (&verdict.citation).into(),
            ])?;
        }
    }
    sheets.close()
}

fn evidence(data: &ReportData, sheets: Sheets<'_>) -> Result<(), XlsxError> {
    let mut sheets = sheets.start(
        "Evidence",
        &[
            ("device", WIDE),
            ("signal", PROSE),
            ("claim", WIDE),
            ("weight_bits", NARROW),
            ("weight in words", WIDE),
            ("rank", NARROW),
            ("family", NARROW),
            ("fingerprint", WIDE),
            ("source", PROSE),
        ],
    )?;
    for device in &data.devices {
        for item in heaviest_first(device) {
            sheets.row([
                Value::from(&device.id),
                (&item.signal).into(),
                (&item.claim).into(),
                item.weight_bits.into(),
                weight_in_words(item, &device.evidence).into(),
                u64::from(item.rank).into(),
                (&item.family).into(),
                (&item.fingerprint).into(),
                (&item.source).into(),
            ])?;
        }
    }
    sheets.close()
}

fn conflicts(data: &ReportData, sheets: Sheets<'_>) -> Result<(), XlsxError> {
    let mut sheets = sheets.start(
        "Conflicts",
        &[("device", WIDE), ("between", WIDE), ("one", PROSE), ("other", PROSE)],
    )?;
    for device in &data.devices {
        for conflict in &device.conflicts {
            sheets.row([
                Value::from(&device.id),
                crate::words::conflict_label(conflict.kind).into(),
                (&conflict.one).into(),
                (&conflict.other).into(),
            ])?;
        }
    }
    sheets.close()
}

fn sources(data: &ReportData, sheets: Sheets<'_>) -> Result<(), XlsxError> {
    let mut sheets = sheets.start(
        "Sources",
        &[
            ("name", WIDE),
            ("kind", NARROW),
            ("format", NARROW),
            ("sha256", PROSE),
            ("size_bytes", NARROW),
            ("imported_at", WIDE),
            ("records", NARROW),
            ("observations", NARROW),
            ("earliest", WIDE),
            ("latest", WIDE),
            ("not_understood", PROSE),
            ("lost", PROSE),
            ("notes", PROSE),
        ],
    )?;
    for source in &data.sources {
        let (earliest, latest) = source.span.clone().unwrap_or_default();
        sheets.row([
            Value::from(&source.name),
            (&source.kind).into(),
            (&source.format).into(),
            (&source.sha256).into(),
            source.size_bytes.into(),
            (&source.imported_at).into(),
            source.records.into(),
            source.observations.into(),
            (&earliest).into(),
            (&latest).into(),
            (&counted(&source.not_understood)).into(),
            (&counted(&source.lost)).into(),
            (&notes(source)).into(),
        ])?;
    }
    sheets.close()
}

fn counted(items: &[(String, u64)]) -> String {
    items.iter().map(|(what, number)| format!("{what}: {number}")).collect::<Vec<_>>().join("; ")
}

fn notes(source: &crate::SourceView) -> String {
    let mut notes: Vec<_> = source
        .notes
        .iter()
        .map(|(severity, place, field, message, help)| {
            let field = field.as_ref().map(|field| format!(" {field}")).unwrap_or_default();
            let help = help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{severity}: {place}{field}: {message}{help}")
        })
        .collect();
    if source.notes_left_out > 0 {
        notes.push(format!("and {} more remarks", source.notes_left_out));
    }
    notes.join("; ")
}

fn methods(data: &ReportData, sheets: Sheets<'_>) -> Result<(), XlsxError> {
    let mut sheets = sheets.start("Methods", &[("about", WIDE), ("statement", PROSE * 2.0)])?;
    let mut say = |about: &str, what: &str| sheets.row([Value::from(about), what.into()]);
    say("wording", "Findings are evidence consistent with a maker. This is not legal advice.")?;
    say("handling", "The register is a list of targets: restrict it, and record who has read it.")?;
    say("unknown", "Unknown is shown as unknown and never counted as compliant.")?;
    say("organisation", data.organisation.as_ref().map_or("nobody said", |o| &o.name))?;
    let test = data.entity_test.as_ref().map_or_else(
        || "none chosen".to_owned(),
        |test| {
            format!(
                "tier {} and all narrower ones: {}; chosen by {} on {}",
                test.tier.as_str(),
                tier_label(test.tier),
                test.author,
                test.date
            )
        },
    );
    say("entity test", &test)?;
    say("rules as of", &data.run.as_of)?;
    say("computed at", &data.run.made_at)?;
    say("version of the program", &data.run.program)?;
    say("version of the knowledge base", &data.run.knowledge)?;
    say("version of the rule cards", &data.run.policies)?;
    if let Some(estate) = &data.run.estate {
        say("estate file", &format!("{} sha256 {}", estate.name, estate.sha256))?;
    }
    for (what, value) in &data.run.versions {
        say(what, value)?;
    }
    for missing in &data.missing_context {
        say("missing context", missing)?;
    }
    for (ratio, bits, words) in SCALE {
        say("weight of evidence", &format!("likelihood ratio {ratio} ({bits} bits): {words}"))?;
    }
    for policy in &data.policies {
        say(
            &policy.id,
            &format!(
                "{} [{}] {} Dates: {}. {} {} {}",
                policy.title,
                policy.force.as_str(),
                policy.duty,
                policy.dates,
                policy.instrument,
                policy.citation,
                policy.notes
            ),
        )?;
    }
    for maker in &data.makers {
        let listed = match maker.listed {
            Ternary::Yes => "listed by law",
            Ternary::No => "not listed by a law known here",
            Ternary::Unknown => "listing not known",
        };
        say(
            maker.id.as_str(),
            &format!(
                "{} ({}), owner: {}; {listed} {}; source: {}",
                maker.legal_name, maker.country, maker.parent, maker.listed_by, maker.source
            ),
        )?;
    }
    sheets.close()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_sheet_goes_on_in_another_under_the_same_head() {
        use calamine::Reader as _;
        let (mut workbook, formats) = (Workbook::new(), Formats::new());
        let mut sheets = Sheets::new(&mut workbook, &formats);
        sheets.rows_max = 3;
        let mut sheets = sheets.start("Rows", &[("n", NARROW)]).unwrap();
        (0..5u64).try_for_each(|n| sheets.row([Value::from(n)])).unwrap();
        sheets.close().unwrap();
        let bytes = workbook.save_to_buffer().unwrap();
        let mut book = calamine::Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let rows: Vec<_> =
            book.worksheets().into_iter().map(|(name, range)| (name, range.height())).collect();
        assert_eq!(rows, [("Rows", 3), ("Rows 2", 3), ("Rows 3", 2)].map(|(n, h)| (n.into(), h)));
    }
}
