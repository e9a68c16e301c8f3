//! Tables under a line of labels: the labels are found by their words, a row is laid upon them where it costs
//! least.
//!
//! Makers align tables in every way, overflow their columns and leave cells empty, so neither the count of words
//! nor their place alone tells which cell a word is in. Each word has a cost in each column, by its distance
//! and by its shape (an address under `Address` costs nothing); the cheapest order-keeping reading is taken.

use super::entry::{Entry, Field, address, is_mac_shaped};
use super::vocabulary::{Column, LABEL_WORDS_MAX, column, plain};

/// Columns and words of a line that are looked at: no switch prints more, and the cost of a reading grows with both.
const WORDS_MAX: usize = 48;

/// Costs of a reading, in characters of distance: what a word of the wrong shape costs is more than any place.
mod cost {
    pub(super) const WRONG_SHAPE: u32 = 40;
    pub(super) const UNLIKELY_SHAPE: u32 = 6;
    pub(super) const FAR_MAX: u32 = 8;
    pub(super) const SKIPPED: u32 = 1;
    /// Where a row has lost its alignment, place says little.
    pub(super) const FAR_MAX_UNALIGNED: u32 = 2;
    pub(super) const SECOND_WORD: u32 = 8;
    pub(super) const SECOND_PORT: u32 = 3;
    pub(super) const SECOND_ELSE: u32 = 2;
    pub(super) const APART: u32 = 4;
}

/// A word and where it stands.
#[derive(Debug, Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

/// The words of a line, with their columns counted in bytes: tables of switches are ASCII.
fn words(line: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, character) in line.char_indices().chain([(line.len(), ' ')]) {
        match (character.is_whitespace(), start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                found.push(Word { text: line.get(from..at).unwrap_or(""), start: from, end: at });
                start = None;
            }
            _ => {}
        }
    }
    found.truncate(WORDS_MAX);
    found
}

#[derive(Debug, Clone)]
struct Heading {
    column: Column,
    start: usize,
    end: usize,
}

/// What a table lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    /// Hardware addresses: the forwarding table, ARP, neighbour discovery, bindings.
    Stations,
    /// LLDP or CDP neighbours.
    Neighbours,
    /// The ports of a device that describes itself.
    OwnPorts,
}

/// A table whose labels were found.
#[derive(Debug, Clone)]
pub(super) struct Table {
    subject: Subject,
    headings: Vec<Heading>,
    has_bars: bool,
    /// Labels on a line of their own under the first ones: a row may go on under them.
    second_labels: Vec<Heading>,
    /// A cell that filled its own line: the row goes on in the next.
    held: Option<String>,
}

impl Table {
    /// The table that this line of labels begins.
    pub(super) fn open(line: &str) -> Option<Self> {
        let is_value = |word: &Word<'_>| {
            word.text.ends_with(':') || is_mac_shaped(word.text) || address(word.text).is_some()
        };
        if line.contains(['=', '\t', ',', ';', '"']) || words(line).iter().any(is_value) {
            return None;
        }
        let has_bars = line.contains('|');
        let line = if has_bars { line.replace('|', " ") } else { line.to_owned() };
        let mut headings = headings(&words(&line));
        let has = |field| headings.iter().any(|heading| heading.column == Column::Field(field));
        let has_port = has(Field::Port) || has(Field::Interface);
        let has_source = headings.iter().any(|heading| heading.column == Column::Source);
        let names_device = has(Field::Name) || has(Field::Chassis);
        let names_switch = names_device && has(Field::Switch);
        let subject = if has(Field::Mac)
            && (has_port || has_source || has(Field::Vlan) || has(Field::Address))
        {
            Subject::Stations
        } else if has(Field::RemotePort) && names_device && (has_port || names_switch) {
            Subject::Neighbours
        } else if has(Field::Port) && has(Field::RemotePort) && has(Field::RemotePortName) {
            Subject::OwnPorts
        } else {
            return None;
        };
        for heading in &mut headings {
            heading.column = match heading.column {
                Column::Field(Field::Switch) if !names_device => Column::Field(Field::Name),
                // What stands beside the switch's name is a port of the switch.
                Column::Field(Field::RemotePort) if names_switch => Column::Field(Field::Port),
                Column::Field(Field::Port | Field::RemotePort) if subject == Subject::OwnPorts => {
                    Column::Field(Field::OwnPort)
                }
                column => column,
            };
        }
        for heading in &mut headings {
            if heading.column == Column::Source {
                heading.column = if has_port { Column::Other } else { Column::Field(Field::Port) };
            }
        }
        let first = headings.first().map_or(0, |heading| heading.start);
        headings.insert(0, Heading { column: Column::Letters, start: 0, end: first.min(1) });
        Some(Self { subject, headings, has_bars, second_labels: Vec::new(), held: None })
    }

    /// Whether it lists the ports of the device that prints it.
    pub(super) fn is_of_own_ports(&self) -> bool {
        self.subject == Subject::OwnPorts
    }

    /// Takes the line under the labels for more labels, if it is one. In a row that is not broken they follow those
    /// of the first line.
    pub(super) fn more_labels(&mut self, line: &str) -> bool {
        let labels = headings(&words(line));
        let is_label = |heading: &Heading| heading.column != Column::Other;
        if labels.is_empty() || !labels.iter().all(is_label) || !self.second_labels.is_empty() {
            return false;
        }
        let from = self.headings.last().map_or(0, |last| last.end + 1);
        let first = labels.first().map_or(0, |first| first.start);
        self.headings.extend(labels.iter().map(|label| Heading {
            column: label.column,
            start: from + label.start - first,
            end: from + label.end - first,
        }));
        self.second_labels = labels;
        true
    }

    /// Whether a row may go on in the next line.
    pub(super) fn may_go_on(&self) -> bool {
        !self.second_labels.is_empty()
    }

    /// Adds to a row what stands under the second labels; `false` where the line is a row of its own.
    pub(super) fn go_on(&self, line: &str, entry: &mut Entry) -> bool {
        let words = words(line);
        let under = |word: &Word<'_>| {
            let label = self.second_labels.iter().rev().find(|label| label.start <= word.start)?;
            (misshape(word.text, label.column) < cost::WRONG_SHAPE).then_some(label.column)
        };
        let Some(columns) = words.iter().map(under).collect::<Option<Vec<_>>>() else {
            return false;
        };
        for (word, column) in words.iter().zip(columns) {
            if let Column::Field(field) = column {
                entry.put(field, word.text);
            }
        }
        true
    }

    /// A line of dashes under the labels shows how wide the columns are.
    pub(super) fn rule(&mut self, line: &str) {
        let line = line.replace(['+', '|'], " ");
        for group in words(&line) {
            let mut under = self
                .headings
                .iter_mut()
                .skip(1)
                .filter(|heading| heading.start < group.end && group.start < heading.end);
            if let (Some(heading), None) = (under.next(), under.next()) {
                heading.start = heading.start.min(group.start);
                heading.end = heading.end.max(group.end);
            }
        }
    }

    /// A row; `None` where the line is none.
    pub(super) fn row(&mut self, line: &str) -> Option<Entry> {
        let line = if self.has_bars { line.replace('|', " ") } else { line.to_owned() };
        let mut words = words(&line);
        if self.subject == Subject::Neighbours
            && let Some(name) = self.lone_name(&words)
        {
            self.held = Some(name.to_owned());
            return None;
        }
        let is_said = words.iter().any(|word| word.text.ends_with(':'));
        if is_said && !words.iter().any(|word| is_mac_shaped(word.text)) {
            return None;
        }
        let marks = words.iter().take_while(|word| is_mark(word.text)).count();
        words.drain(..marks);
        while words.last().is_some_and(|word| is_mark(word.text)) {
            words.pop();
        }
        let held = self.held.take();
        let cells = self.cells(&words, held.is_some())?;
        let mut entry = Entry::default();
        if let Some(name) = held {
            entry.put(Field::Name, &name);
        }
        for (heading, cell) in self.headings.iter().zip(cells) {
            if let Column::Field(field) = heading.column {
                entry.put(field, value(field, &cell));
            }
        }
        self.accepts(&entry).then_some(entry)
    }

    /// A name too long for its column stands on a line of its own.
    fn lone_name<'w>(&self, words: &[Word<'w>]) -> Option<&'w str> {
        let [word] = words else { return None };
        let [_, name, next, ..] = self.headings.as_slice() else { return None };
        let is_name = name.column == Column::Field(Field::Name);
        (is_name && word.start == name.start && word.end + 1 >= next.start).then_some(word.text)
    }

    fn accepts(&self, entry: &Entry) -> bool {
        let has = |field| entry.get(field).is_some();
        match self.subject {
            Subject::Stations => {
                let mac = entry.get(Field::Mac);
                let is_address = || entry.get(Field::Address).is_some_and(|a| address(a).is_some());
                let is_open = mac.is_none_or(is_incomplete);
                (is_open && is_address()) || mac.is_some_and(is_mac_shaped)
            }
            Subject::OwnPorts => has(Field::OwnPort),
            Subject::Neighbours => {
                let is_port = |port: &str| port.bytes().any(|byte| byte.is_ascii_digit());
                entry.port().is_some_and(is_port)
                    && (has(Field::Name) || has(Field::Chassis) || has(Field::RemotePort))
            }
        }
    }

    /// The text of each cell, in the order of the labels.
    fn cells(&self, words: &[Word<'_>], skips_name: bool) -> Option<Vec<String>> {
        let places = self.cheapest(words, skips_name)?;
        let mut cells = vec![String::new(); self.headings.len()];
        for (word, place) in words.iter().zip(places) {
            let cell = cells.get_mut(place)?;
            if !cell.is_empty() {
                cell.push(' ');
            }
            cell.push_str(word.text);
        }
        Some(cells)
    }

    /// The column of each word in the cheapest reading that keeps their order.
    fn cheapest(&self, words: &[Word<'_>], skips_name: bool) -> Option<Vec<usize>> {
        let gaps = words.iter().zip(words.iter().skip(1));
        let is_aligned = gaps.clone().any(|(one, next)| next.start - one.end > 1);
        let far_max = if is_aligned { cost::FAR_MAX } else { cost::FAR_MAX_UNALIGNED };
        let mut before: Vec<Option<u32>> = Vec::new();
        let mut came_from: Vec<Vec<usize>> = Vec::new();
        let mut previous: Option<Word<'_>> = None;
        for word in words {
            let (mut now, mut from) = (Vec::new(), Vec::new());
            for (place, heading) in self.headings.iter().enumerate() {
                let fit = self.fit(*word, place, heading, far_max)
                    + if skips_name && place == 1 { cost::WRONG_SHAPE } else { 0 };
                let start = previous.is_none().then_some((skipped(place), place));
                let step = before.iter().enumerate().take(place + 1).filter_map(|(last, sum)| {
                    let step = match previous {
                        Some(previous) if last == place => {
                            joined(heading.column, previous, *word, is_aligned)
                        }
                        _ => skipped(place - last - usize::from(last < place)),
                    };
                    Some(((*sum)? + step, last))
                });
                let best = start.into_iter().chain(step).min();
                now.push(best.map(|(sum, _)| sum + fit));
                from.push(best.map_or(place, |(_, last)| last));
            }
            before = now;
            came_from.push(from);
            previous = Some(*word);
        }
        let count = self.headings.len();
        let ends = before
            .iter()
            .enumerate()
            .filter_map(|(place, sum)| Some(((*sum)? + skipped(count - place - 1), place)));
        let (_, mut place) = ends.min()?;
        let mut places = Vec::with_capacity(words.len());
        for from in came_from.iter().rev() {
            places.push(place);
            place = *from.get(place)?;
        }
        places.reverse();
        Some(places)
    }

    fn fit(&self, word: Word<'_>, place: usize, heading: &Heading, far_max: u32) -> u32 {
        let next = self.headings.get(place + 1).map_or(usize::MAX, |next| next.start);
        let away = if word.start < heading.end && heading.start < word.end {
            0
        } else if heading.start <= word.start && word.start < next {
            1
        } else if word.start >= heading.end {
            1 + distance(word.start - heading.end, far_max)
        } else {
            1 + distance(heading.start - word.end, far_max)
        };
        away + misshape(word.text, heading.column)
    }
}

fn distance(characters: usize, far_max: u32) -> u32 {
    u32::try_from(characters).unwrap_or(u32::MAX).min(far_max)
}

fn skipped(columns: usize) -> u32 {
    u32::try_from(columns).unwrap_or(u32::MAX).min(64) * cost::SKIPPED
}

/// What it costs that a word goes on in the cell of the word before.
fn joined(column: Column, previous: Word<'_>, word: Word<'_>, is_aligned: bool) -> u32 {
    let apart = if word.start - previous.end > 1 { cost::APART } else { 0 };
    let is_list = previous.text.ends_with([',', '/']) || word.text.starts_with('/');
    let second = match column {
        Column::Letters => 0,
        Column::Field(Field::Port | Field::Interface | Field::OwnPort) if is_list => 0,
        Column::Field(Field::Mac | Field::Address | Field::Vlan) | Column::Number => {
            cost::SECOND_WORD
        }
        _ if !is_aligned => cost::SECOND_WORD,
        Column::Field(Field::Port | Field::Interface) => cost::SECOND_PORT,
        _ => cost::SECOND_ELSE,
    };
    apart + second
}

/// What it costs that a word is not of the kind its column holds.
fn misshape(word: &str, column: Column) -> u32 {
    let is_mac = is_mac_shaped(word);
    let is_address = word.parse::<std::net::IpAddr>().is_ok();
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    match column {
        Column::Field(Field::Mac) if is_mac || is_incomplete(word) => 0,
        Column::Field(Field::Address) if is_address => 0,
        Column::Field(Field::Mac | Field::Address) => cost::WRONG_SHAPE,
        Column::Field(Field::Chassis | Field::RemotePort | Field::Name) => 0,
        _ if is_mac || is_address => cost::WRONG_SHAPE,
        Column::Field(Field::Vlan) if digits == 0 => cost::UNLIKELY_SHAPE / 2,
        Column::Field(Field::Vlan) if word.contains('/') && !word.contains("/-") => {
            cost::UNLIKELY_SHAPE
        }
        Column::Number if !starts_with_digit(word) && !matches!(word, "-" | "N/A") => {
            cost::UNLIKELY_SHAPE
        }
        Column::Letters if word.contains('/') => cost::WRONG_SHAPE,
        Column::Letters if !word.split(',').all(|part| part.len() <= 2) => cost::UNLIKELY_SHAPE,
        Column::Field(Field::Port | Field::Interface) if digits == 0 => 1,
        Column::Field(Field::Kind) if digits > 0 => cost::UNLIKELY_SHAPE / 2,
        _ => 0,
    }
}

fn starts_with_digit(word: &str) -> bool {
    word.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
}

/// The words that stand for a hardware address that was not found out.
fn is_incomplete(word: &str) -> bool {
    word.to_ascii_lowercase().contains("incomplete") || word == "-"
}

/// A sign before a row: a primary entry, a flag.
fn is_mark(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_punctuation()) && !matches!(word, "-" | "--")
}

/// A cell's text without what its maker writes around it.
fn value(field: Field, cell: &str) -> &str {
    match field {
        Field::Port => cell.strip_prefix("Port:").map_or(cell, str::trim),
        Field::Name => cell.strip_suffix("...").map_or(cell, str::trim_end),
        _ => cell,
    }
}

/// The labels of a line: the longest known run of words at each place; a word that is not known is a label too.
fn headings(words: &[Word<'_>]) -> Vec<Heading> {
    let mut found = Vec::new();
    let mut rest = words;
    while let [first, ..] = rest {
        let known = (1..=LABEL_WORDS_MAX.min(rest.len())).rev().find_map(|count| {
            let run = rest.get(..count)?;
            let column = known(run)?;
            Some((count, column, run.last()?.end))
        });
        let (count, column, end) = known.unwrap_or((1, Column::Other, first.end));
        found.push(Heading { column, start: first.start, end });
        rest = rest.get(count..).unwrap_or_default();
    }
    found
}

/// The column that a run of words labels. Words of one label stand close; what follows a stroke or a bracket in a
/// single word only adds to it.
fn known(run: &[Word<'_>]) -> Option<Column> {
    let is_close = run.iter().zip(run.iter().skip(1)).all(|(one, next)| next.start - one.end < 2);
    if !is_close {
        return None;
    }
    let text: Vec<&str> = run.iter().map(|word| word.text).collect();
    let in_full = column(&plain(&text.concat()));
    match (in_full, text.as_slice()) {
        (None, [word]) => column(&plain(word.split(['/', '(', '[']).next()?)),
        (known, _) => known,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut lines = text.lines();
        let mut table = Table::open(lines.next().unwrap()).expect("labels");
        lines
            .filter_map(|line| {
                if line.starts_with('-') {
                    table.rule(line);
                    return None;
                }
                let entry = table.row(line)?;
                Some(
                    entry
                        .values
                        .iter()
                        .map(|(f, v)| format!("{f:?}={v}"))
                        .collect::<Vec<_>>()
                        .join(" "),
                )
            })
            .collect()
    }

    #[test]
    fn cells_that_overflow_or_are_empty_stay_in_their_columns() {
        insta::assert_snapshot!(read("\
 vlan     mac address     type        protocols               port
---------+---------------+--------+---------------------+-------------------------
  10      5803.fb00.0001   dynamic ip,ipx,assigned,other Port-channel15
* 10      5803.fb00.0002   dynamic ip,ipx,assigned,other GigabitEthernet0/48
Total addresses: 2").join("\n"), @"
        Vlan=10 Mac=5803.fb00.0001 Kind=dynamic Port=Port-channel15
        Vlan=10 Mac=5803.fb00.0002 Kind=dynamic Port=GigabitEthernet0/48
        ");
        insta::assert_snapshot!(read("\
Address                  HWtype  HWaddress           Flags Mask            Iface
10.0.0.1                 ether   58:03:fb:00:00:01   C                     eth1
10.0.0.2                         (incomplete)                              eth1").join("\n"), @"
        Address=10.0.0.1 Mac=58:03:fb:00:00:01 Interface=eth1
        Address=10.0.0.2 Mac=(incomplete) Interface=eth1
        ");
    }

    #[test]
    fn a_name_on_its_own_line_belongs_to_the_next() {
        insta::assert_snapshot!(read("\
Device-ID          Local Intrfce  Hldtme Capability  Platform      Port ID
sw-1               mgmt0          179    R S I     WS-X          Fas1/0/9
a-very-long-name.example.org
                    Eth1/1         133    R S s     N9K-X         Eth1/1
sw-2 Eth1/17 165 S I s N5K-X Eth1/19
Total entries displayed: 3").join("\n"), @"
        Name=sw-1 Port=mgmt0 Platform=WS-X RemotePort=Fas1/0/9
        Name=a-very-long-name.example.org Port=Eth1/1 Platform=N9K-X RemotePort=Eth1/1
        Name=sw-2 Port=Eth1/17 Platform=N5K-X RemotePort=Eth1/19
        ");
    }

    #[test]
    fn a_row_that_names_the_switch_is_about_what_is_behind_it() {
        insta::assert_snapshot!(read("\
AP Name        AP IP        Neighbor Name   Neighbor IP    Neighbor Port
ap-1           10.0.0.1     sw1.example     10.0.0.254     GigabitEthernet1/0/1").join("\n"), @"Name=ap-1 Address=10.0.0.1 Switch=sw1.example Switch=10.0.0.254 Port=GigabitEthernet1/0/1");
    }

    #[test]
    fn prose_and_other_tables_are_no_labels() {
        for line in [
            "R - router's gateway mac address entry",
            "Legend: Mac Address: * = address not valid,",
            "Neighbor ID     Pri   State           Dead Time   Address         Interface",
            "mac,ip address,port",
            "Total Mac Addresses for this criterion",
            "",
        ] {
            assert!(Table::open(line).is_none(), "{line}");
        }
    }
}
