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
    /// A row that may go on in the next line.
    row: Option<Entry>,
    /// What the switch said of itself, while it lists its ports.
    own: Option<Entry>,
    has_own_ports: bool,
    /// What arp-scan printed: its rows need no labels.
    is_arp_scan: bool,
    /// Lines that are part of nothing known.
    pub(super) lines_not_understood: u64,
    block: Block,
    assigned: Option<Entry>,
}

impl Reader {
    /// Takes the next line; `found` gets what ends with it.
    pub(super) fn line(&mut self, line: &str, found: &mut dyn FnMut(Entry)) {
        self.line += 1;
        let line = line.trim_end();
        let was_under_labels = std::mem::take(&mut self.is_under_labels);
        if self.goes_on(line) {
            return;
        }
        let row = self.row.take();
        self.give(row, found);
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
        } else if was_under_labels
            && self.table.as_mut().is_some_and(|table| table.more_labels(line))
        {
            self.is_under_labels = true;
        } else if let Some(table) = Table::open(line).filter(|table| self.may_open(table)) {
            let own = self.block.take_own();
            self.finish(found);
            if table.is_of_own_ports() {
                self.own = own;
            } else {
                self.give(own, found);
            }
            self.table = Some(table);
            self.is_under_labels = true;
        } else {
            self.text(line, found);
        }
    }

    /// Whether the line belongs to the row before; then it has been added to it.
    fn goes_on(&mut self, line: &str) -> bool {
        let is_blank = line.trim().is_empty();
        match (&self.table, &mut self.row) {
            (Some(table), Some(row)) if !is_blank && !is_rule(line) => table.go_on(line, row),
            _ => false,
        }
    }

    /// A list of ports is one of the switch's own where the switch has described itself.
    fn may_open(&self, table: &Table) -> bool {
        !table.is_of_own_ports() || self.block.is_own()
    }

    fn text(&mut self, line: &str, found: &mut dyn FnMut(Entry)) {
        if sentence::begins_arp_scan(line) {
            self.is_arp_scan = true;
            return;
        }
        if let Some(entry) = self.table.as_mut().and_then(|table| table.row(line)) {
            let mut entry = Entry { line: self.line, ..entry };
            if let Some(own) = &self.own {
                entry.values.splice(..0, own.values.iter().cloned());
                self.has_own_ports = true;
            }
            if self.table.as_ref().is_some_and(Table::may_go_on) {
                self.row = Some(entry);
                return;
            }
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
        let of_scan = || sentence::arp_scan(line).filter(|_| self.is_arp_scan);
        match sentence::read(line).or_else(of_scan) {
            Some(entry) => self.give(Some(Entry { line: self.line, ..entry }), found),
            None => self.lines_not_understood += u64::from(!self.block.go_on(line)),
        }
    }

    fn assign(&mut self, line: &str, pairs: &[(&str, &str)], found: &mut dyn FnMut(Entry)) {
        if sentence::begins_entry(line) || self.assigned.is_none() {
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
        let row = self.row.take();
        self.give(row, found);
        // One without a list of ports has been told of by none of its rows.
        let own = self.own.take().filter(|_| !std::mem::take(&mut self.has_own_ports));
        self.give(own, found);
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

    fn values(text: &str) -> Vec<String> {
        let value = |(field, value): &(Field, String)| format!("{field:?}={value}");
        let all = |entry: &Entry| entry.values.iter().map(value).collect::<Vec<_>>().join(" ");
        super::super::entries(text).iter().map(all).collect()
    }

    #[test]
    fn a_row_goes_on_under_the_second_line_of_labels() {
        insta::assert_snapshot!(values("\
IP ADDRESS      MAC ADDRESS    EXPIRE(M) TYPE  INTERFACE
                                    VLAN/CEVLAN(SIP/DIP)      PVC
------------------------------------------------------------------------------
10.0.0.1        5803-fb00-0001           I -   Vlanif2
                                    30/-
10.0.0.2        5803-fb00-0002 20        D-0   GE0/0/7                31/-
10.0.0.3        5803-fb00-0003           I -   Vlanif3
------------------------------------------------------------------------------").join("\n"), @"
        Address=10.0.0.1 Mac=5803-fb00-0001 Kind=I - Interface=Vlanif2 Vlan=30/-
        Address=10.0.0.2 Mac=5803-fb00-0002 Kind=D-0 Interface=GE0/0/7 Vlan=31/-
        Address=10.0.0.3 Mac=5803-fb00-0003 Kind=I - Interface=Vlanif3
        ");
    }

    #[test]
    fn a_switch_that_describes_itself_is_behind_none_of_its_ports() {
        let own = " LLDP Local Device Information\n\n  Chassis Id   : 5803fb-000001\n  System Name  : sw1\n";
        let ports = "\n LLDP Port Information\n\n  Port     PortType PortId   PortDesc\n  -------- -------- -------- --------\n  1/1      local    7        1/1\n  1/2      local    8        uplink\n";
        insta::assert_snapshot!(values(&format!("{own}{ports}")).join("\n"), @"
        Chassis=5803fb-000001 Name=sw1 OwnPort=1/1 OwnPort=7 RemotePortName=1/1
        Chassis=5803fb-000001 Name=sw1 OwnPort=1/2 OwnPort=8 RemotePortName=uplink
        ");
        assert_eq!(values(own), ["Chassis=5803fb-000001 Name=sw1"]);
        assert_eq!(values(ports), Vec::<String>::new());
    }

    #[test]
    fn lists_of_hosts_and_exports_are_one_entry_a_device() {
        for text in [
            "/ip dhcp-server lease\nadd address=10.0.0.1 mac-address=58:03:FB:00:00:01 server=a\nadd address=10.0.0.2 mac-address=58:03:FB:00:00:02 server=a\n",
            "Interface: eth0, type: EN10MB, MAC: 00:00:5e:00:53:01, IPv4: 10.0.0.9\n10.0.0.1\t58:03:FB:00:00:01\tMaker X\n10.0.0.2\t58:03:FB:00:00:02\tMaker X\n",
            "  Internetadresse  Physische Adresse  Typ\n  10.0.0.1   58:03:FB:00:00:01  dynamisch\n  10.0.0.2   58:03:FB:00:00:02  dynamisch\n",
        ] {
            assert_eq!(
                values(text),
                [
                    "Address=10.0.0.1 Mac=58:03:FB:00:00:01",
                    "Address=10.0.0.2 Mac=58:03:FB:00:00:02"
                ],
                "{text}"
            );
        }
    }

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
