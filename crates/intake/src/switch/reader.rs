//! Line after line of a session: prompts, tables, blocks and rows in any order.

use super::block::{self, Block};
use super::entry::{Entry, Field};
use super::sentence;
use super::table::Table;

/// Longest name of a switch, and longest line looked at as a prompt.
const PROMPT_BYTES_MAX: usize = 80;
/// First words of commands that show something.
const VERBS: [&str; 14] = [
    "sh",
    "sho",
    "show",
    "display",
    "disp",
    "dis",
    "get",
    "diagnose",
    "print",
    "/ip",
    "/interface",
    "ip",
    "arp",
    "run",
];

/// Reads a session; gives entries as they end.
#[derive(Debug, Default)]
pub(super) struct Reader {
    line: u64,
    switch: Option<Box<str>>,
    table: Option<Table>,
    /// The line before was one of labels: a rule under it belongs to it.
    is_under_labels: bool,
    block: Block,
    assigned: Option<Entry>,
}

impl Reader {
    /// Takes the next line; `found` gets what ends with it.
    pub(super) fn line(&mut self, line: &str, found: &mut dyn FnMut(Entry)) {
        self.line += 1;
        let line = line.trim_end();
        let was_under_labels = std::mem::take(&mut self.is_under_labels);
        if line.trim().is_empty() {
            self.block.pause();
        } else if let Some(prompt) = prompt(line) {
            self.finish(found);
            self.switch = prompt.or(self.switch.take());
        } else if is_rule(line) {
            match &mut self.table {
                Some(table) if was_under_labels => table.rule(line),
                _ => {
                    let done = self.block.close();
                    self.give(done, found);
                }
            }
        } else if let Some(table) = Table::open(line) {
            self.finish(found);
            self.table = Some(table);
            self.is_under_labels = true;
        } else {
            self.text(line, found);
        }
    }

    fn text(&mut self, line: &str, found: &mut dyn FnMut(Entry)) {
        if let Some(entry) = self.table.as_mut().and_then(|table| table.row(line)) {
            let entry = Entry { line: self.line, ..entry };
            return self.give(Some(entry), found);
        }
        let assignments = sentence::assignments(line);
        if assignments.len() > 2 || (self.assigned.is_some() && !assignments.is_empty()) {
            return self.assign(line, &assignments, found);
        }
        if let Some(heading) = block::heading(line) {
            let done = self.block.heading(self.line, heading);
            return self.give(done, found);
        }
        let pairs = block::pairs(line);
        if !pairs.is_empty() {
            self.table = None;
            let done = self.block.take(self.line, pairs);
            return self.give(done, found);
        }
        match sentence::read(line) {
            Some(entry) => self.give(Some(Entry { line: self.line, ..entry }), found),
            None => self.block.go_on(line),
        }
    }

    fn assign(&mut self, line: &str, pairs: &[(&str, &str)], found: &mut dyn FnMut(Entry)) {
        if sentence::is_numbered(line) || self.assigned.is_none() {
            let done = self.assigned.replace(Entry { line: self.line, ..Entry::default() });
            self.give(done, found);
        }
        if let Some(entry) = &mut self.assigned {
            sentence::assign(pairs, entry);
        }
    }

    fn give(&self, entry: Option<Entry>, found: &mut dyn FnMut(Entry)) {
        let Some(mut entry) = entry.filter(|entry| !entry.values.is_empty()) else { return };
        entry.switch = self.switch.clone();
        found(entry);
    }

    /// Ends what is open: the outputs of one command do not go on in the next.
    pub(super) fn finish(&mut self, found: &mut dyn FnMut(Entry)) {
        let done = self.block.finish();
        self.give(done, found);
        let done = self.assigned.take();
        self.give(done, found);
        self.table = None;
    }
}

/// Whether an entry tells of a device, so that a text that holds it is a switch's.
pub(super) fn is_telling(entry: &Entry) -> bool {
    entry.get(Field::Mac).is_some_and(super::entry::is_mac_shaped)
        || entry.port().is_some()
            && (entry.get(Field::Chassis).is_some()
                || entry.get(Field::Name).is_some() && entry.get(Field::RemotePort).is_some())
}

/// A line of dashes and the like.
fn is_rule(line: &str) -> bool {
    let is_drawn = |c: char| matches!(c, '-' | '=' | '+' | '|' | ' ' | '*' | '_');
    line.trim().len() > 2 && line.chars().all(is_drawn)
}

/// A prompt: `sw1#show …`, `<sw1>display …`, `[admin@sw1] > print`, `user@sw1> show …`, or a prompt alone. The name,
/// where it holds one.
#[expect(clippy::option_option, reason = "a prompt may hold no name")]
fn prompt(line: &str) -> Option<Option<Box<str>>> {
    let line = line.trim_start();
    let line = line.strip_prefix(['<', '[']).unwrap_or(line);
    let end = line.find(['#', '>', '$']).filter(|end| *end < PROMPT_BYTES_MAX)?;
    let (name, command) = (line.get(..end)?, line.get(end + 1..)?);
    let name = name.trim_end().trim_end_matches(']');
    let is_name = |c: char| c.is_ascii_alphanumeric() || "._-@:()/~".contains(c);
    let verb = command.split_whitespace().next();
    if name.is_empty()
        || !name.chars().all(is_name)
        || !verb.is_none_or(|verb| VERBS.contains(&verb.to_ascii_lowercase().as_str()))
    {
        return None;
    }
    // `user@name`, `name(config-if)`, `RP/0/RSP0/CPU0:name`.
    let name = name.rsplit(['@', ':']).next().unwrap_or(name);
    let name = name.split('(').next().unwrap_or(name);
    Some(Some(name).filter(|name| !name.is_empty()).map(Box::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_name_the_switch() {
        for line in [
            "sw1#show mac address-table",
            "sw1> sh lldp neighbors detail",
            "<sw1>display arp",
            "[admin@sw1] > /ip arp print",
            "admin@sw1> show arp no-resolve",
            "sw1(config)# show cdp neighbors",
            "RP/0/RSP0/CPU0:sw1#show arp",
            "sw1#",
        ] {
            assert_eq!(prompt(line), Some(Some("sw1".into())), "{line}");
        }
        for line in ["# comment", "a > b", "<html><body>", "10  5803.fb00.0001  DYNAMIC  Gi1"] {
            assert_eq!(prompt(line), None, "{line}");
        }
    }
}
