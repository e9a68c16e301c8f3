//! Leases of Windows' DHCP server: tables (PowerShell's `Export-Csv`, the list of the console, the audit log), what
//! `netsh dhcp` prints, and the XML of `Export-DhcpServer`.
//!
//! Times are written as the server's language has them, without a zone. A day and a month in an order that no line
//! of the file tells are left out and said to be unclear. A reservation that nobody uses is an administrator's word:
//! it ties address and hardware address, and shows nothing of a device.

use std::collections::{BTreeMap, HashMap};
use std::io::SeekFrom;
use std::net::IpAddr;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use model::{AddressClaim, MacAddr, Observation, Place, SourceKind, Subject, Timestamp};
use quick_xml::events::BytesStart;

use super::{Lease, hex, mac_of_duid};
use crate::lines::{Line, Lines, as_text, as_text_head};
use crate::notebook::Notebook;
use crate::xml::{Break, Handler, walk};
use crate::{Format, Input, IntakeError, Options, Recognition, Sink, Summary};

/// The longest line; names and descriptions make honest ones some hundred bytes long.
const LINE_BYTES_MAX: usize = 64 << 10;
/// Lines before the titles: the audit log explains its codes first.
const PREFACE_LINES_MAX: usize = 200;
/// Lines that are looked at beforehand to learn the order of day and month.
const DATED_LINES_MAX: u64 = 100_000;
/// Pairs of addresses that an audit log is gathered by at once; more begin anew and nothing is lost.
const PAIRS_MAX: usize = 65_536;
/// Longest value that is kept.
const VALUE_BYTES_MAX: usize = 1_024;

/// Tables with titles.
pub(crate) struct WindowsTable;
/// What `netsh dhcp` prints: `show clients`, and the reservations of `dump`.
pub(crate) struct WindowsNetsh;
/// What `Export-DhcpServer` writes.
pub(crate) struct WindowsXml;

/// What a lease may tell, by whatever title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Field {
    Address,
    Client,
    Hostname,
    Expires,
    State,
    Event,
    Date,
    Time,
    VendorClass,
}

/// Titles and elements as the forms have them, in lower case without blanks.
const TITLES: &[(&str, Field)] = &[
    ("ipaddress", Field::Address),
    ("clientipaddress", Field::Address),
    ("clientid", Field::Client),
    ("uniqueid", Field::Client),
    ("macaddress", Field::Client),
    ("hostname", Field::Hostname),
    ("name", Field::Hostname),
    ("leaseexpirytime", Field::Expires),
    ("leaseexpiration", Field::Expires),
    ("addressstate", Field::State),
    ("id", Field::Event),
    ("date", Field::Date),
    ("time", Field::Time),
    ("vendorclass(ascii)", Field::VendorClass),
];

fn field_of(title: &str) -> Option<Field> {
    let title: String = title
        .chars()
        .filter(|character| !character.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    TITLES.iter().find(|(name, _)| *name == title).map(|(_, field)| *field)
}

/// Where the fields of a table stand.
struct Columns {
    separator: u8,
    fields: HashMap<Field, usize>,
}

impl Columns {
    /// Reads the line of titles; `None` where it is none of Windows' tables.
    fn of(line: &str) -> Option<Self> {
        // Every input is asked whether it is a table: what holds no separator has no columns to be taken apart.
        let separates = |separator: &u8| line.as_bytes().contains(separator);
        [b',', b'\t', b';'].into_iter().filter(separates).find_map(|separator| {
            let titles = cells(line, separator);
            let mut fields = HashMap::new();
            for (index, title) in titles.iter().enumerate() {
                if let Some(field) = field_of(title) {
                    fields.entry(field).or_insert(index);
                }
            }
            let has = |wanted: &[Field]| wanted.iter().all(|field| fields.contains_key(field));
            let named = |name: &str| titles.iter().any(|title| title.trim() == name);
            let is_powershell = has(&[Field::Address, Field::Client]) && named("ClientId");
            let is_console = has(&[Field::Address, Field::Client]) && named("Client IP Address");
            let is_audit = has(&[Field::Event, Field::Date, Field::Time, Field::Client]);
            (is_powershell || is_console || is_audit).then_some(Self { separator, fields })
        })
    }

    fn is_audit(&self) -> bool {
        self.fields.contains_key(&Field::Event)
    }
}

/// The cells of a line, without their quotes.
fn cells(line: &str, separator: u8) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(line.as_bytes());
    let mut record = csv::StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(true) => record.iter().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

impl Format for WindowsTable {
    fn name(&self) -> &'static str {
        "Windows DHCP leases (table)"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Leases
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        let head = as_text_head(head);
        let head = String::from_utf8_lossy(&head);
        let is_ours = head.lines().take(PREFACE_LINES_MAX).any(|line| Columns::of(line).is_some());
        if is_ours { Recognition::Sure } else { Recognition::No }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        let mut calendar = Calendar::default();
        let mut columns: Option<Columns> = None;
        look_ahead(input, |line| match &columns {
            None => columns = Columns::of(line),
            Some(columns) => {
                let cells = cells(line, columns.separator);
                for field in [Field::Expires, Field::Date] {
                    if let Some(cell) = columns.fields.get(&field).and_then(|at| cells.get(*at)) {
                        calendar.learn(cell);
                    }
                }
            }
        })?;
        if columns.as_ref().is_some_and(Columns::is_audit) {
            calendar.suppose_month_first();
        }
        let mut columns: Option<Columns> = None;
        let mut writer = Writer::new(calendar, options, Notebook::new(self.name(), sink));
        read_lines(input, &mut writer, |line, place, writer| {
            let Some(known) = &columns else {
                columns = Columns::of(line);
                return;
            };
            writer.notebook.record();
            let cells = cells(line, known.separator);
            let field = |field: Field| {
                let cell = cells.get(*known.fields.get(&field)?)?;
                Some(cell.trim()).filter(|cell| !cell.is_empty() && cell.len() <= VALUE_BYTES_MAX)
            };
            if known.is_audit() {
                writer.event(place, field);
            } else {
                writer.lease(place, field);
            }
        })?;
        writer.finish()
    }
}

impl Format for WindowsNetsh {
    fn name(&self) -> &'static str {
        "Windows DHCP leases (netsh)"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Leases
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        let head = as_text_head(head);
        let head = String::from_utf8_lossy(&head);
        let is_ours =
            head.lines().any(|line| Client::of(line).is_some() || Reserved::of(line).is_some());
        if is_ours { Recognition::Sure } else { Recognition::No }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        let mut calendar = Calendar::default();
        look_ahead(input, |line| {
            if let Some(client) = Client::of(line) {
                calendar.learn(client.expires);
            }
        })?;
        let mut writer = Writer::new(calendar, options, Notebook::new(self.name(), sink));
        read_lines(input, &mut writer, |line, place, writer| {
            if let Some(client) = Client::of(line) {
                writer.notebook.record();
                writer.lease(place, |field| match field {
                    Field::Address => Some(client.address),
                    Field::Client => Some(client.id),
                    Field::Hostname => Some(client.name).filter(|name| !name.is_empty()),
                    Field::Expires => Some(client.expires),
                    Field::State if client.name == "BAD_ADDRESS" => Some("Declined"),
                    _ => None,
                });
            } else if let Some(reserved) = Reserved::of(line) {
                writer.notebook.record();
                writer.lease(place, |field| match field {
                    Field::Address => Some(reserved.address),
                    Field::Client => Some(reserved.id),
                    Field::Hostname => Some(reserved.name).filter(|name| !name.is_empty()),
                    Field::State => Some("InactiveReservation"),
                    _ => None,
                });
            } else if line.trim_start().starts_with(|first: char| first.is_ascii_digit()) {
                writer.notebook.record();
                writer.notebook.error(place, "no lease of `show clients`", "the others are kept");
            }
        })?;
        writer.finish()
    }
}

/// `10.0.0.7 - 255.255.255.0 - 58-03-fb-00-00-01 -11/30/2026 9:15:00 AM -D- cam-1`.
struct Client<'a> {
    address: &'a str,
    id: &'a str,
    expires: &'a str,
    name: &'a str,
}

impl<'a> Client<'a> {
    fn of(line: &'a str) -> Option<Self> {
        /// None, DHCP, BOOTP, unspecified, reservation.
        const KINDS: [&str; 5] = ["-N-", "-D-", "-B-", "-U-", "-R-"];
        let dash = |text: &'a str| text.trim_start().strip_prefix('-').map(str::trim_start);
        let is_quad = |character: char| character.is_ascii_digit() || character == '.';
        let word = |text: &'a str| {
            text.split_at_checked(text.find(|character| !is_quad(character)).unwrap_or(text.len()))
        };
        let (address, rest) = word(line.trim_start())?;
        address.parse::<IpAddr>().ok()?;
        let (mask, rest) = word(dash(rest)?)?;
        mask.parse::<IpAddr>().ok()?;
        let (id, rest) = dash(rest)?.split_once(char::is_whitespace)?;
        let rest = dash(rest)?;
        let at = KINDS.iter().filter_map(|kind| rest.find(kind)).min()?;
        let (expires, name) = rest.split_at_checked(at)?;
        let name = name.get(3..).unwrap_or_default();
        Some(Self { address, id, expires: expires.trim(), name: name.trim() })
    }
}

/// `Dhcp Server \\server Scope 10.0.0.0 Add reservedip 10.0.0.7 5803fb000001 "cam-1" "" "BOTH"`.
struct Reserved<'a> {
    address: &'a str,
    id: &'a str,
    name: &'a str,
}

impl<'a> Reserved<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let mark = "add reservedip ";
        let is_mark = |at: &usize| {
            line.get(*at..*at + mark.len()).is_some_and(|found| found.eq_ignore_ascii_case(mark))
        };
        let begins = line.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("dhcp"));
        let at = (0..line.len().min(LINE_BYTES_MAX)).find(is_mark).filter(|_| begins)?;
        let rest = line.get(at + mark.len()..)?.trim_start();
        let (address, rest) = rest.split_once(' ')?;
        address.parse::<IpAddr>().ok()?;
        let rest = rest.trim_start();
        let (id, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let name = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
        Some(Self { address, id, name: name.unwrap_or_default() })
    }
}

impl Format for WindowsXml {
    fn name(&self) -> &'static str {
        "Windows DHCP leases (XML)"
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Leases
    }

    fn recognise(&self, head: &[u8], _: &str) -> Recognition {
        let head = as_text_head(head);
        let head = String::from_utf8_lossy(&head);
        let is_ours = head.trim_start().starts_with('<') && head.contains("<DHCPServer");
        if is_ours { Recognition::Sure } else { Recognition::No }
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        let writer = Writer::new(Calendar::default(), options, Notebook::new(self.name(), sink));
        let mut reader = XmlReader { writer, lease: None, text: None };
        let end = walk(as_text(input)?, "DHCPServer", &mut reader)?;
        let mut writer = reader.writer;
        if let Some(Break { offset, problem }) = end {
            writer.notebook.warning(
                format!("byte {offset}"),
                problem,
                "the leases before are kept; export them again",
            );
        }
        writer.finish()
    }
}

struct XmlReader<'o, 's> {
    writer: Writer<'o, 's>,
    /// The lease or reservation that is open: its place, and what it tells.
    lease: Option<(String, HashMap<Field, String>)>,
    text: Option<String>,
}

impl Handler for XmlReader<'_, '_> {
    fn open(&mut self, tag: &BytesStart<'_>, _: &[Box<str>], offset: u64) {
        match tag.local_name().into_inner() {
            name @ ("Lease" | "Reservation") => {
                self.writer.notebook.record();
                let mut fields = HashMap::new();
                if name == "Reservation" {
                    fields.insert(Field::State, "InactiveReservation".to_owned());
                }
                self.lease = Some((format!("byte {offset}"), fields));
            }
            name => self.text = field_of(name).map(|_| String::new()),
        }
    }

    fn text(&mut self, text: &str, _: &[Box<str>]) {
        if let Some(kept) = &mut self.text
            && kept.len() + text.len() <= VALUE_BYTES_MAX
        {
            kept.push_str(text);
        }
    }

    fn close(&mut self, name: &str, path: &[Box<str>]) {
        if matches!(name, "Lease" | "Reservation") {
            if let Some((place, fields)) = self.lease.take() {
                let field = |field: Field| fields.get(&field).map(|text| text.trim());
                self.writer.lease(&place, |wanted| field(wanted).filter(|text| !text.is_empty()));
            }
            return;
        }
        let is_child = path.last().is_some_and(|outer| matches!(&**outer, "Lease" | "Reservation"));
        if let (Some(field), Some(text), Some((_, fields)), true) =
            (field_of(name), self.text.take(), &mut self.lease, is_child)
        {
            fields.insert(field, text);
        }
    }

    fn go_on(&mut self, offset: u64, is_news: bool) -> bool {
        if is_news {
            self.writer.notebook.progress(offset);
        }
        !self.writer.notebook.is_stopped()
    }
}

/// Gives the first lines to `look` and goes back to the start.
fn look_ahead(input: &mut Input<'_>, mut look: impl FnMut(&str)) -> Result<(), IntakeError> {
    {
        let mut lines = Lines::new(as_text(input)?, LINE_BYTES_MAX);
        let mut line = Vec::new();
        while lines.number < DATED_LINES_MAX
            && let Some(state) = lines.next(&mut line)?
        {
            if state == Line::Whole {
                look(&String::from_utf8_lossy(&line));
            }
        }
    }
    input
        .bytes
        .seek(SeekFrom::Start(0))
        .map(drop)
        .map_err(|source| IntakeError::Io { offset: 0, source })
}

fn read_lines<'o, 's>(
    input: &mut Input<'_>,
    writer: &mut Writer<'o, 's>,
    mut take: impl FnMut(&str, &str, &mut Writer<'o, 's>),
) -> Result<(), IntakeError> {
    let mut lines = Lines::new(as_text(input)?, LINE_BYTES_MAX);
    let mut line = Vec::new();
    while let Some(state) = lines.next(&mut line)? {
        let bytes = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line);
        let text = String::from_utf8_lossy(bytes);
        let place = format!("line {}", lines.number);
        if state == Line::TooLong {
            writer.notebook.record();
            let problem = format!("longer than {LINE_BYTES_MAX} bytes");
            writer.notebook.error(place, problem, "the other leases are kept");
        } else if !lines.has_end {
            writer.notebook.record();
            writer.notebook.left_out(place);
        } else if !text.trim().is_empty() {
            take(&text, &place, writer);
        }
        if lines.number.is_multiple_of(4_096) {
            writer.notebook.progress(lines.offset);
        }
        if writer.notebook.is_stopped() {
            break;
        }
    }
    writer.notebook.progress(lines.offset);
    Ok(())
}

/// Writes leases down.
struct Writer<'o, 's> {
    calendar: Calendar,
    options: &'o Options,
    notebook: Notebook<'s>,
    /// Leases of an audit log: it has a line for each renewal.
    gathered: BTreeMap<(MacAddr, IpAddr), Lease>,
    unclear: u64,
    has_no_zone: bool,
}

impl<'o, 's> Writer<'o, 's> {
    fn new(calendar: Calendar, options: &'o Options, notebook: Notebook<'s>) -> Self {
        Self {
            calendar,
            options,
            notebook,
            gathered: BTreeMap::new(),
            unclear: 0,
            has_no_zone: false,
        }
    }

    fn time(&mut self, text: Option<&str>) -> Option<Timestamp> {
        let text = text.filter(|text| text.bytes().any(|byte| byte.is_ascii_digit()))?;
        // The XML form has a calendar time, perhaps with its zone.
        if let Ok(time) = text.parse::<Timestamp>() {
            return Some(time);
        }
        let time = self.calendar.read(text);
        self.unclear += u64::from(time.is_none());
        self.has_no_zone |= time.is_some();
        time
    }

    fn lease<'a>(&mut self, place: &str, field: impl Fn(Field) -> Option<&'a str>) {
        let Some(address) = field(Field::Address).and_then(|text| text.parse().ok()) else {
            let rest = "the other leases are kept";
            self.notebook.error(place, "not a lease with an address", rest);
            return;
        };
        let state = field(Field::State).unwrap_or_default();
        if state.eq_ignore_ascii_case("declined") {
            self.notebook.not_understood("declined lease", 1);
            return;
        }
        let mac = field(Field::Client).and_then(mac_of_client);
        let hostname = field(Field::Hostname).map(|name| name.trim_end_matches('.').to_owned());
        if state.eq_ignore_ascii_case("inactivereservation") {
            self.reservation(place, address, mac, hostname);
            return;
        }
        let lease = Lease {
            place: place.to_owned(),
            address: Some(address),
            mac,
            from: None,
            until: self.time(field(Field::Expires)),
            hostname,
            vendor_class: None,
        };
        lease.give(self.options, &mut self.notebook);
    }

    /// Who may have an address, by an administrator's word.
    fn reservation(
        &mut self,
        place: &str,
        address: IpAddr,
        mac: Option<MacAddr>,
        hostname: Option<String>,
    ) {
        let Some(mac) = mac.filter(|mac| mac.is_identity()) else {
            self.notebook.not_understood("lease without a hardware address", 1);
            return;
        };
        self.notebook.observation(Observation {
            place: Place(place.into()),
            at: None,
            until: None,
            vantage: self.options.vantage.clone(),
            subject: Subject {
                macs: vec![mac],
                addresses: vec![AddressClaim { address, from: None, until: None }],
                hostname: hostname.map(Box::from),
                ..Subject::default()
            },
            signals: Vec::new(),
            declared: None,
        });
    }

    /// A line of an audit log.
    fn event<'a>(&mut self, place: &str, field: impl Fn(Field) -> Option<&'a str>) {
        /// A new lease, a renewed one, a lease of BOOTP (two codes).
        const LEASED: [u32; 4] = [10, 11, 20, 21];
        let Some(code) = field(Field::Event).and_then(|code| code.parse::<u32>().ok()) else {
            self.notebook.error(place, "no event with a code", "the other events are kept");
            return;
        };
        let address = field(Field::Address).and_then(|text| text.parse().ok());
        let mac = field(Field::Client).and_then(mac_of_client).filter(|mac| mac.is_identity());
        let (Some(address), Some(mac), true) = (address, mac, LEASED.contains(&code)) else {
            self.notebook.not_understood(&format!("event {code}"), 1);
            return;
        };
        let moment = field(Field::Date).zip(field(Field::Time));
        let at = moment.and_then(|(date, time)| self.time(Some(&format!("{date} {time}"))));
        if self.gathered.len() >= PAIRS_MAX && !self.gathered.contains_key(&(mac, address)) {
            self.give_gathered();
        }
        let lease = self.gathered.entry((mac, address)).or_insert_with(|| Lease {
            place: place.to_owned(),
            address: Some(address),
            mac: Some(mac),
            ..Lease::default()
        });
        lease.from = lease.from.into_iter().chain(at).min();
        lease.until = lease.until.into_iter().chain(at).max();
        lease.hostname = lease
            .hostname
            .take()
            .or_else(|| field(Field::Hostname).map(|name| name.trim_end_matches('.').to_owned()));
        lease.vendor_class =
            lease.vendor_class.take().or_else(|| field(Field::VendorClass).map(str::to_owned));
    }

    fn give_gathered(&mut self) {
        for lease in std::mem::take(&mut self.gathered).into_values() {
            lease.give(self.options, &mut self.notebook);
        }
    }

    fn finish(mut self) -> Result<Summary, IntakeError> {
        self.give_gathered();
        if self.unclear > 0 {
            self.notebook.warning(
                "whole file",
                format!("{} times can be read in two ways or not at all: left out", self.unclear),
                "export with dates as year-month-day",
            );
        }
        if self.has_no_zone {
            self.notebook.info("whole file", "times have no zone: read as UTC");
        }
        Ok(self.notebook.finish())
    }
}

/// The hardware address in a client's identifier: alone, after its type (RFC 2132 section 9.14), or in a DUID
/// after an association (RFC 4361 section 6.1).
fn mac_of_client(id: &str) -> Option<MacAddr> {
    let bytes = hex(&id.replace(['-', ' '], ""))?;
    match bytes.as_slice() {
        [_, _, _, _, _, _] | [1, _, _, _, _, _, _] => {
            let octets = bytes.last_chunk::<6>()?;
            Some(MacAddr::new(*octets))
        }
        [0xff, _, _, _, _, duid @ ..] => mac_of_duid(duid),
        duid => mac_of_duid(duid),
    }
}

/// How the server's language writes dates, as the file shows.
#[derive(Debug, Clone, Copy, Default)]
struct Calendar {
    day_first: bool,
    month_first: bool,
}

impl Calendar {
    /// Takes a date into account that can be read in one order alone.
    fn learn(&mut self, text: &str) {
        if let Some((Numbers::Slashes([first, second, _]), _)) = numbers(text) {
            self.day_first |= first > 12;
            self.month_first |= second > 12;
        }
    }

    /// The order where no date tells another.
    fn suppose_month_first(&mut self) {
        self.month_first |= !self.day_first;
    }

    fn read(self, text: &str) -> Option<Timestamp> {
        let (date, rest) = numbers(text)?;
        let (year, month, day) = match date {
            Numbers::YearFirst([year, month, day]) => (year, month, day),
            Numbers::DayFirst([day, month, year]) => (year, month, day),
            Numbers::Slashes([first, second, year]) => {
                if first == second || (self.month_first && !self.day_first) {
                    (year, first, second)
                } else if self.day_first && !self.month_first {
                    (year, second, first)
                } else {
                    return None;
                }
            }
        };
        let year = if year < 100 { year + 2_000 } else { year };
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        let date = Date::new(year, month, day).ok()?;
        let moment = date.to_datetime(clock(rest)?);
        TimeZone::UTC.to_timestamp(moment).ok()
    }
}

/// The numbers of a date, as its separators tell their order.
enum Numbers {
    YearFirst([i16; 3]),
    DayFirst([i16; 3]),
    /// Day and month in one order or the other.
    Slashes([i16; 3]),
}

/// The date that a text begins with, and what follows it.
fn numbers(text: &str) -> Option<(Numbers, &str)> {
    let text = text.trim();
    let is_date = |character: char| character.is_ascii_digit() || "./-".contains(character);
    let end = text.find(|character| !is_date(character)).unwrap_or(text.len());
    let (date, rest) = text.split_at_checked(end)?;
    let parts: Vec<i16> = date
        .split(|character: char| !character.is_ascii_digit())
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let parts: [i16; 3] = parts.try_into().ok()?;
    let [first, _, _] = parts;
    let numbers = if first >= 1_000 {
        Numbers::YearFirst(parts)
    } else if date.contains('.') {
        // Languages that write dots begin with the day.
        Numbers::DayFirst(parts)
    } else {
        Numbers::Slashes(parts)
    };
    Some((numbers, rest))
}

/// `9:15:00 AM`, `09:15:00`, `T09:15:00`; nothing is midnight.
fn clock(text: &str) -> Option<Time> {
    let text = text.trim_start_matches(['T', ',', ' ']).trim();
    if text.is_empty() {
        return Some(Time::midnight());
    }
    let (digits, half) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let digits = digits.split('.').next().unwrap_or_default();
    let parts: Vec<i8> = digits.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let (hour, minute, second) = match *parts.as_slice() {
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let half: String =
        half.chars().filter(char::is_ascii_alphabetic).flat_map(char::to_lowercase).collect();
    let hour = match (half.as_str(), hour) {
        ("pm", 1..=11) => hour + 12,
        ("am", 12) => 0,
        _ => hour,
    };
    Time::new(hour, minute, second, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::tests::replay;

    const POWERSHELL: &str = "#TYPE Microsoft.Management.Infrastructure.CimInstance#DhcpServerv4Lease\r\n\
        \"IPAddress\",\"ScopeId\",\"AddressState\",\"ClientId\",\"Description\",\"HostName\",\"LeaseExpiryTime\"\r\n\
        \"10.0.0.1\",\"10.0.0.0\",\"Active\",\"58-03-fb-00-00-01\",\"a, \"\"b\"\"\",\"cam-1.example.org\",\"03/11/2026 09:15:02\"\r\n\
        \"10.0.0.2\",\"10.0.0.0\",\"ActiveReservation\",\"01-58-03-fb-00-00-02\",,\"cam-2\",\r\n\
        \"10.0.0.3\",\"10.0.0.0\",\"InactiveReservation\",\"58-03-fb-00-00-03\",,\"cam-3\",\r\n\
        \"10.0.0.4\",\"10.0.0.0\",\"Declined\",\"04-00-00-0a\",,\"BAD_ADDRESS\",\r\n\
        \"10.0.0.5\",\"10.0.0.0\",\"Active\",\"58-03-fb-00-00-05\",,,\"30/11/2026 09:15:02\"\r\n\
        \"nowhere\",\r\n";

    #[test]
    fn the_csv_of_powershell_in_whatever_encoding() {
        let plain = replay(POWERSHELL.as_bytes());
        let utf16: Vec<u8> =
            format!("\u{feff}{POWERSHELL}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(replay(&utf16), plain);
        assert_eq!(replay(POWERSHELL.replace(',', ";").as_bytes()).replace("a; ", "a, "), plain);
        insta::assert_snapshot!(plain);
    }

    #[test]
    fn a_date_that_no_other_explains_is_left_out() {
        let text: String = POWERSHELL.lines().take(3).map(|line| format!("{line}\n")).collect();
        assert!(replay(text.as_bytes()).contains("1 times can be read in two ways"));
        let same = text.replace("03/11/2026 09:15:02", "11/11/2026 9:15:02 PM");
        assert!(replay(same.as_bytes()).contains("2026-11-11T21:15:02Z"));
    }

    #[test]
    fn the_list_of_the_console_and_the_audit_log() {
        let console = "Client IP Address\tName\tLease Expiration\tType\tUnique ID\tDescription\n\
                       10.0.0.1\tcam-1\t30.11.2026 09:15:02\tDHCP\t5803fb000001\t\n";
        let audit = "\t\tMicrosoft DHCP Service Activity Log\n\nEvent ID  Meaning\n00\tThe log was started.\n\n\
                     ID,Date,Time,Description,IP Address,Host Name,MAC Address,User Name, TransactionID, QResult,VendorClass(Hex),VendorClass(ASCII)\n\
                     10,11/03/26,09:15:02,Assign,10.0.0.1,cam-1,5803FB000001,,0,0,0x00,class-1\n\
                     11,11/03/26,10:15:02,Renew,10.0.0.1,cam-1,5803FB000001,,0,0,,\n\
                     30,11/03/26,10:15:03,DNS Update Request,10.0.0.1,cam-1,,,0,0,,\n\
                     odd,\n";
        insta::assert_snapshot!([console, audit].map(|text| replay(text.as_bytes())).join("\n"));
    }

    #[test]
    fn what_netsh_prints() {
        let text = "Changed the current scope context to 10.0.0.0 scope.\n\nType : N - NONE, D - DHCP\n=====\n\
                    IP Address      - Subnet Mask    - Unique ID           - Lease Expires        -Type -Name\n=====\n\
                    10.0.0.1        - 255.255.255.0  - 58-03-fb-00-00-01   -11/30/2026 9:15:02 PM  -D-  cam-1\n\
                    10.0.0.2        - 255.255.255.0  -58-03-fb-00-00-02    - NEVER EXPIRES         -U-  cam-D-2\n\
                    10.0.0.3        - 255.255.255.0  -03-00-00-0a          - INACTIVE              -D-  BAD_ADDRESS\n\
                    10.0.0.4        - odd\n\nNo of Clients(version 4): 4 in the Scope : 10.0.0.0.\n\
                    Dhcp Server \\\\dhcp.example.org Scope 10.0.0.0 Add reservedip 10.0.0.9 5803fb000009 \"cam-9\" \"\" \"BOTH\"\n";
        insta::assert_snapshot!(replay(text.as_bytes()));
    }

    #[test]
    fn the_export_of_a_whole_server() {
        let text = "<?xml version=\"1.0\"?>\n<DHCPServer><MajorVersion>6</MajorVersion><IPv4><Scopes><Scope><ScopeId>10.0.0.0</ScopeId><Name>CCTV</Name>\
                    <Reservations><Reservation><Name>cam-9</Name><IPAddress>10.0.0.9</IPAddress><ClientId>58-03-fb-00-00-09</ClientId></Reservation></Reservations>\
                    <Leases><Lease><IPAddress>10.0.0.1</IPAddress><ClientId>58-03-fb-00-00-01</ClientId><HostName>cam-1</HostName><AddressState>Active</AddressState>\
                    <LeaseExpiryTime>2026-11-03T09:15:02+01:00</LeaseExpiryTime></Lease></Leases></Scope></Scopes></IPv4></DHCPServer>";
        let cut = &text[..text.len() - 80];
        insta::assert_snapshot!([text, cut].map(|text| replay(text.as_bytes())).join("\n"));
    }

    #[test]
    fn a_line_of_a_hundred_megabytes_costs_one_note() {
        let head: String = POWERSHELL.lines().take(3).map(|line| format!("{line}\n")).collect();
        let row = head.lines().last().unwrap_or_default().replace("10.0.0.1", "10.0.0.9");
        let text = replay(format!("{head}{}\n{row}\n", "x".repeat(100 << 20)).as_bytes());
        assert!(text.contains("error line 4: longer than 65536 bytes"), "{text}");
        assert!(text.contains("3 records, 2 observations"), "{text}");
    }

    #[test]
    fn a_client_may_name_itself_in_many_ways() {
        let mac = Some(MacAddr::new([0x58, 0x03, 0xfb, 0, 0, 1]));
        for id in [
            "58-03-fb-00-00-01",
            "5803FB000001",
            "01-58-03-fb-00-00-01",
            "ff-00-00-00-00-00-03-00-01-58-03-fb-00-00-01",
            "00-01-00-01-2a-00-00-00-58-03-fb-00-00-01",
        ] {
            assert_eq!(mac_of_client(id), mac, "{id}");
        }
        assert_eq!(mac_of_client("52-41-53-20"), None);
    }
}
