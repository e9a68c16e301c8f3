//! What each column of a sheet holds, by its title and by its values.

use super::Field;
use super::dates::{DateEvidence, Order};
use super::header::Header;
use super::mapping::Mapping;
use super::row::{CellKind, Row};
use super::titles::{self, Meaning, Reading};
use super::values::{is_digits, is_placeholder, looks_like_address, looks_like_mac};

/// Values of a column that are looked at to find out what it holds.
const VALUES_LOOKED_AT: u64 = 2_000;

/// Values that a preview shows.
const SAMPLES: usize = 5;

/// A sample is cut here.
const SAMPLE_CHARS_MAX: usize = 60;

/// This share of the values must look like addresses before a column without a telling title is taken for one.
const SHARE_MIN: f64 = 0.6;

/// Columns beyond those of the header that are looked at: notes that people put beside the table.
const UNTITLED_MAX: usize = 8;

/// A column as it is understood.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// As the header has it, or `column C`.
    pub(super) title: String,
    /// What it was taken for; `None` when it is not understood.
    pub(super) field: Option<Field>,
    /// How sure, from 0 to 1.
    pub(super) sure: f64,
    /// Why, for people.
    pub(super) because: &'static str,
    /// Its values are a person's or a credential and shown nowhere.
    pub(super) is_private: bool,
    /// Cells that hold something.
    pub(super) filled: u64,
    /// A few values.
    pub(super) samples: Vec<String>,
    /// What its values show about the order of day and month.
    pub(super) dates: DateEvidence,
    /// The longest number with a zero in front: shorter numbers beside it may have lost theirs.
    pub(super) zeros_width: usize,
    /// Each of its values is one more than the one above.
    pub(super) is_running: bool,
    /// Its cells list what one device has, as inventory tools write it: `addresses`, `macs`.
    pub(super) lists_one_device: bool,
    /// Share of its values that hold something like a model.
    pub(super) models: f64,
}

impl Column {
    /// The order of day and month.
    pub(super) const fn order(&self) -> Order {
        self.dates.order()
    }
}

/// What was seen of a column while the sheet was walked.
#[derive(Debug, Default)]
struct Seen {
    title: String,
    mapped: Option<Field>,
    reading: Option<Reading>,
    filled: u64,
    looked_at: u64,
    macs: u64,
    addresses: u64,
    models: u64,
    kinds: u64,
    samples: Vec<String>,
    dates: DateEvidence,
    zeros_width: usize,
    /// Values so far that are one more than the one before.
    steps: u64,
    last_number: Option<u64>,
}

/// Watches a sheet go by.
pub(super) struct Watch {
    columns: Vec<Seen>,
    has_header: bool,
    /// The column whose values are the keys of the rows.
    pub(super) tag: Option<usize>,
}

impl Watch {
    /// For a sheet with these titles, or with none.
    pub(super) fn new(header: Option<&Header>, mapping: Option<&Mapping>) -> Self {
        let titles = header.map(|header| header.titles.as_slice()).unwrap_or_default();
        let columns: Vec<_> = titles
            .iter()
            .map(|title| Seen {
                title: title.clone(),
                mapped: mapping.and_then(|mapping| mapping.field(title)),
                reading: titles::read(title),
                ..Seen::default()
            })
            .collect();
        let tag = best(&columns, |seen| seen.title_sureness(Field::AssetTag));
        Self { columns, has_header: header.is_some(), tag }
    }

    /// Takes a row of data into account.
    pub(super) fn add(&mut self, row: &Row) {
        let titled = self.columns.len();
        let width_max =
            if self.has_header { titled + UNTITLED_MAX } else { super::row::COLUMNS_MAX };
        let last = row.cells().rposition(|cell| !cell.text.is_empty()).map_or(0, |last| last + 1);
        while self.columns.len() < last.min(width_max) {
            self.columns.push(Seen::default());
        }
        for (seen, cell) in self.columns.iter_mut().zip(row.cells()) {
            if cell.kind != CellKind::Empty {
                seen.add(cell);
            }
        }
    }

    /// What the columns hold.
    pub(super) fn finish(self) -> Vec<Column> {
        let fields = self.columns.iter().map(|seen| seen.field().0).collect::<Vec<_>>();
        let has_model = fields.contains(&Some(Field::Model));
        let mut columns: Vec<_> = (0..)
            .zip(self.columns)
            .map(|(index, seen)| seen.into_column(index, has_model))
            .collect();
        settle_rivals(&mut columns);
        drop_running_number(&mut columns);
        columns
    }
}

/// The index of the highest value above zero; the first of equals.
fn best<T>(items: &[T], value: impl Fn(&T) -> f64) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for (index, item) in items.iter().enumerate() {
        let value = value(item);
        if value > best.map_or(0.0, |(_, value)| value) {
            best = Some((index, value));
        }
    }
    best.map(|(index, _)| index)
}

impl Seen {
    /// How surely the title (or the user) says that the column holds `field`.
    fn title_sureness(&self, field: Field) -> f64 {
        match (self.mapped, self.reading) {
            (Some(mapped), _) => f64::from(u8::from(mapped == field)),
            (None, Some(reading)) if reading.meaning == Meaning::Is(field) => reading.sure,
            _ => 0.0,
        }
    }

    fn add(&mut self, cell: super::row::Cell<'_>) {
        let text = cell.text;
        if is_placeholder(text) {
            return;
        }
        self.filled += 1;
        if self.title_sureness(Field::Installed) > 0.0 {
            self.dates.add(cell);
        }
        if text.starts_with('0') && is_digits(text) && cell.kind == CellKind::Text {
            self.zeros_width = self.zeros_width.max(text.len());
        }
        let number = text.parse().ok();
        self.steps += u64::from(
            number.is_some() && number == self.last_number.map(|last: u64| last.wrapping_add(1)),
        );
        self.last_number = number;
        if self.looked_at >= VALUES_LOOKED_AT {
            return;
        }
        self.looked_at += 1;
        self.macs += u64::from(looks_like_mac(text));
        self.addresses += u64::from(looks_like_address(text));
        self.models += u64::from(looks_like_model(text));
        self.kinds += u64::from(looks_like_kind(text));
        if self.samples.len() < SAMPLES {
            let clean = wire::sanitise_note(text);
            let sample: String = clean.chars().take(SAMPLE_CHARS_MAX).collect();
            if !self.samples.contains(&sample) {
                self.samples.push(sample);
            }
        }
    }

    fn share(&self, count: u64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "at most VALUES_LOOKED_AT")]
        let (count, all) = (count as f64, self.looked_at.max(1) as f64);
        count / all
    }

    /// What the column holds, how sure, and why.
    fn field(&self) -> (Option<Field>, f64, &'static str) {
        if let Some(field) = self.mapped {
            return (Some(field), 1.0, "the mapping says so");
        }
        let (macs, addresses) = (self.share(self.macs), self.share(self.addresses));
        let meaning = self.reading.map(|reading| reading.meaning);
        let is_open = matches!(
            meaning,
            None | Some(Meaning::AddressOrSite | Meaning::Is(Field::Mac | Field::Address))
        );
        for (share, field, because) in [
            (macs, Field::Mac, "its values are MAC addresses"),
            (addresses, Field::Address, "its values are network addresses"),
        ] {
            if is_open && share >= SHARE_MIN {
                return match meaning {
                    Some(Meaning::Is(titled)) if titled == field => {
                        (Some(field), 1.0, "its title and its values say so")
                    }
                    _ => (Some(field), 0.9 * share, because),
                };
            }
        }
        let Some(Reading { meaning, sure }) = self.reading else { return (None, 0.0, "") };
        match meaning {
            Meaning::ModelOrKind if self.models > self.kinds => {
                (Some(Field::Model), 0.8, "its values look like models")
            }
            Meaning::ModelOrKind => (Some(Field::Kind), 0.8, "its values are kinds of devices"),
            Meaning::AddressOrSite => {
                (Some(Field::Site), 0.7, "its values are no network addresses")
            }
            // `IP rating` holds no addresses, and a title that was only nearly known proves nothing.
            Meaning::Is(Field::Mac | Field::Address)
                if sure < 0.9 && self.looked_at > 0 && macs + addresses == 0.0 =>
            {
                (None, 0.0, "")
            }
            // A role is a kind of device in one tool and a service in another.
            Meaning::Is(Field::Kind) if sure < 0.9 && self.looked_at > 0 && self.kinds == 0 => {
                (None, 0.0, "")
            }
            Meaning::Person => (Some(Field::Ignored), sure, "it is about people: not read"),
            Meaning::Secret => (Some(Field::Ignored), sure, "it holds credentials: not read"),
            Meaning::Aside => (Some(Field::Ignored), sure, "it says nothing about a device"),
            Meaning::Is(field) => (Some(field), sure, "its title says so"),
        }
    }

    fn into_column(self, index: usize, has_model: bool) -> Column {
        let (mut field, sure, because) = self.field();
        let is_type = self.reading.is_some_and(|reading| reading.meaning == Meaning::ModelOrKind);
        if has_model && is_type && self.mapped.is_none() && self.kinds > 0 {
            field = Some(Field::Kind);
        }
        let is_private = self.mapped.is_none()
            && self.reading.is_some_and(|reading| reading.meaning.is_private());
        let models = self.share(self.models);
        let is_running = self.filled >= 2 && self.steps + 1 == self.filled;
        let lists_one_device = is_list_of_a_tool(&self.title);
        let title =
            if self.title.is_empty() { format!("column {}", letters(index)) } else { self.title };
        let title = wire::sanitise_note(&title).into_owned();
        Column {
            title,
            field,
            sure,
            because,
            is_private,
            filled: self.filled,
            samples: if is_private { Vec::new() } else { self.samples },
            dates: self.dates,
            zeros_width: self.zeros_width,
            is_running,
            lists_one_device,
            models,
        }
    }
}

/// A tool names such a column as a program does; a person's `IP addresses` may be those of several devices.
fn is_list_of_a_tool(title: &str) -> bool {
    ["addresses", "addresses_extra", "ip_addresses", "macs", "mac_addresses", "names", "hostnames"]
        .contains(&title)
}

/// A tool numbers its rows anew in each export: such an `ID` is no key of a device that has a serial number or a MAC
/// address. Where there is neither, and in a column that people call by the name of a key, it stays one.
fn drop_running_number(columns: &mut [Column]) {
    let has_keys = columns.iter().map(|column| match column.field {
        Some(Field::Serial | Field::Mac) => column.filled,
        _ => 0,
    });
    let Some(with_key) = has_keys.max() else { return };
    for column in columns.iter_mut().filter(|column| column.field == Some(Field::AssetTag)) {
        if column.is_running
            && titles::normalise(&column.title) == "id"
            && with_key >= column.filled
        {
            column.field = Some(Field::Ignored);
            column.because = "a running number: the devices have better keys";
        }
    }
}

/// Where two columns claim a field that a device has once, the surer one has it; the words of the other are kept where
/// there is a place for them.
fn settle_rivals(columns: &mut [Column]) {
    const SINGLE: &[Field] = &[
        Field::AssetTag,
        Field::Make,
        Field::Model,
        Field::Kind,
        Field::Hostname,
        Field::Site,
        Field::Installed,
        Field::Owner,
        Field::Firmware,
        Field::Status,
        Field::Quantity,
    ];
    for field in SINGLE {
        let claims = |column: &Column| if column.field == Some(*field) { column.sure } else { 0.0 };
        let Some(winner) = best(columns, claims) else { continue };
        for (index, column) in columns.iter_mut().enumerate() {
            // What the user said twice is meant twice.
            if index != winner && column.field == Some(*field) && column.sure < 1.0 {
                (column.field, column.because) = match field {
                    Field::Site if is_key(&column.title) => {
                        (Some(Field::Ignored), "the key of another column's site")
                    }
                    Field::Site => (Some(Field::Location), "another column holds the site"),
                    Field::Make | Field::Model | Field::Kind => {
                        (Some(Field::Text), "another column was surer: its words are kept as text")
                    }
                    _ => (None, "another column was surer"),
                };
                column.sure *= 0.5;
            }
        }
    }
}

/// Whether a title is that of a key in somebody's database.
fn is_key(title: &str) -> bool {
    titles::normalise(title).ends_with(" id")
}

/// Words for kinds of devices.
const KIND_WORDS: &[&str] = &[
    "dome",
    "bullet",
    "turret",
    "ptz",
    "fixed",
    "static",
    "box",
    "fisheye",
    "panoramic",
    "thermal",
    "anpr",
    "lpr",
    "camera",
    "cam",
    "nvr",
    "dvr",
    "xvr",
    "recorder",
    "encoder",
    "decoder",
    "intercom",
    "doorbell",
    "door",
    "bodyworn",
    "body",
    "covert",
    "mini",
    "eyeball",
    "switch",
    "server",
    "monitor",
    "internal",
    "external",
    "indoor",
    "outdoor",
    "ip",
    "analogue",
    "analog",
    "hd",
    "multi",
    "sensor",
    "speed",
    "reader",
    "terminal",
    "kamera",
    "camara",
    "rekorder",
];

fn looks_like_kind(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric())
        .any(|word| KIND_WORDS.iter().any(|kind| kind.eq_ignore_ascii_case(word)))
}

/// Letters and digits in one word, and not just a measure: `DS-2CD2143G0-I`, `C310`, not `4MP` or `16CH`.
fn looks_like_model(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '/')).any(
        |word| {
            let digits = word.bytes().filter(u8::is_ascii_digit).count();
            let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
            word.len() >= 4 && digits >= 1 && letters >= 1 && !is_measure(word)
        },
    )
}

fn is_measure(word: &str) -> bool {
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'));
    ["mp", "ch", "p", "mm", "k", "m", "x", "tb", "gb", "channel", "way", "port", "mpx", "no"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(unit))
}

/// The letters over a column, as a spreadsheet has them.
pub(super) fn letters(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns of a table whose first line holds the titles.
    fn understood(lines: &[&str]) -> String {
        let rows: Vec<Row> = (1..)
            .zip(lines)
            .map(|(number, line)| {
                let mut row = Row::default();
                row.restart(number);
                line.split('|').for_each(|cell| row.push(CellKind::Text, cell));
                row
            })
            .collect();
        let header = super::super::header::find(&rows, None);
        let mut watch = Watch::new(header.as_ref(), None);
        rows.iter().skip(usize::from(header.is_some())).for_each(|row| watch.add(row));
        let shown = |column: Column| match column.field {
            Some(field) => format!("{}: {field}", column.title),
            None => format!("{}: ?", column.title),
        };
        watch.finish().into_iter().map(shown).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_type_is_a_model_or_a_kind_by_its_values() {
        assert_eq!(
            understood(&["Make|Type", "TP-Link|Tapo C310", "Annke|C800"]),
            "Make: make, Type: model"
        );
        assert_eq!(
            understood(&["Make|Type", "Axis|PTZ dome 4MP", "Axis|Bullet"]),
            "Make: make, Type: kind"
        );
        assert_eq!(
            understood(&["Make|Model|Type", "Axis|P3245-LVE|dome"]),
            "Make: make, Model: model, Type: kind"
        );
    }

    #[test]
    fn addresses_are_known_by_their_values() {
        assert_eq!(
            understood(&["Make|Model|Address|Kennnummer", "Axis|P1|10.0.0.1|44:19:B6:00:00:01"]),
            "Make: make, Model: model, Address: address, Kennnummer: mac"
        );
        assert_eq!(
            understood(&["Make|Model|Address|IP rating", "Axis|P1|1 High Street|IP66"]),
            "Make: make, Model: model, Address: site, IP rating: ?"
        );
        assert_eq!(
            understood(&["Axis|10.0.0.1|44:19:B6:00:00:01", "Axis|10.0.0.2|44:19:B6:00:00:02"]),
            "column A: ?, column B: address, column C: mac"
        );
    }

    #[test]
    fn the_surer_of_two_rivals_wins() {
        assert_eq!(
            understood(&["Vendor|Manufacturer|Part number|Model|Site|Building", "A|B|1|P1|x|y"]),
            "Vendor: text, Manufacturer: make, Part number: text, Model: model, Site: site, Building: location"
        );
    }

    #[test]
    fn columns_have_letters() {
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
    }
}
