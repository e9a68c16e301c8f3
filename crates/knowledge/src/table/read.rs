//! The CSV files of the knowledge base, read into the types of this module's parent.

use model::{Date, DeviceKind, MakerId, Ternary};

use std::sync::Arc;

use super::*;
use crate::base::Problems;
use crate::place::{Place, SourceFile};
use crate::standing::{Dispute, Support};

/// Rows of one file; the whole IEEE registry has half as many.
const ROWS_MAX: usize = 100_000;

/// Rows of one sort, each with its place.
#[derive(Debug, Clone)]
pub(crate) struct Table<T> {
    pub(crate) rows: Vec<T>,
    /// By position of the row.
    places: Vec<Place>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), places: Vec::new() }
    }
}

impl<T> Table<T> {
    /// Rows with their places.
    pub(crate) fn placed(&self) -> impl Iterator<Item = (&Place, &T)> {
        self.places.iter().zip(&self.rows)
    }

    pub(crate) fn push(&mut self, place: Place, row: T) {
        self.places.push(place);
        self.rows.push(row);
    }

    /// Keeps the rows that `is_kept`, with their places; asks once for each, in order.
    pub(crate) fn retain(&mut self, mut is_kept: impl FnMut(&Place, &T) -> bool) {
        let kept: Vec<bool> = self.placed().map(|(place, row)| is_kept(place, row)).collect();
        let (mut of_rows, mut of_places) = (kept.iter(), kept.iter());
        self.rows.retain(|_| of_rows.next() == Some(&true));
        self.places.retain(|_| of_places.next() == Some(&true));
    }

    pub(crate) fn sort_by_key<K: Ord>(&mut self, key: impl Fn(&T) -> K) {
        let rows = std::mem::take(&mut self.rows);
        let places = std::mem::take(&mut self.places);
        let mut both: Vec<_> = rows.into_iter().zip(places).collect();
        both.sort_by_key(|(row, _)| key(row));
        (self.rows, self.places) = both.into_iter().unzip();
    }
}

/// A type that is a row of a file.
pub(crate) trait TableRow: Sized {
    /// File below `kb/`.
    const FILE: &'static str;
    /// Its columns, in order.
    const COLUMNS: &'static [&'static str];
    /// Columns that may follow.
    const OPTIONAL: &'static [&'static str] = &["seen_on", "dispute"];
    /// The column that names the row.
    const KEY: &'static str;

    fn from_cells(cells: &Cells<'_>) -> Result<Self, String>;
}

/// The cells of one row.
pub(crate) struct Cells<'r> {
    columns: &'r [&'static str],
    record: &'r csv::StringRecord,
}

impl Cells<'_> {
    /// The cell of a column, without blanks around it.
    fn text(&self, column: &str) -> &str {
        let position = self.columns.iter().position(|name| *name == column);
        position.and_then(|position| self.record.get(position)).unwrap_or("").trim()
    }

    fn boxed(&self, column: &str) -> Box<str> {
        self.text(column).into()
    }

    /// A cell that must not be empty.
    fn needed(&self, column: &str) -> Result<Box<str>, String> {
        match self.text(column) {
            "" => Err(format!("column `{column}` is empty")),
            text => Ok(text.into()),
        }
    }

    /// `a|b` as ids.
    fn makers(&self, column: &str) -> Result<Vec<MakerId>, String> {
        let ids = self.text(column).split('|').map(|id| id.trim().parse::<MakerId>());
        ids.collect::<Result<_, _>>().map_err(|error| error.to_string())
    }

    fn list(&self, column: &str, separator: char) -> Vec<Box<str>> {
        let parts = self.text(column).split(separator).map(str::trim);
        parts.filter(|part| !part.is_empty()).map(Into::into).collect()
    }

    fn one_of<T: Copy>(&self, column: &str, names: &[(&str, T)]) -> Result<T, String> {
        let text = self.text(column);
        names.iter().find(|(name, _)| *name == text).map(|(_, value)| *value).ok_or_else(|| {
            let names: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
            format!("column `{column}` is `{text}`, not one of {}", names.join(", "))
        })
    }

    fn number<T: std::str::FromStr>(&self, column: &str) -> Result<Option<T>, String> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| format!("column `{column}` is `{text}`, not a number"))
    }

    fn date(&self, column: &str) -> Result<Option<Date>, String> {
        let text = self.text(column);
        let wrong = |_| format!("column `{column}` is `{text}`, not a date such as 2026-11-30");
        if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(wrong) }
    }

    /// Source, confidence, and the optional columns behind them.
    fn support(&self) -> Result<Support, String> {
        Ok(Support::new(
            self.needed("source")?,
            Confidence::parse(self.text("confidence"))?,
            self.date("seen_on")?,
            Dispute::parse(self.text("dispute"))?,
        ))
    }
}

/// Reads a table. What is wrong goes to `problems`, the good rows are kept.
pub(crate) fn read<T: TableRow>(
    file: &Arc<SourceFile>,
    text: &str,
    table: &mut Table<T>,
    problems: &mut Problems,
) {
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let columns = match reader.headers() {
        Ok(headers) => columns::<T>(headers),
        Err(error) => Err(reason(&error)),
    };
    let columns = match columns {
        Ok(columns) => columns,
        Err(problem) => return problems.push(file.wrong(1, "", problem)),
    };
    let mut record = csv::StringRecord::new();
    let name =
        |record: &csv::StringRecord| Cells { columns: &columns, record }.text(T::KEY).to_owned();
    let mut rows = 0;
    while !problems.is_full() {
        match reader.read_record(&mut record) {
            Ok(true) => {
                let line = record.position().map_or(0, csv::Position::line);
                rows += 1;
                if rows > ROWS_MAX {
                    let problem = format!("the file has more than {ROWS_MAX} rows");
                    return problems.push(file.wrong(line, &name(&record), problem));
                }
                match T::from_cells(&Cells { columns: &columns, record: &record }) {
                    Ok(row) => table.push(Place::new(file, line), row),
                    Err(what) => problems.push(file.wrong(line, &name(&record), what)),
                }
            }
            Ok(false) => return,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                problems.push(file.wrong(line, &name(&record), reason(&error)));
            }
        }
    }
}

/// The columns that a file has: those of the table in their order, then any of the optional ones.
fn columns<T: TableRow>(headers: &csv::StringRecord) -> Result<Vec<&'static str>, String> {
    let mut columns = T::COLUMNS.to_vec();
    let more = headers.iter().skip(columns.len());
    let optional = |found: &str| T::OPTIONAL.iter().copied().find(|name| *name == found);
    columns.extend(more.filter_map(optional));
    let is_once =
        |n: usize| columns.iter().filter(|name| columns.get(n) == Some(name)).count() == 1;
    if headers.iter().eq(columns.iter().copied()) && (0..columns.len()).all(is_once) {
        return Ok(columns);
    }
    let found: Vec<&str> = headers.iter().collect();
    let (found, expected) = (found.join(","), T::COLUMNS.join(","));
    let more = if T::OPTIONAL.is_empty() {
        String::new()
    } else {
        format!(" (`{}` may follow)", T::OPTIONAL.join("`, `"))
    };
    Err(format!("the columns are `{found}`, not `{expected}`{more}"))
}

/// The error without the place, which is given apart.
fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("the row has {len} cells, not {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "the row is not UTF-8".into(),
        _ => error.to_string(),
    }
}

const TERNARY: &[(&str, Ternary)] =
    &[("yes", Ternary::Yes), ("no", Ternary::No), ("unclear", Ternary::Unknown)];

impl TableRow for Maker {
    const FILE: &'static str = "makers.csv";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "legal_name",
        "short_name",
        "role",
        "country",
        "parent",
        "state_ownership",
        "subject_to_prc_nil",
        "ndaa_889",
        "fcc_covered",
        "notes",
        "source",
        "confidence",
    ];
    const KEY: &'static str = "id";

    fn from_cells(cells: &Cells<'_>) -> Result<Self, String> {
        let Support { source, confidence, standing } = cells.support()?;
        Ok(Self {
            id: cells.text("id").parse().map_err(|error: model::InvalidId| error.to_string())?,
            legal_name: cells.needed("legal_name")?,
            short_name: cells.needed("short_name")?,
            role: cells.needed("role")?,
            country: cells.boxed("country"),
            parent: cells.boxed("parent"),
            state_ownership: cells.boxed("state_ownership"),
            subject_to_prc_nil: cells.one_of("subject_to_prc_nil", TERNARY)?,
            ndaa_889: cells.one_of(
                "ndaa_889",
                &[
                    ("named", Ndaa889::Named),
                    ("subsidiary", Ndaa889::Subsidiary),
                    ("no", Ndaa889::No),
                ],
            )?,
            fcc_covered: cells.one_of("fcc_covered", TERNARY)?,
            notes: cells.boxed("notes"),
            source,
            confidence,
            standing,
        })
    }
}

impl TableRow for Brand {
    const FILE: &'static str = "brands.csv";
    const COLUMNS: &'static [&'static str] =
        &["name", "makers", "relation", "period", "region", "note", "source", "confidence"];
    const KEY: &'static str = "name";

    fn from_cells(cells: &Cells<'_>) -> Result<Self, String> {
        let Support { source, confidence, standing } = cells.support()?;
        Ok(Self {
            name: cells.needed("name")?,
            makers: cells.makers("makers")?,
            relation: cells.one_of(
                "relation",
                &[
                    ("own-brand", Relation::OwnBrand),
                    ("oem-full", Relation::OemFull),
                    ("oem-partial", Relation::OemPartial),
                    ("formerly", Relation::Formerly),
                ],
            )?,
            period: cells.boxed("period"),
            region: cells.boxed("region"),
            note: cells.boxed("note"),
            source,
            confidence,
            standing,
        })
    }
}

impl TableRow for Alias {
    const FILE: &'static str = "aliases.csv";
    const COLUMNS: &'static [&'static str] = &["spelling", "brand", "note", "source", "confidence"];
    const KEY: &'static str = "spelling";

    fn from_cells(cells: &Cells<'_>) -> Result<Self, String> {
        let Support { source, confidence, standing } = cells.support()?;
        Ok(Self {
            spelling: cells.needed("spelling")?,
            brand: cells.needed("brand")?,
            note: cells.boxed("note"),
            source,
            confidence,
            standing,
        })
    }
}

impl TableRow for CommonWord {
    const FILE: &'static str = "common_words.csv";
    const COLUMNS: &'static [&'static str] = &["word", "note"];
    const OPTIONAL: &'static [&'static str] = &[];
    const KEY: &'static str = "word";

    fn from_cells(cells: &Cells<'_>) -> Result<Self, String> {
        Ok(Self { word: cells.needed("word")?, note: cells.needed("note")? })
    }
}

impl TableRow for Prefix {
    const FILE: &'static str = "prefixes.csv";
    const COLUMNS: &'static [&'static str] = &[
        "prefix",
        "bits",
        "organisation",
        "makers",
        "scope",
        "oem_hint",
        "note",
        "source",
        "confidence",
    ];
    const KEY: &'static str = "prefix";

    fn from_cells(cells: &Cells<'_>) -> Result<Self, String> {
        let bits = cells.one_of("bits", &[("24", 24u8), ("28", 28), ("36", 36)])?;
        let written_scope = cells.one_of("scope", Scope::NAMES)?;
        let Support { source, confidence, standing } = cells.support()?;
        Ok(Self {
            base: prefix_base(cells.text("prefix"), bits)?,
            bits,
            organisation: cells.needed("organisation")?,
            makers: cells.makers("makers")?,
            scope: if standing.is_disputed() { Scope::MixedConglomerate } else { written_scope },
            written_scope,
            oem_hint: cells.boxed("oem_hint"),
            note: cells.boxed("note"),
            source,
            confidence,
            standing,
        })
    }
}

/// `bits / 4` hexadecimal digits, left-aligned in 48 bits.
fn prefix_base(text: &str, bits: u8) -> Result<u64, String> {
    let digits = usize::from(bits / 4);
    if text.len() != digits || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F')) {
        return Err(format!("prefix `{text}` is not {digits} digits of 0-9 and A-F"));
    }
    let value = u64::from_str_radix(text, 16).map_err(|error| error.to_string())?;
    Ok(value << (48 - u32::from(bits)))
}

impl TableRow for ModelPattern {
    const FILE: &'static str = "models.csv";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "makers",
        "kind",
        "brand",
        "specificity",
        "pattern",
        "examples",
        "corpus_hits",
        "corpus_share",
        "note",
        "source",
        "confidence",
    ];
    const KEY: &'static str = "id";

    fn from_cells(cells: &Cells<'_>) -> Result<Self, String> {
        let written_specificity = cells.one_of(
            "specificity",
            &[
                ("untested", Specificity::Untested),
                ("weak", Specificity::Weak),
                ("shared", Specificity::Shared),
                ("distinct", Specificity::Distinct),
            ],
        )?;
        let Support { source, confidence, standing } = cells.support()?;
        Ok(Self {
            id: cells.needed("id")?,
            makers: cells.makers("makers")?,
            kind: cells.one_of(
                "kind",
                &[
                    ("camera", DeviceKind::Camera),
                    ("ptz", DeviceKind::Camera),
                    ("recorder", DeviceKind::Recorder),
                    ("encoder", DeviceKind::Encoder),
                    ("intercom", DeviceKind::Intercom),
                    ("doorbell", DeviceKind::Intercom),
                    ("access-control", DeviceKind::AccessControl),
                    ("body-worn", DeviceKind::BodyWorn),
                    ("other-device", DeviceKind::OtherDevice),
                ],
            )?,
            brand: Some(cells.boxed("brand")).filter(|brand| !brand.is_empty()),
            specificity: standing.counted(written_specificity, Specificity::Weak),
            written_specificity,
            pattern: cells.needed("pattern")?,
            examples: cells.list("examples", ';'),
            corpus_hits: cells.number("corpus_hits")?.unwrap_or(0),
            corpus_share: cells.number("corpus_share")?,
            note: cells.boxed("note"),
            source,
            confidence,
            standing,
        })
    }
}

impl TableRow for Domain {
    const FILE: &'static str = "domains.csv";
    const COLUMNS: &'static [&'static str] =
        &["name", "makers", "purpose", "note", "source", "confidence"];
    const KEY: &'static str = "name";

    fn from_cells(cells: &Cells<'_>) -> Result<Self, String> {
        let Support { source, confidence, standing } = cells.support()?;
        Ok(Self {
            name: cells.needed("name")?,
            makers: cells.makers("makers")?,
            purpose: cells.needed("purpose")?,
            note: cells.boxed("note"),
            source,
            confidence,
            standing,
        })
    }
}

impl TableRow for Soc {
    const FILE: &'static str = "socs.csv";
    const COLUMNS: &'static [&'static str] = &[
        "family",
        "part",
        "names",
        "maker",
        "country",
        "makers",
        "known_models",
        "ndaa",
        "note",
        "source",
        "confidence",
    ];
    const KEY: &'static str = "part";

    fn from_cells(cells: &Cells<'_>) -> Result<Self, String> {
        let Support { source, confidence, standing } = cells.support()?;
        Ok(Self {
            family: cells.needed("family")?,
            part: cells.needed("part")?,
            names: cells.list("names", '|'),
            maker: cells.needed("maker")?,
            country: cells.boxed("country"),
            device_makers: cells.makers("makers")?,
            known_models: cells.boxed("known_models"),
            ndaa: cells.boxed("ndaa"),
            note: cells.boxed("note"),
            source,
            confidence,
            standing,
        })
    }
}

impl TableRow for FirmwareFormat {
    const FILE: &'static str = "firmware.csv";
    const COLUMNS: &'static [&'static str] = &[
        "makers",
        "format",
        "file_names",
        "magic_offset",
        "magic",
        "needs",
        "structure",
        "protection",
        "oem_clue",
        "tool",
        "source",
        "confidence",
    ];
    const KEY: &'static str = "format";

    fn from_cells(cells: &Cells<'_>) -> Result<Self, String> {
        let octet = |text: &str| {
            u8::from_str_radix(text, 16)
                .map_err(|_| format!("magic `{text}` is not two hexadecimal digits"))
        };
        let Support { source, confidence, standing } = cells.support()?;
        Ok(Self {
            makers: cells.makers("makers")?,
            format: cells.needed("format")?,
            file_names: cells.boxed("file_names"),
            magic_offset: cells.number("magic_offset")?,
            magic: cells.text("magic").split_whitespace().map(octet).collect::<Result<_, _>>()?,
            needs: cells.boxed("needs"),
            structure: cells.boxed("structure"),
            protection: cells.boxed("protection"),
            oem_clue: cells.boxed("oem_clue"),
            source,
            confidence,
            standing,
        })
    }
}
