//! Dates as people write them. A date that can be read in two ways is said to be so and not guessed.

use model::Date;

use super::row::{Cell, CellKind};

/// Cameras were not on networks before, and nobody dates a register after: a date outside is a slip.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=2100;

/// Days since the end of 1899, as spreadsheets count, from 1982 to 2064.
const SERIAL_DAYS: std::ops::RangeInclusive<i64> = 30_000..=60_000;

/// What a cell says when it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// On this day.
    Day(Date),
    /// A day and a month in an order that the rest of the column must tell: day first, month first.
    Either(Date, Date),
    /// A month or a year alone, or words like `about`.
    Vague,
    /// No date that can be understood.
    Unreadable,
}

/// Which of `03/04` is the day, as the whole column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Order {
    /// Some value has its first number over 12, and none its second.
    DayFirst,
    /// Some value has its second number over 12, and none its first.
    MonthFirst,
    /// No value tells.
    #[default]
    Unknown,
    /// Values tell both.
    Mixed,
}

/// What a column shows about the order of its dates.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DateEvidence {
    day_first: u64,
    month_first: u64,
    /// Values that can be read in two ways.
    pub(super) either: u64,
    /// Cells that the spreadsheet itself holds as dates, and those of them after the twelfth of a month.
    date_cells: u64,
    date_cells_after_12: u64,
}

/// Fewer date cells than this are all before the thirteenth by chance too often.
const SUSPICIOUS_DATE_CELLS: u64 = 4;

impl DateEvidence {
    /// Takes a value of the column into account.
    pub(super) fn add(&mut self, cell: Cell<'_>) {
        if let (CellKind::Date, Moment::Day(day)) = (cell.kind, read(cell)) {
            self.date_cells += 1;
            self.date_cells_after_12 += u64::from(day.day() > 12);
            return;
        }
        match slashed(cell.text) {
            Some(Slashed { first: 13.., second: ..=12, .. }) => self.day_first += 1,
            Some(Slashed { first: ..=12, second: 13.., .. }) => self.month_first += 1,
            Some(Slashed { first, second, .. }) if first != second => self.either += 1,
            _ => {}
        }
    }

    /// The order that the column shows.
    pub(super) const fn order(&self) -> Order {
        match (self.day_first, self.month_first) {
            (0, 0) => Order::Unknown,
            (_, 0) => Order::DayFirst,
            (0, _) => Order::MonthFirst,
            _ => Order::Mixed,
        }
    }

    /// A spreadsheet set to another country turns `03/04` into a date with day and month swapped and leaves `25/04`
    /// as text. That is how a column with both looks when no date cell is after the twelfth.
    pub(super) const fn swapped_by_spreadsheet(&self) -> bool {
        self.date_cells >= SUSPICIOUS_DATE_CELLS
            && self.date_cells_after_12 == 0
            && self.day_first + self.month_first > 0
    }
}

/// What a cell says.
pub(super) fn read(cell: Cell<'_>) -> Moment {
    let text = cell.text;
    let moment = iso(text)
        .map(day_or_unreadable)
        .or_else(|| serial_day(text).map(day_or_unreadable))
        .or_else(|| slashed(text).map(Slashed::moment))
        .unwrap_or_else(|| in_words(text));
    match moment {
        Moment::Day(day) if !YEARS.contains(&day.year()) => Moment::Unreadable,
        Moment::Either(one, _) if !YEARS.contains(&one.year()) => Moment::Unreadable,
        other => other,
    }
}

fn day_or_unreadable(day: Option<Date>) -> Moment {
    day.map_or(Moment::Unreadable, Moment::Day)
}

fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    if text.is_empty() || text.len() > 9 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Cuts a time of day off: `12/05/2021 00:00`, `2021-05-12T08:00:00Z`.
fn without_time(text: &str) -> &str {
    match text.split_once(['T', ' ']) {
        Some((day, time))
            if time.contains(':') && time.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            day
        }
        _ => text,
    }
}

/// Year first. `Some(None)` when it has the form and is no day of the calendar.
fn iso(text: &str) -> Option<Option<Date>> {
    let text = without_time(text);
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let year: i16 = number(text.get(..4)?)?;
        let day = Date::new(year, number(text.get(4..6)?)?, number(text.get(6..)?)?).ok()?;
        return YEARS.contains(&year).then_some(Some(day));
    }
    let mut parts = text.split(['-', '/', '.']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || parts.next().is_some() {
        return None;
    }
    let day = Date::new(number(year)?, number(month)?, number(day)?);
    Some(day.ok())
}

/// A date that lost its format: a count of days.
fn serial_day(text: &str) -> Option<Option<Date>> {
    let days: i64 = number(text).filter(|days| SERIAL_DAYS.contains(days))?;
    let epoch = Date::new(1899, 12, 30).ok()?;
    Some(epoch.checked_add(jiff::Span::new().days(days)).ok())
}

/// Whether a value is a bare count of days, which is worth a remark.
pub(super) fn is_serial_day(text: &str) -> bool {
    serial_day(text).is_some()
}

/// Three numbers with the year last.
#[derive(Debug, Clone, Copy)]
struct Slashed {
    first: i8,
    second: i8,
    year: i16,
}

fn slashed(text: &str) -> Option<Slashed> {
    let text = without_time(text);
    if text.len() < 6 || text.len() > 10 {
        return None;
    }
    let mut parts = text.split(['/', '-', '.']);
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || first.len() > 2 || second.len() > 2 {
        return None;
    }
    let (first, second) = (number::<i8>(first)?, number::<i8>(second)?);
    if !(1..=31).contains(&first) || !(1..=31).contains(&second) {
        return None;
    }
    Some(Slashed { first, second, year: whole_year(year)? })
}

/// `21` is 2021 and `98` is 1998.
fn whole_year(text: &str) -> Option<i16> {
    let year: i16 = number(text)?;
    match (text.len(), year) {
        (4, _) => Some(year),
        (2, 0..70) => Some(2000 + year),
        (2, _) => Some(1900 + year),
        _ => None,
    }
}

impl Slashed {
    fn moment(self) -> Moment {
        let day_first = Date::new(self.year, self.second, self.first).ok();
        let month_first = Date::new(self.year, self.first, self.second).ok();
        match (day_first, month_first) {
            (Some(one), Some(other)) if one != other => Moment::Either(one, other),
            (Some(day), _) | (None, Some(day)) => Moment::Day(day),
            (None, None) => Moment::Unreadable,
        }
    }
}

/// `12 May 2021`, `May 12th, 2021`, `March 2021`, `2019`, `about 2018`.
fn in_words(text: &str) -> Moment {
    let mut words = Words::default();
    for token in text.split(|c: char| !c.is_alphanumeric()).filter(|token| !token.is_empty()) {
        words.add(token);
    }
    match words {
        Words {
            foreign: 0,
            month: Some(month),
            day: Some(day),
            year: Some(year),
            vague: false,
        } => Date::new(year, month, day).map_or(Moment::Unreadable, Moment::Day),
        // `Mar-21`: the number is a year, or a day of an unknown one.
        Words { foreign: 0, month: Some(_), day: None, year: Some(_), .. }
        | Words { foreign: 0, month: Some(_), day: Some(_), year: None, .. }
        | Words { foreign: 0, month: None, year: Some(_), .. } => Moment::Vague,
        _ => Moment::Unreadable,
    }
}

#[derive(Default)]
struct Words {
    day: Option<i8>,
    month: Option<i8>,
    year: Option<i16>,
    vague: bool,
    /// Words that do not belong to a date.
    foreign: u32,
}

impl Words {
    fn add(&mut self, token: &str) {
        let plain = super::titles::normalise(token);
        if let Some(year) =
            number::<i16>(&plain).filter(|year| plain.len() == 4 && YEARS.contains(year))
        {
            self.vague |= self.year.is_some();
            self.year = Some(year);
        } else if let Some(day) = day_number(&plain) {
            match self.day {
                None => self.day = Some(day),
                // `12 May 21`: the second number is the year.
                Some(_) if self.year.is_none() => self.year = whole_year(&plain),
                Some(_) => self.vague = true,
            }
        } else if let Some(year) =
            whole_year(&plain).filter(|_| self.year.is_none() && plain.len() == 2)
        {
            self.year = Some(year);
        } else if let Some(month) = month(&plain) {
            self.vague |= self.month.is_some();
            self.month = Some(month);
        } else if FILLERS.contains(&plain.as_str()) {
        } else if HEDGES.contains(&plain.as_str()) {
            self.vague = true;
        } else {
            self.foreign += 1;
        }
    }
}

fn day_number(token: &str) -> Option<i8> {
    let digits = token.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let suffix = token.get(digits.len()..)?;
    if !matches!(suffix, "" | "st" | "nd" | "rd" | "th" | "er") {
        return None;
    }
    number::<i8>(digits).filter(|day| digits.len() <= 2 && (1..=31).contains(day))
}

/// Words that say nothing beside a date.
const FILLERS: &[&str] = &[
    "of",
    "the",
    "de",
    "del",
    "le",
    "am",
    "on",
    "in",
    "mon",
    "tue",
    "tues",
    "wed",
    "thu",
    "thur",
    "thurs",
    "fri",
    "sat",
    "sun",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Words that make a date less than one.
const HEDGES: &[&str] = &[
    "about",
    "approx",
    "approximately",
    "around",
    "circa",
    "c",
    "ca",
    "before",
    "after",
    "pre",
    "post",
    "since",
    "early",
    "mid",
    "late",
    "spring",
    "summer",
    "autumn",
    "winter",
    "q1",
    "q2",
    "q3",
    "q4",
    "or",
    "to",
    "between",
    "end",
    "start",
    "vers",
    "etwa",
    "hacia",
    "year",
    "jahr",
    "fy",
    "maybe",
    "possibly",
    "installed",
    "fitted",
];

/// Months in English, French, German and Spanish, without accents; a shortened one has at least three letters.
const MONTHS: [&[&str]; 12] = [
    &["january", "janvier", "januar", "enero"],
    &["february", "fevrier", "februar", "febrero"],
    &["march", "mars", "marz", "maerz", "mrz", "marzo"],
    &["april", "avril", "abril"],
    &["may", "mai", "mayo"],
    &["june", "juin", "juni", "junio"],
    &["july", "juillet", "juli", "julio"],
    &["august", "aout", "agosto"],
    &["september", "septembre", "septiembre"],
    &["october", "octobre", "oktober", "octubre"],
    &["november", "novembre", "noviembre"],
    &["december", "decembre", "dezember", "diciembre"],
];

fn month(token: &str) -> Option<i8> {
    let is = |name: &&str| *name == token || (token.len() >= 3 && name.starts_with(token));
    let matching: Vec<i8> = (1..)
        .zip(MONTHS)
        .filter(|(_, names)| names.iter().any(is))
        .map(|(number, _)| number)
        .collect();
    match matching.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> Cell<'_> {
        Cell { text, kind: CellKind::Text }
    }

    fn shown(text: &str) -> String {
        match read(cell(text)) {
            Moment::Day(day) => day.to_string(),
            Moment::Either(one, other) => format!("{one} or {other}"),
            Moment::Vague => "vague".into(),
            Moment::Unreadable => "unreadable".into(),
        }
    }

    #[test]
    fn dates_as_people_write_them() {
        for (text, expected) in [
            ("2021-05-12", "2021-05-12"),
            ("2021/5/12", "2021-05-12"),
            ("2021-05-12 08:00:00", "2021-05-12"),
            ("2021-05-12T08:00:00Z", "2021-05-12"),
            ("20210512", "2021-05-12"),
            ("25/12/2021", "2021-12-25"),
            ("25.12.21", "2021-12-25"),
            ("12/25/2021 00:00", "2021-12-25"),
            ("04/04/2022", "2022-04-04"),
            ("03/04/2022", "2022-04-03 or 2022-03-04"),
            ("3-4-22", "2022-04-03 or 2022-03-04"),
            ("12 May 2021", "2021-05-12"),
            ("Wed 12th of May, 2021", "2021-05-12"),
            ("May 12, 2021", "2021-05-12"),
            ("12-May-21", "2021-05-12"),
            ("12. März 2021", "2021-03-12"),
            ("1er août 2019", "2019-08-01"),
            ("3 de enero de 2020", "2020-01-03"),
            ("44328", "2021-05-12"),
            ("March 2021", "vague"),
            ("Mar-21", "vague"),
            ("2019", "vague"),
            ("about 2018", "vague"),
            ("2019/20", "vague"),
            ("Q3 2020", "vague"),
            ("early June 2019", "vague"),
            ("31/02/2021", "unreadable"),
            ("2021-13-45", "unreadable"),
            ("1900-01-01", "unreadable"),
            ("when it was rebuilt", "unreadable"),
            ("99/99/9999", "unreadable"),
            ("123456789012345678901234567890", "unreadable"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    fn evidence(values: &[(CellKind, &str)]) -> DateEvidence {
        let mut evidence = DateEvidence::default();
        for (kind, text) in values {
            evidence.add(Cell { text, kind: *kind });
        }
        evidence
    }

    #[test]
    fn the_column_tells_the_order() {
        use CellKind::Text;
        let order = |values: &[(CellKind, &str)]| evidence(values).order();
        assert_eq!(order(&[(Text, "03/04/2022"), (Text, "25/04/2022")]), Order::DayFirst);
        assert_eq!(order(&[(Text, "03/04/2022"), (Text, "04/25/2022")]), Order::MonthFirst);
        assert_eq!(order(&[(Text, "03/04/2022"), (Text, "05/06/2018")]), Order::Unknown);
        assert_eq!(order(&[(Text, "25/04/2022"), (Text, "04/25/2022")]), Order::Mixed);
    }

    #[test]
    fn days_swapped_by_the_spreadsheet_are_suspected() {
        let swapped: Vec<_> = ["2022-03-04", "2021-01-02", "2020-05-06", "2019-12-11"]
            .into_iter()
            .map(|text| (CellKind::Date, text))
            .chain([(CellKind::Text, "25/04/2022")])
            .collect();
        assert!(evidence(&swapped).swapped_by_spreadsheet());
        let sound = [&swapped[..], &[(CellKind::Date, "2021-05-30")]].concat();
        assert!(!evidence(&sound).swapped_by_spreadsheet());
    }
}
