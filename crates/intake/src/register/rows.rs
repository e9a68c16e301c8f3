//! Rows made observations.

use std::borrow::Cow;
use std::net::IpAddr;

use model::{AddressClaim, Declared, MacAddr, Observation, Place, Signal, SignalKind, Subject};

use super::Field;
use super::columns::Column;
use super::dates::{self, Moment, Order};
use super::follow::{Followed, Follower};
use super::header::Header;
use super::notes::{At, Pen, Trouble};
use super::plan::{Plan, Table, Tags};
use super::row::{Cell, CellKind, Row};
use super::values::{self, Damage, NoAddress, NoMac};

/// What is kept of one value.
const VALUE_BYTES_MAX: usize = 4 * 1024;

/// A shorter serial number cannot tell one device from another.
const SERIAL_CHARS_MIN: usize = 4;

/// Why a row is no device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Skipped {
    /// It sums up.
    Total,
    /// The header over again.
    Header,
    /// A line of dashes.
    Separator,
    /// Words, and nothing about a device.
    Note,
    /// A key that waits for its device.
    Unused,
}

impl Skipped {
    /// What such a row is, for people.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::Total => "totals",
            Self::Header => "repeated headers",
            Self::Separator => "separators",
            Self::Note => "headings and notes",
            Self::Unused => "numbered and otherwise empty",
        }
    }
}

/// Makes observations of the rows of one sheet.
pub(super) struct RowReader<'a> {
    plan: &'a Plan,
    tags: &'a Tags,
    /// The table that the row in hand belongs to.
    header: Option<&'a Header>,
    columns: &'a [Column],
    text_names_devices: bool,
    /// Those that come below it.
    later: &'a [Table],
    follower: Follower,
}

impl<'a> RowReader<'a> {
    pub(super) fn new(plan: &'a Plan, tags: &'a Tags) -> Self {
        Self {
            plan,
            tags,
            header: plan.header.as_ref(),
            columns: &plan.columns,
            text_names_devices: plan.text_names_devices,
            later: &plan.later,
            follower: Follower::default(),
        }
    }

    /// Gives the observations of a row to `pen`, or says why it has none.
    pub(super) fn read(&mut self, row: &Row, pen: &mut Pen<'_>) -> Option<Skipped> {
        if let Some((table, rest)) = self.later.split_first()
            && table.header.rows.0 <= row.number
        {
            self.later = rest;
            self.begin(table, pen);
        }
        if let Some(why) = self.is_no_data(row) {
            return Some(why);
        }
        let first_row = self.header.map_or(1, |header| header.rows.1 + 1);
        let resolved = self.follower.resolve(row, self.columns, first_row);
        let meant = resolved.as_ref().map_or(row, |resolved| &resolved.row);
        let skipped = self.read_device(meant, pen);
        if skipped.is_none() {
            let followed = resolved.as_ref().map_or(&[][..], |resolved| &resolved.followed);
            self.note_followed(row, meant, followed, pen);
            self.follower.pass(meant);
        }
        skipped
    }

    /// Goes on by the titles of a table further down.
    fn begin(&mut self, table: &'a Table, pen: &mut Pen<'_>) {
        let columns = self.columns;
        pen.end_sheet(&self.plan.sheet, |column| title(columns, column));
        self.header = Some(&table.header);
        self.columns = &table.columns;
        self.text_names_devices = table.text_names_devices;
        self.follower = Follower::default();
    }

    /// What the column of a remark is called.
    pub(super) fn title(&self, column: usize) -> String {
        title(self.columns, column)
    }

    /// Says which values come from a row above.
    fn note_followed(
        &self,
        row: &Row,
        meant: &Row,
        followed: &[(usize, Followed)],
        pen: &mut Pen<'_>,
    ) {
        for (index, why) in followed {
            let Some(column) = self.columns.get(*index) else { continue };
            let Some(field) = column.field else { continue };
            let value = meant.cell(*index).text;
            let at = self.at(row, *index, column, field);
            match why {
                Followed::Ditto => pen.trouble(at, Trouble::DittoFollowed, value),
                Followed::MergedKey => pen.trouble(at, Trouble::MergedKey, ""),
                Followed::Merged => pen.trouble(at, Trouble::MergedFollowed, value),
            }
        }
    }

    const fn at<'c>(&'c self, row: &Row, index: usize, column: &'c Column, field: Field) -> At<'c> {
        At {
            sheet: &self.plan.sheet,
            row: row.number,
            column: index,
            title: column.title.as_str(),
            field,
        }
    }

    fn read_device(&self, row: &Row, pen: &mut Pen<'_>) -> Option<Skipped> {
        let mut draft = Draft::default();
        for (index, column) in self.columns.iter().enumerate() {
            let cell = row.cell(index);
            let Some(field) = column.field else { continue };
            if cell.kind == CellKind::Empty || field == Field::Ignored {
                continue;
            }
            let at = self.at(row, index, column, field);
            draft.take(cell, column, &mut Marker { at, pen });
        }
        if let Some(why) = draft.is_no_device(self.text_names_devices) {
            if why == Skipped::Note
                && let Some(cell) = row.cells().find(|cell| cell.kind != CellKind::Empty)
            {
                self.marker(row, Field::Text, pen).pen_trouble(Trouble::NoteAlone, cell.text);
            }
            return Some(why);
        }
        draft.settle_quantity(&mut self.marker(row, Field::Quantity, pen));
        if let Some(range) = draft.settle_range() {
            self.marker(row, Field::Address, pen).pen_trouble(Trouble::AddressRange, &range);
        }
        self.emit(draft, row, pen);
        None
    }

    fn is_no_data(&self, row: &Row) -> Option<Skipped> {
        if row.cells().all(|cell| is_line(cell.text)) {
            return Some(Skipped::Separator);
        }
        if self
            .header
            .is_some_and(|header| row.number <= header.rows.1 || header.is_repeated_by(row))
        {
            return Some(Skipped::Header);
        }
        let starts = row.cells().find(|cell| cell.kind != CellKind::Empty)?;
        (is_total(starts.text) && !self.names_a_device(row)).then_some(Skipped::Total)
    }

    /// Whether the row has a value that only a device has.
    fn names_a_device(&self, row: &Row) -> bool {
        self.columns.iter().enumerate().any(|(index, column)| {
            let text = row.cell(index).text;
            matches!(
                column.field,
                Some(Field::Mac | Field::Serial | Field::Model | Field::Address | Field::Make)
            ) && !text.is_empty()
                && !is_total(text)
                && !values::is_digits(text)
        })
    }

    fn emit(&self, draft: Draft, row: &Row, pen: &mut Pen<'_>) {
        let place = self.plan.sheet.place(row.number);
        let local = draft.tag.as_deref().map(|tag| {
            if self.tags.is_unique(tag) {
                tag.into()
            } else {
                self.marker(row, Field::AssetTag, pen).pen_trouble(Trouble::TagRepeated, tag);
                format!("{tag} ({place})")
            }
        });
        let devices = match draft.devices() {
            Some(devices) => devices,
            None => {
                self.marker(row, Field::Serial, pen).pen_trouble(Trouble::ManyUnmatched, "");
                let count = u32::try_from(draft.keys_max()).ok();
                let quantity = count.max(draft.declared.quantity);
                vec![Keys { quantity, ..Keys::default() }]
            }
        };
        let count = devices.len();
        for (number, keys) in (1..).zip(devices) {
            let nth = if count > 1 { format!(" ({number} of {count})") } else { String::new() };
            let subject = Subject {
                macs: keys.macs,
                addresses: keys.addresses.into_iter().map(claim).collect(),
                serials: keys.serials.clone(),
                local: local.as_ref().map(|local| format!("{local}{nth}").into()),
                hostname: draft.hostname.clone().filter(|_| count == 1),
                ..Subject::default()
            };
            let mut declared = Declared { quantity: keys.quantity, ..draft.declared.clone() };
            if let (Some(sorts), Some(part)) = (&draft.sorts, &keys.sort) {
                sorts.narrow(&mut declared, part);
            }
            pen.observation(Observation {
                place: Place(format!("{place}{nth}").into()),
                at: None,
                until: None,
                vantage: None,
                subject,
                signals: signals(&declared, keys.serials),
                declared: Some(Box::new(declared)),
            });
        }
    }

    /// For remarks about a row; they stand under the column of `field`, where there is one.
    fn marker<'m, 's>(&'m self, row: &Row, field: Field, pen: &'m mut Pen<'s>) -> Marker<'m, 's> {
        let found = self.columns.iter().position(|column| column.field == Some(field));
        let title = found.and_then(|index| self.columns.get(index));
        let at = At {
            sheet: &self.plan.sheet,
            row: row.number,
            column: found.unwrap_or(usize::MAX),
            title: title.map_or(field.as_str(), |column| column.title.as_str()),
            field,
        };
        Marker { at, pen }
    }
}

fn title(columns: &[Column], column: usize) -> String {
    columns.get(column).map_or_else(|| "row".into(), |column| column.title.clone())
}

const fn claim(address: IpAddr) -> AddressClaim {
    AddressClaim { address, from: None, until: None }
}

fn is_line(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '-' | '=' | '*' | '_' | '.' | '~' | '#' | '+' | '—' | '–'))
}

fn is_total(text: &str) -> bool {
    let word = text.split(|c: char| !c.is_alphabetic()).find(|word| !word.is_empty());
    let starts_so = word.is_some_and(|word| {
        ["total", "totals", "subtotal", "sum", "summe", "gesamt", "somme", "suma"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(word))
    });
    starts_so
        || text.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("grand total"))
        || text.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("sub total"))
        || text.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("sub-total"))
}

/// Signals of a row, in the order of the vocabulary.
fn signals(declared: &Declared, serials: Vec<Box<str>>) -> Vec<Signal> {
    let texts = [
        (SignalKind::RegisterMake, &declared.make),
        (SignalKind::RegisterModel, &declared.model),
        (SignalKind::RegisterText, &declared.kind),
        (SignalKind::RegisterText, &declared.text),
    ];
    let texts =
        texts.into_iter().filter_map(|(kind, text)| Some(Signal::text(kind, text.clone()?)));
    let serials =
        serials.into_iter().map(|serial| Signal::text(SignalKind::RegisterSerial, serial));
    texts.chain(serials).collect()
}

/// A place for remarks about one cell.
struct Marker<'a, 's> {
    at: At<'a>,
    pen: &'a mut Pen<'s>,
}

impl Marker<'_, '_> {
    fn pen_trouble(&mut self, trouble: Trouble, value: &str) {
        self.pen.trouble(self.at, trouble, value);
    }
}

/// The keys of one device.
#[derive(Debug, Default)]
struct Keys {
    macs: Vec<MacAddr>,
    addresses: Vec<IpAddr>,
    serials: Vec<Box<str>>,
    quantity: Option<u32>,
    /// The part of a cell that speaks of it alone.
    sort: Option<Box<str>>,
}

/// A cell that counts several sorts of device.
#[derive(Debug)]
struct Sorts {
    text: Box<str>,
    /// How many of each sort, and the words for it.
    parts: Vec<(u32, Box<str>)>,
}

impl Sorts {
    fn of(text: &str) -> Option<Self> {
        let parts = values::sorts_in(text)?;
        let parts = parts.into_iter().map(|(count, part)| (count, part.into())).collect();
        Some(Self { text: text.into(), parts })
    }

    fn count(&self) -> u32 {
        self.parts.iter().map(|(count, _)| count).sum()
    }

    /// What is declared of one sort: its own part in place of the cell.
    fn narrow(&self, declared: &mut Declared, part: &str) {
        let Declared { make, model, text, kind, .. } = declared;
        for field in [make, model, text, kind] {
            if field.as_deref() == Some(&*self.text) {
                *field = Some(part.into());
            }
        }
    }
}

/// What a row says, while it is read.
#[derive(Debug, Default)]
struct Draft {
    declared: Declared,
    macs: Vec<MacAddr>,
    addresses: Vec<IpAddr>,
    serials: Vec<Box<str>>,
    tag: Option<Box<str>>,
    hostname: Option<Box<str>>,
    /// An address column that holds a range: it is understood when the quantity is known.
    address_range: Option<Box<str>>,
    /// Each sort of device that one of its cells counts is one of its own.
    sorts: Option<Sorts>,
    /// Its keys are listed as those of one device.
    is_listed: bool,
    /// Something that only a device has was there and could not be read.
    is_damaged: bool,
}

impl Draft {
    fn take(&mut self, cell: Cell<'_>, column: &Column, marker: &mut Marker<'_, '_>) {
        let field = marker.at.field;
        let clean = wire::sanitise_note(cell.text);
        if matches!(clean, Cow::Owned(_)) {
            marker.pen_trouble(Trouble::Credential, "");
        }
        let cell = Cell { text: &clean, ..cell };
        if let Some(damage) = self.damage(cell, field) {
            self.is_damaged |= is_identity(field);
            marker.pen_trouble(Trouble::Damaged(damage), cell.text);
            return;
        }
        if values::is_ditto(cell.text) {
            marker.pen_trouble(Trouble::Ditto, cell.text);
            return;
        }
        if values::is_placeholder(cell.text) {
            return;
        }
        self.is_listed |= column.lists_one_device;
        match field {
            Field::Hostname if column.lists_one_device => {
                let names = cell.text.split([' ', ',', ';', '\t', '\n']);
                names.take(1).for_each(|name| self.take_text(name, marker));
            }
            Field::Mac => self.take_macs(cell, marker),
            Field::Address => self.take_addresses(cell.text, marker),
            Field::Serial => self.take_serials(cell.text, column, marker),
            Field::Installed => self.take_date(cell, column, marker),
            Field::Quantity => self.take_quantity(cell.text, marker),
            _ => self.take_text(cell.text, marker),
        }
    }

    /// What a spreadsheet did to a value, where that field can suffer from it.
    fn damage(&self, cell: Cell<'_>, field: Field) -> Option<Damage> {
        match field {
            Field::AssetTag | Field::Model | Field::Serial | Field::Mac => values::damage(cell),
            Field::Address => values::damage(cell)
                .or_else(|| (cell.kind == CellKind::Number).then_some(Damage::Number)),
            Field::Make | Field::Hostname if cell.kind == CellKind::Date => Some(Damage::Date),
            _ => values::is_formula_error(cell).then_some(Damage::Formula),
        }
    }

    fn take_macs(&mut self, cell: Cell<'_>, marker: &mut Marker<'_, '_>) {
        let Some(problem) = values::macs(cell.text, &mut self.macs) else { return };
        self.is_damaged = true;
        let is_number = cell.kind == CellKind::Number || values::is_digits(cell.text);
        let trouble = match problem {
            NoMac::ZerosLost => Trouble::Damaged(Damage::Zeros),
            NoMac::Malformed if is_number => Trouble::Damaged(Damage::Number),
            NoMac::Malformed => Trouble::NoMac,
            NoMac::NotOneDevice => Trouble::NotOneMac,
        };
        marker.pen_trouble(trouble, cell.text);
    }

    fn take_addresses(&mut self, text: &str, marker: &mut Marker<'_, '_>) {
        let Some(problem) = values::addresses(text, None, &mut self.addresses) else { return };
        let trouble = match problem {
            NoAddress::Malformed => Trouble::NoAddress,
            NoAddress::Range => {
                self.address_range = Some(text.into());
                self.is_damaged = true;
                return;
            }
            NoAddress::NotOneDevice => Trouble::NotOneAddress,
            NoAddress::Dynamic => Trouble::DynamicAddress,
        };
        self.is_damaged |= trouble == Trouble::NoAddress;
        marker.pen_trouble(trouble, text);
    }

    fn take_serials(&mut self, text: &str, column: &Column, marker: &mut Marker<'_, '_>) {
        let parts = text.split([',', ';', '\n', '|']).flat_map(|part| part.split(" / "));
        for part in parts.map(bare_serial).filter(|part| !part.is_empty()) {
            if values::is_placeholder(part) {
                continue;
            }
            let is_short_number = values::is_digits(part) && part.len() < column.zeros_width;
            if is_short_number && !part.starts_with('0') {
                self.is_damaged = true;
                marker.pen_trouble(Trouble::Damaged(Damage::Zeros), part);
            } else if is_too_plain(part) {
                marker.pen_trouble(Trouble::NotOneSerial, part);
            } else if self.serials.len() < values::KEYS_MAX {
                self.serials.push(kept(part, marker));
            }
        }
    }

    fn take_date(&mut self, cell: Cell<'_>, column: &Column, marker: &mut Marker<'_, '_>) {
        if cell.kind == CellKind::Date && is_zero_date(cell.text) {
            return;
        }
        if cell.kind == CellKind::Date && column.dates.swapped_by_spreadsheet() {
            self.unclear_date(cell.text, Trouble::DateSwapped, marker);
            return;
        }
        let day = match (dates::read(cell), column.order()) {
            (Moment::Day(day), _) => day,
            (Moment::Either(day_first, _), Order::DayFirst) => day_first,
            (Moment::Either(_, month_first), Order::MonthFirst) => month_first,
            // Told once for the whole column, with their number.
            (Moment::Either(..), Order::Unknown | Order::Mixed) => {
                self.declared.installed_unclear = Some(kept(cell.text, marker));
                return;
            }
            (Moment::Vague, _) => return self.unclear_date(cell.text, Trouble::DateVague, marker),
            (Moment::Unreadable, _) => {
                return self.unclear_date(cell.text, Trouble::DateUnreadable, marker);
            }
        };
        if cell.kind != CellKind::Date && dates::is_serial_day(cell.text) {
            marker.pen_trouble(Trouble::DateSerial, cell.text);
        }
        self.declared.installed = self.declared.installed.or(Some(day));
    }

    fn unclear_date(&mut self, text: &str, trouble: Trouble, marker: &mut Marker<'_, '_>) {
        marker.pen_trouble(trouble, text);
        self.declared.installed_unclear = Some(kept(text, marker));
    }

    fn take_quantity(&mut self, text: &str, marker: &mut Marker<'_, '_>) {
        match values::quantity(text) {
            Some(0) => marker.pen_trouble(Trouble::ZeroQuantity, text),
            Some(count) => self.declared.quantity = Some(count),
            None => marker.pen_trouble(Trouble::NoQuantity, text),
        }
    }

    fn take_text(&mut self, text: &str, marker: &mut Marker<'_, '_>) {
        let value = kept(text, marker);
        let Declared {
            make, model, kind, firmware, site, location, owner, purpose, status, ..
        } = &mut self.declared;
        let slot = match marker.at.field {
            Field::Text => return join(&mut self.declared.text, value, "; "),
            Field::Location => return join(location, value, ", "),
            Field::Purpose => return join(purpose, value, "; "),
            Field::AssetTag => &mut self.tag,
            Field::Hostname => &mut self.hostname,
            Field::Make => make,
            Field::Model => model,
            Field::Kind => kind,
            Field::Firmware => firmware,
            Field::Site => site,
            Field::Owner => owner,
            Field::Status => status,
            Field::Serial
            | Field::Mac
            | Field::Address
            | Field::Installed
            | Field::Quantity
            | Field::Ignored => return,
        };
        if slot.is_none() {
            *slot = Some(value);
        }
    }

    /// Whether the row says nothing about a device.
    fn is_no_device(&self, text_names_devices: bool) -> Option<Skipped> {
        let Declared {
            make,
            model,
            text,
            kind,
            firmware,
            site,
            location,
            owner,
            purpose,
            status,
            installed,
            installed_unclear,
            quantity,
        } = &self.declared;
        let shows_identity = self.is_damaged
            || [make, model, kind, &self.hostname].into_iter().any(Option::is_some)
            || !(self.macs.is_empty() && self.addresses.is_empty() && self.serials.is_empty());
        let context = [firmware, site, location, owner, purpose].into_iter().flatten().count()
            + usize::from(installed.is_some() || installed_unclear.is_some())
            + usize::from(quantity.is_some());
        let is_device = shows_identity
            || context >= 2
            || (text.is_some() && (text_names_devices || quantity.is_some()))
            || (self.tag.is_some() && (context > 0 || text.is_some() || status.is_some()));
        match (is_device, &self.tag) {
            (true, _) => None,
            (false, Some(_)) => Some(Skipped::Unused),
            (false, None) => Some(Skipped::Note),
        }
    }

    /// The quantity column counts; without one, the words.
    fn settle_quantity(&mut self, marker: &mut Marker<'_, '_>) {
        let Declared { make, model, text, kind, quantity, .. } = &mut self.declared;
        let texts = [model, text, kind, make];
        let texts = || texts.iter().filter_map(|text| text.as_ref());
        let sorts = texts().find_map(|text| Sorts::of(text));
        let said = match &sorts {
            Some(sorts) => Some((sorts.count(), sorts.text.clone())),
            None => texts().find_map(|text| Some((values::quantity_in(text)?, text.clone()))),
        };
        let is_agreed = quantity.is_none() || said.as_ref().map(|(count, _)| *count) == *quantity;
        if let Some(sorts) = sorts {
            // A hardware address or a serial number is of one of them, nobody knows which.
            let is_split = is_agreed
                && self.macs.is_empty()
                && self.serials.is_empty()
                && self.addresses.len() <= 1;
            let trouble = if is_split { Trouble::SeveralSorts } else { Trouble::SortsTogether };
            marker.pen_trouble(trouble, &sorts.text);
            self.sorts = Some(sorts).filter(|_| is_split);
        }
        match (*quantity, said) {
            (None, Some((count, _))) => *quantity = Some(count),
            (Some(_), Some((_, text))) if !is_agreed => {
                marker.pen_trouble(Trouble::QuantityDiffers, &text);
            }
            _ => {}
        }
    }

    /// A range of as many addresses as there are devices is their addresses; any other is given back.
    fn settle_range(&mut self) -> Option<Box<str>> {
        let text = self.address_range.take()?;
        let problem = values::addresses(&text, self.declared.quantity, &mut self.addresses);
        problem.is_some().then_some(text)
    }

    fn keys_max(&self) -> usize {
        self.macs.len().max(self.addresses.len()).max(self.serials.len())
    }

    /// The keys of each device that the row is about; `None` when they cannot be paired.
    ///
    /// Several keys of one sort are several devices when keys of another sort, or the quantity, are as many, or when
    /// there is nothing else to go by; two MAC addresses beside one serial number are one device with two ports.
    fn devices(&self) -> Option<Vec<Keys>> {
        if let Some(sorts) = &self.sorts {
            let keys = |part: &(u32, Box<str>)| Keys {
                addresses: self.addresses.clone(),
                quantity: Some(part.0),
                sort: Some(part.1.clone()),
                ..Keys::default()
            };
            return Some(sorts.parts.iter().map(keys).collect());
        }
        let counts = [self.macs.len(), self.addresses.len(), self.serials.len()];
        let count = self.keys_max();
        let quantity = self.declared.quantity;
        let is_counted = quantity.is_some_and(|q| usize::try_from(q) == Ok(count));
        let is_one = self.is_listed && !is_counted && self.serials.len() <= 1;
        if !is_one && counts.iter().any(|n| *n > 1 && *n != count) {
            return None;
        }
        let sorts = counts.iter().filter(|n| **n == count).count();
        let others = counts.iter().filter(|n| **n == 1).count();
        let is_many = count > 1
            && !is_one
            && (self.serials.len() == count || sorts > 1 || is_counted || others == 0);
        if !is_many {
            return Some(vec![Keys {
                macs: self.macs.clone(),
                addresses: self.addresses.clone(),
                serials: self.serials.clone(),
                quantity,
                sort: None,
            }]);
        }
        // A single key beside many belongs to nobody knows which.
        fn nth<T: Clone>(keys: &[T], number: usize, count: usize) -> Vec<T> {
            if keys.len() == count {
                keys.get(number).cloned().into_iter().collect()
            } else {
                Vec::new()
            }
        }
        let mut devices: Vec<_> = (0..count)
            .map(|number| Keys {
                macs: nth(&self.macs, number, count),
                addresses: nth(&self.addresses, number, count),
                serials: nth(&self.serials, number, count),
                quantity: None,
                sort: None,
            })
            .collect();
        let rest = quantity
            .and_then(|q| q.checked_sub(u32::try_from(count).ok()?))
            .filter(|rest| *rest > 0);
        if rest.is_some() {
            devices.push(Keys { quantity: rest, ..Keys::default() });
        }
        Some(devices)
    }
}

const fn is_identity(field: Field) -> bool {
    matches!(
        field,
        Field::AssetTag
            | Field::Make
            | Field::Model
            | Field::Serial
            | Field::Mac
            | Field::Address
            | Field::Hostname
            | Field::Kind
    )
}

/// `S/N: F00000001` without its label.
fn bare_serial(text: &str) -> &str {
    let text = text.trim();
    let labels = ["S/N:", "SN:", "S/N ", "Serial:", "Serial No:", "s/n:", "sn:"];
    labels.iter().find_map(|label| text.strip_prefix(label)).unwrap_or(text).trim()
}

/// `0`, `123`, `00000000`: on too many devices to tell them apart.
fn is_too_plain(serial: &str) -> bool {
    let mut letters = serial.chars().filter(|c| c.is_alphanumeric());
    let first = letters.next();
    serial.chars().count() < SERIAL_CHARS_MIN || letters.all(|letter| Some(letter) == first)
}

/// How spreadsheets show an empty date cell that was computed.
fn is_zero_date(text: &str) -> bool {
    ["1899-12-30", "1899-12-31", "1900-01-00", "1900-01-01", "1904-01-01", "00:00:00"]
        .iter()
        .any(|zero| text.starts_with(zero))
}

fn kept(text: &str, marker: &mut Marker<'_, '_>) -> Box<str> {
    let mut cut = Cow::Borrowed(text);
    if text.len() > VALUE_BYTES_MAX {
        marker.pen_trouble(Trouble::Cut, text);
        let start = text.get(..text.floor_char_boundary(VALUE_BYTES_MAX)).unwrap_or_default();
        // The cut may go through the mark that stands for a secret.
        cut = wire::sanitise_note(start);
    }
    if marker.at.field != Field::Text && cut.contains(['\n', '\r']) {
        return cut.split_whitespace().collect::<Vec<_>>().join(" ").into();
    }
    cut.into()
}

fn join(slot: &mut Option<Box<str>>, value: Box<str>, between: &str) {
    *slot = Some(match slot.take() {
        None => value,
        // Two columns that say the same say it once.
        Some(before) if before == value => before,
        Some(before) => format!("{before}{between}{value}").into(),
    });
}
